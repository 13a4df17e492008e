"""What a roster would look like if its cells stood as they are signed: the changes that are safe to make."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from issuer.batch_config import DAY_FIELDS
from issuer.errors import Place
from issuer.roster.checking import Checked, Checker
from issuer.roster.table import Row, Table
from issuer.roster.text import tidy


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that would change. line: 1-based; column: 0-based; field: what it fills; old, new: its text."""

    line: int
    column: int
    place: Place
    field: str
    old: str
    new: str


def changes(table: Table, checker: Checker) -> Iterator[Change]:
    """The changes, in the order of rows. Cells with an error and rows that were not read well stay as they are. Raises RosterError."""
    for row in table.rows:
        if not any(found.blocks for found in row.findings):
            yield from _of_row(table, checker, row)


def _of_row(table: Table, checker: Checker, row: Row) -> Iterator[Change]:
    checked = checker.check(row)
    wanted = {index: (field, new) for field, index, new in _normalised(checker, row, checked) if new != row.cells[index]}
    if not wanted:
        return
    cells = tuple(wanted[index][1] if index in wanted else cell for index, cell in enumerate(row.cells))
    again = checker.check(dataclasses.replace(row, cells=cells))
    if again.values != checked.values:
        return  # such as a day whose own format reads its ISO form as another day
    for index, (field, new) in wanted.items():
        yield Change(row.line, index, table.place(row.line, index), field, row.cells[index], new)


def _normalised(checker: Checker, row: Row, checked: Checked) -> Iterator[tuple[str, int, str]]:
    """Field, column and text of each cell of a row as it is signed: its spaces and Unicode form, the domain of an address, days as
    yyyy-mm-dd."""
    for column in (reader.column for reader in checker.readers):
        if column.field in checked.faulty:
            continue
        for index in column.indexes:
            raw = row.cells[index]
            whole = len(column.indexes) == 1 and (column.field == "email" or column.date or column.field in DAY_FIELDS)
            if not raw or index in row.dates:
                continue
            yield column.field, index, checked.values.get(column.field, "") if whole and tidy(raw) else tidy(raw)
