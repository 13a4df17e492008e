"""git, in real repositories."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from issuer import git
from issuer.errors import IssuerError


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new repository on a machine where nobody has told git who they are."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "repository"
    folder.mkdir()
    git.init(folder)
    return folder


def say(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def test_a_new_repository_is_empty(repository: Path) -> None:
    assert say(repository, "symbolic-ref", "HEAD") == "refs/heads/main"
    assert git.commits(repository) == 0


def test_commit_takes_what_is_below_the_paths_and_nothing_else(repository: Path) -> None:
    (repository / "records").mkdir()
    (repository / "records" / "José 1.csv").write_text("a")
    (repository / "other").write_text("b")
    say(repository, "add", "other")
    assert git.commit(repository, "Add\n\nrecords", ["records"])
    assert (
        say(repository, "-c", "core.quotepath=off", "show", "--name-only", "--format=%an <%ae> %s")
        == "Issuer <issuer@example.org> Add\n\nrecords/José 1.csv"
    )
    assert say(repository, "diff", "--cached", "--name-only") == "other"
    assert not git.commit(repository, "again", ["records"])
    (repository / "records" / "José 1.csv").unlink()
    assert git.commit(repository, "gone", ["records"])
    assert git.commits(repository) == 2


def test_commit_leaves_what_a_killed_writer_left(repository: Path) -> None:
    (repository / "records" / "batch").mkdir(parents=True)
    (repository / "records" / "batch" / ".abc.tmp").write_text("half")
    assert not git.commit(repository, "nothing", ["records"])
    (repository / "records" / "batch" / "whole").write_text("x")
    assert git.commit(repository, "whole", ["."])
    assert say(repository, "ls-files") == "records/batch/whole"


def test_the_identity_of_the_user_is_kept(repository: Path) -> None:
    say(repository, "config", "user.email", "ada@example.org")
    (repository / "a").write_text("a")
    assert git.commit(repository, "a", ["."])
    assert say(repository, "log", "--format=%an <%ae>") == "Issuer <ada@example.org>"


def test_hooks_do_not_see_the_signing_key(repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\n")
    hook.chmod(0o755)
    monkeypatch.setenv("ISSUER_SIGNING_KEY", "z3u2secret")
    (repository / "a").write_text("a")
    assert git.commit(repository, "a", ["."])
    seen = (tmp_path / "seen").read_text()
    assert "PATH=" in seen
    assert "z3u2secret" not in seen


def test_the_folder_decides_even_inside_a_hook(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    (repository / "a").write_text("a")
    assert git.commit(repository, "a", ["."])
    assert git.commits(repository) == 1
    assert not (tmp_path / "index").exists()


def test_errors_say_what_git_said(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(IssuerError, match=r"git add failed: fatal: pathspec 'missing' did not match") as caught:
        git.commit(repository, "x", ["missing"])
    assert caught.value.hint
    with pytest.raises(IssuerError, match="no such folder"):
        git.init(tmp_path / "missing")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IssuerError, match="git is not installed") as absent:
        git.init(repository)
    assert absent.value.hint
    assert absent.value.exit_code == 3
