"""Glyphs to SVG path data, two decimals, relative commands, so that a glyph is formatted once and only moved afterwards.

Every number is the difference of two rounded positions: rounding never adds up along an outline.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import uharfbuzz as hb

from issuer.artwork.fonts import Face
from issuer.artwork.shaping import Line

_GRID = 100  # positions are multiples of 1/100 of the template's unit


def number(value: float) -> str:
    """A number with at most two decimals, as short as it can be written."""
    return _grid(round(value * _GRID))


def _grid(value: int) -> str:
    whole, part = divmod(abs(value), _GRID)
    sign = "-" if value < 0 else ""
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{part:02d}".rstrip("0")


@dataclass(slots=True)
class _Pen:
    """Collects one glyph. scale: grid steps per font unit; x, y: the last position, in grid steps."""

    scale: float
    x: int = 0
    y: int = 0
    start: tuple[int, int] = (0, 0)
    parts: list[str] = field(default_factory=list)

    def add(self, command: str, *points: float) -> None:
        """Add a command. points: absolute font units, y upwards."""
        steps = []
        for index in range(0, len(points), 2):
            x, y = round(points[index] * self.scale), round(-points[index + 1] * self.scale)
            steps += [x - self.x, y - self.y]
        self.x, self.y = x, y
        self.parts.append(command + _join(steps))

    def close(self) -> None:
        """Close the contour: the pen is back where it began."""
        self.x, self.y = self.start
        self.parts.append("z")


def _join(steps: list[int]) -> str:
    text = ""
    for step in steps:
        word = _grid(step)
        text += word if not text or word[0] == "-" else f" {word}"
    return text


def _move(x: float, y: float, pen: _Pen) -> None:
    pen.add("m", x, y)
    pen.start = (pen.x, pen.y)


def _line(x: float, y: float, pen: _Pen) -> None:
    pen.add("l", x, y)


def _quadratic(cx: float, cy: float, x: float, y: float, pen: _Pen) -> None:
    pen.add("q", cx, cy, x, y)


def _cubic(ax: float, ay: float, bx: float, by: float, x: float, y: float, pen: _Pen) -> None:  # noqa: PLR0913 HarfBuzz calls it so
    pen.add("c", ax, ay, bx, by, x, y)


def _close(pen: _Pen) -> None:
    pen.close()


def _functions() -> hb.DrawFuncs:
    functions = hb.DrawFuncs()
    functions.set_move_to_func(_move)
    functions.set_line_to_func(_line)
    functions.set_quadratic_to_func(_quadratic)
    functions.set_cubic_to_func(_cubic)
    functions.set_close_path_func(_close)
    return functions


_FUNCTIONS = _functions()
_KEPT = 20_000  # outlines that a face keeps; a name list in Chinese does not fill the memory


def _glyph(face: Face, glyph: int, scale: float) -> str:
    """The outline of a glyph from its origin, in relative commands; "" for a blank. scale: units per font unit."""
    key = (glyph, round(scale, 8))
    known = face.outlines.get(key)
    if known is None:
        pen = _Pen(scale * _GRID)
        face.font.draw_glyph(glyph, _FUNCTIONS, pen)
        known = "".join(pen.parts)
        if len(face.outlines) >= _KEPT:
            face.outlines.clear()
        face.outlines[key] = known
    return known


def paths(line: Line, x: float, baseline: float, size: float) -> dict[str, str]:
    """The line as path data by fill colour. x, baseline: where it begins, in the template's units, y downwards; size: units per em."""
    found: dict[str, list[str]] = {}
    for glyph in line.glyphs:
        outline = _glyph(glyph.face, glyph.glyph, glyph.scale * size)
        if outline:
            left, top = number(x + glyph.x * size), number(baseline - glyph.y * size)
            found.setdefault(glyph.fill, []).append(f"M{left} {top}{outline}")
    return {fill: "".join(parts) for fill, parts in found.items()}
