"""The plate of an edition: its picture in few colours, and how ink changes them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from issuer.artwork.png import ink, packing, palette
from issuer.artwork.png.frame import Frame


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
