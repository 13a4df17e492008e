"""An edition: what is equal on all certificates that share a template, a brand and the same conditions. It is prepared once.

Its artwork is an SVG without text. From it each format makes a plate, and each certificate adds its own texts and its QR code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from xml.sax.saxutils import quoteattr

from issuer import __version__
from issuer.artwork import layout
from issuer.artwork.layout import Placed
from issuer.artwork.template import Template
from issuer.artwork.template.blocks import Block
from issuer.artwork.template.markup import Node
from issuer.artwork.text import fonts, outlines

# Left out of the artwork: our own attributes, and those that only text has.
_OURS = ("data-", "xml:lang", "font-", "letter-spacing", "text-", "line-height", "-inkscape-", "white-space")
_ROOT = "viewBox width height x y version id xml:lang lang preserveAspectRatio role baseProfile".split()


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a template and the lines that it became."""

    block: Block
    placed: Placed


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """key: hex SHA-256 of everything that decides how it looks; present: the conditions that hold; art: SVG elements, in the units of the
    viewBox; words: the texts without fields, in document order. Two are equal only if they are the same object."""

    key: str
    template: Template
    present: frozenset[str]
    art: str = field(repr=False)
    words: tuple[Text, ...] = field(repr=False)

    def art_svg(self) -> bytes:
        """The artwork alone as an SVG of one page, for CairoSVG."""
        template, page = self.template, self.template.page
        box = " ".join(outlines.number(value) for value in (page.x, page.y, page.width, page.height))
        size = f'width="{outlines.number(template.width)}pt" height="{outlines.number(template.height)}pt" viewBox="{box}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{self.art}</svg>'.encode()


@lru_cache(maxsize=64)
def edition(template: Template, present: frozenset[str] = frozenset()) -> Edition:
    """The edition of a template. present: which of Template.conditions hold. Raises TemplateError, StorageError as shaping does."""
    values = dict.fromkeys(present, "1")
    words = tuple(
        Text(block, layout.place(block, spans, template.language))
        for block in template.blocks
        if not block.fields and (spans := block.spans(values))
    )
    art = "".join(_node(child, present) for child in template.root.children if isinstance(child, Node))
    inherited = "".join(
        f" {name}={quoteattr(value)}"
        for name, value in sorted(template.root.attributes.items())
        if name not in _ROOT and not name.startswith(_OURS)
    )
    return Edition(_key(template, present), template, present, f"<g{inherited}>{art}</g>" if inherited else art, words)


def _key(template: Template, present: Iterable[str]) -> str:
    """Tool, fonts, template, conditions and brand, one a line."""
    pictures = (f"picture {name} {picture.sha256}" for name, picture in template.brand.pictures)
    colours = (f"colour {name} {value}" for name, value in template.brand.colours)
    lines = [__version__, fonts.digest(), template.sha256, *sorted(present), *colours, *pictures]
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


def _node(node: Node, present: frozenset[str]) -> str:
    if node.tag in ("text", "title", "desc") or "data-qr" in node.attributes:
        return ""
    if not present.issuperset(node.attributes.get("data-if", "").split()):
        return ""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in node.attributes.items() if not name.startswith(_OURS))
    inside = "".join(_node(child, present) for child in node.children if isinstance(child, Node))
    return f"<{node.tag}{attributes}>{inside}</{node.tag}>" if inside else f"<{node.tag}{attributes}/>"
