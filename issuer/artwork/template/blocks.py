"""The texts of a template: what stands in them, how they look, and the box that they must fit into.

A <text> is one block; a <tspan> with its own x or y begins another. These attributes of ours say how a block adapts:

    data-box="x y width height"   where it must stay, in the units of the viewBox; without it: the page less a margin
    data-fit="shrink | wrap | error"   on overflow first smaller (default), or first on more lines, or never smaller: then it is refused
    data-min-size="9"             the smallest font-size; default: 0.6 of the font-size
    data-max-lines="2"            default 1
    data-line-height="1.3"        distance of baselines, in em; default 1.25
    data-align="top | middle | bottom"   which edge of the block stays at y when lines are added; default top
    data-if="field !other"        on any element: leave it out unless the field is there, and the other is not
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from issuer.artwork.template import conditions
from issuer.artwork.template.markup import Node
from issuer.artwork.template.presentation import Box, Context, choice, style
from issuer.artwork.template.transforms import IDENTITY, Matrix
from issuer.artwork.text import characters, shaping
from issuer.errors import Place, TemplateError
from issuer.formats import placeholders

_MARGIN = 0.05  # of the page's width, kept free when a text has no box


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a block. parts: words and fields; conditions: fields without which it is left out."""

    parts: tuple[placeholders.Part, ...]
    style: shaping.Style
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A text as the template has it. size, min_size, x, y, box: the template's units; fields: that are filled in; line: in the template's
    file; element: such as <text id=motto>."""

    pieces: tuple[Piece, ...]
    x: float
    y: float
    anchor: str
    size: float
    min_size: float
    max_lines: int
    line_height: float
    align: str
    fit: str
    box: Box
    matrix: Matrix
    conditions: tuple[str, ...]
    fields: frozenset[str]
    line: int
    element: str

    def spans(self, values: Mapping[str, str], language: str = "") -> shaping.Spans:
        """The text with its fields filled in, white space collapsed as in XML. Empty if nothing is to be drawn. language: of the reader,
        for dates and numbers. Raises FormatError if a filter cannot take a value."""
        if not conditions.hold(self.conditions, values.get):
            return ()
        if self.fields and not any(values.get(name) for name in self.fields):
            return ()
        found: list[tuple[str, shaping.Style]] = []
        for piece in self.pieces:
            if conditions.hold(piece.conditions, values.get):
                words = (p.text if isinstance(p, placeholders.Text) else p.shown(values.get(p.name, ""), language) for p in piece.parts)
                found.append((characters.clean("".join(words)), piece.style))
        return _collapse(found)


def _collapse(pieces: list[tuple[str, shaping.Style]]) -> shaping.Spans:
    done: list[tuple[str, shaping.Style]] = []
    ends_with_space = True
    for text, look in pieces:
        short = re.sub(r"[ \t]+", " ", text)
        if ends_with_space:
            short = short.lstrip(" ")
        if short:
            done.append((short, look))
            ends_with_space = short.endswith(" ")
    if done and ends_with_space:
        done[-1] = (done[-1][0].rstrip(" "), done[-1][1])
    return tuple((text, look) for text, look in done if text)


def collect(root: Node, page: Box, shown_as: str) -> list[Block]:
    """Every block of a template, in document order. page: the viewBox. Raises TemplateError for what cannot be drawn."""
    found: list[Block] = []
    defaults = {"font-size": "16", "font-family": "serif", "fill": "#000000"}
    _collect(root, Context(shown_as, page, defaults, IDENTITY, (), root.line), found)
    return found


def _collect(node: Node, context: Context, found: list[Block]) -> None:
    here = context.inside(node)
    if node.tag == "text":
        if here.sealed:
            here.refuse(f"a text stands inside {here.sealed}", "text is drawn above the artwork, opaque: move it out")
        found += _Reader(here).read(node)
        return
    for child in node.children:
        if isinstance(child, Node):
            _collect(child, here, found)


class _Reader:
    """Reads one <text> into blocks."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.base_size = context.number("font-size")
        self.anchors = [context]
        self.pieces: list[list[Piece]] = [[]]

    def read(self, node: Node) -> list[Block]:
        self.add(node, self.context)
        return [_block(context, pieces) for context, pieces in zip(self.anchors, self.pieces, strict=True) if pieces]

    def add(self, node: Node, context: Context) -> None:
        for child in node.children:
            if isinstance(child, str):
                self.pieces[-1].append(self.piece(child, context))
            elif child.tag == "tspan":
                inner = context.inside(child)
                if "x" in child.attributes or "y" in child.attributes:
                    own = {name: value for name, value in self.context.attributes.items() if name in ("x", "y")}
                    placed = {**own, **inner.attributes}
                    self.anchors.append(replace(inner, attributes=placed))
                    self.pieces.append([])
                self.add(child, inner)

    def piece(self, text: str, context: Context) -> Piece:
        try:
            parts = placeholders.parse(text)
        except placeholders.PlaceholderError as error:
            line = context.line + text.count("\n", 0, error.offset)
            raise TemplateError(error.message, place=Place(context.shown_as, line=line), hint=error.hint) from error
        return Piece(parts, style(context, self.anchors[-1].number("font-size")), context.conditions[len(self.anchors[-1].conditions) :])


def _block(context: Context, pieces: list[Piece]) -> Block:
    get = context.attributes.get
    size, x, y = context.number("font-size"), context.number("x", 0.0), context.number("y", 0.0)
    anchor = choice(context, "text-anchor", "start", ("start", "middle", "end"))
    fit = choice(context, "data-fit", "shrink", ("shrink", "wrap", "error"))
    min_size = size if fit == "error" else context.number("data-min-size", size * 0.6)
    lines = get("data-max-lines", "1")
    if not re.fullmatch(r"[1-9]\d?", lines) or not 0 < min_size <= size:
        context.refuse("data-max-lines is not 1 to 99, or data-min-size is not above 0 and up to the font-size", "correct the attribute")
    return Block(
        pieces=tuple(pieces),
        x=x,
        y=y,
        anchor=anchor,
        size=size,
        min_size=min_size,
        max_lines=int(lines),
        line_height=context.number("data-line-height", 1.25),
        align=choice(context, "data-align", "top", ("top", "middle", "bottom")),
        fit=fit,
        box=_box(context, x, anchor),
        matrix=context.matrix,
        conditions=context.conditions,
        fields=frozenset(part.name for piece in pieces for part in piece.parts if isinstance(part, placeholders.Field)),
        line=context.line,
        element=context.element,
    )


def _box(context: Context, x: float, anchor: str) -> Box:
    """The box that a text names, or the widest around its anchor that keeps a margin, as high as the page."""
    given = context.attributes.get("data-box")
    if given is not None:
        numbers = given.replace(",", " ").split()
        if len(numbers) != 4 or not all(re.fullmatch(r"-?\d{1,6}(\.\d{1,9})?", number) for number in numbers):
            context.refuse(f'data-box="{given}" is not four numbers', 'write data-box="x y width height"')
        left, top, width, height = map(float, numbers)
        if width <= 0 or height <= 0:
            context.refuse(f'data-box="{given}" has no area', 'write data-box="x y width height"')
        return Box(left, top, width, height)
    page = context.page
    if context.matrix != IDENTITY:  # the page's edges are elsewhere for a text that is turned or moved
        return _around(x, anchor, page.width, page)
    low, high = page.x + _MARGIN * page.width, page.x + (1 - _MARGIN) * page.width
    room = {"start": high - x, "end": x - low}.get(anchor, 2 * min(x - low, high - x))
    return _around(x, anchor, room if room > 0 else page.width, page)


def _around(x: float, anchor: str, width: float, page: Box) -> Box:
    left = x - {"start": 0.0, "end": width}.get(anchor, width / 2)
    return Box(left, page.y - page.height, width, 3 * page.height)
