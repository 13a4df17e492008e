"""Credentials of issuers that keep no log of ours: did:web and did:key, VC 2.0 with and without an achievement."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from issuer import signing
from issuer.formats import bitstring, data_integrity, jcs
from tests.forgery import CREATED, KEY, OTHER, credential, evidence, signed
from tests.verification_vectors.case import MAYBE, NO, VALID, Case

_COLLEGE = "did:web:college.example.net"
_KEY_DID = f"did:key:{OTHER.public}"
_LIST = "https://college.example.net/status/3"
_METHOD = f"{_COLLEGE}#key-1"
_DOCUMENT: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
    "id": _COLLEGE,
    "verificationMethod": [{"id": "#key-1", "type": "Multikey", "controller": _COLLEGE, "publicKeyMultibase": OTHER.public}],
    "assertionMethod": ["#key-1"],
}
_CURRENT = {"document": "pass credential", "key": "pass key-current", "log": "pass no-log"}
_MEMBERSHIP = {
    "@context": [credential()["@context"][0]],
    "type": ["VerifiableCredential"],
    "issuer": _COLLEGE,
    "credentialSubject": {"id": "did:example:subject", "name": "Ada Sample"},
}


def _status(**changes: Any) -> dict[str, Any]:
    return {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "42",
        "statusListCredential": _LIST,
        **changes,
    }


def _badge(did: str = _COLLEGE, **changes: Any) -> dict[str, Any]:
    issuer = {"id": did, "type": ["Profile"], "name": "Example College"}
    return credential(issuer=issuer, **{"credentialStatus": None, **changes})


def _asked(
    value: dict[str, Any],
    *,
    key: signing.SecretKey = OTHER,
    method: str = _METHOD,
    suite: str = data_integrity.JCS,
    did: Any = _DOCUMENT,
    lists: dict[str, bytes] | None = None,
    **changes: Any,
) -> Callable[[], dict[str, Any]]:
    """A credential as its issuer publishes it, indented, and the DID document that is at hand."""
    document = signed(value, key, suite=suite, method=method)

    def make() -> dict[str, Any]:
        found = evidence(json.dumps(document, indent=2).encode(), keys=None, proof=None, register=None)
        issuer = value["issuer"]
        expected = issuer["id"] if isinstance(issuer, dict) else issuer
        sides = {"did": None if did is None else jcs.canonical(did), "lists": lists or {}, "expected": expected}
        return {**found, **sides, **changes}

    return make


def _list(*bits: int, key: signing.SecretKey = OTHER, did: str = _COLLEGE, **changes: Any) -> bytes:
    """A status list as other issuers sign it: the method in its own name, no need for an id."""
    suite = changes.pop("suite", data_integrity.JCS)
    encoded = changes.pop("encoded", bitstring.encode(bits))
    document = {
        "@context": [credential()["@context"][0]],
        "id": _LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": did},
        "validFrom": CREATED,
        "credentialSubject": {"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": encoded},
        **changes,
    }
    document = {name: member for name, member in document.items() if member is not None}
    return json.dumps(signed(document, key, suite=suite, method=f"{did}#key-1")).encode()


def _listed(data: bytes, status: Any = None) -> Callable[[], dict[str, Any]]:
    return _asked(_badge(credentialStatus=status or _status()), lists={_LIST: data})


def _with_better_score() -> dict[str, Any]:
    found = _asked(_badge())()
    return {**found, "record": found["record"].replace(b'"91"', b'"99"')}


def _with(**changes: Any) -> dict[str, Any]:
    return {**_DOCUMENT, **changes}


def _case(name: str, why: str, make: Callable[[], dict[str, Any]], verdict: str, **checks: str) -> Case:
    """An issuer without a log and without a status list."""
    return Case(f"world-{name}", why, make, verdict, {**_CURRENT, "status": "pass no-status", **checks})


def _rdfc(name: str, why: str, make: Callable[[], dict[str, Any]], browser: dict[str, str], **checks: str) -> Case:
    """A valid one with a suite that the browser does not know. browser: what that says instead."""
    return Case(f"world-{name}", why, make, VALID, {**_CURRENT, "status": "pass no-status", **checks}, (MAYBE, browser))


_NOBODY = {"log": "unknown log-unknown", "document": "unknown form-unknown"}
_METHODS = _DOCUMENT["verificationMethod"]
_OLD_KIND = [{**_METHODS[0], "type": "Ed25519VerificationKey2020"}]
_JWK = [{"id": "#key-1", "type": "JsonWebKey", "controller": _COLLEGE, "publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}}]
_DATED: dict[str, Any] = {"validFrom": "2026-06-14T00:00:00Z", "validUntil": "2026-06-21T00:00:00Z"}
_PAST: dict[str, Any] = {"validFrom": "2026-06-01T00:00:00Z", "validUntil": "2026-06-02T00:00:00Z"}
_BITS = {"status": "pass not-revoked-undated"}

CASES = [
    _case("badge", "an open badge of an issuer without a log", _asked(_badge()), VALID),
    _rdfc(
        "badge-rdfc",
        "the same with the other suite",
        _asked(_badge(), suite=data_integrity.RDFC),
        {"signature": "unknown proof-unsupported"},
    ),
    _case("membership", "a credential without an achievement, its issuer a plain DID", _asked(_MEMBERSHIP), VALID),
    _case(
        "did-key",
        "an issuer that is known by its key alone",
        _asked(_badge(_KEY_DID), method=f"{_KEY_DID}#{OTHER.public}", did=None),
        VALID,
        key="pass key-itself",
    ),
    _case(
        "did-key-other",
        "a did:key whose key is not the one that signed",
        _asked(_badge(_KEY_DID), key=KEY, method=f"{_KEY_DID}#{KEY.public}", did=None),
        NO,
        key="fail key-not-listed",
    ),
    _case(
        "did-key-x25519",
        "a did:key of a kind that cannot sign",
        _asked(_badge("did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc"), method="did:key:z6LSb#z6LSb", did=None),
        NO,
        signature="unknown key-unreadable",
        key="fail key-of-another",
        **_NOBODY,
    ),
    _case(
        "did-unsupported",
        "a DID method that is not built in",
        _asked(_badge("did:example:college"), method=f"did:example:college#{OTHER.public}", did=None),
        MAYBE,
        key="unknown did-unsupported",
        **_NOBODY,
    ),
    _case(
        "issuer-https",
        "an issuer that is a web address, not a DID",
        _asked(_badge("https://college.example.net/issuer"), method="https://college.example.net/issuer#key-1", did=None),
        MAYBE,
        signature="unknown key-unreadable",
        key="unknown did-unsupported",
        **_NOBODY,
    ),
    _case("key-2020", "a key in the form of 2020", _asked(_badge(), did=_with(verificationMethod=_OLD_KIND)), VALID),
    _case(
        "key-inside",
        "the key stands in assertionMethod itself",
        _asked(_badge(), did=_with(verificationMethod=[], assertionMethod=_METHODS)),
        VALID,
    ),
    _case(
        "key-jwk",
        "a key in a form that is not built in",
        _asked(_badge(), did=_with(verificationMethod=_JWK)),
        MAYBE,
        signature="unknown key-unreadable",
        key="unknown key-unreadable",
    ),
    _case(
        "key-not-listed",
        "the DID document does not have the key",
        _asked(_badge(), did=_with(verificationMethod=[], assertionMethod=[])),
        NO,
        signature="unknown key-unreadable",
        key="fail key-not-listed",
    ),
    _case(
        "key-not-for-assertions",
        "the key is for something else",
        _asked(_badge(), did=_with(assertionMethod=[])),
        NO,
        key="fail key-not-listed",
    ),
    _case(
        "did-missing",
        "no DID document, and the name of the key says nothing",
        _asked(_badge(), did=None),
        MAYBE,
        signature="unknown key-unreadable",
        key="unknown did-missing",
        **_NOBODY,
    ),
    _case("changed", "a better score", _with_better_score, NO, signature="fail signature-wrong"),
    _case("list", "a list without an end", _listed(_list(5)), VALID, **_BITS),
    _case("list-without-id", "a list that does not say where it is from", _listed(_list(5, id=None)), VALID, **_BITS),
    _case("list-dated", "a list with an end", _listed(_list(5, **_DATED)), VALID, status="pass not-revoked"),
    _case(
        "list-until-the-end",
        "a list that ends on the last day there is",
        _listed(_list(5, validUntil="9999-12-31T23:59:59-14:00")),
        VALID,
        status="pass not-revoked",
    ),
    _case("list-several", "two entries", _listed(_list(5), [_status(), _status(statusListIndex="43")]), VALID, **_BITS),
    _case("list-stale", "a list that has ended", _listed(_list(5, **_PAST)), MAYBE, status="unknown list-stale"),
    _case("revoked", "the bit is set", _listed(_list(42)), NO, status="fail revoked"),
    _case("list-forged", "a list signed with another key", _listed(_list(5, key=KEY)), NO, status="fail list-forged"),
    _case(
        "list-of-others",
        "a list that somebody else keeps",
        _listed(_list(5, did="did:web:lists.example.net")),
        MAYBE,
        status="unknown list-unsupported",
    ),
    _case("list-missing", "no list", _asked(_badge(credentialStatus=_status())), MAYBE, status="unknown list-missing"),
    _rdfc(
        "list-rdfc",
        "a list with the other suite",
        _listed(_list(5, suite=data_integrity.RDFC)),
        {"status": "unknown list-unsupported"},
        **_BITS,
    ),
    _case(
        "list-other-purpose",
        "a list for something else",
        _listed(
            _list(credentialSubject={"type": "BitstringStatusList", "statusPurpose": "suspension", "encodedList": bitstring.encode([])})
        ),
        NO,
        status="fail list-of-another",
    ),
]
