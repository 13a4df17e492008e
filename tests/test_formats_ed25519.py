"""Strict Ed25519."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey

from issuer.formats import ed25519
from tests.vector_files import name_of, shared_files, vectors_of


@pytest.mark.parametrize("vector", vectors_of("ed25519"), ids=name_of)
def test_vector(vector: dict[str, Any]) -> None:
    assert ed25519.verify(*(bytes.fromhex(vector[part]) for part in ("publicKey", "message", "signature"))) is vector["valid"]


@pytest.mark.parametrize("path", shared_files("ed25519/rfc8032", "*.input"), ids=name_of)
def test_rfc_8032_lines(path: Path) -> None:
    lines = path.read_text("ascii").split()
    assert len(lines) == 64
    for line in lines:
        secret, public, message, signed = (bytes.fromhex(part) for part in line.split(":")[:4])
        assert ed25519.is_good_key(public)
        assert ed25519.verify(public, message, signed[:64])
        assert SigningKey(secret[:32]).sign(message).signature == signed[:64]
        assert not ed25519.verify(public, message + b"\0", signed[:64])


def test_the_small_order_encodings_are_the_14_of_libsodium() -> None:
    assert len(ed25519.SMALL_ORDER) == 14
    assert not any(ed25519.is_strict_point(point) or ed25519.is_good_key(point) for point in ed25519.SMALL_ORDER)


def test_points_that_are_not_reduced_are_refused() -> None:
    for y in range(ed25519.P, 2**255):
        for sign in (0, 1 << 255):
            assert not ed25519.is_strict_point((y | sign).to_bytes(32, "little"))


def test_a_good_key_has_no_torsion() -> None:
    """A key plus the point of order 2: libsodium and the guard take it for verifying, but nobody may issue with it."""
    public = bytes(SigningKey(b"\x01" * 32).verify_key)
    x = _x_of(public)
    mixed = ((ed25519.P - (int.from_bytes(public, "little") & (1 << 255) - 1)) | ((ed25519.P - x) & 1) << 255).to_bytes(32, "little")
    assert ed25519.is_good_key(public)
    assert ed25519.is_strict_point(mixed)
    assert not ed25519.is_good_key(mixed)


def _x_of(point: bytes) -> int:
    """The x coordinate of an encoded point, RFC 8032 section 5.1.3. Adding the point of order 2 gives (-x, -y)."""
    p = ed25519.P
    y, sign = int.from_bytes(point, "little") & (1 << 255) - 1, point[31] >> 7
    d = -121665 * pow(121666, -1, p) % p
    square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
    x = pow(square, (p + 3) // 8, p)
    if (x * x - square) % p:
        x = x * pow(2, (p - 1) // 4, p) % p
    return p - x if x & 1 != sign else x


@settings(max_examples=50)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.integers(0, 511))
def test_sign_verify_and_every_bit_counts(seed: bytes, message: bytes, bit: int) -> None:
    key = SigningKey(seed)
    signature = key.sign(message).signature
    public = bytes(key.verify_key)
    assert ed25519.verify(public, message, signature)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not ed25519.verify(public, message, bytes(changed))
    malleable = signature[:32] + (int.from_bytes(signature[32:], "little") + ed25519.L).to_bytes(32, "little")
    assert not ed25519.verify(public, message, malleable)


@given(st.binary(max_size=40), st.binary(max_size=10), st.binary(max_size=70))
def test_bytes_never_raise(key: bytes, message: bytes, signature: bytes) -> None:
    assert ed25519.verify(key, message, signature) is False
    assert ed25519.is_good_key(key) in (True, False)
