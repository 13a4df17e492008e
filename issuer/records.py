"""records/ on disk: read, append, never edit.

A record is one line of records/<batch>/issued-NNNN.jsonl, RFC 8785 JSON:

    {"batch": "2026-05-python-101", "content": "<sha256 of what the row says>", "credential": {…}, "proofs": {"eddsa-jcs-2022": {…},
     "eddsa-rdfc-2022": {…}}, "revision": 1, "row": "<key digest>", "template": {"fonts": "<sha256>", "name": "default", "sha256": "…",
     "tools": {"cairo": "1.16.0", …}}, "tool": "0.1.0"}

A correction is a further line with the same id and the next revision; the last line of an id is the current one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from issuer import design, durable
from issuer.credential import StatusEntry, identifier_of, status_of
from issuer.design import Design
from issuer.errors import FormatError, IntegrityError, Place, StorageError
from issuer.formats import data_integrity, identifier, jcs, strict_json

FOLDER = "records"
LINES_PER_FILE = 1000
LINES_PER_WRITE = 250
MAX_LINE_BYTES = 256 * 1024
_ISSUED = re.compile(r"issued-([0-9]{4,})\.jsonl")
_PAGE = re.compile(rb"/c/([0-7][0-9a-hjkmnp-tv-z]{25})/")


@dataclass(frozen=True, slots=True)
class Record:
    """One credential with its proofs, how it relates to its row, and what it is drawn from. renews: the id of the certificate that it
    follows; place: file and line, as read; None while it is not written."""

    batch: str
    row: str
    content: str
    revision: int
    design: Design
    tool: str
    credential: dict[str, Any]
    proofs: dict[str, dict[str, Any]]
    renews: str | None = None
    place: Place | None = None

    @property
    def id(self) -> str:
        """The certificate's identifier, 26 characters."""
        return identifier_of(self.credential)

    @property
    def status(self) -> StatusEntry:
        """Where the credential's bits are."""
        return status_of(self.credential)

    @property
    def key(self) -> str:
        """The Multikey that signed it, as its proof says."""
        return str(self.proofs[data_integrity.JCS].get("verificationMethod")).rpartition("#")[2]

    def record_json(self) -> bytes:
        """What is published as record.json: canonical, with the eddsa-jcs-2022 proof."""
        return jcs.canonical({**self.credential, "proof": self.proofs[data_integrity.JCS]})

    def credential_json(self) -> bytes:
        """What is published as credential.json: with the eddsa-rdfc-2022 proof, which other verifiers take."""
        return jcs.canonical({**self.credential, "proof": self.proofs[data_integrity.RDFC]})

    def digest(self) -> str:
        """SHA-256 of record.json, hex: how the log names this record."""
        return hashlib.sha256(self.record_json()).hexdigest()

    def line(self) -> bytes:
        """The record as its line, with the newline."""
        value: dict[str, Any] = {
            "batch": self.batch,
            "content": self.content,
            "credential": self.credential,
            "proofs": self.proofs,
            "revision": self.revision,
            "row": self.row,
            "template": self.design.member(),
            "tool": self.tool,
        }
        if self.renews is not None:
            value["renews"] = self.renews
        return jcs.canonical(value) + b"\n"


def read(repository: Path) -> Iterator[Record]:
    """Every record, batch by batch in name order, oldest first in each. Raises IntegrityError naming file and line."""
    revisions: dict[str, int] = {}
    for batch in batches(repository):
        yield from _read_batch(repository, batch, revisions)


def read_batch(repository: Path, batch: str) -> Iterator[Record]:
    """The records of one batch, oldest first. Raises IntegrityError naming file and line."""
    yield from _read_batch(repository, batch, {})


def current(repository: Path, batch: str | None = None) -> Iterator[Record]:
    """The newest record of every id, in the order of `read`. Reads twice, so that only ids and revisions are kept in memory."""
    newest: dict[str, int] = {}
    for record in _of(repository, batch):
        newest[record.id] = max(record.revision, newest.get(record.id, 0))
    for record in _of(repository, batch):
        if newest[record.id] == record.revision:
            yield record


def mentioning(repository: Path, ids: Collection[str]) -> Iterator[Record]:
    """The records of these ids, and those that renew one of them, in the order of `read`. Other lines are not looked at.
    Raises IntegrityError naming file and line."""
    wanted = {number.encode() for number in ids}
    for batch in batches(repository):
        for path in _files(repository / FOLDER / batch):
            for place, line in _lines(repository, path):
                if wanted & set(_PAGE.findall(line)):
                    yield parse(line, batch, place)


def append(repository: Path, batch: str, records: Iterable[Record]) -> int:
    """Put records behind those of the batch, LINES_PER_WRITE at a time and LINES_PER_FILE a file. Returns how many.
    A kill loses at most the last group, which was never named by the log. Raises StorageError."""
    folder = repository / FOLDER / batch
    files = _files(folder)
    number = len(files) or 1
    path = folder / f"issued-{number:04d}.jsonl"
    before = durable.read(path) or b""
    if before and not before.endswith(b"\n"):
        raise IntegrityError("is cut off", place=Place(path.relative_to(repository).as_posix()), hint="restore the file from Git")
    lines = before.count(b"\n")
    group: list[bytes] = []
    count = 0
    for record in records:
        if lines + len(group) >= LINES_PER_FILE:
            _flush(path, group)
            number, lines = number + 1, 0
            path = folder / f"issued-{number:04d}.jsonl"
        group.append(record.line())
        count += 1
        if len(group) == LINES_PER_WRITE:
            lines += len(group)
            _flush(path, group)
    _flush(path, group)
    return count


def batches(repository: Path) -> list[str]:
    """The folders of records/ that have records, sorted."""
    return sorted({path.parent.name for path in (repository / FOLDER).glob("*/issued-*.jsonl")})


def _read_batch(repository: Path, batch: str, revisions: dict[str, int]) -> Iterator[Record]:
    """revisions: id → revision of the records before; it grows."""
    for path in _files(repository / FOLDER / batch):
        for place, line in _lines(repository, path):
            record = parse(line, batch, place)
            _follow(record, revisions)
            yield record


def _lines(repository: Path, path: Path) -> Iterator[tuple[Place, bytes]]:
    shown = path.relative_to(repository).as_posix()
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                yield Place(shown, number), line
    except OSError as error:
        raise StorageError(f"cannot be read: {error.strerror}", place=Place(shown), hint="check who may read it") from None


def _follow(record: Record, revisions: dict[str, int]) -> None:
    """A line given twice, as after a bad merge, would mark its own certificate as replaced."""
    following = revisions.get(record.id, 0) + 1
    if record.revision != following:
        raise IntegrityError(
            f"is revision {record.revision} of {record.id}, where {following} must follow",
            place=record.place,
            hint="a line was repeated, moved or lost: restore the file from Git",
        )
    revisions[record.id] = following


def _of(repository: Path, batch: str | None) -> Iterator[Record]:
    return read(repository) if batch is None else read_batch(repository, batch)


def _flush(path: Path, group: list[bytes]) -> None:
    if group:
        durable.append(path, b"".join(group))
        group.clear()


def _files(folder: Path) -> list[Path]:
    """issued-0001.jsonl … in order. Raises IntegrityError if one is missing in between."""
    numbered = sorted((int(match[1]), path) for path in folder.glob("issued-*.jsonl") if (match := _ISSUED.fullmatch(path.name)))
    for expected, (number, path) in enumerate(numbered, start=1):
        if number != expected:
            missing = path.with_name(f"issued-{expected:04d}.jsonl")
            raise IntegrityError("is missing", place=Place(f"{FOLDER}/{folder.name}/{missing.name}"), hint="restore it from Git")
    return [path for _, path in numbered]


def parse(line: bytes, batch: str, place: Place) -> Record:
    """One line of the batch's records, with its newline. It may have members that a record has not: `line()` tells.
    Raises IntegrityError naming the place."""
    if not line.endswith(b"\n"):
        raise IntegrityError("is cut off", place=place, hint="restore the file from Git")
    try:
        value = strict_json.parse(line, max_bytes=MAX_LINE_BYTES)
        record = Record(
            batch=value["batch"],
            row=value["row"],
            content=value["content"],
            revision=value["revision"],
            design=design.parse(value["template"]),
            tool=value["tool"],
            credential=value["credential"],
            proofs={suite: value["proofs"][suite] for suite in data_integrity.SUITES},
            renews=value.get("renews"),
            place=place,
        )
        _check(record, batch)
    except (FormatError, KeyError, TypeError, ValueError, AttributeError) as error:
        reason = error.message if isinstance(error, FormatError) else "lacks a part of a record"
        hint = error.hint if isinstance(error, FormatError) and error.hint else "records are never edited: restore the file from Git"
        raise IntegrityError(f"is not a record: it {reason}", place=place, hint=hint) from None
    return record


def _check(record: Record, batch: str) -> None:
    """What becomes a path, an address or a count later must look like one. Raises FormatError, TypeError or ValueError."""
    if record.batch != batch:
        hint = (
            f"if the folder is a copy of {record.batch}, delete issued-*.jsonl, deliveries.jsonl and rejects.* from it; if it was renamed, "
        )
        hint += "give it its name back, for that is fixed once a batch is issued; else restore the file from Git"
        raise FormatError(f"belongs to the batch {record.batch!r}", hint=hint)
    if not identifier.PATTERN.fullmatch(record.id) or record.status.index < 0:
        raise FormatError("has a part that is none of a record")
    if record.renews is not None and not identifier.PATTERN.fullmatch(record.renews):
        raise FormatError("renews something that is no certificate")
    texts = (record.row, record.content, record.tool)
    if type(record.revision) is not int or not all(isinstance(text, str) for text in texts):
        raise FormatError("has a part that is none of a record")
    if not all(isinstance(proof, dict) for proof in record.proofs.values()):
        raise FormatError("has a proof that is none")
