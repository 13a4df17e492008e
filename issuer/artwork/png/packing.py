"""The bytes of a PNG in few colours (https://www.w3.org/TR/png-3/), put together from rows that were packed apart from each other."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from zlib_ng import zlib_ng

from issuer.formats import png

_HEADER = struct.Struct(">IIBBBBB")
_PHYSICAL = struct.Struct(">IIB")
_ZLIB = b"\x78\xda"  # RFC 1950: deflate, a window of 32 KiB
_END = b"\x03\x00"  # RFC 1951: a last block, empty
_METRE = 1
_ADLER = 65521
_KEPT = 32
# Level and strategy of zlib-ng. The second makes rows a twelfth larger than the first, in a twentieth of the time; the third, which looks
# for runs of equal pixels alone, a fifth larger in a fiftieth.
_SMALL, _SOON, _RUNS = (9, zlib_ng.Z_DEFAULT_STRATEGY), (4, zlib_ng.Z_DEFAULT_STRATEGY), (4, zlib_ng.Z_RLE)


def head(width: int, height: int) -> bytes:
    """Signature and header: 8 bits a pixel, which name a colour of the palette."""
    return png.SIGNATURE + png.chunk(b"IHDR", _HEADER.pack(width, height, 8, 3, 0, 0, 0))


def colours(palette: bytes, density: int) -> bytes:
    """The chunks that say what the pixels mean. palette: red, green, blue of each colour; density: pixels per metre."""
    return png.chunk(b"sRGB", b"\0") + png.chunk(b"pHYs", _PHYSICAL.pack(density, density, _METRE)) + png.chunk(b"PLTE", palette)


class Piece(NamedTuple):
    """Rows, each behind the byte of its filter, as a part of a deflate stream that refers to nothing before it. adler: their Adler-32;
    length: how many bytes they are."""

    data: bytes
    adler: int
    length: int


def pixels(pieces: Sequence[Piece]) -> bytes:
    """The pixels and the end of the file, put together from rows from top to bottom."""
    data = b"".join([_ZLIB, *[piece.data for piece in pieces], _END, _adler(pieces).to_bytes(4, "big")])
    return png.chunk(b"IDAT", data) + png.chunk(b"IEND", b"")


def _adler(pieces: Iterable[Piece]) -> int:
    """The Adler-32 of all rows out of those of the pieces (RFC 1950 section 8.2): a sum of the bytes, and a sum of these sums."""
    low, high = 1, 0
    for piece in pieces:
        high = (high + (piece.adler >> 16) + piece.length * (low - 1)) % _ADLER
        low = (low + (piece.adler & 0xFFFF) - 1) % _ADLER
    return high << 16 | low


def still(rows: bytes) -> Piece:
    """Rows that many certificates share, packed as small as can be."""
    return Piece(_packed(rows, _SMALL), zlib_ng.adler32(rows), len(rows))


# By sum and length, which take less than the hash that lru_cache would make.
_recent: dict[tuple[int, int, bool], tuple[bytes, Piece]] = {}


def moving(rows: bytes, *, runs: bool) -> Piece:
    """Rows that few certificates share, packed soon. runs: by runs of equal pixels alone. What comes again, such as the achievement of a
    batch, is packed once."""
    adler = zlib_ng.adler32(rows)
    key = adler, len(rows), runs
    known = _recent.pop(key, None)
    if known is not None and known[0] == rows:
        _recent[key] = known  # the last to go
        return known[1]
    if len(_recent) >= _KEPT:
        del _recent[next(iter(_recent))]
    piece = Piece(_packed(rows, _RUNS if runs else _SOON), adler, len(rows))
    _recent[key] = rows, piece
    return piece


def _packed(rows: bytes, how: tuple[int, int]) -> bytes:
    level, strategy = how
    packer = zlib_ng.compressobj(level, zlib_ng.DEFLATED, -15, zlib_ng.DEF_MEM_LEVEL, strategy)
    return packer.compress(rows) + packer.flush(zlib_ng.Z_FULL_FLUSH)
