"""The zip archive that an XLSX or ODS workbook is: checked before anything is unpacked, its XML parts read with expat."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from issuer.roster.workbook.scan import RefusedError

SMALL = 1 << 20
"""Bytes of a part below which its compression ratio does not matter: nothing that small can hurt, and short repetitive sheets reach 100."""
MAX_PARTS = 5000


def check(archive: zipfile.ZipFile, *, unpacked: int, ratio: int) -> None:
    """Refuse an archive that is encrypted, or whose parts are more than a roster can need. Raises RefusedError."""
    infos = archive.infolist()
    if any(info.flag_bits & 1 for info in infos):
        raise RefusedError("is protected by a password", "save it without a password")
    read = [info for info in infos if info.filename.endswith((".xml", ".rels"))]  # pictures are never unpacked
    if len(infos) > MAX_PARTS or sum(info.file_size for info in read) > unpacked:
        message = f"is larger than {unpacked >> 20} MB when unpacked"
        raise RefusedError(message, "delete the sheets and formats that are not needed, or save it as CSV")
    if any(info.file_size > SMALL and info.file_size > ratio * max(info.compress_size, 1) for info in read):
        message = f"unpacks to more than {ratio} times its size"
        raise RefusedError(message, "copy the rows into a new workbook, or save it as CSV")


def walk(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Run a part through expat; names are "namespace local". A document type is refused."""
    parser = parser_without_doctype()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    with archive.open(part) as file:
        parser.ParseFile(file)


def parser_without_doctype() -> Any:
    """An expat parser that refuses a document type, as it could define entities without end."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise RefusedError("has a document type declaration, which no workbook needs", "save it again in a spreadsheet program, or as CSV")
