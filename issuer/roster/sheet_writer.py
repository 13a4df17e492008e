"""An XLSX roster changed in its own XML: the cells that change, and nothing else of the workbook."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from issuer.errors import Place, RosterError
from issuer.roster.table import letters

_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""What zipfile raises for an archive with a fault; NotImplementedError and RuntimeError for a way of packing that it does not know."""
UNPACKED = 200 << 20
"""Bytes of all parts, pictures too, of a workbook that is changed."""
_HINT = "open it in a spreadsheet program, save it again as XLSX and run the command again, or change it by hand"


@dataclass(slots=True)
class _Found:
    """A cell in the XML. start, end: bytes from its < to behind its >; tag: as it is written, with a prefix perhaps."""

    start: int
    end: int
    tag: str
    attributes: dict[str, str]
    formula: bool = False


class _Sheet:
    """Finds cells and the end of the rows in a worksheet part (ECMA-376 part 1, 18.3.1)."""

    def __init__(self, data: bytes, wanted: frozenset[str], place: Place) -> None:
        self.data, self.wanted = data, wanted
        self.cells: dict[str, _Found] = {}
        self.open: _Found | None = None
        self.row = self.column = 0
        self.rows_end = -1
        self.rows_tag = ""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self.parser.XmlDeclHandler, self.parser.StartDoctypeDeclHandler = self._declared, self._refused
        self.place = place
        try:
            self.parser.Parse(data, True)  # noqa: FBT003 - expat's signature
        except expat.ExpatError:
            raise RosterError("is damaged", place=place, hint=_HINT) from None

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "us-ascii"):
            self._refused()

    def _refused(self, *_: object) -> None:
        raise RosterError("is written in a way that no program can change", place=self.place, hint=_HINT)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            number = attributes.get("r", "")
            self.row, self.column = (int(number) if number.isdecimal() and len(number) < 10 else self.row + 1), 0
        elif name == "c":
            reference = attributes.get("r") or f"{letters(self.column)}{self.row}"
            self.column = _index(reference) + 1
            if reference in self.wanted:
                self.open = _Found(self.parser.CurrentByteIndex, 0, tag, attributes)
                self.cells[reference] = self.open
        elif name == "f" and self.open is not None:
            self.open.formula = True
        elif name == "sheetData":
            self.rows_tag = tag

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        at = self.parser.CurrentByteIndex
        if name == "c" and self.open is not None:
            self.open.end = self.data.index(b">", at) + 1
            self.open = None
        elif name == "sheetData":
            self.rows_end = at


def edited(path: Path, file: str, sheet: str, edits: Mapping[int, Mapping[int, tuple[str, str]]]) -> tuple[bytes, set[tuple[int, int]]]:
    """The workbook with other cells, and the (line, column) of those that are formulas, which stay as they are. file: the path in
    messages; edits: line → 0-based column → text that the cell has, text that it gets. Raises RosterError."""
    part, data = _part(path, file, sheet)
    wanted = {f"{letters(column)}{line}": (line, column, new) for line, cells in edits.items() for column, (_, new) in cells.items()}
    found = _Sheet(data, frozenset(wanted), Place(file, sheet=sheet)).cells
    pieces: list[bytes] = []
    done, formulas = 0, set[tuple[int, int]]()
    for reference, cell in sorted(found.items(), key=lambda item: item[1].start):
        line, column, new = wanted[reference]
        if cell.formula:
            formulas.add((line, column))
            continue
        pieces += data[done : cell.start], _cell(cell.tag, {**cell.attributes, "r": reference}, new, Place(file, sheet=sheet))
        done = cell.end
    return _replaced(path, Place(file, sheet=sheet), part, b"".join((*pieces, data[done:]))), formulas


def appended(path: Path, file: str, sheet: str, cells: Sequence[str]) -> tuple[bytes, int]:
    """The workbook with one row more behind the last one, and its number. Raises RosterError."""
    part, data = _part(path, file, sheet)
    place = Place(file, sheet=sheet)
    found = _Sheet(data, frozenset(), place)
    if found.rows_end < 0:
        raise RosterError("has no rows", place=place, hint=_HINT)
    number, prefix = found.row + 1, found.rows_tag.removesuffix("sheetData")
    made = b"".join(_cell(f"{prefix}c", {"r": f"{letters(column)}{number}"}, cell, place) for column, cell in enumerate(cells) if cell)
    row = f'<{prefix}row r="{number}">'.encode() + made + f"</{prefix}row>".encode()
    at = found.rows_end
    if data[at : at + 2] == b"</":
        return _replaced(path, place, part, data[:at] + row + data[at:]), number
    end = data.index(b">", at) + 1  # <sheetData/>
    opened = data[at:end].removesuffix(b">").removesuffix(b"/") + b">"
    return _replaced(path, place, part, data[:at] + opened + row + f"</{prefix}sheetData>".encode() + data[end:]), number


def _cell(tag: str, attributes: Mapping[str, str], text: str, place: Place) -> bytes:
    """A cell whose text stands in itself. It keeps its style; attributes that tell of another content go."""
    if match := _UNWRITABLE.search(text):
        raise RosterError(f"no workbook can hold the character U+{ord(match[0]):04X}", place=place, hint="leave it out")
    prefix = tag.removesuffix("c")
    kept = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if name not in ("t", "cm", "vm"))
    said = f'<{prefix}is><{prefix}t xml:space="preserve">{escape(text)}</{prefix}t></{prefix}is>'
    return f'<{tag}{kept} t="inlineStr">{said}</{tag}>'.encode()


def _part(path: Path, file: str, sheet: str) -> tuple[str, bytes]:
    """Name and content of the part that holds a sheet."""
    targets: dict[str, str] = {}
    names: dict[str, str] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name.endswith("Relationship"):
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def listed(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            number = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            target = targets.get(number, "")
            names[attributes.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    try:
        with zipfile.ZipFile(path) as archive:
            for part, start in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", listed)):
                parser = expat.ParserCreate()
                parser.StartElementHandler = start
                parser.Parse(archive.read(part), True)  # noqa: FBT003 - expat's signature
            return names[sheet], archive.read(names[sheet])
    except (KeyError, expat.ExpatError, *_DAMAGED):
        raise RosterError("cannot be changed by a program", place=Place(file, sheet=sheet), hint=_HINT) from None


def _replaced(path: Path, place: Place, part: str, data: bytes) -> bytes:
    """The workbook with other bytes in one part; all other parts keep theirs, and their order. Pictures were not unpacked before: so a
    part that is damaged or swells is only found here. Raises RosterError."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            if sum(info.file_size for info in old.infolist()) > UNPACKED:
                raise RosterError(f"is larger than {UNPACKED >> 20} MB when unpacked, too much to be changed", place=place, hint=_HINT)
            for info in old.infolist():
                new.writestr(info, data if info.filename == part else old.read(info))
    except _DAMAGED:
        raise RosterError("is damaged", place=place, hint=_HINT) from None
    return made.getvalue()


def _index(reference: str) -> int:
    """The 0-based column of a reference such as C17."""
    number = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number - 1
