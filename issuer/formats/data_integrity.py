"""W3C Data Integrity EdDSA Cryptosuites 1.0: eddsa-jcs-2022 and eddsa-rdfc-2022 (https://www.w3.org/TR/vc-di-eddsa/).

What is signed is 64 bytes: SHA-256(canonical proof options) ‖ SHA-256(canonical document), options first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any

from issuer.errors import FormatError, UnsupportedError
from issuer.formats import ed25519, jcs, multikey, rdfc, timestamp

JCS = "eddsa-jcs-2022"
RDFC = "eddsa-rdfc-2022"
SUITES = (JCS, RDFC)


def options(suite: str, verification_method: str, created: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """A proof without its proofValue. created: dateTimeStamp with Z; eddsa-jcs-2022 carries the document's @context (section 3.3.1)."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": created,
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    }
    return {"@context": document["@context"], **proof} if suite == JCS else proof


def hash_data(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    """The 64 bytes to sign. document: with or without its proof; proof: with or without its proofValue. Raises FormatError."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    terms = {name: value for name, value in proof.items() if name != "proofValue"}
    if proof.get("cryptosuite") == JCS:
        return hashlib.sha256(jcs.canonical(terms)).digest() + hashlib.sha256(jcs.canonical(bare)).digest()
    if proof.get("cryptosuite") == RDFC:
        terms["@context"] = bare.get("@context")
        return hashlib.sha256(rdfc.canonical(terms)).digest() + hashlib.sha256(rdfc.canonical(bare)).digest()
    raise UnsupportedError(f"the cryptosuite {proof.get('cryptosuite')!r} is not supported")


def with_signature(proof: Mapping[str, Any], signature: bytes) -> dict[str, Any]:
    """The proof with its proofValue. signature: 64 bytes."""
    return {**proof, "proofValue": multikey.encode_base58btc(signature)}


def well_formed(document: Mapping[str, Any], proof: Mapping[str, Any]) -> tuple[str, str, bytes]:
    """The verification method's DID, its Multikey and the 64 signature bytes of a proof. Raises FormatError if it is malformed."""
    if proof.get("type") != "DataIntegrityProof" or proof.get("proofPurpose") != "assertionMethod":
        raise FormatError("is not a DataIntegrityProof for assertions")
    method, value = proof.get("verificationMethod"), proof.get("proofValue")
    if not isinstance(method, str) or not isinstance(value, str):
        raise FormatError("the proof lacks its verification method or its value")
    if proof.get("cryptosuite") == JCS and "@context" in proof and not _same_context(document, proof):
        raise FormatError("the proof's context is not the document's")
    if "created" in proof:
        timestamp.parse(proof["created"] if isinstance(proof["created"], str) else "")
    did, separator, key = method.partition("#")
    if not separator or not did.startswith("did:") or not key.startswith("z6Mk"):
        raise FormatError("the verification method is not a DID and a Multikey")
    return did, key, multikey.decode_base58btc(value, 64)


def verify(document: Mapping[str, Any], proof: Mapping[str, Any], public_key: bytes, signature: bytes) -> bool:
    """Whether signature is good on document and proof. Raises FormatError if the document cannot be canonicalised."""
    return ed25519.verify(public_key, hash_data(document, proof), signature)


def is_by(document: Mapping[str, Any], proof: Mapping[str, Any], suite: str, did: str, keys: Collection[str]) -> bool:
    """Whether a proof on document is of this suite, in the name of did, by one of keys (Multikeys), and good. What is malformed is not."""
    try:
        name, key, signature = well_formed(document, proof)
        ours = proof.get("cryptosuite") == suite and name == did and key in keys
        return ours and verify(document, proof, multikey.decode_public(key), signature)
    except FormatError:
        return False


def _same_context(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bool:
    """Section 3.3.2 step 3. Compared as canonical bytes unless it is a list of texts, as it nearly always is: to Python, 1 == True."""
    ours, theirs = document.get("@context"), proof["@context"]
    if type(ours) is list and all(type(url) is str for url in ours):
        return bool(ours == theirs)
    return "@context" in document and jcs.canonical(ours) == jcs.canonical(theirs)
