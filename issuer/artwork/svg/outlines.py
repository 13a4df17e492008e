"""Glyphs as SVG path data in the font's own units, y downwards: whole numbers and relative commands.

An outline is most of what a certificate's file holds, so it is written short. A TrueType outline is a chain of quadratic curves whose
points lie halfway between their control points: `t` draws these without their control points, and the file needs half of the numbers.
"""

from __future__ import annotations

import math

import uharfbuzz as hb

from issuer.artwork.text.fonts import Face

_NEAR = 1  # font units that a control point may be off, a thousandth of the letter's size


class _Pen:
    """Collects one glyph. x, y: the last position; start: where the contour began; mirror: where the next control point is if the curve
    goes on smoothly, with the command that draws it so."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.x = self.y = 0
        self.start = (0, 0)
        self.mirror: tuple[str, int, int] | None = None
        self.command = ""

    def add(self, command: str, *points: int) -> None:
        """Add a command. points: absolute. A command that stands there already is not repeated."""
        text = "" if command == self.command else command
        for index, value in enumerate(points):
            step = value - (self.y if index % 2 else self.x)
            text += f"{step}" if step < 0 or text == command else f" {step}"
        self.command = command
        self.parts.append(text)
        if points:
            self.x, self.y = points[-2:]

    def along(self, command: str, step: int) -> None:
        """Add a line along an axis. command: h or v."""
        self.parts.append(f"{command}{step}")
        self.command = command

    def smooth(self, command: str, x: int, y: int) -> bool:
        """Whether x, y is where `command` expects the control point."""
        mirror = self.mirror
        return mirror is not None and mirror[0] == command and abs(mirror[1] - x) <= _NEAR and abs(mirror[2] - y) <= _NEAR


def _move(x: float, y: float, pen: _Pen) -> None:
    first = not pen.parts
    pen.command = ""
    pen.add("M" if first else "m", round(x), round(-y))
    pen.start, pen.mirror = (pen.x, pen.y), None


def _line(x: float, y: float, pen: _Pen) -> None:
    to_x, to_y = round(x), round(-y)
    if to_y == pen.y:
        pen.along("h", to_x - pen.x)
    elif to_x == pen.x:
        pen.along("v", to_y - pen.y)
    else:
        pen.add("l", to_x, to_y)
    pen.x, pen.y, pen.mirror = to_x, to_y, None


def _quadratic(cx: float, cy: float, x: float, y: float, pen: _Pen) -> None:
    control_x, control_y = round(cx), round(-cy)
    if pen.mirror and pen.smooth("t", control_x, control_y):
        _, drawn_x, drawn_y = pen.mirror
        to_x, to_y = _halfway(x, drawn_x - control_x), _halfway(-y, drawn_y - control_y)
        pen.add("t", to_x, to_y)
    else:
        drawn_x, drawn_y = control_x, control_y
        to_x, to_y = math.floor(x), math.floor(-y)
        pen.add("q", control_x, control_y, to_x, to_y)
    pen.mirror = "t", 2 * to_x - drawn_x, 2 * to_y - drawn_y


def _halfway(value: float, off: int) -> int:
    """A point to a whole number. off: how far off its control point is drawn, -1 to 1. A half is rounded so that the next one is not."""
    return math.floor(value + off / 2) if value % 1 == 0.5 else round(value)


def _cubic(ax: float, ay: float, bx: float, by: float, x: float, y: float, pen: _Pen) -> None:
    (from_x, from_y), (control_x, control_y), (to_x, to_y) = ((round(across), round(-up)) for across, up in ((ax, ay), (bx, by), (x, y)))
    if pen.smooth("s", from_x, from_y):
        pen.add("s", control_x, control_y, to_x, to_y)
    else:
        pen.add("c", from_x, from_y, control_x, control_y, to_x, to_y)
    pen.mirror = "s", 2 * to_x - control_x, 2 * to_y - control_y


def _close(pen: _Pen) -> None:
    pen.add("z")
    (pen.x, pen.y), pen.mirror = pen.start, None


def _functions() -> hb.DrawFuncs:
    functions = hb.DrawFuncs()
    functions.set_move_to_func(_move)
    functions.set_line_to_func(_line)
    functions.set_quadratic_to_func(_quadratic)
    functions.set_cubic_to_func(_cubic)
    functions.set_close_path_func(_close)
    return functions


_FUNCTIONS = _functions()


def outline(face: Face, glyph: int) -> str:
    """The outline of a glyph from its origin, in font units; "" for a blank."""
    pen = _Pen()
    face.font.draw_glyph(glyph, _FUNCTIONS, pen)
    return "".join(pen.parts)
