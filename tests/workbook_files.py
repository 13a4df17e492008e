"""Workbooks for tests: XLSX by openpyxl with a part exchanged, ODS and XLS by hand, and compound files."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

PASSWORDS = Path(__file__).with_name("workbooks")
"""Workbooks with a password: see the README there."""
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NAMESPACES = "".join(
    f' xmlns:{short}="urn:{name}:1.0"'
    for short, name in (
        ("office", "oasis:names:tc:opendocument:xmlns:office"),
        ("table", "oasis:names:tc:opendocument:xmlns:table"),
        ("text", "oasis:names:tc:opendocument:xmlns:text"),
        ("calcext", "org:documentfoundation:names:experimental:calc:xmlns:calcext"),
        ("style", "oasis:names:tc:opendocument:xmlns:style"),
    )
)


def xlsx(*lines: list[Any]) -> bytes:
    """A workbook of one sheet."""
    stream, workbook = io.BytesIO(), openpyxl.Workbook()
    for line in lines:
        workbook.active.append(line)
    workbook.save(stream)
    return stream.getvalue()


def exchanged(workbook: bytes, part: str, content: bytes) -> bytes:
    """The workbook with another content of one part."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    return zipped({**parts, part: content})


def sheet(content: bytes) -> bytes:
    """An XLSX workbook whose only sheet has these rows, as XML."""
    return exchanged(xlsx(["name"], ["Ada"]), "xl/worksheets/sheet1.xml", SHEET % content)


def zipped(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def ods(tables: str, styles: str = "", before: str = "") -> bytes:
    """An ODS workbook. tables: the XML of its sheets."""
    content = f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}"
    content += "</office:spreadsheet></office:body>"
    xml = f'<?xml version="1.0"?>{before}<office:document-content{_NAMESPACES}>{content}</office:document-content>'
    mime = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return zipped({"mimetype": mime, "content.xml": xml.encode(), "META-INF/manifest.xml": manifest})


def ods_cell(text: str, attributes: str = "") -> str:
    """A cell with a text."""
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'


def ods_row(*texts: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(map(ods_cell, texts))}</table:table-row>"


def record(kind: int, content: bytes = b"") -> bytes:
    """A record of BIFF8."""
    return struct.pack("<HH", kind, len(content)) + content


def label(row: int, column: int, text: str) -> bytes:
    """A cell with a text. row, column: 0-based."""
    return record(0x0204, struct.pack("<4HB", row, column, 15, len(text), 0) + text.encode("latin-1"))


def xls(*cells: bytes, before: bytes = b"", rows: int = 9, columns: int = 9) -> bytes:
    """A workbook of one sheet S. before: records that stand in front of its name; rows, columns: how large it says that it is."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    styles = b"".join(record(0x00E0, struct.pack("<HHH14x", 0, 0, 0)) for _ in range(16))
    name = struct.pack("<BB", 1, 0) + b"S"
    place = len(begin) + len(before) + len(styles) + 4 + 6 + len(name) + 4
    workbook = begin + before + styles + record(0x0085, struct.pack("<IH", place, 0) + name) + record(0x000A)
    begin_sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    size = record(0x0200, struct.pack("<IIHHH", 0, rows, 0, columns, 0))
    return compound({"Workbook": workbook + begin_sheet + size + b"".join(cells) + record(0x000A)})


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file of version 3 (MS-CFB): the allocation table, the directory, then the streams, each padded to 4,096 bytes."""
    sectors: list[bytes] = []
    following: list[int] = []
    entries = [_entry("Root Entry", 5, _END, 0, 1)]
    for number, (name, content) in enumerate(streams.items(), 1):
        padded = content.ljust(4096, b"\0")
        padded += bytes(-len(padded) % 512)
        first = len(sectors)
        sectors += [padded[place : place + 512] for place in range(0, len(padded), 512)]
        following += [*range(first + 1, len(sectors)), _END]
        more = number + 1 if number < len(streams) else _FREE
        entries.append(_entry(name, 2, first, max(len(content), 4096), _FREE, more))
    directory = b"".join(entries)
    directory += bytes(-len(directory) % 512)
    start = len(sectors)
    sectors += [directory[place : place + 512] for place in range(0, len(directory), 512)]
    following += [*range(start + 1, len(sectors)), _END]
    tables = 1
    while 128 * tables < len(sectors) + tables:
        tables += 1
    places = [*range(len(sectors), len(sectors) + tables)]
    following += [_TABLE] * tables
    following += [_FREE] * (128 * tables - len(following))
    sectors += [struct.pack("<128I", *following[place : place + 128]) for place in range(0, len(following), 128)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, tables, start, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *places, *[_FREE] * (109 - tables))
    return head + b"".join(sectors)


def _entry(name: str, kind: int, first: int, size: int, child: int, right: int = _FREE) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return raw.ljust(64, b"\0") + struct.pack("<HBBIII36xIQ", len(raw), kind, 1, _FREE, right, child, first, size)
