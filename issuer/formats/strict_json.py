"""Strict reading of JSON that is signed: I-JSON (RFC 7493, https://www.rfc-editor.org/rfc/rfc7493) with bounds.

Python and JavaScript parsers disagree on large integers, duplicate keys, NaN, depth and lone surrogates. What they could read
differently is refused here, so that both verifiers see the same document or none.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from issuer.errors import FormatError
from issuer.formats import jcs

MAX_BYTES = 64 * 1024
MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1


def parse(data: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """Parse UTF-8 JSON without BOM. Nesting ≤ 32 (the outermost container is depth 1), integers within ±(2^53−1), numbers finite,
    no key twice in an object, no lone surrogate. max_bytes: the longest input accepted. Raises FormatError."""
    if len(data) > max_bytes:
        raise FormatError(f"is larger than {max_bytes} bytes")
    try:
        text = data.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant)
    except UnicodeDecodeError:
        raise FormatError("is not UTF-8") from None
    except RecursionError:
        raise FormatError(f"is nested more than {MAX_DEPTH} deep") from None
    except json.JSONDecodeError as error:
        raise FormatError(f"is not JSON: {error.msg} at character {error.pos}") from None
    _bound(value)
    return value


def canonical_object(data: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Parse bytes that must be a JSON object in its own RFC 8785 form. Raises FormatError."""
    value = parse(data, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise FormatError("is not a JSON object")
    if jcs.canonical(value) != data:
        raise FormatError("is not in canonical form")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise FormatError("has an object with the same key twice")
    return value


def _integer(token: str) -> int:
    if len(token) > 17 or abs(int(token)) > MAX_INTEGER:
        raise FormatError("has an integer beyond 2^53-1")
    return int(token)


def _number(token: str) -> float:
    value = float(token)
    if not math.isfinite(value):
        raise FormatError("has a number that is too large")
    return value


def _constant(token: str) -> NoReturn:
    raise FormatError(f"has {token}, which is not JSON")


def _bound(value: Any) -> None:
    """Depth and surrogates, without recursion."""
    stack: list[tuple[Any, int]] = [(value, 1)]
    while stack:
        item, depth = stack.pop()
        if isinstance(item, str):
            if not item.isascii() and any(0xD800 <= ord(character) <= 0xDFFF for character in item):
                raise FormatError("has half of a surrogate pair")
        elif isinstance(item, (dict, list)):
            if depth > MAX_DEPTH:
                raise FormatError(f"is nested more than {MAX_DEPTH} deep")
            members = [*item.keys(), *item.values()] if isinstance(item, dict) else item
            stack.extend((member, depth + 1) for member in members)
