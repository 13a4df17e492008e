"""Is every checkpoint that was ever committed, or saved by somebody, a prefix of today's log?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from issuer import git, log
from issuer.audit.checkpoint import read, signers
from issuer.audit.checks import Check, Checking
from issuer.audit.material import Material
from issuer.audit.past import Past
from issuer.errors import FormatError, Place, UsageError
from issuer.formats.checkpoint import Checkpoint
from issuer.git import Blobs, Change, Commit


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
    if (folder / since).is_file():
        data: bytes | None = (folder / since).read_bytes()
    else:
        data = _of_revision(check, past, since)
    if data is not None:
        _prove(check, material, since, data)
    return check.done()


def _of_revision(check: Checking, past: Past, since: str) -> bytes | None:
    """The checkpoint as a revision had it, None if it had none or there is a finding."""
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
    return git.file_at(past.repository, commit, log.CHECKPOINT)


def _is_id(text: str) -> bool:
    return 7 <= len(text) <= 64 and not text.lower().strip("0123456789abcdef")


def _prove(check: Checking, material: Material, since: str, data: bytes) -> None:
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
    elif point.size > material.log.size:
        check.add("log-shrank", since=since, index=material.log.size, size=point.size, entries=material.log.size)
    else:
        check.add("not-prefix", since=since, size=point.size)
