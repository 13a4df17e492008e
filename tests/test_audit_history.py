"""issuer audit: what was done in the Git history, and what an older checkpoint proves."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from issuer import log, signing, status
from tests.auditing import (
    ANNA,
    audit,
    commit,
    copy_of,
    drop_revocation,
    edit_line,
    failed,
    first,
    git,
    ids,
    keys,
    sign_lists,
    with_history,
    write_log,
)
from tests.school import BATCH, School

FILE = f"records/{BATCH}/issued-0001.jsonl"
ENTRIES = "records/log/entries-0001.jsonl"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> School:
    """A school with the history of three days."""
    return with_history(tmp_path_factory.mktemp("original"))


@pytest.fixture
def school(original: School, tmp_path: Path) -> School:
    """A copy of it, to do things to."""
    return copy_of(original, tmp_path)


def test_a_file_rewritten_in_the_middle_and_restored_later(school: School) -> None:
    whole = (school.root / FILE).read_bytes()
    edit_line(school, FILE, 3, lambda line: line.replace(b"Morning", b"Evening"))
    bad = commit(school, "Touch", day="2026-06-04")
    (school.root / FILE).write_bytes(whole)
    commit(school, "Touch back", day="2026-06-05")
    report = audit(school)
    assert failed(report) == {"history-files"}
    rewritten = first(report, "history-files")
    assert (rewritten["code"], rewritten["where"]) == ("rewritten", f"{FILE}:3, commit {bad[:12]} of 2026-06-04")


def test_a_file_cut_in_the_middle_and_restored_later(school: School) -> None:
    whole = (school.root / ENTRIES).read_bytes()
    edit_line(school, ENTRIES, 14, lambda _: b"")
    bad = commit(school, "Cut", day="2026-06-04")
    (school.root / ENTRIES).write_bytes(whole)
    commit(school, "Put back", day="2026-06-05")
    cut = first(audit(school), "history-files")
    assert (cut["code"], cut["file"], cut["line"], cut["commit"]) == ("shrank", ENTRIES, 14, bad)


def test_a_file_removed_and_put_back(school: School) -> None:
    whole = (school.root / FILE).read_bytes()
    (school.root / FILE).unlink()
    bad = commit(school, "Remove")
    (school.root / FILE).write_bytes(whole)
    commit(school, "Put back")
    removed = first(audit(school), "history-files")
    assert (removed["code"], removed["file"], removed["commit"]) == ("removed", FILE, bad)


def test_a_file_that_became_a_link(school: School) -> None:
    (school.root / FILE).rename(school.root / "records/elsewhere.jsonl")
    (school.root / FILE).symlink_to("../elsewhere.jsonl")
    bad = commit(school, "Link")
    link = first(audit(school), "history-files")
    assert (link["code"], link["commit"]) == ("not-plain", bad)


def test_a_merge_that_drops_what_one_side_added(school: School) -> None:
    """`git merge -s ours` of the older state: neither side rewrote anything, the merge did."""
    git(school, "checkout", "--quiet", "-b", "old", "HEAD~1")
    git(school, "merge", "--quiet", "--strategy", "ours", "main", "--message", "Merge", day="2026-06-04")
    bad = git(school, "rev-parse", "HEAD")
    report = audit(school)
    assert {"history-files", "history-checkpoints"} <= failed(report)
    assert (first(report, "history-files")["code"], first(report, "history-files")["commit"]) == ("shrank", bad)
    checkpoints = next(check for check in report["checks"] if check["name"] == "history-checkpoints")["findings"]
    assert [finding["code"] for finding in checkpoints] == ["not-prefix", "checkpoint-shrank"]
    assert checkpoints[1]["commit"] == bad


def test_a_template_replaced_in_the_middle(school: School) -> None:
    path = next((school.root / "records/templates").glob("*.svg"))
    whole = path.read_bytes()
    path.write_bytes(whole + b" ")
    bad = commit(school, "Nicer")
    path.write_bytes(whole)
    commit(school, "As it was")
    kept = first(audit(school), "history-files")
    assert (kept["code"], kept["commit"]) == ("kept-changed", bad)


def test_a_log_that_was_rewritten_on_top_of_its_history(school: School) -> None:
    """Somebody with all keys makes another log that agrees with the records: only the earlier checkpoints tell."""
    entries = list(log.entries(school.root))
    write_log(school, [*entries[:3], *(entry.replace(b"2026-06-01T08:00:00Z", b"2026-05-31T08:00:00Z") for entry in entries[3:])])
    commit(school, "Refresh")
    oldest = git(school, "log", "--reverse", "--format=%H", "--", log.CHECKPOINT).splitlines()[0]
    report = audit(school)
    assert "checkpoint" not in failed(report)
    broken = first(report, "history-checkpoints")
    assert (broken["code"], broken["commit"], broken["date"][:10]) == ("not-prefix", oldest, "2026-06-01")
    assert "8 entries" in broken["message"]
    assert first(report, "history-files")["where"].startswith(f"{ENTRIES}:4, ")
    assert [item["prefix"] for item in report["checkpoints"]] == [False, False, False, True]
    assert next(check for check in report["checks"] if check["name"] == "history-checkpoints")["counts"]["commits"] == 4


def test_a_removed_checkpoint(school: School) -> None:
    (school.root / log.CHECKPOINT).unlink()
    bad = commit(school, "Remove")
    report = audit(school)
    assert first(report, "checkpoint")["code"] == "checkpoint-missing"
    assert (first(report, "history-checkpoints")["code"], first(report, "history-checkpoints")["commit"]) == ("checkpoint-removed", bad)


def test_somebody_else_wrote_what_only_ci_writes(school: School) -> None:
    school.people(9)
    commit(school, "Roster", who=ANNA)
    school.issuer("issue", now="2026-06-04T08:00:00Z")
    bad = commit(school, "Issue by hand", who=ANNA, day="2026-06-04")
    other = first(audit(school), "committers")
    assert (other["code"], other["commit"], other["file"]) == ("other-committer", bad, FILE)
    assert "Anna Ruiz <anna@example.org>" in other["message"]


def test_a_merge_of_what_ci_wrote_is_not_writing(school: School) -> None:
    git(school, "checkout", "--quiet", "-b", "topic", "HEAD~1", who=ANNA)
    (school.root / "README").write_text("x")
    commit(school, "Readme", who=ANNA)
    git(school, "merge", "--quiet", "--no-ff", "main", "--message", "Merge main", who=ANNA)
    report = audit(school, code=0)
    assert next(check for check in report["checks"] if check["name"] == "committers")["counts"]["commits"] == 3


def test_without_ci_in_issuer_yml_nobody_can_tell(school: School) -> None:
    path = school.root / "issuer.yml"
    path.write_text(path.read_text("utf-8").partition("\naudit:")[0] + "\n", "utf-8")
    commit(school, "Settings\n\nReviewed-by: Bo Li <bo@example.org>", who=ANNA)
    report = audit(school, code=0)
    unknown = first(report, "committers")
    assert (unknown["result"], unknown["code"]) == ("unknown", "ci-unknown")
    assert "Records CI <ci@example.org>" in unknown["message"]


def test_an_approval_by_the_author_alone_is_none(school: School) -> None:
    path = school.root / "issuer.yml"
    path.write_text(path.read_text("utf-8") + "# a note\n", "utf-8")
    alone = commit(school, "Note (#14)\n\nReviewed-by: Anna Ruiz <anna@example.org>", who=ANNA)
    report = audit(school, code=0)
    last = report["approvals"][-1]
    assert (last["commit"], last["kind"], last["pull"], last["approvals"], last["signature"]) == (alone, "squash", 14, [], "N")
    approvals = next(check for check in report["checks"] if check["name"] == "approvals")
    assert {finding["commit"] for finding in approvals["findings"]} >= {alone}


def test_what_is_not_committed_is_named(school: School) -> None:
    (school.root / "records" / BATCH / "notes é.txt").write_text("x")
    edit_line(school, f"records/{BATCH}/roster.csv", 2, lambda line: line.upper())
    report = audit(school, code=0)
    waiting = next(check for check in report["checks"] if check["name"] == "working-tree")
    assert waiting["result"] == "warning"
    assert [finding["file"] for finding in waiting["findings"]] == [f"records/{BATCH}/roster.csv", f"records/{BATCH}/notes é.txt"]


def test_a_shallow_clone_cannot_tell(school: School, tmp_path: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{school.root}", str(tmp_path / "shallow")], check=True)
    report = audit(School(tmp_path / "shallow", school.key_file), code=0)
    results = {check["name"]: (check["result"], check["code"]) for check in report["checks"]}
    assert results["history"] == ("unknown", "shallow")
    assert {results[name] for name in ("history-checkpoints", "history-files", "committers", "approvals")} == {("unknown", "not-looked")}
    assert report["summary"] == "green, 5 things cannot be told"
    assert "--unshallow" in first(report, "history")["hint"]


def test_a_folder_without_git_cannot_tell(school: School) -> None:
    shutil.rmtree(school.root / ".git")
    report = audit(school, code=0)
    assert first(report, "history")["code"] == "no-history"
    assert report["commit"] is None


def test_a_repository_inside_another_is_read_by_its_own_paths(school: School, tmp_path: Path) -> None:
    inner = tmp_path / "outer" / "certificates é"
    shutil.copytree(school.root, inner, ignore=shutil.ignore_patterns(".git"))
    moved = School(inner, school.key_file)
    outer = School(tmp_path / "outer", school.key_file)
    git(outer, "init", "--quiet", "--initial-branch=main")
    commit(outer, "All of it\n\nReviewed-by: Bo Li <bo@example.org>")
    edit_line(moved, FILE, 3, lambda line: line.replace(b"Morning", b"Evening"))
    bad = commit(outer, "Touch")
    rewritten = first(audit(moved), "history-files")
    assert (rewritten["file"], rewritten["line"], rewritten["commit"]) == (FILE, 3, bad)


def test_since_a_commit(school: School) -> None:
    report = audit(school, "--since", "HEAD~1", code=0)
    since = report["checks"][-1]
    assert (since["name"], since["result"]) == ("since", "pass")
    assert since["counts"] == {"size": 12, "entries": 14}
    assert "no revision 'main~99'" in school.issuer("audit", "--since", "main~99", code=2)


def test_since_a_time_before_the_first_checkpoint(school: School) -> None:
    first_commit = git(school, "rev-list", "--max-parents=0", "HEAD")
    assert audit(school, "--since", first_commit, code=0)["checks"][-1]["counts"]["size"] == 0


def test_a_history_that_was_pushed_with_force(school: School, tmp_path: Path) -> None:
    """The issuer goes back a day, revokes nobody, and pushes; whoever kept the old commit or the old checkpoint can tell."""
    old = git(school, "rev-parse", "HEAD")
    saved = tmp_path / "saved-checkpoint"
    shutil.copy(school.root / log.CHECKPOINT, saved)
    git(school, "reset", "--quiet", "--hard", "HEAD~1")
    school.issuer("suspend", ids(school)[0], "--reason", "x", now="2026-06-04T08:00:00Z")
    school.issuer("suspend", ids(school)[3], "--reason", "y", now="2026-06-04T09:00:00Z")
    commit(school, "Suspend\n\nReviewed-by: Bo Li <bo@example.org>", day="2026-06-04")
    assert audit(school, code=0)["verdict"] == "green"
    report = audit(school, "--since", old)
    rewritten, differs, *decisions = report["checks"][-1]["findings"]
    assert (rewritten["code"], differs["code"], differs["where"]) == ("history-rewritten", "not-prefix", f"{ENTRIES}:13, log entry 12")
    assert "entry 12 is the first that is not the same" in differs["message"]
    assert [(finding["code"], finding["line"]) for finding in decisions] == [("decision-rewritten", 2), ("decision-rewritten", 3)]
    forked = first(audit(school, "--since", str(saved)), "since")
    assert (forked["code"], forked["message"]) == (
        "not-prefix",
        f"the log of 14 entries at {saved} is no prefix of today's: history was rewritten",
    )
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--single-branch", f"file://{school.root}", str(clone)], check=True)
    assert first(audit(School(clone, school.key_file), "--since", old), "since")["code"] == "commit-gone"


def test_a_file_named_like_a_lost_commit_is_no_saved_checkpoint(school: School) -> None:
    old = git(school, "rev-parse", "HEAD")
    git(school, "reset", "--quiet", "--hard", "HEAD~1")
    git(school, "reflog", "expire", "--expire=now", "--all")
    git(school, "gc", "--quiet", "--prune=now")
    for name in (old, "release-1"):
        shutil.copy(school.root / log.CHECKPOINT, school.root / name)
    commit(school, "Checkpoints that prove themselves")
    assert first(audit(school, "--since", old), "since")["code"] == "commit-gone"
    assert "lies inside the repository" in school.issuer("audit", "--since", "release-1", code=2)


def test_a_repository_that_was_moved_into_a_folder_cannot_tell_the_time_before(school: School) -> None:
    old = git(school, "rev-parse", "HEAD")
    inner = school.root / "inner"
    inner.mkdir()
    for name in git(school, "ls-tree", "--name-only", "HEAD").split("\n"):
        git(school, "mv", name, f"inner/{name}")
    commit(school, "Move")
    report = audit(School(inner, school.key_file), "--since", old, code=0)
    assert (report["checks"][-1]["result"], first(report, "since")["code"]) == ("unknown", "checkpoint-elsewhere")


def test_since_a_checkpoint_that_is_longer_or_not_ours(school: School, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    shutil.copy(school.root / log.CHECKPOINT, saved)
    git(school, "reset", "--quiet", "--hard", "HEAD~1")
    assert first(audit(school, "--since", str(saved)), "since")["code"] == "log-shrank"
    text = saved.read_text("utf-8")
    for changed, code in (
        (text.replace("\n14\n", "\n13\n"), "checkpoint-forged"),
        (text.replace("certificates.example.org/log\n14", "other.example.org/log\n14"), "checkpoint-other"),
        ("nonsense", "checkpoint-unreadable"),
    ):
        saved.write_text(changed, "utf-8")
        assert first(audit(school, "--since", str(saved)), "since")["code"] == code


def _revocations(school: School, change: Callable[[str], str]) -> None:
    path = school.root / status.REVOCATIONS
    path.write_text(change(path.read_text("utf-8")), "utf-8", newline="")


def test_the_reason_of_a_revocation_rewritten(school: School) -> None:
    """Lists and register are signed again, so that everything on the disk agrees: only the history tells."""
    old = git(school, "rev-parse", "HEAD")
    _revocations(school, lambda text: text.replace("Issued by mistake", "Fraud"))
    now = first(audit(school), "history-files")
    assert (now["code"], now["where"], "git checkout HEAD -- records/revocations.csv" in now["hint"]) == (
        "decision-rewritten",
        f"{status.REVOCATIONS}:2",
        True,
    )
    sign_lists(school)
    bad = commit(school, "Nicer", day="2026-06-04")
    report = audit(school, "--since", old)
    assert failed(report) == {"history-files", "since"}
    changed = first(report, "history-files")
    assert (changed["code"], changed["where"]) == ("decision-rewritten", f"{status.REVOCATIONS}:2, commit {bad[:12]} of 2026-06-04")
    assert f"revoke of 2026-06-03 for {ids(school)[1]}, was changed" in changed["message"]
    assert "Issued by mistake" not in changed["message"]
    assert (first(report, "since")["code"], first(report, "since")["line"]) == ("decision-rewritten", 2)


def test_a_suspension_that_is_over_taken_out(school: School) -> None:
    number = ids(school)[2]
    school.issuer("reinstate", number, "--reason", "All is well", now="2026-06-04T08:00:00Z")
    commit(school, "Reinstate", day="2026-06-04")
    assert audit(school, code=0)["verdict"] == "green"
    drop_revocation(school, number)
    bad = commit(school, "Tidy", day="2026-06-05")
    report = audit(school)
    assert failed(report) == {"history-files"}
    found = next(check for check in report["checks"] if check["name"] == "history-files")["findings"]
    assert [(finding["code"], finding["line"], finding["commit"]) for finding in found] == [
        ("decision-rewritten", 3, bad),
        ("decision-rewritten", 4, bad),
    ]


def test_a_revocation_taken_out_by_a_commit_names_it(school: School) -> None:
    drop_revocation(school, ids(school)[1])
    bad = commit(school, "Tidy", day="2026-06-04")
    back = first(audit(school), "revocations")
    assert (back["code"], back["where"]) == (
        "revocation-taken-back",
        f"{status.REVOCATIONS}:2, log entry 12, commit {bad[:12]} of 2026-06-04",
    )


def test_a_union_merge_of_decisions_is_no_rewriting(school: School) -> None:
    """Two branches decide, one of them in a spreadsheet: a byte order mark, other line ends, and a header with the replacement."""
    numbers = ids(school)
    (school.root / ".gitattributes").write_text("records/revocations.csv merge=union\n", "utf-8")
    commit(school, "Merge by union\n\nReviewed-by: Bo Li <bo@example.org>")
    git(school, "checkout", "--quiet", "-b", "other")
    _revocations(school, lambda text: text + f'{numbers[3]},suspend,"Looked, into",2026-06-04\n')
    commit(school, "One", who=ANNA)
    git(school, "checkout", "--quiet", "main")
    _revocations(
        school,
        lambda text: (
            "\ufeff"
            + text.replace("id,action,reason,date\n", "id,action,reason,date,replacement\n").replace("\n", "\r\n")
            + f"{numbers[4]},revoke,Twice,2026-06-04,{numbers[5]}\r\n"
        ),
    )
    commit(school, "Two", who=ANNA)
    git(school, "merge", "--quiet", "--no-ff", "other", "--message", "Merge", who=ANNA)
    text = (school.root / status.REVOCATIONS).read_text("utf-8")
    assert numbers[3] in text
    assert numbers[4] in text
    school.issuer("refresh", now="2026-06-04T08:00:00Z")
    commit(school, "Refresh", day="2026-06-04")
    assert audit(school, "--since", "HEAD~3", code=0)["verdict"] == "green"


def test_a_merge_that_drops_a_decision(school: School) -> None:
    git(school, "checkout", "--quiet", "-b", "other")
    _revocations(school, lambda text: text + f"{ids(school)[3]},suspend,Looked into,2026-06-04\n")
    commit(school, "Suspend", who=ANNA)
    git(school, "checkout", "--quiet", "main")
    git(school, "merge", "--quiet", "--no-ff", "--strategy", "ours", "other", "--message", "Merge", who=ANNA, day="2026-06-04")
    lost = first(audit(school), "history-files")
    assert (lost["code"], lost["line"], lost["commit"]) == ("decision-rewritten", 4, git(school, "rev-parse", "HEAD"))


def test_a_line_that_decides_nothing_may_be_corrected(school: School) -> None:
    _revocations(school, lambda text: text + f"{ids(school)[3]},suspend,Looked into,4 June\n")
    commit(school, "Suspend", who=ANNA)
    _revocations(school, lambda text: text.replace("4 June", "2026-06-04"))
    commit(school, "Suspend\n\nReviewed-by: Bo Li <bo@example.org>", who=ANNA)
    assert audit(school, code=0)["verdict"] == "green"


def test_a_warning_does_not_say_to_commit_what_is_wrong(school: School) -> None:
    edit_line(school, FILE, 3, lambda line: line.replace(b"Morning", b"Evening"))
    report = audit(school)
    assert f"git checkout HEAD -- {FILE}" in first(report, "history-files")["hint"]
    assert "do not commit" in first(report, "working-tree")["hint"]


def test_since_a_checkpoint_of_a_key_that_issuer_yml_forgot(school: School, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    shutil.copy(school.root / log.CHECKPOINT, saved)
    path = school.root / "issuer.yml"
    path.write_text(path.read_text("utf-8").replace(keys(school).log.public, signing.generate()[0].public, 1), "utf-8")
    lost = first(audit(school, "--since", str(saved)), "since")
    assert (lost["code"], "lost the key" in lost["hint"]) == ("checkpoint-forged", True)
