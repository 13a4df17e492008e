"""Where on the page something stands, and which element of the file put it there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from issuer.artwork.edition import Text
from issuer.artwork.layout import PlacedLine
from issuer.artwork.sheet import Sheet
from issuer.artwork.template import Template
from issuer.artwork.template.blocks import Block
from issuer.artwork.template.lines import Piece
from issuer.artwork.template.markup import element
from issuer.artwork.template.slots import is_code
from issuer.errors import Place
from issuer.formats import placeholders

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle on the page, in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Area) -> tuple[float, float]:
        """How far two areas reach into one another, across and down; 0 or less: they do not."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across, min(self.bottom, other.bottom) - max(self.top, other.top)


@dataclass(frozen=True, slots=True)
class Inked:
    """A line of a text and the area of its ink. size: points per em, on the page."""

    block: Block
    line: PlacedLine
    area: Area
    size: float


def inked(sheet: Sheet) -> list[Inked]:
    """Every line of every text of a sheet, those without fields first."""
    return [found for text in (*sheet.edition.words, *sheet.texts) for found in _lines(sheet.edition.template, text)]


def code_area(template: Template) -> Area | None:
    """Where the QR code stands, its quiet zone included."""
    code = template.code
    return None if code is None else _on_page(template, [(code.x, code.y), (code.x + code.size, code.y + code.size)])


def of_block(shown_as: str, block: Block) -> Place:
    """The line and the element of a text."""
    return Place(shown_as, block.line, element=block.element)


def of_root(shown_as: str, template: Template) -> Place:
    """The line and the element of the root."""
    return Place(shown_as, template.root.line, element=element(template.root))


def of_code(shown_as: str, template: Template) -> Place:
    """The line and the element of the QR code, of the root if there is none."""
    node = next((node for node in template.root.walk() if is_code(node)), template.root)
    return Place(shown_as, node.line, element=element(node))


def words(block: Block) -> str:
    """A text as the template has it, in quotes, for a message."""
    short = " ".join("".join(map(written, block.pieces)).split())
    return f'"{short if len(short) <= _SHOWN else short[: _SHOWN - 1] + "…"}"'


def written(piece: Piece) -> str:
    """A stretch of a text as the template has it, without its filters."""
    return "".join(part.text if isinstance(part, placeholders.Text) else f"{{{{ {part.name} }}}}" for part in piece.parts)


def point(template: Template, block: Block, along: float) -> float:
    """How far from the page's left edge a point of a text's baseline is, in points. along: from the text's x, in its own units."""
    a, _, c, _, e, _ = block.matrix
    return (a * (block.x + along) + c * block.y + e - template.page.x) * template.width / template.page.width


def _lines(template: Template, text: Text) -> Iterator[Inked]:
    placed, (a, b, c, d, e, f) = text.placed, text.block.matrix
    scale = abs(a * d - b * c) ** 0.5 * template.width / template.page.width
    for line in placed.lines:
        shaped = line.line
        across = (line.x + shaped.left * placed.size, line.x + shaped.right * placed.size)
        down = (line.baseline - shaped.top * placed.size, line.baseline + shaped.bottom * placed.size)
        corners = [(a * x + c * y + e, b * x + d * y + f) for x in across for y in down]
        yield Inked(text.block, line, _on_page(template, corners), placed.size * scale)


def _on_page(template: Template, corners: list[tuple[float, float]]) -> Area:
    """The area around points in the units of the viewBox."""
    scale, page = template.width / template.page.width, template.page
    across = [(x - page.x) * scale for x, _ in corners]
    down = [(y - page.y) * scale for _, y in corners]
    return Area(min(across), min(down), max(across), max(down))
