"""How a text of a template looks: what SVG elements hand down to it, and which of SVG's attributes are understood.

What is not understood, and would be seen, is refused: a template must not look different here and in its editor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

from PIL import ImageColor

from issuer.artwork.template import transforms
from issuer.artwork.template.markup import Node, element
from issuer.artwork.template.transforms import Matrix
from issuer.artwork.text import fonts, shaping
from issuer.errors import Place, TemplateError
from issuer.roster.findings import Code

_EFFECTS = ("opacity", "fill-opacity", "clip-path", "mask", "filter", "mix-blend-mode")
_INHERITED = (
    *("font-family", "font-size", "font-weight", "font-style", "font-variant", "font-variant-ligatures", "letter-spacing"),
    *("text-anchor", "fill", "stroke", "text-transform", "text-decoration", "word-spacing", "writing-mode", "xml:lang"),
)
_HORIZONTAL = ("lr", "lr-tb", "horizontal-tb")
# Attributes that would move or change letters, and the values with which they do not.
_UNDERSTOOD_ONLY_AS = {
    "font": (),
    "shape-inside": (),
    "textLength": (),
    "dx": ("0",),
    "dy": ("0",),
    "rotate": ("0",),
    "writing-mode": _HORIZONTAL,
    "text-transform": ("none",),
    "text-decoration": ("none",),
    "word-spacing": ("normal", "0", "0px"),
}
_WEIGHTS = {"normal": 400, "bold": 700, "lighter": 300, "bolder": 700}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the template's units, y downwards."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Context:
    """What an element inherits. attributes: presentation attributes; line: for errors."""

    shown_as: str
    page: Box
    attributes: Mapping[str, str]
    matrix: Matrix
    conditions: tuple[str, ...]
    line: int
    element: str = "<svg>"  # for errors, as the line
    sealed: str = ""  # the element that makes text impossible here

    def refuse(self, message: str, hint: str, code: Code = Code.TEMPLATE_TEXT) -> NoReturn:
        raise TemplateError(message, place=Place(self.shown_as, line=self.line, element=self.element), hint=hint, code=code)

    def number(self, name: str, default: float | None = None) -> float:
        """An attribute as a number of user units. px means the same; other units are refused."""
        text = self.attributes.get(name, "").strip()
        if not text and default is not None:
            return default
        if not re.fullmatch(r"[-+]?(\d{1,6}(\.\d{1,9})?|\.\d{1,9})(px)?", text):
            self.refuse(f'the attribute {name}="{text}" is not a plain number', "write it in the units of the viewBox, without a unit")
        return float(text.removesuffix("px"))

    def inside(self, node: Node) -> Context:
        """The context of an element's content."""
        sealed = self.sealed
        if node.tag in ("defs", "symbol", "clipPath"):
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
        return replace(
            self, attributes={**kept, **own}, matrix=matrix, conditions=conditions, line=node.line, element=element(node), sealed=sealed
        )


def style(context: Context, base_size: float) -> shaping.Style:
    """The style of a text. base_size: the font-size of its block. Raises TemplateError for what is not understood."""
    get = context.attributes.get
    for name, plain in _UNDERSTOOD_ONLY_AS.items():
        if name in context.attributes and not get(name, "").startswith(plain or ("\0",)):
            context.refuse(f'{name}="{get(name)}" on a text is not understood', "use font-… attributes, and give each line its own <text>")
    size = context.number("font-size")
    if size <= 0 or get("stroke", "none") not in ("none", ""):
        context.refuse(
            "a text is stroked or has no size", "text is filled with one colour; choose a bolder font-weight instead of a stroke"
        )
    weight = get("font-weight", "400").strip()
    if weight not in _WEIGHTS and not re.fullmatch(r"[1-9]00", weight):
        context.refuse(f'font-weight="{weight}" is not a weight', "use normal, bold or 100 to 900")
    return shaping.Style(
        family=_family(context),
        weight=_WEIGHTS.get(weight) or int(weight),
        italic=get("font-style", "normal") in ("italic", "oblique"),
        size=size / base_size,
        spacing=0.0 if get("letter-spacing", "normal") == "normal" else _spacing(context, size),
        small_caps=get("font-variant", "normal") == "small-caps",
        ligatures=get("font-variant-ligatures", "normal") != "none",
        fill=_colour(context),
    )


def _spacing(context: Context, size: float) -> float:
    text = context.attributes["letter-spacing"].strip()
    if re.fullmatch(r"[-+]?\d?(\.\d{1,6})?em", text) and text != "em":
        return float(text.removesuffix("em"))
    return context.number("letter-spacing") / size


def _family(context: Context) -> str:
    known = {entry.family.lower(): entry.family for entry in fonts.entries()} | {name: name for name in fonts.GENERIC}
    wanted = [name.strip().strip("'\"") for name in context.attributes["font-family"].split(",")]
    for name in wanted:
        if name.lower() in known:
            return known[name.lower()]
    carried = ", ".join([*fonts.GENERIC, *dict.fromkeys(entry.family for entry in fonts.entries())])
    return context.refuse(f'the font "{wanted[0]}" is not carried', f"use one of: {carried}", Code.TEMPLATE_FONT)


def _colour(context: Context) -> str:
    text = context.attributes["fill"].strip()
    try:
        colour: tuple[int, ...] = ImageColor.getrgb(text)
    except ValueError:
        colour = ()
    if len(colour) != 3:
        context.refuse(f'a text has fill="{text}"', "text is filled with one opaque colour, such as #1f2a44")
    return "#{:02x}{:02x}{:02x}".format(*colour)


def choice(context: Context, name: str, default: str, allowed: tuple[str, ...]) -> str:
    """An attribute that takes one of a few words."""
    value = context.attributes.get(name, default)
    if value not in allowed:
        context.refuse(f'the attribute {name}="{value}" is unknown', f"use one of {', '.join(allowed)}")
    return value
