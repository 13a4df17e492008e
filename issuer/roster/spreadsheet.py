"""XLSX, XLS and ODS rosters. A workbook is read by issuer.roster.workbook in a child process with limits, since a few kilobytes can claim
gigabytes. Its rows wait in a temporary file, so that memory does not grow with them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from issuer.errors import Place, RosterError
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.table import MAX_COLUMNS, MAX_ROWS, TOP, Row, Table, blank_rows, letters, too_many
from issuer.roster.text import tidy

SUFFIXES = (".xlsx", ".xls", ".ods")
MEMORY = 512 << 20
SECONDS = 20
"""Of processor time. On a busy machine it may be twice as many by the clock."""
OUTPUT = 256 << 20
UNPACKED = 100 << 20
"""Bytes of XML: 50,000 rows of eight cells take 20 to 30 MB."""
RATIO = 100
AREA = 4_000_000
"""Cells from A1 to the last cell in use: calamine keeps all of them, at 32 bytes each."""
_TAIL = 1 << 16
_ROOT = Path(__file__).parents[2]
_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from issuer.roster.workbook.process import main; main(sys.argv[2])"


class _Output:
    """What the child wrote, as JSON values, one a line. The file without a name is closed when nobody reads it any more."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        weakref.finalize(self, file.close)

    def __iter__(self) -> Iterator[Any]:
        for line in self._file:
            yield json.loads(line)


def read(path: Path, shown_as: str, sheet: str | None, most: int = MAX_ROWS) -> Table:
    """Read a workbook: the sheet of that name, or the first visible one with rows. most: rows that it may have. Raises RosterError."""
    lines = iter(_run(path, shown_as, sheet, most))
    head = next(lines)
    name = head["sheet"] if head["sheet"].isprintable() else ascii(head["sheet"])
    header = next(lines)
    if isinstance(header, dict):
        table = Table(shown_as, name, 0, (), iter(()))
        return Table(shown_as, name, 0, (), iter(()), tuple(_about_sheets(table, head)))
    headers = [tidy(text) for text in header[1]]
    while headers and not headers[-1]:
        headers.pop()
    table = Table(shown_as, name, header[0], tuple(headers), iter(()))
    findings = (*_about_sheets(table, head), *_about_rows(table, head))
    return Table(shown_as, name, header[0], tuple(headers), _rows(lines, table), findings, tuple(head["others"]))


def top(path: Path, shown_as: str, sheet: str | None) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of the first rows of a sheet that are not blank. Raises RosterError."""
    lines = iter(_run(path, shown_as, sheet, MAX_ROWS))
    next(lines)
    for item in islice(lines, TOP):
        if not isinstance(item, dict):
            yield item[0], item[1]


def _about_sheets(table: Table, head: dict[str, Any]) -> Iterator[Finding]:
    if head["others"]:
        message = "other sheets with rows are not read: " + ", ".join(shown(other) for other in head["others"][:10])
        yield finding(Code.SHEET_CHOSEN, table.place(), message, "name the right one in batch.yml, as in `sheet: Graduates`")
    if head["left_out"]:
        message = "hidden sheets with rows are not read: " + ", ".join(shown(other) for other in head["left_out"][:10])
        hint = "nothing, unless the roster stands there: then name the sheet in batch.yml, as in `sheet: Graduates`"
        yield finding(Code.SHEETS_HIDDEN, table.place(), message, hint)


def _about_rows(table: Table, head: dict[str, Any]) -> Iterator[Finding]:
    hidden = [line for line in head["hidden"] if line > table.header_line]
    if hidden:
        message = f"hidden rows are left out: {', '.join(map(str, hidden[:10]))}{' …' if len(hidden) > 10 else ''}"
        hint = "show them (clear the filter) if they belong to the roster, else delete them"
        yield finding(Code.ROWS_HIDDEN, table.place(), message, hint)
    gaps = [(first, last) for first, last in head["gaps"] if first > table.header_line and not set(range(first, last + 1)) & set(hidden)]
    if gaps:
        yield blank_rows(table, gaps[0][1] + 1, gaps[0][1] - gaps[0][0] + 1)
    yield from _merged(table, head["merged"])


def _merged(table: Table, ranges: list[list[int]]) -> Iterator[Finding]:
    """One warning about the merged cells below the headers: only the first cell of each range holds the value."""
    found = []
    for top_row, left, bottom, right in ranges:
        first, last = max(top_row, table.header_line + 1), min(right, len(table.headers) - 1)
        if first <= bottom and left <= last and (first < bottom or left < last):
            found.append((first, left, f"{letters(left)}{top_row}:{letters(last)}{bottom}"))
    if found:
        line, column, _ = found[0]
        message = f"cells are merged, so that only the first has the value: {', '.join(name for _, _, name in found[:10])}"
        message += f" and {len(found) - 10} more" if len(found) > 10 else ""
        hint = "split them (Unmerge Cells), and write the value into each cell that it holds for"
        yield finding(Code.CELLS_MERGED, table.place(line, column), message, hint)


def _rows(lines: Iterator[Any], table: Table) -> Iterator[Row]:
    width = len(table.headers)
    for item in lines:
        if isinstance(item, dict):
            return
        line, cells, dates, faults = item
        if len(cells) == width and not dates and not faults:
            yield Row(line, tuple(cells))
            continue
        findings = [_fault(table, line, *fault) for fault in faults]
        for column in range(width, len(cells)):
            if cells[column].strip():
                hint = "write a header above the cell, or empty the column"
                findings.append(finding(Code.HEADER_EMPTY, table.place(line, column), "the cell stands in a column without a header", hint))
        yield Row(line, (*cells[:width], *("",) * (width - len(cells))), frozenset(dates), tuple(findings))


def _fault(table: Table, line: int, column: int, kind: str, text: str) -> Finding:
    place = table.place(line, column)
    if kind == "error":
        return finding(Code.CELL_ERROR, place, f"the cell holds the error {text or '?'}", "correct the formula, or write the value")
    hint = "open the workbook in a spreadsheet program and save it, or write the value"
    return finding(Code.CELL_FORMULA, place, "the cell holds a formula that was never calculated", hint)


def _run(path: Path, shown_as: str, sheet: str | None, most: int) -> _Output:
    """Run the child to its end. Returns its output, complete. Raises RosterError."""
    wanted = {
        "path": str(path.resolve()),
        "kind": path.suffix.lower().lstrip("."),
        "sheet": sheet,
        "memory": MEMORY,
        "seconds": SECONDS,
        "output": OUTPUT,
        "unpacked": UNPACKED,
        "ratio": RATIO,
        "columns": MAX_COLUMNS,
        "area": AREA,
        "rows": most,
    }
    command = [sys.executable, "-I", "-c", _CHILD, str(_ROOT), json.dumps(wanted)]
    environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "HOME") if name in os.environ}  # and no secret
    file = tempfile.TemporaryFile()  # noqa: SIM115 - _Output closes it
    output = _Output(file)
    try:
        status = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.DEVNULL, env=environment, timeout=2 * SECONDS, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        status = -signal.SIGXCPU
    except OSError as error:
        hint = "check that Python can start processes here"
        raise RosterError(f"cannot be read: {error.strerror}", place=Place(shown_as), hint=hint) from None
    last = _last_line(file)
    if isinstance(last, dict) and "refused" in last:
        message, hint, *code = last["refused"]
        if code == [Code.ROWS_MANY]:
            raise too_many(Place(shown_as), most)
        raise RosterError(message, place=Place(shown_as), hint=hint, code=code[0] if code else Code.ROSTER_UNREADABLE)
    if status != 0 or last != {"end": True}:
        raise RosterError(_reason(status), place=Place(shown_as), hint="copy the roster into a new workbook, or save it as CSV")
    file.seek(0)
    return output


def _reason(status: int) -> str:
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"takes more than {SECONDS} seconds to read"
    if status == -signal.SIGABRT:
        return f"takes more than {MEMORY >> 20} MB of memory to read"
    return "is damaged, or needs more memory than a roster may"


def _last_line(file: IO[bytes]) -> Any:
    """The last line as JSON, None when it is not complete."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _TAIL, 0))
    lines = file.read()
    try:
        return json.loads(lines[lines.rstrip().rfind(b"\n") + 1 :])
    except ValueError:
        return None
