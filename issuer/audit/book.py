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

ENTRIES_FILE = re.compile(r"entries-([0-9]{4,})\.jsonl")


@dataclass(slots=True)
class Book:
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
    """An issued or corrected event. before: the digest that it replaces or renews, 32 bytes, or None."""

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


def place_of(index: int) -> Place:
    """File and line of a log entry."""
    return log.place_of(index)


def read(repository: Path, stated: int | None, whole: Checking) -> Book:
    """Read every entry. stated: how many the checkpoint states, None to let all count; whole: the check of the log, which gets the
    findings. Raises StorageError."""
    book = Book()
    last, leaves = "", list[bytes]()
    for index, data in enumerate(_lines(repository, book, whole)):
        if stated is not None and index >= stated:
            book.behind += 1
            continue
        try:
            value = log.parse_entry(data)
        except FormatError as error:
            whole.add("entry-malformed", place=place_of(index), index=index, reason=error.message)
        else:
            if value["time"] < last:
                whole.add("time-back", place=place_of(index), index=index, time=value["time"])
            last = max(last, value["time"])
            _take(book, index, value)
        leaves.append(merkle.leaf_hash(data))
    book.tree.extend(leaves)
    if book.behind:
        whole.add("behind-checkpoint", place=place_of(book.size), index=book.size, count=book.behind)
    whole.counts = {"entries": book.size, "files": book.files}
    return book


def _take(book: Book, index: int, value: dict[str, Any]) -> None:
    event = value["event"]
    if "record" not in value:
        book.keys.append((index, value))
        return
    record = bytes.fromhex(value["record"])
    if event not in ("issued", "corrected"):
        book.decided.append(Decided(index, event, record, value["time"][:10]))
        return
    before = value.get("replaces") or value.get("renews")
    first = book.issued.get(record)
    if first is None:
        book.issued[record] = Issued(index, event, None if before is None else bytes.fromhex(before))
    else:
        book.issued[record] = Issued(first.index, first.event, first.before, again=index)


def _lines(repository: Path, book: Book, whole: Checking) -> Iterator[bytes]:
    folder = repository / log.FOLDER
    numbers = sorted(int(match[1]) for path in folder.glob("entries-*.jsonl") if (match := ENTRIES_FILE.fullmatch(path.name)))
    for expected, number in enumerate(numbers, start=1):
        if number != expected:
            whole.add("file-missing", place=Place(log.path_of((expected - 1) * log.ENTRIES_PER_FILE)))
            return
        shown = log.path_of((number - 1) * log.ENTRIES_PER_FILE)
        try:
            data = (repository / shown).read_bytes()
        except OSError as error:
            raise StorageError(f"cannot be read: {error.strerror}", place=Place(shown), hint="check who may read it") from None
        book.files += 1
        *lines, rest = data.split(b"\n")
        if rest:
            whole.add("file-cut", place=Place(shown, len(lines) + 1))
        yield from lines
        if len(lines) != log.ENTRIES_PER_FILE and number != numbers[-1]:
            whole.add("file-short", place=Place(shown), lines=len(lines))
            return
