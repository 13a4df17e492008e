"""XLSX rosters. A workbook is read by sheet_process.py in a child process with limits, since a few kilobytes can claim gigabytes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from issuer.errors import Place, RosterError
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.table import MAX_COLUMNS, TOP, Row, Table
from issuer.roster.text import tidy

MEMORY = 512 << 20
SECONDS = 20
OUTPUT = 64 << 20
UNPACKED = 20 << 20
RATIO = 100
AREA = 4_000_000
"""Cells from A1 to the last cell in use: calamine keeps all of them, at 32 bytes each."""


def read(path: Path, shown_as: str, sheet: str | None) -> Table:
    """Read an XLSX roster: the sheet of that name, or the first visible one with rows. Raises RosterError."""
    output = _run(path, shown_as, sheet)
    head = json.loads(output.readline())
    lines = (json.loads(line) for line in output)
    name = head["sheet"] if head["sheet"].isprintable() else ascii(head["sheet"])
    header = next(lines)
    if isinstance(header, dict):
        return Table(shown_as, name, 0, (), iter(()))
    headers = [tidy(text) for text in header[1]]
    while headers and not headers[-1]:
        headers.pop()
    table = Table(shown_as, name, header[0], tuple(headers), iter(()))
    return Table(shown_as, name, header[0], tuple(headers), _rows(lines, table), tuple(_about_sheet(table, head)), tuple(head["others"]))


def top(path: Path, shown_as: str, sheet: str | None) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of the first rows of a sheet that are not blank. Raises RosterError."""
    output = _run(path, shown_as, sheet)
    output.readline()
    for item in islice((json.loads(line) for line in output), TOP):
        if not isinstance(item, dict):
            yield item[0], item[1]


def _about_sheet(table: Table, head: dict[str, Any]) -> Iterator[Finding]:
    if head["others"]:
        message = "other sheets with rows are not read: " + ", ".join(shown(other) for other in head["others"][:10])
        yield finding(Code.SHEET_CHOSEN, table.place(), message, "name the right one in batch.yml, as in `sheet: Graduates`")
    hidden = [line for line in head["hidden"] if line > table.header_line]
    if hidden:
        message = f"hidden rows are left out: {', '.join(map(str, hidden[:10]))}{' …' if len(hidden) > 10 else ''}"
        yield finding(
            Code.ROWS_HIDDEN, table.place(), message, "show them (clear the filter) if they belong to the roster, else delete them"
        )


def _rows(lines: Iterator[Any], table: Table) -> Iterator[Row]:
    width = len(table.headers)
    reported: set[int] = set()
    for item in lines:
        if isinstance(item, dict):
            return
        line, cells, dates, faults = item
        findings = [_fault(table, line, *fault) for fault in faults]
        for column in range(width, len(cells)):
            if cells[column].strip() and column not in reported:
                reported.add(column)
                hint = "write a header above the cell, or empty the column"
                findings.append(finding(Code.HEADER_EMPTY, table.place(line, column), "the cell stands in a column without a header", hint))
        yield Row(line, (*cells[:width], *("",) * (width - len(cells))), frozenset(dates), tuple(findings))


def _fault(table: Table, line: int, column: int, kind: str, text: str) -> Finding:
    place = table.place(line, column)
    if kind == "error":
        return finding(Code.CELL_ERROR, place, f"the cell holds the error {text or '?'}", "correct the formula, or write the value")
    hint = "open the workbook in a spreadsheet program and save it, or write the value"
    return finding(Code.CELL_FORMULA, place, "the cell holds a formula that was never calculated", hint)


def _run(path: Path, shown_as: str, sheet: str | None) -> io.BytesIO:
    """Run the child to its end. Returns its output, complete. Raises RosterError."""
    wanted = {
        "path": str(path.resolve()),
        "sheet": sheet,
        "memory": MEMORY,
        "seconds": SECONDS,
        "output": OUTPUT,
        "unpacked": UNPACKED,
        "ratio": RATIO,
        "columns": MAX_COLUMNS,
        "area": AREA,
    }
    command = [sys.executable, "-I", str(Path(__file__).with_name("sheet_process.py")), json.dumps(wanted)]
    environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "HOME") if name in os.environ}  # and no secret
    with tempfile.TemporaryFile() as output:
        try:
            status = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL, env=environment, timeout=SECONDS, check=False
            ).returncode
        except subprocess.TimeoutExpired:
            status = -signal.SIGXCPU
        except OSError as error:
            hint = "check that Python can start processes here"
            raise RosterError(f"cannot be read: {error.strerror}", place=Place(shown_as), hint=hint) from None
        output.seek(0)
        lines = output.read()
    last = _last_line(lines)
    if isinstance(last, dict) and "refused" in last:
        message, hint = last["refused"]
        raise RosterError(message, place=Place(shown_as), hint=hint)
    if status != 0 or last != {"end": True}:
        raise RosterError(_reason(status), place=Place(shown_as), hint="copy the roster into a new workbook, or save it as CSV")
    return io.BytesIO(lines)


def _reason(status: int) -> str:
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"takes more than {SECONDS} seconds to read"
    if status == -signal.SIGABRT:
        return f"takes more than {MEMORY >> 20} MB of memory to read"
    return "is damaged, or needs more memory than a roster may"


def _last_line(lines: bytes) -> Any:
    """The last line as JSON, None when it is not complete."""
    try:
        return json.loads(lines[lines.rstrip().rfind(b"\n") + 1 :])
    except ValueError:
        return None
