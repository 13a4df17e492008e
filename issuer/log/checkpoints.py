"""records/checkpoint: what the issuer signed of its log."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from issuer import durable
from issuer.config import IssuerConfig
from issuer.errors import FormatError, IntegrityError, Place
from issuer.formats import checkpoint, multikey, signed_note
from issuer.formats.checkpoint import Checkpoint

CHECKPOINT = "records/checkpoint"
RESTORE = "restore the log from Git: git checkout HEAD -- records/log records/checkpoint"


def origin(config: IssuerConfig) -> str:
    """The log's name: host, port and path of the base URL, and "/log"."""
    parts = urlsplit(config.base_url)
    return f"{parts.netloc}{parts.path.rstrip('/')}/log"


def read_note(repository: Path) -> bytes | None:
    """The bytes of records/checkpoint, None if nothing was ever issued. Raises StorageError, IntegrityError if it is missing although
    there is something that it should state."""
    note = durable.read(repository / CHECKPOINT, shown_as=CHECKPOINT)
    records = repository / "records"
    if note is None and (any(records.glob("log/entries-*.jsonl")) or any(records.glob("*/issued-*.jsonl"))):
        raise IntegrityError("is missing although certificates were issued", place=Place(CHECKPOINT), hint=RESTORE)
    return note


def checkpoint_of(note: bytes, config: IssuerConfig) -> Checkpoint:
    """What a signed note states. It must be of this log, and signed by a key of issuer.yml that is or was for the log: after a rotation
    the checkpoint of the key before is where the next run goes on. Raises IntegrityError."""
    try:
        signed = signed_note.parse(note)
        point = checkpoint.parse(signed.text)
        keys = [multikey.decode_public(window.key) for window in config.keys if "log" in window.use]
    except FormatError as error:
        raise IntegrityError(f"cannot be read: {error.message}", place=Place(CHECKPOINT), hint=RESTORE) from None
    if point.origin != origin(config):
        raise IntegrityError(
            f"belongs to {point.origin}, but issuer.yml makes it {origin(config)}",
            place=Place(CHECKPOINT),
            hint="base_url in issuer.yml must not change once certificates were issued",
        )
    if not any(signed_note.verify(signed, point.origin, key) for key in keys):
        raise IntegrityError(
            "is signed by none of the keys in issuer.yml", place=Place(CHECKPOINT), hint="keep every key that was in use in issuer.yml"
        )
    return point


def is_signed_by(note: bytes, public: str) -> bool:
    """Whether a checkpoint has a good signature of this key (Multikey). After a rotation it has not, until it is written again."""
    signed = signed_note.parse(note)
    return signed_note.verify(signed, checkpoint.parse(signed.text).origin, multikey.decode_public(public))
