"""The log in memory: every entry read once, and compared with the signed checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from issuer.config import IssuerConfig
from issuer.errors import FormatError, IntegrityError, Place
from issuer.formats import merkle, tlog_proof
from issuer.formats.checkpoint import Checkpoint
from issuer.log.checkpoints import RESTORE, checkpoint_of, read_note
from issuer.log.events import about_record, parse_entry
from issuer.log.storage import ENTRIES_PER_FILE, FOLDER, lines_from, path_of, place_of

State = Literal["suspended", "revoked"]
KeyState = Literal["added", "retired", "compromised"]
_KEY_STATES: dict[str, KeyState] = {"key-added": "added", "key-retired": "retired", "key-compromised": "compromised"}


@dataclass(slots=True)
class Log:
    """The log up to its checkpoint. About 300 bytes an entry; the entries themselves stay on disk.

    issued: record digest (hex) → index of the entry that issued it; state: digests of what is suspended or revoked now; keys: Multikey →
    what the log last said of it; time: of the newest entry, "" before the first; note: the signed checkpoint."""

    repository: Path
    note: bytes = b""
    tree: merkle.Tree = field(default_factory=merkle.Tree)
    issued: dict[str, int] = field(default_factory=dict)
    state: dict[str, State] = field(default_factory=dict)
    keys: dict[str, KeyState] = field(default_factory=dict)
    time: str = ""
    _file: tuple[int, Sequence[bytes]] = (-1, ())  # the last one that was read again: its first entry, its lines

    @property
    def size(self) -> int:
        """Number of entries."""
        return len(self.tree)

    def entry(self, index: int) -> bytes:
        """The bytes of an entry, 0-based, read again. Raises IntegrityError if they are not those that were loaded, FormatError beyond
        the log."""
        leaf = self.tree.subtree(0, index)
        first = index - index % ENTRIES_PER_FILE
        if self._file[0] != first:
            self._file = first, lines_from(self.repository, first, min(self.size - first, ENTRIES_PER_FILE))
        found = self._file[1][index - first]
        if merkle.leaf_hash(found) != leaf:
            raise IntegrityError("changed while it was read", place=place_of(index), hint="run the command again")
        return found

    def proof(self, digest: str) -> bytes:
        """The tlog-proof of the entry that issued a record. digest: hex. Raises IntegrityError if the log does not name it."""
        index = self.issued.get(digest)
        if index is None:
            raise IntegrityError(
                f"the log does not name the record {digest}", place=Place(FOLDER), hint="run `issuer issue` to complete the log"
            )
        path = tuple(self.tree.inclusion_proof(index))
        return tlog_proof.serialise(tlog_proof.TlogProof(self.entry(index), index, path, self.note))

    def take(self, entries: Iterable[bytes]) -> None:
        """Take further entries into memory. Raises IntegrityError with the place of one that is none."""
        leaves = []
        for index, data in enumerate(entries, start=self.size):
            found = about_record(data)
            if found is None:
                self._take_key(data, index)
            else:
                event, record, _, _, self.time = found
                if event in ("issued", "corrected"):
                    self.issued.setdefault(record, index)
                elif self.state.get(record) != "revoked":
                    self._take_state(event, record)
            leaves.append(merkle.leaf_hash(data))
        self.tree.extend(leaves)

    def _take_key(self, data: bytes, index: int) -> None:
        try:
            value = parse_entry(data)
            self.keys[value["key"]] = _KEY_STATES[value["event"]]
        except FormatError as error:
            raise IntegrityError(f"entry {index} of the log {error.message}", place=place_of(index), hint=RESTORE) from None
        self.time = value["time"]

    def _take_state(self, event: str, record: str) -> None:
        if event == "reinstated":
            self.state.pop(record, None)
        else:
            self.state[record] = "revoked" if event == "revoked" else "suspended"


def load(repository: Path, config: IssuerConfig) -> Log:
    """The log as its checkpoint states it. Raises IntegrityError unless entries, checkpoint and issuer.yml agree, StorageError."""
    note = read_note(repository)
    loaded = Log(repository, note or b"")
    if note is None:
        return loaded
    point = checkpoint_of(note, config)
    while loaded.size < point.size:
        loaded.take(lines_from(repository, loaded.size, min(point.size - loaded.size, ENTRIES_PER_FILE)))
    require_root(point, loaded.tree.root())
    return loaded


def require_root(point: Checkpoint, root: bytes) -> None:
    """Raises IntegrityError unless the entries have the root that the checkpoint states."""
    if root != point.root:
        raise IntegrityError(
            "does not match the checkpoint: an entry was edited, removed or moved",
            place=Place(FOLDER if point.size > ENTRIES_PER_FILE else path_of(0)),
            hint=RESTORE,
        )


def check_records(log: Log, on_disk: Iterable[tuple[str, Place | None]]) -> None:
    """Refuse unless every record that the log names is on disk. on_disk: SHA-256 of each record.json, hex, and where it stands."""
    seen = bytearray(log.size)
    stranger: Place | None = None
    for digest, place in on_disk:
        index = log.issued.get(digest)
        if index is not None:
            seen[index] = 1
        elif stranger is None:
            stranger = place
    missing = [index for index in log.issued.values() if not seen[index]]
    if not missing:
        return
    first = min(missing)
    message = f"{len(missing)} record(s) that the log names are missing or were edited; the first is entry {first} of the log"
    hint = "records are never edited: restore the files records/*/issued-*.jsonl from Git"
    raise IntegrityError(message, place=stranger or place_of(first), hint=hint)
