"""Relatives of our files are called by their names."""

from __future__ import annotations

from typing import Any

import pytest

from issuer.formats import other_formats

V2 = "https://www.w3.org/ns/credentials/v2"


@pytest.mark.parametrize(
    ("data", "is_token"),
    [
        (b"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2ln", True),
        (b" eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2ln\n", True),
        (b"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2ln~WyJhIl0~", True),
        (b"eyJhbGciOiJFZERTQSJ9.a.b.c.d", True),
        (b"eyJhbGciOiJFZERTQSJ9", False),
        (b"eyJhbGciOiJFZERTQSJ9.eyJ pc3MiOiJ4In0.c2ln", False),
        (b'{"a":"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2ln"}', False),
        (b"", False),
    ],
)
def test_tokens(data: bytes, is_token: bool) -> None:
    assert other_formats.is_token(data) is is_token


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"@context": "https://www.w3.org/2018/credentials/v1"}, "Verifiable Credentials 1.1"),
        ({"@context": ["https://www.w3.org/2018/credentials/v1", V2]}, "Verifiable Credentials 1.1"),
        ({"@context": "https://w3id.org/openbadges/v2", "type": "Assertion"}, "Open Badges 2.0"),
        ({"@context": [V2], "type": "EnvelopedVerifiableCredential"}, "an enveloped credential"),
        ({"@context": [V2], "type": ["VerifiablePresentation"]}, "a presentation"),
        ({"@context": [V2], "type": ["VerifiableCredential"]}, None),
        ({"@context": [V2, "https://www.w3.org/2018/credentials/v1"]}, None),
        ({"@context": {}, "type": [{}, 7]}, None),
        ({}, None),
    ],
)
def test_names(value: dict[str, Any], name: str | None) -> None:
    assert other_formats.name_of(value) == name
