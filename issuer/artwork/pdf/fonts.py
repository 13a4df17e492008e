"""Fonts of a PDF: of each face the glyphs that are shown, and for each shown glyph its width and the characters that it stands for.

A shown glyph is a CID (ISO 32000-1 section 9.7). A glyph that stands for different characters in different places is as many CIDs, and so
are letters that are drawn with several glyphs.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import uharfbuzz as hb

from issuer.artwork.edition import Text
from issuer.artwork.pdf import syntax
from issuer.artwork.pdf.composing import Composite, Part, compose
from issuer.artwork.text import fonts
from issuer.artwork.text.shaping import Run

_KEPT = frozenset("glyf head hhea hmtx loca maxp CFF".split())  # of a font, all that a PDF needs
_OWN_CMAP = "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
_SECTION = 100  # lines that a section of a CMap may have


@dataclass(slots=True)
class Source:
    """What is equal in all subsets of a face. widths: thousandths of an em, by glyph; compact: outlines are CFF."""

    face: fonts.Face
    prepared: hb.Face
    drop: hb.Set
    compact: bool
    name: str
    descriptor: str
    widths: dict[int, int] = field(default_factory=dict)

    def width(self, glyph: int) -> int:
        """The advance that a viewer will make after a glyph."""
        known = self.widths.get(glyph)
        if known is None:
            known = self.widths[glyph] = round(self.advance(glyph) * 1000 / self.face.upem)
        return known

    def advance(self, glyph: int) -> int:
        """The same in font units."""
        return int(self.face.font.get_glyph_h_advance(glyph))


@cache
def source(face: fonts.Face) -> Source:
    """A face, made ready for many subsets."""
    tables = face.face.table_tags
    drop = hb.Set()
    for tag in tables:
        if tag.strip() not in _KEPT:
            drop.add(int.from_bytes(tag.encode("ascii"), "big"))
    compact = "CFF " in tables
    name = "".join(character for character in face.entry.path.stem if character.isalnum())
    return Source(face, hb.subset_preprocess(face.face), drop, compact, name, _descriptor(face))


def _descriptor(face: fonts.Face) -> str:
    """Section 9.8. Heights are those of the em square where the font says none; StemV matters only where a font is not embedded."""
    extents = face.font.get_font_extents("ltr")
    per = 1000 / face.upem
    ascent, descent = round(extents.ascender * per), round(extents.descender * per)
    slant = -12 if face.entry.italic else 0
    return f"/Flags 4/FontBBox[-1000 {descent} 2000 {ascent}]/ItalicAngle {slant}/Ascent {ascent}/Descent {descent}/CapHeight 700/StemV 80"


@dataclass(slots=True)
class Font:
    """A face in one file. name: as the content stream names it; ids: glyph of the face → glyph of the subset; widths, texts: by CID.

    A CID is the number of a glyph in the subset, or one beyond them all: for a glyph that says something else elsewhere, and for
    composites, which are added to the subset."""

    name: str
    source: Source
    plan: hb.SubsetPlan
    ids: dict[int, int]
    codes: dict[tuple[object, str], int] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    widths: dict[int, int] = field(default_factory=dict)
    composites: list[Composite] = field(default_factory=list)

    def single(self, glyph: int, text: str) -> int:
        """The CID of a glyph that stands for a text."""
        known = self.codes.get((glyph, text))
        if known is not None:
            return known
        code, width = self.ids[glyph], self.source.width(glyph)
        if code in self.texts and not self.source.compact:
            return self.composite(((glyph, 0, 0),), self.source.advance(glyph), text)
        self.codes[glyph, text] = code
        self.texts.setdefault(code, text)
        self.widths[code] = width
        return code

    def composite(self, parts: tuple[Part, ...], advance: int, text: str) -> int:
        """The CID of several glyphs, moved as they stand, that stand for a text together. advance: font units. Not in a compact font."""
        key = (parts, advance), text
        known = self.codes.get(key)
        if known is None:
            known = self.codes[key] = len(self.ids) + len(self.composites)
            self.composites.append((tuple([(self.ids[glyph], right, up) for glyph, right, up in parts]), advance))
            self.texts[known] = text
            self.widths[known] = round(advance * 1000 / self.source.face.upem)
        return known


class Fonts:
    """The fonts of one file or of the static part of many. letter: what their names begin with."""

    def __init__(self, letter: str, texts: Iterable[Text]) -> None:
        wanted: dict[fonts.Face, set[int]] = {}
        for text in texts:
            for placed in text.placed.lines:
                for run in placed.line.runs:
                    wanted.setdefault(run.face, set()).update(run.glyphs)
        self._fonts = {face: _font(f"/{letter}{index}", face, glyphs) for index, (face, glyphs) in enumerate(wanted.items())}

    def of(self, run: Run) -> Font:
        """The font of a run of these texts."""
        return self._fonts[run.face]

    def write(self, objects: syntax.Objects) -> str:
        """Add all fonts. Returns the entries of the page's /Font resource."""
        return "".join(f"{font.name} {_write(font, objects)} 0 R" for font in self._fonts.values())


def _font(name: str, face: fonts.Face, glyphs: set[int]) -> Font:
    known = source(face)
    wanted = hb.SubsetInput()
    wanted.glyph_set.set(hb.Set(glyphs))
    wanted.drop_table_tag_set.update(known.drop)
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.CFF_IDENTITY_CHARSET
    plan = hb.SubsetPlan(known.prepared, wanted)
    ids = dict(plan.old_to_new_glyph_mapping.items())
    return Font(name, known, plan, ids)


def _write(font: Font, objects: syntax.Objects) -> int:
    made = font.plan.execute()
    known = font.source
    if known.compact:
        data = made.reference_table("CFF ").data
        program = objects.packed("/Subtype/CIDFontType0C", data)
        kind, file, ids = "/CIDFontType0", "/FontFile3", ""
    else:
        data = compose(made, font.composites) if font.composites else made.blob.data
        program = objects.packed(f"/Length1 {len(data)}", data)
        kind, file, ids = "/CIDFontType2", "/FontFile2", "/CIDToGIDMap/Identity"
    name = f"{_tag(data)}+{known.name}"
    descriptor = objects.add(f"<</Type/FontDescriptor/FontName/{name}{known.descriptor}{file} {program} 0 R>>")
    descendant = objects.add(
        f"<</Type/Font/Subtype{kind}/BaseFont/{name}{_OWN_CMAP}/DW 0/W[{_widths(sorted(font.widths.items()))}]{ids}"
        f"/FontDescriptor {descriptor} 0 R>>"
    )
    unicode = objects.packed("", _to_unicode(sorted(font.texts.items())))
    return objects.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode} 0 R>>"
    )


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


def _to_unicode(pairs: list[tuple[int, str]]) -> bytes:
    """The CMap from codes to characters, section 9.10.3."""
    lines = [f"<{code:04x}><{text.encode('utf-16-be').hex()}>" for code, text in pairs]
    sections = [lines[at : at + _SECTION] for at in range(0, len(lines), _SECTION)]
    mapping = "\n".join([f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in sections])
    return (
        "/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n"
        f"{_OWN_CMAP.replace('Identity', 'UCS').replace('/CIDSystemInfo', '/CIDSystemInfo ')}def\n"
        "/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000><ffff>\nendcodespacerange\n{mapping}\n"
        "endcmap CMapName currentdict/CMap defineresource pop end end"
    ).encode("ascii")
