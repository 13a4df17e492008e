"""Reads one XLSX workbook in a process of its own, with limits, and writes JSON lines. Started by issuer.roster.spreadsheet as a script.

It imports nothing of ours, so that it starts fast and the same way wherever the package is installed.
Arguments: one JSON object {path, sheet, memory, seconds, output, unpacked, ratio, columns, area}. Output: first {sheet, others, hidden};
then [line, cells, dates, faults] for each row that is not blank; last {"end": true}. Instead of any of them {"refused": [message, hint]}.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import json
import re
import resource
import sys
import zipfile
import zlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.parsers import expat

SMALL = 1 << 20
"""Bytes of a part below which its compression ratio does not matter: nothing that small can hurt, and short repetitive sheets reach 100."""


class RefusedError(Exception):
    """Arguments: message and hint."""


@dataclass
class Scan:
    """What calamine does not tell about a sheet. Rows are 1-based, columns 0-based. faults: row → [[column, kind, text]]."""

    last_row: int = 0
    last_column: int = 0
    hidden: set[int] = field(default_factory=set)
    faults: dict[int, list[list[Any]]] = field(default_factory=dict)


class SheetScanner:
    """Walks a worksheet part (ECMA-376 part 1, 18.3.1): hidden rows, error cells, formulas without a value, the last cell with a value."""

    def __init__(self) -> None:
        self.scan = Scan()
        self.row = self.column = -1
        self.kind = ""
        self.formula = False
        self.reading = ""
        self.value = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = name.rpartition(" ")[2]
        if name == "c":
            reference = re.match(r"([A-Z]{1,3})[0-9]", attributes.get("r", ""))
            self.column = _column(reference[1]) if reference else self.column + 1
            self.kind, self.formula, self.value = attributes.get("t", ""), False, ""
        elif name == "row":
            number = attributes.get("r", "")
            self.row = int(number) if re.fullmatch("[0-9]{1,9}", number) else max(self.row, 0) + 1
            self.column = -1
            if attributes.get("hidden") in ("1", "true"):
                self.scan.hidden.add(self.row)
        elif name == "f":
            self.formula = True
        elif name in ("v", "t"):
            self.reading = name

    def end(self, name: str) -> None:
        """An element ends."""
        name = name.rpartition(" ")[2]
        if name in ("v", "t"):
            self.reading = ""
        if name != "c":
            return
        fault: list[Any] | None = None
        if self.kind == "e":
            fault = [self.column, "error", self.value[:20]]
        elif self.formula and not self.value and self.kind != "str":
            fault = [self.column, "formula", ""]
        if fault:
            self.scan.faults.setdefault(self.row, []).append(fault)
        if fault or self.value:
            self.scan.last_row = max(self.scan.last_row, self.row)
            self.scan.last_column = max(self.scan.last_column, self.column)

    def text(self, data: str) -> None:
        """Characters inside an element."""
        if self.reading and len(self.value) < 20:
            self.value += data


def main() -> None:
    """Read the workbook that the arguments name."""
    wanted = json.loads(sys.argv[1])
    limits = ((resource.RLIMIT_AS, "memory"), (resource.RLIMIT_CPU, "seconds"), (resource.RLIMIT_FSIZE, "output"))
    for limit, value in ((limit, wanted[name]) for limit, name in limits):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    try:
        for line in _lines(wanted):
            sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
        sys.stdout.write('{"end":true}\n')
    except RefusedError as error:
        sys.stdout.write(json.dumps({"refused": error.args}) + "\n")
    sys.stdout.flush()


def _lines(wanted: dict[str, Any]) -> Any:
    import python_calamine as calamine  # after the limits are set

    path = wanted["path"]
    try:
        parts = _parts(path, wanted)
        with calamine.CalamineWorkbook.from_path(path) as book:
            name, others, scan = _choose(book, path, parts, wanted)
            yield {"sheet": name, "others": others, "hidden": sorted(scan.hidden)[:1000]}
            if scan.last_row:
                yield from _rows(book.get_sheet_by_name(name), scan)
    except calamine.PasswordError:
        raise RefusedError("is protected by a password", "save it without a password") from None
    except (
        calamine.CalamineError,
        zipfile.BadZipFile,
        expat.ExpatError,
        KeyError,
        EOFError,
        OSError,
        NotImplementedError,
        zlib.error,
    ):
        raise RefusedError(
            "is damaged, or no XLSX workbook", "open it in a spreadsheet program and save it again as XLSX, or as CSV"
        ) from None


def _parts(path: str, wanted: dict[str, Any]) -> dict[str, str]:
    """Sheet name → part name, after the zip directory has been checked."""
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        if any(info.flag_bits & 1 for info in infos):
            raise RefusedError("is protected by a password", "save it without a password")
        read = [info for info in infos if info.filename.endswith((".xml", ".rels"))]  # pictures are never unpacked
        if len(infos) > 5000 or sum(info.file_size for info in read) > wanted["unpacked"]:
            message = f"is larger than {wanted['unpacked'] >> 20} MB when unpacked"
            raise RefusedError(message, "delete the sheets and formats that are not needed, or save it as CSV")
        if any(info.file_size > SMALL and info.file_size > wanted["ratio"] * max(info.compress_size, 1) for info in read):
            message = f"unpacks to more than {wanted['ratio']} times its size"
            raise RefusedError(message, "copy the rows into a new workbook, or save it as CSV")
        return _sheet_parts(archive)


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name.endswith("Relationship"):
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name.endswith(" sheet"):
            identifier = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            target = targets.get(identifier, "")
            names[attributes.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    _walk(archive, "xl/_rels/workbook.xml.rels", relation)
    _walk(archive, "xl/workbook.xml", sheet)
    return names


def _walk(archive: zipfile.ZipFile, part: str, start: Any, end: Any = None, text: Any = None) -> None:
    """Run a part through expat; a document type is refused, as it could define entities without end."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with archive.open(part) as file:
        parser.ParseFile(file)


def _refuse_doctype(*_: object) -> None:
    raise RefusedError("has a document type declaration, which no workbook needs", "save it again as XLSX, or as CSV")


def _choose(book: Any, path: str, parts: dict[str, str], wanted: dict[str, Any]) -> tuple[str, list[str], Scan]:
    """The sheet to read, the other visible sheets with rows, and what the scan of the sheet found."""
    named = wanted["sheet"]
    if named is not None and named not in parts:
        near = difflib.get_close_matches(named, list(parts), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "its sheets are " + ", ".join(repr(name) for name in list(parts)[:10])
        raise RefusedError(f"has no sheet {named!r}", hint)
    visible = [meta.name for meta in book.sheets_metadata if str(meta.visible).endswith("Visible") and str(meta.typ).endswith("WorkSheet")]
    found: list[tuple[str, Scan]] = []
    for name in [named] if named is not None else visible:
        scan = _scan(path, parts[name])
        if scan.last_row or named is not None:
            found.append((name, scan))
    if not found:
        return (visible or [""])[0], [], Scan()
    name, scan = found[0]
    _check_area(scan, wanted)
    return name, [other for other, _ in found[1:]], scan


def _scan(path: str, part: str) -> Scan:
    scanner = SheetScanner()
    with zipfile.ZipFile(path) as archive:
        _walk(archive, part, scanner.start, scanner.end, scanner.text)
    return scanner.scan


def _check_area(scan: Scan, wanted: dict[str, Any]) -> None:
    if scan.last_column >= wanted["columns"] or scan.last_row * (scan.last_column + 1) > wanted["area"]:
        message = f"has values as far as row {scan.last_row:,} and column {scan.last_column + 1:,}, more than a roster can need"
        raise RefusedError(message, "delete the stray cells, or copy the roster into a new workbook")


def _rows(sheet: Any, scan: Scan) -> Any:
    """Rows that are neither blank nor hidden. iter_rows begins at row 1, but at the first column in use."""
    first = sheet.start[1] if sheet.start else 0
    reached = 0
    for line, values in enumerate(sheet.iter_rows(), 1):
        reached = line
        yield from _row(line, [""] * first + [_text(value) for value in values], _date_columns(values, first), scan)
    for line in sorted(number for number in scan.faults if number > reached):  # rows with nothing but faults are none to calamine
        yield from _row(line, [], [], scan)


def _row(line: int, cells: list[str], dates: list[int], scan: Scan) -> Any:
    faults = scan.faults.get(line, [])
    if line not in scan.hidden and (faults or any(cell.strip() for cell in cells)):
        yield [line, cells, dates, faults]


def _date_columns(values: list[Any], first: int) -> list[int]:
    return [first + index for index, value in enumerate(values) if isinstance(value, dt.date)]


def _text(value: Any) -> str:
    """A cell as text: 123.0 is 123, dates are ISO 8601, numbers have the 15 digits that a spreadsheet keeps."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = f"{value:.15g}"
        return f"{Decimal(text):f}" if "e" in text else text
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


if __name__ == "__main__":
    main()
