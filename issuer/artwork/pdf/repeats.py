"""Shapes that artwork draws more than once, such as the parts of a border: kept once, drawn again where they stand.

cairo writes every copy out. What is the same shape moved, turned or mirrored is found again by its points: two paths with the same
operators are copies if one affine map takes all points of one to within a hair of those of the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from issuer.artwork.pdf.syntax import exact, number

Points = NDArray[np.floating[Any]]
_OPERANDS = {b"m": 2, b"l": 2, b"c": 6, b"v": 4, b"y": 4, b"h": 0}
_STROKE, _FILL = frozenset((b"S", b"s")), frozenset((b"f", b"f*"))
_HAIR = 0.02  # points: cairo's own rounding, twice
_UNTURNED = 0.004  # of a stroke's width may change
_WORTH = 8  # points that a shape must have to be kept
_MOST = 12  # different shapes with the same operators that are compared
_MARGIN = 20.0  # around the points of a shape, for the width of its stroke


@dataclass(slots=True, eq=False)
class Shape:
    """A path that was seen first. operators: with the painting one last; back: pseudo-inverse of its points."""

    operators: tuple[bytes, ...]
    points: Points
    back: Points

    def content(self) -> bytes:
        """The operators that draw it."""
        return b"\n".join(written(self.operators, self.points))

    def box(self) -> str:
        """The /BBox of a form that holds it."""
        low, high = self.points.min(axis=0) - _MARGIN, self.points.max(axis=0) + _MARGIN
        return " ".join(number(float(value)) for value in (*low, *high))


@dataclass(slots=True)
class Shapes:
    """All shapes of one drawing."""

    known: dict[tuple[bytes, ...], list[Shape]] = field(default_factory=dict)
    uses: Counter[Shape] = field(default_factory=Counter)

    def place(self, operators: tuple[bytes, ...], points: Points) -> tuple[Shape, str] | None:
        """The shape of a path and the operands of cm that put it there; None if it is not worth it."""
        if len(points) < _WORTH or operators[-1] not in _STROKE | _FILL:
            return None
        masters = self.known.setdefault(operators, [])
        for master in masters:
            matrix = _map(master, points, rigid=operators[-1] in _STROKE)
            if matrix is not None:
                self.uses[master] += 1
                return master, matrix
        if len(masters) == _MOST:
            return None
        master = Shape(operators, points, np.linalg.pinv(_homogeneous(points)))
        masters.append(master)
        self.uses[master] += 1
        return master, ""


def _homogeneous(points: Points) -> Points:
    return np.column_stack((points, np.ones(len(points))))


def _map(master: Shape, points: Points, *, rigid: bool) -> str | None:
    """The operands of cm that take master's points to these. rigid: lengths must stay."""
    step = points - master.points
    moved = step.mean(axis=0)
    if np.abs(step - moved).max() < _HAIR:
        return f"1 0 0 1 {number(float(moved[0]))} {number(float(moved[1]))}"
    found = master.back @ points
    turn = found[:2]
    if rigid and np.abs(turn @ turn.T - np.eye(2)).max() > 2 * _UNTURNED:
        return None
    if abs(np.linalg.det(turn)) < 0.01 or np.abs(_homogeneous(master.points) @ found - points).max() > _HAIR:
        return None
    return " ".join([*(exact(float(value)) for value in turn.flat), *(number(float(value)) for value in found[2])])


def written(operators: tuple[bytes, ...], points: Points) -> Iterator[bytes]:
    """A path as operators with two decimals, 1/7200 inch: cairo writes six digits."""
    values = [number(float(value)).encode("ascii") for value in points.flat]
    at = 0
    for operator in operators:
        count = _OPERANDS.get(operator, 0)
        yield b" ".join([*values[at : at + count], operator])
        at += count


def operands(operator: bytes) -> int | None:
    """How many operands a path operator has, None if it is none of those that shapes are made of."""
    return _OPERANDS.get(operator)
