"""The only module that runs git."""

from __future__ import annotations

import subprocess
from pathlib import Path

from issuer.errors import IssuerError

_IDENTITY = {"user.name": "Issuer", "user.email": "issuer@example.org"}


def is_repository(folder: Path) -> bool:
    """Whether folder is inside a Git work tree."""
    return _run(folder, "rev-parse", "--is-inside-work-tree", check=False).strip() == "true"


def init(folder: Path) -> None:
    """Make folder a Git repository with the branch main."""
    _run(folder, "init", "--quiet", "--initial-branch=main")


def commit(folder: Path, message: str, paths: list[str]) -> bool:
    """Commit what changed below paths, and nothing else. Returns whether there was anything to commit."""
    _run(folder, "add", "--all", "--", *paths)
    if not _run(folder, "diff", "--cached", "--name-only", "--", *paths).strip():
        return False
    known = _run(folder, "config", "user.email", check=False).strip()
    identity = [] if known else [part for name, value in _IDENTITY.items() for part in ("-c", f"{name}={value}")]
    _run(folder, *identity, "commit", "--quiet", "--message", message, "--", *paths)
    return True


def commits(folder: Path) -> int:
    """How many commits the current branch has."""
    return int(_run(folder, "rev-list", "--count", "HEAD", check=False).strip() or 0)


def ignored(folder: Path, path: Path) -> bool:
    """Whether git ignores path."""
    return bool(_run(folder, "check-ignore", str(path), check=False).strip())


def _run(folder: Path, *arguments: str, check: bool = True) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise IssuerError("git is not installed", hint="install it, for example: apt-get install git") from None
    if check and done.returncode != 0:
        raise IssuerError(f"git {arguments[0]} failed: {done.stderr.strip()[:500]}", hint="run it by hand in that folder to see more")
    return done.stdout
