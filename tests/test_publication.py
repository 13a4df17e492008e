"""What an issuer publishes about itself: the same bytes for the site and for `issuer verify`."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from issuer import publication
from issuer.config import IssuerConfig
from issuer.formats import did_web, issuer_context, jcs, multikey, signed_note
from tests.credentials import BASE, DID, KEY, OTHER

WINDOWS: list[dict[str, Any]] = [
    {"key": KEY.public, "until": 7, "compromised": dt.date(2026, 11, 21)},
    {"key": OTHER.public, "from": 7, "use": ["status", "credentials"]},
]
LOG_KEY = multikey.encode_public(multikey.decode_public("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"))


def config(*windows: dict[str, Any], base_url: str = BASE) -> IssuerConfig:
    return IssuerConfig.model_validate(
        {"name": "Example Academy", "url": "https://academy.example.org", "base_url": base_url, "keys": list(windows)}
    )


def published(settings: IssuerConfig, folder: Path) -> dict[str, bytes]:
    return dict(publication.issuer_files(folder, settings))


def test_keys_json_says_what_each_key_is_for(tmp_path: Path) -> None:
    data = published(config(*WINDOWS, {"key": LOG_KEY, "from": 7, "use": ["log"]}), tmp_path)[publication.KEYS]
    value = json.loads(data)
    assert data == jcs.canonical(value)
    assert [{name: key[name] for name in ("key", "use", "from", "until", "compromised")} for key in value["keys"]] == [
        {"key": KEY.public, "use": ["credentials", "log", "status"], "from": 0, "until": 7, "compromised": "2026-11-21"},
        {"key": OTHER.public, "use": ["credentials", "status"], "from": 7, "until": None, "compromised": None},
        {"key": LOG_KEY, "use": ["log"], "from": 7, "until": None, "compromised": None},
    ]
    assert [key["fingerprint"] for key in value["keys"]] == [multikey.fingerprint(key) for key in (KEY.public, OTHER.public, LOG_KEY)]
    name = "certificates.example.org/log"
    assert value["log"] == {"origin": name, "vkey": signed_note.verifier_key(name, multikey.decode_public(LOG_KEY))}


def test_without_a_key_for_the_log_the_last_one_is_named(tmp_path: Path) -> None:
    value = json.loads(published(config(*WINDOWS), tmp_path)[publication.KEYS])
    assert value["log"]["vkey"] == signed_note.verifier_key("certificates.example.org/log", multikey.decode_public(KEY.public))


def test_the_did_document_revokes_a_compromised_key_and_names_the_log(tmp_path: Path) -> None:
    value = json.loads(published(config(*WINDOWS, {"key": LOG_KEY, "from": 7, "use": ["log"]}), tmp_path)[".well-known/did.json"])
    assert [(method["publicKeyMultibase"], method.get("revoked")) for method in value["verificationMethod"]] == [
        (KEY.public, "2026-11-21T00:00:00Z"),
        (OTHER.public, None),
    ]
    assert value["assertionMethod"] == [f"{DID}#{OTHER.public}"]
    assert value["service"] == [{"id": f"{DID}#log", "type": "TransparencyLog", "serviceEndpoint": f"{BASE}/log/"}]
    assert value["@context"][0] == "https://www.w3.org/ns/did/v1"


@pytest.mark.parametrize(
    ("base_url", "did", "path"),
    [
        ("https://certificates.example.org", "did:web:certificates.example.org", ".well-known/did.json"),
        ("https://org.example.net/certs/2026", "did:web:org.example.net:certs:2026", "did.json"),
        ("http://localhost:8420", "did:web:localhost%3A8420", ".well-known/did.json"),
    ],
)
def test_root_and_path_forms(tmp_path: Path, base_url: str, did: str, path: str) -> None:
    files = published(config(*WINDOWS, base_url=base_url), tmp_path)
    document = json.loads(files[path])
    assert document["id"] == did
    assert did_web.base_url(did) == base_url
    assert document["service"][0]["serviceEndpoint"] == f"{base_url}/log/"
    assert json.loads(files["contexts/v1.json"]) == issuer_context.document(base_url)


def test_every_schema_is_published_and_is_one(tmp_path: Path) -> None:
    schemas = {path: data for path, data in published(config(*WINDOWS), tmp_path).items() if path.startswith("schemas/")}
    assert schemas
    for path, data in schemas.items():
        schema = json.loads(data)
        jsonschema.validators.validator_for(schema).check_schema(schema)
        assert path.endswith(".schema.json")
