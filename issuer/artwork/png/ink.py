"""Texts and QR codes as ink: how much of each pixel they cover, in few levels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray

from issuer.artwork.edition import Text
from issuer.artwork.png.frame import Frame
from issuer.artwork.png.palette import Colours, Numbers, rgb
from issuer.artwork.qr import Symbol
from issuer.artwork.template.transforms import Matrix
from issuer.artwork.text.shaping import Run

LEVELS = 15  # of coverage, beside none
_ROUNDED = ((np.arange(256) * LEVELS + 127) // 255).astype(np.uint16) << 8


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """left, top: pixels from the picture's corner; fill: "#rrggbb"; levels: coverage of its pixels, row by row, 0 to LEVELS times 256."""

    left: int
    top: int
    fill: str
    levels: Numbers

    def within(self, width: int, height: int) -> Ink | None:
        """What of it lies on a picture of this size, None if nothing does."""
        high, wide = self.levels.shape
        x, y, right, bottom = max(self.left, 0), max(self.top, 0), min(self.left + wide, width), min(self.top + high, height)
        if x >= right or y >= bottom:
            return None
        return Ink(x, y, self.fill, self.levels[y - self.top : bottom - self.top, x - self.left : right - self.left])


def mixed(papers: Colours, fill: str, shares: Numbers) -> Colours:
    """What ink makes of papers. fill: "#rrggbb"; shares: how much of them it covers, 0 to LEVELS, of a shape that fits that of papers."""
    colours: Colours = (papers * (LEVELS - shares) + rgb(fill) * shares + LEVELS // 2) // LEVELS
    return colours


@lru_cache(maxsize=64)
def of_text(text: Text, frame: Frame) -> tuple[Ink, ...]:
    """The ink of a text on the picture, one for each colour. What certificates share, such as the achievement, is drawn once."""
    matrix = frame.matrix(text.block.matrix)
    rasters: dict[str, hb.RasterDraw] = {}
    for line in text.placed.lines:
        for run in line.line.runs:
            size = run.scale * text.placed.size
            raster = rasters.setdefault(run.fill, hb.RasterDraw())
            _draw(raster, run, matrix, (line.x + run.x * text.placed.size, line.baseline, size))
    inks = (_ink(raster.render(), fill, frame) for fill, raster in rasters.items())
    return tuple(ink for ink in inks if ink is not None)


def _draw(raster: hb.RasterDraw, run: Run, matrix: Matrix, where: tuple[float, float, float]) -> None:
    """where: x and baseline of the run's origin and the size of a font unit, before the matrix. HarfBuzz's y axis points upwards."""
    a, b, c, d, e, f = matrix
    x, y, size = where
    xx, yx, xy, yy = a * size, -b * size, -c * size, d * size
    dx, dy = a * x + c * y + e, -(b * x + d * y + f)
    font = run.face.font
    for glyph, right, up in zip(run.glyphs, run.xs, run.ys, strict=True):
        raster.transform = (xx, yx, xy, yy, dx + xx * right + xy * up, dy + yx * right + yy * up)
        raster.draw_glyph(font, glyph)


def _ink(image: hb.RasterImage, fill: str, frame: Frame) -> Ink | None:
    extents = image.extents
    if not extents.width or not extents.height:
        return None
    coverage = np.frombuffer(image.buffer, np.uint8).reshape(extents.height, extents.stride)[::-1, : extents.width]
    top = -(extents.y_origin + extents.height)
    return Ink(extents.x_origin, top, fill, _ROUNDED.take(coverage)).within(frame.width, frame.height)


def of_symbol(symbol: Symbol, side: int) -> Numbers:
    """The dark part of each pixel of a QR code that is `side` pixels wide, as Ink has it."""
    width = symbol.width
    rows = b"".join([row.to_bytes(-(-width // 8), "big") for row in symbol.rows])
    modules = np.unpackbits(np.frombuffer(rows, np.uint8)).reshape(width, -1)[:, -width:]
    shares = _shares(width, side)
    covered = (shares @ modules.astype(np.float32) @ shares.T).astype(np.int32)
    levels: Numbers = (covered * (2 * LEVELS) // width**2 + 1) // 2 << 8
    return levels.astype(np.uint16)


@lru_cache(maxsize=16)
def _shares(width: int, side: int) -> NDArray[np.float32]:
    """For each of `side` pixels in a row, how much of it each of `width` modules covers, in parts that `width` of make a whole pixel. Whole
    numbers, and so are the products of three such matrices: below 2**24, where every machine adds them up to the same."""
    pixels, modules = np.arange(side)[:, None] * width, np.arange(width)[None, :] * side
    shared = np.minimum(pixels + width, modules + side) - np.maximum(pixels, modules)
    shares: NDArray[np.float32] = np.maximum(shared, 0).astype(np.float32)
    return shares
