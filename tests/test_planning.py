"""Plans: who is eligible, rows that were rejected and corrected, people who left or went elsewhere, samples."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from issuer import batch as batches
from issuer import planning
from issuer.batch import Batch, digest_of
from issuer.planning import Known, Plan, moving, sampling
from issuer.roster import policy, rejects
from issuer.roster.findings import Code

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
SETTINGS = """achievement: {name: Python 101, description: A week of Python., criteria: Passed the exam.}
awarded: 2026-05-30
columns: {name: Name, email: E-mail}
"""


def put(root: Path, roster: str, more: str = "", *, name: str = "b", settings: str = SETTINGS) -> Batch:
    """A batch with this roster. more: lines of batch.yml."""
    folder = root / "records" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "batch.yml").write_text(settings + more, "utf-8")
    (folder / "roster.csv").write_text(roster, "utf-8")
    return batches.load(root, name)


def plan(batch: Batch, known: Mapping[str, Known] | None = None) -> Plan:
    return planning.plan(batch, known or {}, now=NOW)


def issued(done: Plan) -> dict[str, Known]:
    """What the records would say after this plan was issued."""
    return {row.key: Known(f"id-{row.values['name']}", row.content, {**row.values}) for row in done.rows}


def names(done: Plan) -> list[str]:
    return [row.values["name"] for row in done.rows]


def codes(done: Plan) -> list[tuple[str, str]]:
    return [(found.code.value, str(found.place)) for found in done.findings if found.code is not Code.COLUMN_UNUSED]


SCORES = """Name,E-mail,Final score,Attended
Ada,ada@example.org,91,yes
Mary,mary@example.org,65,Yes
Emmy,not an address,12,no
Lise,lise@example.org,absent,yes
"""


def test_who_does_not_qualify_is_listed_and_is_no_error(tmp_path: Path) -> None:
    done = plan(put(tmp_path, SCORES.replace("absent", ""), "require: Final score >= 70 and attended == yes\n"))
    assert (names(done), done.blocks, codes(done)) == (["Ada"], False, [])
    assert [(row.line, row.name, row.reason) for row in done.ineligible] == [
        (3, "Mary", "Final score is '65', and must be at least 70"),
        (4, "Emmy", "Final score is '12', and must be at least 70"),
        (5, "Lise", "Final score is empty"),
    ]
    assert "Final score" in done.private
    assert not [found for found in done.findings if found.code is Code.COLUMN_UNUSED]  # the rule uses the others


def test_what_cannot_be_compared_is_an_error_at_its_cell(tmp_path: Path) -> None:
    done = plan(put(tmp_path, SCORES, "require: Final score >= 70\n"))
    assert codes(done) == [("require-unclear", 'records/b/roster.csv:5 column "Final score"')]
    assert "'absent', which is no number" in done.findings[-1].message
    assert done.blocks


@pytest.mark.parametrize(
    ("rule", "said"), [("skore >= 70", "did you mean"), ("score >=", "a value is missing"), ("zzz == 1", "there are 'name'")]
)
def test_a_rule_that_names_nothing_is_told_at_its_line(tmp_path: Path, rule: str, said: str) -> None:
    done = plan(put(tmp_path, SCORES.replace("Final score", "score"), f"require: {rule}\n"))
    (found,) = [one for one in done.findings if one.code is Code.REQUIRE_UNKNOWN]
    assert (str(found.place), done.blocks) == ("records/b/batch.yml:4", True)
    assert said in found.message + found.hint


def test_somebody_who_is_no_longer_eligible_is_withdrawn_with_the_reason(tmp_path: Path) -> None:
    known = issued(plan(put(tmp_path, SCORES.replace("not an address", "emmy@example.org"))))
    done = plan(put(tmp_path, SCORES.replace("absent", "80"), "require: Final score >= 70\n"), known)
    assert sorted(one.id for one in done.withdrawn) == ["id-Emmy", "id-Mary"]
    assert any("'Mary' is no longer eligible (Final score is '65'" in found.message for found in done.findings)


def test_nobody_is_asked_about_who_left_where_batch_yml_decided(tmp_path: Path) -> None:
    known = issued(plan(put(tmp_path, "Name,E-mail\nAda,ada@example.org\nMary,mary@example.org\n")))
    rest = "Name,E-mail\nAda,ada@example.org\n"
    kept = plan(put(tmp_path, rest, "withdraw: keep\n"), known)
    assert (len(kept.withdrawn), codes(kept)) == (1, [])
    revoked = plan(put(tmp_path, rest, "withdraw: revoke\n"), known)
    assert "will be revoked" in revoked.findings[-1].message


def test_a_key_of_two_columns_tells_people_apart_and_is_not_published(tmp_path: Path) -> None:
    settings = SETTINGS.replace("email: E-mail", "born: {column: Born, private: true}") + "key: [name, born]\n"
    done = plan(put(tmp_path, "Name,Born\nAda,1815-12-10\nAda,1999-01-01\nMary,\n", settings=settings))
    assert [(row.line, dict(row.values)) for row in done.rows] == [
        (2, {"name": "Ada", "awarded": "2026-05-30"}),
        (3, {"name": "Ada", "awarded": "2026-05-30"}),
    ]
    assert len({row.key for row in done.rows}) == 2
    assert codes(done) == [("value-missing", 'records/b/roster.csv:4 column "Born"')]
    assert [header for _, header in done.public] == ["Name"]
    again = plan(put(tmp_path, "Born,Name\n1999-01-01,Ada\n1815-12-10,Ada\n", settings=settings), issued(done))
    assert [row.action for row in again.rows] == ["unchanged", "unchanged"]


BAD = "Name,E-mail\nAda,ada@example.org\nMary,mary.example.org\nLise,lise@example.org\nLise,lise@example.org\n"


def test_a_bad_row_stops_the_batch_or_only_itself(tmp_path: Path) -> None:
    stopped = plan(put(tmp_path, BAD))
    assert (stopped.blocks, stopped.blocked) == (True, 2)
    done = plan(put(tmp_path, BAD, "on_error: skip\n"))
    assert (done.blocks, done.blocked, names(done)) == (False, 2, ["Ada", "Lise"])
    assert [(one.mark.split("-")[0], one.cells, [found.code.value for found in one.findings]) for one in done.rejected] == [
        ("3", ("Mary", "mary.example.org"), ["email-invalid"]),
        ("5", ("Lise", "lise@example.org"), ["row-duplicate"]),
    ]


def test_what_is_wrong_with_the_columns_stops_the_batch_in_any_case(tmp_path: Path) -> None:
    done = plan(put(tmp_path, BAD.replace("E-mail", "Post"), "on_error: skip\n"))
    assert (done.blocks, len(done.rows)) == (True, 0)


def rejected(done: Plan, *rows: str) -> str:
    """A file of rejected rows. rows: cells, each with its mark."""
    return "\n".join(["Name,E-mail,issuer line,issuer code,issuer hint", *rows]) + "\n"


def test_rows_that_were_corrected_count_and_those_of_the_roster_do_not(tmp_path: Path) -> None:
    batch = put(tmp_path, BAD, "on_error: skip\n")
    first = plan(batch)
    mary, lise = first.rejected
    file = batch.folder / "rejects.csv"
    file.write_text(
        rejected(first, f"Mary,mary@example.org,{mary.mark},,", f"Lise,lise.m@example.org,{lise.mark},,", "Hedy,hedy@example.org,,,")
    )
    done = plan(batch, issued(first))
    assert (done.blocked, codes(done)) == (0, [])
    assert {(row.values["name"], row.values["email"], row.action, row.file) for row in done.rows} == {
        ("Ada", "ada@example.org", "unchanged", ""),
        ("Mary", "mary@example.org", "new", "records/b/rejects.csv"),
        ("Lise", "lise@example.org", "unchanged", ""),
        ("Lise", "lise.m@example.org", "new", "records/b/rejects.csv"),
        ("Hedy", "hedy@example.org", "new", "records/b/rejects.csv"),
    }
    assert [one.findings for one in done.rejected] == [(), (), ()]
    (batch.folder / "roster.csv").write_text(
        "E-mail,Name\nlise@example.org,Lise\nlise@example.org,Lise\nmary.example.org,Mary\nada@example.org,Ada\n"
    )
    sorted_anew = plan(batch, issued(done))
    assert codes(sorted_anew) != []  # the columns changed places, so no row is the same: told, not guessed
    (batch.folder / "roster.csv").write_text(
        "Name,E-mail\nLise,lise@example.org\nMary,mary.example.org\nLise,lise@example.org\nAda,ada@example.org\n"
    )
    reordered = plan(batch, issued(done))
    assert (codes(reordered), reordered.unchanged, reordered.withdrawn) == ([], 5, ())


def test_a_row_that_is_still_wrong_is_told_where_it_is_to_be_corrected(tmp_path: Path) -> None:
    batch = put(tmp_path, BAD, "on_error: skip\n")
    mary, _ = plan(batch).rejected
    (batch.folder / "rejects.csv").write_text(rejected(plan(batch), f"Mary,mary@,{mary.mark},email-invalid,hint"))
    done = plan(batch)
    assert codes(done) == [
        ("email-invalid", 'records/b/rejects.csv:2 column "E-mail"'),
        ("row-duplicate", 'records/b/roster.csv:5 column "E-mail"'),
    ]
    assert next(one.mark for one in done.rejected) == mary.mark
    (batch.folder / "rejects.csv").write_text("Name,issuer line\nMary,3\n")
    assert codes(plan(batch)) == [("roster-unreadable", "records/b/rejects.csv:1")]


def test_a_roster_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    done = plan(put(tmp_path, "Name\n\0\n"))
    assert (codes(done), done.blocks, len(done.rows)) == ([("roster-unreadable", "records/b/roster.csv:2")], True, 0)


def test_a_row_that_went_to_another_batch_is_recognised(tmp_path: Path) -> None:
    a = put(tmp_path, "Name,E-mail\nAda,ada@example.org\nMary,mary@example.org\n", name="a")
    known = issued(plan(a))
    a = put(tmp_path, "Name,E-mail\nAda,ada@example.org\n", name="a")
    b = put(tmp_path, "Name,E-mail\nMary,mary@example.org\nLise,lise@example.org\n")
    found = moving.find([(a, plan(a, known)), (b, plan(b))], {})
    assert [(one.code, str(one.place)) for one in found["b"]] == [(Code.ROW_MOVED, "records/b/roster.csv:2")]
    assert "'Mary' has the certificate id-Mary of the batch a" in found["b"][0].message
    both = put(tmp_path, "Name,E-mail\nAda,ada@example.org\nMary,mary@example.org\n", name="a")
    assert moving.find([(both, plan(both, known)), (b, plan(b))], {}) == {}


def test_a_batch_in_another_folder_is_recognised(tmp_path: Path) -> None:
    b = put(tmp_path, "Name,E-mail\nMary,mary@example.org\nLise,lise@example.org\n")
    left = {"old": {digest_of("old", "mary@example.org"): "id1", digest_of("old", "lise@example.org"): "id2"}, "other": {}}
    (found,) = moving.find([(b, plan(b))], left)["b"]
    assert (found.code, found.blocks) == (Code.BATCH_RENAMED, True)
    assert "2 of its people have a certificate of the batch old" in found.message
    softer = policy.read(({"batch-renamed": "warning"}, tmp_path / "x", "x")).judge(found)
    assert softer is not None
    assert not softer.blocks


def test_a_sample_shows_what_can_go_wrong(tmp_path: Path) -> None:
    people = [*(f"Person {chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(300)), "Li", "渡辺 千尋", "Иван Петров", "A" + "b" * 60]
    roster = "Name,E-mail\n" + "".join(f"{name},p{n}@example.org\n" for n, name in enumerate(people)) + "Nobody,\n"
    done = plan(put(tmp_path, roster))
    chosen = sampling.sample(done.rows, done.findings, 12, "records/b/roster.csv")
    assert len(chosen) == 12
    assert {"Li", "渡辺 千尋", "Иван Петров", people[-1], "Nobody"} <= {row.values["name"] for row in chosen}
    assert [row.line for row in chosen] == sorted(row.line for row in chosen)
    assert len(sampling.sample(done.rows, done.findings, 2, "records/b/roster.csv")) == 2
    few = plan(put(tmp_path, "Name,E-mail\nAda,a@example.org\n"))
    assert [row.values["name"] for row in sampling.sample(few.rows, few.findings, 50, "")] == ["Ada"]


def test_a_mark_survives_what_changes_no_text() -> None:
    from issuer.roster.table import Row

    assert rejects.mark(Row(3, ("Ada ", " x"))) == rejects.mark(Row(3, ("Ada", "x")))
    assert rejects.mark(Row(3, ("Ada", "x"))).startswith("3-")
    assert rejects.mark(Row(3, ("Ada", "y"))) != rejects.mark(Row(3, ("Ada", "x")))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param("Mary,mary@example.org", "row-ragged", id="a row that lost a delimiter"),
        pytest.param("Mary,mary@example.org,,yes,stray", "header-empty", id="a cell beside the columns"),
    ],
)
def test_a_row_that_was_not_read_well_is_never_called_not_eligible(tmp_path: Path, row: str, code: str) -> None:
    roster = "Name,E-mail,Final score,Attended,,Seat\nAda,ada@example.org,91,yes,,1\n{},\n"
    rule = "require: Final score >= 70\nwithdraw: revoke\n"
    known = issued(plan(put(tmp_path, roster.format("Mary,mary@example.org,80,yes,"), rule)))
    done = plan(put(tmp_path, roster.format(row), rule), known)
    assert (done.blocks, done.ineligible, done.withdrawn) == (True, (), ())
    assert {found[0] for found in codes(done)} == {code, "require-unclear"}


def test_an_error_elsewhere_in_the_row_leaves_the_rule_its_answer(tmp_path: Path) -> None:
    more = "require: Final score >= 70\n"
    settings = SETTINGS.replace("columns: {", "columns: {score: {column: Final score, required: true}, ")
    roster = "Name,E-mail,Final score\nTest,ada@example.org,12\nEmmy,emmy@example.org,\nLise,lise@example.org,1\u200b2\n"
    done = plan(put(tmp_path, roster, more, settings=settings))
    assert [(row.line, row.reason) for row in done.ineligible] == [
        (2, "Final score is '12', and must be at least 70"),
        (3, "Final score is empty"),
    ]
    assert [code for code, _ in codes(done)] == ["character-invisible", "require-unclear"]


MANY = "Name,E-mail\n" + "".join(f"{name},{name.lower()}@example.org\n" for name in ("Ada", "Mary", "Emmy", "Lise", "Rosalind"))


@pytest.mark.parametrize(
    ("roster", "more", "said"),
    [
        pytest.param(MANY.replace("E-mail", "Contact"), "", "5 of 5 people", id="the header of the addresses changed"),
        pytest.param(MANY, "key: name\n", "5 of 5 people", id="a key came later"),
        pytest.param(MANY.partition("Emmy")[0], "", "3 of 5 people", id="the end of the roster is missing"),
        pytest.param(MANY, "require: Name == Ada\n", "4 of 5 people", id="the rule was mistyped"),
        pytest.param(MANY.replace("ada@", "ada.l@"), "", "of this name still stands", id="an address changed"),
        pytest.param(MANY.replace("ada@", "ada.l@").replace("Ada", "ADÁ"), "", "of this name still stands", id="written otherwise"),
    ],
)
def test_withdraw_revoke_revokes_nobody_by_an_accident(tmp_path: Path, roster: str, more: str, said: str) -> None:
    settings = SETTINGS.replace("columns: {name: Name, email: E-mail}\n", "")
    known = issued(plan(put(tmp_path, MANY, settings=settings)))
    done = plan(put(tmp_path, roster, f"withdraw: revoke\n{more}", settings=settings), known)
    assert done.withdrawn
    assert not any(one.revoke for one in done.withdrawn)
    messages = [found.message for found in done.findings if found.code is Code.WITHDRAWN]
    assert len(messages) == len(done.withdrawn)
    assert all(said in message and "stays valid" in message for message in messages)


def test_withdraw_revoke_revokes_who_left_a_roster_that_is_all_there(tmp_path: Path) -> None:
    known = issued(plan(put(tmp_path, MANY)))
    done = plan(put(tmp_path, MANY.replace("Ada,ada@example.org\n", ""), "withdraw: revoke\n"), known)
    assert [(one.id, one.revoke, one.doubt) for one in done.withdrawn] == [("id-Ada", True, "")]
    assert "will be revoked" in done.findings[-1].message


@pytest.mark.parametrize("shape", ["hidden row", "other sheet", "whole"])
def test_a_workbook_that_is_not_read_whole_revokes_nobody(tmp_path: Path, shape: str) -> None:
    known = issued(plan(put(tmp_path, MANY)))
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in MANY.splitlines()[: None if shape == "hidden row" else -1]:
        sheet.append(line.split(","))
    if shape == "hidden row":
        sheet.row_dimensions[6].hidden = True
    elif shape == "other sheet":
        book.create_sheet("Rest").append(["Rosalind", "rosalind@example.org"])
    book.save(put(tmp_path, MANY).folder / "roster.xlsx")
    (tmp_path / "records" / "b" / "roster.csv").unlink()
    (tmp_path / "records" / "b" / "batch.yml").write_text(f"{SETTINGS}withdraw: revoke\n", "utf-8")
    done = plan(batches.load(tmp_path, "b"), known)
    assert [(one.id, one.revoke) for one in done.withdrawn] == [("id-Rosalind", shape == "whole")]


def test_a_preset_leaves_nobody_out_who_has_an_address_and_tells_of_the_others(tmp_path: Path) -> None:
    roster = "Name,E-mail,ID\nPoints Possible,,\nAda,ada@example.org,1\nEmmy,emmy@example.org,\nLise,,\n"
    done = plan(put(tmp_path, roster, "preset: canvas\n"))
    assert names(done) == ["Ada", "Emmy"]
    told = [found.message for found in done.findings if found.code is Code.COLUMN_FOUND]
    assert told == ["preset canvas: rows without 'ID' and without an address are left out"]


def test_an_address_in_a_private_column_is_not_published_and_no_error(tmp_path: Path) -> None:
    settings = SETTINGS.replace("columns: {", "columns: {account: {column: Account, private: true}, ") + "key: account\n"
    done = plan(put(tmp_path, "Name,E-mail,Account\nAda,ada@example.org,a1@login.example.org\n", settings=settings))
    assert (codes(done), [dict(row.values) for row in done.rows]) == (
        [],
        [{"name": "Ada", "email": "ada@example.org", "awarded": "2026-05-30"}],
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_row_whose_cells_moved_is_left_out(tmp_path: Path, kind: str) -> None:
    lines = ("Name,E-mail,Score,", "Ada,ada@example.org,1,", "Emmy,emmy@example.org,,2", "Lise,lise@example.org,,3")
    batch = put(tmp_path, "".join(f"{line},Seat\n" for line in lines), "on_error: skip\n")
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for line in lines:
            book.worksheets[0].append(line.split(","))
        book.save(batch.folder / "roster.xlsx")
        batch.roster.unlink()
        batch = batches.load(tmp_path, "b")
    done = plan(batch)
    assert (names(done), [code for code, _ in codes(done)], done.blocked) == (["Ada"], ["header-empty"] * 2, 2)
