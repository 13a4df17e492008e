"""What the past of a repository holds: commits, what each changed, files as they were."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from issuer.errors import IssuerError
from issuer.git.running import AS_IT_IS, QUIET, Blobs, ask, done, failed, stream, words

_NOTHING = re.compile("0+")
_TRAILERS = ("Reviewed-by", "Approved-by", "Acked-by", "Signed-off-by")
_FIELDS = (
    "%H",
    "%P",
    "%cI",
    "%an",
    "%ae",
    "%cn",
    "%ce",
    "%s",
    "%(trailers:" + ",".join(f"key={key}" for key in _TRAILERS) + ",unfold=true,separator=%x1f)",
)


@dataclass(frozen=True, slots=True)
class Person:
    """An author or committer as Git names them. Nothing proves that they are who they say."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. id, parents: full hex; date: the committer's, ISO 8601; subject: the message's first line; trailers: "Key: value",
    only those by which people approve."""

    id: str
    parents: tuple[str, ...]
    date: str
    author: Person
    committer: Person
    subject: str
    trailers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """How a commit differs from one of its parents in one file. path: relative to the folder asked about; before, after: blob ids, None
    where there is no such file; plain: whether what is there now is a plain file, neither a link nor a submodule."""

    path: str
    before: str | None
    after: str | None
    plain: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """What a commit changed compared with one parent, which is None for a first commit."""

    commit: str
    parent: str | None
    changes: tuple[Change, ...]


def completeness(folder: Path) -> Literal["whole", "shallow", "partial", "none"]:
    """How much of its past a folder has: all; only the last commits; all commits but not all files; none, as it is in no Git repository or
    nothing was committed. Raises IssuerError if git refuses to look, as at a folder of another user."""
    asked = done(folder, AS_IT_IS, *QUIET, "rev-parse", "--git-dir")
    if asked.returncode != 0 and "not a git repository" not in asked.stderr.lower():
        raise failed("rev-parse", asked.stderr)
    if asked.returncode != 0 or resolve(folder, "HEAD") is None:
        return "none"
    if ask(folder, "rev-parse", "--is-shallow-repository").strip() == "true":
        return "shallow"
    return "partial" if ask(folder, "config", "--get-regexp", r"^remote\..*\.promisor$", check=False).strip() else "whole"


def resolve(folder: Path, revision: str) -> str | None:
    """The full id of the commit that a revision names, None if there is no such commit here."""
    found = ask(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}", check=False).strip()
    return found or None


def file_at(folder: Path, commit: str, path: str) -> bytes | None:
    """A file's bytes as a commit has it, None if it has none. commit: full id; path: relative to folder."""
    found = ask(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:./{path}", check=False).strip()
    if not found:
        return None
    with Blobs(folder) as blobs:
        return blobs.read(found)


def changed_in(folder: Path, path: str, most: int) -> list[str]:
    """The newest commits, at most so many, that lead to HEAD and changed a file, the oldest first, full ids. path: relative to folder."""
    return ask(folder, "log", "--full-history", "--reverse", f"--max-count={most}", "--format=%H", "HEAD", "--", path).split()


def paths_named(folder: Path, commit: str, ending: str) -> list[str]:
    """The files of a commit whose path is ending, or ends with it behind a slash, anywhere in the repository around folder."""
    paths = ask(folder, "ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).split("\0")
    return [path for path in paths if path == ending or path.endswith(f"/{ending}")]


def history(folder: Path) -> Iterator[Commit]:
    """Every commit that leads to HEAD, each after its parents. Raises IssuerError."""
    with stream(
        folder, ("log", "-z", "--topo-order", "--reverse", "--no-show-signature", "--format=" + "%x00".join(_FIELDS), "HEAD")
    ) as output:
        fields = words(output)
        for commit in fields:
            parents, date, author, author_email, committer, committer_email, subject, trailers = (next(fields) for _ in _FIELDS[1:])
            yield Commit(
                commit,
                tuple(parents.split()),
                date,
                Person(author, author_email),
                Person(committer, committer_email),
                subject,
                tuple(line for line in trailers.split("\x1f") if line),
            )


def edges(folder: Path, steps: Iterable[tuple[str, str | None]], paths: Sequence[str]) -> Iterator[Edge]:
    """What each commit changed below paths compared with one parent, in the order asked; also if that is nothing. steps: commit and parent,
    full ids; None for a first commit. A renamed file counts as one that went and one that came. Raises IssuerError."""
    asked = list(steps)
    lines = "".join(f"{commit}\n" if parent is None else f"{commit} {parent}\n" for commit, parent in asked)
    options = ("--stdin", "--always", "--root", "-r", "--raw", "--no-renames", "--no-abbrev", "--relative", "-z", "--", *paths)
    with stream(folder, ("diff-tree", *options), lines) as output:
        answer = words(output)
        place, changes = -1, list[Change]()
        for word in answer:
            if word.startswith(":"):
                changes.append(_change(word, next(answer)))
                continue
            if place >= 0:
                yield Edge(*asked[place], tuple(changes))
            place, changes = place + 1, []
            if word != asked[place][0]:
                raise IssuerError("git diff-tree answered in another order", hint="report this: the version of git is not known")
        if place >= 0:
            yield Edge(*asked[place], tuple(changes))


def files(folder: Path, commit: str, paths: Sequence[str]) -> dict[str, str]:
    """The files that a commit has below paths: path relative to folder → blob id. commit: full id. Raises IssuerError."""
    with stream(folder, ("ls-tree", "-r", "-z", commit, "--", *paths)) as output:
        found = (word.partition("\t") for word in words(output))
        return {path: head.split()[2] for head, _, path in found}


def sizes(folder: Path, blobs: Iterable[str]) -> dict[str, int]:
    """Bytes in each blob; one that is not here is left out. Raises IssuerError."""
    found: dict[str, int] = {}
    with stream(folder, ("cat-file", "--batch-check"), "".join(f"{blob}\n" for blob in blobs)) as output:
        for line in output:
            parts = line.split()
            if len(parts) == 3 and parts[1] == b"blob":
                found[parts[0].decode()] = int(parts[2])
    return found


def uncommitted(folder: Path, paths: Sequence[str]) -> list[tuple[str, str]]:
    """What no commit holds yet: git's two letters for it ("??" for a file that Git does not know) and the path relative to folder."""
    prefix = ask(folder, "rev-parse", "--show-prefix").rstrip("\n")
    found = iter(ask(folder, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *paths).split("\0")[:-1])
    return [(word[:2], word[3:].removeprefix(prefix)) for word in found]


def signatures(folder: Path, commits: Iterable[str]) -> dict[str, str]:
    """git's letter (%G?) for the signature of each commit: G good, N none, E cannot be checked, and others. This may run gpg or ssh."""
    asked = "".join(f"{commit}\n" for commit in commits)
    if not asked:  # git would take HEAD
        return {}
    with stream(folder, ("log", "-z", "--no-walk=unsorted", "--stdin", "--format=%H%x00%G?"), asked) as output:
        answer = words(output)
        return {commit: next(answer) for commit in answer}


def _change(head: str, path: str) -> Change:
    _, mode, before, after, _ = head.split()
    return Change(
        path, None if _NOTHING.fullmatch(before) else before, None if _NOTHING.fullmatch(after) else after, plain=mode.startswith("100")
    )
