"""Fewer curves for the same line: neighbours become one quadratic curve, or a straight line, where nobody can see it.

A TrueType outline has two or three curves where a designer drew one, and a serif has many that are shorter than a printer's dot. A merged
curve begins and ends where its first and last did, in their directions, so that smooth joints stay smooth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

Point = tuple[float, float]
Curve = tuple[Point, ...]  # a line of two points, a quadratic curve of three, a cubic one of four
_TRIES = 3  # so many more curves are tried after one that could not be merged: the next may close a bump
_BESIDE = 0.1  # how far beyond its ends a curve is compared, as a part of its length
_FLAT = 1e-9


def merged(curves: Sequence[Curve], tolerance: float) -> Iterator[Curve]:
    """A contour's curves in order, with as few as possible. tolerance: how far the new line may be from the old one. Cubic ones stay."""
    at, steps = 0, [_steps(curve) for curve in curves]
    while at < len(curves):
        best, length = curves[at], 1
        passed: list[Point] = []
        x, y = next((step for few in steps[at:] for step in few), (0.0, 0.0))
        for end, curve in enumerate(curves[at:], at + 1):
            if len(curve) == 4 or end - at > length + _TRIES:
                break
            # Within a right angle of where it sets out: the two strokes of a V lie near a curve that bends far away.
            if any(x * step_x + y * step_y < 0 for step_x, step_y in steps[end - 1]):
                break
            passed += _points(curve)
            one = _one(curves[at][0], curves[at][1], curve, passed, tolerance)
            if one:
                best, length = one, end - at
        yield best
        at += length


def _steps(curve: Curve) -> list[Point]:
    """From each of its points to the next, if that is another."""
    return [(end[0] - start[0], end[1] - start[1]) for start, end in pairwise(curve) if start != end]


def _points(curve: Curve) -> list[Point]:
    """The middle and the end of a curve."""
    if len(curve) == 2:
        (ax, ay), (cx, cy) = curve
        return [((ax + cx) / 2, (ay + cy) / 2), curve[1]]
    (ax, ay), (bx, by), (cx, cy) = curve
    return [((ax + 2 * bx + cx) / 4, (ay + 2 * by + cy) / 4), curve[2]]


def _one(start: Point, towards: Point, last: Curve, passed: Sequence[Point], tolerance: float) -> Curve | None:
    """One line or curve from start, in the direction of towards, to the end of last, if all points that it passes are near it."""
    (x, y), (end_x, end_y) = start, last[-1]
    if _straight(start, last[-1], passed, tolerance):
        return start, last[-1]
    out_x, out_y = towards[0] - x, towards[1] - y
    in_x, in_y = last[-2][0] - end_x, last[-2][1] - end_y
    turn = out_x * in_y - out_y * in_x
    if abs(turn) < _FLAT:
        return None
    ahead = ((end_x - x) * in_y - (end_y - y) * in_x) / turn
    behind = ((end_x - x) * out_y - (end_y - y) * out_x) / turn
    if ahead <= 0 or behind <= 0:
        return None
    curve = start, (x + ahead * out_x, y + ahead * out_y), last[-1]
    return curve if _near(curve, passed, tolerance) else None


def _straight(start: Point, end: Point, passed: Sequence[Point], tolerance: float) -> bool:
    """Whether the points lie on the line from start to end."""
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    square = along_x * along_x + along_y * along_y
    if not square:
        return False
    limit = tolerance * square**0.5
    for x, y in passed:
        x, y = x - start[0], y - start[1]
        if abs(x * along_y - y * along_x) > limit or not -0.01 * square <= x * along_x + y * along_y <= 1.01 * square:
            return False
    return True


def _near(curve: Curve, passed: Sequence[Point], tolerance: float) -> bool:
    """Whether the points lie on a quadratic curve.

    With p = start + v (control - start) + w (end - start) and u = 1 - v - w the curve is where f = v² - 4 u w is 0, and |f| / |grad f| is
    how far p is from it, nearly.
    """
    (x0, y0), (x1, y1), (x2, y2) = curve
    ax, ay, bx, by = x1 - x0, y1 - y0, x2 - x0, y2 - y0
    area = ax * by - ay * bx
    if abs(area) < _FLAT:
        return False
    vx, vy, wx, wy = by / area, -bx / area, -ay / area, ax / area
    for x, y in passed:
        v, w = vx * (x - x0) + vy * (y - y0), wx * (x - x0) + wy * (y - y0)
        u = 1 - v - w
        off = v * v - 4 * u * w
        grad_x, grad_y = 2 * v * vx + 4 * w * (vx + wx) - 4 * u * wx, 2 * v * vy + 4 * w * (vy + wy) - 4 * u * wy
        if off * off > tolerance * tolerance * (grad_x * grad_x + grad_y * grad_y) or min(u, v, w) < -_BESIDE:
            return False
    return True
