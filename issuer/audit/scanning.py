"""One file of records: every line read, both its proofs verified. Runs in worker processes: what it takes and gives can be sent there."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from issuer import records
from issuer.errors import FormatError, IntegrityError, Place, StorageError
from issuer.formats import data_integrity, ed25519, open_badges
from issuer.records import Record
from issuer.verification.signature import strict_key
from issuer.verification.signed_document import SignedDocument
from issuer.workers import spread

RECORDS_PER_WORKER = 2000
"""Fewer records than this for each worker are read faster without it: a process takes half a second to begin."""


class Row(NamedTuple):
    """What the other checks need to know of a record. line: 1-based, in the file of the scan; row: key digest of the roster's row; digest:
    SHA-256 of record.json, 32 bytes; keys: that signed it, as Multikeys, each once; list, bit: where its status is; template, pictures:
    SHA-256 of what it is drawn from; renews: id or None."""

    line: int
    id: str
    revision: int
    row: str
    digest: bytes
    keys: tuple[str, ...]
    list: str
    bit: int
    template: str
    pictures: tuple[str, ...]
    renews: str | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a line. check: records or proofs; code, detail: as in sentences.json."""

    check: str
    code: str
    line: int
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scan:
    """What is in one file. path: relative to the repository; lines: how many; rows: the records that can be read."""

    path: str
    lines: int
    rows: list[Row]
    mistakes: list[Mistake]

    @property
    def batch(self) -> str:
        """The batch that the file belongs to."""
        return self.path.split("/")[1]

    def place(self, line: int) -> Place:
        """A line of the file."""
        return Place(self.path, line)


def scan_all(repository: Path, paths: list[str], did: str, *, jobs: int) -> Iterator[Scan]:
    """Every file of records in the order of paths. did: of the issuer; jobs: processes at most."""
    task = partial(scan, repository, did)
    jobs = min(jobs, len(paths), 1 + len(paths) * records.LINES_PER_FILE // RECORDS_PER_WORKER)
    if jobs < 2:
        yield from map(task, paths)
    else:
        yield from spread(task, paths, number=jobs, what="verifies records", hint="was there too little memory? Try --jobs 1")


def scan(repository: Path, did: str, path: str) -> Scan:
    """Read one file of records. path: relative to the repository. Raises StorageError."""
    batch = path.split("/")[1]
    found = Scan(path, 0, [], [])
    number = 0
    try:
        with (repository / path).open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                _scan_line(found, line, batch, number, did)
    except OSError as error:
        raise StorageError(f"cannot be read: {error.strerror}", place=Place(path), hint="check who may read it") from None
    return Scan(path, number, found.rows, found.mistakes)


def _scan_line(found: Scan, line: bytes, batch: str, number: int, did: str) -> None:
    try:
        record = records.parse(line, batch, found.place(number))
    except IntegrityError as error:
        found.mistakes.append(
            Mistake("records", "record-malformed", number, {"reason": error.message.removeprefix("is not a record: it ")})
        )
        return
    whole = record.record_json()
    document = SignedDocument({**record.credential, "proof": record.proofs[data_integrity.JCS]}, whole)
    found.mistakes.extend(_shape(record, document, line, number, did))
    mistakes, keys = _signatures(record, document, number, did)
    found.mistakes.extend(mistakes)
    found.rows.append(_row(record, number, hashlib.sha256(whole).digest(), keys))


def _row(record: Record, number: int, digest: bytes, keys: tuple[str, ...]) -> Row:
    status = record.status
    return Row(
        number,
        record.id,
        record.revision,
        record.row,
        digest,
        keys,
        sys.intern(status.list_url),
        status.index,
        sys.intern(record.design.sha256),
        tuple(sys.intern(digest) for _, digest in record.design.pictures),
        record.renews,
    )


def _shape(record: Record, document: SignedDocument, line: bytes, number: int, did: str) -> Iterator[Mistake]:
    if record.line() != line:
        yield Mistake("records", "record-not-canonical", number)
    if "proof" in record.credential:  # nobody would look at it: both files that are published have another in its place
        yield Mistake("records", "credential-malformed", number, {"where": "/proof"})
    elif where := open_badges.first_mistake(document.value):
        yield Mistake("records", "credential-malformed", number, {"where": where})
    elif document.issuer != did:
        yield Mistake("records", "issuer-other", number, {"did": document.issuer[:200]})


def _signatures(record: Record, document: SignedDocument, number: int, did: str) -> tuple[list[Mistake], tuple[str, ...]]:
    """What is wrong with the proofs of a record, and the keys that they are by."""
    mistakes: list[Mistake] = []
    keys: list[str] = []
    for suite, proof in record.proofs.items():
        try:
            signer, key, signature = data_integrity.well_formed(record.credential, proof)
        except FormatError:
            signer, key, signature = "", "", b""
        if signer != did or proof.get("cryptosuite") != suite:
            mistakes.append(Mistake("proofs", "proof-malformed", number, {"suite": suite}))
            continue
        keys.append(sys.intern(key))
        raw = strict_key(key)
        if raw is None:
            mistakes.append(Mistake("proofs", "key-weak", number))
        elif not _is_good(document, proof, raw, signature):
            mistakes.append(Mistake("proofs", "proof-wrong", number, {"suite": suite}))
    return mistakes, tuple(dict.fromkeys(keys))


def _is_good(document: SignedDocument, proof: dict[str, object], key: bytes, signature: bytes) -> bool:
    try:
        return ed25519.verify(key, document.hash_data(proof), signature)
    except FormatError:
        return False
