"""Making the plate of an edition: in as many colours as leave the file of a certificate small enough, and packed as soon as that allows."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from zlib_ng import zlib_ng

from issuer.artwork import samples
from issuer.artwork.compiling import art
from issuer.artwork.compiling.store import Store
from issuer.artwork.edition import Edition
from issuer.artwork.png import packing, palette, picture
from issuer.artwork.png.dithering import dither
from issuer.artwork.png.frame import Frame, Size
from issuer.artwork.png.plate import Plate
from issuer.artwork.png.writing import write
from issuer.artwork.sheet import Sheet, lay_out
from issuer.artwork.template import Template

_KIND = "reduced"
_HEAD = struct.Struct(">H?")
_COUNTS = (255, 160, 112, 80, 56, 40, 28)  # colours to try, until the picture is small enough
_FAR = 3  # times too large with the most colours: then only the fewest are tried
_CREDENTIAL = 6_000  # bytes of one of 5 kB: the sample is drawn without


@lru_cache(maxsize=16)
def plate(edition: Edition, size: Size, store: Store) -> Plate:
    """The plate of an edition in a size: from the store, or made and kept there. Raises TemplateError if the artwork cannot be drawn."""
    frame = size.frame(edition.template)
    key = f"{edition.key}-{size.name}-{frame.page_width}"
    kept = store.get(_KIND, key)
    if kept is not None:
        return _read(kept, frame)
    made = _made(edition, frame, size, store)
    store.put(_KIND, key, _HEAD.pack(len(made.colours), made.runs) + _bytes(made.colours) + zlib_ng.compress(made.rows.tobytes()))
    return made


def _made(edition: Edition, frame: Frame, size: Size, store: Store) -> Plate:
    """The first plate on which the certificate of a sample is small enough; else the last, which has the fewest colours."""
    sheet, room = _sample(edition.template), size.limit - _CREDENTIAL
    in_colours, length = _painter(edition, frame, store), 0
    for count in _COUNTS:
        if length <= _FAR * room or count == _COUNTS[-1]:
            usual = in_colours(count)
            for made in (replace(usual, runs=True), usual):
                length = len(write(made, sheet, None))
                if length <= room:
                    return made
    return usual


def _painter(edition: Edition, frame: Frame, store: Store) -> Callable[[int], Plate]:
    """What gives the plate in so many colours."""
    drawn = picture.draw(edition, frame, art.bitmap(edition, store, frame.page_width))
    histogram = picture.histogram(edition, frame, drawn)
    keys, places = np.unique(palette.pack(drawn.reshape(-1, 3)), return_inverse=True)

    def in_colours(count: int) -> Plate:
        colours = palette.choose(histogram, count)
        indices = palette.nearest(palette.unpack(keys), colours)[places].reshape(drawn.shape[:2])
        rows = np.zeros((frame.height, frame.width + 1), np.uint8)
        rows[:, 1:] = dither(drawn, indices, colours)
        return _plate(frame, _bytes(colours), rows, runs=False)

    return in_colours


def _sample(template: Template) -> Sheet:
    """A certificate with much in it."""
    return lay_out(template, samples.accepted(template, samples.FULL, samples.ADDRESS), language="en", url=samples.ADDRESS)


def _read(kept: bytes, frame: Frame) -> Plate:
    count, runs = _HEAD.unpack_from(kept)
    colours, packed = kept[_HEAD.size :][: 3 * count], kept[_HEAD.size + 3 * count :]
    rows = np.frombuffer(zlib_ng.decompress(packed), np.uint8).reshape(frame.height, frame.width + 1)
    return _plate(frame, colours, rows, runs=runs)


def _plate(frame: Frame, colours: bytes, rows: NDArray[np.uint8], *, runs: bool) -> Plate:
    triples = np.frombuffer(colours, np.uint8).reshape(-1, 3).astype(np.int64)
    return Plate(frame, triples, rows, runs, packing.colours(colours, frame.density))


def _bytes(colours: palette.Colours) -> bytes:
    return colours.astype(np.uint8).tobytes()
