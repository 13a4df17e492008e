"""gzip (RFC 1952) of data that is mostly runs, the same bytes wherever they are made.

    deflate.compress(bytes(3)).hex() == "1f8b08000000000000ff" "6360600000" "12d941ff" "03000000"     header, block, CRC-32, length

Builds of zlib differ in the bytes that they make of the same data, and versions of Python in the header around them. So this is a
compressor of its own: one block of fixed Huffman codes (RFC 1951 section 3.2.6), in which a byte that repeats is a match at distance 1.
Any inflater reads it.
"""

from __future__ import annotations

import re
import zlib

_HEADER = bytes.fromhex("1f8b08000000000000ff")
"""Deflate, no name, no time, unknown file system: RFC 1952 section 2.3."""
_RUN = re.compile(rb"(.)\1*", re.DOTALL)
_LONGEST = 258


def compress(data: bytes) -> bytes:
    """A gzip file with one member. 16 KiB of zeros become 125 bytes; random bytes grow by a sixteenth."""
    parts = ["110"]  # the last block; fixed codes: 01, lower bit first
    for run in _RUN.finditer(data):
        literal = _SYMBOLS[run[0][0]]
        parts.append(literal)
        left = len(run[0]) - 1
        while left >= 3:
            length = min(left, _LONGEST)
            parts.append(_MATCHES[length])
            left -= length
        parts.append(literal * left)
    parts.append(_SYMBOLS[256])
    bits = "".join(parts)
    packed = int(bits[::-1], 2).to_bytes((len(bits) + 7) // 8, "little")
    return _HEADER + packed + zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")


def _symbols() -> list[str]:
    """The code of each literal and length symbol, RFC 1951 section 3.2.6, as bits in the order of the stream."""
    codes = [(0x30 + symbol, 8) for symbol in range(144)]
    codes += [(0x190 + symbol, 9) for symbol in range(112)]
    codes += [(symbol, 7) for symbol in range(24)]
    codes += [(0xC0 + symbol, 8) for symbol in range(8)]
    return [f"{code:0{width}b}" for code, width in codes]


def _matches() -> dict[int, str]:
    """A match at distance 1 by its length, RFC 1951 section 3.2.5: length symbol, extra bits lower bit first, distance code 0."""
    found: dict[int, str] = {}
    length = 3
    for symbol in range(257, 285):
        width = max(0, (symbol - 261) // 4)
        for extra in range(1 << width):
            bits = f"{extra:0{width}b}"[::-1] if width else ""
            found[length] = f"{_SYMBOLS[symbol]}{bits}00000"
            length += 1
    found[_LONGEST] = f"{_SYMBOLS[285]}00000"  # a code of its own, though 284 has room for it
    return found


_SYMBOLS = _symbols()
_MATCHES = _matches()
