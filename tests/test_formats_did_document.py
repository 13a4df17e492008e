"""What a DID document says of its keys."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.formats import did_document, did_web

DID = "did:web:certificates.example.org"
KEY = "z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"
METHOD = f"{DID}#{KEY}"
OURS = did_web.document(DID, [KEY], log="https://certificates.example.org/log/")


def method(**changes: Any) -> dict[str, Any]:
    value = {"id": METHOD, "type": "Multikey", "controller": DID, "publicKeyMultibase": KEY, **changes}
    return {name: member for name, member in value.items() if member is not None}


def document(*methods: Any, **members: Any) -> did_document.DidDocument:
    return did_document.read({"id": DID, "verificationMethod": list(methods), "assertionMethod": [METHOD], **members})


def test_ours() -> None:
    read = did_document.read(OURS)
    assert read == did_document.DidDocument(DID, {METHOD: KEY}, frozenset({METHOD}), frozenset(), has_log=True)


def test_a_key_that_was_compromised_asserts_nothing() -> None:
    read = did_document.read(did_web.document(DID, [KEY], compromised={KEY: "2026-06-10"}))
    assert (read.methods, read.asserting, read.has_log) == ({METHOD: KEY}, frozenset(), False)


@pytest.mark.parametrize(
    "found",
    [
        document(method(id=f"#{KEY}")),
        document(method(type="Ed25519VerificationKey2020")),
        document(assertionMethod=[method()]),
        document(method(), assertionMethod=[f"#{KEY}"]),
    ],
)
def test_forms_that_other_issuers_use(found: did_document.DidDocument) -> None:
    assert (found.methods, found.asserting) == ({METHOD: KEY}, frozenset({METHOD}))


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "JsonWebKey", "publicKeyMultibase": None},
        {"type": ["Multikey"]},
        {"publicKeyMultibase": "z6LSx"},
        {"publicKeyMultibase": 7},
    ],
)
def test_keys_that_cannot_be_read_are_told_apart_from_keys_that_are_not_there(changes: dict[str, Any]) -> None:
    read = document(method(**changes))
    assert (read.methods, read.asserting, read.unreadable) == ({}, frozenset(), frozenset({METHOD}))


def test_a_key_of_another_controller_does_not_count() -> None:
    read = document(method(controller="did:web:example.com"))
    assert (read.methods, read.asserting, read.unreadable) == ({}, frozenset(), frozenset())


def test_the_first_of_two_keys_of_one_name_counts() -> None:
    other = "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
    assert document(method(), method(publicKeyMultibase=other)).methods == {METHOD: KEY}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "type", "controller", "x"]), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["id", "verificationMethod", "assertionMethod", "service"]), _JSON))
def test_anything_can_be_read(value: dict[str, Any]) -> None:
    read = did_document.read(value)
    assert read.asserting <= read.methods.keys()
