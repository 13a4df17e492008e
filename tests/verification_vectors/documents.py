"""Check 1: the bytes, and what a credential must have."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from issuer.formats import jcs, open_badges, tlog_proof
from tests.forgery import credential, evidence, good, proof, raw, signed, without
from tests.verification_vectors.case import MAYBE, NO, VALID, Case, unread


def _text(change: Callable[[str], str]) -> Callable[[], dict[str, Any]]:
    return lambda: evidence(change(good().decode()).encode("utf-8", "surrogatepass"), proof=tlog_proof.serialise(proof(good())))


def _bytes(data: bytes) -> Callable[[], dict[str, Any]]:
    return lambda: evidence(data)


def _object(value: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    return lambda: evidence(jcs.canonical(value))


def _reversed(text: str) -> str:
    return json.dumps(dict(reversed(json.loads(text).items())), separators=(",", ":"), ensure_ascii=False)


_STATUS = credential()["credentialStatus"]
_FORM = (
    ("one-space", "one space more", _text(lambda t: t.replace(":", ": ", 1)), "not-canonical"),
    ("pretty", "indented", _text(lambda t: json.dumps(json.loads(t), indent=1, ensure_ascii=False)), "not-canonical"),
    ("unsorted", "members in another order", _text(_reversed), "not-canonical"),
    ("escaped", "a letter written as an escape", _text(lambda t: t.replace("Python", "\\u0050ython", 1)), "not-canonical"),
    ("bom", "a byte order mark", _text(lambda t: "\ufeff" + t), "not-json"),
    ("duplicate-key", "the name twice", _text(lambda t: t.replace('"name":', '"name":"x","name":', 1)), "not-json"),
    ("nan", "NaN", _text(lambda t: t[:-1] + ',"z":NaN}'), "not-json"),
    ("large-integer", "an integer that JavaScript cannot hold", _text(lambda t: t[:-1] + ',"z":9007199254740993}'), "not-json"),
    ("surrogate", "half of a surrogate pair", _text(lambda t: t[:-1] + ',"z":"\\ud800"}'), "not-json"),
    ("too-deep", "nested 40 deep", _text(lambda t: t[:-1] + ',"z":' + "[" * 40 + "]" * 40 + "}"), "not-json"),
    ("cut-off", "the last byte is missing", _text(lambda t: t[:-1]), "not-json"),
    ("array", "an array", _text(lambda _: "[]"), "not-a-credential"),
    ("empty", "no bytes", _text(lambda _: ""), "not-json"),
    ("not-utf8", "a byte that is not UTF-8", lambda: evidence(good().replace(b"Python", b"Pyth\xffn", 1)), "not-json"),
    ("too-large", "more than 64 KiB", lambda: evidence(good(name="x" * 70_000)), "too-large"),
)
_MEMBERS = (
    ("no-proof", "no proof at all", lambda: evidence(jcs.canonical(credential()))),
    ("no-proofs", "an empty list of proofs", lambda: evidence(jcs.canonical({**credential(), "proof": []}))),
    ("bare-date", "validFrom without a time", lambda: evidence(good(validFrom="2026-06-01"))),
    ("impossible-date", "the 30th of February", lambda: evidence(good(validFrom="2026-02-30T00:00:00Z"))),
    ("numeric-index", "statusListIndex as a number", lambda: evidence(good(credentialStatus={**_STATUS, "statusListIndex": 777}))),
    ("null-status", "credentialStatus is null, not absent", lambda: evidence(raw(credentialStatus=None))),
    ("null-until", "validUntil is null, not absent", lambda: evidence(raw(validUntil=None))),
    ("contexts-swapped", "the contexts in another order", lambda: evidence(good(**{"@context": list(reversed(open_badges.CONTEXTS))}))),
)
_REQUIRED = (
    "/@context",
    "/id",
    "/type",
    "/issuer/id",
    "/validFrom",
    "/credentialSubject/achievement",
    "/credentialSubject/achievement/name",
    "/credentialSubject/identifier",
)
_OTHERS: tuple[tuple[str, str, Callable[[], dict[str, Any]]], ...] = (
    ("jwt", "a VC-JWT", _bytes(b"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJkaWQ6d2ViOmV4YW1wbGUuY29tIn0.c2lnbmF0dXJl\n")),
    ("sd-jwt", "an SD-JWT with disclosures", _bytes(b"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2ln~WyJhIl0~")),
    ("vc-1.1", "a credential of the old data model", _object({"@context": ["https://www.w3.org/2018/credentials/v1"], "proof": {}})),
    ("badge-2", "an Open Badges 2.0 assertion", _object({"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"})),
    ("presentation", "a presentation", _object({"@context": [open_badges.CONTEXTS[0]], "type": ["VerifiablePresentation"]})),
    ("enveloped", "an envelope", _object({"@context": open_badges.CONTEXTS[0], "type": "EnvelopedVerifiableCredential", "id": "data:x"})),
)


def _name(pointer: str) -> str:
    return pointer[1:].replace("/", "-").replace("@", "").lower()


CASES = [
    Case("good", "everything as it should be", lambda: evidence(good()), VALID),
    *(Case(f"document-{name}", why, make, NO, unread(code)) for name, why, make, code in _FORM),
    *(Case(f"document-{name}", why, make, NO, unread("not-a-credential")) for name, why, make in _MEMBERS),
    *(
        Case(
            f"document-without-{_name(pointer)}",
            f"{pointer} is missing",
            partial(lambda missing: evidence(without(missing)), pointer),
            NO,
            unread("not-a-credential"),
        )
        for pointer in _REQUIRED
    ),
    *(Case(f"format-{name}", why, make, MAYBE, unread("format-unsupported", "unknown")) for name, why, make in _OTHERS),
    Case(
        "form-unknown",
        "indented, and nobody knows whether its issuer allows that",
        lambda: evidence(json.dumps(signed(credential()), indent=1).encode(), did=None, keys=None, proof=None, lists={}),
        MAYBE,
        {
            "document": "unknown form-unknown",
            "key": "unknown did-missing",
            "log": "unknown log-unknown",
            "status": "unknown list-unverified",
        },
    ),
    Case(
        "another",
        "a good certificate, but not the one that was asked for",
        lambda: evidence(good(), wanted="00000000000000000000000000"),
        NO,
        unread("another"),
        javascript=None,
    ),
]
