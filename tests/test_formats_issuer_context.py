"""An issuer's own context: by formula, at its own address only, and everything in it is signed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from issuer.errors import FormatError, UnsupportedError
from issuer.formats import issuer_context, rdfc
from tests import credentials

URL = f"{credentials.BASE}/contexts/v1.json"
VOCABULARY = {
    "type": f"<{URL}#Field>",
    "key": f"<{URL}#key>",
    "value": f"<{URL}#value>",
    "name": "<https://schema.org/name>",
}


def with_fields(*fields: dict[str, Any]) -> dict[str, Any]:
    document = credentials.unsigned()
    document["@context"].append(URL)
    document["credentialSubject"]["field"] = list(fields)
    return document


def field(key: str, name: str, value: str) -> dict[str, Any]:
    return {"type": ["Field"], "key": key, "name": name, "value": value}


@pytest.mark.parametrize("base", [credentials.BASE, "https://example.net:8443/a/b", "http://localhost:8420", "http://127.0.0.1"])
def test_the_address_is_below_the_base(base: str) -> None:
    assert issuer_context.url(base) == issuer_context.url(base + "/") == f"{base}/contexts/v1.json"
    assert rdfc.context(issuer_context.url(base)) == issuer_context.document(base)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/contexts/v1.json",
        "https://example.org/contexts/v2.json",
        "https://example.org/contexts/v1.json?x",
        "https://example.org/contexts/v1.json#x",
        "https://example.org/contexts/v1.json\n",
        "https://example.org/contexts/v1.json/",
        "https://user@example.org/contexts/v1.json",
        "https://example.org/%2e/contexts/v1.json",
        "https://example.org/a//contexts/v1.json",
        "https:///contexts/v1.json",
        "https://" + "a" * 500 + "/contexts/v1.json",
        "/contexts/v1.json",
        "",
    ],
)
def test_no_other_address_has_one(address: str) -> None:
    assert not issuer_context.is_url(address)
    with pytest.raises(FormatError):
        issuer_context.at(address)
    with pytest.raises(UnsupportedError):
        rdfc.context(address)


def test_each_part_of_a_field_is_signed_under_the_issuers_vocabulary() -> None:
    text = rdfc.canonical(with_fields(field("department", "Department", "Physics"), field("room", "Room", "7"))).decode()
    for term in VOCABULARY.values():
        assert text.count(term) >= 2
    assert text.count(f"<{URL}#field> _:c14n") == 2
    for value in ('"department"', '"Department"', '"Physics"', '"room"', '"Room"', '"7"'):
        assert value in text


def test_each_change_of_a_field_changes_what_is_signed() -> None:
    document = with_fields(field("department", "Department", "Physics"))
    before = rdfc.canonical(document)
    for term in ("key", "name", "value"):
        changed = copy.deepcopy(document)
        changed["credentialSubject"]["field"][0][term] += "x"
        assert rdfc.canonical(changed) != before
    moved = copy.deepcopy(document)
    moved["@context"][2] = "https://other.example.org/contexts/v1.json"
    assert rdfc.canonical(moved) != before


@pytest.mark.parametrize("extra", [{"colour": "red"}, {"score": "1"}, {"type": ["Field", "Colour"]}, {"@id": "urn:x"}])
def test_what_the_context_does_not_define_is_refused(extra: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        rdfc.canonical(with_fields({**field("department", "Department", "Physics"), **extra}))


def test_without_the_context_a_field_is_refused() -> None:
    document = with_fields(field("department", "Department", "Physics"))
    document["@context"].pop()
    with pytest.raises(FormatError, match="defined by no context"):
        rdfc.canonical(document)
