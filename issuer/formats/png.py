"""The chunks of a PNG picture: PNG third edition, section 5 (https://www.w3.org/TR/png-3/#5DataRep). Pixels are never decoded.

89 50 4E 47 0D 0A 1A 0A  then chunks:  length (4 bytes, big-endian)  type (4 letters)  body  CRC-32 of type and body (4 bytes)
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from zlib_ng import zlib_ng

from issuer.errors import FormatError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_BYTES = 8 << 20
_MAX_CHUNKS = 20_000
_MAX_BODY = 0x7FFFFFFF
_HEAD = struct.Struct(">I4s")
_AROUND = 12  # bytes of length, type and CRC
_HINT = "save the picture again as PNG"


@dataclass(frozen=True, slots=True)
class Chunk:
    """type: 4 letters; body: 0 to 2^31−1 bytes; start, end: where the whole chunk stands in the file."""

    type: bytes
    body: bytes
    start: int
    end: int


def chunks(data: bytes) -> Iterator[Chunk]:
    """The chunks of a PNG in their order, IHDR first and IEND last, each with the right CRC, and nothing after them.
    data: at most 8 MiB. Raises FormatError."""
    if not data.startswith(SIGNATURE):
        raise FormatError("this is not a PNG", hint=_HINT)
    if len(data) > MAX_BYTES:
        raise FormatError(f"this PNG has {len(data):,} bytes, more than {MAX_BYTES:,}", hint=_HINT)
    at = len(SIGNATURE)
    for number in range(_MAX_CHUNKS):
        found = _chunk_at(data, at)
        if (number == 0) != (found.type == b"IHDR"):
            raise FormatError("this PNG does not begin with one header", hint=_HINT)
        yield found
        at = found.end
        if found.type == b"IEND":
            break
    else:
        raise FormatError(f"this PNG has more than {_MAX_CHUNKS:,} chunks", hint=_HINT)
    if at != len(data):
        raise FormatError("this PNG has something after its end", hint=_HINT)


def _chunk_at(data: bytes, at: int) -> Chunk:
    if at + _AROUND > len(data):
        raise FormatError("this PNG is cut off", hint=_HINT)
    length, kind = _HEAD.unpack_from(data, at)
    end = at + _AROUND + length
    if not (kind.isascii() and kind.isalpha()):
        raise FormatError(f"this PNG has a chunk of an impossible type at byte {at}", hint=_HINT)
    if length > _MAX_BODY or end > len(data):
        raise FormatError("this PNG is cut off", hint=_HINT)
    if zlib_ng.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
        raise FormatError(f"this PNG is damaged: the checksum of the chunk at byte {at} is wrong", hint=_HINT)
    return Chunk(kind, data[at + 8 : end - 4], at, end)


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk. kind: 4 letters; body: at most 2^31−1 bytes."""
    return _HEAD.pack(len(body), kind) + body + zlib_ng.crc32(kind + body).to_bytes(4, "big")
