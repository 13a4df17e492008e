"""The only module that runs git.

What asks about the past sees the objects as they are: no replaced or grafted commits, nothing fetched from elsewhere.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, Self

from issuer.errors import IssuerError, Place

_IDENTITY = {"user.name": "Issuer", "user.email": "issuer@example.org"}
_LITTER = ":(exclude,glob)**/.*.tmp"
"""What a killed `durable.write` leaves behind: never committed."""
_KEPT_FROM_GIT = (
    "ISSUER_",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
)
"""Variables that git does not see: secrets, since hooks and filters are other people's programs, and those which a hook sets to point
git at another repository than the folder."""
_AS_IT_IS = {
    "LC_ALL": "C",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
}
_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.devnull, "-c", "core.quotePath=false", "-c", "log.showSignature=false")
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


def require() -> None:
    """Raises IssuerError unless git is installed."""
    _run(Path(), "--version")


def init(folder: Path) -> None:
    """Make folder a Git repository with the branch main."""
    _run(folder, "init", "--quiet", "--initial-branch=main")


def commit(folder: Path, message: str, paths: list[str]) -> bool:
    """Commit what changed below paths, and nothing else. Returns whether there was anything to commit."""
    _run(folder, "add", "--all", "--", *paths, _LITTER)
    if not _run(folder, "diff", "--cached", "--name-only", "--", *paths).strip():
        return False
    missing = {name: value for name, value in _IDENTITY.items() if not _run(folder, "config", name, check=False).strip()}
    identity = [part for name, value in missing.items() for part in ("-c", f"{name}={value}")]
    _run(folder, *identity, "commit", "--quiet", "--message", message, "--", *paths, _LITTER)
    return True


def commits(folder: Path) -> int:
    """How many commits the current branch has."""
    return int(_run(folder, "rev-list", "--count", "HEAD", check=False).strip() or 0)


def completeness(folder: Path) -> Literal["whole", "shallow", "partial", "none"]:
    """How much of its past a folder has: all; only the last commits; all commits but not all files; none, as it is in no Git repository or
    nothing was committed. Raises IssuerError if git refuses to look, as at a folder of another user."""
    done = _done(folder, _AS_IT_IS, *_QUIET, "rev-parse", "--git-dir")
    if done.returncode != 0 and "not a git repository" not in done.stderr.lower():
        raise _failed("rev-parse", done.stderr)
    if done.returncode != 0 or resolve(folder, "HEAD") is None:
        return "none"
    if _ask(folder, "rev-parse", "--is-shallow-repository").strip() == "true":
        return "shallow"
    return "partial" if _ask(folder, "config", "--get-regexp", r"^remote\..*\.promisor$", check=False).strip() else "whole"


def resolve(folder: Path, revision: str) -> str | None:
    """The full id of the commit that a revision names, None if there is no such commit here."""
    found = _ask(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}", check=False).strip()
    return found or None


def is_ancestor(folder: Path, first: str, second: str) -> bool:
    """Whether commit first is second, or comes before it. Both: full ids."""
    return _done(folder, _AS_IT_IS, *_QUIET, "merge-base", "--is-ancestor", first, second).returncode == 0


def file_at(folder: Path, commit: str, path: str) -> bytes | None:
    """A file's bytes as a commit has it, None if it has none. commit: full id; path: relative to folder."""
    found = _ask(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:./{path}", check=False).strip()
    if not found:
        return None
    with Blobs(folder) as blobs:
        return blobs.read(found)


def history(folder: Path) -> Iterator[Commit]:
    """Every commit that leads to HEAD, each after its parents. Raises IssuerError."""
    with _stream(
        folder, ("log", "-z", "--topo-order", "--reverse", "--no-show-signature", "--format=" + "%x00".join(_FIELDS), "HEAD")
    ) as output:
        fields = _words(output)
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
    with _stream(folder, ("diff-tree", *options), lines) as output:
        words = _words(output)
        place, changes = -1, list[Change]()
        for word in words:
            if word.startswith(":"):
                changes.append(_change(word, next(words)))
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
    with _stream(folder, ("ls-tree", "-r", "-z", commit, "--", *paths)) as output:
        found = (word.partition("\t") for word in _words(output))
        return {path: head.split()[2] for head, _, path in found}


def sizes(folder: Path, blobs: Iterable[str]) -> dict[str, int]:
    """Bytes in each blob; one that is not here is left out. Raises IssuerError."""
    found: dict[str, int] = {}
    with _stream(folder, ("cat-file", "--batch-check"), "".join(f"{blob}\n" for blob in blobs)) as output:
        for line in output:
            parts = line.split()
            if len(parts) == 3 and parts[1] == b"blob":
                found[parts[0].decode()] = int(parts[2])
    return found


class Blobs:
    """Reads files of the past, all through one process of git."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            ["git", *_QUIET, "cat-file", "--batch"],
            cwd=folder,
            env={**_environment(), **_AS_IT_IS},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait()

    def read(self, blob: str) -> bytes | None:
        """A blob's bytes by its full id, None if it is not here or is no blob."""
        asked, answer = self._process.stdin, self._process.stdout
        if asked is None or answer is None:
            raise ValueError("both ends are pipes")
        asked.write(f"{blob}\n".encode())
        asked.flush()
        head = answer.readline().split()
        if len(head) != 3:
            return None
        data = answer.read(int(head[2]) + 1)[:-1]
        return data if head[1] == b"blob" else None


def uncommitted(folder: Path, paths: Sequence[str]) -> list[tuple[str, str]]:
    """What no commit holds yet: git's two letters for it ("??" for a file that Git does not know) and the path relative to folder."""
    prefix = _ask(folder, "rev-parse", "--show-prefix").rstrip("\n")
    words = iter(_ask(folder, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *paths).split("\0")[:-1])
    return [(word[:2], word[3:].removeprefix(prefix)) for word in words]


def signatures(folder: Path, commits: Iterable[str]) -> dict[str, str]:
    """git's letter (%G?) for the signature of each commit: G good, N none, E cannot be checked, and others. This may run gpg or ssh."""
    asked = "".join(f"{commit}\n" for commit in commits)
    if not asked:  # git would take HEAD
        return {}
    with _stream(folder, ("log", "-z", "--no-walk=unsorted", "--stdin", "--format=%H%x00%G?"), asked) as output:
        words = _words(output)
        return {commit: next(words) for commit in words}


def _change(head: str, path: str) -> Change:
    _, mode, before, after, _ = head.split()
    return Change(
        path, None if _NOTHING.fullmatch(before) else before, None if _NOTHING.fullmatch(after) else after, plain=mode.startswith("100")
    )


def _words(stream: IO[bytes]) -> Iterator[str]:
    """The words of a stream, each ended by a zero byte."""
    rest = b""
    while block := stream.read(1 << 16):
        *whole, rest = (rest + block).split(b"\0")
        for word in whole:
            yield word.decode("utf-8", "replace")


@contextmanager
def _stream(folder: Path, arguments: Sequence[str], stdin: str = "") -> Iterator[IO[bytes]]:
    """The output of a git command while it runs. Raises IssuerError if it fails."""
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as complaints:
        asked.write(stdin.encode())
        asked.seek(0)
        environment = {**_environment(), **_AS_IT_IS}
        with subprocess.Popen(
            ["git", *_QUIET, *arguments], cwd=folder, env=environment, stdin=asked, stdout=subprocess.PIPE, stderr=complaints
        ) as process:
            if process.stdout is None:
                raise ValueError("the output is a pipe")
            try:
                yield process.stdout
                rest = process.stdout.read()
            except BaseException:
                process.kill()
                raise
        complaints.seek(0)
        if process.returncode != 0 or rest:
            raise _failed(arguments[0], complaints.read(2000).decode("utf-8", "replace"))


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(_KEPT_FROM_GIT)}


def _ask(folder: Path, *arguments: str, check: bool = True) -> str:
    """The output of a command that only reads."""
    done = _done(folder, _AS_IT_IS, *_QUIET, *arguments)
    if check and done.returncode != 0:
        raise _failed(arguments[0], done.stderr)
    return done.stdout


def _run(folder: Path, *arguments: str, check: bool = True) -> str:
    done = _done(folder, {}, *arguments)
    if check and done.returncode != 0:
        raise _failed(arguments[0], done.stderr)
    return done.stdout


def _failed(command: str, complaint: str) -> IssuerError:
    return IssuerError(f"git {command} failed: {complaint.strip()[:500]}", hint="run it by hand in that folder to see more")


def _done(folder: Path, more: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env={**_environment(), **more},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        if not folder.is_dir():
            raise IssuerError("there is no such folder", place=Place(str(folder)), hint="check the path") from None
        raise IssuerError("git is not installed", hint="install it, for example: apt-get install git") from None
