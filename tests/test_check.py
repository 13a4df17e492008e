"""`issuer check` shows what would become public and what would be issued, before anything is signed."""

from __future__ import annotations

from pathlib import Path

from issuer import records
from tests.school import BATCH, School, found


def lines(school: School, *arguments: str, code: int = 0) -> list[str]:
    return school.outputs("--quiet", "check", *arguments, code=code)[0].splitlines()


def settings(school: School, old: str, new: str) -> None:
    path = school.batch / "batch.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_public_columns_and_new_rows_are_shown(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.roster("Mary O'Neill,mary@example.org,Evening,x", "Ada,,,", header="Name,E-mail,Course,Notes")
    shown = lines(school)
    begin = shown.index(f"{BATCH}: public: Name, Course; not public: E-mail, Notes")
    assert shown[begin + 1 : begin + 3] == ["new: line 2: Mary O'Neill, course: Evening", "new: line 3: Ada"]
    document = school.json("check")["batches"][0]
    assert (document["public"], document["not_public"]) == (["Name", "Course"], ["E-mail", "Notes"])
    values = {"name": "Mary O'Neill", "course": "Evening", "awarded": "2026-01-30"}
    assert document["rows"][0] == {"line": 2, "action": "new", "id": None, "name": "Mary O'Neill", "values": values}


def test_twenty_new_rows_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(25)
    shown = lines(school)
    assert sum(line.startswith("new: ") for line in shown) == 20
    assert "… and 5 more; --json lists them all" in shown
    assert len(school.json("check")["batches"][0]["rows"]) == 25


def test_what_batch_yml_changes_is_told_once(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(3)
    school.issuer("--quiet", "issue")
    settings(school, "First Certificate", "Second Certificate")
    said = "what batch.yml says of the achievement, or calls a field, changed"
    assert [line for line in lines(school) if line.startswith("corrected")] == [f"corrected: Person Nº 0, line 2 and 2 more: {said}"]
    settings(school, "2026-01-30", "2026-01-29")
    school.roster("Person Nº 0,person0@example.org,Evening")
    assert [line for line in lines(school) if line.startswith("corrected")] == [
        "corrected: Person Nº 0, line 2: course: Morning → Evening",
        "corrected: Person Nº 0, line 2: awarded: 2026-01-30 → 2026-01-29",
        f"corrected: Person Nº 0, line 2: {said}",
    ]


def test_a_revoked_row_is_pointed_out(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(1)
    school.issuer("--quiet", "issue")
    school.issuer("--quiet", "revoke", next(records.read(school.root)).id, "--reason", "Issued by mistake", "--yes")
    shown = lines(school)
    assert any(line.startswith("warning: ") and line.endswith("nothing is issued for this row [revoked-row]") for line in shown)
    assert shown[-1] == "Nothing blocks, and nothing is new."


def test_every_wrong_word_of_the_mail_is_reported(tmp_path: Path) -> None:
    school = found(tmp_path)
    with (school.batch / "batch.yml").open("a", encoding="utf-8") as file:
        file.write('mail:\n  subject: "{{ nmae }}, {{ nmae }}"\n  text: "{{ coursee }} {{ name }}\\n{{ achievment }}"\n')
    wrong = [finding for finding in school.json("check", code=1)["batches"][0]["findings"] if finding["code"] == "mail-words-wrong"]
    line = (school.batch / "batch.yml").read_text("utf-8").splitlines().index("mail:") + 1
    assert [(item["line"] - line, item["message"], item["hint"]) for item in wrong] == [
        (1, "mail subject: line 1, offset 0: there is no value for {{ nmae }}", "did you mean {{ name }}?"),
        (2, "mail text: line 1, offset 0: there is no value for {{ coursee }}", "did you mean {{ course }}?"),
        (2, "mail text: line 2, offset 25: there is no value for {{ achievment }}", "did you mean {{ achievement }}?"),
    ]


def test_a_batch_yml_under_another_name_is_not_passed_over(tmp_path: Path) -> None:
    school = found(tmp_path)
    (school.batch / "batch.yml").rename(school.batch / "batch.yaml")
    for arguments in ((), (BATCH,)):
        said = school.issuer("check", *arguments, code=1)
        assert f"error: records/{BATCH}/batch.yaml: has another name than batch.yml" in said
        assert "hint: rename it to batch.yml" in said
    assert "there is no batch 'other'" in school.issuer("check", "other", code=2)
