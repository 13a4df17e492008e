"""How a text of a template looks: what SVG elements hand down to it, and which of SVG's attributes are understood.

What is not understood, and would be seen, is refused: a template must not look different here and in its editor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

from issuer.artwork.template import attributes, transforms
from issuer.artwork.template.lengths import units
from issuer.artwork.template.markup import Node, element
from issuer.artwork.template.transforms import Matrix
from issuer.artwork.text import fonts, shaping
from issuer.errors import Place, TemplateError
from issuer.roster.findings import Code

_INHERITED = attributes.TEXT - {
    "dx",
    "dy",
    "rotate",
    "textLength",
    "shape-inside",
    "dominant-baseline",
    "alignment-baseline",
    "baseline-shift",
} | {
    *("fill", "stroke", "stroke-width", "fill-opacity", "visibility", "xml:lang", "color"),
}
_HORIZONTAL = ("lr", "lr-tb", "horizontal-tb")
_BASELINE = ("auto", "alphabetic", "baseline", "0", "0px", "0%")
# Attributes that would move or change letters, and the values with which they do not.
_UNDERSTOOD_ONLY_AS: Mapping[str, tuple[str, ...]] = {
    "font": (),
    "shape-inside": (),
    "textLength": (),
    "rotate": ("0",),
    "writing-mode": _HORIZONTAL,
    "text-transform": ("none",),
    "text-decoration": ("none",),
    "text-decoration-line": ("none",),
    "word-spacing": ("normal", "0", "0px", "0em"),
    "dominant-baseline": _BASELINE,
    "alignment-baseline": _BASELINE,
    "baseline-shift": _BASELINE,
}
_INSTEAD = {
    "text-transform": "write {{ field | upper }}, or the words in capitals",
    "shape-inside": "in Inkscape choose Text > Unflow, and give the text data-box",
    "font": "write font-family, font-size and font-weight",
    "baseline-shift": "give it its own <text>",
}
_WEIGHTS = {"normal": 400, "bold": 700, "lighter": 300, "bolder": 700}
_MOST_SPACING = 5.0  # em
_OPAQUE = ("1", "1.0", "100%", "none", "")
_SEALING = ("opacity", "clip-path")
_FARTHEST = 1e9  # a transform in a transform in a transform leaves the numbers that can be drawn
# How the names of font files end, which Illustrator writes for the family: EBGaramond-SemiBoldItalic.
_NAMED_WEIGHTS = {
    "thin": 100,
    "extralight": 200,
    "light": 300,
    "regular": 400,
    "roman": 400,
    "medium": 500,
    "semibold": 600,
    "demibold": 600,
    "bold": 700,
    "extrabold": 800,
    "black": 900,
    "heavy": 900,
}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the template's units, y downwards."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Whether the two have a part in common."""
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and self.y < other.y + other.height and other.y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Context:
    """What an element inherits. attributes: presentation attributes; clips: those that are no smaller than the page; line: for errors."""

    shown_as: str
    page: Box
    attributes: Mapping[str, str]
    matrix: Matrix
    conditions: tuple[str, ...]
    clips: frozenset[str]
    line: int
    element: str = "<svg>"  # for errors, as the line
    sealed: str = ""  # the element that makes text impossible here

    def refuse(self, message: str, hint: str, code: Code = Code.TEMPLATE_TEXT) -> NoReturn:
        raise TemplateError(message, place=Place(self.shown_as, line=self.line, element=self.element), hint=hint, code=code)

    def number(self, name: str, default: float | None = None) -> float:
        """An attribute as a number of user units, or of em, of the element's own font-size."""
        text = self.attributes.get(name, "").strip()
        if not text and default is not None:
            return default
        number = units(text.removesuffix("em")) if text.endswith("em") and name != "font-size" else units(text)
        if number is None:
            self.refuse(f'the attribute {name}="{text[:40]}" is not a length', "write a number, in the units of the viewBox")
        return number * self.number("font-size") if text.endswith("em") else number

    @property
    def hidden(self) -> bool:
        """Whether nothing is drawn here."""
        return self.attributes.get("display") == "none" or self.attributes.get("visibility") in ("hidden", "collapse")

    def inside(self, node: Node) -> Context:
        """The context of an element's content."""
        kept = {name: value for name, value in self.attributes.items() if name in _INHERITED}
        own = {name: value for name, value in node.attributes.items() if value != "inherit"}
        if self.attributes.get("display") == "none":
            own["display"] = "none"
        matrix = self.matrix
        if "transform" in node.attributes:
            step = transforms.parse(node.attributes["transform"])
            if step is None:
                message = f'the transform "{node.attributes["transform"][:60]}" cannot be read'
                place = Place(self.shown_as, line=node.line, element=element(node))
                raise TemplateError(
                    message, place=place, hint="use matrix, translate, scale, rotate, skewX or skewY", code=Code.TEMPLATE_ATTRIBUTE
                )
            matrix = transforms.multiply(matrix, step)
            if not all(abs(number) < _FARTHEST for number in matrix):
                place = Place(self.shown_as, line=node.line, element=element(node))
                hint = "undo the groups around it"
                raise TemplateError("transforms lead very far away", place=place, hint=hint, code=Code.TEMPLATE_ATTRIBUTE)
        stated = self.conditions + tuple(node.attributes.get("data-if", "").split())
        sealed = self._sealed(node) or self.sealed
        return replace(
            self, attributes={**kept, **own}, matrix=matrix, conditions=stated, line=node.line, element=element(node), sealed=sealed
        )

    def _sealed(self, node: Node) -> str:
        """What an element does that makes text in it impossible, "" for nothing."""
        if node.tag in ("defs", "symbol", "clipPath"):
            return f"<{node.tag}>"
        for name in _SEALING:
            value = node.attributes.get(name, "none")
            if value not in _OPAQUE and not self.clips.issuperset(attributes.REFERENCE.findall(value) or ("",)):
                return f'an element with "{name}"'
        return ""


def style(context: Context, base_size: float) -> shaping.Style:
    """The style of a text. base_size: the font-size of its block. Raises TemplateError for what is not understood."""
    get = context.attributes.get
    for name, plain in _UNDERSTOOD_ONLY_AS.items():
        value = get(name)
        words = (value or "").replace(",", " ").split()
        if value is not None and not set(words[:1] if name == "text-decoration" else words) <= set(plain):
            hint = _INSTEAD.get(name, "use font-… attributes, and give each line its own <text>")
            context.refuse(f'{name}="{value[:40]}" on a text is not understood', hint)
    size = context.number("font-size")
    if size <= 0:
        context.refuse(f'a text has no size: font-size="{get("font-size", "")[:40]}"', "write a font-size above 0, or take the text out")
    if get("stroke", "none") != "none" and get("stroke-width", "1").strip() not in ("0", "0px"):
        hint = "text is filled with one colour; choose a bolder font-weight instead of a stroke"
        context.refuse(f'a text is stroked: stroke="{get("stroke", "")[:40]}"', hint)
    family, weight, italic = _family(context)
    return shaping.Style(
        family=family,
        weight=_weight(context, weight),
        italic=italic or get("font-style", "normal").startswith(("italic", "oblique")),
        size=size / base_size,
        spacing=_spacing(context, size),
        small_caps="small-caps" in f"{get('font-variant', '')} {get('font-variant-caps', '')}".split(),
        ligatures=get("font-variant-ligatures", "normal") != "none",
        fill=_colour(context),
    )


def _weight(context: Context, named: int) -> int:
    """The weight. named: what the name of the font says, 400 for nothing."""
    text = context.attributes.get("font-weight", "").strip()
    if not text or (text in ("normal", "400") and named != 400):
        return named
    if text not in _WEIGHTS and not re.fullmatch(r"[1-9]\d\d?|1000", text):
        context.refuse(f'font-weight="{text[:40]}" is not a weight', "use normal, bold or 100 to 900")
    return _WEIGHTS.get(text) or int(text)


def _spacing(context: Context, size: float) -> float:
    if context.attributes.get("letter-spacing", "normal").strip() == "normal":
        return 0.0
    spacing = context.number("letter-spacing") / size
    if abs(spacing) > _MOST_SPACING:
        context.refuse(f"letters stand {spacing:.3g} em apart, more than {_MOST_SPACING:g}", "set a text of single letters instead")
    return spacing


def _family(context: Context) -> tuple[str, int, bool]:
    """The first family that is carried, and what its name says of weight and slant."""
    known = {_bare(entry.family): entry.family for entry in fonts.entries()} | {name: name for name in fonts.GENERIC}
    wanted = [name.strip().strip("'\"").strip() for name in context.attributes["font-family"].split(",")]
    for name in wanted:
        if _bare(name) in known:
            return known[_bare(name)], 400, False
        family, _, ending = name.rpartition("-")
        look = ending.lower().removesuffix("italic") or "regular"
        if _bare(family) in known and look in _NAMED_WEIGHTS:
            return known[_bare(family)], _NAMED_WEIGHTS[look], ending.lower().endswith("italic")
    carried = ", ".join([*fonts.GENERIC, *fonts.families()])
    return context.refuse(f'the font "{wanted[0][:40]}" is not carried', f"use one of: {carried}", Code.TEMPLATE_FONT)


def _bare(name: str) -> str:
    return name.lower() if "-" in name else name.lower().replace(" ", "")


def _colour(context: Context) -> str:
    """What fills the text, as #rrggbb."""
    get = context.attributes.get
    text = get("color", "#000000") if get("fill", "").lower() == "currentcolor" else get("fill", "")
    if not re.fullmatch("#[0-9a-f]{6}", text):
        context.refuse(f'a text has fill="{text[:40]}"', "text is filled with one opaque colour, such as #1f2a44")
    opacity = get("fill-opacity", "1").strip()
    if opacity not in _OPAQUE:
        hint = "text is filled with one opaque colour: take the opacity out, and choose a lighter colour"
        context.refuse(f'a text is half transparent: it has an opacity of {opacity[:40]} ("fill-opacity", or in its colour)', hint)
    return text


def choice(context: Context, name: str, default: str, allowed: tuple[str, ...]) -> str:
    """An attribute that takes one of a few words."""
    value = context.attributes.get(name, default)
    if value not in allowed:
        context.refuse(f'the attribute {name}="{value[:40]}" is unknown', f"use one of {', '.join(allowed)}", Code.TEMPLATE_ATTRIBUTE)
    return value
