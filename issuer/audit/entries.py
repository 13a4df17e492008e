"""The log as it lies on the disk, read to its end whatever is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from issuer import log
from issuer.audit.checks import Checking
from issuer.errors import FormatError, Place, StorageError
from issuer.formats import merkle

_FILE = re.compile(r"entries-([0-9]{4,})\.jsonl")


@dataclass(slots=True)
class Entries:
    """The entries that count. tree: over them; issued: digest (32 bytes) → index and what was logged of the record; decided: what was
    logged of its status since, in order; keys: index and members of every key event; files: that hold entries; behind: entries that the
    checkpoint does not state, which do not count."""

    tree: merkle.Tree = field(default_factory=merkle.Tree)
    issued: dict[bytes, Issued] = field(default_factory=dict)
    decided: list[Decided] = field(default_factory=list)
    keys: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    files: int = 0
    behind: int = 0

    @property
    def size(self) -> int:
        """Number of entries that count."""
        return len(self.tree)


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued or corrected event. before: the digest that it replaces or renews, 32 bytes, or None; again: the last other entry that
    names the same record, None if there is none."""

    index: int
    event: str
    before: bytes | None
    again: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A suspended, reinstated or revoked event. record: digest, 32 bytes."""

    index: int
    event: str
    record: bytes
    day: str


def read(repository: Path, stated: int | None, whole: Checking) -> Entries:
    """Read every entry. stated: how many the checkpoint states, None to let all count; whole: the check of the log, which gets the
    findings. Raises StorageError."""
    found = Entries()
    last, leaves = "", list[bytes]()
    for index, data in enumerate(_lines(repository, found, whole)):
        if stated is not None and index >= stated:
            found.behind += 1
            continue
        try:
            value = log.parse_entry(data)
        except FormatError as error:
            whole.add("entry-malformed", place=log.place_of(index), index=index, reason=error.message)
        else:
            if value["time"] < last:
                whole.add("time-back", place=log.place_of(index), index=index, time=value["time"])
            last = max(last, value["time"])
            _take(found, index, value)
        leaves.append(merkle.leaf_hash(data))
    found.tree.extend(leaves)
    if found.behind:
        whole.add("behind-checkpoint", place=log.place_of(found.size), index=found.size, count=found.behind)
    whole.counts = {"entries": found.size, "files": found.files}
    return found


def _take(found: Entries, index: int, value: dict[str, Any]) -> None:
    event = value["event"]
    if "record" not in value:
        found.keys.append((index, value))
        return
    record = bytes.fromhex(value["record"])
    if event not in ("issued", "corrected"):
        found.decided.append(Decided(index, event, record, value["time"][:10]))
        return
    before = value.get("replaces") or value.get("renews")
    first = found.issued.get(record)
    if first is None:
        found.issued[record] = Issued(index, event, None if before is None else bytes.fromhex(before))
    else:
        found.issued[record] = Issued(first.index, first.event, first.before, again=index)


def _lines(repository: Path, found: Entries, whole: Checking) -> Iterator[bytes]:
    folder = repository / log.FOLDER
    numbers = sorted(int(match[1]) for path in folder.glob("entries-*.jsonl") if (match := _FILE.fullmatch(path.name)))
    for expected, number in enumerate(numbers, start=1):
        if number != expected:
            whole.add("file-missing", place=Place(log.path_of((expected - 1) * log.ENTRIES_PER_FILE)))
            return
        shown = log.path_of((number - 1) * log.ENTRIES_PER_FILE)
        try:
            data = (repository / shown).read_bytes()
        except OSError as error:
            raise StorageError(f"cannot be read: {error.strerror}", place=Place(shown), hint="check who may read it") from None
        found.files += 1
        *lines, rest = data.split(b"\n")
        if rest:
            whole.add("file-cut", place=Place(shown, len(lines) + 1))
        yield from lines
        if len(lines) != log.ENTRIES_PER_FILE and number != numbers[-1]:
            whole.add("file-short", place=Place(shown), lines=len(lines))
            return
