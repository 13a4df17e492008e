"""Rosters changed in place keep every other byte; new tables run no formula; `issuer check --fix`, `issuer roster template` and `add`."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import click
import jsonschema
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer import cli
from issuer.commands import fixing
from issuer.commands.session import Session
from issuer.errors import Place, RosterError
from issuer.roster import new_tables, reading, sheet_writer, writing
from issuer.roster.csv_writer import Document
from issuer.roster.findings import Code, finding
from issuer.roster.fixing import Change
from issuer.roster.inert import inert, restored
from tests.school import BATCH, School, found
from tests.test_review import SCHEMA

ROSTER = f"records/{BATCH}/roster.csv"
DIALECTS = [
    (mark, codec, delimiter, end, quoting, final)
    for mark, codec in ((b"", "utf-8"), (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
    for delimiter in ",;\t|"
    for end in ("\n", "\r\n", "\r")
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
    for final in (True, False)
]
cells = st.text("aé漢 ,;|\"\n\tx'", min_size=1, max_size=8).filter(str.strip)


def written(dialect: Any, rows: list[list[str]]) -> bytes:
    mark, codec, delimiter, end, quoting, final = dialect
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    said = text.getvalue() if final else text.getvalue().removesuffix(end)
    return bytes(mark + said.encode(codec))


def broken(row: tuple[str, ...], dialect: Any) -> tuple[str, ...]:
    """A row whose cells break their lines as the file does: Python's csv puts only such cells into quotes."""
    return tuple(cell.replace("\n", dialect[3]) for cell in row)


def change(table: Any, line: int, column: int, old: str, new: str) -> Change:
    return Change(line, column, table.place(line, column), "x", old, new)


@given(dialect=st.sampled_from(DIALECTS), rows=st.lists(st.tuples(cells, cells, cells), min_size=2, max_size=5), data=st.data())
def test_an_edited_csv_is_read_with_its_new_cell_and_keeps_the_others(
    dialect: Any, rows: list[tuple[str, ...]], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path, rows = tmp_path_factory.mktemp("csv") / "roster.csv", [broken(row, dialect) for row in rows]
    header = ["Name", "E-mail", "Course"]
    path.write_bytes(written(dialect, [header, *map(list, rows)]))
    read = list(reading.read(path, shown_as="roster.csv").rows)
    assert [row.cells for row in read] == rows
    at, column, new = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, 2)), broken((data.draw(cells),), dialect)[0]
    table = reading.read(path, shown_as="roster.csv")
    edited = writing.edit(path, table, [change(table, read[at].line, column, rows[at][column], new)])
    expected = [list(row) for row in rows]
    expected[at][column] = new
    assert edited.data is not None
    path.write_bytes(edited.data)
    assert [list(row.cells) for row in reading.read(path, shown_as="roster.csv").rows] == expected
    if dialect[4] == csv.QUOTE_ALL:
        assert edited.data == written(dialect, [header, *expected])
    back = reading.read(path, shown_as="roster.csv")
    line = list(reading.read(path, shown_as="roster.csv").rows)[at].line
    assert writing.edit(path, back, [change(back, line, column, new, rows[at][column])]).data is not None


@given(dialect=st.sampled_from(DIALECTS), rows=st.lists(st.tuples(cells, cells), min_size=1, max_size=4), new=st.tuples(cells, cells))
def test_an_added_row_is_read_as_the_last(
    dialect: Any, rows: list[tuple[str, ...]], new: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path, rows, new = tmp_path_factory.mktemp("csv") / "roster.csv", [broken(row, dialect) for row in rows], broken(new, dialect)
    before = written(dialect, [["Name", "E-mail"], *map(list, rows)])
    path.write_bytes(before)
    made = writing.append(path, reading.read(path, shown_as="roster.csv"), new)
    assert made.data.startswith(before)
    path.write_bytes(made.data)
    read = list(reading.read(path, shown_as="roster.csv").rows)
    assert [row.cells for row in read] == [*rows, new]
    assert read[-1].line == made.line
    assert made.data.endswith(dialect[3].encode(dialect[1])) == dialect[5] or new[1].endswith(dialect[3])


def test_what_is_not_as_it_was_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("Name,E-mail\nAda,ada@example.org\n", "utf-8")
    table = reading.read(path, shown_as="roster.csv")
    for line, column, old in ((2, 0, "Bob"), (2, 5, "Ada"), (9, 0, "Ada")):
        with pytest.raises(RosterError, match="changed while it was read"):
            Document(path, table).edited({line: {column: (old, "x")}})
    with pytest.raises(RosterError, match="windows-1252 has no '漢'"):
        Document(path, table, "windows-1252").edited({2: {0: ("Ada", "漢")}})
    path.write_bytes(b"Name,E-mail\nJos\xe9,jose@example.org\n")
    with pytest.raises(RosterError, match="cannot be written in utf-8"):
        Document(path, table)
    assert Document(path, table, "windows-1252").edited({2: {0: ("José", "Zoé")}})[0] == b"Name,E-mail\nZo\xe9,jose@example.org\n"


def test_the_mark_of_excel_stays(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(b"sep=;\r\nName;E-mail\r\nAda ;ada@example.org\r\n")
    table = reading.read(path, shown_as="roster.csv")
    data, (hunk,) = Document(path, table).edited({3: {0: ("Ada ", "Ada")}})
    assert data == b"sep=;\r\nName;E-mail\r\nAda;ada@example.org\r\n"
    assert (hunk.line, hunk.old, hunk.new) == (3, "Ada ;ada@example.org", "Ada;ada@example.org")


def book(path: Path, rows: list[list[Any]]) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    sheet["A1"].font = openpyxl.styles.Font(bold=True)
    sheet.column_dimensions["A"].width = 40
    made.create_sheet("Other").append(["x"])
    made.save(path)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_an_edited_workbook_keeps_all_but_the_cell(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    book(path, [["Name", "E-mail", "Score"], ["Ada  <&> Boole", "ada@EXAMPLE.org", 85], ["Bob", "bob@example.org", "=B2"]])
    old = path.read_bytes()
    edits = {2: {0: ("Ada  <&> Boole", "Ada <&> Boole"), 1: ("ada@EXAMPLE.org", "ada@example.org")}, 3: {2: ("", "x")}}
    data, formulas = sheet_writer.edited(path, "roster.xlsx", "Sheet", edits)
    assert formulas == {(3, 2)}
    before, after = parts(old), parts(data)
    assert {name for name in before if before[name] != after[name]} == {"xl/worksheets/sheet1.xml"}
    assert list(before) == list(after)
    path.write_bytes(data)
    sheet = openpyxl.load_workbook(path)["Sheet"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Name", "E-mail", "Score"],
        ["Ada <&> Boole", "ada@example.org", 85],
        ["Bob", "bob@example.org", "=B2"],
    ]
    assert sheet["A1"].font.bold
    rows = list(reading.read(path, shown_as="roster.xlsx").rows)
    assert rows[0].cells == ("Ada <&> Boole", "ada@example.org", "85")


def test_a_row_is_added_to_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    book(path, [["Name", "E-mail"], ["Ada", "ada@example.org"]])
    data, number = sheet_writer.appended(path, "roster.xlsx", "Sheet", [" Bob <x> ", ""])
    path.write_bytes(data)
    assert number == 3
    assert [row.cells for row in reading.read(path, shown_as="roster.xlsx").rows] == [("Ada", "ada@example.org"), (" Bob <x> ", "")]
    assert openpyxl.load_workbook(path)["Sheet"]["A3"].value == " Bob <x> "
    with pytest.raises(RosterError, match=r"U\+0007"):
        sheet_writer.appended(path, "roster.xlsx", "Sheet", ["\a"])


@given(st.text("=+-@'\t＝a1", max_size=5))
def test_inert_cells_begin_no_formula_and_come_back(cell: str) -> None:
    said = inert(cell)
    assert not said or said[0] not in "=+-@＝＋－＠\t\r\n"
    assert restored(said) == cell


def test_rejected_rows_can_be_corrected_where_they_are(tmp_path: Path) -> None:
    place = Place("roster.csv", 3, "E-mail")
    findings = (finding(Code.EMAIL_INVALID, place, "no \"@\" in 'ada'", "correct the cell"),)
    rows = [("3-abcdef01", ("=HYPERLINK(1)", "ada", "+49 1"), findings)]
    for name in ("rejects.csv", "rejects.xlsx"):
        path = tmp_path / name
        new_tables.write_rejects(path, ("Name", "E-mail", "Phone"), rows)
        table = reading.read(path, shown_as=name)
        assert table.headers == ("Name", "E-mail", "Phone", "issuer line", "issuer code", "issuer hint")
        (row,) = table.rows
        cells = tuple(map(restored, row.cells)) if table.sheet is None else row.cells
        assert cells == ("=HYPERLINK(1)", "ada", "+49 1", "3-abcdef01", "email-invalid", "E-mail: no \"@\" in 'ada'; correct the cell")
        assert not row.findings, "a formula would be one"
    assert b"\n'=HYPERLINK(1),ada,'+49 1," in (tmp_path / "rejects.csv").read_bytes()
    cell = openpyxl.load_workbook(tmp_path / "rejects.xlsx")["Roster"]["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def messy(folder: Path) -> School:
    school = found(folder)
    head, tail = '\ufeffName;E-mail;Course;Notes\r\n"Amina  Yusuf";amina@EXAMPLE.org;', 'jose@example.org;"a;b";\r\nBob  ;bob;x;'
    text = f"{head}Morning ;a  b\r\nJose\u0301;{tail}"
    (school.root / ROSTER).write_bytes(text.encode())
    return school


def test_check_fix_writes_what_is_signed_and_nothing_else(tmp_path: Path) -> None:
    school = messy(tmp_path)
    values = [row["values"] for row in school.json("check", code=1)["batches"][0]["rows"]]
    said = school.outputs("--quiet", "check", "--fix", code=1)[0].splitlines()
    begin = said.index(f"--- {ROSTER}")
    assert said[begin + 2 : begin + 5] == [
        "@@ -2 +2 @@",
        '-"Amina  Yusuf";amina@EXAMPLE.org;Morning ;a  b',
        '+"Amina Yusuf";amina@example.org;Morning;a  b',
    ]
    assert f"Fixed 5 cells in {ROSTER}." in said
    fixed = (school.root / ROSTER).read_bytes()
    assert fixed.decode() == (
        '\ufeffName;E-mail;Course;Notes\r\n"Amina Yusuf";amina@example.org;Morning;a  b\r\nJosé;jose@example.org;"a;b";\r\nBob;bob;x;'
    )
    document = school.json("check", "--fix", code=1)
    assert document["fixed"] == []
    assert (school.root / ROSTER).read_bytes() == fixed
    assert [row["values"] for row in document["batches"][0]["rows"]] == values


def test_check_fix_as_json_fits_the_schema(tmp_path: Path) -> None:
    document = messy(tmp_path).json("check", "--fix", code=1)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    (fixed,) = document["fixed"]
    assert fixed["written"] is True
    assert fixed["changes"][1] == {
        "line": 2,
        "column": "E-mail",
        "cell": None,
        "field": "email",
        "old": "amina@EXAMPLE.org",
        "new": "amina@example.org",
    }


def test_days_become_iso_days_but_never_other_days(tmp_path: Path) -> None:
    school = found(tmp_path)
    path = school.batch / "batch.yml"
    settings = path.read_text("utf-8").partition("  course:")[0]
    for written_as, text, new in (("%d.%m.%Y", "30.05.2026", "2026-05-30"), ("%Y-%d-%m", "2026-03-05", "2026-03-05")):
        path.write_text(f'{settings}  awarded:\n    column: Day\n    date: "{written_as}"\n', "utf-8")
        school.roster(f"Ada,ada@example.org,{text}", header="Name,E-mail,Day")
        before = school.json("check")["batches"][0]["rows"][0]["values"]["awarded"]
        school.issuer("--quiet", "check", "--fix")
        assert (school.root / ROSTER).read_text("utf-8") == f"Name,E-mail,Day\nAda,ada@example.org,{new}\n"
        assert school.json("check")["batches"][0]["rows"][0]["values"]["awarded"] == before


def test_check_fix_edits_a_workbook(tmp_path: Path) -> None:
    school = found(tmp_path)
    (school.root / ROSTER).unlink()
    path = school.batch / "roster.xlsx"
    book(path, [["Name", "E-mail", "Course"], ["Ada  Boole", "ada@EXAMPLE.org", "Evening"]])
    said = school.outputs("--quiet", "check", "--fix")[0]
    assert f"records/{BATCH}/roster.xlsx!Sheet!A2 column \"Name\": 'Ada  Boole' → 'Ada Boole'" in said
    assert "Fixed 2 cells" in said
    again = path.read_bytes()
    assert school.outputs("--quiet", "check", "--fix")[0].startswith("No cell needs to be fixed.\n")
    assert path.read_bytes() == again


@pytest.mark.parametrize("options", [(), ("--xlsx",)])
def test_a_new_roster_has_the_columns_and_an_example_that_is_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    school = found(tmp_path)
    (school.root / ROSTER).unlink()
    said = school.outputs("roster", "template", BATCH, *options)[0]
    path = school.batch / ("roster.xlsx" if options else "roster.csv")
    assert f"records/{BATCH}/{path.name} has these columns:" in said
    table = reading.read(path, shown_as=path.name)
    assert table.headers == ("Name", "E-mail", "Course")
    assert [row.cells for row in table.rows] == [("Your Name", "your.name@example.org", "")]
    refused = school.json("check", code=1)["batches"][0]
    assert [item["code"] for item in refused["findings"] if item["severity"] == "error"] == ["name-placeholder"]
    assert "is there already" in school.issuer("roster", "template", BATCH, *options, code=2)
    if options:
        sheet = openpyxl.load_workbook(path)["Roster"]
        assert sheet.freeze_panes == "A2"
        assert sheet["A1"].font.bold
        assert sheet["A1"].comment.text == "The name as it will stand on the certificate. Required."


def test_a_new_roster_joins_and_dates_as_batch_yml_says(tmp_path: Path) -> None:
    school = found(tmp_path)
    (school.root / ROSTER).unlink()
    path = school.batch / "batch.yml"
    head = path.read_text("utf-8").partition("columns:")[0].replace("awarded: 2026-01-30\n", "")
    columns = 'columns:\n  name: [First, Last]\n  awarded: {column: Day, date: "%d.%m.%Y"}\n  campus: {value: Harbour}\n'
    path.write_text(head + columns, "utf-8")
    school.issuer("roster", "template", BATCH, now="2026-05-30T08:00:00Z")
    assert (school.root / ROSTER).read_bytes().decode(
        "utf-8-sig"
    ) == "First,Last,email,Day\r\nYour,Name,your.name@example.org,30.05.2026\r\n"
    assert "name-placeholder" in school.issuer("check", code=1)
    school.issuer("roster", "add", BATCH, "--field", "first=Ada", "--field", "Last=Boole", "--field", "awarded=2026-05-29")
    assert (school.root / ROSTER).read_bytes().endswith(b"\r\nAda,Boole,,29.05.2026\r\n")
    assert "'name' is joined from 2 columns" in school.issuer("roster", "add", BATCH, "--name", "Ada", code=2)
    assert "'campus' has the same value" in school.issuer("roster", "add", BATCH, "--field", "campus=x", code=2)


def test_a_person_is_added_only_if_the_checks_agree(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.roster("Amina Yusuf,amina@example.org,Morning")
    said = school.outputs(
        "--quiet", "roster", "add", BATCH, "--name", "Ada, Countess", "--email", "ada@example.org", "--field", "course=x"
    )[0]
    assert said.splitlines() == [f'{ROSTER}:3: "Ada, Countess",ada@example.org,x', f"Added. Next: issuer check {BATCH}"]
    after = (school.root / ROSTER).read_bytes()
    assert after.endswith(b'Morning\n"Ada, Countess",ada@example.org,x\n')
    for arguments, code, words in (
        (("--name", "Ada", "--email", "ada@example.org"), 1, "[row-duplicate]"),
        (("--name", "Bob", "--email", "bob"), 1, "[email-invalid]"),
        (("--email", "bob@example.org"), 1, "[value-missing]"),
        (("--name", "=1+1"), 2, "would be run as a formula"),
        (("--name", "Bob", "--field", "score=1"), 2, "no column is called 'score'"),
        (("--name", "Bob", "--field", "score"), 2, "there is no ="),
    ):
        assert words in school.issuer("--quiet", "roster", "add", BATCH, *arguments, code=code)
        assert (school.root / ROSTER).read_bytes() == after


def test_a_person_is_added_to_a_workbook(tmp_path: Path) -> None:
    school = found(tmp_path)
    (school.root / ROSTER).unlink()
    book(school.batch / "roster.xlsx", [["Name", "E-mail", "Course"], ["Amina", "amina@example.org", "x"]])
    said = school.outputs("--quiet", "roster", "add", BATCH, "--name", "Ada", "--email", "ada@example.org")[0]
    assert said.startswith(f"records/{BATCH}/roster.xlsx!Sheet, row 3: Ada | ada@example.org |\n")
    assert [row["name"] for row in school.json("check")["batches"][0]["rows"]] == ["Amina", "Ada"]


def test_a_person_at_a_terminal_is_asked(tmp_path: Path) -> None:
    school, asked = messy(tmp_path), list[str]()
    before = (school.root / ROSTER).read_bytes()

    def refuse(question: str) -> None:
        asked.append(question)
        raise click.Abort

    session = Session(school.root, dt.datetime(2026, 1, 31, tzinfo=dt.UTC), {}, cli._quiet_steps, interactive=True, confirm=refuse)
    with pytest.raises(click.Abort):
        fixing.fix(session, [BATCH], ask=True)
    assert (school.root / ROSTER).read_bytes() == before
    assert asked[0].startswith(f"--- {ROSTER}\n")
    assert asked[0].endswith(f"\nWrite 5 cells of {ROSTER}?")
    (fixed,) = fixing.fix(session, [BATCH], ask=False)
    assert len(asked) == 1
    assert fixed.edited.data == (school.root / ROSTER).read_bytes() != before


def with_picture(school: School, data: bytes) -> Path:
    """A workbook with a cell to fix and a picture, stored as it is."""
    (school.batch / "roster.csv").unlink()
    book = openpyxl.Workbook()
    for row in (["Name", "E-mail", "Course"], ["Ada  Lovelace", "ada@example.org", "x"]):
        book.worksheets[0].append(row)
    path = school.batch / "roster.xlsx"
    book.save(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED if len(data) > 1000 else zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/media/image1.png", data)
    return path


@pytest.mark.parametrize(("fault", "said"), [("damaged", "is damaged"), ("swells", "larger than 200 MB when unpacked")])
@pytest.mark.parametrize("command", [("check", "--fix"), ("roster", "add", BATCH, "--name", "Emmy Noether", "--field", "Course=x")])
def test_a_picture_that_is_damaged_or_swells_is_refused_where_it_would_be_copied(
    tmp_path: Path, fault: str, said: str, command: tuple[str, ...]
) -> None:
    made = found(tmp_path)
    path = with_picture(made, b"HELLO" if fault == "damaged" else bytes((200 << 20) + 1))
    path.write_bytes(path.read_bytes().replace(b"HELLO", b"HELLA"))
    made.issuer("check")
    before = path.read_bytes()
    assert said in made.issuer(*command, code=1)
    assert path.read_bytes() == before


def test_a_row_that_proves_the_order_of_days_is_not_fixed_without_the_others(tmp_path: Path) -> None:
    made = found(tmp_path)
    settings = made.batch / "batch.yml"
    settings.write_text("".join(line for line in settings.read_text("utf-8").splitlines(True) if not line.startswith("awarded:")), "utf-8")
    rows = ("Ada Lovelace,ada@example.org,x,13/05/2026", "", "", "", "Emmy Noether,emmy@example.org,x,03/04/2026")
    made.roster(*rows, header="Name,E-mail,Course,Awarded")
    signed = [row["values"] for row in made.json("check")["batches"][0]["rows"]]
    made.issuer("check", "--fix")
    assert [row["values"] for row in made.json("check")["batches"][0]["rows"]] == signed
    assert (made.batch / "roster.csv").read_text("utf-8").count("2026-0") == 2
