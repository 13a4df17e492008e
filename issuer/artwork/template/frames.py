"""How much room a text has that names no box: from its anchor to the edges of the page, or of the panel that it stands on.

A panel is a rectangle around the text's anchor, as high as the text at least. A twentieth of it stays free on both sides.
"""

from __future__ import annotations

from math import hypot, inf

from issuer.artwork.template import shapes
from issuer.artwork.template.markup import Node
from issuer.artwork.template.presentation import Box
from issuer.artwork.template.shapes import Shape
from issuer.artwork.template.transforms import IDENTITY, Matrix, apply, parse

_MARGIN = 0.05
_MOST = 200  # panels
_COVERS = 0.01  # of the page: how much smaller a clip may be that clips nothing


def panels(root: Node) -> tuple[Shape, ...]:
    """The rectangles that are seen and not turned, smallest first; of very many the largest."""
    found = [shape for shape in shapes.seen(root) if shape.tag == "rect"]
    return tuple(sorted(found, key=lambda shape: shape.box.width * shape.box.height)[-_MOST:])


def under(edges: tuple[Shape, ...], order: int) -> tuple[Shape, ...]:
    """The panels that a text can stand on: not those that hide it in an editor. order: of the text, as Shape has it."""
    return tuple(panel for panel in edges if not (panel.opaque and panel.order > order))


def covering(root: Node, page: Box) -> frozenset[str]:
    """The ids of the clips that are a rectangle no smaller than the page: Figma puts one around everything."""
    slack = _COVERS * min(page.width, page.height)
    found = set()
    for node in root.walk():
        inside = node.elements()
        if node.tag == "clipPath" and len(inside) == 1 and inside[0].tag == "rect" and "id" in node.attributes:
            box = shapes.upright(inside[0], parse(node.attributes.get("transform", "")) or IDENTITY)
            if box is not None and _within(page, box, slack):
                found.add(node.attributes["id"])
    return frozenset(found)


def room(x: float, y: float, size: float, matrix: Matrix, edges: tuple[Shape, ...], page: Box) -> tuple[float, float, Shape | None]:
    """How far a text may reach to the left and to the right of its anchor, in its own units, and the panel that it stands on. x, y: the
    anchor; size: font-size; edges: the panels of the page."""
    here = apply(matrix, x, y - 0.3 * size)
    along = apply(matrix, x + 1, y - 0.3 * size)
    step = (along[0] - here[0], along[1] - here[1])
    length = hypot(*step)
    if not length:
        return inf, inf, None
    high = size * hypot(matrix[2], matrix[3])
    on = next((one for one in edges if min(one.box.width, one.box.height) >= high and one.holds(*here)), None)
    panel = on.box if on else page
    margin = _MARGIN * panel.width
    inner = Box(panel.x + margin, panel.y, panel.width - 2 * margin, panel.height)
    left, right = (_reach(inner, here, (sign * step[0], sign * step[1])) for sign in (-1, 1))
    return left, right, on


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
