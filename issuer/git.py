"""The only module that runs git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from issuer.errors import IssuerError, Place

_IDENTITY = {"user.name": "Issuer", "user.email": "issuer@example.org"}
_LITTER = ":(exclude,glob)**/.*.tmp"
"""What a killed `durable.write` leaves behind: never committed."""
_KEPT_FROM_GIT = ("ISSUER_", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
"""Variables that git does not see: secrets, since hooks and filters are other people's programs, and those which a hook sets to point
git at another repository than the folder."""


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


def _run(folder: Path, *arguments: str, check: bool = True) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_KEPT_FROM_GIT)}
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8", errors="replace", check=False
        )
    except FileNotFoundError:
        if not folder.is_dir():
            raise IssuerError("there is no such folder", place=Place(str(folder)), hint="check the path") from None
        raise IssuerError("git is not installed", hint="install it, for example: apt-get install git") from None
    if check and done.returncode != 0:
        raise IssuerError(f"git {arguments[0]} failed: {done.stderr.strip()[:500]}", hint="run it by hand in that folder to see more")
    return done.stdout
