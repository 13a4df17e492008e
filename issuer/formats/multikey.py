"""Multikey for Ed25519, W3C Controlled Identifiers 1.0 section 2.2.2 (https://www.w3.org/TR/cid-1.0/#Multikey).

A public key reads z6Mk…: "z", then base58btc of 0xed 0x01 and the 32 key bytes. A secret key: 0x80 0x26 and the 32 seed bytes.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

import base58

from issuer.errors import FormatError

_PUBLIC = b"\xed\x01"
_SECRET = b"\x80\x26"
_BASE58BTC = re.compile(r"z[1-9A-HJ-NP-Za-km-z]*")
"""With these characters only, each text is another number of other bytes: what is decoded has one form."""


def encode_public(key: bytes) -> str:
    """32 key bytes → z6Mk…. Raises FormatError for another length."""
    return _encode(_PUBLIC, key)


@lru_cache(maxsize=256)
def decode_public(text: str) -> bytes:
    """z6Mk… → 32 key bytes. Raises FormatError."""
    return _decode(_PUBLIC, text, "an Ed25519 public key")


def encode_secret(seed: bytes) -> str:
    """32 seed bytes → z3u2…. Raises FormatError for another length."""
    return _encode(_SECRET, seed)


def decode_secret(text: str) -> bytes:
    """z3u2… → 32 seed bytes. The error never repeats the text. Raises FormatError."""
    return _decode(_SECRET, text, "an Ed25519 secret key")


def fingerprint(text: str) -> str:
    """SHA-256 of the 32 public key bytes as 64 hex digits in groups of four, for people to compare. text: z6Mk…."""
    digits = hashlib.sha256(decode_public(text)).hexdigest()
    return " ".join(digits[start : start + 4] for start in range(0, 64, 4))


def encode_base58btc(data: bytes) -> str:
    """Multibase base58btc: "z" and the digits."""
    return "z" + base58.b58encode(data).decode("ascii")


def decode_base58btc(text: str, length: int) -> bytes:
    """Multibase base58btc that must hold exactly length bytes, written in its only form. Raises FormatError."""
    if not text.startswith("z") or len(text) > 2 * length + 2:
        raise FormatError("is not base58btc of the right length")
    if not _BASE58BTC.fullmatch(text):
        raise FormatError("is not base58btc")
    data = base58.b58decode(text[1:])
    if len(data) != length:
        raise FormatError(f"is not base58btc of {length} bytes")
    return data


def _encode(prefix: bytes, key: bytes) -> str:
    if len(key) != 32:
        raise FormatError("an Ed25519 key has 32 bytes")
    return encode_base58btc(prefix + key)


def _decode(prefix: bytes, text: str, what: str) -> bytes:
    try:
        data = decode_base58btc(text, 34)
    except FormatError:
        data = b""
    if not data.startswith(prefix):
        raise FormatError(f"is not {what} in Multikey form")
    return data[2:]
