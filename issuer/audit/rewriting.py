"""Was a line of revocations.csv ever lost or changed, between any commit and each of its parents, up to what lies on the disk?

People add lines and merges mix their order, so the file need not begin with what it was: only each decision must still be there, as often
as it was. A line that issuing refuses decides nothing, and may be corrected.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from issuer import durable, git, status
from issuer.audit.past import Past
from issuer.errors import FormatError, Place
from issuer.formats import identifier
from issuer.git import Blobs, Commit

_ACTIONS = ("revoke", "suspend", "reinstate")


class Row(NamedTuple):
    """What a line decides. id: 26 characters; date: ISO day; replacement: an id, an https address, or empty."""

    id: str
    action: str
    reason: str
    date: str
    replacement: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A line that was there and is not any more. line: 1-based, in the file as it was before; what: "changed" or "taken out"; commit: that
    did it, None for what is not committed yet."""

    row: Row
    line: int
    what: str
    commit: Commit | None = None

    @property
    def place(self) -> Place:
        """Where the line stood."""
        return Place(status.REVOCATIONS, self.line)


@dataclass(frozen=True, slots=True)
class Rewriting:
    """lost: oldest first; missing: commits whose file is not here; versions: how many were looked at."""

    lost: list[Lost] = field(default_factory=list)
    missing: list[Commit] = field(default_factory=list)
    versions: int = 0


def read(past: Past) -> Rewriting:
    """Everything that was lost. Raises StorageError, and IssuerError if git cannot read the history."""
    steps = [(past.commits[edge.commit], change) for edge in past.edges for change in edge.changes if change.path == status.REVOCATIONS]
    if not past.is_known or not steps:
        return Rewriting()
    found = Rewriting(versions=len({change.after for _, change in steps if change.after}))
    told: set[tuple[str, Row]] = set()  # of a merge, compared with one parent already
    with Blobs(past.repository) as blobs:
        for commit, change in steps:
            if change.before is None:
                continue
            before = blobs.read(change.before)
            after = b"" if change.after is None else blobs.read(change.after)
            if before is None or after is None:
                found.missing.append(commit)
                continue
            gone = [lost for lost in compare(before, after, commit) if (commit.id, lost.row) not in told]
            told.update((commit.id, lost.row) for lost in gone)
            found.lost.extend(gone)
        blob = git.files(past.repository, past.head, [status.REVOCATIONS]).get(status.REVOCATIONS)
        committed = None if blob is None else blobs.read(blob)
    if committed is not None:
        found.lost.extend(compare(committed, today(past)))
    return found


def today(past: Past) -> bytes:
    """revocations.csv as it lies on the disk. Raises StorageError."""
    return durable.read(past.repository / status.REVOCATIONS, shown_as=status.REVOCATIONS) or b""


def compare(before: bytes, after: bytes, commit: Commit | None = None) -> list[Lost]:
    """The lines of one version that are not in another. commit: that made the other."""
    if after.startswith(before) and before.endswith(b"\n"):
        return []
    left = Counter(row for _, row in _rows(after))
    gone: list[tuple[int, Row]] = []
    for line, row in _rows(before):
        if left[row]:
            left[row] -= 1
        else:
            gone.append((line, row))
    new = {(row.id, row.action) for row in left.elements()}
    return [Lost(row, line, "changed" if (row.id, row.action) in new else "taken out", commit) for line, row in gone]


def _rows(data: bytes) -> Iterator[tuple[int, Row]]:
    """The lines that decide something, up to the first that cannot be read, each with its number."""
    reader = csv.reader(io.StringIO(data.decode("utf-8-sig", "surrogateescape"), newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            row = _row([cell.strip() for cell in cells])
            if row is not None:
                yield line, row
            line = reader.line_num + 1
    except csv.Error:
        return


def _row(cells: list[str]) -> Row | None:
    """What a line decides, None if issuing refuses it."""
    if len(cells) not in (4, 5):
        return None
    text, action, reason, date, replacement = (*cells, "")[:5]
    try:
        number = identifier.normalise(text)
        known = action in _ACTIONS and dt.date.fromisoformat(date).isoformat() == date and (not replacement or action == "revoke")
        row = Row(number, action, status.reason_of(reason), date, replacement and status.replacement_of(replacement, of=number, known=None))
    except (ValueError, FormatError):
        return None
    return row if known else None
