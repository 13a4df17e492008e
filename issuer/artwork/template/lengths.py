"""Lengths in an SVG: numbers with and without units (SVG 1.1, section 7.10)."""

from __future__ import annotations

import re

POINTS_PER_UNIT = 0.75
"""SVG counts 96 units to the inch, as CSS does."""
_POINTS = {"": 0.75, "px": 0.75, "pt": 1.0, "pc": 12.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "q": 72 / 101.6}
_LENGTH = re.compile(
    r"\s*([-+]?(?:\d{1,6}(?:\.\d{0,15})?|\.\d{1,15})(?:e-\d{1,2}|e\+?\d)?)\s*(px|pt|pc|mm|cm|in|q|)\s*", re.ASCII | re.IGNORECASE
)


def units(text: str) -> float | None:
    """A length in user units: a number, or one with px, pt, pc, mm, cm, q or in. None for anything else."""
    match = _LENGTH.fullmatch(text)
    return float(match.group(1)) * _POINTS[match.group(2).lower()] / POINTS_PER_UNIT if match else None


def numbers(text: str) -> list[float] | None:
    """Lengths with spaces or commas between, in user units. None if one of them is none."""
    found = [units(part) for part in text.replace(",", " ").split()]
    return None if None in found else [number for number in found if number is not None]
