"""did:web."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import did_web
from tests.vector_files import name_of, vectors_of

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
SEGMENT = st.from_regex(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,8}", fullmatch=True)
ADDRESS = st.builds(
    lambda labels, port, path: (
        "https://" + ".".join(labels) + ".example" + (f":{port}" if port else "") + "".join(f"/{part}" for part in path)
    ),
    st.lists(LABEL, min_size=1, max_size=4),
    st.none() | st.integers(1, 65535),
    st.lists(SEGMENT, max_size=3),
)


@pytest.mark.parametrize("vector", vectors_of("did-web"), ids=name_of)
def test_vector(vector: dict[str, Any]) -> None:
    if not vector["valid"]:
        if "baseUrl" in vector:
            with pytest.raises(FormatError):
                did_web.from_base_url(vector["baseUrl"])
            return
        for read in (did_web.base_url, did_web.document_path):
            with pytest.raises(FormatError):
                read(vector["did"])
        return
    assert did_web.from_base_url(vector["baseUrl"]) == vector["did"]
    assert did_web.base_url(vector["did"]) == vector.get("canonicalBaseUrl", vector["baseUrl"])
    assert f"{did_web.base_url(vector['did'])}/{did_web.document_path(vector['did'])}" == vector["documentUrl"]


@given(ADDRESS)
def test_encode_decode_same(address: str) -> None:
    assert did_web.base_url(did_web.from_base_url(address)) == address


@given(st.text() | st.text(alphabet="htps:/.[]@%?#a1\n\t\u00e9", max_size=30).map(lambda text: f"https://{text}"))
def test_text_gives_a_did_or_a_format_error(text: str) -> None:
    with suppress(FormatError):
        did = did_web.from_base_url(text)
        assert did_web.from_base_url(did_web.base_url(did)) == did


@given(st.text() | st.text(alphabet="a.1:%3A-\n", max_size=30).map(lambda text: f"did:web:{text}"))
def test_text_gives_an_address_or_a_format_error(text: str) -> None:
    for read in (did_web.base_url, did_web.document_path):
        with suppress(FormatError):
            read(text)


def test_document() -> None:
    did, keys = "did:web:certificates.example.org", ["z6MkA", "z6MkB"]
    document = did_web.document(did, keys)
    assert document["@context"][0] == "https://www.w3.org/ns/did/v1"
    assert document["id"] == did
    assert document["assertionMethod"] == [f"{did}#{key}" for key in keys]
    assert document["verificationMethod"][1] == {"id": f"{did}#z6MkB", "type": "Multikey", "controller": did, "publicKeyMultibase": "z6MkB"}
    assert "service" not in document


def test_a_compromised_key_is_listed_as_revoked_and_asserts_nothing() -> None:
    did, keys = "did:web:certificates.example.org", ["z6MkA", "z6MkB"]
    document = did_web.document(did, keys, compromised={"z6MkA": "2026-11-21"}, log="https://certificates.example.org/log/")
    assert document["assertionMethod"] == [f"{did}#z6MkB"]
    assert [method.get("revoked") for method in document["verificationMethod"]] == ["2026-11-21T00:00:00Z", None]
    assert document["service"] == [
        {"id": f"{did}#log", "type": "TransparencyLog", "serviceEndpoint": "https://certificates.example.org/log/"}
    ]
