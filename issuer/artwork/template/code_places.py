"""What to draw where the place of the QR code cannot be one: the square that stands where the odd shape is, ready to be written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from issuer.artwork.template.lengths import units
from issuer.artwork.template.markup import Node
from issuer.artwork.template.presentation import Box
from issuer.artwork.template.transforms import IDENTITY, Matrix, apply, multiply, parse

_ABSOLUTE = re.compile(r"[MLHVZz\d\s.,-]{1,400}", re.ASCII)
_COMMAND = re.compile(r"([MLHV])([^MLHV]*)")
_NUMBER = re.compile(r"-?(?:\d{1,6}(?:\.\d{0,9})?|\.\d{1,9})", re.ASCII)
_SMALLEST = 42.0  # points, 15 mm
_GOOD = 25 * 72 / 25.4  # points
_MARGIN = 15 * 72 / 25.4  # points from the corner, where nothing says where else


def square(node: Node, matrix: Matrix, view: Box, points: float) -> str:
    """A <rect> right inside <svg>, in the middle of what an element shows; in the lower right corner if that cannot be told. matrix: that
    transforms the element; view: the viewBox; points: one unit of it."""
    shown = area(node, matrix, view)
    side = _GOOD / points
    x = view.x + view.width - _MARGIN / points - side
    y = view.y + view.height - _MARGIN / points - side
    if shown:
        if min(shown.width, shown.height) * points >= _SMALLEST:
            side = min(shown.width, shown.height)
        x = min(max(shown.x + (shown.width - side) / 2, view.x), view.x + view.width - side)
        y = min(max(shown.y + (shown.height - side) / 2, view.y), view.y + view.height - side)
    return f'<rect data-field="qr" x="{written(x)}" y="{written(y)}" width="{written(side)}" height="{written(side)}"/>'


def area(node: Node, matrix: Matrix, view: Box) -> Box | None:
    """The box around what an element shows, on the page; None if that cannot be told. As square has them."""
    corners = list(_corners(node, matrix, view))
    if not corners:
        return None
    x, y = min(x for x, _ in corners), min(y for _, y in corners)
    return Box(x, y, max(x for x, _ in corners) - x, max(y for _, y in corners) - y)


def written(value: float) -> str:
    """A number as people write it."""
    return f"{round(value, 2):g}" if abs(value) < 1_000 else f"{value:.0f}"


def _corners(node: Node, matrix: Matrix, view: Box) -> Iterator[tuple[float, float]]:
    """The corners of every shape of an element whose size is told by attributes, on the page."""
    box = _box(node, view)
    if box is not None:
        yield from (apply(matrix, x, y) for x in (box.x, box.x + box.width) for y in (box.y, box.y + box.height))
    for child in node.elements():
        yield from _corners(child, multiply(matrix, parse(child.attributes.get("transform", "")) or IDENTITY), view)


def _straight(data: str) -> Box | None:
    """The box around a path of lines to places that are written out, as Figma has its squares; None for others."""
    if not data or _ABSOLUTE.fullmatch(data) is None:
        return None
    xs, ys = [], []
    for command, text in _COMMAND.findall(data):
        numbers = [float(number) for number in _NUMBER.findall(text)]
        xs += numbers if command == "H" else [] if command == "V" else numbers[::2]
        ys += numbers if command == "V" else [] if command == "H" else numbers[1::2]
    if not xs or not ys:
        return None
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _box(node: Node, view: Box) -> Box | None:
    def length(name: str, whole: float) -> float:
        text = node.attributes.get(name, "0").strip()
        share = units(text[:-1]) if text.endswith("%") else None
        return share * whole / 100 if share is not None else units(text) or 0.0

    if node.tag in ("circle", "ellipse"):
        across, down = (length("r", view.width),) * 2 if node.tag == "circle" else (length("rx", view.width), length("ry", view.height))
        x, y = length("cx", view.width) - across, length("cy", view.height) - down
        width, height = 2 * across, 2 * down
    elif node.tag in ("rect", "image", "use"):
        x, y = length("x", view.width), length("y", view.height)
        width, height = length("width", view.width), length("height", view.height)
    elif node.tag == "path":
        return _straight(node.attributes.get("d", ""))
    else:
        return None
    return Box(x, y, width, height) if width > 0 and height > 0 else None
