"""How much room a text has that names no box: from its anchor to the edges of the page, or of the panel that it stands on.

A panel is a rectangle around the text's anchor, as high as the text at least. A twentieth of it stays free on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot, inf

from issuer.artwork.template.lengths import units
from issuer.artwork.template.markup import Node
from issuer.artwork.template.presentation import Box
from issuer.artwork.template.slots import is_code
from issuer.artwork.template.transforms import IDENTITY, Matrix, apply, multiply, parse

_MARGIN = 0.05
_UNSEEN = ("defs", "symbol", "clipPath", "linearGradient", "radialGradient", "text")
_MOST = 200  # panels
_COVERS = 0.01  # of the page: how much smaller a clip may be that clips nothing


def panels(root: Node) -> tuple[Box, ...]:
    """The rectangles that are drawn and not turned, in the units of the viewBox, smallest first; of very many the largest."""
    found = [box for box in _rectangles(root, IDENTITY) if box.width > 0 and box.height > 0]
    return tuple(sorted(found, key=lambda box: box.width * box.height)[-_MOST:])


def covering(root: Node, page: Box) -> frozenset[str]:
    """The ids of the clips that are a rectangle no smaller than the page: Figma puts one around everything."""
    slack = _COVERS * min(page.width, page.height)
    found = set()
    for node in root.walk():
        inside = node.elements()
        if node.tag == "clipPath" and len(inside) == 1 and inside[0].tag == "rect" and "id" in node.attributes:
            box = next(_rectangles(inside[0], parse(node.attributes.get("transform", "")) or IDENTITY), None)
            if box is not None and _within(page, box, slack):
                found.add(node.attributes["id"])
    return frozenset(found)


def room(x: float, y: float, size: float, matrix: Matrix, edges: tuple[Box, ...], page: Box) -> tuple[float, float]:
    """How far a text may reach to the left and to the right of its anchor, in its own units. x, y: the anchor; size: font-size; edges: the
    panels of the page."""
    here = apply(matrix, x, y - 0.3 * size)
    along = apply(matrix, x + 1, y - 0.3 * size)
    step = (along[0] - here[0], along[1] - here[1])
    length = hypot(*step)
    if not length:
        return inf, inf
    high = size * hypot(matrix[2], matrix[3])
    panel = next((box for box in (*edges, page) if min(box.width, box.height) >= high and _holds(box, here)), page)
    margin = _MARGIN * panel.width
    inner = Box(panel.x + margin, panel.y, panel.width - 2 * margin, panel.height)
    left, right = (_reach(inner, here, (sign * step[0], sign * step[1])) for sign in (-1, 1))
    return left, right


def _rectangles(node: Node, matrix: Matrix) -> Iterator[Box]:
    step = parse(node.attributes.get("transform", ""))
    here = multiply(matrix, step) if step else matrix
    if node.tag == "rect" and not is_code(node) and "data-image" not in node.attributes:
        x, y, width, height = (units(node.attributes.get(side, "0")) for side in ("x", "y", "width", "height"))
        if x is not None and y is not None and width and height and abs(here[1]) + abs(here[2]) < 1e-6:
            (left, top), (right, bottom) = apply(here, x, y), apply(here, x + width, y + height)
            yield Box(min(left, right), min(top, bottom), abs(right - left), abs(bottom - top))
    if node.tag not in _UNSEEN:
        for child in node.elements():
            yield from _rectangles(child, here)


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box.x < point[0] < box.x + box.width and box.y < point[1] < box.y + box.height


def _within(inner: Box, outer: Box, slack: float) -> bool:
    return (
        outer.x <= inner.x + slack
        and outer.y <= inner.y + slack
        and outer.x + outer.width >= inner.x + inner.width - slack
        and outer.y + outer.height >= inner.y + inner.height - slack
    )


def _reach(box: Box, point: tuple[float, float], step: tuple[float, float]) -> float:
    """How many steps from a point until the edge of a box; infinite if the point is outside."""
    found = inf
    for at, move, low, size in zip(point, step, (box.x, box.y), (box.width, box.height), strict=True):
        if move:
            found = min(found, ((low + size if move > 0 else low) - at) / move)
    return found if found > 0 else inf
