"""The shapes of a template that are seen: where they stand, and what they hide of what was drawn before them.

Only upright rectangles, circles, ellipses and pictures are looked at; one that is hidden, without any paint, or clipped away is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from issuer.artwork.template.attributes import REFERENCE
from issuer.artwork.template.lengths import units
from issuer.artwork.template.markup import Node, element
from issuer.artwork.template.presentation import Box
from issuer.artwork.template.slots import is_code
from issuer.artwork.template.transforms import IDENTITY, Matrix, apply, multiply, parse

_UNSEEN = ("defs", "symbol", "clipPath", "linearGradient", "radialGradient", "text")
_INHERITED = {"fill": "#000000", "stroke": "none", "fill-opacity": "1", "stroke-opacity": "1", "visibility": "visible"}


@dataclass(frozen=True, slots=True)
class Shape:
    """box: what is seen of it, in the units of the viewBox; order: how many elements begin before it; opaque: whether it hides what is
    under it, on every certificate; line, element: of the file."""

    tag: str
    box: Box
    order: int
    opaque: bool
    line: int
    element: str

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the page lies in it."""
        across = abs(x - self.box.x - self.box.width / 2) / self.box.width
        down = abs(y - self.box.y - self.box.height / 2) / self.box.height
        return across**2 + down**2 < 0.25 if self.tag in ("circle", "ellipse") else max(across, down) < 0.5


@dataclass(frozen=True, slots=True)
class _Around:
    """What is around an element. paint: what it inherits; clip: None for no clip; whole: whether what is opaque in it stays so."""

    matrix: Matrix
    paint: Mapping[str, str]
    clip: Box | None = None
    whole: bool = True


def seen(root: Node) -> Iterator[Shape]:
    """Every shape that is seen, in the order in which they are drawn."""
    nodes = list(root.walk())
    clips = {node.attributes["id"]: node for node in nodes if node.tag == "clipPath" and "id" in node.attributes}
    yield from _seen(root, _Around(IDENTITY, _INHERITED), clips, {node: number for number, node in enumerate(nodes)})


def extent(node: Node) -> Box | None:
    """The box of a rectangle, circle, ellipse or picture in its own units, None if it has no size."""

    def length(name: str) -> float:
        return units(node.attributes.get(name, "0")) or 0.0

    if node.tag in ("circle", "ellipse"):
        across, down = (length("r"), length("r")) if node.tag == "circle" else (length("rx"), length("ry"))
        found = Box(length("cx") - across, length("cy") - down, 2 * across, 2 * down)
    else:
        found = Box(length("x"), length("y"), length("width"), length("height"))
    return found if found.width > 0 and found.height > 0 else None


def upright(node: Node, matrix: Matrix) -> Box | None:
    """The same on the page, None if it is turned there. matrix: around it."""
    here, own = _transformed(node, matrix), extent(node)
    if own is None or abs(here[1]) + abs(here[2]) >= 1e-6:
        return None
    (left, top), (right, bottom) = apply(here, own.x, own.y), apply(here, own.x + own.width, own.y + own.height)
    return Box(min(left, right), min(top, bottom), abs(right - left), abs(bottom - top))


def _seen(node: Node, around: _Around, clips: Mapping[str, Node], order: Mapping[Node, int]) -> Iterator[Shape]:
    own, named = node.attributes, REFERENCE.findall(node.attributes.get("clip-path", ""))
    if own.get("display") == "none" or _number(own.get("opacity", "1")) == 0:
        return
    paint = {name: own[name] if own.get(name, "inherit") != "inherit" else value for name, value in around.paint.items()}
    whole = around.whole and _number(own.get("opacity", "1")) >= 1 and "data-if" not in own
    here = replace(around, matrix=_transformed(node, around.matrix), paint=paint, whole=whole)
    if named:
        inside = clips[named[0]].elements() if named[0] in clips else []
        clip = upright(inside[0], here.matrix) if len(inside) == 1 and inside[0].tag == "rect" else None
        here = replace(here, clip=_common(here.clip, clip), whole=whole and clip is not None)
    if node.tag in ("rect", "circle", "ellipse", "image") and not is_code(node) and "data-image" not in own and _painted(node, paint):
        box = upright(node, around.matrix)
        if box and (box := _common(here.clip, box)) and box.width > 0 and box.height > 0:
            yield Shape(node.tag, box, order[node], here.whole and _hides(node, paint), node.line, element(node))
    if node.tag not in _UNSEEN:
        for child in node.elements():
            yield from _seen(child, here, clips, order)


def _painted(node: Node, paint: Mapping[str, str]) -> bool:
    parts = (paint[part] != "none" and _number(paint[f"{part}-opacity"]) > 0 for part in ("fill", "stroke"))
    return paint["visibility"] == "visible" and (node.tag == "image" or any(parts))


def _hides(node: Node, paint: Mapping[str, str]) -> bool:
    """Of pictures only a JPEG that fills its box is sure to: a PNG may be a signature upon a line."""
    if node.tag == "image":
        fills = node.attributes.get("preserveAspectRatio", "").split()[-1:] in (["none"], ["slice"])
        return fills and node.attributes.get("href", "").startswith("data:image/jpeg")
    return paint["fill"].startswith("#") and _number(paint["fill-opacity"]) >= 1


def _transformed(node: Node, matrix: Matrix) -> Matrix:
    return multiply(matrix, parse(node.attributes.get("transform", "")) or IDENTITY)


def _number(text: str) -> float:
    found = units(text)
    return 1.0 if found is None else found


def _common(one: Box | None, other: Box | None) -> Box | None:
    """What two boxes have in common, of no size if that is nothing. None: no box, which is everything."""
    if one is None or other is None:
        return one or other
    x, y = max(one.x, other.x), max(one.y, other.y)
    right, bottom = min(one.x + one.width, other.x + other.width), min(one.y + one.height, other.y + other.height)
    return Box(x, y, max(0.0, right - x), max(0.0, bottom - y))
