"""Opens a roster: decides by name and first bytes what it is, and hands out its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from issuer.errors import Place, RosterError
from issuer.roster import csv_reader, json_reader, spreadsheet
from issuer.roster.findings import Code, Finding, finding
from issuer.roster.table import MAX_ROWS, Row, Table
from issuer.roster.text import described, unwanted

SUFFIXES = (*csv_reader.SUFFIXES, *spreadsheet.SUFFIXES, *json_reader.SUFFIXES)
KINDS = "CSV, XLSX, XLS, ODS, JSON or JSON Lines"
MAX_BYTES = 200 << 20
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_OTHER_FORMATS = (
    (b"%PDF", "is a PDF file", "export the roster as CSV or XLSX"),
    (b"\x1f\x8b", "is a gzip archive", "unpack it first"),
    (b"{\\rtf", "is an RTF document", "export the roster as CSV or XLSX"),
    (b"<", "is HTML or XML", "open it in a spreadsheet program and save it as XLSX or CSV"),
)
_JSON = re.compile(rb'(\xef\xbb\xbf)?\s*(\[\s*)?\{\s*"')


def read(path: Path, *, shown_as: str, sheet: str | None = None, encoding: str | None = None, most: int | None = None) -> Table:
    """Open a roster. shown_as: its path in messages; sheet: the sheet to read, by default the first visible one with rows; encoding: of a
    text file that is not Unicode, as batch.yml names it; most: rows that it may have, by default and at most MAX_ROWS.

    Raises RosterError here, or while its rows are read; with the code rows-many when there are more.
    """
    place = Place(shown_as)
    try:
        if not path.is_file():
            raise RosterError("is not a file", place=place, hint=f"put the roster there, as {KINDS}")
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise RosterError(f"cannot be read: {error.strerror}", place=place, hint="check who may read the file") from None
    if size > MAX_BYTES:
        raise RosterError(f"is larger than {MAX_BYTES >> 20} MB", place=place, hint="split the roster into several batches")
    suffix = path.suffix.lower()
    _refuse_other_formats(head, place, suffix)
    limit = min(most or MAX_ROWS, MAX_ROWS)
    if suffix in spreadsheet.SUFFIXES:
        table = spreadsheet.read(path, shown_as, sheet, limit)
    else:
        table = (json_reader if suffix in json_reader.SUFFIXES else csv_reader).read(path, shown_as, encoding, limit)
    findings = (*table.findings, *_about_headers(table))
    return replace(table, rows=_under_headers(table), findings=findings)


def top(path: Path, *, shown_as: str, sheet: str | None = None, encoding: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of the first rows of a roster that read() took, as they stand. JSON has none, for its keys are its headers.
    Raises RosterError."""
    suffix = path.suffix.lower()
    if suffix in spreadsheet.SUFFIXES:
        return spreadsheet.top(path, shown_as, sheet)
    return iter(()) if suffix in json_reader.SUFFIXES else csv_reader.top(path, shown_as, encoding)


def _refuse_other_formats(head: bytes, place: Place, suffix: str) -> None:
    """Refuse a file that is not what its name says, as far as its first bytes tell. Whether a workbook has a password is found later."""
    for magic, message, hint in _OTHER_FORMATS:
        if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(magic):
            raise RosterError(message, place=place, hint=hint)
    name = suffix.lstrip(".").upper() if suffix in SUFFIXES else "CSV"
    zipped, compound = head.startswith(_ZIP), head.startswith(_OLE)
    if suffix not in spreadsheet.SUFFIXES:
        if zipped:
            hint = "name it .xlsx or .ods if it is a workbook, or export it as CSV"
            raise RosterError(f"is a workbook or zip archive, not {name}", place=place, hint=hint)
        if compound:
            hint = "name it .xls if it is an old workbook, and take a password off; or export it as CSV"
            raise RosterError(f"is an old XLS workbook, or protected by a password, not {name}", place=place, hint=hint)
        if suffix == ".csv" and _JSON.match(head):
            raise RosterError("is JSON, not CSV", place=place, hint="name it .json, or .jsonl if each line is an object of its own")
    elif suffix == ".xls" and zipped:
        raise RosterError("is a zip archive, as XLSX and ODS are, not XLS", place=place, hint="name it .xlsx or .ods")
    elif head and not compound and not (zipped and suffix != ".xls"):
        raise RosterError(f"is no {name} workbook", place=place, hint=f"name it .csv if it is CSV, or save it again as {name}")


def _about_headers(table: Table) -> Iterator[Finding]:
    for column, header in enumerate(table.headers):
        fault = unwanted(header)
        if fault:
            code, index = fault
            place = replace(table.place(table.header_line, column), column=f"{column + 1}")
            yield finding(code, place, f"the header {described(header, code, index)}", "type the header again")


def _under_headers(table: Table) -> Iterator[Row]:
    """The rows; each cell under an empty header gets a finding, for the cells of its row may have moved."""
    nameless = [column for column, header in enumerate(table.headers) if not header]
    for row in table.rows:
        under = [column for column in nameless if row.cells[column].strip()] if nameless else []
        if not under:
            yield row
            continue
        message, hint = "the cell stands in a column without a header", "write a header above the cell, or empty the column"
        extra = (finding(Code.HEADER_EMPTY, table.place(row.line, column), message, hint) for column in under)
        yield replace(row, findings=(*row.findings, *extra))
