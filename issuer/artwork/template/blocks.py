"""The texts of a template: what stands in them, how they look, and the box that they must fit into.

A <text> is one block; a <tspan> with its own x or y begins another. These attributes of ours say how a block adapts:

    data-box="x y width height"   where it must stay, in the units around it; without it: see `frames`
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
from dataclasses import dataclass
from functools import lru_cache
from math import hypot, inf
from typing import NamedTuple

from issuer.artwork.template import conditions, frames, lines
from issuer.artwork.template.lengths import numbers
from issuer.artwork.template.lines import Piece
from issuer.artwork.template.markup import Node
from issuer.artwork.template.mistakes import Mistakes
from issuer.artwork.template.presentation import Box, Context, choice
from issuer.artwork.template.shapes import Shape
from issuer.artwork.template.transforms import IDENTITY, Matrix
from issuer.artwork.text import bidi, characters, shaping
from issuer.formats import placeholders
from issuer.roster.findings import Code

_SPACES = re.compile("[ \t]+")
_EMS = re.compile(r"(?:\d{1,2}(?:\.\d{0,9})?|\.\d{1,9})(?:em)?", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A text as the template has it. size, min_size, x, y, box: the template's units; rtl: whether it says that it runs from right to
    left, else its words decide; fields: that are filled in; asked: those, and what its conditions are about; line: in the template's file;
    element: such as <text id=motto>; order: how many elements begin before its <text>; panel: that its box comes from, if any;
    letters, spread: as of lines.Line."""

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
    rtl: bool
    matrix: Matrix
    conditions: tuple[str, ...]
    fields: frozenset[str]
    asked: tuple[str, ...]
    line: int
    element: str
    order: int
    panel: Shape | None
    letters: int
    spread: float

    def spans(self, values: Mapping[str, str], language: str = "") -> shaping.Spans:
        """The text with its fields filled in, white space collapsed as in XML. Empty if nothing is to be drawn. language: of the reader,
        for dates and numbers. Raises FormatError if a filter cannot take a value."""
        return _spans(self, tuple([values.get(name) or "" for name in self.asked]), language)


@lru_cache(maxsize=1024)
def _spans(block: Block, asked: tuple[str, ...], language: str) -> shaping.Spans:
    """Block.spans, with the values of what the block asks for: most are the same on all certificates of a batch."""
    values = dict(zip(block.asked, asked, strict=True))
    if not conditions.hold(block.conditions, values.get):
        return ()
    if block.fields and not any(map(values.get, block.fields)):
        return ()
    found = [
        _Stretch(characters.clean(part.text), piece.style, filled=False)
        if isinstance(part, placeholders.Text)
        else _Stretch(characters.clean(part.shown(values[part.name], language)), piece.style, filled=True)
        for piece in block.pieces
        if conditions.hold(piece.conditions, values.get)
        for part in piece.parts
    ]
    return _directed(_collapse(found), rtl=block.rtl)


class _Stretch(NamedTuple):
    """Words of the template, or the value that fills a field."""

    text: str
    style: shaping.Style
    filled: bool


def _collapse(found: list[_Stretch]) -> list[_Stretch]:
    done: list[_Stretch] = []
    ends_with_space = True
    for stretch in found:
        short = _SPACES.sub(" ", stretch.text)
        if ends_with_space:
            short = short.lstrip(" ")
        if short:
            done.append(stretch if short == stretch.text else stretch._replace(text=short))
            ends_with_space = short.endswith(" ")
    if done and ends_with_space:
        done[-1] = done[-1]._replace(text=done[-1].text.rstrip(" "))
    return [stretch for stretch in done if stretch.text]


def _directed(found: list[_Stretch], *, rtl: bool) -> shaping.Spans:
    """Spans with their directions: a value among other words is isolated, and does not say which way these run."""
    words = "".join([stretch.text for stretch in found if not stretch.filled])
    whole = "".join([stretch.text for stretch in found])
    base = 1 if rtl else bidi.base_level(words + whole)
    if len(found) > 1 and (rtl or bidi.matters(whole)):
        return tuple([shaping.Span(text, style, base, bidi.base_level(text) if filled else None) for text, style, filled in found])
    joined: list[shaping.Span] = []
    for text, style, _ in found:
        if joined and joined[-1].style is style:
            joined[-1] = joined[-1]._replace(text=joined[-1].text + text)
        else:
            joined.append(shaping.Span(text, style, base))
    return tuple(joined)


class _Standing(NamedTuple):
    """The panels of a page, and how many elements begin before each."""

    panels: tuple[Shape, ...]
    order: Mapping[Node, int]


def collect(root: Node, page: Box, shown_as: str, mistakes: Mistakes) -> list[Block]:
    """Every block of a template, in document order. page: the viewBox; mistakes: gets those texts that cannot be drawn."""
    found: list[Block] = []
    defaults = {"font-size": "16", "font-family": "serif", "fill": "#000000"}
    whole = Context(shown_as, page, defaults, IDENTITY, (), frames.covering(root, page), root.line)
    order = {node: number for number, node in enumerate(root.walk())}
    _collect(root, whole, _Standing(frames.panels(root), order), found, mistakes)
    return found


def _collect(node: Node, context: Context, standing: _Standing, found: list[Block], mistakes: Mistakes) -> None:
    with mistakes.caught():
        here = context.inside(node)
        if node.tag == "text":
            found += _text(node, here, standing)
        else:
            for child in node.elements():
                _collect(child, here, standing, found, mistakes)


def _text(node: Node, context: Context, standing: _Standing) -> list[Block]:
    read = [] if context.hidden else lines.read(node, context)
    read = [line for line in read if any(text.strip() for text, _ in line.pieces)]
    if context.sealed and read:
        context.refuse(f"a text stands inside {context.sealed}", "text is drawn above the artwork, opaque: move it out, or take that away")
    order = standing.order[node]
    panels = frames.under(standing.panels, order) if read else ()
    return [_block(line, panels, order) for line in read]


def _line_height(context: Context) -> float:
    """How far apart baselines are, in em."""
    text = context.attributes.get("data-line-height", "1.25").strip()
    if not _EMS.fullmatch(text) or not (high := float(text.removesuffix("em"))):
        hint = "write it in em, as in 1.25"
        context.refuse(f'data-line-height="{text[:40]}" is not a number above 0', hint, Code.TEMPLATE_ATTRIBUTE)
    return high


def _block(line: lines.Line, panels: tuple[Shape, ...], order: int) -> Block:
    context, pieces = line.context, line.parsed()
    size = context.number("font-size")
    anchor = choice(context, "text-anchor", "start", ("start", "middle", "end"))
    rtl = context.attributes.get("direction") == "rtl"
    if rtl:
        anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
    fit = choice(context, "data-fit", "shrink", ("shrink", "wrap", "error"))
    min_size = size if fit == "error" else context.number("data-min-size", size * 0.6)
    most = context.attributes.get("data-max-lines", "1")
    if not re.fullmatch(r"[1-9]\d?", most):
        context.refuse(f'data-max-lines="{most[:40]}" is not 1 to 99', "write how many lines there may be", Code.TEMPLATE_ATTRIBUTE)
    if not 0 < min_size <= size:
        message = f'data-min-size="{context.attributes.get("data-min-size", "")[:40]}" is not above 0 and up to the font-size, {size:g}'
        context.refuse(message, "write the smallest font-size that may be, or leave it out", Code.TEMPLATE_ATTRIBUTE)
    fields = frozenset(part.name for piece in pieces for part in piece.parts if isinstance(part, placeholders.Field))
    box, panel = _box(line, anchor, size, panels if fields else None)
    stated = [*context.conditions, *(condition for piece in pieces for condition in piece.conditions)]
    return Block(
        pieces=pieces,
        x=line.x,
        y=line.y,
        anchor=anchor,
        size=size,
        min_size=min_size,
        max_lines=int(most),
        line_height=_line_height(context),
        align=choice(context, "data-align", "top", ("top", "middle", "bottom")),
        fit=fit,
        box=box,
        rtl=rtl,
        matrix=context.matrix,
        conditions=context.conditions,
        fields=fields,
        asked=tuple(sorted(fields | conditions.names(stated))),
        line=context.line,
        element=context.element,
        order=order,
        panel=panel,
        letters=line.letters,
        spread=line.spread,
    )


def _box(line: lines.Line, anchor: str, size: float, panels: tuple[Shape, ...] | None) -> tuple[Box, Shape | None]:
    """The box that a text names, or the widest around its anchor, as high as the page, and the panel that it comes from. panels: None for
    a text without fields, which is drawn as it was designed."""
    context = line.context
    given = context.attributes.get("data-box")
    if given is not None:
        sides = numbers(given)
        if sides is None or len(sides) != 4 or sides[2] <= 0 or sides[3] <= 0:
            hint = 'write data-box="x y width height"'
            context.refuse(f'data-box="{given[:40]}" is not four numbers with an area', hint, Code.TEMPLATE_ATTRIBUTE)
        return Box(*sides), None
    left, right, panel = (inf, inf, None) if panels is None else frames.room(line.x, line.y, size, context.matrix, panels, context.page)
    width = {"start": right, "end": left}.get(anchor, 2 * min(left, right))
    a, b, c, d, _, _ = context.matrix
    far = 3 * max(context.page.width, context.page.height)  # from anywhere on the page to beyond its edge, in the units of the page
    if width == inf:
        width = far / (hypot(a, b) or 1.0)
    shift = {"start": 0.0, "end": width}.get(anchor, width / 2)
    high = far / (hypot(c, d) or 1.0)
    return Box(line.x - shift, line.y - high, width, 2 * high), panel
