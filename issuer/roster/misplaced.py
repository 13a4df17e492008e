"""Where the headers stand when they are not where they belong: below a title, or in another sheet of the workbook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from issuer.batch_config import BatchConfig
from issuer.errors import RosterError
from issuer.roster import mapping, reading
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.table import Table

MAX_SHEETS = 5


@dataclass(frozen=True, slots=True)
class Misplaced:
    """line: where the headers stand in the sheet that was read, 1-based; None when they stand in another sheet."""

    line: int | None
    finding: Finding


def find(table: Table, path: Path, config: BatchConfig) -> Misplaced | None:
    """Look for headers of batch.yml below the first line, then in the other sheets. For a roster in which some are missing."""
    wanted = {"name", *(field for field, column in config.columns.items() if column.column)}
    least = max(_hits(table.headers, config, wanted) + 1, (len(wanted) + 1) // 2)
    for line, cells in _top(table, path, table.sheet, config.encoding):
        if line > table.header_line and _hits(cells, config, wanted) >= least:
            first = next((header for header in table.headers if header), "")
            message = f"the headers are not in the first line, which begins with {shown(first)}"
            hint = f"line 1 must hold the headers; yours seem to stand in line {line}: delete what is above them"
            return Misplaced(line, finding(Code.COLUMN_MISSING, table.place(table.header_line), message, hint))
    for other in table.others[:MAX_SHEETS]:
        if any(_hits(cells, config, wanted) >= least for _, cells in _top(table, path, other, None)):
            message = f"the headers are not in the sheet {shown(table.sheet or '')}; they seem to stand in the sheet {shown(other)}"
            hint = f"write `sheet: {json.dumps(other, ensure_ascii=False)}` in batch.yml"
            return Misplaced(None, finding(Code.COLUMN_MISSING, table.place(table.header_line), message, hint))
    return None


def _top(table: Table, path: Path, sheet: str | None, encoding: str | None) -> Iterator[tuple[int, list[str]]]:
    with suppress(RosterError):  # another sheet may be too large: then nothing is found in it
        yield from reading.top(path, shown_as=table.file, sheet=sheet, encoding=encoding)


def _hits(cells: Iterable[str], config: BatchConfig, wanted: set[str]) -> int:
    """How many of the fields that batch.yml wants these cells would fill if they were the headers."""
    return len(wanted & mapping.filled(cells, config))
