"""Did files that are append-only only ever grow, in every commit, and were templates and pictures never touched?

A version is the beginning of today's file if its blob id is that of as many bytes of today's file: so no old blob has to be read. Two such
versions follow one another if the later is not shorter. Only where that fails are the bytes compared, to name the commit and the line.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from issuer import durable, git
from issuer.audit.checks import Check, Checking
from issuer.audit.past import Past, grows, is_kept
from issuer.audit.rewriting import Rewriting
from issuer.errors import Place
from issuer.git import Blobs, Change, Commit
from issuer.status import REVOCATIONS


@dataclass(frozen=True, slots=True)
class _Step:
    """A change of one file. order: in the history; commit: None for what is not committed yet."""

    order: int
    commit: Commit | None
    change: Change


def check(past: Past, rewriting: Rewriting) -> Check:
    """Every version of a file that grows is the beginning of the next, up to what lies on the disk; what is kept never changed; every
    line of revocations.csv stays."""
    check = Checking("history-files")
    if not past.is_known:
        check.add("not-looked")
        return check.done()
    steps = _steps(past)
    blobs = {blob for changes in steps.values() for step in changes for blob in (step.change.before, step.change.after) if blob}
    sizes = git.sizes(past.repository, blobs)
    suspects = [(path, changes) for path, changes in steps.items() if not _only_grew(past, path, changes, sizes)]
    wrong: list[tuple[_Step, str, int | None]] = []
    with Blobs(past.repository) as reader:
        for path, changes in suspects:
            wrong.extend(_compare(past, reader, path, changes))
    for step, code, line in sorted(wrong, key=lambda found: found[0].order):
        file = shlex.quote(step.change.path)
        check.add(code, place=Place(step.change.path, line), commit=step.commit, variant=_variant(step.commit, code), file=file)
    _decided(check, rewriting)
    check.counts = {"files": len(steps) + bool(rewriting.versions), "versions": len(blobs) + rewriting.versions}
    return check.done()


def _decided(check: Checking, rewriting: Rewriting) -> None:
    for commit in rewriting.missing:
        check.add("blob-missing", place=Place(REVOCATIONS), commit=commit)
    for lost in rewriting.lost:
        variant = _variant(lost.commit, "decision-rewritten")
        check.add(
            "decision-rewritten",
            place=lost.place,
            commit=lost.commit,
            variant=variant,
            file=REVOCATIONS,
            id=lost.row.id,
            action=lost.row.action,
            date=lost.row.date,
            what=lost.what,
        )


def _variant(commit: Commit | None, code: str) -> str | None:
    return "uncommitted" if commit is None and code != "blob-missing" else None


def _steps(past: Past) -> dict[str, list[_Step]]:
    found: dict[str, list[_Step]] = {}
    order = 0
    for edge in past.edges:
        for change in edge.changes:
            if grows(change.path) or is_kept(change.path):
                order += 1
                found.setdefault(change.path, []).append(_Step(order, past.commits[edge.commit], change))
    return found


def _only_grew(past: Past, path: str, steps: list[_Step], sizes: dict[str, int]) -> bool:
    today = durable.read(past.repository / path, shown_as=path)
    if today is None:
        return False
    beginnings = _blob_ids(today, {size for step in steps if (size := sizes.get(step.change.after or "")) is not None}, past.head)
    return all(
        step.change.plain
        and step.change.after in beginnings
        and (step.change.before is None or sizes.get(step.change.before, 0) <= sizes[step.change.after])
        and (grows(path) or (step.change.before is None and sizes[step.change.after] == len(today)))
        for step in steps
    )


def _blob_ids(data: bytes, sizes: Iterable[int], like: str) -> set[str]:
    """The ids that Git gives to the first so many bytes of data, for each size up to its length. like: an id of this repository."""
    make = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    view = memoryview(data)
    found = set()
    for size in sizes:
        if size <= len(data):
            digest = make(b"blob %d\0" % size, usedforsecurity=False)
            digest.update(view[:size])
            found.add(digest.hexdigest())
    return found


def _compare(past: Past, reader: Blobs, path: str, steps: list[_Step]) -> Iterator[tuple[_Step, str, int | None]]:
    """Where a file did not grow as it must: the step, what it did, and the first line (1-based) that shows it."""
    seen: set[str | None] = set()
    for step in steps:
        if step.commit is not None and step.commit.id in seen:  # a merge, told apart from one parent already
            continue
        found = _judge(path, step.change, reader)
        if found is not None:
            seen.add(None if step.commit is None else step.commit.id)
            yield step, *found
    committed = git.files(past.repository, past.head, [path]).get(path)
    today = durable.read(past.repository / path, shown_as=path)
    if committed is not None:
        last = Change(path, committed, None if today is None else "", plain=True)
        found = _judge(path, last, reader, today)
        if found is not None:
            yield _Step(steps[-1].order, None, last), *found


def _judge(path: str, change: Change, reader: Blobs, now: bytes | None = None) -> tuple[str, int | None] | None:
    """What is wrong with a change, None if nothing. now: what is there afterwards, if no blob holds it."""
    if change.after is None:
        return ("removed" if grows(path) else "kept-changed"), None
    if not change.plain:
        return "not-plain", None
    if change.before is None:
        return None
    before = reader.read(change.before)
    after = reader.read(change.after) if now is None else now
    if before is None or after is None:
        return "blob-missing", None
    if is_kept(path):
        return ("kept-changed", None) if before != after else None
    if after.startswith(before):
        return None
    line = first_difference(before, after)
    return ("shrank" if before.startswith(after) else "rewritten"), line


def first_difference(before: bytes, after: bytes) -> int:
    """The first line (1-based) in which two files differ."""
    earlier, later = before.split(b"\n"), after.split(b"\n")
    shared = zip(earlier, later, strict=False)
    return next((number for number, (old, new) in enumerate(shared, start=1) if old != new), min(len(earlier), len(later)))
