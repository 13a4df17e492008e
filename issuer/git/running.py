"""Running git. What asks about the past sees the objects as they are: no replaced or grafted commits, nothing fetched from elsewhere."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

from issuer.errors import IssuerError, Place

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
AS_IT_IS = {
    "LC_ALL": "C",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
}
QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.devnull, "-c", "core.quotePath=false", "-c", "log.showSignature=false")


class Blobs:
    """Reads files of the past, all through one process of git."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            ["git", *QUIET, "cat-file", "--batch"],
            cwd=folder,
            env={**_environment(), **AS_IT_IS},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for end in (self._process.stdin, self._process.stdout):
            if end is not None:
                end.close()
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


def words(output: IO[bytes]) -> Iterator[str]:
    """The words of an output, each ended by a zero byte."""
    rest = b""
    while block := output.read(1 << 16):
        *whole, rest = (rest + block).split(b"\0")
        for word in whole:
            yield word.decode("utf-8", "replace")


@contextmanager
def stream(folder: Path, arguments: Sequence[str], stdin: str = "") -> Iterator[IO[bytes]]:
    """The output of a git command while it runs. Raises IssuerError if it fails."""
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as complaints:
        asked.write(stdin.encode())
        asked.seek(0)
        environment = {**_environment(), **AS_IT_IS}
        with subprocess.Popen(
            ["git", *QUIET, *arguments], cwd=folder, env=environment, stdin=asked, stdout=subprocess.PIPE, stderr=complaints
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
            raise failed(arguments[0], complaints.read(2000).decode("utf-8", "replace"))


def ask(folder: Path, *arguments: str, check: bool = True) -> str:
    """The output of a command that only reads. Raises IssuerError if it fails."""
    return _output(done(folder, AS_IT_IS, *QUIET, *arguments), arguments[0], check=check)


def run(folder: Path, *arguments: str, check: bool = True) -> str:
    """The output of a command that may write, with the user's own settings and hooks. Raises IssuerError if it fails."""
    return _output(done(folder, {}, *arguments), arguments[0], check=check)


def _output(ended: subprocess.CompletedProcess[str], command: str, *, check: bool) -> str:
    if check and ended.returncode != 0:
        raise failed(command, ended.stderr)
    return ended.stdout


def failed(command: str, complaint: str) -> IssuerError:
    """The error about a git command. complaint: what it wrote on standard error."""
    return IssuerError(f"git {command} failed: {complaint.strip()[:500]}", hint="run it by hand in that folder to see more")


def done(folder: Path, more: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """A git command that has ended, whatever it said. more: variables of its environment. Raises IssuerError if git cannot be run."""
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


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(_KEPT_FROM_GIT)}
