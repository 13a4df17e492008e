"""Opens a roster: decides by name and first bytes what it is, and hands out its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from issuer.errors import Place, RosterError
from issuer.roster import csv_reader, spreadsheet
from issuer.roster.findings import Code, Finding, finding
from issuer.roster.table import Row, Table
from issuer.roster.text import described, unwanted

SUFFIXES = (".csv", ".xlsx")
MAX_BYTES = 200 << 20
_OTHER_FORMATS = (
    (b"%PDF", "is a PDF file", "export the roster as CSV or XLSX"),
    (b"\xd0\xcf\x11\xe0", "is an old XLS workbook, or protected by a password", "save it as XLSX without a password, or as CSV"),
    (b"\x1f\x8b", "is a gzip archive", "unpack it first"),
    (b"{\\rtf", "is an RTF document", "export the roster as CSV or XLSX"),
    (b"<", "is HTML or XML", "export the roster as CSV or XLSX"),
)


def read(path: Path, *, shown_as: str, sheet: str | None = None) -> Table:
    """Open a CSV or XLSX roster. shown_as: its path in messages; sheet: the sheet to read, by default the first visible one with rows.

    Raises RosterError here, or while its rows are read.
    """
    place = Place(shown_as)
    try:
        if not path.is_file():
            raise RosterError("is not a file", place=place, hint="put the roster there as a CSV or XLSX file")
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise RosterError(f"cannot be read: {error.strerror}", place=place, hint="check who may read the file") from None
    if size > MAX_BYTES:
        raise RosterError(f"is larger than {MAX_BYTES >> 20} MB", place=place, hint="split the roster into several batches")
    workbook = path.suffix.lower() == ".xlsx"
    _refuse_other_formats(head, place, workbook=workbook)
    table = spreadsheet.read(path, shown_as, sheet) if workbook else csv_reader.read(path, shown_as)
    findings = (*table.findings, *_about_headers(table))
    return replace(table, rows=_under_headers(table), findings=findings)


def top(path: Path, *, shown_as: str, sheet: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of the first rows of a roster that read() took, as they stand. Raises RosterError."""
    return spreadsheet.top(path, shown_as, sheet) if path.suffix.lower() == ".xlsx" else csv_reader.top(path, shown_as)


def _refuse_other_formats(head: bytes, place: Place, *, workbook: bool) -> None:
    for magic, message, hint in _OTHER_FORMATS:
        if head.startswith(magic):
            raise RosterError(message, place=place, hint=hint)
    zipped = head.startswith(b"PK\x03\x04")
    if zipped and not workbook:
        raise RosterError(
            "is a workbook or zip archive, not CSV", place=place, hint="name it .xlsx if it is a workbook, or export it as CSV"
        )
    if head and not zipped and workbook:
        raise RosterError("is no XLSX workbook", place=place, hint="name it .csv if it is CSV, or save it again as XLSX")


def _about_headers(table: Table) -> Iterator[Finding]:
    for column, header in enumerate(table.headers):
        fault = unwanted(header)
        if fault:
            code, index = fault
            place = replace(table.place(table.header_line, column), column=f"{column + 1}")
            yield finding(code, place, f"the header {described(header, code, index)}", "type the header again")


def _under_headers(table: Table) -> Iterator[Row]:
    """The rows; the first cell under each empty header gets a finding."""
    nameless = {column for column, header in enumerate(table.headers) if not header}
    for row in table.rows:
        under = [column for column in nameless if row.cells[column].strip()] if nameless else []
        if not under:
            yield row
            continue
        nameless.difference_update(under)
        message, hint = "the cell stands in a column without a header", "write a header above the cell, or empty the column"
        extra = (finding(Code.HEADER_EMPTY, table.place(row.line, column), message, hint) for column in sorted(under))
        yield replace(row, findings=(*row.findings, *extra))
