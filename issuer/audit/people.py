"""Who wrote what, who approved it, and what is not committed yet: as far as Git says so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from issuer import git
from issuer.audit.checks import Check, Checking
from issuer.audit.past import PATHS, Past, is_by_ci
from issuer.errors import Place
from issuer.git import Commit

_PULL = re.compile(r"Merge pull request #([0-9]+) |.*\(#([0-9]+)\)$")
_ADDRESS = re.compile(r"<([^<>]+)>\s*$")
_WHAT = {"?": "added without telling Git", "A": "added", "D": "removed"}


@dataclass(frozen=True, slots=True)
class Committer:
    """Who wrote files that only CI writes. commits: how many; first, last: their days."""

    name: str
    commits: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Approval:
    """A change of what people write, on its way into the branch. kind: merge, squash or direct; pull: number of the pull request, or None;
    paths: batches and files that it touched; author: of the change; approvals: trailers that name somebody else; signature: %G? of git."""

    commit: Commit
    kind: str
    pull: int | None
    paths: tuple[str, ...]
    author: str
    approvals: tuple[str, ...]
    signature: str


def check_committers(past: Past, ci: Iterable[str] | None) -> tuple[Check, list[Committer]]:
    """Files that only CI writes were committed by nobody else. ci: names or addresses of committers, None if nobody said who CI is."""
    check = Checking("committers")
    if not past.is_known:
        check.add("not-looked")
        return check.done(), []
    known = {text.casefold() for text in ci or ()}
    dates: dict[str, list[str]] = {}
    count = 0
    for commit, paths in past.written():
        own = [path for path in paths if is_by_ci(path)]
        if not own:
            continue
        count += 1
        person = commit.committer
        dates.setdefault(str(person), []).append(commit.date[:10])
        if ci is not None and not known & {person.name.casefold(), person.email.casefold()}:
            check.add("other-committer", place=Place(own[0]), commit=commit, committer=person, path=own[0])
    if ci is None:
        check.add("ci-unknown", committers=", ".join(sorted(dates)) or "nobody")
    check.counts = {"commits": count, "committers": len(dates)}
    return check.done(), [Committer(name, len(days), min(days), max(days)) for name, days in sorted(dates.items())]


def check_approvals(past: Past) -> tuple[Check, list[Approval]]:
    """Each change that reached the branch names somebody else who approved it."""
    check = Checking("approvals")
    if not past.is_known:
        check.add("not-looked")
        return check.done(), []
    found = _approvals(past)
    for approval in found:
        if not approval.approvals:
            pull = "" if approval.pull is None else f" (#{approval.pull})"
            check.add("approval-unrecorded", commit=approval.commit, author=approval.author, pull=pull)
    check.counts = {"merges": len(found)}
    return check.done(), found


def check_working_tree(past: Past, wrong: Iterable[str]) -> Check:
    """Nothing that was audited waits to be committed. wrong: files and folders of which another check says that they are wrong."""
    check = Checking("working-tree")
    if past.state == "none":
        check.add("not-looked")
        return check.done()
    named = set(wrong)
    for letters, path in git.uncommitted(past.repository, [name for name in PATHS if (past.repository / name).exists()]):
        what = next((_WHAT[letter] for letter in letters if letter in _WHAT), "changed")
        variant = "wrong" if any(path == file or path.startswith(f"{file}/") for file in named) else None
        check.add("uncommitted", place=Place(path), variant=variant, what=what)
    return check.done()


def _approvals(past: Past) -> list[Approval]:
    """What came into the branch, one commit after another: the first parents of HEAD, oldest first."""
    touched: Mapping[tuple[str, str | None], tuple[str, ...]] = {
        (edge.commit, edge.parent): tuple(sorted({_short(change.path) for change in edge.changes if not is_by_ci(change.path)}))
        for edge in past.edges
    }
    line: list[tuple[Commit, tuple[str, ...]]] = []
    number: str | None = past.head
    while number is not None:
        commit = past.commits[number]
        parent = commit.parents[0] if commit.parents else None
        if paths := touched.get((number, parent)):
            line.append((commit, paths))
        number = parent
    signatures = git.signatures(past.repository, [commit.id for commit, _ in line])
    return [_approval(past, commit, paths, signatures.get(commit.id, "E")) for commit, paths in reversed(line)]


def _approval(past: Past, commit: Commit, paths: tuple[str, ...], signature: str) -> Approval:
    match = _PULL.match(commit.subject)
    pull = int(match[1] or match[2]) if match else None
    merged = len(commit.parents) > 1
    author = past.commits[commit.parents[1]].author if merged else commit.author
    approvals = tuple(trailer for trailer in commit.trailers if _by_another(trailer, author.email))
    return Approval(commit, "merge" if merged else "direct" if pull is None else "squash", pull, paths, str(author), approvals, signature)


def _by_another(trailer: str, email: str) -> bool:
    address = _ADDRESS.search(trailer)
    return address is None or address[1].casefold() != email.casefold()


def _short(path: str) -> str:
    """A batch by its folder, another file by its path."""
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "records" and len(parts) > 2 else path
