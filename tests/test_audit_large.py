"""issuer audit on 10,000 records: green, and red with the exact place for each thing that must never go unseen."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuer import records, signing
from tests.auditing import audit, commit, drop_revocation, edit_line, edit_record, failed, first, git, ids, sign_lists
from tests.many_records import issue_many
from tests.school import BATCH, School, found

pytestmark = pytest.mark.slow
LAST = f"records/{BATCH}/issued-0010.jsonl"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> School:
    """Three commits with 4,000, 4,000 and 2,000 records, and one with a revocation. Entries 0 to 2 of the log are those of the keys."""
    school = found(tmp_path_factory.mktemp("large"))
    school.people(1)
    settings = school.root / "issuer.yml"
    settings.write_text(settings.read_text("utf-8") + "\naudit:\n  ci: [ci@example.org]\n", "utf-8")
    for day, count in ((1, 4000), (2, 4000), (3, 2000)):
        issue_many(school, count, now=dt.datetime(2026, 6, day, 8, tzinfo=dt.UTC))
        commit(school, "Issue", day=f"2026-06-{day:02d}")
    school.issuer("revoke", ids(school)[5000], "--reason", "Issued by mistake", now="2026-06-04T08:00:00Z")
    commit(school, "Revoke", day="2026-06-04")
    return school


@pytest.fixture
def school(large: School, tmp_path: Path) -> Iterator[School]:
    """The same, as it was afterwards."""
    shutil.copytree(large.root / "records", tmp_path / "records")
    head = git(large, "rev-parse", "HEAD")
    yield large
    git(large, "reset", "--quiet", "--hard", head)
    shutil.rmtree(large.root / "records")
    shutil.copytree(tmp_path / "records", large.root / "records")


def test_green(school: School) -> None:
    report = audit(school, "--since", "HEAD~2", code=0)
    assert report["verdict"] == "green"
    assert {check["name"]: check["counts"] for check in report["checks"]}["proofs"] == {"records": 10_000, "signatures": 20_000}
    assert report["log"]["size"] == 10_004
    assert report["checks"][-1]["counts"] == {"size": 8003, "entries": 10_004}


def test_a_record_edited(school: School) -> None:
    edit_record(school, 9502, lambda credential: credential.update(name="Another"))
    report = audit(school)
    assert failed(report) == {"proofs", "logged", "history-files"}
    assert first(report, "proofs")["where"] == f"{LAST}:503"
    assert (first(report, "logged")["code"], first(report, "logged")["where"]) == ("record-edited", f"{LAST}:503, log entry 9505")
    assert first(report, "history-files")["where"] == f"{LAST}:503"


def test_a_record_removed(school: School) -> None:
    edit_line(school, LAST, 503, lambda _: b"")
    bad = commit(school, "Tidy up", day="2026-06-05")
    report = audit(school)
    assert failed(report) == {"logged", "history-files"}
    removed = first(report, "logged")
    assert (removed["code"], removed["where"]) == ("record-missing", "records/log/entries-0003.jsonl:1314, log entry 9505")
    assert first(report, "history-files")["where"] == f"{LAST}:503, commit {bad[:12]} of 2026-06-05"


def test_a_record_inserted(school: School, tmp_path: Path) -> None:
    """By somebody who has a copy of the key."""
    copy = School(tmp_path / "copy", school.key_file)
    shutil.copytree(school.root, copy.root)
    issue_many(copy, 1, now=dt.datetime(2026, 6, 5, 8, tzinfo=dt.UTC))
    line = (copy.root / f"records/{BATCH}/issued-0011.jsonl").read_bytes()
    edit_line(school, LAST, 503, lambda old: line + old)
    report = audit(school)
    assert (first(report, "logged")["code"], first(report, "logged")["where"]) == ("record-not-logged", f"{LAST}:503")
    assert first(report, "history-files")["where"] == f"{LAST}:503"


def test_a_record_signed_again_with_another_key(school: School) -> None:
    edit_record(school, 9502, lambda _: None, sign=signing.generate()[0])
    report = audit(school)
    assert {"record-keys", "logged"} <= failed(report)
    assert (first(report, "record-keys")["code"], first(report, "record-keys")["where"]) == ("key-unknown", f"{LAST}:503")
    assert first(report, "logged")["where"] == f"{LAST}:503, log entry 9505"


def test_a_revocation_taken_back(school: School) -> None:
    number = ids(school)[5000]
    drop_revocation(school, number)
    sign_lists(school)
    back = first(audit(school), "revocations")
    assert (back["code"], back["where"]) == ("revocation-taken-back", "records/log/entries-0003.jsonl:1812, log entry 10003")
    assert number in back["message"]


def test_the_history_pushed_with_force(school: School) -> None:
    old = git(school, "rev-parse", "HEAD")
    git(school, "reset", "--quiet", "--hard", "HEAD~2")
    assert sum(1 for _ in records.read(school.root)) == 8000
    issue_many(school, 10, now=dt.datetime(2026, 6, 3, 8, tzinfo=dt.UTC))
    commit(school, "Issue", day="2026-06-03")
    report = audit(school, "--since", old)
    assert failed(report) == {"since"}
    assert [finding["code"] for finding in report["checks"][-1]["findings"]] == [
        "history-rewritten",
        "log-shrank",
        "decision-rewritten",
    ]
