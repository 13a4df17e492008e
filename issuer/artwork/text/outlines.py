"""Glyphs as SVG path data, y downwards: whole numbers and relative commands.

Outlines are most of what a certificate's file holds, so they are written short: without what cannot be seen at the size of the text, and
with `t` and `s`, which draw a smooth curve without its first control point.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import uharfbuzz as hb

from issuer.artwork.text.fonts import Face
from issuer.artwork.text.merging import Curve, Point, merged

_NEAR = 1  # units that a control point may be off


def number(value: float) -> str:
    """A number with at most two decimals, as short as it can be written."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    if text.startswith(("0.", "-0.")):
        return text.replace("0", "", 1)
    return "0" if text == "-0" else text


def outline(face: Face, glyph: int, scale: float = 1.0, tolerance: float = 0.0) -> str:
    """The outline of a glyph from its origin; "" for a blank. scale: its units per font unit; tolerance: how many it may differ."""
    reader, writer = _Reader(scale), _Writer()
    face.font.draw_glyph(glyph, _FUNCTIONS, reader)
    for start, curves in reader.contours:
        writer.contour(start, merged(curves, tolerance))
    return "".join(writer.parts)


class _Writer:
    """Writes contours. x, y: the last position; mirror: where the next control point is if the curve goes on smoothly, and the command
    that draws it so."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.x = self.y = 0
        self.command = ""
        self.mirror = ("", 0, 0)

    def contour(self, start: Point, curves: Iterable[Curve]) -> None:
        """A closed contour."""
        self.add("m" if self.parts else "M", _whole(start))
        begin = self.x, self.y
        for curve in curves:
            (self.line, self.quadratic, self.cubic)[len(curve) - 2](*curve[1:])
        self.parts.append("z")
        self.command = ""
        self.x, self.y = begin
        self.mirror = ("", 0, 0)

    def add(self, command: str, *points: tuple[int, int]) -> None:
        """Add a command. points: absolute. A command that stands there already is not repeated."""
        text = "" if command == self.command else command
        for x, y in points:
            for step in (x - self.x, y - self.y):
                text += f"{step}" if step < 0 or text == command else f" {step}"
        self.parts.append(text)
        self.command = command
        self.x, self.y = points[-1]

    def line(self, end: Point) -> None:
        """A straight line."""
        x, y = _whole(end)
        if x != self.x and y != self.y:
            self.add("l", (x, y))
        elif (x, y) != (self.x, self.y):
            self.command = "h" if y == self.y else "v"
            self.parts.append(f"{self.command}{x - self.x + y - self.y}")
            self.x, self.y = x, y
        self.mirror = ("", 0, 0)

    def quadratic(self, control: Point, end: Point) -> None:
        """A quadratic curve. Those of TrueType end halfway between two control points: a half is rounded so that `t` finds the next."""
        wanted = _whole(control)
        if self.smooth("t", wanted):
            _, x, y = self.mirror
            end_x, end_y = _halfway(end[0], x - wanted[0]), _halfway(end[1], y - wanted[1])
            self.add("t", (end_x, end_y))
        else:
            x, y = wanted
            end_x, end_y = _whole(end)
            self.add("q", wanted, (end_x, end_y))
        self.mirror = "t", 2 * end_x - x, 2 * end_y - y

    def cubic(self, first: Point, second: Point, end: Point) -> None:
        """A cubic curve."""
        wanted, (x, y), (end_x, end_y) = _whole(first), _whole(second), _whole(end)
        if self.smooth("s", wanted):
            self.add("s", (x, y), (end_x, end_y))
        else:
            self.add("c", wanted, (x, y), (end_x, end_y))
        self.mirror = "s", 2 * end_x - x, 2 * end_y - y

    def smooth(self, command: str, wanted: tuple[int, int]) -> bool:
        """Whether `command` finds the control point that is wanted."""
        known, x, y = self.mirror
        return known == command and abs(x - wanted[0]) <= _NEAR and abs(y - wanted[1]) <= _NEAR


def _whole(point: Point) -> tuple[int, int]:
    """The nearest whole numbers, halves downwards."""
    return math.ceil(point[0] - 0.5), math.ceil(point[1] - 0.5)


def _halfway(value: float, off: int) -> int:
    """A whole number beside value. off: how far off its control point is drawn, -1 to 1; a half goes where the next one is exact again."""
    return math.floor(value + off / 2) if value % 1 == 0.5 else math.ceil(value - 0.5)


class _Reader:
    """Receives an outline from HarfBuzz and turns its y downwards. scale: of what it keeps; at: the last point."""

    def __init__(self, scale: float) -> None:
        self.scale = scale
        self.contours: list[tuple[Point, list[Curve]]] = []
        self.at: Point = (0.0, 0.0)

    def move(self, x: float, y: float) -> None:
        """Begin a contour."""
        self.at = (x * self.scale, -y * self.scale)
        self.contours.append((self.at, []))

    def add(self, *numbers: float) -> None:
        """Add a curve from the last point. numbers: x and y of each point behind it."""
        points = [(x * self.scale, -y * self.scale) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        self.contours[-1][1].append((self.at, *points))
        self.at = points[-1]


def _move(x: float, y: float, reader: _Reader) -> None:
    reader.move(x, y)


def _line(x: float, y: float, reader: _Reader) -> None:
    reader.add(x, y)


def _quadratic(cx: float, cy: float, x: float, y: float, reader: _Reader) -> None:
    reader.add(cx, cy, x, y)


def _cubic(ax: float, ay: float, bx: float, by: float, x: float, y: float, reader: _Reader) -> None:
    reader.add(ax, ay, bx, by, x, y)


def _functions() -> hb.DrawFuncs:
    functions = hb.DrawFuncs()
    functions.set_move_to_func(_move)
    functions.set_line_to_func(_line)
    functions.set_quadratic_to_func(_quadratic)
    functions.set_cubic_to_func(_cubic)
    return functions


_FUNCTIONS = _functions()
