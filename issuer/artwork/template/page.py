"""The page of a template: its viewBox, and how large it is on paper (SVG 1.1, section 7.7)."""

from __future__ import annotations

import re
from typing import NoReturn

from issuer.artwork.template.lengths import POINTS_PER_UNIT, numbers, units
from issuer.artwork.template.markup import Node
from issuer.artwork.template.presentation import Box
from issuer.errors import Place, TemplateError
from issuer.roster.findings import Code

_LARGEST = 14_400.0  # points, the largest page of PDF
_SMALLEST = 36.0
_SHAPE = 0.01  # how much width to height may differ from those of the viewBox
# Points. Illustrator and Figma write a page's points without a unit, which SVG would read as pixels.
_SHEETS = {
    "A3": (841.89, 1190.55),
    "A4": (595.28, 841.89),
    "A5": (419.53, 595.28),
    "A6": (297.64, 419.53),
    "Letter": (612, 792),
    "Legal": (612, 1008),
}
_NEARLY = 2.9  # points, 1 mm
_MILLIMETRE = 72 / 25.4  # points
_SHORTEST_SIDE, _LONGEST_SIDE = 80 * _MILLIMETRE, 450 * _MILLIMETRE  # of the longer side of a page: less than a card, more than A3
_USUAL = ((210.0, 297.0), (215.9, 279.4))  # millimetres: A4, US Letter


def size(root: Node, shown_as: str) -> tuple[Box, float, float]:
    """The viewBox, and the width and height of the page in points. Raises TemplateError."""
    box = view_box(root, shown_as)
    texts = [root.attributes.get(name, "100%").strip() for name in ("width", "height")]
    given = [default if text == "100%" else units(text) or 0.0 for text, default in zip(texts, (box.width, box.height), strict=True)]
    if all(text == "100%" or text[-1:].isdigit() for text in texts) and _is_sheet(given[0], given[1]):
        width, height = given
    else:
        width, height = (length * POINTS_PER_UNIT for length in given)
    if all(text == "100%" or text[-1:].isdigit() or text.endswith("px") for text in texts) and not _is_sheet(width, height):
        _refuse_pixels(root, shown_as, box, width, height)
    for name, text, points in zip(("width", "height"), texts, (width, height), strict=True):
        if not _SMALLEST <= points <= _LARGEST:
            _refuse(root, shown_as, f'{name}="{text[:40]}" is not the size of a page', 'write it like width="297mm"')
    if abs(width / height - box.width / box.height) > _SHAPE * box.width / box.height:
        _refuse(root, shown_as, "width and height have another shape than the viewBox", "make their ratios equal")
    return box, width, height


def view_box(root: Node, shown_as: str) -> Box:
    """What an <svg> shows, in its units: its viewBox, else its size. Raises TemplateError."""
    text = root.attributes.get("viewBox") or f"0 0 {root.attributes.get('width', '')} {root.attributes.get('height', '')}"
    found = numbers(text)
    if found is None or len(found) != 4 or found[2] <= 0 or found[3] <= 0:
        hint = (
            'add viewBox="0 0 W H", with the width and height of the drawing in its own units in place of W and H, beside '
            'width="297mm" height="210mm" for A4 landscape'
        )
        _refuse(root, shown_as, "the root has no viewBox of four numbers", hint)
    return Box(*found)


def check_units(root: Node, shown_as: str) -> None:
    """Refuse a page in millimetres and the like without a viewBox: the numbers in it are pixels, and most likely not meant so. For who
    finds that something in it has a wrong size. Raises TemplateError."""
    width, height = (root.attributes.get(name, "").strip() for name in ("width", "height"))
    if "viewBox" not in root.attributes and not (width[-1:].isdigit() or width.endswith("px")):
        across, down = (re.sub(r"[a-z]+$", "", text) for text in (width, height))
        message = f'the page has width="{width[:40]}" and no viewBox: so the numbers in the drawing are pixels, 96 to the inch'
        _refuse(root, shown_as, message, f'add viewBox="0 0 {across[:20]} {down[:20]}", if they are meant as the width and the height are')


def _refuse_pixels(root: Node, shown_as: str, box: Box, width: float, height: float) -> None:
    """Refuse a page that nobody has on paper, where only pixels say how large it is. width, height: points."""
    if _SHORTEST_SIDE <= max(width, height) <= _LONGEST_SIDE or min(width, height) <= 0:
        return
    shape = min(width, height) / max(width, height)
    long, short = next(((long, short) for short, long in _USUAL if abs(short / long - shape) < _SHAPE), (297.0, 297.0 * shape))
    across, down = (long, short) if width >= height else (short, long)
    view = " ".join(f"{round(side, 2):.10g}" for side in (box.x, box.y, box.width, box.height))
    message = f"the page would be {width / _MILLIMETRE:.0f} × {height / _MILLIMETRE:.0f} mm: pixels do not say how large it is on paper"
    _refuse(root, shown_as, message, f'write width="{across:.4g}mm" height="{down:.4g}mm" viewBox="{view}" on the root')


def _is_sheet(width: float, height: float) -> bool:
    short, long = sorted((width, height))
    return any(abs(short - one) < _NEARLY and abs(long - other) < _NEARLY for one, other in _SHEETS.values())


def _refuse(root: Node, shown_as: str, message: str, hint: str) -> NoReturn:
    raise TemplateError(message, place=Place(shown_as, line=root.line, element="<svg>"), hint=hint, code=Code.TEMPLATE_PAGE)
