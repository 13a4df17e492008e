"""A CSV roster changed as text: the cells that change, and no other byte."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from issuer.errors import Place, RosterError
from issuer.roster.csv_reader import DELIMITERS
from issuer.roster.table import Table
from issuer.roster.text import tidy

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LINE_END = re.compile(r"\r\n|\n|\r")
_EXCEL_MARK = re.compile(r"sep=.(?:\r\n|\n|\r)", re.IGNORECASE)


class Cell(NamedTuple):
    """One cell. start, end: where it stands in the text, quotes included; text: what it says; quoted: whether it stands in quotes."""

    start: int
    end: int
    text: str
    quoted: bool


class Record(NamedTuple):
    """One record. line: 1-based, where it begins; start, end: where it stands in the text, without its line end."""

    line: int
    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Hunk:
    """What changed in one record: its line in the old file and in the new one, and its text in both."""

    line: int
    new_line: int
    old: str
    new: str


class Document:
    """A CSV roster. table: the same roster, as it was opened to be read: it tells which delimiter is meant; encoding: of a file without a
    byte order mark. Raises RosterError if it cannot be written as it was."""

    def __init__(self, path: Path, table: Table, encoding: str | None = None) -> None:
        self.file = table.file
        data = path.read_bytes()
        self.mark, self.codec = next((found for found in _MARKS if data.startswith(found[0])), (b"", encoding or "utf-8"))
        body = data[len(self.mark) :]
        try:
            self.text = body.decode(self.codec)
            same = self.text.encode(self.codec) == body
        except (UnicodeError, LookupError):
            same = False
        if not same:
            hint = "save it as CSV UTF-8, then run the command again"
            raise RosterError(f"cannot be written in {self.codec} as it was", place=Place(self.file), hint=hint)
        self.delimiter = self._delimiter(table)

    def records(self, delimiter: str | None = None) -> Iterator[Record]:
        """The records, blank ones too."""
        separator = re.escape(delimiter or self.delimiter)
        cell = re.compile(rf'(?:"([^"]*(?:""[^"]*)*)"|([^{separator}\r\n]*))({separator}|\r\n|\n|\r|\Z)')
        at, line, text = (match.end() if (match := _EXCEL_MARK.match(self.text)) else 0), 1, self.text
        line += at > 0
        while at < len(text):
            cells: list[Cell] = []
            start = at
            while match := cell.match(text, at):
                quoted = match[1] is not None
                said = match[1].replace('""', '"') if quoted else match[2]
                cells.append(Cell(match.start(), match.start(3), said, quoted))
                at = match.end()
                if match[3] != (delimiter or self.delimiter):
                    break
            else:
                raise RosterError("has a cell with a quote that does not fit", place=Place(self.file, line), hint="correct the quotes")
            yield Record(line, start, cells[-1].end, tuple(cells))
            line += len(_LINE_END.findall(text, start, at))

    def edited(self, edits: Mapping[int, Mapping[int, tuple[str, str]]]) -> tuple[bytes, list[Hunk]]:
        """The file with other cells, and what changed. edits: line → 0-based column → text that the cell has, text that it gets.
        Raises RosterError if a cell is not as it should be."""
        pieces: list[str] = []
        hunks: list[Hunk] = []
        done, shift, left = 0, 0, set(edits)
        for record in self.records():
            if record.line not in edits:
                continue
            left.discard(record.line)
            new = self._changed(record, edits[record.line])
            old = self.text[record.start : record.end]
            hunks.append(Hunk(record.line, record.line + shift, old, new))
            shift += len(_LINE_END.findall(new)) - len(_LINE_END.findall(old))
            pieces += self.text[done : record.start], new
            done = record.end
        if left:
            raise RosterError("changed while it was read", place=Place(self.file, min(left)), hint="run the command again")
        return self._encoded("".join((*pieces, self.text[done:]))), hunks

    def appended(self, cells: Sequence[str]) -> tuple[bytes, int, str]:
        """The file with one record more, the line of that record, and its text. Its cells are in quotes if all cells of the last record
        are. Raises RosterError for a text that the encoding lacks."""
        first: Record | None = None
        for record in self.records():
            if any(cell.text.strip() for cell in record.cells):
                first, last = first or record, record
        if first is None:
            raise RosterError("has no headers", place=Place(self.file), hint="`issuer roster template` writes them")
        always = all(cell.quoted for cell in last.cells)
        first_end = _LINE_END.search(self.text, first.end)
        end = first_end[0] if first_end else "\n"
        row = self.delimiter.join(self._written(cell, quoted=always) for cell in cells)
        tail = self.text[last.end :]
        closed = bool(_LINE_END.match(tail)) or not first_end
        text = f"{self.text[: last.end]}{end}{row}{end if closed else ''}"
        return self._encoded(text), last.line + len(_LINE_END.findall(self.text, last.start, last.end)) + 1, row

    def position(self, record: Record, column: int) -> tuple[int, int]:
        """Line and character, both from 1, at which a cell of a record begins. column: 0-based."""
        ends = list(_LINE_END.finditer(self.text, record.start, record.cells[column].start))
        begin = ends[-1].end() if ends else record.start
        return record.line + len(ends), record.cells[column].start - begin + 1

    def _delimiter(self, table: Table) -> str:
        """The delimiter with which the headers are those of the table."""
        for delimiter in DELIMITERS:
            for record in self.records(delimiter):
                headers = [tidy(cell.text) for cell in record.cells]
                if record.line == table.header_line:
                    if tuple(headers[: len(table.headers)]) == table.headers and not any(headers[len(table.headers) :]):
                        return delimiter
                    break
        raise RosterError("cannot be written by a program", place=Place(self.file), hint="change it by hand")

    def _changed(self, record: Record, edits: Mapping[int, tuple[str, str]]) -> str:
        pieces: list[str] = []
        done = record.start
        for column, (old, new) in sorted(edits.items()):
            if column >= len(record.cells) or record.cells[column].text != old:
                raise RosterError("changed while it was read", place=Place(self.file, record.line), hint="run the command again")
            cell = record.cells[column]
            pieces += self.text[done : cell.start], self._written(new, quoted=cell.quoted)
            done = cell.end
        return "".join((*pieces, self.text[done : record.end]))

    def _written(self, text: str, *, quoted: bool) -> str:
        if quoted or text.startswith('"') or self.delimiter in text or _LINE_END.search(text):
            return '"' + text.replace('"', '""') + '"'
        return text

    def _encoded(self, text: str) -> bytes:
        try:
            return self.mark + text.encode(self.codec)
        except UnicodeEncodeError as error:
            lacking = text[error.start]
            hint = "save it as CSV UTF-8, then run the command again"
            raise RosterError(f"{self.codec} has no {lacking!r}", place=Place(self.file), hint=hint) from None
