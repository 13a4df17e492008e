"""A roster as rows of text, the same for every file format. Each row remembers where it stands in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from issuer.errors import Place, RosterError
from issuer.roster.findings import Code, Finding, finding

MAX_ROWS = 1_000_000
MAX_COLUMNS = 256
MAX_CELL = 131_072
"""Characters in one cell. A spreadsheet program takes 32,767."""
GAP = 3
"""So many blank rows in a row are worth a word."""
TOP = 20
"""How many rows are looked through for headers that do not stand where they belong."""
_NO_DATES: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """One row. line: 1-based, as an editor or a spreadsheet shows it; cells: text of each column, as many as there are headers;
    dates: 0-based columns whose cell is a real date of a spreadsheet, already written yyyy-mm-dd; findings: what reading it found.
    """

    line: int
    cells: tuple[str, ...]
    dates: frozenset[int] = _NO_DATES
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A roster that is being read. file: its path as messages show it; headers: one text per column, trimmed, perhaps empty;
    header_line: 1-based, 0 when the file has no header; rows: can be read once and raises RosterError; findings: about the whole file;
    others: visible sheets with rows that are not read; records: whether its lines are the numbers of records, as in JSON without line ends.
    """

    file: str
    sheet: str | None
    header_line: int
    headers: tuple[str, ...]
    rows: Iterator[Row]
    findings: tuple[Finding, ...] = ()
    others: tuple[str, ...] = ()
    records: bool = False

    def place(self, line: int | None = None, column: int | None = None) -> Place:
        """Where a row (1-based) or one cell of it (column 0-based) stands: file:14 column "email", or file!Sheet1!C14."""
        header = None if column is None or column >= len(self.headers) else self.headers[column] or None
        cell = None
        if self.records and line is not None:
            return Place(self.file, None, header, element=f"record {line}")
        if self.sheet is not None and line is not None and column is not None:
            cell = f"{letters(column)}{line}"
        return Place(self.file, line, header, self.sheet, cell)


def blank_rows(table: Table, line: int, count: int) -> Finding:
    """The note about blank rows that were passed over. line: of the first row below them; count: how many they are."""
    message = f"{count:,} blank rows stand above this one, and were passed over"
    return finding(
        Code.ROWS_BLANK, table.place(line), message, "look whether what is below them belongs to the roster, or is another table"
    )


def too_many(place: Place, most: int) -> RosterError:
    """The error for a roster with more rows than it may have."""
    hint = "split the roster into several batches"
    if most < MAX_ROWS:
        hint += ", or allow more in batch.yml, as in `limits: {rows: 5000}`"
    return RosterError(f"has more than {most:,} rows", place=place, hint=hint, code=Code.ROWS_MANY)


def letters(column: int) -> str:
    """The spreadsheet's name of a 0-based column: 0 is A, 25 is Z, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
