"""What elements of a template point at one another with: <use>, gradients, clips. They are followed with bounds, before anybody draws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from issuer.artwork.template.attributes import REFERENCE
from issuer.artwork.template.markup import Node, Tree, element
from issuer.artwork.template.mistakes import Mistakes
from issuer.errors import Place, TemplateError
from issuer.roster.findings import Code

MAX_REFERENCES = 4  # how deep <use> and clips may point at one another
MAX_DRAWN = 20_000  # elements after every reference is followed; a 2 KB file of nested <use> held CairoSVG for 39 s
_HINT = "draw the shape where it is needed, without <use>"
_INERT_HINTS = {
    "pattern": "draw the shapes as often as they are seen, with <use>; a picture may fill a rectangle, a circle or an ellipse whole, "
    "else make it an <image>",
    "mask": "cut the shape itself, or use <clipPath>",
    "filter": "take the effect (shadow, blur) off, or flatten it into an image",
    "marker": "draw the arrow heads as paths: Path > Stroke to Path",
}


def targets(node: Node) -> Iterator[str]:
    """The ids that an element points at."""
    return (target for _, target in named(node))


def named(node: Node) -> Iterator[tuple[str, str]]:
    """The same, each behind the attribute that has it."""
    href = node.attributes.get("href", "")
    if href.startswith("#"):
        yield "href", href[1:]
    for name, value in node.attributes.items():
        if "url" in value:
            yield from ((name, target) for target in REFERENCE.findall(value))


def check(tree: Tree, shown_as: str, mistakes: Mistakes) -> None:
    """Refuse what points at something that cannot be drawn, or draws a text a second time; then references in a circle, too deep, or to so
    many elements that drawing would take for ever."""
    by_id = {node.attributes["id"]: node for node in tree.root.walk() if "id" in node.attributes}
    for node in tree.root.walk():
        with mistakes.caught():
            for target in targets(node):
                _check_target(node, by_id.get(target), tree.inert.get(target), shown_as)
    with mistakes.caught():
        _Count(by_id, shown_as).cost(tree.root, frozenset())


def _check_target(node: Node, target: Node | None, inert: str | None, shown_as: str) -> None:
    if inert is not None:
        hint = _INERT_HINTS.get(inert, "draw it with paths, shapes and gradients")
        _refuse(shown_as, node, f"<{inert}> cannot be used in a template", hint, Code.TEMPLATE_ELEMENT)
    if node.tag == "use" and target is not None and target.tag in ("text", "tspan"):
        _refuse(shown_as, node, "a text is drawn again with <use>", "copy the text instead of cloning it", Code.TEMPLATE_TEXT)


class _Count:
    """Counts what is drawn."""

    def __init__(self, by_id: dict[str, Node], shown_as: str) -> None:
        self.by_id = by_id
        self.shown_as = shown_as
        self.known: dict[Node, int] = {}

    def cost(self, node: Node, open_ids: frozenset[str]) -> int:
        """How many elements are drawn for this one. open_ids: the references that led here."""
        if node in self.known:
            return self.known[node]
        drawn = 1
        for other, opened in self.followed(node, open_ids):
            drawn += self.cost(other, opened)
            if drawn > MAX_DRAWN:  # checked at every step, so that the counting itself is bounded
                message = f"more than {MAX_DRAWN:,} elements are drawn when references are followed"
                _refuse(self.shown_as, node, message, _HINT, Code.TEMPLATE_LARGE)
        if not open_ids:
            self.known[node] = drawn
        return drawn

    def followed(self, node: Node, open_ids: frozenset[str]) -> Iterator[tuple[Node, frozenset[str]]]:
        yield from ((child, open_ids) for child in node.elements())
        for target in targets(node):
            if target in open_ids:
                _refuse(self.shown_as, node, f'the reference to "{target[:40]}" goes in a circle', _HINT, Code.TEMPLATE_LARGE)
            if target in self.by_id:
                if len(open_ids) >= MAX_REFERENCES:
                    message = f"references are nested more than {MAX_REFERENCES} deep"
                    _refuse(self.shown_as, node, message, _HINT, Code.TEMPLATE_LARGE)
                yield self.by_id[target], open_ids | {target}


def _refuse(shown_as: str, node: Node, message: str, hint: str, code: Code) -> NoReturn:
    raise TemplateError(message, place=Place(shown_as, line=node.line, element=element(node)), hint=hint, code=code)
