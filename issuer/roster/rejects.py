"""Rejected rows: what `on_error: skip` left out stands in rejects.csv or rejects.xlsx beside the roster, to be corrected there.

The file has the roster's columns and three of ours. The first names the row of the roster that each row stands for: its line, and a digest
of its cells, so that it is found again after the roster was sorted. From then on the row in the file counts, and that of the roster does
not. A row without a mark is one more row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from issuer.errors import Place, RosterError
from issuer.roster import reading
from issuer.roster.inert import restored
from issuer.roster.table import Row, Table
from issuer.roster.text import tidy
from issuer.spool import Spool

STEM = "rejects"
MARK, CODE, HINT = "issuer line", "issuer code", "issuer hint"
OURS = (MARK, CODE, HINT)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row comes from. table: for places; mark: of the roster's row that it is or stands for, "" without one; rejected: whether it
    stands in the file of rejected rows; stale: whether the row that it stands for is no longer in the roster."""

    table: Table
    row: Row
    mark: str
    rejected: bool
    stale: bool = False


def path_of(roster: Path) -> Path:
    """Where the rejected rows of a roster are: a workbook beside a workbook, else CSV."""
    return roster.with_name(f"{STEM}{'.xlsx' if roster.suffix.lower() in ('.xlsx', '.xls', '.ods') else '.csv'}")


def beside(roster: Path, shown_as: str, encoding: str | None) -> Table | None:
    """The rejected rows of a roster, None if there is no such file. shown_as: the roster's path in messages; encoding: of the roster, which
    the file may have been saved in too; it was written as UTF-8. Raises RosterError."""
    path = path_of(roster)
    if not path.is_file():
        return None
    shown = f"{shown_as.rpartition('/')[0]}/{path.name}"
    return reading.read(path, shown_as=shown, encoding=None if encoding is None or _is_unicode(path) else encoding)


def _is_unicode(path: Path) -> bool:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return path.suffix.lower() != ".csv"
    except OSError:
        return True  # reading it says what is wrong
    return True


def texts(rejects: Table, row: Row) -> tuple[str, ...]:
    """The cells of a row of that file without the apostrophes that keep CSV from being run."""
    return row.cells if rejects.sheet is not None else tuple(map(restored, row.cells))


def mark(row: Row) -> str:
    """What names a row of a roster: its line, and the first 8 hex digits of SHA-256 over its cells."""
    return f"{row.line}-{_digest(row)}"


def _digest(row: Row) -> str:
    return hashlib.sha256("\x1f".join(map(tidy, row.cells)).encode("utf-8", "replace")).hexdigest()[:8]


def sources(roster: Table, rejects: Table | None) -> Iterator[Source]:
    """The rows that count: of the roster, each as it was corrected; then those that only the rejected rows have.
    Raises RosterError if the columns of the two do not agree."""
    if rejects is None:
        for row in roster.rows:
            yield Source(roster, row, "", rejected=False)
        return
    waiting: dict[str, list[Source]] = {}
    more: list[Source] = []
    for source in _rejected(roster, rejects):
        digest = source.mark.rpartition("-")[2]
        (waiting.setdefault(digest, []) if digest else more).append(source)
    rows = Spool.of(roster.rows)
    exact = _in_place(rows, waiting)
    for row in rows:
        corrected = waiting.get(_digest(row)) if row.line not in exact else None
        yield exact.get(row.line) or (corrected.pop(0) if corrected else Source(roster, row, "", rejected=False))
    for left in waiting.values():
        yield from (replace(source, stale=True) for source in left)
    yield from more


def _in_place(rows: Spool[Row], waiting: dict[str, list[Source]]) -> dict[int, Source]:
    """Taken out of those that wait: the corrections of rows that stand where they stood, by line. So of two rows with the same cells each
    keeps its own."""
    by_mark: dict[str, Source] = {}
    for source in (source for sources in waiting.values() for source in sources):
        by_mark.setdefault(source.mark, source)
    found = {row.line: by_mark.pop(mark(row)) for row in rows if _digest(row) in waiting and mark(row) in by_mark}
    taken = set(map(id, found.values()))
    for digest, sources in waiting.items():
        waiting[digest] = [source for source in sources if id(source) not in taken]
    return found


def _rejected(roster: Table, rejects: Table) -> Iterator[Source]:
    """The rows of the file of rejected rows, with their cells in the order of the roster's columns."""
    headers = rejects.headers if rejects.sheet is not None else tuple(map(restored, rejects.headers))
    for header in (*roster.headers, MARK):
        if header and header not in headers:
            hint = f"put the column back, or delete {Path(rejects.file).name}: the rows of the roster count then"
            raise RosterError(f"has no column {header!r}", place=Place(rejects.file, rejects.header_line), hint=hint)
    places: dict[str, list[int]] = {}
    for index, header in enumerate(headers):
        places.setdefault(header, []).append(index)
    order = [places[header].pop(0) if places.get(header) else None for header in roster.headers]
    marked = len(headers) - 1 - headers[::-1].index(MARK)  # the last one: a roster that was such a file has a column of that name itself
    table = Table(rejects.file, rejects.sheet, rejects.header_line, roster.headers, iter(()))
    for row in rejects.rows:
        said = texts(rejects, row)
        cells = tuple("" if at is None else said[at] for at in order)
        dates = frozenset(index for index, at in enumerate(order) if at in row.dates)
        yield Source(table, replace(row, cells=cells, dates=dates), row.cells[marked].strip(), rejected=True)
