"""Which kinds there are, on which pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from studio import attendance, course, diploma, distinction, membership, workshop
from studio.drawing import Element
from studio.page import A4, BUSINESS_CARD, CARD, LETTER, Page

FOLDER = Path(__file__).parents[1] / "templates"
_ACROSS, _UPRIGHT, _CARDS = (A4, LETTER), (A4.turned(), LETTER.turned()), (CARD, BUSINESS_CARD)
KINDS: Mapping[str, tuple[Callable[[Page], Element], tuple[Page, ...]]] = {
    "default": (partial(course.draw, words=course.ANYTHING), _ACROSS),
    "course": (course.draw, _ACROSS),
    "distinction": (distinction.draw, _ACROSS),
    "attendance": (attendance.draw, _ACROSS),
    "membership": (membership.draw, _CARDS),
    "diploma": (diploma.draw, _UPRIGHT),
    "workshop": (workshop.draw, _ACROSS),
}
"""Name of a kind → what draws it, and the pages that it is drawn for."""


def files() -> dict[str, str]:
    """File name → text of the SVG, of every kind on every page."""
    return {f"{name}{page.suffix}.svg": draw(page).write() for name, (draw, pages) in KINDS.items() for page in pages}


def write_all() -> None:
    """Write every template."""
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
