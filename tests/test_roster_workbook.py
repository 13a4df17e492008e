"""What is found in ODS and XLS by hand: repeated cells, comments, numbers of many kinds, and bytes that were changed at random."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import RosterError
from issuer.roster.findings import Code
from issuer.roster.reading import read, top
from issuer.roster.table import Table
from issuer.roster.workbook import ods, xls
from issuer.roster.workbook.ole import CompoundFile, DamagedError
from issuer.roster.workbook.scan import RefusedError
from tests import workbook_files as files


def table(tmp_path: Path, raw: bytes, kind: str, sheet: str | None = None) -> Table:
    path = tmp_path / f"roster.{kind}"
    path.write_bytes(raw)
    return read(path, shown_as=path.name, sheet=sheet)


def sheet(*rows: str, name: str = "S", style: str = "") -> str:
    return f'<table:table table:name="{name}" {style}>{"".join(rows)}</table:table>'


def float_cell(value: str, text: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="float" office:value="{value}" {attributes}><text:p>{text}</text:p></table:table-cell>'


def test_rows_and_cells_that_are_repeated(tmp_path: Path) -> None:
    two = '<table:table-cell table:number-columns-repeated="2"/>'
    twice = files.ods_cell("x", 'table:number-columns-repeated="2"')
    rows = (
        '<table:table-row table:number-rows-repeated="4"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
        f"<table:table-row>{two}{files.ods_cell('name')}{files.ods_cell('city')}</table:table-row>",
        f"<table:table-row>{two}{twice}</table:table-row>",
        '<table:table-row table:number-rows-repeated="10"><table:table-cell/></table:table-row>',
        files.ods_row("", "", "Ada", "Rome", attributes='table:number-rows-repeated="2"'),
        '<table:table-row table:number-rows-repeated="1048560"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
    )
    read_table = table(tmp_path, files.ods(sheet(*rows)), "ods")
    assert (read_table.headers, read_table.header_line) == (("", "", "name", "city"), 5)
    assert [(row.line, row.cells[2:]) for row in read_table.rows] == [(6, ("x", "x")), (17, ("Ada", "Rome")), (18, ("Ada", "Rome"))]
    assert [(found.code, found.place.line) for found in read_table.findings] == [(Code.ROWS_BLANK, 17)]
    assert [line for line, _ in top(tmp_path / "roster.ods", shown_as="roster.ods")] == [5, 6, 17, 18]


def test_hidden_rows_and_sheets_of_ods(tmp_path: Path) -> None:
    style = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    rows = (
        files.ods_row("name"),
        files.ods_row("Ada"),
        files.ods_row("Bob", attributes='table:visibility="collapse" table:number-rows-repeated="2"'),
        files.ods_row("Eve", attributes='table:visibility="filter"'),
        files.ods_row("Zoe", attributes='table:visibility="visible"'),
    )
    kept = sheet(files.ods_row("name"), name="Kept", style='table:style-name="ta2"')
    read_table = table(tmp_path, files.ods(kept + sheet(*rows), style), "ods")
    assert [row.cells for row in read_table.rows] == [("Ada",), ("Zoe",)]
    assert [(found.code, found.message) for found in read_table.findings] == [
        (Code.SHEETS_HIDDEN, "hidden sheets with rows are not read: 'Kept'"),
        (Code.ROWS_HIDDEN, "hidden rows are left out: 3, 4, 5"),
    ]


def test_faults_and_zeros_of_ods(tmp_path: Path) -> None:
    comment = "<office:annotation><text:p>Who is this?</text:p></office:annotation>"
    rows = (
        files.ods_row("name", "number", "score"),
        f"<table:table-row>{files.ods_cell('Ada')}{float_cell('7', '007')}{float_cell('7.5', '08')}</table:table-row>",
        f'<table:table-row>{files.ods_cell("Bob")}<table:table-cell table:formula="of:=A1"/>'
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error">'
        "<text:p>#DIV/0!</text:p></table:table-cell></table:table-row>",
        f"<table:table-row><table:table-cell>{comment}</table:table-cell></table:table-row>",
    )
    read_rows = list(table(tmp_path, files.ods(sheet(*rows)), "ods").rows)
    assert read_rows[0].cells == ("Ada", "007", "7.5")
    assert [(found.code, found.place.cell) for row in read_rows for found in row.findings] == [
        (Code.CELL_FORMULA, "B3"),
        (Code.CELL_ERROR, "C3"),
    ]
    assert len(read_rows) == 2


def test_records_of_xls(tmp_path: Path) -> None:
    """Numbers alone and several in one record, errors, hidden rows, and a chart inside the sheet."""
    zeros = files.record(0x041E, struct.pack("<HHB", 164, 5, 0) + b"00000") + files.record(0x00E0, struct.pack("<HHH14x", 0, 164, 0)) * 16
    chart = files.record(0x0809, bytes(16)) + files.label(90, 0, "inside") + files.record(0x000A)
    people = (
        *(files.label(0, column, text) for column, text in enumerate(("name", "number", "more"))),
        files.label(1, 0, "Ada"),
        files.record(0x0203, struct.pack("<3Hd", 1, 1, 0, 42.0)),
        files.record(0x0205, struct.pack("<3HBB", 1, 2, 0, 0x2A, 1)),
        chart,
        files.record(0x0208, struct.pack("<6HI", 2, 0, 3, 255, 0, 0, 0x20)),
        files.label(2, 0, "Hidden"),
        files.label(3, 0, "Bob"),
        files.record(0x00BD, struct.pack("<HHHIHIH", 3, 1, 0, 7 << 2 | 2, 20, 9 << 2 | 2, 2)),
        files.record(0x00E5, struct.pack("<5H", 1, 1, 3, 0, 0)),
    )
    read_table = table(tmp_path, files.xls(*people, before=zeros), "xls")
    assert [(found.code, found.place.cell) for found in read_table.findings] == [(Code.ROWS_HIDDEN, None), (Code.CELLS_MERGED, "A2")]
    rows = list(read_table.rows)
    assert [row.cells for row in rows] == [("Ada", "00042", ""), ("Bob", "00007", "9")]
    assert [(found.code, found.place.cell, found.message[-4:]) for found in rows[0].findings] == [(Code.CELL_ERROR, "C2", "#N/A")]


def test_an_empty_xls_and_ods(tmp_path: Path) -> None:
    for kind, raw in (("xls", files.xls()), ("ods", files.ods(sheet()))):
        read_table = table(tmp_path, raw, kind)
        assert (read_table.headers, list(read_table.rows), read_table.findings) == ((), [], ())
        with pytest.raises(RosterError, match="has no sheet 'T'") as caught:
            table(tmp_path, raw, kind, "T")
        assert "'S'" in caught.value.hint


def test_long_chains_of_a_compound_file() -> None:
    content = b"x" * 200_000
    file = CompoundFile(files.compound({"Workbook": content, "Other": b"y" * 5000}))
    assert file.names == {"Root Entry", "Workbook", "Other"}
    assert (file.stream("Workbook"), file.stream("Other")) == (content, b"y" * 5000)


XLS = files.xls(*(files.label(row, column, "Ada") for row in range(30) for column in range(3)))
ODS = files.ods(sheet(*(files.ods_row("Ada", "7") for _ in range(5))))
CHANGES = st.lists(st.tuples(st.integers(0, len(XLS) - 1), st.integers(0, 255)), max_size=12)


@settings(max_examples=300, deadline=None)
@given(CHANGES, st.integers(0, len(XLS)))
def test_changed_bytes_of_xls_are_scanned_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]], length: int
) -> None:
    raw = bytearray(XLS)
    for place, byte in changes:
        raw[place] = byte
    path = tmp_path_factory.getbasetemp() / "changed.xls"
    path.write_bytes(raw[:length] if length % 2 else raw)
    try:
        scans = xls.Book(str(path)).all()
    except (DamagedError, RefusedError, struct.error, IndexError):
        return
    assert all(scan.last_row <= 65536 for scan in scans)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('<>/ "=table:rowcelnumb-spd019'), max_size=80))
def test_any_content_of_ods_is_scanned_or_refused(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    path = tmp_path_factory.getbasetemp() / "changed.ods"
    path.write_bytes(files.ods(sheet(files.ods_row("Ada"), content)))
    try:
        (scan, *_) = ods.Book(str(path), unpacked=1 << 20, ratio=100).all()
    except (expat.ExpatError, RefusedError, zipfile.BadZipFile):
        return
    assert scan.used >= 1
