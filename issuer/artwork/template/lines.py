"""The lines that a <text> is drawn as. A <text> is one; a <tspan> with its own x or y begins another.

Drawing programs move single letters, for their idea of kerning. HarfBuzz kerns, so small moves are left to it; larger ones are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from issuer.artwork.template.lengths import units
from issuer.artwork.template.markup import Node
from issuer.artwork.template.presentation import Context, style
from issuer.artwork.text import shaping
from issuer.errors import Place, TemplateError
from issuer.formats import placeholders
from issuer.roster.findings import Code

_KERNING = 0.3  # em: larger moves along the line are meant to be seen
_STRAIGHT = 0.02  # em: smaller moves across it are not
_WIDEST = 1.2  # em: letters whose positions are farther apart are spread on purpose


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line. parts: words and fields; conditions: those under which it is drawn."""

    parts: tuple[placeholders.Part, ...]
    style: shaping.Style
    conditions: tuple[str, ...]


@dataclass(slots=True)
class Line:
    """A line as it is read. context: of its beginning; x, y: its anchor; letters, spread: how many letters have a place of
    their own along the line, and how far it is from the first of them to the last; pieces: texts, each with its own context."""

    context: Context
    x: float
    y: float
    letters: int
    spread: float
    pieces: list[tuple[str, Context]] = field(default_factory=list)

    def add(self, text: str, context: Context) -> None:
        """Add a stretch; one that ends a field that the last one began belongs to that."""
        if self.pieces and self.unfinished:
            before, other = self.pieces[-1]
            self.pieces[-1] = (before + text, other)
        else:
            self.pieces.append((text, context))

    @property
    def unfinished(self) -> bool:
        """Whether a field is open: programs that move letters tear {{ name }} apart."""
        return bool(self.pieces) and self.pieces[-1][0].rfind("{{") > self.pieces[-1][0].rfind("}}")

    def parsed(self) -> tuple[Piece, ...]:
        """The pieces with their fields found. Raises TemplateError."""
        size, stated = self.context.number("font-size"), len(self.context.conditions)
        return tuple(Piece(_parts(text, context), style(context, size), context.conditions[stated:]) for text, context in self.pieces)


def read(node: Node, context: Context) -> list[Line]:
    """The lines of a <text>, in order. context: inside it. Raises TemplateError."""
    x, y = _first(context, "x", 0.0), _first(context, "y", 0.0)
    found = [Line(context, x + _moved(context, "dx"), y + _moved(context, "dy"), *_spread(context))]
    _read(node, context, found)
    return found


def _read(node: Node, context: Context, found: list[Line]) -> None:
    for child in node.children:
        if isinstance(child, str):
            found[-1].add(child, context)
        elif child.tag == "tspan" and not (inner := context.inside(child)).hidden:
            _begin(child, inner, found)
            _read(child, inner, found)


def _begin(node: Node, context: Context, found: list[Line]) -> None:
    """Begin another line if the <tspan> is placed, unless it goes on with a field."""
    own, last = node.attributes, found[-1]
    if ("x" not in own and "y" not in own) or last.unfinished:
        _leave_to_kerning(context, own)
        return
    x = _first(context, "x", found[0].x) + (_moved(context, "dx") if "x" in own else 0.0)
    y = _first(context, "y", last.y) + _moved(context, "dy")
    text = {name: value for name, value in found[0].context.attributes.items() if name.startswith("data-") and name != "data-if"}
    found.append(Line(replace(context, attributes={**text, **context.attributes}), x, y, *(_spread(context) if "x" in own else (0, 0.0))))


def _leave_to_kerning(context: Context, own: dict[str, str]) -> None:
    size = context.number("font-size")
    for name, most in (("dx", _KERNING), ("dy", _STRAIGHT)):
        moves = [_length(context, name, text) for text in own.get(name, "").replace(",", " ").split()]
        if any(abs(move) > most * size for move in moves):
            context.refuse(f'{name}="{own[name][:40]}" moves letters', "give what is moved its own <text>")


def _first(context: Context, name: str, default: float) -> float:
    """Where a line begins: the first of the positions of its letters, which otherwise stand about where HarfBuzz puts them."""
    places = _places(context, name)
    most = (_WIDEST if name == "x" else _STRAIGHT) * context.number("font-size")
    if any(abs(after - before) > most for before, after in pairwise(places)):
        context.refuse(f'{name}="{context.attributes[name][:40]}" places letters one by one', "give what stands apart its own <text>")
    return places[0] if places else default


def _spread(context: Context) -> tuple[int, float]:
    """How many letters have a place of their own, and the way from the first to the last."""
    places = _places(context, "x")
    return len(places), places[-1] - places[0] if places else 0.0


def _places(context: Context, name: str) -> list[float]:
    return [_length(context, name, text) for text in context.attributes.get(name, "").replace(",", " ").split()]


def _moved(context: Context, name: str) -> float:
    """How far a whole line is moved: the first of a list that otherwise moves letters by no more than kerning does."""
    texts = context.attributes.get(name, "").replace(",", " ").split()
    moves = [_length(context, name, text) for text in texts]
    most = (_KERNING if name == "dx" else _STRAIGHT) * context.number("font-size")
    if any(abs(move) > most for move in moves[1:]):
        context.refuse(f'{name}="{context.attributes[name][:40]}" moves letters', "give what is moved its own <text>")
    return moves[0] if moves else 0.0


def _length(context: Context, name: str, text: str) -> float:
    number = units(text.removesuffix("em"))
    if number is None:
        context.refuse(f'{name}="{text[:40]}" of a text is not a length', "write a number, in the units of the viewBox")
    return number * context.number("font-size") if text.endswith("em") else number


def _parts(text: str, context: Context) -> tuple[placeholders.Part, ...]:
    try:
        return placeholders.parse(text)
    except placeholders.PlaceholderError as error:
        place = Place(context.shown_as, line=context.line + text.count("\n", 0, error.offset), element=context.element)
        raise TemplateError(f'in "{error.written.strip()}": {error.bare}', place=place, hint=error.hint, code=Code.TEMPLATE_TEXT) from error
