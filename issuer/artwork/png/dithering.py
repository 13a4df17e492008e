"""Gradients in few colours: where colours change slowly, pixels alternate between two of the palette, so that no steps are seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from issuer.artwork.png import palette
from issuer.artwork.png.palette import Colours, Numbers

_SLOW = 6  # how much neighbours may differ: edges and letters stay as they are
_FAR = 32 * 32  # two colours that differ more would be seen apart
# Of how many parts of 8 the second colour must be to be seen in each pixel of 2 × 2. A larger pattern looks no better and packs worse.
_THRESHOLDS = np.array([[1, 5], [7, 3]])
_PARTS = 8


def dither(picture: NDArray[np.uint8], indices: NDArray[np.uint8], colours: Colours) -> NDArray[np.uint8]:
    """indices: the nearest of the palette's colours for each pixel of the picture. Returns them with gradients dithered."""
    slow = _slow(picture) & (np.abs(picture - colours[indices]).max(axis=2) > 0)
    down, across = np.nonzero(slow)
    if not len(down):
        return indices
    keys, places = np.unique(palette.pack(picture[slow]), return_inverse=True)
    second, shares = _pairs(palette.unpack(keys), colours)
    other = shares[places] > _THRESHOLDS[down % 2, across % 2]
    mixed = indices.copy()
    mixed[down[other], across[other]] = second[places[other]]
    return mixed


def _slow(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a pixel differs little from those on its right and below it."""
    slow = np.ones(picture.shape[:2], np.bool_)
    wide = picture.astype(np.int16)
    slow[:, :-1] &= np.abs(wide[:, 1:] - wide[:, :-1]).max(axis=2) <= _SLOW
    slow[:-1] &= np.abs(wide[1:] - wide[:-1]).max(axis=2) <= _SLOW
    return slow


def _pairs(wanted: Colours, colours: Colours) -> tuple[NDArray[np.uint8], Numbers]:
    """For each wanted colour the palette's colour on the other side of it, and how many of 8 pixels should have that."""
    near = colours[palette.nearest(wanted, colours)]
    second = palette.nearest(2 * wanted - near, colours)
    step = colours[second] - near
    length = (step**2).sum(axis=1)
    shares = _PARTS * ((wanted - near) * step).sum(axis=1) // np.maximum(length, 1)
    return second, np.where(length <= _FAR, np.clip(shares, 0, _PARTS), 0)
