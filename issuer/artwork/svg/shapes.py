"""The outlines of a font's glyphs for texts of about one size, each written once in a file and used wherever it stands."""

from __future__ import annotations

import math
from functools import cache
from string import ascii_lowercase

from issuer.artwork.text.fonts import Face
from issuer.artwork.text.outlines import outline

_SMALL, _TIMES = 7.0, 4.0  # points: texts of up to 7, 28, 112 … points share outlines; finer steps cost more outlines than they save
_UNIT = 0.025  # points: outlines are written in whole numbers of this or of font units, whichever is larger
_SEEN = 0.04  # points, a third of a dot of 600 dpi: what an outline may differ where it is drawn
_KEPT = 20_000  # outlines that are kept for each face and size: a roster in Chinese does not fill the memory


class Shapes(dict[int, tuple[str, str]]):
    """For each glyph the tag that draws it, up to its x, and the one that defines it; both "" for a blank.

    scale: units of the outlines per font unit.
    """

    def __init__(self, face: Face, step: int) -> None:
        largest = _SMALL * _TIMES**step
        self.scale = min(1.0, largest / _UNIT / face.upem)
        self._face, self._suffix = face, ascii_lowercase[step]
        self._tolerance = _SEEN / largest * face.upem * self.scale

    def __missing__(self, glyph: int) -> tuple[str, str]:
        data = outline(self._face, glyph, self.scale, self._tolerance)
        name = f"{self._face.tag}{glyph}{self._suffix}"
        if len(self) >= _KEPT:
            self.clear()
        self[glyph] = (f'<use href="#{name}" x="', f'<path id="{name}" d="{data}"/>') if data else ("", "")
        return self[glyph]


shapes = cache(Shapes)


def step(em: float) -> int:
    """Which texts share outlines with one of this size. em: points, those of a page. Returns 0 for small ones, and so on."""
    return math.ceil(math.log(max(em, _SMALL) / _SMALL, _TIMES))
