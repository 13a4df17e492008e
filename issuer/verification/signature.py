"""Check 2: every proof that can be checked is good, and one of them is the issuer's. Data Integrity, strict Ed25519."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from issuer.errors import FormatError, UnsupportedError
from issuer.formats import data_integrity, ed25519, multikey
from issuer.formats.did_document import DidDocument
from issuer.verdict import Outcome
from issuer.verification.finding import Finding, failed, passed, shown, unknown
from issuer.verification.signed_document import SignedDocument

MAX_PROOFS = 8
MAX_OF_A_SUITE = 2
"""Each eddsa-rdfc-2022 proof has terms of its own to canonicalise, and no issuer signs one document three times in the same way."""
_NOT_FOLLOWED = ("previousProof", "expires")
"""Members of a proof that change what it means, and that are not built in: chains, and proofs that end."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who a proof says made it. did; method: its verification method; key: the Multikey, None if it could not be found out."""

    did: str
    method: str
    key: str | None


def check(document: SignedDocument, keys: DidDocument | None) -> tuple[Finding, Signer]:
    """keys: the issuer's DID document, None if it is not at hand. The second half is the signer to ask about the key: that of the
    issuer's own proof if there is one."""
    signers = [_signer(proof, keys) for proof in document.proofs[:MAX_PROOFS]]
    if len(document.proofs) > MAX_PROOFS:
        return unknown("proof-unsupported", suite=f"{len(document.proofs)} proofs at once"), signers[0]
    for suite in data_integrity.SUITES:
        if (count := sum(proof.get("cryptosuite") == suite for proof in document.proofs)) > MAX_OF_A_SUITE:
            return unknown("proof-unsupported", suite=f"{count} times {suite}"), signers[0]
    judged = [(_judge(document, proof, signer), signer) for proof, signer in zip(document.proofs, signers, strict=True)]
    own = [both for both in judged if both[1].did == document.issuer] or judged
    found, signer = next((both for both in own if both[0].outcome is Outcome.PASS), own[0])
    failure = next((other for other, _ in judged if other.outcome is Outcome.FAIL), None)
    return failure or found, signer


def strict_key(text: str) -> bytes | None:
    """The 32 bytes of a Multikey, None unless they are a strict point."""
    return _strict_key(text) if len(text) < 64 else None


@lru_cache(maxsize=256)
def _strict_key(text: str) -> bytes | None:
    try:
        raw = multikey.decode_public(text)
    except FormatError:
        return None
    return raw if ed25519.is_strict_point(raw) else None


def _signer(proof: Mapping[str, Any], keys: DidDocument | None) -> Signer:
    """A Multikey in the name of the method is the key, whoever lists it; any other name must stand in the issuer's DID document."""
    method = proof.get("verificationMethod")
    method = method if isinstance(method, str) else ""
    did, _, fragment = method.partition("#")
    key = fragment if fragment.startswith("z6Mk") else None if keys is None else keys.methods.get(method)
    return Signer(did, method, key)


def _judge(document: SignedDocument, proof: dict[str, Any], signer: Signer) -> Finding:
    suite = proof.get("cryptosuite")
    if suite not in data_integrity.SUITES:
        return unknown("proof-unsupported", suite=shown(suite) or shown(proof.get("type")))
    for member in _NOT_FOLLOWED:
        if member in proof:
            return unknown("proof-unsupported", suite=f"{suite} with {member}")
    if signer.key is None and signer.method.partition("#")[2]:
        return unknown("key-unreadable", method=shown(signer.method))
    try:
        _, key, signature = data_integrity.well_formed(document.value, {**proof, "verificationMethod": f"{signer.did}#{signer.key}"})
    except FormatError:
        return failed("proof-malformed")
    raw = strict_key(key)
    if raw is None:
        return failed("key-weak")
    try:
        good = ed25519.verify(raw, document.hash_data(proof), signature)
    except UnsupportedError:
        return unknown("context-unsupported")
    except FormatError:
        return failed("signature-wrong")
    return passed("signature-good", key=key) if good else failed("signature-wrong")
