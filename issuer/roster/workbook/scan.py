"""What calamine does not tell about a sheet, the same for every kind of workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

ZEROS = re.compile(r"(0{2,40})(;.*)?", re.DOTALL)
"""A number format of zeros alone, such as 00000: what it shows is what the number is."""
GAP = 3
"""So many blank rows in a row are worth a word."""


class RefusedError(Exception):
    """Arguments: message, hint, and the code of the finding if it is another one than roster-unreadable."""


@dataclass
class Scan:
    """Rows are 1-based, columns 0-based. used: how many rows have a value; hidden: (first, last) rows; faults: row → [[column, kind,
    text]]; merged: (first row, first column, last row, last column); zeros: row → column → digits that the number's format shows;
    gaps: (first, last) blank rows above a row with a value."""

    last_row: int = 0
    last_column: int = 0
    used: int = 0
    hidden: list[tuple[int, int]] = field(default_factory=list)
    faults: dict[int, list[list[object]]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    zeros: dict[int, dict[int, int]] = field(default_factory=dict)
    gaps: list[tuple[int, int]] = field(default_factory=list)

    def use(self, row: int, column: int, rows: int = 1) -> None:
        """A cell has a value, and so have those below it as far as `rows` go. Rows come in ascending order."""
        if row > self.last_row:
            if self.last_row and row - self.last_row > GAP:
                self.gaps.append((self.last_row + 1, row - 1))
            self.used += rows
            self.last_row = row + rows - 1
        if column > self.last_column:
            self.last_column = column

    def fault(self, row: int, column: int, kind: str, text: str = "") -> None:
        """A cell is in error: kind is `error` or `formula`. It counts as a value."""
        self.use(row, column)
        self.faults.setdefault(row, []).append([column, kind, text])

    @property
    def area(self) -> int:
        """Cells from A1 to the last one in use."""
        return self.last_row * (self.last_column + 1)

    def hidden_rows(self) -> Iterator[int]:
        """The hidden rows down to the last one in use, ascending."""
        for first, last in self.hidden:
            yield from range(first, min(last, self.last_row) + 1)


def refuse_large(scans: list[Scan], *, columns: int, area: int, rows: int) -> None:
    """Refuse sheets that would be loaded together and are larger than a roster. Raises RefusedError."""
    scan = max(scans, key=lambda scan: scan.area)
    if scan.last_column >= columns or sum(scan.area for scan in scans) > area:
        message = f"has values as far as row {scan.last_row:,} and column {scan.last_column + 1:,}, more than a roster can need"
        raise RefusedError(message, "delete the stray cells, or copy the roster into a new workbook")
    for scan in scans:
        if scan.used > rows + 1:
            raise RefusedError(f"has more than {rows:,} rows", "split the roster into several batches", "rows-many")
