"""W3C Bitstring Status List."""

from __future__ import annotations

import base64
import gzip
import tracemalloc
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import bitstring
from tests.vector_files import name_of, vectors_of


def packed(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(gzip.compress(data, mtime=0)).rstrip(b"=").decode()


@pytest.mark.parametrize("vector", vectors_of("bitstring"), ids=name_of)
def test_vector(vector: dict[str, Any]) -> None:
    if not vector["valid"]:
        with pytest.raises(FormatError):
            bitstring.decode(vector["encodedList"])
        return
    bits = bitstring.decode(vector["encodedList"])
    assert 8 * len(bits) == vector["size"]
    assert [index for index in range(vector["size"]) if bitstring.is_set(bits, index)] == vector["set"]


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, bitstring.MIN_BITS - 1), max_size=50))
def test_encode_decode_same(indexes: set[int]) -> None:
    text = bitstring.encode(sorted(indexes))
    assert text == bitstring.encode(sorted(indexes, reverse=True))
    bits = bitstring.decode(text)
    assert len(bits) * 8 == bitstring.MIN_BITS
    assert sum(byte.bit_count() for byte in bits) == len(indexes)
    assert all(bitstring.is_set(bits, index) for index in indexes)


@given(st.text() | st.from_regex(r"u[A-Za-z0-9_=-]{0,60}", fullmatch=True) | st.binary(max_size=40).map(packed))
def test_text_gives_bits_or_a_format_error(text: str) -> None:
    with suppress(FormatError):
        bitstring.decode(text)


@pytest.mark.parametrize("index", [-1, bitstring.MIN_BITS])
def test_beyond_the_list(index: int) -> None:
    with pytest.raises(FormatError):
        bitstring.encode([index])
    with pytest.raises(FormatError):
        bitstring.is_set(bytes(bitstring.MIN_BITS // 8), index)


@pytest.mark.parametrize("size", [0, -8, bitstring.MIN_BITS + 1])
def test_sizes_that_no_bytes_hold(size: int) -> None:
    with pytest.raises(FormatError):
        bitstring.encode([], size)


def test_bounds_and_bombs() -> None:
    assert len(bitstring.decode(packed(bytes(bitstring.MAX_BYTES)))) == bitstring.MAX_BYTES
    with pytest.raises(FormatError):
        bitstring.decode(packed(bytes(bitstring.MAX_BYTES + 1)))
    bomb = packed(bytes(200 * 2**20))
    tracemalloc.start()
    with pytest.raises(FormatError):
        bitstring.decode(bomb)
    assert tracemalloc.get_traced_memory()[1] < 60 * 2**20
    tracemalloc.stop()
