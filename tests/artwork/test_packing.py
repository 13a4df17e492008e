"""What is packed has the same bytes on every processor, so that an auditor's computer draws what the issuer's drew.

The digests were also seen under QEMU, as an x86-64 without SSE 4.2, as a Nehalem, as a Haswell, and as an ARM64.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from zlib_ng import zlib_ng

from issuer.artwork.pdf import syntax
from issuer.artwork.png import packing

_NOISE = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(4000))
ROWS = b"".join(bytes([byte % 16]) * (1 + byte // 16) for byte in _NOISE)
"""Runs of pixels in sixteen colours, more than a window of 32 KiB."""
OPERATORS = b"".join(b"%d %d %d 1 re\n" % (byte % 41, byte % 37, 1 + byte % 5) for byte in _NOISE[:8000])
SMALLEST = 3

_WAYS: dict[str, tuple[Callable[[], bytes], str]] = {
    "png, runs": (lambda: packing.moving(ROWS, runs=True).data, "1162c0053521c275"),
    "png, soon": (lambda: packing.moving(ROWS, runs=False).data, "9e90f0dff6e84e9f"),
    "png, small": (lambda: packing.still(ROWS).data, "568a1552aaef12c7"),
    "pdf": (lambda: syntax.deflate(OPERATORS), "2f23582af32ee656"),
}


@pytest.mark.parametrize("way", _WAYS)
def test_the_bytes_do_not_depend_on_the_processor(way: str) -> None:
    pack, expected = _WAYS[way]
    data = pack()
    raw = zlib_ng.decompressobj(-15 if way.startswith("png") else 15).decompress(data)
    assert raw == (ROWS if way.startswith("png") else OPERATORS)
    assert len(raw) > SMALLEST * len(data), "it is packed"
    assert hashlib.sha256(data).hexdigest()[:16] == expected
