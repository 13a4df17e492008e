"""Glyphs to SVG path data in the font's own units, y downwards: whole numbers, relative commands, formatted once per glyph."""

from __future__ import annotations

from dataclasses import dataclass, field

import uharfbuzz as hb

from issuer.artwork.text.fonts import Face


def number(value: float) -> str:
    """A number with at most two decimals, as short as it can be written."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    if text.startswith(("0.", "-0.")):
        return text.replace("0", "", 1)
    return "0" if text == "-0" else text


@dataclass(slots=True)
class _Pen:
    """Collects one glyph. x, y: the last position; start: where the contour began."""

    x: int = 0
    y: int = 0
    start: tuple[int, int] = (0, 0)
    parts: list[str] = field(default_factory=list)

    def add(self, command: str, *points: float) -> None:
        """Add a command. points: absolute, y upwards. Differences of rounded positions, so that rounding never adds up."""
        text = command
        for index in range(0, len(points), 2):
            x, y = round(points[index]), round(-points[index + 1])
            for step in (x - self.x, y - self.y):
                text += str(step) if step < 0 or text == command else f" {step}"
        self.x, self.y = x, y
        self.parts.append(text)

    def close(self) -> None:
        """Close the contour: the pen is back where it began."""
        self.x, self.y = self.start
        self.parts.append("z")


def _move(x: float, y: float, pen: _Pen) -> None:
    pen.add("m" if pen.parts else "M", x, y)
    pen.start = (pen.x, pen.y)


def _line(x: float, y: float, pen: _Pen) -> None:
    pen.add("l", x, y)


def _quadratic(cx: float, cy: float, x: float, y: float, pen: _Pen) -> None:
    pen.add("q", cx, cy, x, y)


def _cubic(ax: float, ay: float, bx: float, by: float, x: float, y: float, pen: _Pen) -> None:
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
_KEPT = 20_000  # outlines that a face keeps: a roster in Chinese does not fill the memory


def glyph(face: Face, index: int) -> str:
    """The outline of a glyph from its origin, in font units; "" for a blank."""
    known = face.outlines.get(index)
    if known is None:
        pen = _Pen()
        face.font.draw_glyph(index, _FUNCTIONS, pen)
        known = "".join(pen.parts)
        if len(face.outlines) >= _KEPT:
            face.outlines.clear()
        face.outlines[index] = known
    return known
