"""The plate of an edition: its picture in few colours, and how ink changes them."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from issuer.artwork.compiling import art
from issuer.artwork.compiling.store import Store
from issuer.artwork.edition import Edition
from issuer.artwork.png import ink, packing, palette, picture
from issuer.artwork.png.dithering import dither
from issuer.artwork.png.frame import Frame, Size

_KIND = "picture"
_HEAD = struct.Struct(">H?")
_COUNTS = (255, 160, 112, 80, 56, 40, 28)  # colours to try, until the picture is small enough
_FAR = 3  # times too large with the most colours: then only the fewest are tried
# Bytes for a credential of 5 kB, and for the ink of a certificate on a page of 800 × 565 pixels: on a larger one letters are larger, too.
_CREDENTIAL, _INK, _INKED = 6_000, 13_000, 800 * 565
_CODE = 60  # more bytes for each pixel of a QR code's side, if it is packed by runs alone


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """colours: the palette; rows: for each row of pixels a 0 (no filter) and then the index of each pixel's colour; runs: whether
    those that move are packed by their runs alone; chunks: what the file says of the colours."""

    frame: Frame
    colours: palette.Colours
    rows: NDArray[np.uint8]
    runs: bool
    chunks: bytes
    _stills: dict[tuple[int, int], packing.Piece] = field(default_factory=dict)
    _indices: dict[str, int] = field(default_factory=dict)
    _blends: dict[str, NDArray[np.uint8]] = field(default_factory=dict)

    def still(self, top: int, bottom: int) -> packing.Piece:
        """The rows from top to bottom, packed."""
        known = self._stills.get((top, bottom))
        if known is None:
            if len(self._stills) >= 128:
                self._stills.clear()
            known = self._stills[top, bottom] = packing.still(self.rows[top:bottom].tobytes())
        return known

    def index(self, colour: str) -> int:
        """Where a colour, or what looks most like it, stands in the palette."""
        known = self._indices.get(colour)
        if known is None:
            known = self._indices[colour] = int(palette.nearest(palette.rgb(colour)[None, :], self.colours)[0])
        return known

    def blend(self, fill: str) -> NDArray[np.uint8]:
        """What ink of a colour makes of each colour: at coverage times 256 plus a pixel's index stands its new index."""
        known = self._blends.get(fill)
        if known is None:
            shares = np.arange(ink.LEVELS + 1)[:, None, None]
            mixed = ink.mixed(self.colours[None], fill, shares)
            known = np.zeros((ink.LEVELS + 1, 256), np.uint8)
            known[:, : len(self.colours)] = palette.nearest(mixed.reshape(-1, 3), self.colours).reshape(ink.LEVELS + 1, -1)
            known = self._blends[fill] = known.reshape(-1)
        return known


@lru_cache(maxsize=16)
def plate(edition: Edition, size: Size, store: Store) -> Plate:
    """The plate of an edition in a size: from the store, or made and kept there. Raises TemplateError if the artwork cannot be drawn."""
    frame = size.frame(edition.template)
    key = f"{edition.key}-{size.name}-{frame.page_width}"
    kept = store.get(_KIND, key)
    if kept is None:
        kept = _made(edition, frame, size, store)
        store.put(_KIND, key, kept)
    return _read(kept, frame)


def _made(edition: Edition, frame: Frame, size: Size, store: Store) -> bytes:
    """As many colours as the size of the file leaves room for, and the packed rows."""
    drawn = picture.draw(edition, frame, art.bitmap(edition, store, frame.page_width))
    histogram = picture.histogram(edition, frame, drawn)
    keys, places = np.unique(palette.pack(drawn.reshape(-1, 3)), return_inverse=True)
    moving = picture.moving(edition, frame)
    rows = np.zeros((frame.height, frame.width + 1), np.uint8)
    room = size.limit - _CREDENTIAL - _INK * frame.page_width * frame.page_height // _INKED
    code = edition.template.code
    room_by_runs = room - (_CODE * round(code.size * frame.zoom) if code is not None else 0)
    length, runs, most = 0, False, _FAR * room
    for count in _COUNTS:
        if length > most and count > _COUNTS[-1]:
            continue
        colours = palette.choose(histogram, count)
        indices = palette.nearest(palette.unpack(keys), colours)[places].reshape(drawn.shape[:2])
        rows[:, 1:] = dither(drawn, indices, colours)
        length, by_runs = packing.estimate(rows[moving].tobytes(), rows[~moving].tobytes())
        runs = by_runs <= room_by_runs
        if runs or length <= room:
            break
    return _HEAD.pack(len(colours), runs) + colours.astype(np.uint8).tobytes() + zlib.compress(rows.tobytes())


def _read(kept: bytes, frame: Frame) -> Plate:
    count, runs = _HEAD.unpack_from(kept)
    colours, packed = kept[_HEAD.size :][: 3 * count], kept[_HEAD.size + 3 * count :]
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(frame.height, frame.width + 1)
    return Plate(
        frame,
        np.frombuffer(colours, np.uint8).reshape(-1, 3).astype(np.int64),
        rows,
        runs,
        packing.colours(colours, frame.density),
    )
