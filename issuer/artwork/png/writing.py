"""Writing the PNG of a sheet: ink on copies of the rows of the plate that it touches, and only these are packed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from issuer.artwork.edition import Text
from issuer.artwork.png import ink, packing
from issuer.artwork.png.frame import Frame
from issuer.artwork.png.plate import Plate
from issuer.artwork.qr import Symbol
from issuer.artwork.sheet import Sheet
from issuer.artwork.template.slots import Code
from issuer.formats import baking

_GRID = 4  # rows: bands begin and end at multiples, so that the ones between them are often the same
_ASCENT, _DESCENT = 0.75, 0.25  # em


def write(plate: Plate, sheet: Sheet, credential: bytes | None) -> bytes:
    """The PNG of a certificate. credential: the bytes of credential.json to bake in; None for a draft. Raises FormatError."""
    baked = b"" if credential is None else baking.png_chunk(credential)
    pieces = list(_pieces(plate, list(_laid(plate, sheet))))
    return b"".join([packing.head(plate.frame.width, plate.frame.height), baked, plate.chunks, packing.pixels(pieces)])


class _Laid(NamedTuple):
    """Ink, and the rows that are packed with it. ground: the index of the colour that it covers all it stands on with, None for nothing."""

    top: int
    bottom: int
    part: ink.Ink
    ground: int | None = None


def _laid(plate: Plate, sheet: Sheet) -> Iterator[_Laid]:
    """The ink of a sheet in the order in which it is laid: the QR code, then the texts."""
    frame, code = plate.frame, sheet.edition.template.code
    if code is not None and sheet.symbol is not None and (part := _symbol(frame, sheet.symbol, code)) is not None:
        yield _Laid(part.top, part.top + part.levels.shape[0], part, plate.index(code.light))
    for text in sheet.texts:
        for part in ink.of_text(text, frame):
            yield _Laid(*_usual(text, frame, part.top, part.top + part.levels.shape[0]), part)


def _symbol(frame: Frame, symbol: Symbol, code: Code) -> ink.Ink | None:
    """A QR code on whole pixels, so that its edges are sharp."""
    left, top = round(frame.origin_x + code.x * frame.zoom), round(frame.origin_y + code.y * frame.zoom)
    return ink.Ink(left, top, code.dark, ink.of_symbol(symbol, round(code.size * frame.zoom))).within(frame.width, frame.height)


def _usual(text: Text, frame: Frame, top: int, bottom: int) -> tuple[int, int]:
    """The rows of a text that has ascenders and descenders: so most certificates have the same bands, and the same rows between them."""
    _, b, _, d, _, f = frame.matrix(text.block.matrix)
    if b or d <= 0:
        return top, bottom
    size, lines = text.block.size, text.placed.lines
    first, last = lines[0].baseline - _ASCENT * size, lines[-1].baseline + _DESCENT * size
    return max(0, min(top, int(d * first + f))), min(frame.height, max(bottom, int(d * last + f) + 1))


def _pieces(plate: Plate, laid: Sequence[_Laid]) -> Iterator[packing.Piece]:
    """All rows from top to bottom."""
    done = 0
    for top, bottom in _bands(laid, plate.frame.height):
        if top > done:
            yield plate.still(done, top)
        rows = plate.rows[top:bottom].copy()
        for one in laid:
            if top <= one.top < bottom:
                _print(plate, one, rows, top)
        yield packing.moving(rows.tobytes(), runs=plate.runs)
        done = bottom
    if done < plate.frame.height:
        yield plate.still(done, plate.frame.height)


def _print(plate: Plate, laid: _Laid, rows: NDArray[np.uint8], first: int) -> None:
    """Lay ink over rows. first: of the picture's rows, the one that they begin with."""
    part = laid.part
    high, wide = part.levels.shape
    place = rows[part.top - first : part.top - first + high, part.left + 1 : part.left + 1 + wide]
    if laid.ground is not None:
        place[:] = laid.ground
    plate.blend(part.fill).take(part.levels | place, out=place)


def _bands(laid: Iterable[_Laid], height: int) -> list[tuple[int, int]]:
    """Bands of rows that cover what was laid, from top to bottom, none overlapping another."""
    bands: list[tuple[int, int]] = []
    for one in sorted(laid, key=attrgetter("top")):
        top, bottom = one.top // _GRID * _GRID, min(-(-one.bottom // _GRID) * _GRID, height)
        if bands and top < bands[-1][1]:
            top, bottom = bands[-1][0], max(bottom, bands.pop()[1])
        bands.append((top, bottom))
    return bands
