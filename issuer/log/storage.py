"""The log on disk: entries in files of 4,096 lines, and the right edge of their tree.

An entry's number alone says where it stands, so that appending reads and writes only the last file.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from pathlib import Path

from issuer import durable
from issuer.errors import FormatError, IntegrityError, Place
from issuer.formats import checkpoint, merkle, signed_note
from issuer.log.checkpoints import CHECKPOINT, RESTORE, read_note

FOLDER = "records/log"
EDGE = f"{FOLDER}/edge"
ENTRIES_PER_FILE = 4096
_BEFORE = "records/log.jsonl"
"""One file for all entries: the layout before decision 13."""
_MOVE = (
    "cut it into files: cd records && mkdir log && "
    "split -l 4096 -a 4 --numeric-suffixes=1 --additional-suffix=.jsonl log.jsonl log/entries- && rm log.jsonl"
)


def path_of(index: int) -> str:
    """The file that holds an entry. index: 0-based."""
    return f"{FOLDER}/entries-{index // ENTRIES_PER_FILE + 1:04d}.jsonl"


def place_of(index: int) -> Place:
    """File and line of an entry. index: 0-based."""
    return Place(path_of(index), index % ENTRIES_PER_FILE + 1)


def entries(repository: Path, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """The entries start ≤ i < stop in order, a file in memory at a time; stop: by default the size that the checkpoint states, which is
    not verified here. Raises IntegrityError naming the first that is missing, StorageError."""
    if stop is None:
        stop = _stated_size(repository)
    while start < stop:
        first = start - start % ENTRIES_PER_FILE
        lines = lines_from(repository, first, min(stop - first, ENTRIES_PER_FILE))
        yield from lines[start - first :]
        start = first + len(lines)


def lines_from(repository: Path, first: int, count: int) -> list[bytes]:
    """The first count entries of the file that begins with the entry first. Raises IntegrityError if it has fewer, or is full and has
    more than belong into a file."""
    path = path_of(first)
    data = durable.read(repository / path, shown_as=path)
    if data is None:
        if (repository / _BEFORE).exists():
            raise IntegrityError("is the log of an older version", place=Place(_BEFORE), hint=_MOVE)
        raise IntegrityError("is missing", place=Place(path), hint=RESTORE)
    lines = data.split(b"\n")[:-1]
    if len(lines) < count:
        message = f"ends before entry {first + len(lines)} of the log, which the checkpoint states"
        raise IntegrityError(message, place=Place(path, len(lines) + 1), hint=RESTORE)
    if len(lines) > ENTRIES_PER_FILE:
        message = f"has {len(lines):,} lines, and a file has no more than {ENTRIES_PER_FILE:,}"
        raise IntegrityError(message, place=Place(path, ENTRIES_PER_FILE + 1), hint=RESTORE)
    return lines[:count]


def write_entries(repository: Path, size: int, added: Sequence[bytes]) -> None:
    """Put entries behind the first size ones; what a killed run left there is overwritten. Raises StorageError, IntegrityError."""
    at = 0
    while at < len(added):
        index = size + at
        kept = index % ENTRIES_PER_FILE
        before = lines_from(repository, index - kept, kept) if kept else []
        fitting = added[at : at + ENTRIES_PER_FILE - kept]
        durable.write(repository / path_of(index), b"".join(line + b"\n" for line in (*before, *fitting)))
        at += len(fitting)


def read_edge(repository: Path) -> merkle.Edge:
    """What records/log/edge says; the empty edge if it says nothing that can be read. Whoever uses it compares its root."""
    data = durable.read(repository / EDGE, shown_as=EDGE) or b""
    try:
        size, *nodes = data.decode("ascii").splitlines()
        return merkle.Edge(checkpoint.decimal(size), map(signed_note.decode_base64, nodes))
    except (FormatError, UnicodeDecodeError, ValueError):
        return merkle.Edge()


def write_edge(repository: Path, edge: merkle.Edge) -> None:
    """Write records/log/edge: the size, then a hash a line in base64, the largest subtree first. Raises StorageError."""
    lines = [str(edge.size), *(base64.b64encode(node).decode() for node in edge.nodes)]
    durable.write(repository / EDGE, "".join(line + "\n" for line in lines).encode())


def _stated_size(repository: Path) -> int:
    note = read_note(repository)
    if note is None:
        return 0
    try:
        return checkpoint.parse(signed_note.parse(note).text).size
    except FormatError as error:
        raise IntegrityError(f"cannot be read: {error.message}", place=Place(CHECKPOINT), hint=RESTORE) from None
