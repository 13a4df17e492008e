"""Reading a DID document: which Ed25519 keys it gives for assertions (https://www.w3.org/TR/did-core/ sections 5.2 and 5.3).

{"id":"did:web:certificates.example.org",
 "verificationMethod":[{"id":"did:web:…#z6Mk…","type":"Multikey","controller":"did:web:…","publicKeyMultibase":"z6Mk…"}],
 "assertionMethod":["did:web:…#z6Mk…"],
 "service":[{"id":"did:web:…#log","type":"TransparencyLog","serviceEndpoint":"https://…/log/"}]}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.formats.did_web import LOG_SERVICE

TYPES = ("Multikey", "Ed25519VerificationKey2020")


@dataclass(frozen=True, slots=True)
class DidDocument:
    """id: the DID; methods: verification method → Multikey z6Mk…, not yet decoded, of those that the DID itself controls;
    asserting: those of them that may sign claims; unreadable: methods with a key of another kind; has_log: whether it names a log."""

    id: str
    methods: Mapping[str, str]
    asserting: frozenset[str]
    unreadable: frozenset[str]
    has_log: bool


def read(document: Mapping[str, Any]) -> DidDocument:
    """A DID document as parsed. What is malformed in it is left out, so that it counts for nothing."""
    did = document.get("id")
    did = did if isinstance(did, str) else ""
    assertions = _items(document, "assertionMethod")
    methods: dict[str, str] = {}
    unreadable: set[str] = set()
    for item in [*_items(document, "verificationMethod"), *assertions]:
        if not isinstance(item, dict) or item.get("controller") != did:
            continue
        name, key = _absolute(did, item.get("id")), item.get("publicKeyMultibase")
        if item.get("type") in TYPES and isinstance(key, str) and key.startswith("z6Mk"):
            methods.setdefault(name, key)
        else:
            unreadable.add(name)
    named = {_absolute(did, item.get("id") if isinstance(item, dict) else item) for item in assertions}
    has_log = any(isinstance(item, dict) and item.get("type") == LOG_SERVICE for item in _items(document, "service"))
    return DidDocument(did, methods, frozenset(named & methods.keys()), frozenset(unreadable - methods.keys()), has_log)


def of_key(did: str, key: str) -> DidDocument:
    """What a did:key says of itself: its one key. key: z6Mk…."""
    method = f"{did}#{key}"
    return DidDocument(did, {method: key}, frozenset({method}), frozenset(), has_log=False)


def _absolute(did: str, name: Any) -> str:
    """A verification method's whole name; DID Core section 3.2.2 lets a document leave the DID out."""
    if not isinstance(name, str):
        return ""
    return did + name if name.startswith("#") else name


def _items(document: Mapping[str, Any], name: str) -> list[Any]:
    value = document.get(name)
    return value if isinstance(value, list) else []
