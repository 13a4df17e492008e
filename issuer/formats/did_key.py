"""did:key for Ed25519: a DID that is a public key and nothing else (https://w3c-ccg.github.io/did-key-spec/).

did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH
"""

from __future__ import annotations

from issuer.errors import FormatError, UnsupportedError
from issuer.formats import multikey

PREFIX = "did:key:"


def key(did: str) -> str:
    """The Multikey z6Mk… of a did:key. Raises UnsupportedError for a key of another kind, FormatError if it is no did:key."""
    text = did.removeprefix(PREFIX)
    if text == did:
        raise FormatError(f"{did[:200]!r} is not a did:key")
    if not text.startswith("z6Mk"):
        raise UnsupportedError("the did:key holds no Ed25519 key")
    multikey.decode_public(text)
    return text
