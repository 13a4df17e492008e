"""Writing a sheet as SVG. What is equal on all sheets of an edition is written once, as its plate.

    <svg … role="img" aria-label="Python 101 – Ada Lovelace">
      <openbadges:credential>…</openbadges:credential> <title>…</title> <desc>Recipient: Ada Lovelace; …</desc>
      artwork, outlines of the fixed words, the fixed words
      outlines of the texts that the words do not have, the texts, the QR code
    </svg>

A text is a group that says in aria-label what it reads, and uses one outline for each of its glyphs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from issuer.artwork.edition import Edition, Text
from issuer.artwork.layout import Placed, PlacedLine
from issuer.artwork.sheet import Sheet
from issuer.artwork.svg.shapes import shapes, step
from issuer.artwork.svg.strokes import strokes
from issuer.artwork.template.transforms import IDENTITY
from issuer.artwork.text.fonts import Face
from issuer.artwork.text.outlines import number
from issuer.formats import baking

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_Glyphs = dict[tuple[Face, int], dict[int, None]]  # the glyphs that texts use, by face and size, in the order of their first use
_RECENT = 256  # texts that are kept as they were written: what all certificates of a batch say is written once


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """root: the beginning of the root's tag; art: artwork and fixed words, UTF-8; known: the glyphs whose outlines are in it; unit: of the
    viewBox, in points."""

    root: str
    art: bytes = field(repr=False)
    known: Mapping[tuple[Face, int], Mapping[int, None]] = field(repr=False)
    unit: float


@lru_cache(maxsize=32)
def plate(edition: Edition) -> Plate:
    """What the SVGs of an edition share."""
    template, page = edition.template, edition.template.page
    box = " ".join(number(value) for value in (page.x, page.y, page.width, page.height))
    size = f'width="{number(template.width)}pt" height="{number(template.height)}pt" viewBox="{box}"'
    glyphs: _Glyphs = {}
    unit = template.width / page.width
    words = "".join([_text(text, unit, glyphs) for text in edition.words])
    art = f"{edition.art}{_outlines(glyphs, {})}{words}"
    return Plate(f'<svg xmlns="http://www.w3.org/2000/svg" {size}', art.encode("utf-8"), glyphs, unit)


def write(plate: Plate, sheet: Sheet, credential: bytes | None = None) -> bytes:
    """The SVG of a sheet. plate: of its edition; credential: what is baked in. The same bytes as `baking.bake` of the SVG without one.

    Raises FormatError if the credential cannot stand in XML.
    """
    glyphs: _Glyphs = {}
    texts = "".join([_text(text, plate.unit, glyphs) for text in sheet.texts])
    told = "; ".join([f"{label}: {value}" for label, value in sheet.told])
    language = f" xml:lang={_quoted(sheet.language)}" if sheet.language else ""
    baked = "" if credential is None else f' xmlns:openbadges="{baking.NAMESPACE}"'
    carried = "" if credential is None else baking.svg_element(credential)
    head = f'{plate.root}{language} role="img" aria-label={_quoted(sheet.title)}{baked}>{carried}'
    about = f"<title>{_escaped(sheet.title)}</title><desc>{_escaped(told)}</desc>"
    rest = f"{_outlines(glyphs, plate.known)}{texts}{_code(sheet)}</svg>\n"
    return b"".join([(head + about).encode("utf-8"), plate.art, rest.encode("utf-8")])


def _quoted(text: str) -> str:
    """An attribute's value. What XML 1.0 cannot carry is left out."""
    return quoteattr(_NOT_IN_XML.sub("", text))


def _escaped(text: str) -> str:
    return escape(_NOT_IN_XML.sub("", text))


_recent: dict[int, tuple[Placed, str, _Glyphs]] = {}  # by identity: to compare two texts glyph by glyph takes longer than to write one


def _text(text: Text, unit: float, glyphs: _Glyphs) -> str:
    """A text in all its lines. unit: of the viewBox, in points; glyphs: is told what the text uses."""
    known = _recent.get(id(text.placed))
    if known is None or known[0] is not text.placed:
        used: _Glyphs = {}
        known = text.placed, _written(text, unit, used), used
        if len(_recent) >= _RECENT:
            _recent.clear()
        _recent[id(text.placed)] = known
    for key, of_key in known[2].items():
        glyphs.setdefault(key, {}).update(of_key)
    return known[1]


def _written(text: Text, unit: float, glyphs: _Glyphs) -> str:
    matrix, size, turned = text.block.matrix, text.placed.size, ""
    if matrix != IDENTITY:
        turned = f' transform="matrix({" ".join(f"{round(value, 6):.6f}" for value in matrix)})"'
        unit *= math.sqrt(abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))
    lines = "".join([_line(one, size, unit, glyphs) for one in text.placed.lines])
    return f"<g aria-label={_quoted(text.placed.text)}{turned}>{lines}</g>"


def _line(placed: PlacedLine, size: float, unit: float, glyphs: _Glyphs) -> str:
    drawn = []
    for run in placed.line.runs:
        key = run.face, step(run.scale * run.face.upem * size * unit)
        glyphs.setdefault(key, {}).update(dict.fromkeys(run.glyphs))
        drawing = shapes(*key)
        scale = drawing.scale
        if any(run.ys):
            triples = zip(run.glyphs, run.xs, run.ys, strict=True)
            uses = [f'{use}{x * scale:.0f}" y="{-y * scale:.0f}"/>' for glyph, x, y in triples if (use := drawing[glyph][0])]
        else:
            uses = [f'{use}{x * scale:.0f}"/>' for glyph, x in zip(run.glyphs, run.xs, strict=True) if (use := drawing[glyph][0])]
        zoom = f"{run.scale / scale * size:.5g}"
        at = f"{number(placed.x + run.x * size)} {number(placed.baseline)}"
        drawn.append(f'<g fill="{run.fill}" transform="matrix({zoom} 0 0 {zoom} {at})">{"".join(uses)}</g>')
    return "".join(drawn)


def _outlines(glyphs: _Glyphs, known: Mapping[tuple[Face, int], Mapping[int, None]]) -> str:
    """The outlines of glyphs. known: those that an earlier part of the file has."""
    found = []
    for key, used in glyphs.items():
        there, drawing = known.get(key, {}), shapes(*key)
        found += [drawing[glyph][1] for glyph in used if glyph not in there]
    return f"<defs>{''.join(found)}</defs>" if any(found) else ""


def _code(sheet: Sheet) -> str:
    """The QR code: its light square and its dark modules."""
    code, symbol = sheet.edition.template.code, sheet.symbol
    if code is None or symbol is None:
        return ""
    step, width = f"{code.size / symbol.width:.6g}", symbol.width
    return (
        f'<g aria-label={_quoted(f"QR code: {sheet.url}")} transform="matrix({step} 0 0 {step} {number(code.x)} {number(code.y)})">'
        f'<path fill="{code.light}" d="M0 0h{width}v{width}h-{width}z"/><path stroke="{code.dark}" d="{strokes(symbol)}"/></g>'
    )
