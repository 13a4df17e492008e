"""Curves for ornaments: any function of the plane as a few cubic pieces, and those that engravers use."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin

from studio.drawing import Pen

Place = tuple[float, float]
Curve = Callable[[float], Place]
"""Where a curve is at a time from 0 to 1."""
_SMALL = 1e-5


def trace(curve: Curve, pieces: int, *, closed: bool = False) -> str:
    """The path data of a curve, as this many cubic pieces of equal time, each with the curve's own tangents at its ends."""
    pen = Pen().move(*curve(0.0))
    for index in range(pieces):
        start, end = index / pieces, (index + 1) / pieces
        (ax, ay), (bx, by) = curve(start), curve(end)
        (ux, uy), (vx, vy) = _speed(curve, start, pieces), _speed(curve, end, pieces)
        pen.curve((ax + ux, ay + uy), (bx - vx, by - vy), (bx, by))
    return (pen.close() if closed else pen).data()


def _speed(curve: Curve, time: float, pieces: int) -> Place:
    """A third of what the curve would move in the time of one piece."""
    (ax, ay), (bx, by) = curve(time - _SMALL), curve(time + _SMALL)
    return (bx - ax) / (6 * _SMALL * pieces), (by - ay) / (6 * _SMALL * pieces)


def ring(radius: float, swing: float, lobes: int) -> Curve:
    """A circle whose radius swings in and out."""

    def at(time: float) -> Place:
        angle = 2 * pi * time
        far = radius + swing * cos(lobes * angle)
        return far * cos(angle), far * sin(angle)

    return at


def circle(x: float, y: float, radius: float) -> str:
    """A circle as path data, so that many make one path."""
    return trace(lambda time: (x + radius * cos(2 * pi * time), y + radius * sin(2 * pi * time)), 4, closed=True)


def polar(radius: float, degrees: float) -> Place:
    """A place around the origin. degrees: clockwise from the top."""
    angle = degrees * pi / 180
    return radius * sin(angle), -radius * cos(angle)


def stepped(x: float, y: float, width: float, height: float, step: float, count: int) -> str:
    """A rectangle whose corners go in by steps, like a stair. count: of steps at each corner."""
    right, low, reach = x + width, y + height, step * count
    corners = [(right, y, -1, 1, True), (right, low, -1, -1, False), (x, low, 1, -1, True), (x, y, 1, 1, False)]
    pen = Pen().move(x + reach, y)
    for across, down, inward, downward, level in corners:
        for index in range(count + 1):
            out, along = step * (count - index), step * index
            if level:
                pen.line(across + inward * out, down + downward * along)
                if index < count:
                    pen.line(across + inward * out, down + downward * (along + step))
            else:
                pen.line(across + inward * along, down + downward * out)
                if index < count:
                    pen.line(across + inward * (along + step), down + downward * out)
    return pen.close().data()


def rays(inner: float, outer: float, first: float, last: float, count: int) -> str:
    """Lines away from the origin. first, last: degrees clockwise from the top; count: of lines, both ends included."""
    pen = Pen()
    for index in range(count):
        degrees = first + (last - first) * index / (count - 1)
        pen.move(*polar(inner, degrees)).line(*polar(outer, degrees))
    return pen.data()


def star(points: int, outer: float, inner: float) -> str:
    """A star around the origin, one point up."""
    places = [polar(inner if index % 2 else outer, 180 * index / points) for index in range(2 * points)]
    pen = Pen().move(*places[0])
    for place in places[1:]:
        pen.line(*place)
    return pen.close().data()
