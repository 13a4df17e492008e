"""Writing the PNG of a sheet: ink on a copy of the plate, and only the rows that it touched are packed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
    frame = plate.frame
    rows = plate.rows.copy()
    touched = []
    code = sheet.edition.template.code
    if code is not None and sheet.symbol is not None:
        touched += _stamp(plate, sheet.symbol, code, rows)
    for text in sheet.texts:
        parts = [_print(plate, part, rows) for part in ink.of_text(text, frame)]
        touched += [_usual(text, frame, top, bottom) for top, bottom in parts]
    baked = b"" if credential is None else baking.png_chunk(credential)
    return b"".join(
        [
            packing.head(frame.width, frame.height),
            baked,
            plate.chunks,
            packing.pixels(list(_pieces(plate, rows, touched))),
        ]
    )


def _print(plate: Plate, part: ink.Ink, rows: NDArray[np.uint8]) -> tuple[int, int]:
    """Lay ink over the picture. Returns the first row that it touched and the one after the last."""
    high, wide = part.levels.shape
    place = rows[part.top : part.top + high, part.left + 1 : part.left + 1 + wide]
    plate.blend(part.fill).take(part.levels | place, out=place)
    return part.top, part.top + high


def _usual(text: Text, frame: Frame, top: int, bottom: int) -> tuple[int, int]:
    """The rows of a text that has ascenders and descenders: so most certificates have the same bands, and the same rows between them."""
    _, b, _, d, _, f = frame.matrix(text.block.matrix)
    if b or d <= 0:
        return top, bottom
    size, lines = text.block.size, text.placed.lines
    first, last = lines[0].baseline - _ASCENT * size, lines[-1].baseline + _DESCENT * size
    return max(0, min(top, int(d * first + f))), min(frame.height, max(bottom, int(d * last + f) + 1))


def _stamp(plate: Plate, symbol: Symbol, code: Code, rows: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Lay a QR code over the picture, on whole pixels so that its edges are sharp."""
    frame = plate.frame
    left, top = round(frame.origin_x + code.x * frame.zoom), round(frame.origin_y + code.y * frame.zoom)
    side = round(code.size * frame.zoom)
    part = ink.Ink(left, top, code.dark, ink.of_symbol(symbol, side)).within(frame.width, frame.height)
    if part is None:
        return []
    high, wide = part.levels.shape
    rows[part.top : part.top + high, part.left + 1 : part.left + 1 + wide] = plate.index(code.light)
    return [_print(plate, part, rows)]


def _pieces(plate: Plate, rows: NDArray[np.uint8], touched: Iterable[tuple[int, int]]) -> Iterator[packing.Piece]:
    done = 0
    for top, bottom in _bands(touched, plate.frame.height):
        if top > done:
            yield plate.still(done, top)
        yield packing.moving(rows[top:bottom].tobytes(), runs=plate.runs)
        done = bottom
    if done < plate.frame.height:
        yield plate.still(done, plate.frame.height)


def _bands(touched: Iterable[tuple[int, int]], height: int) -> list[tuple[int, int]]:
    """Bands of rows that cover what was touched, from top to bottom, none overlapping another."""
    bands: list[tuple[int, int]] = []
    for first, last in sorted(touched):
        top, bottom = first // _GRID * _GRID, min(-(-last // _GRID) * _GRID, height)
        if bands and top < bands[-1][1]:
            top, bottom = bands[-1][0], max(bottom, bands.pop()[1])
        bands.append((top, bottom))
    return bands
