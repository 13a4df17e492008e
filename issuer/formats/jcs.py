"""JSON Canonicalization Scheme, RFC 8785 (https://www.rfc-editor.org/rfc/rfc8785)."""

from __future__ import annotations

from typing import Any

import rfc8785

from issuer.errors import FormatError


def canonical(value: Any) -> bytes:
    """The one UTF-8 byte string that RFC 8785 gives a JSON value. Raises FormatError for what JSON cannot carry (NaN, 2^53)."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise FormatError(f"this value has no canonical JSON form: {error}") from None
