"""XLSX rosters written by openpyxl, and workbooks that were made to hurt."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from issuer.errors import RosterError
from issuer.roster import spreadsheet
from issuer.roster.findings import Code
from issuer.roster.reading import read
from issuer.roster.table import Table, letters


def book(tmp_path: Path, *sheets: tuple[str, list[list[Any]]]) -> tuple[Path, Any]:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, lines in sheets:
        sheet = workbook.create_sheet(name)
        for line in lines:
            sheet.append(line)
    return tmp_path / "roster.xlsx", workbook


def table(path: Path, sheet: str | None = None) -> Table:
    return read(path, shown_as="roster.xlsx", sheet=sheet)


def refused(path: Path, sheet: str | None = None) -> RosterError:
    with pytest.raises(RosterError) as caught:
        list(table(path, sheet).rows)
    assert caught.value.hint
    assert str(caught.value).startswith("roster.xlsx")
    return caught.value


def test_values_as_text(tmp_path: Path) -> None:
    day, moment = dt.date(2026, 5, 30), dt.datetime(2026, 5, 30, 14, 3)  # noqa: DTZ001 - a spreadsheet has no time zones
    path, workbook = book(tmp_path, ("S", [list("abcdefgh"), ["José", 123, 91.5, 0.1 + 0.2, True, day, moment, 1e20]]))
    workbook.save(path)
    row = next(table(path).rows)
    assert row.cells == ("José", "123", "91.5", "0.3", "true", "2026-05-30", "2026-05-30 14:03:00", "100000000000000000000")
    assert (row.line, row.dates, row.findings) == (2, frozenset({5, 6}), ())


def test_the_values_behind_what_a_spreadsheet_shows(tmp_path: Path) -> None:
    """As site/guide/first-batch.md says."""
    path, workbook = book(tmp_path, ("S", [list("abcdefg"), [0.85, 7, 1234.5, dt.date(2026, 5, 30), "85 %", "007", "1,234.50 €"]]))
    for cell, shown in (("A2", "0 %"), ("B2", "000"), ("C2", "#,##0.00 [$€-407]"), ("D2", "dd.mm.yyyy"), ("E2", "@"), ("F2", "@")):
        workbook["S"][cell].number_format = shown
    workbook.save(path)
    assert next(table(path).rows).cells == ("0.85", "007", "1234.5", "2026-05-30", "85 %", "007", "1,234.50 €")


def test_places_survive_empty_rows_and_columns(tmp_path: Path) -> None:
    path, workbook = book(tmp_path, ("Spring term", []))
    sheet = workbook["Spring term"]
    sheet["C4"], sheet["D4"], sheet["C9"], sheet["D9"] = "name", "email", "Ada", "a@example.org"
    workbook.save(path)
    read_table = table(path)
    row = next(read_table.rows)
    assert (read_table.headers, read_table.header_line, row.line, row.cells) == (
        ("", "", "name", "email"),
        4,
        9,
        ("", "", "Ada", "a@example.org"),
    )
    assert str(read_table.place(row.line, 3)) == 'roster.xlsx!Spring term!D9 column "email"'
    assert str(read_table.place(row.line)) == "roster.xlsx!Spring term:9"


def test_formulas_and_error_cells(tmp_path: Path) -> None:
    path, workbook = book(tmp_path, ("S", [["name", "score"], ["Ada", "=1+1"], ["#N/A", 5], ["", "#DIV/0!"], ["Eve", 1]]))
    workbook.save(path)
    rows = list(table(path).rows)
    found = [(finding.code, finding.place.cell, finding.place.column) for row in rows for finding in row.findings]
    assert found == [(Code.CELL_FORMULA, "B2", "score"), (Code.CELL_ERROR, "A3", "name"), (Code.CELL_ERROR, "B4", "score")]
    assert "#N/A" in rows[1].findings[0].message
    assert rows[3].findings == ()


def test_the_first_visible_sheet_with_rows_is_read(tmp_path: Path) -> None:
    rows = [["name"], ["Ada"]]
    path, workbook = book(tmp_path, ("Hidden", [["x"], ["y"]]), ("Empty", []), ("Graduates", rows), ("Old", [["name"], ["Bob"]]))
    workbook["Hidden"].sheet_state = "hidden"
    workbook.save(path)
    read_table = table(path)
    assert (read_table.sheet, [row.cells for row in read_table.rows]) == ("Graduates", [("Ada",)])
    assert [(finding.code, finding.message) for finding in read_table.findings] == [
        (Code.SHEET_CHOSEN, "other sheets with rows are not read: 'Old'"),
        (Code.SHEETS_HIDDEN, "hidden sheets with rows are not read: 'Hidden'"),
    ]
    named = table(path, "Old")
    assert ([row.cells for row in named.rows], named.findings) == ([("Bob",)], ())
    assert refused(path, "Graduats").hint == "did you mean 'Graduates'?"


def test_hidden_rows_are_left_out_and_named(tmp_path: Path) -> None:
    path, workbook = book(tmp_path, ("S", [["name"], ["Ada"], ["Bob"], ["Eve"]]))
    workbook["S"].row_dimensions[3].hidden = True
    workbook.save(path)
    read_table = table(path)
    assert [row.cells[0] for row in read_table.rows] == ["Ada", "Eve"]
    assert [(finding.code, finding.message) for finding in read_table.findings] == [(Code.ROWS_HIDDEN, "hidden rows are left out: 3")]


def test_a_number_format_of_zeros_gives_the_zeros_back(tmp_path: Path) -> None:
    formats = {"A": "00000", "B": "000;-000", "C": "0", "D": "00.0", "E": "0,000", "F": "00000"}
    path, workbook = book(tmp_path, ("S", [list("abcdef"), [42, 7, 7, 7, 7, 42.5], [123456, -7, 7, 7, 7, "x"]]))
    for letter, shown in formats.items():
        for line in (2, 3):
            workbook["S"][f"{letter}{line}"].number_format = shown
    workbook.save(path)
    rows = [row.cells for row in table(path).rows]
    assert rows == [("00042", "007", "7", "7", "7", "42.5"), ("123456", "-7", "7", "7", "7", "x")]


def test_merged_cells_are_named(tmp_path: Path) -> None:
    lines: list[list[Any]] = [
        ["name", "course", "city"],
        ["Ada", "Python", "Rome"],
        ["Bob", None, "Oslo"],
        ["Eve", "Go", None],
        ["Zoe", "C", "Bonn"],
    ]
    path, workbook = book(tmp_path, ("S", lines))
    for cells in ("B2:B3", "B4:C4", "D2:E9", "A7:C9", "C5:G5"):
        workbook["S"].merge_cells(cells)
    workbook.save(path)
    (found,) = table(path).findings
    assert (found.code, str(found.place)) == (Code.CELLS_MERGED, 'roster.xlsx!S!B2 column "course"')
    assert found.message == "cells are merged, so that only the first has the value: B2:B3, B4:C4"


def test_a_merged_title_is_no_merged_data(tmp_path: Path) -> None:
    path, workbook = book(tmp_path, ("S", [["name", "email"], ["Ada", "a@example.org"]]))
    workbook["S"].merge_cells("A1:A1")
    workbook["S"].merge_cells("B1:F1")
    workbook.save(path)
    assert table(path).findings == ()


def test_blank_rows_in_the_middle(tmp_path: Path) -> None:
    lines: list[list[Any]] = [["name"], ["Ada"], [], [], ["Bob"], [], [], [], ["Eve"]]
    path, workbook = book(tmp_path, ("S", lines))
    workbook.save(path)
    read_table = table(path)
    assert [row.line for row in read_table.rows] == [2, 5, 9]
    assert [(str(found.place), found.code, found.message) for found in read_table.findings] == [
        ("roster.xlsx!S:9", Code.ROWS_BLANK, "3 blank rows stand above this one, and were passed over")
    ]
    for line in (6, 7, 8):
        workbook["S"].row_dimensions[line].hidden = True
        workbook["S"][f"A{line}"] = "x"
    workbook.save(path)
    assert [found.code for found in table(path).findings] == [Code.ROWS_HIDDEN]


def test_a_hidden_sheet_is_read_when_it_is_named(tmp_path: Path) -> None:
    path, workbook = book(tmp_path, ("Shown", []), ("Kept", [["name"], ["Ada"]]))
    workbook["Kept"].sheet_state = "veryHidden"
    workbook.save(path)
    read_table = table(path)
    assert (read_table.headers, [found.code for found in read_table.findings]) == ((), [Code.SHEETS_HIDDEN])
    assert [row.cells for row in table(path, "Kept").rows] == [("Ada",)]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    path, workbook = book(tmp_path, ("S", [["name", "city"], *([f"Ada {number}", f"City {number}"] for number in range(20_000))]))
    workbook.save(path)
    rows = table(path).rows
    tracemalloc.start()
    count = sum(1 for _ in rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 500_000


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="_"), max_size=12)] * 2), max_size=6
    )
)
def test_written_cells_come_back(tmp_path_factory: pytest.TempPathFactory, people: list[tuple[str, str]]) -> None:
    path, workbook = book(tmp_path_factory.getbasetemp(), ("S", [["full name", "comment"]]))
    for line, cells in enumerate(people, 2):
        for column, text in enumerate(cells, 1):
            cell = workbook["S"].cell(line, column, text)
            cell.data_type = "s"  # also where it looks like a formula
    workbook.save(path)
    assert [row.cells for row in table(path).rows] == [cells for cells in people if any(cell.strip() for cell in cells)]


def test_a_cell_beyond_the_header(tmp_path: Path) -> None:
    path, workbook = book(tmp_path, ("S", [["name"], ["Ada", None, "x"], ["Bob", None, "y"]]))
    workbook.save(path)
    found = [finding for row in table(path).rows for finding in row.findings]
    assert [(finding.code, finding.place.cell) for finding in found] == [(Code.HEADER_EMPTY, "C2"), (Code.HEADER_EMPTY, "C3")]


def test_formats_without_values_cost_nothing(tmp_path: Path) -> None:
    path, workbook = book(tmp_path, ("S", [["name"], ["Ada"]]))
    workbook["S"]["XFD1048576"].font = Font(bold=True)
    workbook.save(path)
    assert [row.cells for row in table(path).rows] == [("Ada",)]


def test_an_empty_workbook(tmp_path: Path) -> None:
    path, workbook = book(tmp_path, ("S", []))
    workbook.save(path)
    assert (table(path).headers, list(table(path).rows)) == ((), [])


def test_a_small_file_that_claims_the_last_cell(tmp_path: Path) -> None:
    path, workbook = book(tmp_path, ("S", [["name"], ["Ada"]]))
    workbook["S"]["XFD1048576"] = "x"
    workbook.save(path)
    assert path.stat().st_size < 8192
    assert "row 1,048,576 and column 16,384" in refused(path).message


def replaced(path: Path, part: str, content: bytes) -> None:
    """Write the workbook again with another content of one part."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    parts[part] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def workbook_with(tmp_path: Path, content: bytes) -> Path:
    path, workbook = book(tmp_path, ("S", [["name"], ["Ada"]]))
    workbook.save(path)
    replaced(path, "xl/worksheets/sheet1.xml", content)
    return path


def test_zip_bombs(tmp_path: Path) -> None:
    big = workbook_with(tmp_path, SHEET % (b" " * (101 << 20)))
    assert "larger than 100 MB when unpacked" in refused(big).message
    dense = workbook_with(tmp_path, SHEET % (b" " * (5 << 20)))
    assert "more than 100 times its size" in refused(dense).message


def test_a_sheet_that_compresses_well_is_read(tmp_path: Path) -> None:
    path, workbook = book(tmp_path, ("S", [["name", "course"], *([f"Ada {number}", "Python"] for number in range(3000))]))
    workbook.save(path)
    assert sum(1 for _ in table(path).rows) == 3000


def test_entities_are_refused(tmp_path: Path) -> None:
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + SHEET % b'<row r="1"><c r="A1" t="str"><v>&a;</v></c></row>'
    assert "document type" in refused(workbook_with(tmp_path, entity)).message


def test_cells_without_references_count_on(tmp_path: Path) -> None:
    cells = b'<row><c t="str"><v>name</v></c></row><row><c t="e"><v>#REF!</v></c></row>'
    found = [finding for row in table(workbook_with(tmp_path, SHEET % cells)).rows for finding in row.findings]
    assert [(finding.code, finding.place.cell) for finding in found] == [(Code.CELL_ERROR, "A2")]


@pytest.mark.parametrize("keep", [4, 100, 2000, -100, -1])
def test_truncated_files(tmp_path: Path, keep: int) -> None:
    path, workbook = book(tmp_path, ("S", [["name"], ["Ada"]]))
    workbook.save(path)
    path.write_bytes(path.read_bytes()[:keep])
    assert "damaged, or no XLSX" in refused(path).message


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"name,email\n", "is no XLSX workbook"),
        (b"%PDF-1.7", "is a PDF file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "protected by a password"),
        (b"", "damaged, or no XLSX"),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "roster.xlsx"
    path.write_bytes(raw)
    assert said in refused(path).message


def test_broken_xml_and_missing_parts(tmp_path: Path) -> None:
    assert "damaged" in refused(workbook_with(tmp_path, b"<worksheet><sheetData><row>")).message
    path, workbook = book(tmp_path, ("S", [["name"], ["Ada"]]))
    workbook.save(path)
    replaced(path, "xl/workbook.xml", b"<workbook/>")
    assert table(path).headers == ()
    replaced(path, "xl/workbook.xml", b"\xff")
    assert "damaged" in refused(path).message


def test_memory_and_time_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, workbook = book(tmp_path, ("S", [["name"], *([f"Ada {number}"] for number in range(2000))]))
    workbook.save(path)
    monkeypatch.setattr(spreadsheet, "MEMORY", 8 << 20)
    assert "memory" in refused(path).message
    monkeypatch.undo()
    monkeypatch.setattr(spreadsheet, "OUTPUT", 1024)
    assert refused(path).message
    monkeypatch.undo()
    monkeypatch.setattr(spreadsheet, "SECONDS", 0)
    assert "more than 0 seconds" in refused(path).message


def test_the_child_works_alone_and_gets_no_secret(tmp_path: Path) -> None:
    path, workbook = book(tmp_path, ("S", [["name"], ["Ada"]]))
    workbook.save(path)
    limits = {"memory": 1 << 29, "seconds": 20, "output": 1 << 20, "unpacked": 1 << 20, "ratio": 100, "columns": 9, "area": 99, "rows": 9}
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from issuer.roster.workbook.process import main; main(sys.argv[2]); "
        "print([name for name in sys.modules if name.startswith('issuer') and not name.startswith('issuer.roster.workbook')])"
    )
    wanted = json.dumps({"path": str(path), "kind": "xlsx", "sheet": None, **limits})
    command = [sys.executable, "-I", "-c", program, str(Path(spreadsheet.__file__).parents[2]), wanted]
    done = subprocess.run(command, env={}, capture_output=True, check=True)
    *lines, modules = done.stdout.splitlines()
    assert modules == b"['issuer', 'issuer.roster']"
    assert [json.loads(line) for line in lines] == [
        {"sheet": "S", "others": [], "left_out": [], "hidden": [], "merged": [], "gaps": []},
        [1, ["name"], [], []],
        [2, ["Ada"], [], []],
        {"end": True},
    ]


def test_column_letters() -> None:
    assert [letters(index) for index in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
