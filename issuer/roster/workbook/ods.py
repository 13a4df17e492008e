"""ODS (OpenDocument 1.3 part 3, 9): hidden rows, error cells, formulas without a value, merged cells, numbers shown with leading zeros, and
how far rows and cells that are said to be repeated reach."""

from __future__ import annotations

import re
import zipfile

from issuer.roster.workbook import archive
from issuer.roster.workbook.scan import RefusedError, Scan

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_ANNOTATION = f"{_OFFICE}annotation"
_TRACKED = f"{_TABLE}tracked-changes"
_SHOWN = 40
_MOST = 1 << 24


class Book:
    """An open workbook: calamine loads all of its sheets, so all are looked at first."""

    def __init__(self, path: str, *, unpacked: int, ratio: int) -> None:
        with zipfile.ZipFile(path) as opened:
            archive.check(opened, unpacked=unpacked, ratio=ratio)
            names = set(opened.namelist())
            if "content.xml" not in names and "xl/workbook.xml" in names:
                raise RefusedError("is an XLSX workbook, not ODS", "name it .xlsx")
            if "encrypted-package" in names or _encrypted(opened):
                raise RefusedError("is protected by a password", "save it without a password")
            scanner = _Scanner()
            archive.walk(opened, "content.xml", scanner.start, scanner.end, scanner.characters)
        self._scans = scanner.scans

    def close(self) -> None:
        """There is nothing to close: the sheets have been read."""

    def used(self, name: str) -> bool:
        """Whether a sheet has a value anywhere."""
        return self.scan(name).used > 0

    def scan(self, name: str) -> Scan:
        """What calamine does not tell about a sheet."""
        return self._scans[name]

    def loaded(self, name: str) -> list[Scan]:
        """The scans of the sheets that calamine loads to read this one, itself first."""
        return [self.scan(name), *(scan for other, scan in self._scans.items() if other != name)]

    def all(self) -> list[Scan]:
        """The scans of all sheets."""
        return list(self._scans.values())


def _encrypted(opened: zipfile.ZipFile) -> bool:
    found: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name.endswith(" encryption-data"):
            found.append(name)

    if "META-INF/manifest.xml" in opened.namelist():
        archive.walk(opened, "META-INF/manifest.xml", start)
    return bool(found)


class _Scanner:
    """Walks content.xml. A cell counts as used when it has a value or a text; comments and tracked changes are passed over."""

    def __init__(self) -> None:
        self.scans: dict[str, Scan] = {}
        self._scan: Scan | None = None
        self._depth = 0  # inside a comment or tracked changes
        self._row, self._rows, self._column, self._columns = 0, 1, 0, 1
        self._cell: dict[str, str] = {}
        self._text = ""
        self._reading = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._depth or name in (_ANNOTATION, _TRACKED):
            self._depth += 1
        elif name == f"{_TABLE}table":
            self._scan = self.scans.setdefault(attributes.get(f"{_TABLE}name", ""), Scan())
            self._row, self._rows = 0, 1
        elif self._scan is None:
            return
        elif name == f"{_TABLE}table-row":
            self._row += self._rows if self._row else 1
            self._rows = _repeated(attributes, "number-rows-repeated")
            self._column, self._columns = -1, 1
            if attributes.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                self._scan.hidden.append((self._row, self._row + self._rows - 1))
        elif name in _CELLS:
            self._column += self._columns if self._column >= 0 else 1
            self._columns = _repeated(attributes, "number-columns-repeated")
            self._cell, self._text = attributes, ""
        elif name == f"{_TEXT}p":
            self._reading = True

    def end(self, name: str) -> None:
        """An element ends."""
        if self._depth:
            self._depth -= 1
        elif name == f"{_TABLE}table":
            self._scan = None
        elif name == f"{_TEXT}p":
            self._reading = False
        elif name in _CELLS and self._scan is not None:
            self._take_cell(self._scan)

    def characters(self, data: str) -> None:
        """Characters inside an element."""
        if self._reading and not self._depth and len(self._text) < _SHOWN:
            self._text += data

    def _take_cell(self, scan: Scan) -> None:
        cell, kind = self._cell, self._cell.get(f"{_OFFICE}value-type", "")
        if cell.get(f"{_CALC}value-type") == "error":
            scan.fault(self._row, self._column, "error", self._text[:20])
        elif f"{_TABLE}formula" in cell and not kind:
            scan.fault(self._row, self._column, "formula")
        elif kind in ("", "string") and not self._text:
            return
        scan.use(self._row, self._column + self._columns - 1, self._rows)
        digits = self._text
        if kind == "float" and re.fullmatch("0[0-9]{1,39}", digits) and _same(cell.get(f"{_OFFICE}value", ""), digits):
            for row in range(self._row, min(self._row + self._rows, self._row + 1000)):
                scan.zeros.setdefault(row, {})[self._column] = len(digits)
        rows, columns = _repeated(cell, "number-rows-spanned"), _repeated(cell, "number-columns-spanned")
        if rows > 1 or columns > 1:
            scan.merged.append((self._row, self._column, self._row + rows - 1, self._column + columns - 1))


def _repeated(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(f"{_TABLE}{name}", "1")
    return min(int(text), _MOST) if re.fullmatch("[1-9][0-9]{0,9}", text) else 1


def _same(value: str, digits: str) -> bool:
    try:
        return float(value) == int(digits)
    except ValueError:
        return False
