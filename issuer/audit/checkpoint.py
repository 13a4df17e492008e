"""Does the checkpoint state this log, and did a key in use sign it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from issuer import durable, log
from issuer.audit.checks import Check, Checking, Outcome
from issuer.audit.material import Material
from issuer.errors import FormatError, Place
from issuer.formats import checkpoint, multikey, signed_note


@dataclass(frozen=True, slots=True)
class Stated:
    """What records/checkpoint says: a note and what it states, or why that cannot be read; all None if there is none."""

    note: signed_note.Note | None = None
    point: checkpoint.Checkpoint | None = None
    mistake: str | None = None


def stated(repository: Path) -> Stated:
    """Read records/checkpoint. Raises StorageError."""
    data = durable.read(repository / log.CHECKPOINT, shown_as=log.CHECKPOINT)
    if data is None:
        return Stated()
    try:
        return Stated(*read(data))
    except FormatError as error:
        return Stated(mistake=error.message)


def check(material: Material, found: Stated) -> tuple[Check, bool]:
    """The check, and whether the log is what the checkpoint states."""
    result = Checking("checkpoint")
    entries, place = material.log, Place(log.CHECKPOINT)
    result.counts = {"entries": entries.size, "signatures": 0}
    if found.note is None or found.point is None:
        if found.mistake is not None:
            result.add("checkpoint-malformed", place=place, reason=found.mistake)
        elif entries.size or material.scans:
            result.add("checkpoint-missing", place=place)
        return result.done(), not result.has(Outcome.FAIL)
    point = found.point
    signed = signers(found.note, point, material.in_use("log"))
    result.counts["signatures"] = len(signed)
    if point.origin != log.origin(material.config):
        result.add("checkpoint-other", place=place, origin=point.origin)
    if not signed:
        result.add("checkpoint-forged", place=place)
    if point.size > entries.size:
        result.add("log-short", place=log.place_of(entries.size), index=entries.size, stated=point.size, entries=entries.size)
    elif entries.tree.root() != point.root:
        result.add("root-wrong", place=Place(log.FOLDER))
    return result.done(), entries.size == point.size and entries.tree.root() == point.root


def read(data: bytes) -> tuple[signed_note.Note, checkpoint.Checkpoint]:
    """A checkpoint as it lies in a file. Raises FormatError."""
    note = signed_note.parse(data)
    return note, checkpoint.parse(note.text)


def signers(note: signed_note.Note, point: checkpoint.Checkpoint, keys: Iterable[str]) -> set[str]:
    """Those of the keys (Multikeys) that signed a checkpoint."""
    return {key for key in keys if signed_note.verify(note, point.origin, multikey.decode_public(key))}
