"""CSV as people have it (RFC 4180 and its relatives): comma, semicolon, tab or bar; quoted line ends; UTF-8 or UTF-16 with a mark."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, TextIO

from issuer.errors import Place, RosterError
from issuer.roster import encoding
from issuer.roster.findings import Code, Finding, finding
from issuer.roster.table import MAX_COLUMNS, MAX_ROWS, TOP, Row, Table
from issuer.roster.text import tidy

DELIMITERS = ",;\t|"
MAX_LINE = 1 << 20
"""Characters in one line of the file."""


def read(path: Path, shown_as: str) -> Table:
    """Open a CSV roster. Its rows are read as they are asked for. Raises RosterError."""
    with path.open("rb") as file:
        codec = encoding.encoding_of(file.read(4))
        if codec != "utf-16" and _too_many(file):
            raise RosterError(f"has more than {MAX_ROWS:,} lines", place=Place(shown_as), hint="split the roster into several batches")
    records = _records(path, shown_as, codec)
    header_line, header = next(records, (0, []))
    while len(header) > 1 and not header[-1].strip():
        header.pop()  # Excel ends lines with empty columns
    headers = tuple(tidy(text) for text in header)
    if len(headers) > MAX_COLUMNS:
        hint = "keep the columns that the certificates need"
        raise RosterError(f"has more than {MAX_COLUMNS} columns", place=Place(shown_as, header_line), hint=hint)
    table = Table(shown_as, None, header_line, headers, iter(()))
    rows = _rows(records, len(headers), table.place)
    return Table(shown_as, None, header_line, headers, rows)


def top(path: Path, shown_as: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of the first records, split at each delimiter in turn, since a title above the headers hides it.
    Raises RosterError."""
    with path.open("rb") as file:
        codec = encoding.encoding_of(file.read(4))
    with path.open(encoding=codec, errors="replace", newline="") as text:
        head = list(islice(_lines(text, shown_as), TOP))
    for delimiter in DELIMITERS:
        with contextlib.suppress(RosterError):  # a record that ends further down
            yield from _parsed(head, delimiter, shown_as, 0)


def _too_many(file: BinaryIO) -> bool:
    """Whether a file has more lines than rows are allowed: known in a blink, before a million rows are checked in vain."""
    lines = 0
    while lines <= MAX_ROWS and (chunk := file.read(1 << 20)):
        lines += max(chunk.count(b"\n"), chunk.count(b"\r"))
    return lines > MAX_ROWS


def _rows(records: Iterable[tuple[int, list[str]]], width: int, place: Callable[[int], Place]) -> Iterator[Row]:
    for count, (line, cells) in enumerate(records, 1):
        if count > MAX_ROWS:
            raise RosterError(f"has more than {MAX_ROWS:,} rows", place=place(line), hint="split the roster into several batches")
        if len(cells) == width:
            yield Row(line, tuple(cells))
            continue
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        findings: tuple[Finding, ...] = ()
        if len(cells) != width:
            message = f"the row has {len(cells)} cells, the header has {width}"
            hint = "put a cell that contains the delimiter in double quotes, and write a delimiter for each empty cell"
            findings = (finding(Code.ROW_RAGGED, place(line), message, hint),)
        yield Row(line, (*cells[:width], *("",) * (width - len(cells))), findings=findings)


def _records(path: Path, shown_as: str, codec: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each record that is not blank. The first is the header."""
    try:
        with path.open(encoding=codec, newline="") as file:
            lines = _lines(file, shown_as)
            head = list(islice(lines, 64))
            skipped = 0
            if head and head[0].lower().startswith("sep=") and len(head[0].rstrip("\r\n")) == 5:
                delimiter, skipped = head[0][4], 1  # Excel's own mark
                head = head[1:]
            else:
                delimiter = _delimiter(head)
            yield from _parsed(chain(head, lines), delimiter, shown_as, skipped)
    except UnicodeError:
        raise encoding.refusal(path, shown_as, codec) from None
    except OSError as error:
        raise RosterError(f"cannot be read: {error.strerror}", place=Place(shown_as), hint="check who may read the file") from None


def _parsed(lines: Iterable[str], delimiter: str, shown_as: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = skipped + 1
    try:
        for cells in reader:
            if any(cells) and any(cell.strip() for cell in cells):
                yield line, cells
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        message = f"the quotes of the record that begins here do not match ({error})"
        hint = 'put the whole cell in double quotes, and write a double quote inside it twice, as in "Robert ""Bobby"" Smith"'
        raise RosterError(message, place=Place(shown_as, line), hint=hint) from None


def _lines(file: TextIO, shown_as: str) -> Iterator[str]:
    """The lines with their line ends."""
    number = 0
    while text := file.readline(MAX_LINE):
        number += 1
        if "\0" in text:
            hint = "save it again as CSV UTF-8; UTF-16 needs a byte order mark"
            raise RosterError("contains a NUL byte, so it is no text file", place=Place(shown_as, number), hint=hint)
        if len(text) == MAX_LINE and not text.endswith(("\n", "\r")):
            hint = "check that it is a CSV file with one row per line"
            raise RosterError(f"has a line of more than {MAX_LINE:,} characters", place=Place(shown_as, number), hint=hint)
        yield text


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
