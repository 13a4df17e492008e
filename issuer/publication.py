"""The exact bytes that an issuer publishes about itself: the same for the site and for `issuer verify`.

.well-known/did.json | did.json     the issuer's keys and where its log is, W3C did:web
trust/keys.json                     the keys with use and windows, and the log's name
contexts/v1.json                    the JSON-LD context of the issuer's own fields
schemas/*.schema.json               what we accept and issue, JSON Schema
status/…                            status lists and register, as issuer.status publishes them
log/checkpoint                      the signed checkpoint
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from issuer import status
from issuer.config import IssuerConfig, KeyWindow
from issuer.credential import did
from issuer.formats import did_web, issuer_context, jcs, multikey, signed_note
from issuer.log import CHECKPOINT, origin

SCHEMAS = Path(__file__).with_name("formats") / "schemas"
KEYS = "trust/keys.json"
REGISTER = "status/register.json"
RECORD = "record.json"
CREDENTIAL = "credential.json"
PROOF = "inclusion.tlog-proof"


def did_document(config: IssuerConfig) -> bytes:
    """The DID document with every key of issuer.yml that is or was for credentials or status lists, canonical JSON."""
    listed = [window for window in config.keys if {"credentials", "status"} & set(window.use)]
    compromised = {window.key: window.compromised.isoformat() for window in listed if window.compromised}
    keys = [window.key for window in listed]
    return jcs.canonical(did_web.document(did(config), keys, compromised=compromised, log=f"{config.base_url}/log/"))


def keys_json(config: IssuerConfig) -> bytes:
    """The keys as _key says, and the log's origin and the verifier key of its newest checkpoints."""
    name = origin(config)
    signs = config.key_for("log") or next((window.key for window in reversed(config.keys) if "log" in window.use), config.keys[-1].key)
    vkey = signed_note.verifier_key(name, multikey.decode_public(signs))
    keys = [_key(window) for window in config.keys]
    return jcs.canonical(
        {"base": config.base_url, "did": did(config), "keys": keys, "log": {"origin": name, "vkey": vkey}, "name": config.name}
    )


def _key(window: KeyWindow) -> dict[str, Any]:
    """One key: fingerprint, window by log index (from ≤ index < until, null while in use), uses sorted by name, and the ISO day on which
    it was found to be in other hands, null if it was not."""
    return {
        "compromised": None if window.compromised is None else window.compromised.isoformat(),
        "fingerprint": multikey.fingerprint(window.key),
        "from": window.from_,
        "key": window.key,
        "until": window.until,
        "use": sorted(window.use),
    }


def issuer_files(repository: Path, config: IssuerConfig) -> Iterator[tuple[str, bytes]]:
    """Path below the base URL and bytes of everything that is published about the issuer."""
    yield did_web.document_path(did(config)), did_document(config)
    yield KEYS, keys_json(config)
    yield issuer_context.PATH.lstrip("/"), jcs.canonical(issuer_context.document(config.base_url))
    for schema in sorted(SCHEMAS.glob("*.schema.json")):
        yield f"schemas/{schema.name}", schema.read_bytes()
    yield from status.published(repository, config)
    if (repository / CHECKPOINT).exists():
        yield "log/checkpoint", (repository / CHECKPOINT).read_bytes()
