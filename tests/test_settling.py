"""What the log and the lists say after issue, corrections, decisions, renewals, changes of keys."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from issuer import log, records, status
from issuer.commands.issue import issue
from issuer.commands.planned import check
from issuer.credential import Purpose
from issuer.formats import bitstring, data_integrity, jcs
from issuer.records import Record
from tests.auditing import commit, git
from tests.school import BATCH, School, found
from tests.test_issue import keys, rotate, session

DAY = dt.date(2026, 7, 1)


@pytest.fixture
def school(tmp_path: Path) -> School:
    """Two people, issued."""
    school = found(tmp_path)
    school.roster("Ada Boole,ada@example.org,Morning", "José Peña,jose@example.org,Evening")
    school.issuer("--quiet", "issue")
    return school


def events(school: School) -> list[dict[str, Any]]:
    return [log.parse_entry(entry) for entry in log.entries(school.root)]


def names(school: School) -> list[str]:
    return [event["event"] for event in events(school)]


def register(school: School) -> list[dict[str, str]]:
    document = json.loads((school.root / status.REGISTER).read_text("utf-8"))
    entries: list[dict[str, str]] = document["credential"]["credentialSubject"]["entries"]
    return entries


def bits(school: School, purpose: Purpose, number: int = 1) -> set[int]:
    document = json.loads((school.root / status.list_file(purpose, number)).read_text("utf-8"))
    found = bitstring.decode(document["credential"]["credentialSubject"]["encodedList"])
    return {index for index in range(8 * len(found)) if bitstring.is_set(found, index)}


def settled(school: School) -> None:
    """A further run changes nothing."""
    before = school.files()
    assert "Nothing is new" in school.issuer("--quiet", "issue")
    assert school.files() == before


def test_the_log_begins_with_the_keys(school: School) -> None:
    said = events(school)
    assert names(school) == ["key-added"] * 3 + ["issued"] * 2
    assert [(event["key"], event["use"]) for event in said[:3]] == list(
        zip(keys(school), (["credentials"], ["status"], ["log"]), strict=True)
    )
    settled(school)


def test_a_rotation_is_in_the_log_once(school: School) -> None:
    renewed = rotate(school, 5)
    renewed.issuer("--quiet", "issue")
    assert names(school)[5:] == ["key-added", "key-retired", "key-retired", "key-retired"]
    assert events(school)[5] | {"time": ""} == {
        "event": "key-added",
        "key": keys(school)[-1],
        "time": "",
        "use": ["credentials", "log", "status"],
    }
    settled(renewed)


def test_a_suspended_certificate_that_is_corrected_stays_suspended(school: School) -> None:
    old = next(records.read(school.root))
    school.issuer("--quiet", "suspend", old.id, "--reason", "The exam office looks into it")
    school.roster("Ada Bóole,ada@example.org,Morning", "José Peña,jose@example.org,Evening")
    assert school.json("issue")["signed"] == 1
    new = newest(school, old.id)
    assert names(school)[5:] == ["suspended", "corrected", "suspended"]
    assert [event["record"] for event in events(school)[5:]] == [old.digest(), new.digest(), new.digest()]
    assert (bits(school, "revocation"), bits(school, "suspension")) == ({old.status.index}, {new.status.index})
    assert {(entry["action"], entry["list"], entry["index"], entry["reason"]) for entry in register(school)} == {
        ("replaced", "revocation", str(old.status.index), ""),
        ("suspended", "suspension", str(new.status.index), "The exam office looks into it"),
    }
    assert next(entry for entry in register(school) if entry["action"] == "replaced")["replacement"] == new.credential["id"]
    settled(school)
    school.issuer("--quiet", "reinstate", old.id, "--reason", "All is well")
    assert names(school)[8:] == ["reinstated"]
    assert bits(school, "suspension") == set()
    assert school.json("verify", ".")["verdicts"]["valid"] == 2
    settled(school)


def newest(school: School, number: str) -> Record:
    return next(record for record in records.current(school.root) if record.id == number)


def test_suspended_and_then_revoked(school: School) -> None:
    old = next(records.read(school.root))
    school.issuer("--quiet", "suspend", old.id, "--reason", "The exam office looks into it")
    school.issuer("--quiet", "revoke", old.id, "--reason", "It was not hers")
    assert names(school)[5:] == ["suspended", "revoked"]
    assert (bits(school, "revocation"), bits(school, "suspension")) == ({old.status.index}, set())
    assert [(entry["action"], entry["reason"]) for entry in register(school)] == [("revoked", "It was not hers")]
    settled(school)


@pytest.mark.parametrize("action", ["revoke", "suspend"])
@pytest.mark.parametrize("command", ["check", "issue", "refresh", "publish", "revoke"])
def test_a_line_that_went_missing_stops_every_start(school: School, action: str, command: str) -> None:
    number, other = (record.id for record in records.read(school.root))
    path = school.root / status.REVOCATIONS
    empty = path.read_bytes()
    school.issuer("--quiet", action, number, "--reason", "Issued by mistake")
    full = path.read_bytes()
    lost = {"": empty}
    if action == "revoke":
        lost["suspend instead"] = full.replace(b",revoke,", b",suspend,")
    options = (other, "--reason", "x") if command == "revoke" else ()
    for damaged in lost.values():
        path.write_bytes(damaged)
        before = {name: data for name, data in school.files().items() if name != "revocations.csv"}
        said = school.issuer("--quiet", command, *options, code=1)
        assert f"the log says that {number} was {action.removesuffix('e')}ed, but its line is gone" in said
        assert "restore the line" in said
        assert {name: data for name, data in school.files().items() if name != "revocations.csv"} == before
    path.write_bytes(full)
    settled(school)


def test_every_mistake_of_the_file_is_a_finding_and_stops_issuing(school: School) -> None:
    number = next(records.read(school.root)).id
    path = school.root / status.REVOCATIONS
    good = path.read_text("utf-8")
    path.write_text(f"{good}{'0' * 26},revoke,x,2026-07-01\n{number},cancel,x,yesterday\n{number},suspend,x,yesterday\n", "utf-8")
    school.roster("Ada Boole,ada@example.org,Morning", "No Mail,nobody,Evening")
    checked = school.json("check", code=1)
    assert [(found["code"], found["line"], found["column"]) for found in checked["findings"]] == [
        ("revocation-unknown", 2, "id"),
        ("revocation-wrong", 3, "action"),
        ("revocation-wrong", 4, "date"),
    ]
    assert checked["blocked"]
    assert [found["code"] for found in checked["batches"][0]["findings"]] == ["email-invalid"]  # all in one run
    school.roster("Ada Boole,ada@example.org,Morning", "José Peña,jose@example.org,Evening", "New,new@example.org,Evening")
    before = school.files()
    said = school.issuer("--quiet", "issue", code=1)
    assert said.count("records/revocations.csv:") == 3
    assert school.files() == before
    path.write_text(f"{good}{number},suspend,x,2026-07-01\n", "utf-8")
    assert school.json("issue")["signed"] == 1


def test_a_certificate_that_another_renews(school: School) -> None:
    """As a renewal writes it: a record that says whom it renews, in a batch that comes first in the alphabet."""
    old, other = records.read(school.root)
    spare = found(school.root.parent / "spare")
    spare.roster("Ada Boole,ada@example.org,Evening")
    (spare.root / "issuer.yml").write_bytes((school.root / "issuer.yml").read_bytes())
    as_school = School(spare.root, school.key_file)
    as_school.issuer("--quiet", "issue")
    made = dataclasses.replace(next(records.read(spare.root)), batch="2025-renewals", renews=old.id)
    records.append(school.root, "2025-renewals", [made])
    for path in (spare.root / "records/templates").iterdir():
        (school.root / "records/templates" / path.name).write_bytes(path.read_bytes())
    school.issuer("--quiet", "refresh")
    assert events(school)[5] | {"time": ""} == {"event": "issued", "record": made.digest(), "renews": old.digest(), "time": ""}
    assert [(entry["action"], entry["index"], entry["replacement"]) for entry in register(school)] == [
        ("renewed", str(old.status.index), made.credential["id"])
    ]
    assert bits(school, "revocation") == set()
    school.issuer("--quiet", "revoke", made.id, "--reason", "Issued by mistake")
    assert [entry["action"] for entry in register(school)] == ["revoked"]
    settled(school)
    assert other.renews is None


def test_what_a_stolen_key_signed_is_issued_again(school: School) -> None:
    """The key for credentials was stolen before entry 4: José's certificate does not count, Ada's does."""
    ada, jose = records.read(school.root)
    renewed = rotate(school, 4, compromised="2026-11-21")
    checked = renewed.json("check")["batches"][0]
    assert (checked["corrected"], checked["unchanged"], [row["action"] for row in checked["rows"]]) == (1, 1, ["unchanged", "corrected"])
    assert "corrected: José Peña, line 3: its key was compromised" in renewed.issuer("--quiet", "check")
    assert renewed.json("issue")["signed"] == 1
    again = newest(school, jose.id)
    assert (again.revision, again.key) == (2, keys(school)[-1])
    assert again.credential["credentialSubject"] == jose.credential["credentialSubject"]
    assert names(school)[5:] == ["key-added", "key-retired", "key-retired", "key-retired", "key-compromised", "corrected"]
    assert events(school)[9] | {"time": ""} == {"event": "key-compromised", "from": 4, "key": keys(school)[0], "time": ""}
    assert [(entry["action"], entry["reason"]) for entry in register(school)] == [("replaced", "The key that signed it was compromised")]
    assert bits(school, "revocation") == {jose.status.index}
    assert newest(school, ada.id).revision == 1
    assert renewed.json("verify", ".")["verdicts"] == {"valid": 2, "not valid": 0, "cannot tell": 0}
    settled(renewed)


def test_what_a_stolen_key_signed_for_somebody_who_was_revoked_or_is_gone(school: School) -> None:
    school.issuer("--quiet", "revoke", next(records.read(school.root)).id, "--reason", "Issued by mistake")
    renewed = rotate(school, 3, compromised="2026-11-21")
    school.roster("Ada Boole,ada@example.org,Morning")
    said = renewed.issuer("--quiet", "check")
    assert "does not count, for its key was compromised" in said
    assert renewed.json("issue")["signed"] == 0
    settled(renewed)
    renewed.issuer("--quiet", "publish")  # the pages say so


def test_two_runs_that_saw_the_same_stolen_key_issue_once(school: School) -> None:
    renewed = rotate(school, 3, compromised="2026-11-21")
    first, second = session(renewed), session(renewed)
    plans = check(first, ()), check(second, ())
    assert issue(first, plans[0]).signed == 2
    assert issue(second, plans[1]).signed == 0


def test_full_lists_are_followed_by_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "draw", partial(status.draw, capacity=3))
    school = found(tmp_path)
    school.people(7)
    school.issuer("--quiet", "issue")
    assert [record.status.number for record in records.read(school.root)] == [1, 1, 1, 2, 2, 2, 3]
    third, sixth = [record for record in records.read(school.root) if record.status.number == 2][::2]
    school.issuer("--quiet", "revoke", third.id, "--reason", "Issued by mistake")
    school.issuer("--quiet", "suspend", sixth.id, "--reason", "Issued by mistake")
    purposes: tuple[Purpose, ...] = ("revocation", "suspension")
    lists = [(purpose, number) for purpose in purposes for number in (1, 2, 3)]
    assert [bits(school, *place) for place in lists] == [set(), {third.status.index}, set(), set(), {sixth.status.index}, set()]
    assert sorted(entry["list"] for entry in register(school)) == ["revocation-2", "suspension-2"]
    assert school.json("verify", ".", code=1)["verdicts"] == {"valid": 5, "not valid": 2, "cannot tell": 0}
    school.issuer("--quiet", "publish")
    for purpose, number in lists:
        path = school.root / "_site" / "status" / Path(status.list_file(purpose, number)).name
        assert path.is_file()
        assert path.with_suffix(".record.json").is_file()


def test_both_lists_in_the_credential_if_issuer_yml_says_so(tmp_path: Path) -> None:
    school = found(tmp_path)
    path = school.root / "issuer.yml"
    path.write_text(path.read_text("utf-8") + "\nstatus_entries: [revocation, suspension]\n", "utf-8")
    school.people(2)
    school.issuer("--quiet", "issue")
    one, two = records.read(school.root)
    base = "https://certificates.example.org/status"
    assert [(entry["statusPurpose"], entry["statusListCredential"]) for entry in one.credential["credentialStatus"]] == [
        ("revocation", f"{base}/revocation.json"),
        ("suspension", f"{base}/suspension.json"),
    ]
    assert {entry["statusListIndex"] for entry in one.credential["credentialStatus"]} == {str(one.status.index)}
    school.issuer("--quiet", "suspend", two.id, "--reason", "The exam office looks into it")
    assert school.json("verify", ".", code=1)["verdicts"] == {"valid": 1, "not valid": 1, "cannot tell": 0}


def test_without_certificates_no_list_is_written(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.roster()
    school.issuer("--quiet", "refresh")
    assert not (school.root / "records/status").exists()
    assert names(school) == ["key-added"] * 3


def test_decisions_are_signed_without_the_key_for_credentials(school: School, tmp_path: Path) -> None:
    lines = school.key_file.read_text("utf-8").splitlines()
    daily = School(school.root, tmp_path / "daily.key")
    daily.key_file.write_text("\n".join(line for line in lines if not line.startswith("credentials")), "utf-8")
    daily.key_file.chmod(0o600)
    daily.issuer("--quiet", "suspend", next(records.read(school.root)).id, "--reason", "The exam office looks into it")
    daily.issuer("--quiet", "refresh")
    assert names(school)[5:] == ["suspended"]
    assert school.json("verify", ".", code=1)["verdicts"] == {"valid": 1, "not valid": 1, "cannot tell": 0}


def log_and_records(school: School) -> dict[str, bytes]:
    return {name: data for name, data in school.files().items() if name != "revocations.csv"}


def test_a_revert_of_what_ci_committed_stops_every_start(school: School) -> None:
    number, other = (record.id for record in records.read(school.root))
    commit(school, "Issue")
    dataclasses.replace(school, key_file=Path()).issuer("--quiet", "revoke", number, "--reason", "Oops", code=3)
    commit(school, "Revoke")
    school.issuer("--quiet", "issue")
    newest = commit(school, "Issue")
    settled(school)
    git(school, "revert", "--no-edit", "HEAD", "HEAD~1")
    before = log_and_records(school)
    for command in (("check",), ("issue",), ("refresh",), ("publish",), ("revoke", other, "--reason", "x")):
        said = school.issuer("--quiet", *command, code=1)
        assert "the log was put back: a commit has one of 6 entries, which this one of 5 does not continue" in said
        assert "do not revert commits of CI" in said
        assert log_and_records(school) == before
    school.people(3)
    assert "the log was put back" in school.issuer("--quiet", "issue", code=1)
    git(school, "checkout", "--quiet", newest, "--", "records")
    settled(school)


def test_a_checkpoint_of_somebody_else_in_the_history_does_not_count(school: School) -> None:
    path = school.root / log.CHECKPOINT
    mine = path.read_bytes()
    for others in (mine.replace(b"\n5\n", b"\n500\n"), b"nothing\n"):
        path.write_bytes(others)
        commit(school, "Another checkpoint")
    path.write_bytes(mine)
    commit(school, "Mine")
    settled(school)


def test_a_committed_line_that_was_edited_stops_every_start(school: School) -> None:
    commit(school, "Issue")
    path = school.batch / "issued-0001.jsonl"
    mine = path.read_bytes()
    row = json.loads(mine.splitlines()[0])["row"].encode()
    path.write_bytes(mine.replace(row, b"0" * len(row)))
    for command in ("check", "issue", "refresh", "publish"):
        said = school.issuer("--quiet", command, code=1)
        assert f"records/{BATCH}/issued-0001.jsonl: was edited: lines that are committed were changed or are gone" in said
    path.write_bytes(mine)
    school.people(3)
    school.issuer("--quiet", "issue")
    school.issuer("--quiet", "publish")


@pytest.mark.parametrize("suite", data_integrity.SUITES)
@pytest.mark.parametrize("change", ["another's value", "another's name", "the other suite"])
def test_a_record_that_is_not_logged_needs_both_proofs(school: School, suite: str, change: str) -> None:
    path, logged = school.batch / "issued-0001.jsonl", school.files()
    whole = path.read_bytes()
    school.roster("Ada Boole,ada@example.org,Morning", "José Peña,jose@example.org,Evening", "Bo Li,bo@example.org,Evening")
    school.issuer("--quiet", "issue")
    value = json.loads(path.read_bytes().splitlines()[2])
    for name, data in logged.items():  # as a run leaves it that is killed before it logs
        (school.root / "records" / name).write_bytes(data)
    proofs = value["proofs"]
    if change == "another's value":
        proofs[suite]["proofValue"] = json.loads(whole.splitlines()[0])["proofs"][suite]["proofValue"]
    elif change == "another's name":
        proofs[suite]["verificationMethod"] = proofs[suite]["verificationMethod"].replace("did:web:", "did:web:x.")
    else:
        proofs[suite] = proofs[next(other for other in data_integrity.SUITES if other != suite)]
    path.write_bytes(whole + jcs.canonical(value) + b"\n")
    assert "is not signed by the issuer" in school.issuer("--quiet", "refresh", code=1)
