"""Lengths in an SVG: numbers with and without units, and the size of the page (SVG 1.1, sections 7.7 and 7.10)."""

from __future__ import annotations

import re

from issuer.artwork.template.markup import Node
from issuer.artwork.template.presentation import Box
from issuer.errors import Place, TemplateError
from issuer.roster.findings import Code

_POINTS = {"": 0.75, "px": 0.75, "pt": 1.0, "pc": 12.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}
_LENGTH = re.compile(r"\s*([-+]?(?:\d{1,6}(?:\.\d{0,12})?|\.\d{1,12})(?:[eE]-\d{1,2})?)\s*(px|pt|pc|mm|cm|in|)\s*", re.ASCII)
_LARGEST = 14_400.0  # points, the largest page of PDF
_SMALLEST = 36.0
_SHAPE = 0.01  # how much width to height may differ from those of the viewBox


def units(text: str) -> float | None:
    """A length in user units: a number, or one with px, pt, pc, mm, cm or in, of which 96 px are an inch. None for anything else."""
    match = _LENGTH.fullmatch(text)
    return float(match.group(1)) * _POINTS[match.group(2)] / 0.75 if match else None


def view_box(root: Node, shown_as: str) -> tuple[float, float, float, float]:
    """x, y, width and height of what an <svg> shows, in its units: its viewBox, else its size. Raises TemplateError."""
    texts = root.attributes.get("viewBox", "").replace(",", " ").split()
    if not texts:
        texts = ["0", "0", root.attributes.get("width", ""), root.attributes.get("height", "")]
    numbers = [number for text in texts if (number := units(text)) is not None]
    if len(texts) != 4 or len(numbers) != 4 or numbers[2] <= 0 or numbers[3] <= 0:
        hint = 'for A4 landscape: width="297mm" height="210mm" viewBox="0 0 841.89 595.28"'
        raise TemplateError("the root has no viewBox of four numbers", place=_place(root, shown_as), hint=hint, code=Code.TEMPLATE_PAGE)
    return numbers[0], numbers[1], numbers[2], numbers[3]


def page(root: Node, shown_as: str) -> tuple[Box, float, float]:
    """The viewBox, and the width and height of the page in points. Raises TemplateError."""
    box = Box(*view_box(root, shown_as))
    width, height = _size(root, "width", box.width, shown_as), _size(root, "height", box.height, shown_as)
    if abs(width / height - box.width / box.height) > _SHAPE * box.width / box.height:
        message = "width and height have another shape than the viewBox"
        raise TemplateError(message, place=_place(root, shown_as), hint="make their ratios equal", code=Code.TEMPLATE_PAGE)
    return box, width, height


def _size(root: Node, name: str, default: float, shown_as: str) -> float:
    text = root.attributes.get(name, "100%")
    length = default if text == "100%" else units(text)
    points = 0.0 if length is None else length * 0.75
    if not _SMALLEST <= points <= _LARGEST:
        hint = 'write it like width="297mm"'
        raise TemplateError(
            f'{name}="{text[:40]}" is not the size of a page', place=_place(root, shown_as), hint=hint, code=Code.TEMPLATE_PAGE
        )
    return points


def _place(root: Node, shown_as: str) -> Place:
    return Place(shown_as, line=root.line, element="<svg>")
