"""Outlines of glyphs, written short: what they draw is what the font draws, as exactly as was asked for."""

from __future__ import annotations

import math
import re

import numpy as np
import numpy.typing as npt
import pytest

from issuer.artwork.text import fonts, merging, outlines

_TOKEN = re.compile(r"[a-zA-Z]|-?\d+")
_COUNT = {"M": 2, "m": 2, "l": 2, "h": 1, "v": 1, "q": 4, "t": 2, "c": 6, "s": 4}
_LETTERS = "VwyzgS&8"
_FILES = [
    "EBGaramond_400Regular.ttf",
    "EBGaramond_400Regular_Italic.ttf",
    "PlayfairDisplay_400Regular_Italic.ttf",
    "Montserrat_600SemiBold.ttf",
    "NotoSans_400Regular.ttf",
]
Contours = list[list[merging.Curve]]
Points = npt.NDArray[np.float64]


def face(file: str) -> fonts.Face:
    """An open font."""
    return fonts.face(next(entry for entry in fonts.entries() if entry.file == file))


def glyph(of: fonts.Face, letter: str) -> int:
    """The glyph of a character."""
    return int(of.font.get_nominal_glyph(ord(letter)))


def original(of: fonts.Face, number: int) -> Contours:
    """The font's own curves."""
    reader = outlines._Reader(1.0)
    of.font.draw_glyph(number, outlines._FUNCTIONS, reader)
    return [curves for _, curves in reader.contours]


def read(data: str) -> Contours:
    """What path data draws, as SVG 2 section 9.3 says, for the commands that are written."""
    tokens = _TOKEN.findall(data)
    found: Contours = []
    at = start = mirror = (0.0, 0.0)
    command = ""
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
        if command == "z":
            at = start
            continue
        values = [float(tokens.pop(0)) for _ in range(_COUNT[command])]
        if command in "hv":
            values = [values[0], 0.0] if command == "h" else [0.0, values[0]]
        base = (0.0, 0.0) if command == "M" else at
        points = [(base[0] + x, base[1] + y) for x, y in zip(values[::2], values[1::2], strict=True)]
        if command in "Mm":
            start = points[0]
            found.append([])
        else:
            points = [at, *([mirror] if command in "ts" else []), *points]
            found[-1].append(tuple(points))
        at = points[-1]
        mirror = (2 * at[0] - points[-2][0], 2 * at[1] - points[-2][1]) if command in "qtcs" else at
    return found


def sampled(contours: Contours) -> list[Points]:
    """Many points along each contour, which is closed."""
    steps = np.linspace(0, 1, 9)[:, None]
    found = []
    for curves in contours:
        parts = []
        for curve in curves:
            degree = len(curve) - 1
            weights = [math.comb(degree, k) * steps**k * (1 - steps) ** (degree - k) for k in range(degree + 1)]
            parts.append(np.hstack(weights) @ np.array(curve))
        line = np.concatenate(parts)
        found.append(np.concatenate([line, line[:1]]))
    return found


def farthest(points: Points, lines: list[Points]) -> float:
    """How far the points are from the nearest of these polygons, at most."""
    starts, ends = np.concatenate([line[:-1] for line in lines]), np.concatenate([line[1:] for line in lines])
    along = ends - starts
    square = np.maximum((along**2).sum(1), 1e-12)
    part = np.clip((((points[:, None] - starts) * along).sum(2)) / square, 0, 1)
    return float(np.sqrt((((starts + part[..., None] * along) - points[:, None]) ** 2).sum(2)).min(1).max())


@pytest.mark.parametrize("file", _FILES)
@pytest.mark.parametrize("tolerance", [0.0, 1.5, 4.0])
def test_an_outline_is_as_near_as_was_asked_for(file: str, tolerance: float) -> None:
    """Both ways, so that nothing is added either: in the corner between two merged curves it may be three times as far."""
    of = face(file)
    for letter in _LETTERS:
        number = glyph(of, letter)
        here, there = sampled(read(outlines.outline(of, number, tolerance=tolerance))), sampled(original(of, number))
        assert len(here) == len(there), letter
        limit = 1.5 + 3 * tolerance
        assert farthest(np.concatenate(here), there) <= limit, letter
        assert farthest(np.concatenate(there), here) <= limit, letter


def test_what_cannot_be_seen_is_not_written() -> None:
    of = face("EBGaramond_400Regular.ttf")
    exact, seen = (sum(len(outlines.outline(of, glyph(of, c), tolerance=tolerance)) for c in _LETTERS) for tolerance in (0.0, 2.0))
    assert seen < 0.75 * exact


def test_a_scale_makes_numbers_smaller() -> None:
    of = face("NotoSans_400Regular.ttf")
    whole, half = (read(outlines.outline(of, glyph(of, "O"), scale)) for scale in (1.0, 0.5))
    heights = [max(y for contour in found for curve in contour for _, y in curve) for found in (whole, half)]
    assert abs(heights[0] - 2 * heights[1]) <= 2


def test_a_blank_has_no_outline() -> None:
    of = face("NotoSans_400Regular.ttf")
    assert outlines.outline(of, glyph(of, " ")) == ""


def test_the_strokes_of_a_v_stay_apart() -> None:
    strokes = [((0.0, 0.0), (10.0, 100.0)), ((10.0, 100.0), (20.0, 0.0)), ((20.0, 0.0), (40.0, 0.0))]
    assert list(merging.merged(strokes, 8.0)) == strokes
    arc = [((0.0, 0.0), (50.0, 0.0), (75.0, 25.0)), ((75.0, 25.0), (100.0, 50.0), (100.0, 100.0))]
    assert list(merging.merged(arc, 1.0)) == [((0.0, 0.0), (100.0, 0.0), (100.0, 100.0))]
    bumpy = [arc[0], ((75.0, 25.0), (110.0, 60.0), (100.0, 100.0))]
    assert list(merging.merged(bumpy, 1.0)) == bumpy
