"""Strict reading of JSON that is signed: I-JSON (RFC 7493, https://www.rfc-editor.org/rfc/rfc7493) with bounds.

Python and JavaScript parsers disagree on large integers, duplicate keys, NaN, depth and lone surrogates. What they could read
differently is refused here, so that both verifiers see the same document or none.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn

from issuer.errors import FormatError
from issuer.formats import jcs

MAX_BYTES = 64 * 1024
MAX_DEPTH = 32


def parse(data: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """Parse UTF-8 JSON without BOM. Nesting ≤ 32 (the outermost container is depth 1), integers within ±(2^53−1), numbers finite,
    no key twice in an object, no lone surrogate. max_bytes: the longest input accepted. Raises FormatError."""
    text = _text(data, max_bytes)
    try:
        value = _STRICT.decode(text)
    except RecursionError:
        raise FormatError(f"is nested more than {MAX_DEPTH} deep") from None
    except json.JSONDecodeError as error:
        raise FormatError(f"is not JSON: {error.msg} at character {error.pos}") from None
    _bound_depth(value, text)
    if "\\u" in text:
        _refuse_surrogates(value)
    return value


def parse_canonical(data: bytes, *, max_bytes: int = MAX_BYTES) -> tuple[Any, bool]:
    """What `parse` gives, and whether the bytes are the value's own RFC 8785 form. Quickest for bytes that are. Raises FormatError."""
    text = _text(data, max_bytes)
    try:
        value = _PLAIN.decode(text)
        is_canonical = jcs.canonical(value) == data
    except (ValueError, RecursionError, FormatError):
        is_canonical = False
    if not is_canonical:
        return parse(data, max_bytes=max_bytes), False
    # A canonical form has no key twice, no NaN, no integer beyond 2^53-1 and no lone surrogate: what is left of `parse` is the depth.
    _bound_depth(value, text)
    return value, True


def canonical_object(data: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Parse bytes that must be a JSON object in its own RFC 8785 form. Raises FormatError."""
    value, is_canonical = parse_canonical(data, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise FormatError("is not a JSON object")
    if not is_canonical:
        raise FormatError("is not in canonical form")
    return value


def _text(data: bytes, max_bytes: int) -> str:
    if len(data) > max_bytes:
        raise FormatError(f"is larger than {max_bytes} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise FormatError("is not UTF-8") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise FormatError("has an object with the same key twice")
    return value


def _integer(token: str) -> int:
    if len(token) > 17 or abs(int(token)) > jcs.MAX_INTEGER:
        raise FormatError("has an integer beyond 2^53-1")
    return int(token)


def _number(token: str) -> float:
    value = float(token)
    if not math.isfinite(value):
        raise FormatError("has a number that is too large")
    return value


def _constant(token: str) -> NoReturn:
    raise FormatError(f"has {token}, which is not JSON")


_STRICT = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant)
_PLAIN = json.JSONDecoder()


def _bound_depth(value: Any, text: str) -> None:
    """Refuse what is nested too deeply. text: what value was read from; with few brackets in it there is nothing to look at."""
    if text.count("{") + text.count("[") <= MAX_DEPTH:
        return
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [member for item in level for member in _members(item)]
    if any(isinstance(item, (dict, list)) for item in level):
        raise FormatError(f"is nested more than {MAX_DEPTH} deep")


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse_surrogates(value: Any) -> None:
    """Refuse half of a surrogate pair. UTF-8 has none: only an escape can bring one in."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            try:
                item.encode()
            except UnicodeEncodeError:
                raise FormatError("has half of a surrogate pair") from None
        if isinstance(item, dict):
            stack.extend(item)
        stack.extend(_members(item))
