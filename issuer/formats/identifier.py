"""Certificate identifiers: 128 random bits in Crockford base32, lower case, 26 characters (https://www.crockford.com/base32.html)."""

from __future__ import annotations

import re

from issuer.errors import FormatError

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
PATTERN = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}")
_MISREAD = str.maketrans({"i": "1", "l": "1", "o": "0", "-": None, " ": None})


def encode(bits: bytes) -> str:
    """16 bytes → 26 characters. Raises FormatError for another length."""
    if len(bits) != 16:
        raise FormatError("an identifier has 16 bytes")
    number = int.from_bytes(bits, "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def normalise(text: str) -> str:
    """An identifier as people type it (capitals, hyphens, o for 0, i or l for 1) → its one form. Raises FormatError."""
    candidate = text.strip().lower().translate(_MISREAD) if text.isascii() else ""
    if not PATTERN.fullmatch(candidate):
        raise FormatError(f"{text!r} is not a certificate id of 26 letters and digits")
    return candidate
