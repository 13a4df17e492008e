"""XLSX (ECMA-376 part 1): hidden rows, error cells, formulas without a value, merged cells, formats of zeros, the last cell in use."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import cast
from xml.etree import ElementTree as ET

from issuer.roster.workbook import archive
from issuer.roster.workbook.scan import ZEROS, RefusedError, Scan

_CHUNK = 1 << 16
_DIGITS = "0123456789"
_FORMAT = "xl/styles.xml"
_MAX_ROW = 1_048_576


class Book:
    """An open workbook. parts: name of each sheet → its part."""

    def __init__(self, path: str, *, unpacked: int, ratio: int) -> None:
        self._archive = zipfile.ZipFile(path)
        archive.check(self._archive, unpacked=unpacked, ratio=ratio)
        names = set(self._archive.namelist())
        if "xl/workbook.xml" not in names and "content.xml" in names:
            raise RefusedError("is an ODS workbook, not XLSX", "name it .ods")
        self.parts = self._sheet_parts()
        self._zeros: dict[str, int] | None = None

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def used(self, name: str) -> bool:
        """Whether a sheet has a value anywhere."""
        return self._scan(name, first_only=True).used > 0

    def scan(self, name: str) -> Scan:
        """What calamine does not tell about a sheet."""
        return self._scan(name, first_only=False)

    def loaded(self, name: str) -> list[Scan]:
        """The scans of the sheets that calamine loads to read this one, itself first."""
        return [self.scan(name)]

    def _scan(self, name: str, *, first_only: bool) -> Scan:
        if self._zeros is None:
            self._zeros = self._formats_of_zeros()
        scanner = _Scanner(self._zeros)
        with self._archive.open(self.parts[name]) as file:
            doctype = archive.parser_without_doctype()
            parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(("start",))
            while chunk := file.read(_CHUNK):
                if scanner.data is None:
                    doctype.Parse(chunk, False)  # noqa: FBT003 - expat's signature
                parser.feed(chunk)
                scanner.take(parser, keep=1)
                if first_only and scanner.scan.used:
                    return scanner.scan
        parser.close()
        scanner.take(parser, keep=0)
        return scanner.scan

    def _sheet_parts(self) -> dict[str, str]:
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

        archive.walk(self._archive, "xl/_rels/workbook.xml.rels", relation)
        archive.walk(self._archive, "xl/workbook.xml", sheet)
        return names

    def _formats_of_zeros(self) -> dict[str, int]:
        """Cell styles (their numbers as text) with a number format of zeros → how many digits it shows (18.8.30, 18.8.10)."""
        formats: dict[str, int] = {}
        styles: list[str] = []
        inside: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            local = name.rpartition(" ")[2]
            if local == "numFmt" and (zeros := ZEROS.fullmatch(attributes.get("formatCode", ""))):
                formats[attributes.get("numFmtId", "")] = len(zeros[1])
            elif local == "xf" and inside and inside[-1] == "cellXfs":
                styles.append(attributes.get("numFmtId", ""))
            inside.append(local)

        if _FORMAT in self._archive.namelist():
            archive.walk(self._archive, _FORMAT, start, lambda _: inside.__delitem__(-1))
        return {str(index): formats[number] for index, number in enumerate(styles) if number in formats}


class _Scanner:
    """Takes the rows out of a tree that is still being built, so that only a few are ever in memory. expat's own way, a call of Python for
    each element, takes twice the time."""

    def __init__(self, zeros: dict[str, int]) -> None:
        self.scan = Scan()
        self.data: ET.Element | None = None
        self._zeros = zeros
        self._row = 0
        self._columns: dict[str, int] = {}
        self._space = ""

    def take(self, parser: ET.XMLPullParser[ET.Element], *, keep: int) -> None:
        """Look at all rows that have begun but the last `keep`, which may not be complete."""
        merged = f"{self._space}mergeCell"
        for _, element in cast("Iterable[tuple[str, ET.Element]]", parser.read_events()):
            if self.data is None and element.tag.endswith("}sheetData"):
                self.data = element
                self._space = element.tag[: -len("sheetData")]
                merged = f"{self._space}mergeCell"
            elif element.tag == merged:
                self.scan.merged.extend(_ranges(element.get("ref", "")))
        if self.data is None:
            return
        rows = self.data[: len(self.data) - keep]
        for row in rows:
            self._take_row(row)
        del self.data[: len(rows)]

    def _take_row(self, row: ET.Element) -> None:
        number = row.get("r", "")
        self._row = int(number) if number.isdecimal() and len(number) < 10 else self._row + 1
        if self._row > _MAX_ROW:
            raise RefusedError(
                f"has a row {self._row:,}; a sheet ends at {_MAX_ROW:,}", "split the roster into several batches", "rows-many"
            )
        if row.get("hidden") in ("1", "true"):
            self.scan.hidden.append((self._row, self._row))
        column, columns, value_tag, used = -1, self._columns, f"{self._space}v", -1
        for cell in row:
            reference = cell.get("r")
            if reference is None:
                column += 1
            else:
                name = reference.rstrip(_DIGITS)
                column = columns[name] if name in columns else self._new_column(name, column)
            if not len(cell):
                continue
            value = cell[0]
            if len(cell) == 1 and value.tag == value_tag and cell.get("t") != "e":
                if value.text:
                    used = max(used, column)
                    if self._zeros and cell.get("s", "") in self._zeros and cell.get("t", "n") == "n":
                        self.scan.zeros.setdefault(self._row, {})[column] = self._zeros[cell.get("s", "")]
            else:
                self._take_unusual(cell, column)
        if used >= 0:
            self.scan.use(self._row, used)

    def _new_column(self, name: str, before: int) -> int:
        """The 0-based column of these letters; the one after `before` if they are none."""
        if not re.fullmatch("[A-Z]{1,3}", name):
            return before + 1
        self._columns[name] = _column(name)
        return self._columns[name]

    def _take_unusual(self, cell: ET.Element, column: int) -> None:
        """A cell with a formula, an error, or a text of its own."""
        kind = cell.get("t", "n")
        value = cell.findtext(f"{self._space}v") or ""
        if kind == "e":
            self.scan.fault(self._row, column, "error", value[:20])
        elif cell.find(f"{self._space}f") is not None and not value:
            if kind != "str":
                self.scan.fault(self._row, column, "formula")
        elif value or any(part.text for part in cell.iter(f"{self._space}t")):
            self.scan.use(self._row, column)
            if kind == "n" and cell.get("s", "") in self._zeros:
                self.scan.zeros.setdefault(self._row, {})[column] = self._zeros[cell.get("s", "")]


def _ranges(reference: str) -> Iterator[tuple[int, int, int, int]]:
    found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})", reference)
    if found:
        yield int(found[2]), _column(found[1]), int(found[4]), _column(found[3])


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1
