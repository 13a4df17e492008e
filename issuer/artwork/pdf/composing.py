"""Adding glyphs to a TrueType font that are made of its others: a letter with its marks, where they stand, is one glyph.

A character that a viewer gives is a glyph. Arabic and Indic letters are often several, above one another, so viewers would tear words
apart or give marks in the order of their places. OpenType 1.9: tables glyf (composite glyphs), loca, hmtx, hhea, maxp, head.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from itertools import accumulate

import uharfbuzz as hb

Part = tuple[int, int, int]  # glyph, and how far it is moved to the right and up, in font units
Composite = tuple[tuple[Part, ...], int]  # parts and advance; without parts it shows nothing

_XY, _MORE, _OVERLAP = 0x0003, 0x0020, 0x0400  # arguments are words and distances; another part follows; parts may overlap
_SHORT = 0x1FFFE  # offsets beyond this need the long format of loca
_MAGIC = 0xB1B0AFBA


def compose(face: hb.Face, composites: Sequence[Composite], ids: Mapping[int, int]) -> bytes:
    """The font with these glyphs after its own. face: a subset as HarfBuzz makes it, with outlines in glyf; ids: its glyph for each that
    the parts name."""
    tables = {tag: face.reference_table(tag).data for tag in ("glyf", "head", "hhea", "hmtx", "loca", "maxp")}
    count = face.glyph_count
    offsets = _offsets(tables, count)
    bodies, metrics = [], []
    for parts, advance in composites:
        body, left = (
            _body([(ids[glyph], right, up) for glyph, right, up in parts], tables["glyf"], offsets) if parts else _blank(advance, face.upem)
        )
        bodies.append(body)
        metrics.append(struct.pack(">Hh", advance, left))
    ends = list(accumulate((len(body) for body in bodies), initial=offsets[-1]))
    tables["glyf"] = tables["glyf"][: offsets[-1]] + b"".join(bodies)
    total = count + len(composites)
    offsets += ends[1:]
    long = ends[-1] > _SHORT
    tables["loca"] = struct.pack(f">{total + 1}I", *offsets) if long else struct.pack(f">{total + 1}H", *[end // 2 for end in offsets])
    tables["hmtx"] = _metrics(tables, count) + b"".join(metrics)
    tables["head"] = tables["head"][:50] + struct.pack(">h", long) + tables["head"][52:]
    tables["hhea"] = tables["hhea"][:34] + struct.pack(">H", total)
    tables["maxp"] = _limits(tables["maxp"], total, max(len(parts) for parts, _ in composites))
    return _file(tables)


def _offsets(tables: dict[str, bytes], count: int) -> list[int]:
    if tables["head"][51]:
        return list(struct.unpack(f">{count + 1}I", tables["loca"][: 4 * count + 4]))
    return [2 * half for half in struct.unpack(f">{count + 1}H", tables["loca"][: 2 * count + 2])]


def _metrics(tables: dict[str, bytes], count: int) -> bytes:
    """hmtx with an advance for every glyph: at the end of the table the last one is left out."""
    full = struct.unpack(">H", tables["hhea"][34:36])[0]
    data = tables["hmtx"]
    last = data[4 * full - 4 : 4 * full - 2]
    bearings = data[4 * full : 4 * full + 2 * (count - full)]
    return data[: 4 * full] + b"".join(last + bearings[at : at + 2] for at in range(0, len(bearings), 2))


def _blank(advance: int, upem: int) -> tuple[bytes, int]:
    """A contour of two points, which has an extent and no area: pdfium leaves out characters without extent, and takes those that are not
    beside each other for two lines."""
    high = round(0.6 * upem)
    return struct.pack(">5h2H2B4h", 1, 0, 0, advance, high, 1, 0, 1, 1, 0, advance, 0, high), 0


def _body(parts: Sequence[Part], glyphs: bytes, offsets: list[int]) -> tuple[bytes, int]:
    """A composite glyph, and its left side bearing. Parts that are blank are left out; without any it is blank itself."""
    inked = [part for part in parts if offsets[part[0]] < offsets[part[0] + 1]]
    if not inked:
        return b"", 0
    boxes = []
    data = bytearray()
    for index, (glyph, right, up) in enumerate(inked):
        low_x, low_y, high_x, high_y = struct.unpack_from(">4h", glyphs, offsets[glyph] + 2)
        boxes.append((low_x + right, low_y + up, high_x + right, high_y + up))
        flags = _XY | (_OVERLAP if index == 0 else 0) | (_MORE if index + 1 < len(inked) else 0)
        data += struct.pack(">HHhh", flags, glyph, right, up)
    lows_x, lows_y, highs_x, highs_y = zip(*boxes, strict=True)
    left = min(lows_x)
    body = struct.pack(">5h", -1, left, min(lows_y), max(highs_x), max(highs_y)) + data
    return body + bytes(len(body) % 2), left


def _limits(maxp: bytes, total: int, parts: int) -> bytes:
    values = list(struct.unpack(">I14H", maxp[:32]))
    values[1] = total
    values[4] = min(0xFFFF, max(values[2], values[4]) * parts)  # points of a composite
    values[5] = min(0xFFFF, max(values[3], values[5]) * parts)  # contours of a composite
    values[13] = max(values[13], parts)
    values[14] += 1
    return struct.pack(">I14H", *values)


def _file(tables: dict[str, bytes]) -> bytes:
    """The file, with its checksums."""
    tables["head"] = tables["head"][:8] + bytes(4) + tables["head"][12:]
    power = len(tables).bit_length() - 1
    head = struct.pack(">I4H", 0x00010000, len(tables), 16 << power, power, 16 * len(tables) - (16 << power))
    at = len(head) + 16 * len(tables)
    directory, body, checksum = head, b"", 0
    for tag, data in sorted(tables.items()):
        own = _checksum(data)
        checksum += own
        directory += tag.encode("ascii") + struct.pack(">III", own, at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    adjustment = (_MAGIC - checksum - _checksum(directory)) & 0xFFFFFFFF
    place = at + sum(len(data) + -len(data) % 4 for tag, data in tables.items() if tag < "head") + 8
    file = bytearray(directory + body)
    file[place : place + 4] = adjustment.to_bytes(4)
    return bytes(file)


def _checksum(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
