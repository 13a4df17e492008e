"""Data Integrity proofs with eddsa-jcs-2022 and eddsa-rdfc-2022."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer import signing
from issuer.errors import FormatError
from issuer.formats import data_integrity, ed25519, jcs, multikey
from tests import credentials
from tests.test_formats_jcs import JSON
from tests.vector_files import name_of, shared_files, vectors_of

MEMBERS = ("type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue", "@context", "x")


def outcome(document: dict[str, Any], suite: str = data_integrity.JCS) -> str:
    """What a verifier that takes one suite says, in the words of the vectors."""
    proof = document["proof"]
    if proof.get("cryptosuite") != suite:
        return "proof-unsupported"
    try:
        _, key, signature = data_integrity.well_formed(document, proof)
    except FormatError:
        return "proof-malformed"
    try:
        public = multikey.decode_public(key)
    except FormatError:
        return "key-weak"
    if not ed25519.is_strict_point(public):
        return "key-weak"
    return "signature-good" if data_integrity.verify(document, proof, public, signature) else "signature-wrong"


@pytest.mark.parametrize("vector", vectors_of("eddsa-jcs-2022"), ids=name_of)
def test_vector(vector: dict[str, Any]) -> None:
    document = vector["document"]
    before = json.dumps(document)
    assert outcome(document) == vector["outcome"]
    assert (outcome(document) == "signature-good") is vector["valid"]
    if "hashData" in vector:
        assert data_integrity.hash_data(document, document["proof"]).hex() == vector["hashData"]
    assert json.dumps(document) == before


@pytest.mark.parametrize("folder", [path.parent for path in shared_files("w3c-vc-di-eddsa", "signedJCS.json")], ids=lambda path: path.name)
def test_every_intermediate_value_of_w3c(folder: Path) -> None:
    def read(name: str) -> str:
        return (folder / name).read_text("utf-8").strip()

    signed = json.loads(read("signedJCS.json"))
    proof = signed["proof"]
    bare = {name: value for name, value in signed.items() if name != "proof"}
    settings = {name: value for name, value in proof.items() if name != "proofValue"}
    assert json.loads(read("proofConfigJCS.json")) == settings
    assert jcs.canonical(bare).decode() == read("canonDocJCS.txt")
    assert jcs.canonical(settings).decode() == read("proofCanonJCS.txt")
    hashed = data_integrity.hash_data(signed, proof).hex()
    assert hashed == read("combinedHashJCS.txt") == read("proofHashJCS.txt") + read("docHashJCS.txt")
    did, key, signature = data_integrity.well_formed(signed, proof)
    assert signature.hex() == read("sigHexJCS.txt")
    assert proof["proofValue"] == read("sigBTC58JCS.txt") == multikey.encode_base58btc(signature)
    assert did == f"did:key:{key}"
    assert outcome(signed) == "signature-good"
    pair = json.loads((folder.parent / "keyPair.json").read_text("utf-8"))
    signer = signing.SecretKey(multikey.decode_secret(pair.get("privateKeyMultibase") or pair["secretKeyMultibase"]))
    assert signer.sign(bytes.fromhex(hashed)) == signature


@pytest.mark.parametrize("suite", data_integrity.SUITES)
def test_sign_verify_and_every_member_counts(suite: str) -> None:
    document = credentials.unsigned()
    proof = signing.prove_with(suite, document, credentials.KEY, credentials.DID, credentials.STAMP)
    signed = {**document, "proof": proof}
    assert outcome(signed, suite) == "signature-good"
    assert ("@context" in proof) is (suite == data_integrity.JCS)
    changes: list[tuple[str, str]] = [("created", "2026-05-31T08:00:01Z"), ("verificationMethod", f"did:web:x#{credentials.KEY.public}")]
    for name, value in changes:
        assert outcome({**document, "proof": {**proof, name: value}}, suite) == "signature-wrong"
    other = copy.deepcopy(document)
    other["credentialSubject"]["identifier"][0]["identityHash"] = "Mallory"
    assert outcome({**other, "proof": proof}, suite) == "signature-wrong"
    wrong_key = {**proof, "verificationMethod": f"{credentials.DID}#{credentials.OTHER.public}"}
    assert outcome({**document, "proof": wrong_key}, suite) == "signature-wrong"


def test_the_proof_of_one_suite_is_none_of_the_other() -> None:
    document = credentials.unsigned()
    proofs = signing.prove(document, credentials.KEY, credentials.DID, credentials.STAMP)
    for suite, other in (data_integrity.SUITES, data_integrity.SUITES[::-1]):
        proof = {"@context": document["@context"], **proofs[suite], "cryptosuite": other}
        assert outcome({**document, "proof": proof}, other) == "signature-wrong"


def test_contexts_that_only_python_calls_equal() -> None:
    document = {"@context": [1], "name": "x"}
    proof = signing.prove_with(data_integrity.JCS, {**document, "@context": [True]}, credentials.KEY, credentials.DID, credentials.STAMP)
    assert outcome({**document, "proof": proof}) == "proof-malformed"
    with pytest.raises(FormatError):
        data_integrity.well_formed({"name": "x"}, proof)


def test_terms_that_no_context_defines_are_not_signed_with_rdfc() -> None:
    with pytest.raises(FormatError, match="foo"):
        signing.prove({**credentials.unsigned(), "foo": "x"}, credentials.KEY, credentials.DID, credentials.STAMP)
    document = credentials.unsigned()
    proof = signing.prove_with(data_integrity.RDFC, document, credentials.KEY, credentials.DID, credentials.STAMP)
    with pytest.raises(FormatError, match="note"):
        data_integrity.hash_data(document, {**proof, "note": "x"})


@given(JSON, st.dictionaries(st.sampled_from(MEMBERS), JSON | st.sampled_from(data_integrity.SUITES), max_size=8))
def test_json_gives_a_proof_or_a_format_error(context: Any, members: dict[str, Any]) -> None:
    proof = {"type": "DataIntegrityProof", "proofPurpose": "assertionMethod", **members}
    for read in (data_integrity.well_formed, data_integrity.hash_data):
        with suppress(FormatError):
            read({"@context": context, "name": "x"}, proof)


@given(st.text(), st.text(alphabet="did:#z6Mk1\n"), st.text(alphabet="z1A0", max_size=100))
def test_texts_give_a_proof_or_a_format_error(created: str, method: str, value: str) -> None:
    members = {"created": created, "verificationMethod": method, "proofValue": value, "@context": []}
    base = {"type": "DataIntegrityProof", "proofPurpose": "assertionMethod", "cryptosuite": data_integrity.JCS}
    with suppress(FormatError):
        data_integrity.well_formed({"@context": []}, {**base, **members})
