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


def save(folder: Path, message: str, **files: str | None) -> str:
    """Write or remove files, commit everything, and return the commit's id."""
    for name, text in files.items():
        path = folder / name
        path.unlink(missing_ok=True) if text is None else path.write_text(text)
    say(folder, "add", "--all")
    say(
        folder, "-c", "user.name=José Nº 1", "-c", "user.email=jose@example.org", "commit", "--quiet", "--allow-empty", "--message", message
    )
    return say(folder, "rev-parse", "HEAD")


def test_history_is_told_from_the_first_commit_on(repository: Path) -> None:
    first = save(repository, "One", a="1")
    second = save(repository, "Two (#7)\n\nBody\n\nReviewed-by: Bo Li\n <bo@example.org>\nFixes: 3\nAcked-by: C <c@example.org>", a="2")
    commits = list(git.history(repository))
    assert [commit.id for commit in commits] == [first, second]
    assert (commits[0].parents, commits[1].parents, commits[0].trailers) == ((), (first,), ())
    assert str(commits[1].committer) == "José Nº 1 <jose@example.org>"
    assert (commits[1].subject, commits[1].trailers) == ("Two (#7)", ("Reviewed-by: Bo Li <bo@example.org>", "Acked-by: C <c@example.org>"))


def test_edges_say_what_changed_against_each_parent(repository: Path) -> None:
    first = save(repository, "One", a="1", b="1")
    second = save(repository, "Two", a="12", b=None)
    third = save(repository, "Three")
    edges = list(git.edges(repository, [(first, None), (second, first), (third, second)], ["a", "b"]))
    assert [(edge.commit, edge.parent, [change.path for change in edge.changes]) for edge in edges] == [
        (first, None, ["a", "b"]),
        (second, first, ["a", "b"]),
        (third, second, []),
    ]
    changed, removed = edges[1].changes
    assert (changed.before, removed.after, changed.plain) == (edges[0].changes[0].after, None, True)
    assert git.sizes(repository, [changed.before or "", changed.after or "", "0" * 40]) == {changed.before: 1, changed.after: 2}
    with git.Blobs(repository) as blobs:
        assert [blobs.read(changed.after or ""), blobs.read("0" * 40), blobs.read(changed.before or "")] == [b"12", None, b"1"]
    assert git.file_at(repository, first, "b") == b"1"
    assert git.file_at(repository, second, "b") is None
    assert git.files(repository, second, ["."]) == {"a": changed.after}


def test_a_link_is_no_plain_file(repository: Path) -> None:
    (repository / "link").symlink_to("a")
    (edge,) = git.edges(repository, [(save(repository, "Link"), None)], ["link"])
    assert not edge.changes[0].plain


def test_revisions(repository: Path) -> None:
    first, second = save(repository, "One", a="1"), save(repository, "Two", a="2")
    assert git.resolve(repository, "HEAD") == second
    assert git.resolve(repository, "HEAD~1") == first
    assert git.resolve(repository, "--help") is None
    assert git.resolve(repository, "HEAD~2") is None


def test_replaced_and_grafted_commits_are_seen_as_they_are(repository: Path) -> None:
    first, second = save(repository, "One", a="1"), save(repository, "Two", a="2")
    say(repository, "replace", "--graft", second)
    assert say(repository, "rev-list", "--count", "HEAD") == "1"
    assert [commit.id for commit in git.history(repository)] == [first, second]


def test_how_much_of_the_past_is_here(repository: Path, tmp_path: Path) -> None:
    assert git.completeness(repository) == "none"
    assert git.completeness(tmp_path) == "none"
    save(repository, "One", a="1")
    save(repository, "Two", a="2")
    assert git.completeness(repository) == "whole"
    say(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{repository}", "shallow")
    assert git.completeness(tmp_path / "shallow") == "shallow"
    say(repository, "config", "uploadpack.allowFilter", "true")
    say(tmp_path, "clone", "--quiet", "--filter", "blob:none", f"file://{repository}", "partial")
    assert git.completeness(tmp_path / "partial") == "partial"


def test_what_no_commit_holds_is_told_with_paths_below_the_folder(repository: Path) -> None:
    (repository / "in ner").mkdir()
    save(repository, "One", **{"in ner/a": "1", "in ner/b": "1"})
    (repository / "in ner" / "a").write_text("2")
    (repository / "in ner" / "b").unlink()
    (repository / "in ner" / "é").write_text("new")
    assert git.uncommitted(repository / "in ner", ["."]) == [(" M", "a"), (" D", "b"), ("??", "é")]


def test_an_unsigned_commit_has_no_signature(repository: Path) -> None:
    commit = save(repository, "One", a="1")
    assert git.signatures(repository, [commit]) == {commit: "N"}
    assert git.signatures(repository, []) == {}


def test_reading_the_past_runs_no_hook_of_the_repository(repository: Path, tmp_path: Path) -> None:
    save(repository, "One", a="1")
    watcher = tmp_path / "watcher"
    watcher.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    watcher.chmod(0o755)
    say(repository, "config", "core.fsmonitor", str(watcher))
    git.uncommitted(repository, ["."])
    assert not (tmp_path / "ran").exists()


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
