"""W3C Bitstring Status List 1.0, the encoded list (https://www.w3.org/TR/vc-bitstring-status-list/)."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable

from issuer.errors import FormatError
from issuer.formats import deflate

MIN_BITS = 131_072
MAX_BYTES = 16 * 1024 * 1024
_ENCODED = re.compile(r"u[A-Za-z0-9_-]+")


def encode(indexes: Iterable[int], size: int = MIN_BITS) -> str:
    """A list of size bits with the bits at indexes set: "u" + base64url without padding of the gzipped bits. Index 0 is the left-most bit.
    size: a multiple of 8; readers take 131,072 or more. The same indexes give the same text everywhere.
    Raises FormatError for another size, or for an index outside the list."""
    if size % 8 or size < 8:
        raise FormatError(f"a status list cannot have {size} bits")
    bits = bytearray(size // 8)
    for index in indexes:
        if not 0 <= index < size:
            raise FormatError(f"there is no bit {index} in a list of {size}")
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + base64.urlsafe_b64encode(deflate.compress(bytes(bits))).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bits of an encoded list, at least 131,072 of them and at most 16 MiB. Raises FormatError."""
    if not _ENCODED.fullmatch(text):
        raise FormatError("the status list is not multibase base64url")
    try:
        packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        stream = zlib.decompressobj(wbits=31)
        bits = stream.decompress(packed, MAX_BYTES + 1)
    except (binascii.Error, zlib.error, ValueError):
        raise FormatError("the status list is not gzip") from None
    if base64.urlsafe_b64encode(packed).rstrip(b"=").decode() != text[1:]:
        raise FormatError("the status list is not base64url in its only form")
    if len(bits) > MAX_BYTES or not stream.eof or stream.unused_data:
        raise FormatError("the status list is too long or cut off")
    if len(bits) * 8 < MIN_BITS:
        raise FormatError(f"the status list has fewer than {MIN_BITS} bits")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Whether the bit at index (0-based, left-most first) is set. Raises FormatError beyond the list."""
    if not 0 <= index < len(bits) * 8:
        raise FormatError(f"there is no bit {index} in this status list")
    return bool(bits[index // 8] & (0x80 >> index % 8))
