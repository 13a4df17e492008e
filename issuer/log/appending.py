"""Appending to the log without reading it: checkpoint, edge and the last file of entries are enough.

Entries first, then the checkpoint that makes them count, then the edge. A run that is killed leaves entries that do not count, or an
edge that is behind; the next run goes on from either.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from issuer import durable
from issuer.config import IssuerConfig
from issuer.errors import KeyUnusableError, Place
from issuer.formats import merkle
from issuer.formats.checkpoint import Checkpoint
from issuer.log.checkpoints import CHECKPOINT, checkpoint_of, is_signed_by, origin, read_note
from issuer.log.events import parse_entry
from issuer.log.loading import require_root
from issuer.log.storage import entries as stored
from issuer.log.storage import read_edge, write_edge, write_entries
from issuer.signing import Keys, SigningKey, sign_checkpoint


def start(repository: Path, config: IssuerConfig, keys: Keys) -> None:
    """Write the checkpoint of the empty log, if there is no log yet, so that a missing checkpoint is always an error later.
    Raises KeyUnusableError if the next entry is outside the window of the key for credentials: nobody would believe it; IntegrityError
    if the checkpoint is missing now."""
    note = read_note(repository)
    _refuse_outside_window(config, keys.credentials, 0 if note is None else checkpoint_of(note, config).size)
    if note is None:
        _write_checkpoint(repository, config, keys, merkle.Edge())


def append(repository: Path, config: IssuerConfig, keys: Keys, entries: Iterable[bytes]) -> int:
    """Put entries behind the log and sign its checkpoint; without entries only if the key in use has not signed it yet. Touches
    checkpoint, edge and the last file of entries, whatever the log's size. Returns the new size. Raises FormatError for what is no
    entry, KeyUnusableError for a key outside its window, IntegrityError if the log does not have the root that its checkpoint states."""
    added = list(entries)
    note = read_note(repository)
    point = Checkpoint(origin(config), 0, merkle.EMPTY_ROOT) if note is None else checkpoint_of(note, config)
    events = [parse_entry(data)["event"] for data in added]
    first = next((index for index, event in enumerate(events, start=point.size) if event in ("issued", "corrected")), None)
    if first is not None:  # a key in use has no end, so those behind the first are in its window too
        _refuse_outside_window(config, keys.credentials, first)
    if not added and note is not None and is_signed_by(note, keys.log.public):
        return point.size
    edge = _edge(repository, point)
    write_entries(repository, point.size, added)
    for data in added:
        edge.append(merkle.leaf_hash(data))
    _write_checkpoint(repository, config, keys, edge)
    write_edge(repository, edge)
    return edge.size


def _edge(repository: Path, point: Checkpoint) -> merkle.Edge:
    """The edge of the tree that the checkpoint states: as stored, else brought up to it, else made from all entries."""
    edge = read_edge(repository)
    if edge.size <= point.size:
        _grow(edge, repository, point.size)
        if edge.root() == point.root:
            return edge
    edge = merkle.Edge()
    _grow(edge, repository, point.size)
    require_root(point, edge.root())
    return edge


def _grow(edge: merkle.Edge, repository: Path, size: int) -> None:
    for data in stored(repository, edge.size, size):
        edge.append(merkle.leaf_hash(data))


def _write_checkpoint(repository: Path, config: IssuerConfig, keys: Keys, edge: merkle.Edge) -> None:
    point = Checkpoint(origin(config), edge.size, edge.root())
    durable.write(repository / CHECKPOINT, sign_checkpoint(point, *keys.log_signers))


def _refuse_outside_window(config: IssuerConfig, key: SigningKey, index: int) -> None:
    for window in config.keys:
        inside = window.from_ <= index and (window.until is None or index < window.until)
        if window.key == key.public and "credentials" in window.use and inside:
            return
    hint = f"the window of the key in use begins at {index} or less, and that of the key before it ends there"
    raise KeyUnusableError(f"the key {key.public} may not sign log entry {index}", place=Place("issuer.yml"), hint=hint)
