"""issuer audit: green on a repository with a history, and red with the exact place for whatever somebody did to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from issuer import records, signing, status
from tests.auditing import (
    audit,
    commit,
    copy_of,
    drop_revocation,
    edit_line,
    edit_record,
    failed,
    first,
    git,
    ids,
    keys,
    sign_lists,
    with_history,
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


def test_a_repository_with_a_history_is_green(school: School) -> None:
    report = audit(school, code=0)
    assert report["verdict"] == "green"
    assert report["summary"] == "green, 1 thing cannot be told"
    results = {check["name"]: check["result"] for check in report["checks"]}
    assert {name for name, result in results.items() if result != "pass"} == {"approvals"}  # the repository's first commit has none
    counts = {check["name"]: check["counts"] for check in report["checks"]}
    assert counts["records"] == {"records": 9, "files": 1}
    assert counts["succession"] == {"certificates": 8, "corrections": 1, "renewals": 0}
    assert counts["revocations"] == {"revoked": 1, "suspended": 1}
    assert counts["status"]["bits"] == 3
    assert [(item["kind"], item["pull"], item["author"]) for item in report["approvals"]][2] == (
        "merge",
        12,
        "Anna Ruiz <anna@example.org>",
    )
    assert [item["size"] for item in report["checkpoints"]] == [8, 12, 14]
    assert report["committers"] == [{"committer": "Records CI <ci@example.org>", "commits": 3, "first": "2026-06-01", "last": "2026-06-03"}]


def test_the_human_output_is_a_numbered_list(school: School) -> None:
    lines = school.issuer("--quiet", "audit", now="2026-06-05T08:00:00Z").splitlines()
    assert lines[0] == " 1 ✓ Records are whole: 9 records in 1 file: canonical JSON with every part of a record. [good]"
    assert lines[-1] == "green, 1 thing cannot be told"
    edit_record(school, 3, lambda credential: credential.update(name="Another"))
    lines = school.issuer("--quiet", "audit", code=1, now="2026-06-05T08:00:00Z").splitlines()
    assert any(line.startswith(f" 2 ✗ Both proofs of every record are good: {FILE}:4: ") for line in lines)
    assert lines[-1].startswith("red, ")


def test_an_edited_record(school: School) -> None:
    edit_record(school, 3, lambda credential: credential["credentialSubject"].update(identifier=[]))
    report = audit(school)
    assert {"proofs", "logged", "history-files"} <= failed(report)
    assert first(report, "proofs")["where"] == f"{FILE}:4"
    edited = first(report, "logged")
    assert (edited["code"], edited["file"], edited["line"], edited["index"]) == ("record-edited", FILE, 4, 6)
    assert (first(report, "history-files")["code"], first(report, "history-files")["where"]) == ("rewritten", f"{FILE}:4")


def test_a_line_that_is_no_record(school: School) -> None:
    edit_line(school, FILE, 2, lambda _: b"{}\n")
    report = audit(school)
    assert first(report, "records")["where"] == f"{FILE}:2"
    assert first(report, "logged")["index"] == 4


def test_a_record_that_is_not_canonical(school: School) -> None:
    edit_line(school, FILE, 2, lambda line: line.replace(b'{"batch"', b'{ "batch"', 1))
    wrong = first(audit(school), "records")
    assert (wrong["code"], wrong["where"]) == ("record-not-canonical", f"{FILE}:2")


def test_a_removed_record_is_named_by_its_entry_and_its_line(school: School) -> None:
    edit_line(school, FILE, 4, lambda _: b"")
    report = audit(school)
    assert (first(report, "logged")["code"], first(report, "logged")["index"]) == ("record-missing", 6)
    removed = first(report, "history-files")
    assert (removed["code"], removed["where"]) == ("rewritten", f"{FILE}:4")


def test_the_last_record_removed_and_committed_names_the_commit(school: School) -> None:
    edit_line(school, FILE, 9, lambda _: b"")
    bad = commit(school, "Tidy up", day="2026-06-04")
    removed = first(audit(school), "history-files")
    assert (removed["code"], removed["line"], removed["commit"], removed["date"][:10]) == ("shrank", 9, bad, "2026-06-04")


def test_an_inserted_record(school: School) -> None:
    last = list(records.read(school.root))[-1]
    place = school.root / FILE
    edit_record(school, 8, lambda credential: credential.update(id=credential["id"]), sign=keys(school).credentials)
    assert place.read_bytes().count(b"\n") == 9
    other = {**last.credential, "id": last.credential["id"].replace(last.id, "0" * 26)}
    with place.open("ab") as stream:
        proofs = signing.prove(other, keys(school).credentials, other["issuer"]["id"], "2026-06-02T08:00:00Z")
        stream.write(records.Record(**{**_members(last), "credential": other, "proofs": proofs, "row": "1" * 64}).line())
    report = audit(school)
    inserted = first(report, "logged")
    assert (inserted["code"], inserted["where"]) == ("record-not-logged", f"{FILE}:10")


def test_a_record_put_between_others(school: School) -> None:
    edit_line(school, FILE, 2, lambda line: line + line)
    report = audit(school)
    assert (first(report, "succession")["code"], first(report, "succession")["where"]) == ("revision-wrong", f"{FILE}:3")
    assert first(report, "history-files")["where"] == f"{FILE}:3"


def test_a_record_signed_again_with_another_key(school: School, tmp_path: Path) -> None:
    key, _ = signing.generate()
    edit_record(school, 3, lambda _: None, sign=key)
    report = audit(school)
    assert "proofs" not in failed(report)
    unknown = first(report, "record-keys")
    assert (unknown["code"], unknown["where"]) == ("key-unknown", f"{FILE}:4")
    assert key.public in unknown["message"]
    assert first(report, "logged")["index"] == 6


def test_a_record_signed_with_a_key_for_something_else(school: School) -> None:
    edit_record(school, 3, lambda _: None, sign=keys(school).status)
    assert first(audit(school), "record-keys")["code"] == "key-not-for-credentials"


@pytest.mark.parametrize("also", [lambda _: None, lambda school: sign_lists(school)], ids=["line", "line and list"])
def test_a_revocation_taken_back(school: School, also: Callable[[School], None]) -> None:
    revoked = ids(school)[1]
    drop_revocation(school, revoked)
    also(school)
    back = first(audit(school), "revocations")
    assert (back["code"], back["index"], back["where"]) == ("revocation-taken-back", 12, f"{ENTRIES}:13, log entry 12")
    assert revoked in back["message"]


def test_a_revocation_taken_out_of_the_list_alone(school: School) -> None:
    revoked = ids(school)[1]
    sign_lists(school, without=[revoked])
    report = audit(school)
    missing = first(report, "status")
    assert (missing["code"], missing["file"], missing["index"]) == ("bit-missing", "records/status/revocation.json", 12)
    assert revoked in missing["message"]
    assert first(report, "register")["code"] == "register-lacks"


def test_a_suspension_taken_back(school: School) -> None:
    suspended = ids(school)[2]
    drop_revocation(school, suspended)
    assert (first(audit(school), "revocations")["code"], first(audit(school), "revocations")["index"]) == ("suspension-taken-back", 13)


def test_a_decision_that_nobody_signed_yet_is_a_warning(school: School) -> None:
    path = school.root / status.REVOCATIONS
    path.write_text(path.read_text("utf-8") + f"{ids(school)[3]},revoke,Late,2026-06-04\n", "utf-8")
    commit(school, "Revoke\n\nReviewed-by: Bo Li <bo@example.org>")
    report = audit(school, code=0)
    waiting = first(report, "revocations")
    assert (waiting["result"], waiting["code"], waiting["where"]) == ("warning", "decision-unsigned", f"{status.REVOCATIONS}:4")
    assert report["summary"] == "green, 1 thing cannot be told, 1 warning"


def test_a_bit_set_for_no_reason(school: School) -> None:
    path = school.root / status.REVOCATIONS
    before, reason = path.read_bytes(), f"{ids(school)[4]},revoke,No reason,2026-06-04\n"
    path.write_bytes(before + reason.encode())
    sign_lists(school)
    path.write_bytes(before)
    report = audit(school)
    assert first(report, "status")["code"] == "bit-stray"
    assert first(report, "register")["code"] == "register-stray"


def test_a_list_that_somebody_edited(school: School) -> None:
    path = school.root / "records/status/suspension.json"
    path.write_text(path.read_text("utf-8").replace('"validFrom":"2026-06-03', '"validFrom":"2026-06-04'), "utf-8")
    forged = first(audit(school), "status")
    assert (forged["code"], forged["where"]) == ("list-forged", "records/status/suspension.json")


def test_lists_that_ran_out_are_a_warning(school: School) -> None:
    report = school.json("audit", now="2026-06-20T08:00:00Z")
    assert first(report, "freshness")["code"] == "list-stale"
    assert report["verdict"] == "green"


def test_an_edited_log_entry(school: School) -> None:
    edit_line(school, ENTRIES, 7, lambda line: line.replace(b"2026-06-01T08:00:00Z", b"2026-06-01T08:00:01Z"))
    report = audit(school)
    assert {"checkpoint", "history-files", "history-checkpoints"} <= failed(report)
    assert first(report, "checkpoint")["code"] == "root-wrong"
    assert first(report, "history-files")["where"] == f"{ENTRIES}:7"
    assert first(report, "log")["where"] == f"{ENTRIES}:8, log entry 7"  # its time is before that of the entry ahead


def test_a_log_entry_that_is_none(school: School) -> None:
    edit_line(school, ENTRIES, 7, lambda _: b'{"event":"granted"}\n')
    broken = first(audit(school), "log")
    assert (broken["code"], broken["index"], broken["line"]) == ("entry-malformed", 6, 7)


def test_a_checkpoint_of_nobody(school: School) -> None:
    path = school.root / "records/checkpoint"
    text, _, signatures = path.read_text("utf-8").partition("\n\n")
    path.write_text(text + "\n\n" + signatures.replace(signatures[-10:-5], "AAAAA"), "utf-8")
    assert first(audit(school), "checkpoint")["code"] in {"checkpoint-forged", "checkpoint-malformed"}


def test_a_changed_template(school: School) -> None:
    path = next((school.root / "records/templates").glob("*.svg"))
    path.write_bytes(path.read_bytes() + b"<!-- nicer -->")
    shown = path.relative_to(school.root).as_posix()
    report = audit(school)
    assert (first(report, "templates")["code"], first(report, "templates")["where"]) == ("template-changed", shown)
    assert (first(report, "history-files")["code"], first(report, "history-files")["file"]) == ("kept-changed", shown)
    path.unlink()
    report = audit(school)
    assert (first(report, "templates")["code"], first(report, "templates")["where"]) == ("template-missing", f"{FILE}:1")


def test_a_key_that_issuer_yml_forgot(school: School) -> None:
    path = school.root / "issuer.yml"
    public = keys(school).credentials.public
    text = path.read_text("utf-8")
    path.write_text(text.replace(public, signing.generate()[0].public, 1), "utf-8")
    report = audit(school)
    assert first(report, "log-keys")["code"] == "key-gone"
    assert first(report, "record-keys")["code"] == "key-unknown"
    assert {check["name"]: check["total"] for check in map(_with_total, report["checks"])}["record-keys"] == 9


def test_a_window_that_was_cut_short(school: School) -> None:
    path = school.root / "issuer.yml"
    public = keys(school).credentials.public
    lines = path.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if public in line)
    path.write_text("\n".join([*lines[: at + 1], "    until: 6", *lines[at + 1 :]]) + "\n", "utf-8")
    outside = first(audit(school), "record-keys")
    assert (outside["code"], outside["where"]) == ("key-outside-window", f"{FILE}:4, log entry 6")


def test_nothing_is_said_about_recipients(school: School) -> None:
    git(school, "checkout", "--quiet", "HEAD~1")
    edit_record(school, 3, lambda credential: credential.update(name="Another"))
    said = school.issuer("--quiet", "--json", "audit", code=1) + school.issuer("--quiet", "audit", code=1)
    assert "Person" not in said


def _members(record: records.Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in records.Record.__dataclass_fields__}


def _with_total(check: dict[str, Any]) -> dict[str, Any]:
    return {**check, "total": len(check["findings"]) + check["more"]}
