"""Open Badges 3.0: the first required member that is wrong."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.formats import open_badges
from tests import credentials
from tests.test_formats_jcs import JSON

POINTERS = [
    "/@context",
    "/id",
    "/type",
    "/issuer/id",
    "/issuer/name",
    "/validFrom",
    "/awardedDate",
    "/validUntil",
    "/credentialSubject/achievement/name",
    "/credentialSubject/identifier",
    "/proof",
    "/credentialStatus",
]
OPTIONAL = ("/awardedDate", "/validUntil", "/credentialStatus")


def good() -> dict[str, Any]:
    return {**credentials.unsigned(valid_until="2030-01-31"), "proof": {}}


def changed(document: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    found = copy.deepcopy(document)
    *parents, last = pointer[1:].split("/")
    inner = found
    for name in parents:
        inner = inner[name]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return found


def test_order_of_the_contract() -> None:
    assert [pointer for pointer, _, _ in open_badges._MEMBERS] == POINTERS
    assert open_badges.first_mistake(good()) is None
    document = good()
    for pointer in reversed(POINTERS):
        document = changed(document, pointer, 7)
        assert open_badges.first_mistake(document) == pointer


@pytest.mark.parametrize("pointer", POINTERS)
def test_missing_and_odd_members(pointer: str) -> None:
    assert open_badges.first_mistake(changed(good(), pointer, ...)) == (None if pointer in OPTIONAL else pointer)
    odds: tuple[Any, ...] = (True, 0, 1.5, "", "x", [], ["x"], [[]], {})
    for odd in odds:
        if not (pointer == "/proof" and odd == {}) and not (pointer.endswith("name") and odd == "x"):
            assert open_badges.first_mistake(changed(good(), pointer, odd)) == pointer, odd


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/@context", list(reversed(open_badges.CONTEXTS))),
        ("/@context", open_badges.CONTEXTS[:1]),
        ("/id", "urn:uuid:1"),
        ("/id", " https://example.org/"),
        ("/type", ["VerifiableCredential"]),
        ("/issuer/id", "did:key:z6Mk"),
        ("/validFrom", "2026-05-30"),
        ("/validFrom", "2026-02-30T00:00:00Z"),
        ("/validUntil", "2026-05-30T00:00:00"),
        ("/credentialSubject/identifier", [{"identityHash": ""}]),
        ("/credentialSubject/identifier", [{}, {"identityHash": "x"}]),
        ("/credentialStatus", {"statusListCredential": "x", "statusPurpose": "revocation", "statusListIndex": 1}),
        ("/credentialStatus", {"statusListCredential": "x", "statusPurpose": "revocation", "statusListIndex": "-1"}),
        ("/credentialStatus", {"statusListCredential": "x", "statusPurpose": "revocation", "statusListIndex": "\u0661"}),
        ("/credentialStatus", {"statusListCredential": "x", "statusPurpose": "revocation", "statusListIndex": "1\n"}),
        ("/credentialStatus", {"statusListCredential": "x", "statusListIndex": "1"}),
    ],
)
def test_wrong_values(pointer: str, value: Any) -> None:
    assert open_badges.first_mistake(changed(good(), pointer, value)) == pointer


def test_more_is_allowed() -> None:
    document = good()
    document["@context"].append("https://example.org/more")
    document["type"].append("More")
    assert open_badges.first_mistake({**document, "more": 1}) is None


@settings(max_examples=200)
@given(st.dictionaries(st.text() | st.sampled_from([pointer[1:].partition("/")[0] for pointer in POINTERS]), JSON, max_size=12))
def test_json_gives_a_pointer(members: dict[str, Any]) -> None:
    assert open_badges.first_mistake(members) in POINTERS
    assert open_badges.first_mistake({**good(), **members}) in (*POINTERS, None)
