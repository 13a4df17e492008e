"""Parts of evidence, good and forged: keys from fixed seeds that are worth nothing, one credential, and what stands beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from issuer import log, publication, signing
from issuer.config import IssuerConfig
from issuer.verification import About, Evidence
from issuer.formats import bitstring, checkpoint, data_integrity, jcs, merkle, open_badges, tlog_proof

BASE = "https://certificates.example.org"
DID = "did:web:certificates.example.org"
KEY = signing.SecretKey(hashlib.sha256(b"issuer test key one").digest())
OTHER = signing.SecretKey(hashlib.sha256(b"issuer test key two").digest())
NOW = dt.datetime(2026, 6, 15, 12, 0, 0, tzinfo=dt.UTC)
CREATED = "2026-06-01T08:00:00Z"
ID = "4h7r9m2kq0x3v8c1t6w5z0b2na"
LIST = f"{BASE}/status/revocation.json"


def config(key: str = KEY.public, until: int | None = None) -> IssuerConfig:
    """issuer.yml with one key, or with a retired key and OTHER after it."""
    keys: list[dict[str, object]] = [{"key": key, "from": 0, "until": until}]
    if until is not None:
        keys.append({"key": OTHER.public, "from": until})
    return IssuerConfig.model_validate(
        {
            "name": "Example Academy",
            "url": "https://academy.example.org",
            "base_url": BASE,
            "keys": keys,
        }
    )


def credential(**changes: Any) -> dict[str, Any]:
    value: dict[str, Any] = {
        "@context": list(open_badges.CONTEXTS),
        "id": f"{BASE}/c/{ID}/",
        "type": list(open_badges.TYPES),
        "name": "Python 101",
        "issuer": {"id": DID, "type": ["Profile"], "name": "Example Academy", "url": "https://academy.example.org"},
        "validFrom": CREATED,
        "awardedDate": "2026-05-30T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": "Nguyễn Thị Ánh Tuyết <b>&amp;"}
            ],
            "achievement": {
                "id": f"{BASE}/achievements/2026-05-python-101",
                "type": ["Achievement"],
                "achievementType": "Course",
                "name": "Python 101",
                "description": "An evening course",
                "criteria": {"narrative": "Passed the final project."},
                "resultDescription": [
                    {
                        "id": f"{BASE}/achievements/2026-05-python-101#score",
                        "type": ["ResultDescription"],
                        "name": "Score",
                        "resultType": "Result",
                    }
                ],
            },
            "result": [{"type": ["Result"], "resultDescription": f"{BASE}/achievements/2026-05-python-101#score", "value": "91"}],
        },
        "credentialStatus": {
            "id": f"{LIST}#777",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "777",
            "statusListCredential": LIST,
        },
    }
    value.update(changes)
    return {name: member for name, member in value.items() if member is not None}


def signed(document: dict[str, Any], key: signing.SigningKey = KEY, did: str = DID) -> dict[str, Any]:
    return {**document, "proof": signing.prove_with(data_integrity.JCS, document, key, did, CREATED)}


def status_list(*bits: int, key: signing.SigningKey = KEY, **changes: Any) -> bytes:
    document = {
        "@context": [open_badges.CONTEXTS[0]],
        "id": LIST,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-06-14T00:00:00Z",
        "validUntil": "2026-06-21T00:00:00Z",
        "credentialSubject": {
            "id": f"{LIST}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": bitstring.encode(bits),
        },
    }
    document.update(changes)
    return jcs.canonical(signed(document, key))


def register(*entries: dict[str, str], key: signing.SigningKey = KEY) -> bytes:
    url = f"{BASE}/status/register.json"
    document = {
        "@context": [open_badges.CONTEXTS[0]],
        "id": url,
        "type": ["VerifiableCredential", "StatusRegister"],
        "issuer": DID,
        "validFrom": "2026-06-14T00:00:00Z",
        "validUntil": "2026-06-21T00:00:00Z",
        "credentialSubject": {"id": f"{url}#register", "type": "StatusRegister", "entries": list(entries)},
    }
    return jcs.canonical(signed(document, key))


def mark(action: str, reason: str) -> dict[str, str]:
    return {"action": action, "date": "2026-06-10", "index": "777", "list": "revocation", "reason": reason}


def proof(
    record: bytes,
    *,
    key: signing.SigningKey = KEY,
    origin: str = "certificates.example.org/log",
    event: str = "issued",
    at: int = 3,
    size: int = 7,
) -> tlog_proof.TlogProof:
    """A tlog-proof of record at an index of a tree of size entries."""
    at_time = dt.datetime(2026, 6, 1, 8, 0, 0, tzinfo=dt.UTC)
    entries = [log.entry("issued", at_time, record=hashlib.sha256(bytes([number])).hexdigest()) for number in range(size)]
    replaces = hashlib.sha256(b"the record before").hexdigest() if event == "corrected" else None
    entries[at] = log.entry(event, at_time, record=hashlib.sha256(record).hexdigest(), replaces=replaces)
    tree = merkle.Tree(merkle.leaf_hash(entry) for entry in entries)
    note = signing.sign_checkpoint(checkpoint.Checkpoint(origin, size, tree.root()), key)
    return tlog_proof.TlogProof(entries[at], at, tuple(tree.inclusion_proof(at)), note)


def evidence(record: bytes, **changes: Any) -> dict[str, Any]:
    value = {
        "record": record,
        "did": publication.did_document(config()),
        "keys": publication.keys_json(config()),
        "proof": tlog_proof.serialise(proof(record)),
        "revocation": status_list(5),
        "register": register(),
        "expected": DID,
        "now": NOW,
    }
    value.update(changes)
    return value


def rotated(record: bytes, until: int, *, key: signing.SigningKey = OTHER) -> dict[str, Any]:
    """Evidence after KEY was retired: OTHER is in use from the entry until on. key: signs checkpoint and lists."""
    sides = config(until=until)
    return evidence(
        record,
        did=publication.did_document(sides),
        keys=publication.keys_json(sides),
        proof=tlog_proof.serialise(proof(record, key=key)),
        revocation=status_list(5, key=key),
    )


def good(**changes: Any) -> bytes:
    return jcs.canonical(signed(credential(**changes)))


def raw(**changes: Any) -> bytes:
    """A signed record with members that may be null."""
    return jcs.canonical(signed({**credential(), **changes}))


def reproved(**changes: Any) -> bytes:
    """A record whose proof members were changed and which was then put in canonical form."""
    value = signed(credential())
    value["proof"] = {name: member for name, member in {**value["proof"], **changes}.items() if member is not None}
    return jcs.canonical(value)


def without(pointer: str) -> bytes:
    value = signed(credential())
    *parents, last = pointer[1:].split("/")
    place = value
    for name in parents:
        place = place[name]
    del place[last]
    return jcs.canonical(value)
