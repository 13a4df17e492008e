"""CSV as people have it (RFC 4180 and its relatives): comma, semicolon, tab or bar; quoted line ends; LF, CRLF or CR."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from issuer.errors import Place, RosterError
from issuer.roster import encoding, text_file
from issuer.roster.findings import Code, Finding, finding
from issuer.roster.table import GAP, MAX_CELL, MAX_COLUMNS, MAX_ROWS, TOP, Row, Table, blank_rows, too_many
from issuer.roster.text import tidy

SUFFIXES = (".csv",)
DELIMITERS = ",;\t|"
_TAIL = 1 << 16
_MANY = 20
"""Blank rows at the end that are worth a word."""
_MOST_GAPS = 5
_Record = tuple[int, list[str], int]
"""Line number, cells, and how many blank records stand above it."""


def read(path: Path, shown_as: str, encoding_named: str | None = None, most: int = MAX_ROWS) -> Table:
    """Open a CSV roster. encoding_named: what batch.yml says; most: rows that it may have. Its rows are read as they are asked for. Raises
    RosterError."""
    codec = encoding.choose(path, shown_as, encoding_named)
    _refuse_many(path, shown_as, codec, most)
    delimiter, records = _records(path, shown_as, codec)
    header_line, header, _ = next(records, (0, [], 0))
    while len(header) > 1 and not header[-1].strip():
        header.pop()  # Excel ends lines with empty columns
    headers = tuple(tidy(text) for text in header)
    if len(headers) > MAX_COLUMNS:
        hint = "keep the columns that the certificates need"
        raise RosterError(f"has more than {MAX_COLUMNS} columns", place=Place(shown_as, header_line), hint=hint)
    table = Table(shown_as, None, header_line, headers, iter(()))
    return replace(table, rows=_rows(records, table, most), findings=tuple(_about_end(path, table, codec, delimiter)))


def top(path: Path, shown_as: str, encoding_named: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of the first records, split at each delimiter in turn, since a title above the headers hides it.
    Raises RosterError."""
    codec = encoding.choose(path, shown_as, encoding_named)
    head = list(islice(text_file.lines(path, shown_as, codec), TOP))
    for delimiter in DELIMITERS:
        with contextlib.suppress(RosterError):  # a record that ends further down
            yield from ((line, cells) for line, cells, _ in _parsed(head, delimiter, shown_as, 0))


def delimiter_of(path: Path, encoding_named: str | None = None) -> str:
    """The delimiter of a roster that read() took; "," for one that is no CSV. Raises RosterError."""
    return _records(path, path.name, encoding.choose(path, path.name, encoding_named))[0] if path.suffix.lower() == ".csv" else ","


def _refuse_many(path: Path, shown_as: str, codec: str, most: int) -> None:
    """A file with more rows than are allowed is refused in a blink, before a million rows are checked in vain. Lines are counted first, and
    rows only where there are so many lines."""
    lines = 0
    with path.open("rb") as file:
        while lines <= most and (chunk := file.read(1 << 20)):
            lines += max(chunk.count(b"\n"), chunk.count(b"\r"))
    if lines > most:
        _, records = _records(path, shown_as, codec)
        last = next(islice(records, most + 1, None), None)
        if last is not None:
            raise too_many(Place(shown_as, last[0]), most)


def _rows(records: Iterable[_Record], table: Table, most: int) -> Iterator[Row]:
    width, gaps = len(table.headers), 0
    for count, (line, cells, blank) in enumerate(records, 1):
        if count > most:
            raise too_many(Place(table.file, line), most)
        if len(cells) == width and blank < GAP:
            yield Row(line, tuple(cells))
            continue
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        findings: tuple[Finding, ...] = ()
        if blank >= GAP and gaps < _MOST_GAPS:
            gaps += 1
            findings = (blank_rows(table, line, blank),)
        if len(cells) != width:
            message = f"the row has {len(cells)} cells, the header has {width}"
            hint = "put a cell that contains the delimiter in double quotes, and write a delimiter for each empty cell"
            findings = (*findings, finding(Code.ROW_RAGGED, table.place(line), message, hint))
        yield Row(line, (*cells[:width], *("",) * (width - len(cells))), findings=findings)


def _about_end(path: Path, table: Table, codec: str, delimiter: str) -> Iterator[Finding]:
    """A note about many rows without a value at the end, as spreadsheet programs write them for rows that have a format."""
    if codec.startswith(("utf-16", "utf-32")):
        return
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - _TAIL, 0))
        lines = file.read().splitlines()
    blank = next((count for count, line in enumerate(reversed(lines)) if line.strip(f'{delimiter}" \t'.encode())), len(lines))
    if blank >= _MANY:
        message = f"ends with {blank:,} rows without a value{' or more' if blank == len(lines) else ''}, which are passed over"
        yield finding(Code.ROWS_BLANK, table.place(), message, "nothing, or delete them in the spreadsheet program")


def _records(path: Path, shown_as: str, codec: str) -> tuple[str, Iterator[_Record]]:
    """The delimiter, and each record that is not blank. The first is the header."""
    lines = text_file.lines(path, shown_as, codec)
    head = list(islice(lines, 64))
    mark = head[0].strip('\r\n"').lower() if head else ""
    if len(mark) == 5 and mark.startswith("sep=") and mark[4] in f"{DELIMITERS}:":  # Excel's own
        return mark[4], _parsed(chain(head[1:], lines), mark[4], shown_as, 1)
    delimiter = _delimiter(head)
    return delimiter, _parsed(chain(head, lines), delimiter, shown_as, 0)


def _parsed(lines: Iterable[str], delimiter: str, shown_as: str, skipped: int) -> Iterator[_Record]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line, blank = skipped + 1, 0
    try:
        for cells in reader:
            if any(cells) and any(cell.strip() for cell in cells):
                yield line, cells, blank
                blank = 0
            else:
                blank += 1
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            message, code = f"a cell of the record that begins here has more than {MAX_CELL:,} characters", Code.CELL_LONG
            hint = "look for a double quote that is not closed, or shorten the cell"
            raise RosterError(message, place=Place(shown_as, line), hint=hint, code=code) from None
        message = f"the quotes of the record that begins here do not match ({error})"
        hint = 'put the whole cell in double quotes, and write a double quote inside it twice, as in "Robert ""Bobby"" Smith"'
        raise RosterError(message, place=Place(shown_as, line), hint=hint) from None


def _delimiter(head: list[str]) -> str:
    """The delimiter that splits the header best: first one with which the next record is as wide, then the one that gives most columns."""

    def quality(delimiter: str) -> tuple[bool, int]:
        widths = []
        try:
            for cells in csv.reader(head, delimiter=delimiter, strict=True):
                if any(cell.strip() for cell in cells):
                    widths.append(len(cells))
                if len(widths) == 2:
                    break
        except csv.Error:
            widths = widths[:1]
        width = widths[0] if widths else 0
        return width > 1 and widths[1:] in ([], [width]), width

    return max(DELIMITERS, key=quality)
