"""gzip that is the same everywhere."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.formats import deflate


@pytest.mark.parametrize(
    ("data", "packed"),
    [
        (b"", "1f8b08000000000000ff03000000000000000000"),
        (bytes(3), "1f8b08000000000000ff636060000012d941ff03000000"),
        (bytes(1 << 14), "1f8b08000000000000ff631805" + "a360148c8251300a46c1281805" * 7 + "a360148c8251300a46c180030086d254ab00400000"),
    ],
)
def test_the_bytes_never_change(data: bytes, packed: str) -> None:
    assert deflate.compress(data).hex() == packed


def test_runs_of_every_length() -> None:
    for length in (*range(1, 600), 65_535, 65_536):
        data = bytes(length) + b"\xff" * length + b"\x8f\x90"
        assert gzip.decompress(deflate.compress(data)) == data


@given(
    st.binary(max_size=300)
    | st.lists(st.tuples(st.integers(0, 255), st.integers(1, 600))).map(
        lambda runs: b"".join(bytes([byte]) * count for byte, count in runs)
    )
)
def test_what_goes_in_comes_out(data: bytes) -> None:
    packed = deflate.compress(data)
    stream = zlib.decompressobj(wbits=31)
    assert stream.decompress(packed) == data
    assert stream.eof
    assert not stream.unused_data
    assert len(packed) <= 21 + len(data) * 9 // 8
