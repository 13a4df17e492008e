"""JSON objects beside a record: bounded and strict, or nothing."""

from __future__ import annotations

from typing import Any

from issuer.errors import FormatError
from issuer.formats import strict_json

MAX_SIDE_BYTES = 16 * 1024 * 1024
"""A register of 100,000 revocations has 15 MB; DID documents and keys.json have some thousand bytes."""
MAX_PARTS = 1_000_000
"""Members and items of a side document. Sixteen megabytes of "[],[],…" would be ten million of them, and a gigabyte in memory."""


def parse_object(data: bytes | None) -> dict[str, Any] | None:
    """The JSON object in data, None if it holds none that can be read."""
    if data is None or data.count(b",") + data.count(b"[") + data.count(b"{") > MAX_PARTS:
        return None
    try:
        value = strict_json.parse(data, max_bytes=MAX_SIDE_BYTES)
    except FormatError:
        return None
    return value if isinstance(value, dict) else None
