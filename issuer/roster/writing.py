"""Rosters that are changed in place, each in its own way of writing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from issuer.errors import Place, RosterError
from issuer.roster import sheet_writer
from issuer.roster.csv_writer import Document
from issuer.roster.findings import shown
from issuer.roster.fixing import Change
from issuer.roster.table import Table

EDITABLE = (".csv", ".xlsx")


@dataclass(frozen=True, slots=True)
class Edited:
    """A roster that would be written. data: its bytes, None for a format that is not edited; lines: what changes, for people; changes:
    those that data holds, or that a person has to make."""

    data: bytes | None
    lines: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Appended:
    """A roster with one row more. data: its bytes; line: of the row; text: the row as it is written."""

    data: bytes
    line: int
    text: str


def edit(path: Path, table: Table, changes: Iterable[Change], encoding: str | None = None) -> Edited:
    """A roster with changed cells. table: the roster, as it was opened to be read. Raises RosterError if it cannot be written."""
    wanted = tuple(changes)
    edits: dict[int, dict[int, tuple[str, str]]] = {}
    for change in wanted:
        edits.setdefault(change.line, {})[change.column] = (change.old, change.new)
    if path.suffix.lower() == ".csv":
        data, hunks = Document(path, table, encoding).edited(edits)
        lines = [f"--- {table.file}", f"+++ {table.file}"]
        for hunk in hunks:
            old, new = hunk.old.splitlines(), hunk.new.splitlines()
            lines += [f"@@ -{_range(hunk.line, old)} +{_range(hunk.new_line, new)} @@"]
            lines += [*(f"-{line}" for line in old), *(f"+{line}" for line in new)]
        return Edited(data, tuple(lines), wanted)
    if path.suffix.lower() == ".xlsx" and table.sheet is not None:
        data, formulas = sheet_writer.edited(path, table.file, table.sheet, edits)
        wanted = tuple(change for change in wanted if (change.line, change.column) not in formulas)
        return Edited(data, tuple(map(_line, wanted)), wanted)
    return Edited(None, tuple(map(_line, wanted)), wanted)


def append(path: Path, table: Table, cells: Sequence[str], encoding: str | None = None) -> Appended:
    """A roster with one row more, behind the last. cells: one for each header. Raises RosterError if it cannot be written."""
    if path.suffix.lower() == ".csv":
        return Appended(*Document(path, table, encoding).appended(cells))
    if path.suffix.lower() == ".xlsx" and table.sheet is not None:
        data, line = sheet_writer.appended(path, table.file, table.sheet, cells)
        return Appended(data, line, " | ".join(cells))
    hint = "add the row in the program that wrote the file, or save the roster as XLSX or CSV"
    raise RosterError(f"is a {path.suffix[1:].upper()} file, which is not edited", place=Place(table.file), hint=hint)


def _range(line: int, lines: Sequence[str]) -> str:
    return f"{line}" if len(lines) == 1 else f"{line},{len(lines)}"


def _line(change: Change) -> str:
    return f"{change.place}: {shown(change.old)} → {shown(change.new)}"
