"""The JSON-LD context of an issuer's own fields, by a fixed formula from its address (https://www.w3.org/TR/json-ld11/).

    https://certificates.example.org/contexts/v1.json

Columns that Open Badges has no place for are `field` entries of the subject. Each names itself, so that one context serves every batch:

    "field": [{"type": ["Field"], "key": "department", "name": "Department", "value": "Physics"}]

The issuer publishes the document at its address for everyone else's verifiers. Ours make it from the address, and so fetch nothing and
cannot be given another meaning for the same words. `name` is schema.org/name, which VC 2.0 defines already.
"""

from __future__ import annotations

import re
from typing import Any

from issuer.errors import FormatError

PATH = "/contexts/v1.json"
"""Where the context lies below the issuer's base URL. Another formula gets another number."""
_URL = re.compile(r"(https://[A-Za-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*" + re.escape(PATH))
_MAX_URL = 500


def url(base_url: str) -> str:
    """The address of the context of an issuer whose pages begin at base_url (https, or http on this computer). Raises FormatError."""
    address = base_url.rstrip("/") + PATH
    if not is_url(address):
        raise FormatError(f"{base_url!r} is not an address that a context can lie below")
    return address


def is_url(address: str) -> bool:
    """Whether this is the address of such a context: at most 500 characters, https (http on this computer), no ?, # or escapes."""
    return len(address) <= _MAX_URL and _URL.fullmatch(address) is not None


def document(base_url: str) -> dict[str, Any]:
    """The context document to publish at url(base_url). Raises FormatError."""
    return at(url(base_url))


def at(address: str) -> dict[str, Any]:
    """The context document that lies at this address. Raises FormatError if it is not the address of one."""
    if not is_url(address):
        raise FormatError(f"{address!r} is not the address of an issuer's context")
    own = {
        "@protected": True,
        "id": "@id",
        "type": "@type",
        "key": f"{address}#key",
        "value": f"{address}#value",
    }
    return {
        "@context": {
            "@protected": True,
            "id": "@id",
            "type": "@type",
            "Field": {"@id": f"{address}#Field", "@context": own},
            "field": {"@id": f"{address}#field", "@container": "@set"},
        }
    }
