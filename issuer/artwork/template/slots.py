"""The places that a template keeps free: for the QR code, and for pictures.

<rect data-field="qr" …/>                 the QR code, with its quiet zone, as large as the rectangle
<rect data-image="logo" …/>               a picture of the brand, or the one that the field of this name names; <image> does it too
data-align="left top"                     where a picture stands that has another shape; default: in the middle
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from issuer.artwork.template import code_places
from issuer.artwork.template.lengths import units
from issuer.artwork.template.markup import Node, element
from issuer.artwork.template.mistakes import Mistakes
from issuer.artwork.template.presentation import Box
from issuer.artwork.template.transforms import IDENTITY, Matrix, multiply, parse
from issuer.errors import Place, TemplateError
from issuer.roster.findings import Code as Finding

MAX_IMAGES = 12
_SMALLEST_QR = 42.0  # points, 15 mm: smaller ones are hard to scan from paper
_GOOD_QR = 25 * 72 / 25.4
_MILLIMETRE = 72 / 25.4  # points
_SHAPES = ("g", "rect", "image", "circle", "ellipse", "path", "polygon", "use")
_NO_SHAPES = ("g", "text", "tspan", "title", "desc")
_SQUARE = 0.02  # how much width and height may differ
_DARK = 3 * 0x60  # the most that red, green and blue may be together
_ACROSS = {"left": 0.0, "center": 0.5, "right": 1.0}
_DOWN = {"top": 0.0, "middle": 0.5, "bottom": 1.0}
_CALLED_QR = re.compile(r"_?qr(?:[-_]\d{1,3}_?)?", re.IGNORECASE)
_Found = tuple[Node, Matrix, str]
"""An element, what transforms it, and the element that keeps it from being drawn, "" for none."""
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
QR_HINT = 'write <rect data-field="qr" x="…" y="…" width="…" height="…"/>'


@dataclass(frozen=True, slots=True)
class Code:
    """Where the QR code stands: a square in the template's units, with its quiet zone. line: in the template's file."""

    x: float
    y: float
    size: float
    dark: str
    light: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class ImageSlot:
    """Where a picture stands. name: of the picture, or of the field that names it; box: in the units around it; across, down: which share
    of the room that a picture of another shape leaves is left of it and above it, 0 to 1."""

    name: str
    box: Box
    across: float
    down: float
    line: int


def is_code(node: Node) -> bool:
    """Whether an element is the place of the QR code."""
    return "data-qr" in node.attributes or node.attributes.get("data-field") == "qr"


def adopt_code(root: Node) -> None:
    """Make a <rect> called qr the place of the QR code, if no other is: Figma and Illustrator write the names of layers as ids, and no
    data-*. There it is a placeholder of any colour. Illustrator writes a layer as a group: what it is called, its only <rect> is."""
    nodes = list(root.walk())
    for node in nodes:
        if node.tag == "g" and is_code(node) and (rect := _alone(node)):
            rect.attributes |= {name: node.attributes.pop(name) for name in ("data-field", "data-qr") if name in node.attributes}
    if any(is_code(node) for node in nodes):
        return
    for node in nodes:
        found = (_alone(node) if node.tag == "g" else node) if is_called_qr(node) else None
        if found and found.tag == "rect":
            found.attributes["data-field"] = "qr"
            if not is_dark(found.attributes.get("fill", "#000000")):
                found.attributes["fill"] = "#000000"
            return


def _alone(group: Node) -> Node | None:
    """The <rect> of a group that holds no other shape; texts may stand beside it."""
    shapes = [node for node in group.walk() if node.tag not in _NO_SHAPES]
    return shapes[0] if len(shapes) == 1 and shapes[0].tag == "rect" else None


def is_called_qr(node: Node) -> bool:
    """Whether its layer in a drawing program is called qr."""
    return bool(_CALLED_QR.fullmatch(node.attributes.get("id", "")))


def is_dark(colour: str) -> bool:
    """Whether scanners tell a colour from white. colour: #rrggbb, anything else is not dark."""
    return bool(re.fullmatch(r"#[0-9a-fA-F]{6}", colour)) and sum(int(colour[at : at + 2], 16) for at in (1, 3, 5)) <= _DARK


def images(root: Node, shown_as: str, mistakes: Mistakes) -> list[ImageSlot]:
    """The slots for pictures, in document order."""
    found = []
    for node in root.walk():
        if "data-image" in node.attributes:
            with mistakes.caught():
                found.append(image(node, shown_as))
                if len(found) > MAX_IMAGES:
                    _refuse(node, shown_as, f"the template has more than {MAX_IMAGES} pictures", "a few are enough", Finding.TEMPLATE_LARGE)
    return found


def image(node: Node, shown_as: str) -> ImageSlot:
    """The slot that an element with data-image is. Raises TemplateError."""
    name, words = node.attributes["data-image"], node.attributes.get("data-align", "").split()
    if node.tag not in ("rect", "image") or not _NAME.fullmatch(name):
        _refuse(
            node,
            shown_as,
            "data-image is not a name on a <rect> or an <image>",
            'write <rect data-image="logo" …/>',
            Finding.TEMPLATE_PICTURE,
        )
    across, down = [word for word in words if word in _ACROSS], [word for word in words if word in _DOWN]
    if len(across) > 1 or len(down) > 1 or len(across) + len(down) < len(words):
        hint = "write left, center or right, and top, middle or bottom"
        _refuse(node, shown_as, f'data-align="{" ".join(words)[:40]}" of a picture is unknown', hint, Finding.TEMPLATE_ATTRIBUTE)
    x, y, width, height = (units(node.attributes.get(side, "0")) for side in ("x", "y", "width", "height"))
    if x is None or y is None or not width or not height or width < 0 or height < 0:
        _refuse(node, shown_as, "the place of a picture has no size", "give it x, y, width and height", Finding.TEMPLATE_PICTURE)
    return ImageSlot(name, Box(x, y, width, height), _ACROSS[(across or ["center"])[0]], _DOWN[(down or ["middle"])[0]], node.line)


def code(root: Node, shown_as: str, view: Box, points: float) -> Code | None:
    """The place of the QR code, None if there is none. view: the viewBox; points: one unit of it. Raises TemplateError."""
    found = list(_codes(root, IDENTITY, ""))
    asked = [one for one in found if is_code(one[0])]
    for node, matrix, inside in asked or found:  # without a place, a shape that is called qr is meant to be one
        if node.tag != "rect" or node.attributes.get("data-qr", "url") != "url" or inside:
            where = f"inside {inside}, which is not drawn" if inside else f"a <{node.tag}>, not a <rect>"
            where = where if inside or node.tag != "rect" else f'data-qr="{node.attributes["data-qr"][:40]}", which is unknown'
            instead = code_places.square(node, matrix, view, points)
            _refuse(node, shown_as, f"the place of the QR code is {where}", f"draw in its place, right inside <svg>: {instead}")
    if not asked:
        return None
    if second := next(iter((*asked[1:], *_left_black(found, asked[0], view))), None):
        first = asked[0][0]
        message = f"the template has more than one place for the QR code: the other is {element(first)} in line {first.line}"
        _refuse(second[0], shown_as, message, "keep one, and take the other out; or give it another id, if it is no place for the code")
    node, matrix, _ = asked[0]
    return _square(node, matrix, shown_as, view, points)


def _left_black(found: list[_Found], asked: _Found, view: Box) -> Iterator[_Found]:
    """The <rect>s that are called qr as well, and would stay the black squares that they are: not those that lie under the code."""
    place = code_places.area(asked[0], asked[1], view)
    for node, matrix, inside in found:
        dark = node.tag == "rect" and not is_code(node) and is_dark(node.attributes.get("fill", "#000000"))
        area = code_places.area(node, matrix, view) if dark and not inside else None
        if place and area and not place.meets(area):
            yield node, matrix, inside


def _square(node: Node, matrix: Matrix, shown_as: str, view: Box, points: float) -> Code:
    instead = f"draw in its place, right inside <svg> and in no group: {code_places.square(node, matrix, view, points)}"
    x, y, width, height = (units(node.attributes.get(side, "0")) for side in ("x", "y", "width", "height"))
    if x is None or y is None or width is None or height is None:
        _refuse(node, shown_as, "the QR code's x, y, width and height are not plain numbers", instead)
    a, b, c, d, e, f = matrix
    if abs(b) + abs(c) > 1e-6 * (abs(a) + abs(d)) or a <= 0 or abs(a - d) > _SQUARE * a:
        _refuse(node, shown_as, "the QR code is turned or stretched by a transform", instead)
    wide, high = width * a, height * d
    size = min(wide, high)
    if size * points < _SMALLEST_QR or abs(wide - high) > _SQUARE * size:
        side = code_places.written((size if size * points >= _SMALLEST_QR else _GOOD_QR / points) / a)
        shape = f"{wide * points / _MILLIMETRE:.0f} × {high * points / _MILLIMETRE:.0f} mm"
        message = f"the QR code is {shape}, not a square of at least 15 mm"
        _refuse(node, shown_as, message, f'give it width="{side}" height="{side}", and room for them')
    dark = node.attributes.get("fill", "#000000")
    if not is_dark(dark):
        message, hint = f'fill="{dark[:40]}" of the QR code is not a dark colour', "scanners need contrast: use #000000 or near it"
        _refuse(node, shown_as, message, hint, Finding.TEMPLATE_QR_CONTRAST)
    return Code(a * x + e + (wide - size) / 2, d * y + f + (high - size) / 2, size, dark.lower(), "#ffffff", node.line)


def _codes(node: Node, matrix: Matrix, inside: str) -> Iterator[_Found]:
    """Every element that asks for the QR code, and every shape that is called so."""
    step = parse(node.attributes.get("transform", ""))
    here = multiply(matrix, step) if step else matrix
    if is_code(node) or (node.tag in _SHAPES and is_called_qr(node)):
        yield node, here, inside
    if node.tag in ("defs", "symbol", "clipPath") or node.attributes.get("display") == "none":
        inside = element(node)
    for child in node.elements():
        yield from _codes(child, here, inside)


def _refuse(node: Node, shown_as: str, message: str, hint: str, code: Finding = Finding.TEMPLATE_QR) -> NoReturn:
    raise TemplateError(message, place=Place(shown_as, line=node.line, element=element(node)), hint=hint, code=code)
