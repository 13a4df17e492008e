"""JSON Canonicalization Scheme, RFC 8785 (https://www.rfc-editor.org/rfc/rfc8785).

Python's own writer gives the same bytes as long as three things hold, and is ten times as fast as one in Python: there are no floats,
which RFC 8785 writes as JavaScript does; integers are within ±(2^53−1); and no name has a character from U+D800 on, because from there on
the order of UTF-16, which RFC 8785 sorts by, is not that of code points. Whatever else there is goes to rfc8785.
"""

from __future__ import annotations

import json
from typing import Any

import rfc8785

from issuer.errors import FormatError

MAX_INTEGER = 2**53 - 1
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False)


def canonical(value: Any) -> bytes:
    """The one UTF-8 byte string that RFC 8785 gives a JSON value. Raises FormatError for what JSON cannot carry (NaN, 2^53)."""
    try:
        return _ENCODER.encode(value).encode() if _is_plain(value) else rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise FormatError(f"this value has no canonical JSON form: {error}") from None


def _is_plain(value: Any) -> bool:
    """Whether Python's writer and RFC 8785 agree on a value, or it is one whose text cannot be encoded at all. Looks at the kinds that are
    most frequent first; a subclass of one of them is not plain."""
    kind = type(value)
    if kind is dict:
        for name, member in value.items():
            if type(name) is not str or not (name.isascii() or max(name) < "\ud800"):
                return False
            if type(member) is not str and not _is_plain(member):
                return False
        return True
    if kind is list:
        return all(type(item) is str or _is_plain(item) for item in value)
    if kind is int:
        return -MAX_INTEGER <= value <= MAX_INTEGER  # type: ignore[no-any-return]
    return kind is str or kind is bool or value is None
