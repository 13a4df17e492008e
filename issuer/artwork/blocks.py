"""The texts of a template: what stands in them, how they look, and the box that they must fit into.

A <text> is one block; a <tspan> with its own x or y begins another. These attributes of ours say how a block adapts:

    data-box="x y width height"   where it must stay, in the units of the viewBox; without it: the page less a margin
    data-fit="shrink | wrap"      on overflow first smaller (default) or first on more lines
    data-min-size="9"             the smallest font-size; default: 0.6 of the font-size
    data-max-lines="2"            default 1
    data-line-height="1.3"        distance of baselines, in em; default 1.25
    data-align="top | middle | bottom"   which edge of the block stays at y when lines are added; default top
    data-if="field"               on any element: leave it out when the field is absent
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

from PIL import ImageColor

from issuer.artwork import fonts, shaping, transforms
from issuer.artwork.markup import Node
from issuer.artwork.transforms import IDENTITY, Matrix
from issuer.errors import Place, TemplateError
from issuer.formats import placeholders

_MARGIN = 0.05  # of the page's width, kept free when a text has no box
_TORN = ("dx", "dy", "rotate", "textLength", "writing-mode", "letter-spacing-adjust")
_EFFECTS = ("opacity", "fill-opacity", "clip-path", "mask", "filter", "mix-blend-mode")
_INHERITED = frozenset(
    "font-family font-size font-weight font-style font-variant font-variant-ligatures letter-spacing text-anchor fill stroke xml:lang".split()
)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the template's units, y downwards."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a block. parts: words and fields; conditions: fields without which it is left out."""

    parts: tuple[placeholders.Part, ...]
    style: shaping.Style
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A text as the template has it. size, min_size, x, y, box: the template's units; line: in the template's file."""

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
    line: int

    @property
    def fields(self) -> frozenset[str]:
        """The fields that are filled in."""
        return frozenset(part.name for piece in self.pieces for part in piece.parts if isinstance(part, placeholders.Field))

    def spans(self, values: Mapping[str, str]) -> shaping.Spans:
        """The text with its fields filled in, white space collapsed as in XML. Empty if nothing is to be drawn."""
        if not all(values.get(name) for name in self.conditions):
            return ()
        if self.fields and not any(values.get(name) for name in self.fields):
            return ()
        found: list[tuple[str, shaping.Style]] = []
        for piece in self.pieces:
            if all(values.get(name) for name in piece.conditions):
                words = (part.text if isinstance(part, placeholders.Text) else values.get(part.name, "") for part in piece.parts)
                found.append((shaping.clean("".join(words)), piece.style))
        return _collapse(found)


def _collapse(pieces: list[tuple[str, shaping.Style]]) -> shaping.Spans:
    done: list[tuple[str, shaping.Style]] = []
    ends_with_space = True
    for text, style in pieces:
        short = re.sub(r"[ \t]+", " ", text)
        if ends_with_space:
            short = short.lstrip(" ")
        if short:
            done.append((short, style))
            ends_with_space = short.endswith(" ")
    if done and ends_with_space:
        done[-1] = (done[-1][0].rstrip(" "), done[-1][1])
    return tuple((text, style) for text, style in done if text)


@dataclass(frozen=True, slots=True)
class _Context:
    """What an element inherits. attributes: presentation attributes; line: for errors."""

    shown_as: str
    page: Box
    attributes: Mapping[str, str]
    matrix: Matrix
    conditions: tuple[str, ...]
    line: int
    sealed: str = ""  # the element that makes text impossible here

    def refuse(self, message: str, hint: str) -> NoReturn:
        raise TemplateError(message, place=Place(self.shown_as, line=self.line), hint=hint)

    def number(self, name: str, default: float | None = None) -> float:
        """An attribute as a number of user units. px means the same; other units are refused."""
        text = self.attributes.get(name, "").strip()
        if not text and default is not None:
            return default
        if not re.fullmatch(r"[-+]?(\d{1,6}(\.\d{1,9})?|\.\d{1,9})(px)?", text):
            self.refuse(f'the attribute {name}="{text}" is not a plain number', "write it in the units of the viewBox, without a unit")
        return float(text.removesuffix("px"))

    def inside(self, node: Node) -> _Context:
        """The context of an element's content."""
        sealed = self.sealed
        if node.tag in ("defs", "symbol", "clipPath", "mask", "pattern"):
            sealed = f"<{node.tag}>"
        sealed = next((f'an element with "{name}"' for name in _EFFECTS if node.attributes.get(name, "none") not in ("none", "1")), sealed)
        kept = {name: value for name, value in self.attributes.items() if name in _INHERITED}
        own = {name: value for name, value in node.attributes.items() if value != "inherit"}
        matrix = self.matrix
        if "transform" in node.attributes:
            step = transforms.parse(node.attributes["transform"])
            if step is None:
                message = f'the transform "{node.attributes["transform"][:60]}" cannot be read'
                raise TemplateError(message, place=Place(self.shown_as, line=node.line), hint="use matrix, translate, scale or rotate")
            matrix = transforms.multiply(matrix, step)
        conditions = self.conditions + tuple(node.attributes.get("data-if", "").split())
        return replace(self, attributes={**kept, **own}, matrix=matrix, conditions=conditions, line=node.line, sealed=sealed)


def collect(root: Node, page: Box, shown_as: str) -> list[Block]:
    """Every block of a template, in document order. page: the viewBox. Raises TemplateError for what cannot be drawn."""
    found: list[Block] = []
    defaults = {"font-size": "16", "font-family": "serif", "fill": "#000000"}
    _collect(root, _Context(shown_as, page, defaults, IDENTITY, (), root.line), found)
    return found


def _collect(node: Node, context: _Context, found: list[Block]) -> None:
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

    def __init__(self, context: _Context) -> None:
        self.context = context
        self.base_size = context.number("font-size")
        self.anchors = [context]
        self.pieces: list[list[Piece]] = [[]]

    def read(self, node: Node) -> list[Block]:
        self.add(node, self.context)
        return [_block(context, pieces) for context, pieces in zip(self.anchors, self.pieces, strict=True) if pieces]

    def add(self, node: Node, context: _Context) -> None:
        torn = next((name for name in _TORN if name in node.attributes), None)
        if torn:
            context.refuse(f'the attribute "{torn}" tears letters apart', "give each line its own <text>, or a <tspan> with x and y")
        for child in node.children:
            if isinstance(child, str):
                self.pieces[-1].append(self.piece(child, context))
            elif child.tag == "tspan":
                inner = context.inside(child)
                if "x" in child.attributes or "y" in child.attributes:
                    placed = {
                        **{name: self.context.attributes[name] for name in ("x", "y") if name in self.context.attributes},
                        **inner.attributes,
                    }
                    self.anchors.append(replace(inner, attributes=placed))
                    self.pieces.append([])
                self.add(child, inner)

    def piece(self, text: str, context: _Context) -> Piece:
        try:
            parts = placeholders.parse(text)
        except placeholders.PlaceholderError as error:
            line = context.line + text.count("\n", 0, error.offset)
            raise TemplateError(error.message, place=Place(context.shown_as, line=line), hint=error.hint) from error
        return Piece(parts, _style(context, self.anchors[-1].number("font-size")), context.conditions[len(self.anchors[-1].conditions) :])


def _style(context: _Context, base_size: float) -> shaping.Style:
    get = context.attributes.get
    size = context.number("font-size")
    if size <= 0 or get("stroke", "none") not in ("none", ""):
        context.refuse(
            "a text is stroked or has no size", "text is filled with one colour; choose a bolder font-weight instead of a stroke"
        )
    weights = {"normal": 400, "bold": 700, "lighter": 300, "bolder": 700}
    weight = get("font-weight", "400").strip()
    if weight not in weights and not re.fullmatch(r"[1-9]00", weight):
        context.refuse(f'font-weight="{weight}" is not a weight', "use normal, bold or 100 to 900")
    return shaping.Style(
        family=_family(context),
        weight=weights.get(weight) or int(weight),
        italic=get("font-style", "normal") in ("italic", "oblique"),
        size=size / base_size,
        spacing=0.0 if get("letter-spacing", "normal") == "normal" else _spacing(context, size),
        small_caps=get("font-variant", "normal") == "small-caps",
        ligatures=get("font-variant-ligatures", "normal") != "none",
        fill=_colour(context),
    )


def _spacing(context: _Context, size: float) -> float:
    text = context.attributes["letter-spacing"].strip()
    if re.fullmatch(r"[-+]?\d?(\.\d{1,6})?em", text) and text != "em":
        return float(text.removesuffix("em"))
    return context.number("letter-spacing") / size


def _family(context: _Context) -> str:
    known = {entry.family.lower(): entry.family for entry in fonts.entries()} | {name: name for name in fonts.GENERIC}
    wanted = [name.strip().strip("'\"") for name in context.attributes["font-family"].split(",")]
    for name in wanted:
        if name.lower() in known:
            return known[name.lower()]
    choice = ", ".join([*fonts.GENERIC, *dict.fromkeys(entry.family for entry in fonts.entries())])
    context.refuse(f'the font "{wanted[0]}" is not carried', f"use one of: {choice}")


def _colour(context: _Context) -> str:
    text = context.attributes["fill"].strip()
    try:
        colour = ImageColor.getrgb(text)
    except ValueError:
        colour = ()
    if len(colour) != 3:
        context.refuse(f'a text has fill="{text}"', "text is filled with one opaque colour, such as #1f2a44")
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _block(context: _Context, pieces: list[Piece]) -> Block:
    get = context.attributes.get
    size, x, y = context.number("font-size"), context.number("x", 0.0), context.number("y", 0.0)
    anchor = _choice(context, "text-anchor", "start", ("start", "middle", "end"))
    min_size = context.number("data-min-size", size * 0.6)
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
        align=_choice(context, "data-align", "top", ("top", "middle", "bottom")),
        fit=_choice(context, "data-fit", "shrink", ("shrink", "wrap")),
        box=_box(context, x, anchor),
        matrix=context.matrix,
        conditions=context.conditions,
        line=context.line,
    )


def _choice(context: _Context, name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = context.attributes.get(name, default)
    if value not in allowed:
        context.refuse(f'the attribute {name}="{value}" is unknown', f"use one of {', '.join(allowed)}")
    return value


def _box(context: _Context, x: float, anchor: str) -> Box:
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
    low, high = page.x + _MARGIN * page.width, page.x + (1 - _MARGIN) * page.width
    if anchor == "start":
        low = x
    elif anchor == "end":
        high = x
    else:
        half = min(x - low, high - x)
        low, high = x - half, x + half
    if high <= low or context.matrix != IDENTITY:
        low, high = (
            (x, x + page.width)
            if anchor == "start"
            else (x - page.width, x)
            if anchor == "end"
            else (x - page.width / 2, x + page.width / 2)
        )
    return Box(low, page.y - page.height, high - low, 3 * page.height)
