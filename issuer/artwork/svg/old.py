"""Writing the SVG of a certificate: the template's artwork, then its texts as outlines, then the QR code.

The artwork and the fixed texts of a template are written once and kept; per certificate only what its fields change is shaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from issuer.artwork import layout, qr
from issuer.artwork.template.blocks import Block
from issuer.artwork.template.markup import Node
from issuer.artwork.template.reading import Code, Template
from issuer.artwork.template.transforms import IDENTITY
from issuer.artwork.text import outlines
from issuer.artwork.text.outlines import number
from issuer.artwork.text.shaping import Glyph

# pdf.py splits at these three. Artwork and words do not change with the recipient.
ART_GROUP = '<g id="certificate-art">'
WORDS_GROUP = '<g id="certificate-words">'
TEXT_GROUP = '<g id="certificate-text">'
# Left out of the artwork: our own attributes, and those that only text has.
_OURS = ("data-", "xml:lang", "font-", "letter-spacing", "text-", "line-height", "-inkscape-", "white-space")


def draw(template: Template, fields: Mapping[str, str], *, language: str | None, url: str) -> bytes:
    """A certificate as an SVG that stands alone. fields: values by name; language: BCP 47 of the recipient; url: what the QR code says."""
    present = frozenset(name for name in template.conditions if fields.get(name))
    values = {**fields, "url": fields.get("url") or url}
    art, drawn = _art(template, present)
    texts = _Texts(drawn)
    lines = [texts.block(block, values, language or "") for block in template.blocks if block.fields]
    code = "" if template.code is None else _code(template.code, url)
    return "".join([_head(template, values, language), art, TEXT_GROUP, texts.defs(), *lines, code, "</g></svg>\n"]).encode("utf-8")


def _head(template: Template, values: Mapping[str, str], language: str | None) -> str:
    title = " – ".join(value for name in ("achievement", "name") if (value := _plain(values.get(name, "")))) or "Certificate"
    told = [f"{label}: {_plain(values[name])}" for label, name in _TOLD if values.get(name)]
    page = template.page
    box = " ".join(number(value) for value in (page.x, page.y, page.width, page.height))
    size = f'width="{number(template.width)}pt" height="{number(template.height)}pt" viewBox="{box}"'
    lang = f" xml:lang={quoteattr(_plain(language))}" if language else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}{lang} role="img" aria-label={quoteattr(title)}>'
        f"<title>{escape(title)}</title><desc>{escape('; '.join(told))}</desc>"
    )


_TOLD = (("Recipient", "name"), ("Achievement", "achievement"), ("Issuer", "issuer"), ("Awarded", "awarded"), ("Verify at", "url"))


def _plain(text: str) -> str:
    """Text that XML 1.0 can carry: what cannot be written is left out."""
    return "".join(c for c in text if c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) not in (0xFFFE, 0xFFFF, 0x7F))


@lru_cache(maxsize=32)
def _art(template: Template, present: frozenset[str]) -> tuple[str, frozenset[str]]:
    """Everything that does not depend on values, and the ids of the glyphs in it. present: which of the template's conditions hold."""
    root = template.root
    drawn = "".join(_node(child, present) for child in root.children if isinstance(child, Node))
    values, texts = dict.fromkeys(present, "1"), _Texts(frozenset())
    lines = "".join(texts.block(block, values, template.language) for block in template.blocks if not block.fields)
    inherited = "".join(
        f" {name}={quoteattr(value)}" for name, value in sorted(root.attributes.items()) if name not in _ROOT and not name.startswith(_OURS)
    )
    art = f"<g{inherited}>{drawn}</g>" if inherited else drawn
    return f"{ART_GROUP}{art}</g>{WORDS_GROUP}{texts.defs()}{lines}</g>", frozenset(texts.outlines)


_ROOT = (
    "viewBox",
    "width",
    "height",
    "x",
    "y",
    "version",
    "id",
    "xml:lang",
    "lang",
    "preserveAspectRatio",
    "data-if",
    "role",
    "baseProfile",
)


def _node(node: Node, present: frozenset[str]) -> str:
    if node.tag in ("text", "title", "desc") or "data-qr" in node.attributes:
        return ""
    if not present.issuperset(node.attributes.get("data-if", "").split()):
        return ""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in node.attributes.items() if not name.startswith(_OURS))
    inside = "".join(_node(child, present) for child in node.children if isinstance(child, Node))
    return f"<{node.tag}{attributes}>{inside}</{node.tag}>" if inside else f"<{node.tag}{attributes}/>"


class _Texts:
    """Writes texts as uses of glyph outlines, and collects the outlines. known: ids that an earlier part of the file has."""

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known
        self.outlines: dict[str, str] = {}

    def defs(self) -> str:
        """The outlines that the texts use."""
        return "<defs>" + "".join(f'<path id="{name}" d="{data}"/>' for name, data in self.outlines.items()) + "</defs>"

    def block(self, block: Block, values: Mapping[str, str], language: str) -> str:
        placed = layout.place(block, block.spans(values), language)
        turned = "" if block.matrix == IDENTITY else f' transform="matrix({" ".join(f"{round(value, 6):.6f}" for value in block.matrix)})"'
        return "".join(self.line(line, placed.size, turned) for line in placed.lines)

    def line(self, placed: layout.PlacedLine, size: float, turned: str) -> str:
        """One line: its glyphs, and what it says and where, for readers and for the text layer of the PDF."""
        where = " ".join(number(value) for value in (placed.x, placed.baseline, size, placed.line.width * size))
        stretches: dict[tuple[float, str], list[str]] = {}
        for glyph in placed.line.glyphs:
            name = self.name(glyph)
            if name:
                x, y = round(glyph.x / glyph.scale), round(-glyph.y / glyph.scale)
                where_y = f' y="{y}"' if y else ""
                stretches.setdefault((glyph.scale, glyph.fill), []).append(f'<use href="#{name}" x="{x}"{where_y}/>')
        at = f"{number(placed.x)} {number(placed.baseline)}"
        drawn = ""
        for (scale, fill), uses in stretches.items():
            zoom = f"{scale * size:.6g}"
            drawn += f'<g fill="{fill}" transform="matrix({zoom} 0 0 {zoom} {at})">{"".join(uses)}</g>'
        return f'<g aria-label={quoteattr(_plain(placed.line.text))} data-line="{where}"{turned}>{drawn}</g>'

    def name(self, glyph: Glyph) -> str:
        """The id of a glyph's outline, or "" for a blank."""
        name = f"{glyph.face.tag}{glyph.glyph}"
        if name not in self.known and name not in self.outlines:
            data = outlines.glyph(glyph.face, glyph.glyph)
            if not data:
                return ""
            self.outlines[name] = data
        return name


def _code(code: Code, url: str) -> str:
    data, width = qr.path(url)
    box = " ".join(number(value) for value in (code.x, code.y, code.size))
    step = f"{code.size / width:.6g}"
    return (
        f'<g aria-label={quoteattr("QR code: " + _plain(url))} data-link={quoteattr(_plain(url))} data-box="{box}"'
        f' transform="matrix({step} 0 0 {step} {number(code.x)} {number(code.y)})">'
        f'<path fill="{code.light}" d="M0 0h{width}v{width}h-{width}z"/><path fill="{code.dark}" d="{data}"/></g>'
    )
