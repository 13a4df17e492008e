"""Invented issuers, batches and credentials that the tests of signing, records, log and status share."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from issuer import credential, records, signing
from issuer.batch import Batch
from issuer.batch_config import BatchConfig
from issuer.config import IssuerConfig
from issuer.credential import Renewed, StatusEntry
from issuer.design import Design
from issuer.formats import identifier
from issuer.records import Record

BASE = "https://certificates.example.org"
DID = "did:web:certificates.example.org"
BATCH = "2026-05-python-101"
NOW = dt.datetime(2026, 5, 31, 8, 0, 0, tzinfo=dt.UTC)
STAMP = "2026-05-31T08:00:00Z"
DESIGN = Design("default", hashlib.sha256(b"<svg/>").hexdigest())
LIST = f"{BASE}/status/revocation.json"
SEED = hashlib.sha256(b"issuer test key one").digest()
KEY = signing.SecretKey(SEED)
OTHER = signing.SecretKey(hashlib.sha256(b"issuer test key two").digest())
HOSTILE = "<b>&amp;\"'\u202e\n\r\t\\ \U0001f642 \u0301</script>--> é \u2028"


def config(*keys: signing.SigningKey, base_url: str = BASE, start: int = 0) -> IssuerConfig:
    """issuer.yml with these keys, KEY by default: the last is in use, the others never were."""
    *others, last = keys or (KEY,)
    windows = [*({"key": key.public, "until": 0} for key in others), {"key": last.public, "from": start}]
    return IssuerConfig.model_validate(
        {"name": "Example Academy", "url": "https://academy.example.org", "base_url": base_url, "keys": windows}
    )


def batch(folder: Path = Path("nowhere"), **settings: Any) -> Batch:
    """A batch with two columns of its own, unless settings say otherwise. Its files need not exist."""
    achievement = {
        "name": "Python 101",
        "type": "Course",
        "description": "An evening course",
        "criteria": "Passed the final project.",
        "language": "en",
        "tags": ["python", "course"],
    }
    given = {
        "achievement": achievement,
        "awarded": "2026-05-30",
        "columns": {"score": {"column": "Score", "label": "Final score"}, "city": "City"},
    }
    return Batch(BATCH, folder, BatchConfig.model_validate({**given, **settings}), folder / "roster.csv")


def unsigned(
    values: dict[str, str] | None = None, *, number: int = 1, index: int = 123, renews: Renewed | None = None, **settings: Any
) -> dict[str, Any]:
    """The credential of one row. number: makes the identifier; index: the status bit; renews: the older certificate."""
    row = {"name": "José Núñez", "score": "91", "city": "Łódź"} if values is None else values
    return credential.build(
        config(),
        batch(**settings),
        row,
        identifier=identifier.encode(number.to_bytes(16, "big")),
        status=StatusEntry(LIST, index),
        now=NOW,
        renews=renews,
    )


def record(number: int = 1, *, revision: int = 1, name: str = "José Núñez", index: int | None = None, signed: bool = True) -> Record:
    """One record; without signatures when only the lines matter."""
    document = unsigned({"name": name, "score": "91"}, number=number, index=number if index is None else index)
    dummy = {suite: {"type": "DataIntegrityProof", "cryptosuite": suite} for suite in ("eddsa-jcs-2022", "eddsa-rdfc-2022")}
    proofs = signing.prove(document, KEY, DID, STAMP) if signed else dummy
    row, content = (hashlib.sha256(f"{kind} {number} {name}".encode()).hexdigest() for kind in ("row", "content"))
    return Record(BATCH, row[:32], content, revision, DESIGN, "0.1.0", document, proofs)


def fill(repository: Path, numbers: Iterable[int]) -> list[Record]:
    """Append unsigned records to the batch and return them."""
    made = [record(number, signed=False) for number in numbers]
    assert records.append(repository, BATCH, made) == len(made)
    return made
