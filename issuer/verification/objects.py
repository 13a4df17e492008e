"""JSON objects beside a record: bounded and strict, or nothing."""

from __future__ import annotations

from typing import Any

from issuer.errors import FormatError
from issuer.formats import strict_json

MAX_SIDE_BYTES = 16 * 1024 * 1024
"""A list of 16 MiB of random bits has more; no list of ours has more than some hundred thousand bytes."""
MAX_PARTS = 10_000
"""Members and items of a side document. Sixteen megabytes of "[],[],…" would be ten million of them, and a gigabyte in memory."""
MAX_REGISTER_PARTS = 400_000
"""Some 60,000 entries, which are read in less than a second."""


def parse_object(data: bytes | None, *, max_parts: int = MAX_PARTS) -> dict[str, Any] | None:
    """The JSON object in data, None if it holds none that can be read."""
    return parse_canonical(data, max_parts=max_parts)[0]


def parse_canonical(data: bytes | None, *, max_parts: int = MAX_PARTS) -> tuple[dict[str, Any] | None, bool]:
    """The same, and whether data is its RFC 8785 form."""
    if data is None or data.count(b",") + data.count(b"[") + data.count(b"{") > max_parts:
        return None, False
    try:
        value, is_canonical = strict_json.parse_canonical(data, max_bytes=MAX_SIDE_BYTES)
    except FormatError:
        return None, False
    return value if isinstance(value, dict) else None, is_canonical
