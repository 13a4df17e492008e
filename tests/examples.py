"""The examples of site/develop/formats.md, made by the code itself: three keys from fixed seeds that are worth nothing, two certificates,
one of them revoked. The same on every machine."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from issuer import log, publication, records, signing, status
from issuer.config import IssuerConfig
from issuer.design import Design
from issuer.evidence import Repository
from issuer.formats import tiles
from issuer.records import Record
from tests import credentials

NOW = credentials.NOW
USES = ("credentials", "log", "status")
KEYS = {use: signing.SecretKey(hashlib.sha256(f"issuer example key for {use}".encode()).digest()) for use in USES}
CONFIG = IssuerConfig.model_validate(
    {
        "name": "Example Academy",
        "url": "https://academy.example.org",
        "base_url": credentials.BASE,
        "keys": [{"key": key.public, "from": 0, "use": [use]} for use, key in KEYS.items()],
    }
)
REASON = "Issued by mistake"
DESIGN = Design(
    "course-a4",
    hashlib.sha256(b"a template").hexdigest(),
    hashlib.sha256(b"a list of fonts").hexdigest(),
    (
        ("babel", "2.18.0"),
        ("cairo", "1.16.0"),
        ("cairosvg", "2.9.1"),
        ("fonttools", "4.68.0"),
        ("harfbuzz", "15.0.0"),
        ("icu", "1.2.0"),
        ("numpy", "2.4.6"),
        ("pillow", "12.3.0"),
        ("segno", "1.6.6"),
        ("unicode", "14.0.0"),
        ("zlib", "1.2.13"),
        ("zlib-ng", "2.3.3"),
        ("zopfli", "0.4.3"),
    ),
    (("accent", "#9a7b3f"), ("primary", "#1b2a44")),
    (("logo", hashlib.sha256(b"a logo").hexdigest()),),
)
_SIZE = 6
"""Entries in the log: three keys, two certificates, one revocation."""
_BLOCK = re.compile(r"(<!-- example: ([a-z0-9./ -]+) -->\n```[a-z]*\n)(.*?)```\n", re.DOTALL)
PAGE = Path(__file__).parents[1] / "site" / "develop" / "formats.md"


def repository(folder: Path) -> Repository:
    """Two certificates, issued in May; in June the second one was revoked."""
    keys = signing.Keys(CONFIG, KEYS.values())
    made = [_record(number, name) for number, name in ((1, "José Núñez"), (2, "Wanjiru Kamau"))]
    june = NOW + dt.timedelta(days=20)
    digests = [record.digest() for record in made]
    log.start(folder, CONFIG, keys)
    records.append(folder, credentials.BATCH, made)
    entries = [log.entry("key-added", NOW, key=key.public, use=[use]) for use, key in KEYS.items()]
    entries += [log.entry("issued", NOW, record=digest) for digest in digests]
    log.append(folder, CONFIG, keys, [*entries, log.entry("revoked", june, record=digests[1])])
    status.append(folder, "revoke", [made[1].id], REASON, june.date())
    mark = status.Mark(made[1].status.number, made[1].status.index, "revoked", REASON, june.date().isoformat(), "")
    status.write(folder, CONFIG, keys.status, {1}, [mark], june)
    return Repository(folder, CONFIG)


def texts(folder: Path) -> dict[str, str]:
    """Each example by its name, as it stands on the page: JSON with line ends for the reader, everything else as it is."""
    source = repository(folder)
    first, _ = records.read(folder)
    published = dict(publication.issuer_files(folder, CONFIG))
    tree = {path.removeprefix("log/"): data for path, data in log.tiles(folder, CONFIG)}
    bundle = tree[max(path for path in tree if "entries" in path)]
    return {
        "record.json": _indented(first.record_json()),
        "credential.json proof": _indented(json.dumps(json.loads(first.credential_json())["proof"]).encode()),
        "issued-0001.jsonl": _indented(_shortened(first)),
        "revocations.csv": (folder / status.REVOCATIONS).read_text("utf-8"),
        "revocation.json": _indented(published["status/revocation.json"]),
        "register.json": _indented(published["status/register.json"]),
        "entries-0001.jsonl": "".join(f"{entry.decode()}\n" for entry in log.entries(folder)),
        "other entries": "".join(f"{entry.decode()}\n" for entry in _other_entries()),
        "checkpoint": (folder / log.CHECKPOINT).read_text("utf-8"),
        "inclusion.tlog-proof": (source.proof(first.id) or b"").decode(),
        "tiles": "".join(f"log/{path:<23} {len(data):>4} bytes\n" for path, data in sorted(tree.items()) if path.endswith(f"/{_SIZE}")),
        "bundle": _dump(bundle[:48]) + f"… {len(tiles.unbundle(bundle))} entries, {len(bundle)} bytes\n",
        "keys.json": _indented(published["trust/keys.json"]),
        "did.json": _indented(published[".well-known/did.json"]),
    }


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """The examples on the page: name and text."""
    for match in _BLOCK.finditer(page):
        yield match[2], match[3]


def written(page: str, examples: dict[str, str]) -> str:
    """The page with its examples made anew."""
    return _BLOCK.sub(lambda match: f"{match[1]}{examples[match[2]]}```\n", page)


def _other_entries() -> list[bytes]:
    """An entry of each kind that the small log does not have."""
    first, second = ("7ea5fa42638ed715571ea158e8a2cf70f6465881db3cd553836a285cb51cc0ce", hashlib.sha256(b"a newer record").hexdigest())
    key = KEYS["credentials"].public
    return [
        log.entry("corrected", NOW, record=second, replaces=first),
        log.entry("issued", NOW, record=second, renews=first),
        log.entry("suspended", NOW, record=first),
        log.entry("reinstated", NOW, record=first),
        log.entry("key-retired", NOW, key=key),
        log.entry("key-compromised", NOW, key=key, from_=4),
    ]


def _record(number: int, name: str) -> Record:
    record = credentials.record(number, name=name, signed=False)
    proofs = signing.prove(record.credential, KEYS["credentials"], credentials.DID, credentials.STAMP)
    return dataclasses.replace(record, design=DESIGN, proofs=proofs)


def _shortened(record: Record) -> bytes:
    """The line of a record with what stands elsewhere on the page left out."""
    value = json.loads(record.line())
    return json.dumps({**value, "credential": "…", "proofs": dict.fromkeys(value["proofs"], "…")}).encode()


def _dump(data: bytes) -> str:
    """Bytes as hex and as text, sixteen a line."""
    rows = [data[start : start + 16] for start in range(0, len(data), 16)]
    return "".join(f"{row.hex(' ')}  {''.join(chr(byte) if 32 <= byte < 127 else '.' for byte in row)}\n" for row in rows)


def _indented(data: bytes) -> str:
    return json.dumps(json.loads(data), indent=2, ensure_ascii=False) + "\n"
