"""The exact bytes that an issuer publishes about itself and about each record: the same for the site and for `issuer verify`.

.well-known/did.json | did.json     the issuer's keys, W3C did:web
trust/keys.json                     the keys with their windows, and the log's name
status/revocation.json              the status list for everybody (eddsa-rdfc-2022)
status/revocation.record.json       the same list for our verifiers (eddsa-jcs-2022)
status/register.json                why bits are set (eddsa-jcs-2022)
log/checkpoint                      the signed checkpoint
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from issuer import status
from issuer.config import IssuerConfig
from issuer.credential import did
from issuer.formats import data_integrity, did_web, jcs, multikey, signed_note
from issuer.log import CHECKPOINT, origin

KEYS = "trust/keys.json"
REVOCATION = "status/revocation.record.json"
REVOCATION_FOR_ALL = "status/revocation.json"
REGISTER = "status/register.json"
RECORD = "record.json"
CREDENTIAL = "credential.json"
PROOF = "inclusion.tlog-proof"


def did_document(config: IssuerConfig) -> bytes:
    """The DID document with every key of issuer.yml, canonical JSON."""
    return jcs.canonical(did_web.document(did(config), [window.key for window in config.keys]))


def keys_json(config: IssuerConfig) -> bytes:
    """Keys with fingerprints and windows by log index (from ≤ index < until), and the log's origin and verifier key."""
    name = origin(config)
    keys = [
        {"fingerprint": multikey.fingerprint(window.key), "from": window.from_, "key": window.key, "until": window.until}
        for window in config.keys
    ]
    in_use = next((window.key for window in config.keys if window.until is None), config.keys[-1].key)
    vkey = signed_note.verifier_key(name, multikey.decode_public(in_use))
    return jcs.canonical(
        {"base": config.base_url, "did": did(config), "keys": keys, "log": {"origin": name, "vkey": vkey}, "name": config.name}
    )


def issuer_files(repository: Path, config: IssuerConfig) -> Iterator[tuple[str, bytes]]:
    """Path below the base URL and bytes of everything that is published about the issuer."""
    yield did_web.document_path(did(config)), did_document(config)
    yield KEYS, keys_json(config)
    for path, source, suite in (
        (REVOCATION_FOR_ALL, status.LIST, data_integrity.RDFC),
        (REVOCATION, status.LIST, data_integrity.JCS),
        (REGISTER, status.REGISTER, data_integrity.JCS),
    ):
        data = status.published(repository, source, suite)
        if data is not None:
            yield path, data
    if (repository / CHECKPOINT).exists():
        yield "log/checkpoint", (repository / CHECKPOINT).read_bytes()
