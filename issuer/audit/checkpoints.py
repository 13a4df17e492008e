"""Is every checkpoint that was ever committed, or saved by somebody, a prefix of today's log?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from issuer import durable, git, log
from issuer.audit import rewriting
from issuer.audit.checkpoint import read, signers
from issuer.audit.checks import Check, Checking
from issuer.audit.growth import first_difference
from issuer.audit.material import Material
from issuer.audit.past import Past
from issuer.errors import FormatError, Place, UsageError
from issuer.formats.checkpoint import Checkpoint
from issuer.git import Blobs, Change, Commit
from issuer.status import REVOCATIONS


@dataclass(frozen=True, slots=True)
class Earlier:
    """A checkpoint of the history. good: whether it is a prefix of today's log."""

    commit: Commit
    point: Checkpoint
    good: bool


def check_history(material: Material, past: Past, *, log_is_stated: bool) -> tuple[Check, list[Earlier]]:
    """Every checkpoint in the history is signed by a key of ours, never smaller than the one before, and a prefix of today's log."""
    check = Checking("history-checkpoints")
    if not past.is_known or not log_is_stated:
        check.add("log-broken" if past.is_known else "not-looked")
        if not past.is_known:
            return check.done(), []
    found: list[Earlier] = []
    with Blobs(past.repository) as blobs:
        for edge in past.edges:
            for change in edge.changes:
                if change.path == log.CHECKPOINT:
                    found.extend(_earlier(check, material, past.commits[edge.commit], change, blobs))
    commits = {earlier.commit.id: earlier for earlier in found}
    check.counts = {"checkpoints": len({earlier.point for earlier in found}), "commits": len(commits), "entries": material.log.size}
    return check.done(), list(commits.values())


def _earlier(check: Checking, material: Material, commit: Commit, change: Change, blobs: Blobs) -> list[Earlier]:
    data = None if change.after is None else blobs.read(change.after)
    if data is None:
        check.add("checkpoint-removed", place=Place(log.CHECKPOINT), commit=commit)
        return []
    try:
        note, point = read(data)
    except FormatError as error:
        check.add("checkpoint-unreadable", place=Place(log.CHECKPOINT), commit=commit, reason=error.message)
        return []
    if not signers(note, point, (window.key for window in material.config.keys if "log" in window.use)):
        check.add("checkpoint-unsigned", place=Place(log.CHECKPOINT), commit=commit)
    before = None if change.before is None else _size(blobs.read(change.before))
    if before is not None and before > point.size:
        check.add("checkpoint-shrank", index=point.size, commit=commit, before=before, size=point.size)
    good = is_prefix(material, point)
    if not good:
        check.add("not-prefix", commit=commit, size=point.size)
    return [Earlier(commit, point, good)]


def _size(data: bytes | None) -> int | None:
    try:
        return None if data is None else read(data)[1].size
    except FormatError:
        return None


def is_prefix(material: Material, point: Checkpoint) -> bool:
    """Whether today's log begins with the log that a checkpoint states."""
    return point.size <= material.log.size and material.log.tree.root(point.size) == point.root


def check_since(material: Material, past: Past, since: str, folder: Path, *, log_is_stated: bool) -> Check:
    """The log of an earlier time is a prefix of today's. since: a revision of Git, or a file with a checkpoint, relative to folder.
    Raises UsageError for a revision that cannot be one."""
    check = Checking("since")
    check.counts = {"size": 0, "entries": material.log.size}
    if not log_is_stated:
        check.add("log-broken")
    if _is_saved(past, folder / since, since):
        _prove(check, material, since, (folder / since).read_bytes(), lambda _: None)
        return check.done()
    commit = _commit(check, past, since)
    if commit is None:
        return check.done()
    data = git.file_at(past.repository, commit, log.CHECKPOINT)
    if data is not None:
        _prove(check, material, since, data, lambda size: _first_difference(past, commit, size))
    else:
        for path in git.paths_named(past.repository, commit, log.CHECKPOINT):
            check.add("checkpoint-elsewhere", since=since, path=path)
    _decided(check, past, since, commit)
    return check.done()


def _is_saved(past: Past, path: Path, since: str) -> bool:
    """Whether since names a checkpoint that the auditor saved. What is a revision, or looks like one, is none: whoever pushed could have
    put a file of that name there. Raises UsageError for a file inside the repository."""
    if _is_id(since) or not path.is_file() or (past.state != "none" and git.resolve(past.repository, since) is not None):
        return False
    if path.resolve().is_relative_to(past.repository.resolve()):
        hint = "give a copy that you saved elsewhere: whoever can push can change this one"
        raise UsageError("lies inside the repository that it should prove", place=Place(since), hint=hint)
    return True


def _commit(check: Checking, past: Past, since: str) -> str | None:
    """The commit that a revision names, None if there is a finding instead."""
    if past.state == "none":
        check.add("not-looked")
        return None
    commit = git.resolve(past.repository, since)
    if commit is None:
        if not _is_id(since):
            hint = "give a commit, a tag, a branch, or a file with a checkpoint"
            raise UsageError(f"there is no revision {since!r} and no such file", hint=hint)
        check.add("commit-gone" if past.state == "whole" else "not-looked", since=since)
        return None
    if commit not in past.commits:
        check.add("history-rewritten" if past.state == "whole" else "not-looked", since=since)
    return commit


def _first_difference(past: Past, commit: str, size: int) -> int | None:
    """The first entry (0-based) of the log of a commit that today's log has not or has otherwise. size: of the log of then."""
    files = git.files(past.repository, commit, [log.FOLDER])
    with Blobs(past.repository) as blobs:
        for index in range(0, size, log.ENTRIES_PER_FILE):
            path = log.path_of(index)
            then = blobs.read(files[path]) if path in files else None
            now = durable.read(past.repository / path, shown_as=path) or b""
            if then is None:
                return None
            if not now.startswith(then):
                found = index + first_difference(then, now) - 1
                return found if found < size else None
    return None


def _decided(check: Checking, past: Past, since: str, commit: str) -> None:
    """Every line that revocations.csv had is still there."""
    for lost in rewriting.compare(git.file_at(past.repository, commit, REVOCATIONS) or b"", rewriting.today(past)):
        row = lost.row
        check.add("decision-rewritten", place=lost.place, since=since, id=row.id, action=row.action, date=row.date, what=lost.what)


def _is_id(text: str) -> bool:
    return 7 <= len(text) <= 64 and not text.lower().strip("0123456789abcdef")


def _prove(check: Checking, material: Material, since: str, data: bytes, differing: Callable[[int], int | None]) -> None:
    """differing: the first entry that differs from today's, given the size of the log of then; None if that cannot be told."""
    try:
        note, point = read(data)
    except FormatError as error:
        check.add("checkpoint-unreadable", since=since, reason=error.message)
        return
    check.counts["size"] = point.size
    signed = signers(note, point, (window.key for window in material.config.keys if "log" in window.use))
    if point.origin != log.origin(material.config):
        check.add("checkpoint-other", since=since, origin=point.origin)
    elif not signed:
        check.add("checkpoint-forged", since=since)
    elif is_prefix(material, point):
        return
    elif all(material.config.is_void(key, point.size - 1) for key in signed):
        check.add("key-stolen", since=since, size=point.size)
    else:
        index = differing(point.size)
        differs = "" if index is None else f"; entry {index:,} is the first that is not the same"
        place = None if index is None else log.place_of(index)
        size, entries = point.size, material.log.size
        if size > entries:
            index = entries if index is None else index
            check.add("log-shrank", place=place, index=index, since=since, size=size, entries=entries, differs=differs)
        else:
            check.add("not-prefix", place=place, index=index, since=since, size=size, differs=differs)
