"""Events → append-only Merkle log, checkpoint, inclusion proofs.

An entry is one line of records/log.jsonl, RFC 8785 JSON, and the leaf data of the tree is that line without its newline:

    {"event":"issued","record":"<sha256 of record.json>","time":"2026-05-30T08:00:00Z"}

event: issued, corrected (with "replaces": the record it replaces) or revoked. An entry names no certificate id: ids are
unguessable addresses, and the log is public. Entries behind the checkpoint do not count: the next run writes them again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from issuer import durable
from issuer.config import IssuerConfig
from issuer.errors import FormatError, IntegrityError, KeyUnusableError, Place
from issuer.formats import checkpoint, jcs, merkle, multikey, signed_note, strict_json, timestamp, tlog_proof
from issuer.signing import SigningKey, sign_checkpoint

LOG = "records/log.jsonl"
CHECKPOINT = "records/checkpoint"
RESTORE = "restore both files from Git: git checkout HEAD -- records/log.jsonl records/checkpoint"


@dataclass(slots=True)
class Log:
    """The log up to its checkpoint. entries: leaf data in order; issued: record digest → index; revoked: digests of revoked records."""

    entries: list[bytes] = field(default_factory=list)
    tree: merkle.Tree = field(default_factory=merkle.Tree)
    issued: dict[str, int] = field(default_factory=dict)
    revoked: dict[str, int] = field(default_factory=dict)
    note: bytes = b""

    def add(self, entry: bytes) -> None:
        """Take one entry into memory. Raises FormatError if it is not one."""
        value = parse_entry(entry)
        index = len(self.entries)
        (self.revoked if value["event"] == "revoked" else self.issued)[value["record"]] = index
        self.entries.append(entry)
        self.tree.append(merkle.leaf_hash(entry))

    def proof(self, digest: str) -> bytes:
        """The tlog-proof of the entry that issued a record. digest: hex. Raises IntegrityError if the log does not name it."""
        index = self.issued.get(digest)
        if index is None:
            raise IntegrityError(
                f"the log does not name the record {digest}", place=Place(LOG), hint="run `issuer issue` to complete the log"
            )
        path = tuple(self.tree.inclusion_proof(index))
        return tlog_proof.serialise(tlog_proof.TlogProof(self.entries[index], index, path, self.note))


def origin(config: IssuerConfig) -> str:
    """The log's name: host, port and path of the base URL, and "/log"."""
    parts = urlsplit(config.base_url)
    return f"{parts.netloc}{parts.path.rstrip('/')}/log"


def entry(event: str, digest: str, now: dt.datetime, *, replaces: str | None = None) -> bytes:
    """Leaf data for one event. digest, replaces: SHA-256 of record.json, hex."""
    value = {"event": event, "record": digest, "time": timestamp.serialise(now)}
    return jcs.canonical(value if replaces is None else {**value, "replaces": replaces})


def parse_entry(data: bytes) -> dict[str, Any]:
    """Leaf data → its members. Raises FormatError."""
    value = strict_json.canonical_object(data, max_bytes=4096)
    if value.get("event") not in ("issued", "corrected", "revoked") or not isinstance(value.get("record"), str):
        raise FormatError("is not a log entry")
    return value


def load(repository: Path, config: IssuerConfig) -> Log:
    """The log as its checkpoint states it. Raises IntegrityError unless entries, checkpoint and issuer.yml agree."""
    lines = _lines(repository)
    note = durable.read(repository / CHECKPOINT, shown_as=CHECKPOINT)
    if note is None:
        if lines or any((repository / "records").glob("*/issued-*.jsonl")):
            raise IntegrityError("is missing although certificates were issued", place=Place(CHECKPOINT), hint=RESTORE)
        return Log()
    log = Log(note=note)
    point = _read_checkpoint(log.note, config)
    if point.size > len(lines):
        raise IntegrityError(f"has {len(lines)} entries, but the checkpoint states {point.size}", place=Place(LOG), hint=RESTORE)
    for number, line in enumerate(lines[: point.size], start=1):
        try:
            log.add(line)
        except FormatError as error:
            raise IntegrityError(error.message, place=Place(LOG, number), hint=RESTORE) from None
    if log.tree.root() != point.root:
        raise IntegrityError("does not match the checkpoint: an entry was edited, removed or moved", place=Place(LOG), hint=RESTORE)
    return log


def check_records(log: Log, on_disk: Iterable[tuple[str, Place | None]]) -> None:
    """Refuse unless every record that the log names is on disk. on_disk: SHA-256 of each record.json, hex, and where it stands."""
    missing = set(log.issued)
    strangers: list[Place] = []
    for digest, place in on_disk:
        if digest in log.issued:
            missing.discard(digest)
        elif place is not None and not strangers:
            strangers.append(place)
    if not missing:
        return
    first = min(log.issued[digest] for digest in missing)
    message = f"{len(missing)} record(s) that the log names are missing or were edited; the first is entry {first} of the log"
    hint = "records are never edited: restore the files records/*/issued-*.jsonl from Git"
    raise IntegrityError(message, place=strangers[0] if strangers else Place(LOG, first + 1), hint=hint)


def start(repository: Path, config: IssuerConfig, key: SigningKey) -> None:
    """Write the checkpoint of the empty log, if there is no log yet, so that a missing checkpoint is always an error later.
    Raises KeyUnusableError if the next entry is outside the key's window: nobody would believe it."""
    note = durable.read(repository / CHECKPOINT, shown_as=CHECKPOINT)
    _refuse_outside_window(config, key, 0 if note is None else _read_checkpoint(note, config).size)
    if note is None:
        write(repository, config, key, Log())


def write(repository: Path, config: IssuerConfig, key: SigningKey, log: Log) -> None:
    """Write the entries, then the checkpoint that makes them count. Raises StorageError, KeyUnusableError if the first entry that the
    last checkpoint did not state is outside the key's window."""
    stated = _read_checkpoint(log.note, config).size if log.note else 0
    if len(log.entries) > stated:
        _refuse_outside_window(config, key, stated)
    durable.write(repository / LOG, b"".join(line + b"\n" for line in log.entries))
    point = checkpoint.Checkpoint(origin(config), len(log.entries), log.tree.root())
    log.note = sign_checkpoint(point, key)
    durable.write(repository / CHECKPOINT, log.note)


def is_signed_by(log: Log, key: SigningKey) -> bool:
    """Whether the checkpoint has a signature of this key. After a rotation it has not, until it is written again."""
    note = signed_note.parse(log.note)
    return signed_note.verify(note, checkpoint.parse(note.text).origin, multikey.decode_public(key.public))


def _refuse_outside_window(config: IssuerConfig, key: SigningKey, index: int) -> None:
    for window in config.keys:
        if window.key == key.public and window.from_ <= index and (window.until is None or index < window.until):
            return
    hint = f"the window of the key in use begins at {index} or less, and that of the key before it ends there"
    raise KeyUnusableError(f"the key {key.public} may not sign log entry {index}", place=Place("issuer.yml"), hint=hint)


def _lines(repository: Path) -> list[bytes]:
    return (durable.read(repository / LOG, shown_as=LOG) or b"").split(b"\n")[:-1]


def _read_checkpoint(note_bytes: bytes, config: IssuerConfig) -> checkpoint.Checkpoint:
    try:
        note = signed_note.parse(note_bytes)
        point = checkpoint.parse(note.text)
        keys = [multikey.decode_public(window.key) for window in config.keys]
    except FormatError as error:
        raise IntegrityError(f"cannot be read: {error.message}", place=Place(CHECKPOINT), hint=RESTORE) from None
    if point.origin != origin(config):
        raise IntegrityError(
            f"belongs to {point.origin}, but issuer.yml makes it {origin(config)}",
            place=Place(CHECKPOINT),
            hint="base_url in issuer.yml must not change once certificates were issued",
        )
    if not any(signed_note.verify(note, point.origin, key) for key in keys):
        raise IntegrityError(
            "is signed by none of the keys in issuer.yml", place=Place(CHECKPOINT), hint="keep every key that was in use in issuer.yml"
        )
    return point
