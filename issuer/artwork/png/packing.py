"""The bytes of a PNG in few colours (https://www.w3.org/TR/png-3/), put together from rows that were packed apart from each other."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache

from issuer.formats import png

_HEADER = struct.Struct(">IIBBBBB")
_PHYSICAL = struct.Struct(">IIB")
_ZLIB = b"\x78\xda"  # RFC 1950: deflate, a window of 32 KiB
_END = b"\x03\x00"  # RFC 1951: a last block, empty
_METRE = 1
_SMALL, _SOON = 9, 3  # levels of zlib: the second is a tenth larger, in a twentieth of the time


def head(width: int, height: int) -> bytes:
    """Signature and header: 8 bits a pixel, which name a colour of the palette."""
    return png.SIGNATURE + png.chunk(b"IHDR", _HEADER.pack(width, height, 8, 3, 0, 0, 0))


def colours(palette: bytes, density: int) -> bytes:
    """The chunks that say what the pixels mean. palette: red, green, blue of each colour; density: pixels per metre."""
    return png.chunk(b"sRGB", b"\0") + png.chunk(b"pHYs", _PHYSICAL.pack(density, density, _METRE)) + png.chunk(b"PLTE", palette)


def pixels(rows: bytes, pieces: Iterable[bytes]) -> bytes:
    """The pixels and the end of the file. rows: each behind the byte of its filter; pieces: the same, as `still` and `moving` pack it."""
    data = b"".join([_ZLIB, *pieces, _END, zlib.adler32(rows).to_bytes(4, "big")])
    return png.chunk(b"IDAT", data) + png.chunk(b"IEND", b"")


def still(rows: bytes) -> bytes:
    """A piece of a deflate stream that refers to nothing before it, packed as small as can be."""
    return _piece(rows, _SMALL)


@lru_cache(maxsize=64)
def moving(rows: bytes) -> bytes:
    """The same, packed soon. What comes again, such as the achievement of a batch, is packed once."""
    return _piece(rows, _SOON)


def estimate(moves: bytes, stays: bytes) -> int:
    """How long rows become when those that move and those that stay still are packed as above, but each of them at once."""
    return len(_piece(moves, _SOON)) + len(_piece(stays, _SMALL))


def _piece(rows: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9)
    return packer.compress(rows) + packer.flush(zlib.Z_FULL_FLUSH)
