"""Parts of evidence, good and forged: keys from fixed seeds that are worth nothing, one credential, and what stands beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from issuer import log, publication, signing
from issuer.config import IssuerConfig
from issuer.formats import bitstring, checkpoint, data_integrity, jcs, merkle, open_badges, tlog_proof
from issuer.verification import About, Evidence

BASE = "https://certificates.example.org"
DID = "did:web:certificates.example.org"
KEY = signing.SecretKey(hashlib.sha256(b"issuer test key one").digest())
OTHER = signing.SecretKey(hashlib.sha256(b"issuer test key two").digest())
NOW = dt.datetime(2026, 6, 15, 12, 0, 0, tzinfo=dt.UTC)
LOGGED = dt.datetime(2026, 6, 1, 8, 0, 0, tzinfo=dt.UTC)
CREATED = "2026-06-01T08:00:00Z"
ORIGIN = "certificates.example.org/log"
ID = "4h7r9m2kq0x3v8c1t6w5z0b2na"
LIST = f"{BASE}/status/revocation.json"
SUSPENSION = f"{BASE}/status/suspension.json"
REGISTER = f"{BASE}/status/register.json"
ABOUT = ("did", "keys", "register", "checkpoint", "lists")


def config(*keys: dict[str, object]) -> IssuerConfig:
    """issuer.yml with these keys; without any, with KEY for everything from the first entry on."""
    return IssuerConfig.model_validate(
        {
            "name": "Example Academy",
            "url": "https://academy.example.org",
            "base_url": BASE,
            "keys": list(keys) or [{"key": KEY.public, "from": 0}],
        }
    )


def retired(until: int, **more: object) -> IssuerConfig:
    """issuer.yml after a rotation: KEY until that entry, then OTHER. more: of the retired key, such as compromised."""
    return config({"key": KEY.public, "from": 0, "until": until, **more}, {"key": OTHER.public, "from": until})


def about(sides: IssuerConfig) -> dict[str, bytes]:
    """The DID document and keys.json of an issuer.yml."""
    return {"did": publication.did_document(sides), "keys": publication.keys_json(sides)}


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


def signed(
    document: dict[str, Any], key: signing.SigningKey = KEY, did: str = DID, suite: str = data_integrity.JCS, method: str | None = None
) -> dict[str, Any]:
    """The document with one proof. method: the verification method, if it is not the DID and the Multikey."""
    proof = data_integrity.options(suite, method or f"{did}#{key.public}", CREATED, document)
    signature = key.sign(data_integrity.hash_data(document, proof))
    return {**document, "proof": data_integrity.with_signature(proof, signature)}


def status_list(*bits: int, key: signing.SigningKey = KEY, url: str = LIST, purpose: str = "revocation", **changes: Any) -> bytes:
    """A status list with these bits set. changes: of its members; encoded: its bits as text, suite: its proof's."""
    encoded, suite = changes.pop("encoded", None), changes.pop("suite", data_integrity.JCS)
    document = {
        "@context": [open_badges.CONTEXTS[0]],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-06-14T00:00:00Z",
        "validUntil": "2026-06-21T00:00:00Z",
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded or bitstring.encode(bits),
        },
    }
    document.update(changes)
    document = {name: member for name, member in document.items() if member is not None}
    return jcs.canonical(signed(document, key, _did_of(document), suite))


def suspension_list(*bits: int, **changes: Any) -> bytes:
    """The list beside it, with these bits set."""
    return status_list(*bits, **{"url": SUSPENSION, "purpose": "suspension", **changes})


def _did_of(document: dict[str, Any]) -> str:
    issuer = document["issuer"]
    return str(issuer["id"] if isinstance(issuer, dict) else issuer)


def register(*entries: dict[str, str], key: signing.SigningKey = KEY) -> bytes:
    document = {
        "@context": [open_badges.CONTEXTS[0]],
        "id": REGISTER,
        "type": ["VerifiableCredential", "StatusRegister"],
        "issuer": DID,
        "validFrom": "2026-06-14T00:00:00Z",
        "validUntil": "2026-06-21T00:00:00Z",
        "credentialSubject": {"id": f"{REGISTER}#register", "type": "StatusRegister", "entries": list(entries)},
    }
    return jcs.canonical(signed(document, key))


def mark(action: str, reason: str = "", **more: str) -> dict[str, str]:
    """An entry of the register about the credential."""
    name = "suspension" if action == "suspended" else "revocation"
    return {"action": action, "date": "2026-06-10", "index": "777", "list": name, "reason": reason, **more}


def tree(record: bytes, at: int = 3, size: int = 7, event: str = "issued") -> tuple[list[bytes], merkle.Tree]:
    """A log of size entries that names record at an index: its entries, and the tree over them."""
    others = (hashlib.sha256(bytes([number])).hexdigest() for number in range(size))
    entries = [log.entry("issued", LOGGED, record=digest) for digest in others]
    replaces = hashlib.sha256(b"an older record").hexdigest() if event == "corrected" else None
    entries[at] = log.entry(event, LOGGED, record=hashlib.sha256(record).hexdigest(), replaces=replaces)
    return entries, merkle.Tree(merkle.leaf_hash(entry) for entry in entries)


def note(size: int, root: bytes, key: signing.SigningKey = KEY, origin: str = ORIGIN) -> bytes:
    """A signed checkpoint."""
    return signing.sign_checkpoint(checkpoint.Checkpoint(origin, size, root), key)


def proof(
    record: bytes, *, key: signing.SigningKey = KEY, origin: str = ORIGIN, event: str = "issued", at: int = 3, size: int = 7
) -> tlog_proof.TlogProof:
    """A tlog-proof of record at an index of a tree of size entries."""
    entries, whole = tree(record, at, size, event)
    return tlog_proof.TlogProof(entries[at], at, tuple(whole.inclusion_proof(at)), note(size, whole.root(), key, origin))


def evidence(record: bytes, **changes: Any) -> dict[str, Any]:
    """All that there is to judge a record by, by name; a list that is None is left out."""
    value = {
        "record": record,
        **about(config()),
        "proof": tlog_proof.serialise(proof(record)),
        "checkpoint": None,
        "register": register(),
        "beside": None,
        "expected": DID,
        "now": NOW,
        **changes,
    }
    lists = {LIST: status_list(5), SUSPENSION: suspension_list(6), **changes.get("lists", {})}
    return {**value, "lists": {url: data for url, data in lists.items() if data is not None}}


def ask(found: dict[str, Any]) -> Evidence:
    """Evidence by name → the question to the verifier."""
    said = About(**{name: found[name] for name in ABOUT})
    return Evidence(about=said, **{name: value for name, value in found.items() if name not in ABOUT})


def rotated(record: bytes, sides: IssuerConfig, *, key: signing.SigningKey = OTHER) -> dict[str, Any]:
    """Evidence after a rotation to sides. key: signs checkpoint and lists."""
    return evidence(
        record,
        **about(sides),
        proof=tlog_proof.serialise(proof(record, key=key)),
        register=register(key=key),
        lists={LIST: status_list(5, key=key), SUSPENSION: suspension_list(5, key=key)},
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
