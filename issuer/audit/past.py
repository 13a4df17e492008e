"""What the Git history says of the files that an issuing repository is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from issuer import git
from issuer.audit.checks import Check, Checking
from issuer.git import Change, Commit, Edge

PATHS = ("records", "issuer.yml", "templates")
_GROWS = re.compile(r"records/(?:log/entries-[0-9]+|[^/]+/(?:issued-[0-9]+|deliveries))\.jsonl")
_KEPT = re.compile(r"records/(?:templates|pictures)/[^/]+")
_BY_CI = re.compile(r"records/(?:checkpoint|log/.*|status/.*)")


@dataclass(frozen=True)
class Past:
    """state: how much of the history is here; commits: by id, each after its parents; edges: what each commit changed compared with each of
    its parents, in the same order, where it changed anything."""

    repository: Path
    state: Literal["whole", "shallow", "partial", "none"]
    commits: dict[str, Commit] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        """Whether checks of the history can say anything."""
        return self.state == "whole" and any(change.path.startswith("records/") for edge in self.edges for change in edge.changes)

    @property
    def head(self) -> str:
        """The newest commit's id."""
        return next(reversed(self.commits))

    def changes(self, wanted: re.Pattern[str]) -> Iterator[tuple[Commit, Change]]:
        """Every change of files whose path matches, oldest first."""
        for edge in self.edges:
            for change in edge.changes:
                if wanted.fullmatch(change.path):
                    yield self.commits[edge.commit], change

    def written(self) -> Iterator[tuple[Commit, list[str]]]:
        """Each commit with the paths that it gave a content which none of its parents has: a merge writes only what it made of its own."""
        paths: dict[str, list[set[str]]] = {}
        for edge in self.edges:
            paths.setdefault(edge.commit, []).append({change.path for change in edge.changes})
        for number, sides in paths.items():
            commit = self.commits[number]
            alike = len(sides) < len(commit.parents)  # with a parent from which it does not differ at all
            if not alike and (own := set.intersection(*sides)):
                yield commit, sorted(own)


def read(repository: Path) -> Past:
    """The history that leads to HEAD. Raises IssuerError if git cannot read it."""
    state = git.completeness(repository)
    if state == "none":
        return Past(repository, state)
    commits = {commit.id: commit for commit in git.history(repository)}
    if state != "whole":
        return Past(repository, state, commits)
    steps = [(commit.id, parent) for commit in commits.values() for parent in commit.parents or (None,)]
    return Past(repository, state, commits, [edge for edge in git.edges(repository, steps, PATHS) if edge.changes])


def check(past: Past) -> Check:
    """Whether the whole history is here."""
    check = Checking("history")
    codes = {"none": "no-history", "shallow": "shallow", "partial": "partial"}
    if past.state != "whole":
        check.add(codes[past.state])
    elif not past.is_known:
        check.add("not-committed")
    check.counts = {"commits": len(past.commits)}
    return check.done()


def grows(path: str) -> bool:
    """Whether only lines may be added to a file: records, log entries, journals of mail."""
    return _GROWS.fullmatch(path) is not None


def is_kept(path: str) -> bool:
    """Whether a file may never change: templates and pictures under their hash."""
    return _KEPT.fullmatch(path) is not None


def is_by_ci(path: str) -> bool:
    """Whether only CI writes a file."""
    return grows(path) or is_kept(path) or _BY_CI.fullmatch(path) is not None
