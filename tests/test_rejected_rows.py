"""Rows that are left out when the others are issued, from the first run to the last correction; and people who left the list."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from issuer import records, status
from tests.school import BATCH, School, found

HEADER = "Name,E-mail,Course"
ROWS = (
    "Ada Lovelace,ada@example.org,Morning",
    "Mary Somerville,mary.example.org,Morning",
    "=1+1,emmy@example.org,Evening",
    "Lise Meitner,lise@example.org,x",
)


@pytest.fixture
def school(tmp_path: Path) -> School:
    """A school that leaves rows with errors out. Two of four have one."""
    made = found(tmp_path)
    say(made, "on_error: skip")
    made.roster(*ROWS)
    return made


def say(school: School, line: str) -> None:
    """Add a line to batch.yml."""
    settings = school.batch / "batch.yml"
    settings.write_text(f"{settings.read_text('utf-8')}{line}\n", "utf-8")


def rejected(school: School) -> list[dict[str, str]]:
    with (school.batch / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(school: School, rows: list[dict[str, str]]) -> None:
    with (school.batch / "rejects.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def names(school: School) -> list[str]:
    return sorted(record.credential["credentialSubject"]["identifier"][0]["identityHash"] for record in records.current(school.root))


def issued(school: School) -> dict[str, bytes]:
    """What CI wrote."""
    return {name: data for name, data in school.files().items() if not name.endswith("roster.csv")}


def test_the_good_rows_are_issued_and_the_others_follow_when_they_are_corrected(school: School) -> None:
    assert "2 rows with errors are left out" in school.issuer("check")
    school.issuer("issue")
    assert names(school) == ["Ada Lovelace", "Lise Meitner"]
    first, second = rejected(school)
    assert (first["Name"], first["E-mail"], first["issuer code"]) == ("Mary Somerville", "mary.example.org", "email-invalid")
    assert first["issuer line"].startswith("3-")
    assert 'no "@"' in first["issuer hint"]
    assert (second["Name"], second["issuer code"]) == ("'=1+1", "name-placeholder")
    before = issued(school)
    school.issuer("issue")
    assert issued(school) == before

    first["E-mail"], second["Name"] = "mary@example.org", "Emmy Noether"
    rewrite(school, [first, second])
    plan = school.json("check")["batches"][0]
    assert (plan["new"], plan["unchanged"], plan["blocked"], plan["withdrawn"]) == (2, 2, 0, 0)
    assert plan["findings"] == []
    school.issuer("issue")
    assert names(school) == ["Ada Lovelace", "Emmy Noether", "Lise Meitner", "Mary Somerville"]
    assert [row["issuer code"] for row in rejected(school)] == ["", ""]
    before = issued(school)
    school.roster(*reversed(ROWS))
    assert "Nothing is new" in school.issuer("issue")
    assert issued(school) == before


def test_a_row_that_stays_wrong_stays_with_what_is_wrong_today(school: School) -> None:
    school.issuer("issue")
    first, second = rejected(school)
    first["E-mail"], second["Name"] = "mary@@example.org", "Emmy Noether"
    rewrite(school, [first, second])
    school.issuer("issue")
    assert names(school) == ["Ada Lovelace", "Emmy Noether", "Lise Meitner"]
    assert [(row["E-mail"], row["issuer code"]) for row in rejected(school)] == [
        ("mary@@example.org", "email-invalid"),
        ("emmy@example.org", ""),
    ]


def test_who_is_corrected_in_the_roster_itself_is_corrected(school: School) -> None:
    school.issuer("issue")
    rewrite(school, [row | {"E-mail": "mary@example.org"} if row["Name"] == "Mary Somerville" else row for row in rejected(school)])
    mended = [line.replace("mary.example.org", "mary@example.org").replace("=1+1", "Emmy Noether") for line in ROWS]
    school.roster(*mended)
    plan = school.json("check")["batches"][0]
    assert (plan["new"], plan["blocked"]) == (2, 0)
    assert [(found["code"], found["place"]) for found in plan["findings"]] == [
        ("row-superseded", f"records/{BATCH}/rejects.csv:2"),
        ("row-superseded", f"records/{BATCH}/rejects.csv:3"),
    ]
    school.issuer("issue")
    assert names(school) == ["Ada Lovelace", "Emmy Noether", "Lise Meitner", "Mary Somerville"]
    assert rejected(school) == []
    assert school.json("check")["batches"][0]["findings"] == []


def test_who_turns_out_not_to_be_eligible_stays_corrected(school: School) -> None:
    say(school, "require: Course is not empty")
    school.issuer("issue")
    rewrite(school, [row | {"Course": ""} if row["Name"] == "Mary Somerville" else row for row in rejected(school)])
    for _ in range(2):
        plan = school.json("check")["batches"][0]
        assert (plan["not_eligible"], plan["blocked"]) == (1, 1)
        school.issuer("issue")
        assert [row["Name"] for row in rejected(school)] == ["Mary Somerville", "'=1+1"]


def test_a_german_excel_can_correct_them(school: School) -> None:
    say(school, "encoding: windows-1252")
    roster = "Name;E-mail;Course\nZoë Müller;zoë.example.org;x\nJürgen;j@example.org;x\n"
    (school.batch / "roster.csv").write_bytes(roster.encode("cp1252"))
    school.issuer("issue")
    file = school.batch / "rejects.csv"
    written = file.read_text("utf-8-sig")
    assert written.startswith("Name;E-mail;Course;issuer line;issuer code;issuer hint\n")
    file.write_bytes(written.replace("zoë.example.org", "zoe@example.org").encode("cp1252"))
    school.issuer("issue")
    assert names(school) == ["Jürgen", "Zoë Müller"]


def test_beside_a_workbook_stands_a_workbook(school: School) -> None:
    (school.batch / "roster.csv").unlink()
    book = openpyxl.Workbook()
    for row in (HEADER.split(","), *(line.split(",") for line in ROWS[:2])):
        book.worksheets[0].append(row)
    book.save(school.batch / "roster.xlsx")
    school.issuer("issue")
    path = school.batch / "rejects.xlsx"
    before = path.read_bytes()
    school.issuer("issue")
    assert path.read_bytes() == before
    there = openpyxl.load_workbook(path)
    headers = [cell.value for cell in there.worksheets[0][1]]
    assert headers == ["Name", "E-mail", "Course", "issuer line", "issuer code", "issuer hint"]
    there.worksheets[0]["B2"] = "mary@example.org"
    there.save(path)
    school.issuer("issue")
    assert names(school) == ["Ada Lovelace", "Mary Somerville"]


def test_without_skip_one_row_stops_all(tmp_path: Path) -> None:
    made = found(tmp_path)
    made.roster(*ROWS)
    assert "Nothing was issued" in made.issuer("issue", code=1)
    assert not (made.batch / "rejects.csv").exists()


def test_people_who_left_are_revoked_only_where_batch_yml_says_so(tmp_path: Path) -> None:
    made = found(tmp_path)
    people = ("Ada Lovelace,ada@example.org,x", "Mary Somerville,mary@example.org,x", "Lise Meitner,lise@example.org,x")
    made.roster(*people)
    made.issuer("issue")
    made.roster(*people[:2])
    made.issuer("issue")
    assert not status.decisions(made.root)
    say(made, "withdraw: revoke")
    assert "will be revoked" in made.issuer("check")
    made.issuer("issue")
    assert [decision.state for decision in status.decisions(made.root).values()] == ["revoked"]
    before = made.files()
    made.issuer("issue")
    assert made.files() == before


def test_rows_that_are_equal_in_every_cell_are_rejected_once(school: School) -> None:
    school.roster("Ada Lovelace,ada@example.org,x", "Mary Somerville,mary@example.org,x", "Ada Lovelace,ada@example.org,x")
    school.issuer("issue")
    assert [(row["issuer line"].split("-")[0], row["issuer code"]) for row in rejected(school)] == [("4", "row-duplicate")]
    before = issued(school)
    school.issuer("issue")
    assert issued(school) == before


@pytest.mark.parametrize("header", ["+Bonus", "=Course", "@home", "'-1"])
def test_a_header_that_begins_like_a_formula_is_found_again(school: School, header: str) -> None:
    school.roster("Ada Lovelace,ada@example.org,x,7", "Mary Somerville,mary.example.org,x,8", header=f"Name,E-mail,Course,{header}")
    school.issuer("issue")
    assert f"'{header}" in rejected(school)[0]
    row = rejected(school)[0]
    row["E-mail"] = "mary@example.org"
    rewrite(school, [row])
    school.issuer("issue")
    assert names(school) == ["Ada Lovelace", "Mary Somerville"]


def test_a_roster_that_was_a_file_of_rejected_rows_comes_to_rest(school: School) -> None:
    header = f"{HEADER},issuer line,issuer code,issuer hint"
    school.roster("Ada Lovelace,ada@example.org,x,,,", "Mary Somerville,mary.example.org,x,9-00000000,email-invalid,", header=header)
    school.issuer("issue")
    before = issued(school)
    school.issuer("issue")
    assert issued(school) == before


def test_a_text_that_reads_like_an_error_stays_a_text_in_a_workbook(school: School) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (HEADER.split(","), ["Mary Somerville", "mary.example.org", "#N/A"]):
        sheet.append(row)
    sheet["C2"].data_type = "s"
    (school.batch / "roster.csv").unlink()
    book.save(school.batch / "roster.xlsx")
    school.issuer("issue")
    cell = openpyxl.load_workbook(school.batch / "rejects.xlsx").worksheets[0]["C2"]
    assert (cell.value, cell.data_type) == ("#N/A", "s")
