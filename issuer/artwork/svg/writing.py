"""Writing a sheet as SVG. What is equal on all sheets of an edition is written once, as its plate.

    <svg … role="img" aria-label="Python 101 – Ada Lovelace">
      <openbadges:credential>…</openbadges:credential> <title>…</title> <desc>Recipient: Ada Lovelace; …</desc>
      artwork, outlines of the fixed words, the fixed words
      outlines of the texts that the words do not have, the texts, the QR code
    </svg>

A text is a group that says in aria-label what it reads, and uses one outline for each of its glyphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from xml.sax.saxutils import escape, quoteattr

from issuer.artwork.edition import Edition, Text
from issuer.artwork.layout import PlacedLine
from issuer.artwork.sheet import Sheet
from issuer.artwork.svg.outlines import outline
from issuer.artwork.template.transforms import IDENTITY
from issuer.artwork.text.fonts import Face
from issuer.artwork.text.outlines import number
from issuer.formats import baking

_KEPT = 20_000  # outlines that a face keeps: a roster in Chinese does not fill the memory
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_Glyphs = dict[Face, dict[int, None]]  # the glyphs of each face that a text uses, in the order of their first use


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """root: the beginning of the root's tag; art: artwork and fixed words; known: the glyphs whose outlines are in it."""

    root: str
    art: str = field(repr=False)
    known: Mapping[Face, Mapping[int, None]] = field(repr=False)


@lru_cache(maxsize=32)
def plate(edition: Edition) -> Plate:
    """What the SVGs of an edition share."""
    template, page = edition.template, edition.template.page
    box = " ".join(number(value) for value in (page.x, page.y, page.width, page.height))
    size = f'width="{number(template.width)}pt" height="{number(template.height)}pt" viewBox="{box}"'
    glyphs: _Glyphs = {}
    words = "".join([_text(text, glyphs) for text in edition.words])
    return Plate(f'<svg xmlns="http://www.w3.org/2000/svg" {size}', f"{edition.art}{_outlines(glyphs, {})}{words}", glyphs)


def write(plate: Plate, sheet: Sheet, credential: bytes | None = None) -> bytes:
    """The SVG of a sheet. plate: of its edition; credential: what is baked in. The same bytes as `baking.bake` of the SVG without one.

    Raises FormatError if the credential cannot stand in XML.
    """
    glyphs: _Glyphs = {}
    texts = [_text(text, glyphs) for text in sheet.texts]
    told = "; ".join([f"{label}: {value}" for label, value in sheet.told])
    language = f" xml:lang={_quoted(sheet.language)}" if sheet.language else ""
    baked = "" if credential is None else f' xmlns:openbadges="{baking.NAMESPACE}"'
    parts = [
        f'{plate.root}{language} role="img" aria-label={_quoted(sheet.title)}{baked}>',
        "" if credential is None else baking.svg_element(credential),
        f"<title>{escape(sheet.title)}</title><desc>{escape(told)}</desc>",
        plate.art,
        _outlines(glyphs, plate.known),
        *texts,
        _code(sheet),
        "</svg>\n",
    ]
    return "".join(parts).encode("utf-8")


def _quoted(text: str) -> str:
    """An attribute's value. What XML 1.0 cannot carry is left out."""
    return quoteattr(_NOT_IN_XML.sub("", text))


def _text(text: Text, glyphs: _Glyphs) -> str:
    """A text in all its lines. glyphs: is told what it uses."""
    matrix = text.block.matrix
    turned = "" if matrix == IDENTITY else f' transform="matrix({" ".join(f"{round(value, 6):.6f}" for value in matrix)})"'
    size = text.placed.size
    return "".join([f"<g aria-label={_quoted(one.line.text)}{turned}>{_line(one, size, glyphs)}</g>" for one in text.placed.lines])


def _line(placed: PlacedLine, size: float, glyphs: _Glyphs) -> str:
    drawn = []
    for run in placed.line.runs:
        glyphs.setdefault(run.face, {}).update(dict.fromkeys(run.glyphs))
        shapes, scale = _shapes(run.face), f"{run.scale * size:.5g}"
        if any(run.ys):
            triples = zip(run.glyphs, run.xs, run.ys, strict=True)
            uses = [f'{use}{x}" y="{-y}"/>' for glyph, x, y in triples if (use := shapes[glyph][0])]
        else:
            uses = [f'{use}{x}"/>' for glyph, x in zip(run.glyphs, run.xs, strict=True) if (use := shapes[glyph][0])]
        at = f"{number(placed.x + run.x * size)} {number(placed.baseline)}"
        drawn.append(f'<g fill="{run.fill}" transform="matrix({scale} 0 0 {scale} {at})">{"".join(uses)}</g>')
    return "".join(drawn)


def _outlines(glyphs: _Glyphs, known: Mapping[Face, Mapping[int, None]]) -> str:
    """The outlines of glyphs. known: those that an earlier part of the file has."""
    paths = "".join([_new(face, used, known.get(face, {})) for face, used in glyphs.items()])
    return f"<defs>{paths}</defs>" if paths else ""


def _new(face: Face, used: Iterable[int], known: Mapping[int, None]) -> str:
    shapes = _shapes(face)
    return "".join([shapes[glyph][1] for glyph in used if glyph not in known])


class _Shapes(dict[int, tuple[str, str]]):
    """How each glyph of a face is used, up to its x, and how its outline is written; both "" for a blank."""

    def __init__(self, face: Face) -> None:
        self._face = face

    def __missing__(self, glyph: int) -> tuple[str, str]:
        data, name = outline(self._face, glyph), f"{self._face.tag}{glyph}"
        if len(self) >= _KEPT:
            self.clear()
        self[glyph] = (f'<use href="#{name}" x="', f'<path id="{name}" d="{data}"/>') if data else ("", "")
        return self[glyph]


_shapes = cache(_Shapes)


def _code(sheet: Sheet) -> str:
    """The QR code: its light square and its dark modules."""
    code, symbol = sheet.edition.template.code, sheet.symbol
    if code is None or symbol is None:
        return ""
    step, width = f"{code.size / symbol.width:.6g}", symbol.width
    return (
        f'<g aria-label={_quoted(f"QR code: {sheet.url}")} transform="matrix({step} 0 0 {step} {number(code.x)} {number(code.y)})">'
        f'<path fill="{code.light}" d="M0 0h{width}v{width}h-{width}z"/><path fill="{code.dark}" d="{symbol.path()}"/></g>'
    )
