"""Strict Ed25519 verification: RFC 8032 section 5.1.7 (https://www.rfc-editor.org/rfc/rfc8032) behind one guard.

Libraries disagree about signatures with an unreduced S, with points of small order and with non-canonical encodings. Everything
on which they disagree is refused before the library is asked, here and in site/js/ed25519.js alike.
"""

from __future__ import annotations

from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open
from nacl.exceptions import BadSignatureError

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
_SIGN = 1 << 255
_ORDER_8 = (
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
)
SMALL_ORDER = frozenset(value.to_bytes(32, "little") for y in (0, 1, P - 1, P, P + 1, *_ORDER_8) for value in (y, y | _SIGN))
"""The 14 encodings of the eight points of small order."""


def is_strict_point(point: bytes) -> bool:
    """Whether 32 bytes encode a point canonically (y < p) that is not one of small order."""
    if len(point) != 32 or point in SMALL_ORDER:
        return False
    return int.from_bytes(point, "little") & (_SIGN - 1) < P


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether signature (64 bytes) on message is good under public_key (32 bytes). Anything malformed is False; never raises."""
    if len(signature) != 64 or not is_strict_point(public_key) or not is_strict_point(signature[:32]):
        return False
    if int.from_bytes(signature[32:], "little") >= L:
        return False
    try:
        crypto_sign_open(signature + message, public_key)
    except BadSignatureError:
        return False
    return True


def is_good_key(public_key: bytes) -> bool:
    """Whether a key may be used for issuing: a strict point in the prime-order subgroup (libsodium's check)."""
    return is_strict_point(public_key) and bool(crypto_core_ed25519_is_valid_point(public_key))
