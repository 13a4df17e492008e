"""Check 2: one proof."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from issuer.formats import ed25519, jcs, multikey, open_badges
from tests.forgery import DID, KEY, credential, evidence, good, reproved, signed, without
from tests.verification_vectors.case import MAYBE, NO, Case

_WRONG = {"signature": "fail signature-wrong"}
_VALUE = signed(credential())["proof"]["proofValue"]
_RAW = multikey.decode_base58btc(_VALUE, 64)
_UNREDUCED = _RAW[:32] + (int.from_bytes(_RAW[32:], "little") + ed25519.L).to_bytes(32, "little")
_SMALL_R = sorted(ed25519.SMALL_ORDER)[5] + bytes(32)
_SMALL_KEY = next(text for point in sorted(ed25519.SMALL_ORDER) if (text := multikey.encode_public(point)).startswith("z6Mk"))


def _tampered(old: bytes, new: bytes) -> Callable[[], dict[str, Any]]:
    return lambda: evidence(good().replace(old, new, 1))


def _reproved(**changes: Any) -> Callable[[], dict[str, Any]]:
    return lambda: evidence(reproved(**changes))


_MALFORMED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("type", {"type": "Ed25519Signature2020"}),
    ("purpose", {"proofPurpose": "authentication"}),
    ("value-missing", {"proofValue": None}),
    ("value-hex", {"proofValue": _RAW.hex()}),
    ("value-short", {"proofValue": multikey.encode_base58btc(_RAW[:63])}),
    ("value-long", {"proofValue": multikey.encode_base58btc(_RAW + b"\0")}),
    ("value-other-base", {"proofValue": "u" + _VALUE[1:]}),
    ("method", {"verificationMethod": KEY.public}),
    ("context", {"@context": [open_badges.CONTEXTS[0]]}),
    ("created", {"created": "yesterday"}),
)
_UNSUPPORTED = (
    ("suite-unknown", "a cryptosuite of the future", {"cryptosuite": "mldsa44-jcs-2025"}),
    ("suite-missing", "a signature of the days before cryptosuites", {"cryptosuite": None, "type": "Ed25519Signature2020"}),
    ("proof-expires", "a proof that ends, which is not built in", {"expires": "2026-06-02T00:00:00Z"}),
    ("proof-chained", "a proof that rests on another, which is not built in", {"previousProof": "urn:uuid:1"}),
)

CASES = [
    Case("name-changed", "another recipient", _tampered("Tuyết".encode(), b"Tuyen"), NO, _WRONG),
    Case("result-changed", "a better score", _tampered(b'"91"', b'"99"'), NO, _WRONG),
    Case("created-changed", "another date of signing", _tampered(b'"created":"2026-06-01', b'"created":"2026-06-02'), NO, _WRONG),
    Case(
        "status-removed",
        "the status entry taken out",
        lambda: evidence(without("/credentialStatus")),
        NO,
        {**_WRONG, "status": "pass no-status"},
    ),
    Case(
        "member-added",
        "a member that was not signed",
        lambda: evidence(jcs.canonical({**signed(credential()), "zeal": "x"})),
        NO,
        _WRONG,
    ),
    Case("signature-flipped", "another last digit", _reproved(proofValue=_VALUE[:-1] + ("2" if _VALUE[-1] != "2" else "3")), NO, _WRONG),
    Case(
        "signature-unreduced",
        "S + L: accepted by careless verifiers",
        _reproved(proofValue=multikey.encode_base58btc(_UNREDUCED)),
        NO,
        _WRONG,
    ),
    Case("signature-small-r", "R of small order", _reproved(proofValue=multikey.encode_base58btc(_SMALL_R)), NO, _WRONG),
    Case("proof-context-missing", "the proof's context was signed and is missing", _reproved(**{"@context": None}), NO, _WRONG),
    *(
        Case(
            f"proof-{name}",
            "the proof is malformed",
            partial(lambda odd: evidence(reproved(**odd)), changes),
            NO,
            {
                "signature": "fail proof-malformed",
                **({"key": "fail key-of-another"} if name == "method" else {}),
            },
        )
        for name, changes in _MALFORMED
    ),
    *(
        Case(name, why, partial(lambda odd: evidence(reproved(**odd)), changes), MAYBE, {"signature": "unknown proof-unsupported"})
        for name, why, changes in _UNSUPPORTED
    ),
    Case(
        "key-small-order",
        "a key that anyone can sign for",
        _reproved(verificationMethod=f"{DID}#{_SMALL_KEY}"),
        NO,
        {"signature": "fail key-weak", "key": "fail key-not-listed"},
    ),
]
