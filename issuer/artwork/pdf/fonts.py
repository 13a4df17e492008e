"""Fonts of a PDF: of each face the glyphs that are shown, and for each shown glyph its width and the characters that it stands for.

What is shown is a sign, which is a CID (ISO 32000-1 section 9.7): a glyph that stands for some characters, or several glyphs together.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

import uharfbuzz as hb

from issuer.artwork.pdf import syntax
from issuer.artwork.pdf.composing import Composite, Part, compose
from issuer.artwork.text.fonts import Face
from issuer.artwork.text.shaping import Run

_KEPT = frozenset("glyf head hhea hmtx loca maxp CFF".split())  # of a font, all that a PDF needs
_SYSTEM = "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
_SECTION = 100  # lines that a section of a CMap may have
_ROUND = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE


class Advances(dict[int, int]):
    """How far the glyphs of a font reach, in font units, measured when first asked for."""

    def __init__(self, font: hb.Font) -> None:
        super().__init__()
        self.font = font

    def __missing__(self, glyph: int) -> int:
        found = self[glyph] = int(self.font.get_glyph_h_advance(glyph))
        return found


@dataclass(slots=True, eq=False)
class Source:
    """What is equal in all subsets of a face. compact: outlines are CFF, and a CID is always the same glyph."""

    face: Face
    prepared: hb.Face
    drop: hb.Set
    compact: bool
    name: str
    descriptor: str
    advances: Advances


@cache
def source(face: Face) -> Source:
    """A face, made ready for many subsets."""
    tables = face.face.table_tags
    drop = hb.Set()
    for tag in tables:
        if tag.strip() not in _KEPT:
            drop.add(int.from_bytes(tag.encode("ascii"), "big"))
    name = "".join(character for character in face.entry.path.stem if character.isalnum())
    compact = "CFF " in tables
    prepared = _trimmed(face.face) if compact else hb.subset_preprocess(face.face)
    return Source(face, prepared, drop, compact, name, _descriptor(face), Advances(face.font))


def _trimmed(face: hb.Face) -> hb.Face:
    """A face of only the tables that a subset keeps. HarfBuzz would make a Han font ready in a second and 100 to 180 MB; without the
    other tables it takes a millisecond for a subset of it, and the bytes are the same."""
    tables = {tag: face.reference_table(tag).data for tag in face.table_tags if tag.strip() in _KEPT}
    return hb.Face.create_for_tables(lambda _, tag, __: tables.get(tag), None)


def _descriptor(face: Face) -> str:
    """Section 9.8. StemV and CapHeight matter only where a font is not embedded."""
    extents = face.font.get_font_extents("ltr")
    ascent, descent = (round(value * 1000 / face.upem) for value in (extents.ascender, extents.descender))
    slant = -12 if face.entry.italic else 0
    return f"/Flags 4/FontBBox[-1000 {descent} 2000 {ascent}]/ItalicAngle {slant}/Ascent {ascent}/Descent {descent}/CapHeight 700/StemV 80"


@dataclass(frozen=True, slots=True)
class Sign:
    """code: the CID as a content stream has it, four hexadecimal digits; width: thousandths of an em."""

    code: str
    width: int


class _Shape(NamedTuple):
    """What a sign looks like and says. glyph: of the face; composite: None if it is that glyph alone."""

    glyph: int
    composite: Composite | None
    text: str
    width: int


@dataclass(frozen=True, slots=True)
class _Subset:
    """A font that is ready for a file: the streams are compressed. length: of the program before that."""

    name: str
    program: bytes
    length: int
    unicode: bytes
    glyphs: bytes
    widths: str


@dataclass(slots=True, eq=False)
class Font:
    """A face in a file. name: as content streams call it; signs: by glyph or parts and text; shapes: by CID."""

    name: str
    source: Source
    signs: dict[tuple[object, str], Sign] = field(default_factory=dict)
    shapes: dict[int, _Shape] = field(default_factory=dict)

    def copy(self) -> Font:
        """The same font, to show more of."""
        return Font(self.name, self.source, self.signs.copy(), self.shapes.copy())

    def single(self, glyph: int, text: str) -> Sign:
        """The sign of one glyph that stands for a text."""
        known = self.signs.get((glyph, text))
        if known is None:
            code = glyph if self.source.compact else len(self.shapes) + 1
            shape = _Shape(glyph, None, text, round(self.source.advances[glyph] * 1000 / self.source.face.upem))
            self.shapes.setdefault(code, shape)
            known = self.signs[glyph, text] = Sign(f"{code:04x}", shape.width)
        return known

    def composite(self, parts: tuple[Part, ...], advance: int, text: str) -> Sign:
        """The sign of several glyphs, moved as they stand, that stand for a text together; without any it shows nothing.
        advance: font units. Not for a compact font."""
        key = (parts, advance), text
        known = self.signs.get(key)
        if known is None:
            code = len(self.shapes) + 1
            shape = _Shape(0, (parts, advance), text, round(advance * 1000 / self.source.face.upem))
            self.shapes[code] = shape
            known = self.signs[key] = Sign(f"{code:04x}", shape.width)
        return known

    def shows(self, run: Run) -> bool:
        """Whether it has a sign for each glyph of a run, one for each character."""
        return len(run.text) == len(run.glyphs) and self.signs.keys() >= set(zip(run.glyphs, run.text, strict=True))

    def expect(self, characters: str) -> None:
        """Have the signs of characters that other certificates will show, so that the font is the same on all."""
        for character in characters:
            glyph = self.source.face.font.get_nominal_glyph(ord(character))
            if glyph:
                self.single(glyph, character)

    def write(self, objects: syntax.Objects) -> str:
        """Add the font to a file. Returns its entry of the page's /Font resource."""
        subset = _subset(self.source, tuple(self.shapes.items()))
        name, packed = subset.name, "/Filter/FlateDecode"
        if self.source.compact:
            program = objects.stream(f"/Subtype/CIDFontType0C{packed}", subset.program)
            kind, file, glyphs = "CIDFontType0", "/FontFile3", ""
        else:
            program = objects.stream(f"/Length1 {subset.length}{packed}", subset.program)
            kind, file, glyphs = "CIDFontType2", "/FontFile2", f"/CIDToGIDMap {objects.stream(packed, subset.glyphs)} 0 R"
        descriptor = objects.add(f"<</Type/FontDescriptor/FontName/{name}{self.source.descriptor}{file} {program} 0 R>>")
        descendant = objects.add(
            f"<</Type/Font/Subtype/{kind}/BaseFont/{name}{_SYSTEM}/DW 0/W[{subset.widths}]{glyphs}/FontDescriptor {descriptor} 0 R>>"
        )
        unicode = objects.stream(packed, subset.unicode)
        whole = objects.add(
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode} 0 R>>"
        )
        return f"{self.name} {whole} 0 R"


@lru_cache(maxsize=64)
def _subset(known: Source, numbered: tuple[tuple[int, _Shape], ...]) -> _Subset:
    """What the certificates of a batch show in the same font is made once."""
    shapes = sorted(numbered, key=itemgetter(0))
    composites = [shape.composite for _, shape in shapes if shape.composite]
    glyphs = {shape.glyph for _, shape in shapes if not shape.composite}
    glyphs.update(glyph for parts, _ in composites for glyph, _, _ in parts)
    wanted = hb.SubsetInput()
    wanted.glyph_set.set(hb.Set(glyphs))
    wanted.drop_table_tag_set.update(known.drop)
    wanted.flags = _ROUND
    plan = hb.SubsetPlan(known.prepared, wanted)
    made, places = plan.execute(), b""
    if known.compact:
        data = made.reference_table("CFF ").data
    else:
        ids = dict(plan.old_to_new_glyph_mapping.items())
        data = compose(made, composites, ids) if composites else made.blob.data
        places = _places([shape for _, shape in shapes], ids)
    unicode = _to_unicode([(code, shape.text) for code, shape in shapes])
    return _Subset(
        f"{_tag(data)}+{known.name}",
        syntax.deflate(data),
        len(data),
        syntax.deflate(unicode),
        syntax.deflate(places),
        _widths([(code, shape.width) for code, shape in shapes]),
    )


def _places(shapes: list[_Shape], ids: dict[int, int]) -> bytes:
    """The glyph of the subset for each CID: composites stand behind the others, in order."""
    found, more = [0], len(ids)
    for shape in shapes:
        if shape.composite:
            found.append(more)
            more += 1
        else:
            found.append(ids[shape.glyph])
    return b"".join([number.to_bytes(2) for number in found])


def _tag(data: bytes) -> str:
    """Six capitals that name a subset, section 9.6.4."""
    value, letters = zlib.crc32(data), ""
    for _ in range(6):
        value, letter = divmod(value, 26)
        letters += chr(65 + letter)
    return letters


def _widths(pairs: list[tuple[int, int]]) -> str:
    """Runs of neighbouring codes, section 9.7.4.3."""
    parts: list[str] = []
    expected = -1
    for code, width in pairs:
        parts.append(f" {width}" if code == expected else f"{']' if parts else ''}{code}[{width}")
        expected = code + 1
    return "".join(parts) + "]" if parts else ""


@lru_cache(maxsize=4096)
def _utf_16(text: str) -> str:
    return text.encode("utf-16-be").hex()


def _to_unicode(pairs: list[tuple[int, str]]) -> bytes:
    """The CMap from codes to characters, section 9.10.3."""
    lines = [f"<{code:04x}><{_utf_16(text)}>" for code, text in pairs]
    sections = [lines[at : at + _SECTION] for at in range(0, len(lines), _SECTION)]
    mapping = "\n".join([f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in sections])
    return (
        "/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000><ffff>\nendcodespacerange\n{mapping}\n"
        "endcmap CMapName currentdict/CMap defineresource pop end end"
    ).encode("ascii")
