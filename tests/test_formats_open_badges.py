"""Open Badges 3.0 and VC 2.0: what is refused, and what is let through. test_formats_schema.py holds the schemas to their vectors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.formats import open_badges
from tests import credentials
from tests.make_credential_vectors import changed, of_others
from tests.test_formats_jcs import JSON

REQUIRED = [
    "/@context",
    "/id",
    "/type",
    "/issuer",
    "/issuer/id",
    "/validFrom",
    "/credentialSubject",
    "/credentialSubject/achievement",
    "/credentialSubject/achievement/id",
    "/credentialSubject/achievement/name",
    "/credentialSubject/achievement/description",
    "/credentialSubject/achievement/criteria",
    "/credentialSubject/identifier",
    "/proof",
]
STATUS = {"type": "BitstringStatusListEntry", "statusListCredential": "https://a.example.org/x", "statusPurpose": "revocation"}


def good() -> dict[str, Any]:
    return {**credentials.unsigned(valid_until="2030-01-31"), "proof": {}}


@pytest.mark.parametrize("pointer", REQUIRED)
def test_what_a_badge_must_have(pointer: str) -> None:
    assert open_badges.first_mistake(changed(good(), pointer[1:].split("/"))) == pointer
    assert open_badges.first_mistake(changed(good(), pointer[1:].split("/"), None)) == pointer


@pytest.mark.parametrize(
    ("pointer", "value", "mistake"),
    [
        ("/@context", list(reversed(open_badges.CONTEXTS)), "/@context/0"),
        ("/@context", open_badges.CONTEXTS[:1], "/@context"),
        ("/id", " https://example.org/", "/id"),
        ("/id", "no-scheme", "/id"),
        ("/type", ["OpenBadgeCredential"], "/type"),
        ("/issuer/id", "", "/issuer/id"),
        ("/issuer", "did:web:example.org", "/issuer"),
        ("/validFrom", "2026-05-30", "/validFrom"),
        ("/validFrom", "2026-02-30T00:00:00Z", "/validFrom"),
        ("/validUntil", "2026-05-30T00:00:00", "/validUntil"),
        ("/awardedDate", "2026-05-30T00:00:00z", "/awardedDate"),
        ("/credentialSubject", [], "/credentialSubject"),
        ("/credentialSubject/identifier", [], "/credentialSubject/identifier"),
        ("/credentialSubject/identifier", [{"identityHash": ""}], "/credentialSubject/identifier/0/identityHash"),
        ("/credentialSubject/identifier", [{"identityHash": "x"}, {}], "/credentialSubject/identifier/1/identityHash"),
        ("/proof", [], "/proof"),
        ("/proof", [{}, 7], "/proof/1"),
        ("/credentialStatus", {}, "/credentialStatus/type"),
        ("/credentialStatus", STATUS, "/credentialStatus/statusListIndex"),
        ("/credentialStatus", {**STATUS, "statusListIndex": 1}, "/credentialStatus/statusListIndex"),
        ("/credentialStatus", {**STATUS, "statusListIndex": "-1"}, "/credentialStatus/statusListIndex"),
        ("/credentialStatus", {**STATUS, "statusListIndex": "\u0661"}, "/credentialStatus/statusListIndex"),
        ("/credentialStatus", {**STATUS, "statusListIndex": "1\n"}, "/credentialStatus/statusListIndex"),
        ("/credentialStatus", [{**STATUS, "statusListIndex": "1"}, STATUS], "/credentialStatus/1/statusListIndex"),
    ],
)
def test_wrong_values(pointer: str, value: Any, mistake: str) -> None:
    assert open_badges.first_mistake(changed(good(), pointer[1:].split("/"), value)) == mistake


def test_of_several_mistakes_the_first_in_sorting_order_is_named() -> None:
    document = changed(changed(good(), ["validFrom"]), ["issuer", "id"])
    assert open_badges.first_mistake(document) == "/issuer/id"
    assert open_badges.first_mistake({}) == "/@context"


@pytest.mark.parametrize("name", list(of_others()))
def test_credentials_of_others_are_let_through(name: str) -> None:
    assert open_badges.first_mistake(of_others()[name]) is None


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/id", "urn:uuid:6c1b9a52-4a70-4c5e-9d0c-7f1d0d2b8a11"),
        ("/issuer/id", "did:key:z6Mk"),
        ("/issuer/id", "https://elsewhere.example.org"),
        ("/credentialStatus", {"type": "SomethingElse2030"}),
        ("/credentialStatus", [{**STATUS, "statusListIndex": "1"}, {"type": "SomethingElse2030"}]),
        ("/proof", [{}, {}]),
        ("/@context", [*open_badges.CONTEXTS, "https://example.org/more", {"@vocab": "https://example.org/"}]),
        ("/more", 1),
    ],
)
def test_what_is_supported_is_decided_later(pointer: str, value: Any) -> None:
    assert open_badges.first_mistake(changed(good(), pointer[1:].split("/"), value)) is None


@settings(max_examples=200)
@given(st.dictionaries(st.text() | st.sampled_from([pointer[1:].partition("/")[0] for pointer in REQUIRED]), JSON, max_size=12))
def test_json_gives_a_pointer(members: dict[str, Any]) -> None:
    alone, among_others = open_badges.first_mistake(members), open_badges.first_mistake({**good(), **members})
    assert alone is not None
    assert alone.startswith("/")
    assert among_others is None or among_others[1:].partition("/")[0] in members.keys() & {pointer.split("/")[1] for pointer in REQUIRED}
