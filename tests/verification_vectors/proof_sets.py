"""Check 2: several proofs. Every one that can be checked must be good, and one of them the issuer's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from issuer.formats import data_integrity, jcs, tlog_proof
from tests.forgery import OTHER, credential, evidence, good, proof, signed
from tests.verification_vectors.case import MAYBE, NO, VALID, Case

_NOTARY = "did:web:notary.example.net"
_JCS = signed(credential())["proof"]
_RDFC = signed(credential(), suite=data_integrity.RDFC)["proof"]
_BY_OTHER = signed(credential(), OTHER, _NOTARY)["proof"]
_FUTURE = {**_JCS, "cryptosuite": "mldsa44-jcs-2025"}
_BROKEN_RDFC = {**_RDFC, "proofValue": _JCS["proofValue"]}
_BROKEN = {**_BY_OTHER, "proofValue": _JCS["proofValue"]}


def _set(*proofs: dict[str, Any], **changes: Any) -> Callable[[], dict[str, Any]]:
    record = jcs.canonical({**credential(), "proof": list(proofs)})
    return lambda: evidence(record, **changes)


def _beside(*proofs: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """With an rdfc proof among them the log names the record.json beside it."""
    return _set(*proofs, beside=good(), proof=tlog_proof.serialise(proof(good())))


def _wallet(old: bytes = b"", new: bytes = b"", **changes: Any) -> Callable[[], dict[str, Any]]:
    """A credential.json with a change, and its record beside it."""
    data = jcs.canonical({**credential(), "proof": _RDFC}).replace(old, new, 1 if old else 0)
    return lambda: evidence(data, **{"beside": good(), "proof": tlog_proof.serialise(proof(good())), **changes})


_WORLD = {"document": "pass credential"}
_UNLOGGED = {"log": "unknown record-missing", "key": "unknown window-unknown"}
_NO_RDFC = (MAYBE, {"signature": "unknown proof-unsupported"})

CASES = [
    Case("proofs-one", "a list of one proof", _set(_JCS), VALID),
    Case("proofs-both-suites", "the issuer's two proofs", _beside(_JCS, _RDFC), VALID, _WORLD, _NO_RDFC),
    Case("proofs-with-a-notary", "a second proof by somebody else", _set(_BY_OTHER, _JCS), VALID),
    Case("proofs-with-the-future", "a second proof of a kind to come", _set(_FUTURE, _JCS), VALID),
    Case("proofs-with-a-wrong-one", "a second proof that is wrong", _set(_JCS, _BROKEN), NO, {"signature": "fail signature-wrong"}),
    Case(
        "proofs-with-a-wrong-rdfc",
        "a second proof that is wrong, and that a browser cannot check",
        _beside(_JCS, _BROKEN_RDFC),
        NO,
        {**_WORLD, "signature": "fail signature-wrong"},
        _NO_RDFC,
    ),
    *(
        Case(f"proofs-three-{name}", "three of one suite", make(*[one] * 3), MAYBE, {**form, "signature": "unknown proof-unsupported"})
        for name, make, one, form in (("jcs", _set, _JCS, {}), ("rdfc", _beside, _RDFC, _WORLD))
    ),
    Case(
        "proofs-by-others-only",
        "good proofs, none of them the issuer's",
        _set(_BY_OTHER),
        NO,
        {"key": "fail key-of-another"},
    ),
    Case(
        "proofs-own-unsupported",
        "the issuer's own proof is of a kind to come",
        _set(_BY_OTHER, _FUTURE),
        MAYBE,
        {"signature": "unknown proof-unsupported"},
    ),
    Case("proofs-too-many", "nine proofs", _set(*[_JCS] * 9), MAYBE, {"signature": "unknown proof-unsupported"}),
    Case("credential-json", "the file for wallets, and the record beside it", _wallet(), VALID, _WORLD, _NO_RDFC),
    Case("credential-json-alone", "the file for wallets without its record", _wallet(beside=None), MAYBE, _WORLD | _UNLOGGED, _NO_RDFC),
    *(
        Case(f"credential-json-{name}", why, make, NO, {**_WORLD, **_UNLOGGED, "signature": "fail signature-wrong"}, _NO_RDFC)
        for name, why, make in (
            ("changed", "the file for wallets with a better score", _wallet(b'"91"', b'"99"')),
            ("undefined", "a word that no vocabulary defines would go unsigned", _wallet(b'"awardedDate"', b'"awardedDay"')),
        )
    ),
    Case(
        "context-unsupported",
        "a vocabulary that is not built in",
        lambda: evidence(
            jcs.canonical({**credential(), "@context": [*credential()["@context"], "https://example.net/words/v1"], "proof": _RDFC}),
            proof=None,
        ),
        MAYBE,
        {
            "document": "pass credential",
            "signature": "unknown context-unsupported",
            "log": "unknown proof-missing",
            "key": "unknown window-unknown",
        },
        _NO_RDFC,
    ),
]
