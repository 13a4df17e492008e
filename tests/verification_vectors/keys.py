"""Check 3: the key is the issuer's, and was in its window when the record was logged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from issuer.formats import did_web, jcs, strict_json
from tests.forgery import BASE, DID, KEY, OTHER, about, config, credential, evidence, good, retired, rotated, signed
from tests.verification_vectors.case import MAYBE, NO, VALID, Case

_LOG = f"{BASE}/log/"
_NOT_LISTED = {"key": "fail key-not-listed"}
_BY_NOBODY = {"log": "fail checkpoint-forged", "status": "fail list-forged"}
_OUTSIDE = {"key": "unknown window-unknown", **_BY_NOBODY}
_STOLEN = "2026-06-10"


def _did(**changes: Any) -> Callable[[], dict[str, Any]]:
    """The DID document with changed members; None takes one out."""
    document = {**did_web.document(DID, [KEY.public], log=_LOG), **changes}
    data = jcs.canonical({name: member for name, member in document.items() if member is not None})
    return lambda: evidence(good(), did=data)


def _keys(**changes: Any) -> Callable[[], dict[str, Any]]:
    """keys.json with changed members of its one key; None stands for null, "absent" takes one out."""
    value = strict_json.parse(about(config())["keys"])
    value["keys"] = [{name: member for name, member in {**value["keys"][0], **changes}.items() if member != "absent"}]
    return lambda: evidence(good(), keys=jcs.canonical(value))


_METHOD = did_web.document(DID, [KEY.public], log=_LOG)["verificationMethod"][0]
_TWO = config({"key": KEY.public, "from": 0, "use": ["credentials"]}, {"key": OTHER.public, "from": 0, "use": ["status", "log"]})
_SWAPPED = config({"key": OTHER.public, "from": 0, "use": ["credentials"]}, {"key": KEY.public, "from": 0, "use": ["status", "log"]})
_NEVER_GOOD = config(
    {"key": OTHER.public, "from": 0},
    {"key": KEY.public, "from": 2, "until": 2, "compromised": _STOLEN},
)

CASES = [
    Case(
        "key-not-listed",
        "signed with an unlisted key",
        lambda: evidence(jcs.canonical(signed(credential(), OTHER))),
        NO,
        _NOT_LISTED,
    ),
    Case(
        "key-of-another",
        "a good signature in another issuer's name",
        lambda: evidence(jcs.canonical(signed(credential(), KEY, "did:web:example.com"))),
        NO,
        {"key": "fail key-of-another"},
    ),
    Case(
        "did-missing",
        "no DID document",
        lambda: evidence(good(), did=None),
        MAYBE,
        {"key": "unknown did-missing", "status": "unknown list-unverified"},
    ),
    Case(
        "did-broken",
        "a DID document that is not JSON",
        lambda: evidence(good(), did=b"<html>"),
        MAYBE,
        {"key": "unknown did-missing", "status": "unknown list-unverified"},
    ),
    Case(
        "did-of-another",
        "the DID document of another issuer",
        lambda: evidence(good(), did=jcs.canonical(did_web.document("did:web:example.com", [KEY.public]))),
        MAYBE,
        {"key": "unknown did-mismatch", "status": "unknown list-unverified"},
    ),
    Case(
        "key-not-for-assertions",
        "the key is listed, but not for assertions",
        _did(assertionMethod=[]),
        NO,
        {**_NOT_LISTED, "status": "fail list-forged"},
    ),
    Case(
        "key-controlled-by-another",
        "the key has another controller",
        _did(verificationMethod=[{**_METHOD, "controller": "did:web:example.com"}]),
        NO,
        {**_NOT_LISTED, "status": "fail list-forged"},
    ),
    Case(
        "key-exchanged",
        "another key under the name of this one",
        _did(verificationMethod=[{**_METHOD, "publicKeyMultibase": OTHER.public}]),
        NO,
        {**_NOT_LISTED, "status": "fail list-forged"},
    ),
    Case(
        "key-of-another-kind",
        "the key is listed as one of a kind that is not built in",
        _did(verificationMethod=[{**_METHOD, "type": "JsonWebKey"}]),
        NO,
        {"key": "unknown key-unreadable", "status": "fail list-forged"},
    ),
    Case("log-not-in-did", "the DID document does not name the log, but there is a keys.json", _did(service=None), VALID),
    Case(
        "keys-missing",
        "no keys.json, although the DID document names a log",
        lambda: evidence(good(), keys=None),
        MAYBE,
        {"key": "unknown windows-missing", "log": "unknown checkpoint-unverified", "status": "unknown list-unverified"},
    ),
    Case(
        "keys-broken",
        "a keys.json that is not JSON",
        lambda: evidence(good(), keys=b"<html>"),
        MAYBE,
        {"key": "unknown windows-missing", "log": "unknown checkpoint-unverified", "status": "unknown list-unverified"},
    ),
    Case(
        "key-without-window",
        "keys.json does not know the key",
        lambda: evidence(good(), keys=about(config({"key": OTHER.public}))["keys"]),
        NO,
        {**_NOT_LISTED, **_BY_NOBODY},
    ),
    Case("key-without-use", "a key that is for nothing does not count", _keys(use="absent"), NO, {**_NOT_LISTED, **_BY_NOBODY}),
    Case(
        "key-compromised-in-use",
        "a key cannot be stolen and in use",
        _keys(compromised=_STOLEN),
        NO,
        {**_NOT_LISTED, **_BY_NOBODY},
    ),
    Case("keys-by-use", "one key for certificates, another for lists and log", lambda: rotated(good(), _TWO), VALID),
    Case(
        "key-of-another-use",
        "the key for lists and log signs a certificate",
        lambda: rotated(good(), _SWAPPED, key=KEY),
        NO,
        _NOT_LISTED,
    ),
    Case(
        "key-for-credentials-signs-log",
        "the key for certificates signs checkpoint and lists",
        lambda: rotated(good(), _TWO, key=KEY),
        NO,
        _OUTSIDE,
    ),
    Case(
        "key-retired",
        "logged when the key was no longer in use",
        lambda: rotated(good(), retired(3)),
        NO,
        {"key": "fail key-outside-window"},
    ),
    Case("key-retired-after", "logged as the last entry of the key", lambda: rotated(good(), retired(4)), VALID),
    Case(
        "key-retired-signs-checkpoint",
        "a thief of the retired key signs a log and a list of today",
        lambda: rotated(good(), retired(4), key=KEY),
        NO,
        _OUTSIDE,
    ),
    Case(
        "key-compromised-before",
        "logged as the last entry before the key was stolen",
        lambda: rotated(good(), retired(4, compromised=_STOLEN)),
        VALID,
        {"key": "pass key-listed-before"},
    ),
    Case(
        "key-compromised",
        "logged as the first entry after the key was stolen",
        lambda: rotated(good(), retired(3, compromised=_STOLEN)),
        NO,
        {"key": "fail key-compromised"},
    ),
    Case(
        "key-compromised-not-logged",
        "signed with a stolen key and never logged",
        lambda: {**rotated(good(), retired(4, compromised=_STOLEN)), "proof": None},
        MAYBE,
        {"key": "unknown key-compromised-unproved", "log": "unknown proof-missing"},
    ),
    Case(
        "key-compromised-never-good",
        "signed with a key that was stolen before its first entry, and never logged",
        lambda: {**rotated(good(), _NEVER_GOOD), "proof": None},
        NO,
        {"key": "fail key-compromised", "log": "unknown proof-missing"},
    ),
    Case(
        "key-retired-not-logged",
        "signed with a retired key that was not stolen, and never logged",
        lambda: {**rotated(good(), retired(4)), "proof": None},
        MAYBE,
        {"key": "unknown window-unknown", "log": "unknown proof-missing"},
    ),
]
