"""What an editor shows and Issuer does not draw, although the drawing as a whole can be: certificates look a little otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from issuer.artwork.lint import places
from issuer.artwork.template import Template, references
from issuer.artwork.template.attributes import UNDRAWN
from issuer.artwork.template.lines import Piece
from issuer.artwork.template.markup import Node, element
from issuer.artwork.text import characters, shaping
from issuer.errors import Place
from issuer.roster.findings import Code, Finding, finding

_PLAIN = ("normal", "auto", "none", "initial", "100%", "")
"""Values that ask for nothing; but `font-kerning: none` does."""
_USUAL = frozenset({"kern", "liga", "clig", "calt"})  # features that fonts have on
_VARIANT = ("font-variant", "font-variant-caps")
_LETTERS = UNDRAWN.union(_VARIANT)
_SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use")
_READ = _LETTERS | {"fill", "stroke", "stroke-dasharray"}
_VARIANTS = frozenset({"small-caps", "common-ligatures", "no-common-ligatures", *_PLAIN})  # which are drawn, or ask for nothing
_SPREAD = 0.1  # em: how much farther apart than in the font letters may stand on average


def undrawn(template: Template, shown_as: str) -> Iterator[Finding]:
    """Attributes that are not drawn, or point at nothing, each value once, where it is first seen; and letters that are placed apart."""
    told: set[tuple[str, str]] = set()
    asked = ((*one, "is not drawn", "take it out, or make what it changes into paths") for one in _asked(template.root, {}))
    for node, name, value, what, hint in (*asked, *_astray(template.root)):
        if (name, value) not in told:
            told.add((name, value))
            yield finding(Code.TEMPLATE_UNDRAWN, Place(shown_as, node.line, element=element(node)), f'{name}="{value[:40]}" {what}', hint)
    for block in template.blocks:
        if block.letters < 3:
            continue
        natural = _begins(template, block.pieces, block.letters - 1) * block.size
        apart = (block.spread - natural) / (block.letters - 1) / block.size
        if apart > _SPREAD:
            message = f"the letters of {places.words(block)} are placed one by one, farther apart than they are drawn"
            hint = f'take the positions of single letters out, and give the text letter-spacing="{apart:.2g}em"'
            yield finding(Code.TEMPLATE_UNDRAWN, places.of_block(shown_as, block), message, hint)


def _asked(node: Node, around: Mapping[str, str]) -> Iterator[tuple[Node, str, str]]:
    """Each element that draws something, and what it asks for in vain. around: what it inherits."""
    if node.attributes.get("display") == "none":
        return
    own = {name: value for name, value in node.attributes.items() if name in _READ and value != "inherit"}
    here = {**around, **own}
    if node.tag in _SHAPES and here.get("stroke", "none") != "none" and here.get("fill") != "none" and _turned(here.get("paint-order", "")):
        yield node, "paint-order", here["paint-order"]
    if node.tag in _SHAPES and "pathLength" in node.attributes and here.get("stroke-dasharray", "none") != "none":
        yield node, "pathLength", node.attributes["pathLength"]
    if node.tag == "symbol" and node.attributes.get("overflow") in ("visible", "auto"):
        yield node, "overflow", node.attributes["overflow"]
    if node.tag in ("text", "tspan") and any(isinstance(child, str) and child.strip() for child in node.children):
        yield from ((node, name, value) for name, value in here.items() if name in _LETTERS and _changes(name, value.strip().lower()))
    for child in node.elements():
        yield from _asked(child, here)


def _astray(root: Node) -> Iterator[tuple[Node, str, str, str, str]]:
    """Each attribute with an id that no element has, with what to say and to do. An id with braces in it is not kept."""
    ids, hint = {node.attributes.get("id") for node in root.walk()}, "write the id that is meant, or take it out"
    for node in root.walk():
        for name, target in references.named(node):
            if target not in ids:
                yield node, name, node.attributes[name], f'points at nothing: no element has the id "{target[:40]}"', hint


def _turned(order: str) -> bool:
    """Whether a stroke is painted under its fill."""
    words = [word for word in order.lower().split() if word != "markers"]
    return words[:1] == ["stroke"]


def _changes(name: str, value: str) -> bool:
    """Whether a property of a text changes its letters."""
    if name == "paint-order":  # texts have no stroke
        return False
    if name in _VARIANT:
        return not _VARIANTS.issuperset(value.split())
    if name == "font-feature-settings" and value not in _PLAIN:
        features = [one.replace('"', " ").replace("'", " ").split() for one in value.split(",")]
        return any(words and (words[0] not in _USUAL or words[1:] not in ([], ["1"], ["on"])) for words in features)
    return value == "none" if name == "font-kerning" else value not in _PLAIN


def _begins(template: Template, pieces: tuple[Piece, ...], letters: int) -> float:
    """How wide the first letters of a text are, with its braces, in em of its size."""
    spans = []
    for piece in pieces:
        text = characters.clean(places.written(piece))[:letters]
        letters -= len(text)
        if text:
            spans.append(shaping.Span(text, piece.style, 0))
    return shaping.shape(tuple(spans), template.language).width
