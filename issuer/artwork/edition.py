"""An edition: what is equal on all certificates that share a template, a brand and the same conditions. It is prepared once.

Its artwork is an SVG without text. From it each format makes a plate, and each certificate adds its own texts and its QR code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.sax.saxutils import quoteattr

from issuer import __version__
from issuer.artwork import elements, layout, pictures, watermark
from issuer.artwork.layout import Placed
from issuer.artwork.template import Template, conditions, slots
from issuer.artwork.template.blocks import Block
from issuer.artwork.template.markup import Node
from issuer.artwork.text import fonts, outlines
from issuer.errors import TemplateError
from issuer.roster.findings import Code

_MAX_PIXELS = 30_000_000  # of all pictures of an edition: twelve of 24 million took 38 s


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a template and the lines that it became."""

    block: Block
    placed: Placed


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """key: hex SHA-256 of everything that decides how it looks; present: the conditions that hold; art: SVG elements, in the units of the
    viewBox; words: the texts without fields, in document order; draft: the word across it, "" for none. Two are equal only if they are
    the same object."""

    key: str
    template: Template
    present: frozenset[str]
    art: str = field(repr=False)
    words: tuple[Text, ...] = field(repr=False)
    draft: str = ""

    def art_svg(self) -> bytes:
        """The artwork alone as an SVG of one page, for CairoSVG."""
        template, page = self.template, self.template.page
        box = " ".join(outlines.number(value) for value in (page.x, page.y, page.width, page.height))
        size = f'width="{outlines.number(template.width)}pt" height="{outlines.number(template.height)}pt" viewBox="{box}"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{self.art}</svg>'.encode()


@lru_cache(maxsize=64)
def edition(
    template: Template, present: frozenset[str] = frozenset(), *, shown: tuple[tuple[str, str], ...] = (), draft: str = ""
) -> Edition:
    """The edition of a template. present: which of Template.conditions hold; shown: slot and name of each picture that a field chose, the
    others are named like their slots; draft: a word to draw across it. Raises TemplateError, StorageError as shaping does."""
    values = dict.fromkeys(present, "1")
    words = tuple(
        Text(block, layout.place(block, spans, template.language))
        for block in template.blocks
        if not block.fields and (spans := block.spans(values))
    )
    art = elements.inside(template.root, _Replaced(template, present, dict(shown)))
    if draft:
        art += watermark.draw(draft, template.page, template.width / template.page.width)
    return Edition(_key(template, present, shown, draft), template, present, art, words, draft)


def _key(template: Template, present: frozenset[str], shown: tuple[tuple[str, str], ...], draft: str) -> str:
    """Tool, fonts, template, conditions and brand, one a line."""
    lines = [__version__, fonts.digest(), template.sha256]
    lines += [f"present {name}" for name in sorted(present)]
    lines += [f"shown {slot} {name}" for slot, name in sorted(shown)]
    lines += [f"colour {name} {value}" for name, value in template.brand.colours]
    lines += [f"picture {name} {picture.sha256}" for name, picture in template.brand.pictures]
    lines.append(f"draft {draft}")
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


class _Replaced:
    """What stands in the artwork instead of an element: nothing for texts, the QR code and what is not there; a picture in its slot."""

    def __init__(self, template: Template, present: frozenset[str], shown: Mapping[str, str]) -> None:
        self.template = template
        self.present = present
        self.shown = shown
        self.pictures = dict(template.brand.pictures)
        self.placed = 0
        self.pixels = 0

    def __call__(self, node: Node) -> str | None:
        if node.tag in ("text", "tspan", "title", "desc") or slots.is_code(node):
            return ""
        if not conditions.hold(node.attributes.get("data-if", "").split(), self.present.__contains__):
            return ""
        return self.picture(node) if "data-image" in node.attributes else None

    def picture(self, node: Node) -> str:
        slot = slots.image(node, self.template.name)
        picture = self.pictures.get(self.shown.get(slot.name, slot.name))
        if picture is None:
            return ""
        self.placed += 1
        self.pixels += pictures.pixels(picture)
        if self.pixels > _MAX_PIXELS:
            message = f"the pictures of the brand have more than {_MAX_PIXELS:,} pixels together, each counted as often as it is shown"
            hint = "save them smaller: 2,000 across are enough for print"
            raise TemplateError(message, hint=hint, code=Code.TEMPLATE_LARGE)
        points = self.template.width / self.template.page.width
        drawn = pictures.draw(picture, slot, points=points, prefix=f"picture{self.placed}-")
        around = (
            f" {name}={quoteattr(node.attributes[name])}" for name in ("transform", "clip-path", "opacity") if name in node.attributes
        )
        return f"<g{''.join(around)}>{drawn}</g>"
