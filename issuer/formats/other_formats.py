"""Relatives of a VC 2.0 credential with embedded proofs, told apart so that they are called unsupported and never forged.

Tokens: https://www.w3.org/TR/vc-jose-cose/; envelopes and presentations: https://www.w3.org/TR/vc-data-model-2.0/ sections 4.12 and 4.13;
their forebears: https://www.w3.org/TR/vc-data-model-1.1/ and Open Badges 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TOKEN = re.compile(rb"eyJ[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){2,4}(~[A-Za-z0-9_~.-]*)?")
_CONTEXTS = {
    "https://www.w3.org/2018/credentials/v1": "Verifiable Credentials 1.1",
    "https://w3id.org/openbadges/v1": "Open Badges 1",
    "https://w3id.org/openbadges/v2": "Open Badges 2.0",
}
_TYPES = {
    "EnvelopedVerifiableCredential": "an enveloped credential",
    "EnvelopedVerifiablePresentation": "an enveloped presentation",
    "VerifiablePresentation": "a presentation",
}


def is_token(data: bytes) -> bool:
    """Whether data looks like VC-JWT, SD-JWT or another JOSE token."""
    return _TOKEN.fullmatch(data.strip(b" \t\r\n")) is not None


def name_of(value: Mapping[str, Any]) -> str | None:
    """What a JSON object is, in words, if it is a relative; None if it is not."""
    for context in _texts(value.get("@context"))[:1]:
        if context in _CONTEXTS:
            return _CONTEXTS[context]
    return next((_TYPES[name] for name in _texts(value.get("type")) if name in _TYPES), None)


def _texts(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]
