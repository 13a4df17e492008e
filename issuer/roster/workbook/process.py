"""Reads one workbook in a process of its own, with limits, and writes JSON lines. Started by issuer.roster.spreadsheet.

Arguments: one JSON object {path, kind, sheet, memory, seconds, output, unpacked, ratio, columns, area, rows}. Output: first {sheet, others,
left_out, hidden, merged, gaps}; then [line, cells, dates, faults] for each row that is not blank; last {"end": true}. Instead of any of
them {"refused": [message, hint, code]}.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import json
import resource
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from issuer.roster.workbook import ods, xls, xlsx
from issuer.roster.workbook.ole import MAGIC, DamagedError
from issuer.roster.workbook.scan import RefusedError, Scan, refuse_large

MAX_CELL = 131_072
"""Characters in one cell. A spreadsheet program takes 32,767."""
_MOST_TOLD = 1000
Book = xlsx.Book | ods.Book | xls.Book


def main(argument: str) -> None:
    """Read the workbook that the argument names."""
    wanted = json.loads(argument)
    limits = ((resource.RLIMIT_AS, "memory"), (resource.RLIMIT_CPU, "seconds"), (resource.RLIMIT_FSIZE, "output"))
    for limit, value in ((limit, wanted[name]) for limit, name in limits):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    write, encode = sys.stdout.write, json.JSONEncoder(separators=(",", ":")).encode
    try:
        for line in _lines(wanted):
            write(encode(line) + "\n")
        write('{"end":true}\n')
    except MemoryError:
        hint = "copy the roster into a new workbook, or save it as CSV"
        write(encode({"refused": (f"takes more than {wanted['memory'] >> 20} MB of memory to read", hint)}) + "\n")
    except RefusedError as error:
        write(encode({"refused": error.args}) + "\n")
    sys.stdout.flush()


def _lines(wanted: dict[str, Any]) -> Iterator[Any]:
    import python_calamine as calamine  # after the limits are set

    kind = wanted["kind"].upper()
    damaged = (DamagedError, struct.error, IndexError, KeyError, EOFError, OSError, NotImplementedError, zlib.error, ValueError)
    try:
        book = _open(wanted)
        if not isinstance(book, xlsx.Book):
            refuse_large(book.all() or [Scan()], columns=1 << 20, area=wanted["area"], rows=1 << 30)
        with contextlib.closing(book), calamine.CalamineWorkbook.from_path(wanted["path"]) as opened:
            name, head, scan = _choose(opened, book, wanted)
            yield head
            if scan.last_row:
                yield from _rows(opened.get_sheet_by_name(name), scan)
    except calamine.PasswordError:
        raise RefusedError("is protected by a password", "save it without a password") from None
    except (calamine.CalamineError, zipfile.BadZipFile, expat.ExpatError, ET.ParseError, *damaged):
        raise RefusedError(
            f"is damaged, or no {kind} workbook", f"open it in a spreadsheet program and save it again as {kind}, or as CSV"
        ) from None


def _open(wanted: dict[str, Any]) -> Book:
    path, kind = wanted["path"], wanted["kind"]
    if kind == "xls":
        return xls.Book(path)
    with Path(path).open("rb") as file:
        if file.read(8) == MAGIC:
            _refuse_compound(path, kind)
    opener = ods.Book if kind == "ods" else xlsx.Book
    return opener(path, unpacked=wanted["unpacked"], ratio=wanted["ratio"])


def _refuse_compound(path: str, kind: str) -> None:
    """An XLSX workbook with a password is an OLE file, as XLS is: the names of its streams tell them apart."""
    try:
        xls.workbook_stream(Path(path).read_bytes())
    except (DamagedError, struct.error):
        hint = "open it in a spreadsheet program and save it as XLSX without a password, or as CSV"
        raise RefusedError("is an old XLS workbook, or protected by a password, and damaged", hint) from None
    raise RefusedError(f"is an old XLS workbook, not {kind.upper()}", "name it .xls")


def _choose(opened: Any, book: Book, wanted: dict[str, Any]) -> tuple[str, dict[str, Any], Scan]:
    """The sheet to read, the first line of the output, and what the scan of the sheet found."""
    named = wanted["sheet"]
    sheets = [meta for meta in opened.sheets_metadata if str(meta.typ).endswith("WorkSheet")]
    names = [meta.name for meta in sheets]
    if isinstance(book, xls.Book):
        book.names = [meta.name for meta in opened.sheets_metadata]
    if named is not None and named not in names:
        near = difflib.get_close_matches(named, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "its sheets are " + ", ".join(repr(name) for name in names[:10])
        raise RefusedError(f"has no sheet {named!r}", hint)
    if named is not None:
        chosen, others, left_out = named, [], []
    else:
        visible = [meta.name for meta in sheets if str(meta.visible).endswith("Visible")]
        found = [name for name in visible if book.used(name)]
        chosen, others = (found or visible or [""])[0], found[1:]
        left_out = [name for name in names if name not in visible and book.used(name)]
        if not found:
            return chosen, {"sheet": chosen, "others": [], "left_out": left_out, "hidden": [], "merged": [], "gaps": []}, Scan()
    scans = book.loaded(chosen)
    refuse_large(scans[:1], columns=wanted["columns"], area=wanted["area"], rows=wanted["rows"])
    return chosen, {"sheet": chosen, "others": others, "left_out": left_out, **_about(scans[0])}, scans[0]


def _about(scan: Scan) -> dict[str, Any]:
    """hidden: rows; merged: [first row, first column, last row, last column], within the cells in use; gaps: [first, last] blank row."""
    hidden = sorted(set(scan.hidden_rows()))
    merged = [
        (top, left, min(bottom, scan.last_row), min(right, scan.last_column))
        for top, left, bottom, right in scan.merged
        if top <= scan.last_row and left <= scan.last_column
    ]
    return {"hidden": hidden[:_MOST_TOLD], "merged": merged[:_MOST_TOLD], "gaps": scan.gaps[:_MOST_TOLD]}


def _rows(sheet: Any, scan: Scan) -> Iterator[Any]:
    """Rows that are neither blank nor hidden. iter_rows begins at row 1, but at the first column in use."""
    first = sheet.start[1] if sheet.start else 0
    before = [""] * first
    hidden = set(scan.hidden_rows())
    faults, zeros = scan.faults, scan.zeros
    reached = 0
    for line, values in enumerate(sheet.iter_rows(), 1):
        reached = line
        cells = before + [value if type(value) is str else _text(value) for value in values]
        if line in zeros:
            for column, digits in zeros[line].items():
                if column < len(cells) and cells[column].isdigit():
                    cells[column] = cells[column].zfill(digits)
        if line not in hidden and (line in faults or any(cell.strip() for cell in cells)):
            _refuse_long(line, cells)
            yield [line, cells, _date_columns(values, first), faults.get(line, [])]
    for line in sorted(number for number in faults if number > reached and number not in hidden):
        yield [line, [], [], faults[line]]  # rows with nothing but faults are none to calamine


def _refuse_long(line: int, cells: list[str]) -> None:
    longest = max(map(len, cells), default=0)
    if longest > MAX_CELL:
        message = f"has a cell of {longest:,} characters in row {line}; no spreadsheet program takes more than 32,767"
        raise RefusedError(message, "shorten the cell, or empty it", "cell-long")


def _date_columns(values: list[Any], first: int) -> list[int]:
    return [first + index for index, value in enumerate(values) if isinstance(value, dt.date)]


def _text(value: Any) -> str:
    """A cell as text: 123.0 is 123, dates are ISO 8601, numbers have the 15 digits that a spreadsheet keeps."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = f"{value or 0:.15g}"  # -0 is 0
        return f"{Decimal(text):f}" if "e" in text else text
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)
