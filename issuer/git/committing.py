"""Making repositories and commits."""

from __future__ import annotations

from pathlib import Path

from issuer.git.running import run

_IDENTITY = {"user.name": "Issuer", "user.email": "issuer@example.org"}
_LITTER = ":(exclude,glob)**/.*.tmp"
"""What a killed `durable.write` leaves behind: never committed."""


def require() -> None:
    """Raises IssuerError unless git is installed."""
    run(Path(), "--version")


def init(folder: Path) -> None:
    """Make folder a Git repository with the branch main."""
    run(folder, "init", "--quiet", "--initial-branch=main")


def commit(folder: Path, message: str, paths: list[str]) -> bool:
    """Commit what changed below paths, and nothing else. Returns whether there was anything to commit."""
    run(folder, "add", "--all", "--", *paths, _LITTER)
    if not run(folder, "diff", "--cached", "--name-only", "--", *paths).strip():
        return False
    missing = {name: value for name, value in _IDENTITY.items() if not run(folder, "config", name, check=False).strip()}
    identity = [part for name, value in missing.items() for part in ("-c", f"{name}={value}")]
    run(folder, *identity, "commit", "--quiet", "--message", message, "--", *paths, _LITTER)
    return True


def commits(folder: Path) -> int:
    """How many commits the current branch has."""
    return int(run(folder, "rev-list", "--count", "HEAD", check=False).strip() or 0)
