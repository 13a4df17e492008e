"""Issuing, correcting, revoking and rotating keys with the real commands."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import nullcontext
from pathlib import Path

import pytest

from issuer import log, records
from issuer.commands.issue import issue
from issuer.commands.planned import check
from issuer.commands.session import Session
from issuer.errors import RefusedError
from issuer.formats import multikey, signed_note
from tests.school import School, found


def rotate(school: School, until: int, *, compromised: str | None = None) -> School:
    """Retire the school's keys at a log index and take another into use for everything. compromised: the day, if the key for credentials
    was stolen."""
    second = school.key_file.with_name("second.key")
    new = school.json("keygen", "--out", str(second))["public_key"]
    path = school.root / "issuer.yml"
    text = path.read_text("utf-8").replace("    from: 0\n", f"    from: 0\n    until: {until}\n")
    if compromised is not None:
        text = text.replace("    use: [credentials]\n", f"    use: [credentials]\n    compromised: {compromised}\n")
    path.write_text(text.replace("\nmail:", f"  - key: {new}\n    from: {until}\n\nmail:"), "utf-8")
    return School(school.root, second)


def test_a_rotated_key_signs_what_is_current_and_old_certificates_stay_valid(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(3)
    school.issuer("--quiet", "issue")
    renewed = rotate(school, 6)
    assert "is not in use" in school.issuer("--quiet", "issue", code=3)
    assert renewed.json("verify", ".", code=1)["verdicts"]["not valid"] == 3  # nobody has signed the checkpoint anew yet
    assert renewed.json("issue")["signed"] == 0
    new = keys(school)[-1]
    note = signed_note.parse((school.root / log.CHECKPOINT).read_bytes())
    assert signed_note.verify(note, "certificates.example.org/log", multikey.decode_public(new))
    assert renewed.json("verify", ".")["verdicts"]["valid"] == 3
    renewed.people(5)
    assert renewed.json("issue")["signed"] == 2
    assert renewed.json("verify", ".")["verdicts"] == {"valid": 5, "not valid": 0, "cannot tell": 0}
    assert [record.key for record in records.read(school.root)] == [keys(school)[0]] * 3 + [new] * 2


def keys(school: School) -> list[str]:
    """The Multikeys of issuer.yml."""
    lines = (school.root / "issuer.yml").read_text("utf-8").splitlines()
    return [line.partition("key: ")[2] for line in lines if "- key: " in line]


def test_a_key_outside_its_window_signs_nothing(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(3)
    school.issuer("--quiet", "issue")
    renewed = rotate(school, 8)
    renewed.people(4)
    before = school.files()
    assert "may not sign log entry 6" in renewed.issuer("--quiet", "issue", code=3)
    assert school.files() == before


def test_corrections_keep_id_and_address_and_replace_the_old_copy(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.roster("Ada Boole,ada@example.org,Morning")
    school.issuer("--quiet", "issue", now="2026-06-01T08:00:00Z")
    school.roster("Ada Bóole,ada@example.org,Morning")
    assert school.json("check", now="2026-06-02T08:00:00Z")["batches"][0]["corrections"][0]["changes"] == [
        {"field": "name", "old": "Ada Boole", "new": "Ada Bóole"}
    ]
    school.issuer("--quiet", "issue", now="2026-06-02T08:00:00Z")
    old, new = records.read(school.root)
    assert (old.id, old.credential["id"], old.credential["awardedDate"]) == (new.id, new.credential["id"], new.credential["awardedDate"])
    assert old.credential["validFrom"] < new.credential["validFrom"]
    assert old.status.index != new.status.index
    assert (old.revision, new.revision) == (1, 2)
    assert school.json("verify", ".", now="2026-06-02T09:00:00Z")["verdicts"]["valid"] == 1
    copy = tmp_path / "old.json"
    copy.write_bytes(old.record_json())
    result = school.json("verify", str(copy), code=1, now="2026-06-02T09:00:00Z")["results"][0]
    assert {check["code"] for check in result["checks"] if check["result"] == "fail"} == {"log-entry-mismatch", "replaced"}


def test_a_revoked_person_gets_no_new_certificate_by_a_changed_row(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.roster("Ada Boole,ada@example.org,Morning")
    school.issuer("--quiet", "issue")
    number = next(records.read(school.root)).id
    school.issuer("--quiet", "revoke", number, "--reason", "Issued by mistake")
    assert "revoked already" in school.issuer("--quiet", "revoke", number, "--reason", "Again")
    school.roster("Ada B. Boole,ada@example.org,Evening")
    assert school.json("issue")["signed"] == 0
    assert len(list(records.read(school.root))) == 1


@pytest.mark.parametrize("command", ["issue", "refresh"])
def test_a_stale_status_list_cannot_tell_until_it_is_signed_again(tmp_path: Path, command: str) -> None:
    school = found(tmp_path)
    school.people(1)
    school.issuer("--quiet", "issue", now="2026-06-01T08:00:00Z")
    late = "2026-06-09T08:00:00Z"
    assert school.json("verify", ".", code=1, now=late)["verdicts"]["cannot tell"] == 1
    school.issuer("--quiet", command, now=late)
    assert school.json("verify", ".", now=late)["verdicts"]["valid"] == 1


def test_a_record_that_somebody_slipped_in_is_refused(tmp_path: Path) -> None:
    school, stranger = found(tmp_path / "a"), found(tmp_path / "b")
    for other in (school, stranger):
        other.people(2)
        other.issuer("--quiet", "issue")
    mine, theirs = (other.batch / "issued-0001.jsonl" for other in (school, stranger))
    whole = mine.read_bytes()
    mine.write_bytes(whole + theirs.read_bytes().splitlines(keepends=True)[0])
    school.people(3)
    said = school.issuer("--quiet", "issue", code=1)
    assert "issued-0001.jsonl:3" in said
    assert "is not signed by the issuer" in said


def test_a_thousand_and_one_records_fill_two_files(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(1001)
    assert school.json("issue")["signed"] == 1001
    counts = [path.read_bytes().count(b"\n") for path in sorted(school.batch.glob("issued-*.jsonl"))]
    assert counts == [1000, 1]
    assert "Nothing is new" in school.issuer("--quiet", "issue")


def session(school: School) -> Session:
    """A run of its own, as another process would have it."""
    return Session(
        folder=school.root,
        now=dt.datetime(2026, 6, 1, tzinfo=dt.UTC),
        environment={"ISSUER_SIGNING_KEY_FILE": os.fspath(school.key_file)},
        steps=lambda _title, _total=None: nullcontext(lambda _count: None),
    )


def test_two_runs_at_once_issue_each_certificate_once(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(3)
    first, second = session(school), session(school)
    plans = check(first, ()), check(second, ())  # both see three new rows before either signs
    assert issue(first, plans[0]).signed == 3
    assert issue(second, plans[1]).signed == 0
    assert len(list(records.read(school.root))) == 3
    assert school.json("verify", ".", now="2026-06-01T01:00:00Z")["verdicts"]["valid"] == 3


def test_a_plan_that_another_run_overtook_with_other_values_is_refused(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.roster("Ada Boole,ada@example.org,Morning")
    late = session(school)
    old = check(late, ())
    school.roster("Ada Bóole,ada@example.org,Morning")
    school.issuer("--quiet", "issue")
    before = school.files()
    with pytest.raises(RefusedError, match="another run"):
        issue(late, old)
    assert school.files() == before


@pytest.mark.parametrize("command", [("refresh",), ("revoke", "--reason", "Issued by mistake")])
def test_nothing_is_signed_over_records_that_are_missing(tmp_path: Path, command: tuple[str, ...]) -> None:
    school = found(tmp_path)
    school.people(3)
    school.issuer("--quiet", "issue")
    file = school.batch / "issued-0001.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:2]))
    signed = [path for path in school.files() if path.startswith(("status/", "log", "checkpoint"))]
    before = school.files()
    ids = [next(records.read(school.root)).id] if command[0] == "revoke" else []
    assert "missing or were edited" in school.issuer("--quiet", *command, *ids, code=1, now="2027-01-01T00:00:00Z")
    assert {path: school.files()[path] for path in signed} == {path: before[path] for path in signed}


def test_a_site_on_which_good_certificates_would_not_be_valid_is_not_published(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(3)
    school.issuer("--quiet", "issue")
    school.issuer("--quiet", "publish")
    before = {path.name: path.read_bytes() for path in (school.root / "_site" / "trust").iterdir()}
    early = rotate(school, 5)  # the old key signed entry 5
    early.issuer("--quiet", "issue")
    assert "would not be valid: The key was not in use when this was logged" in early.issuer("--quiet", "publish", code=1)
    assert {path.name: path.read_bytes() for path in (school.root / "_site" / "trust").iterdir()} == before
    text = (school.root / "issuer.yml").read_text("utf-8").replace("until: 5", "until: 6").replace("from: 5", "from: 6")
    (school.root / "issuer.yml").write_text(text, "utf-8")
    early.issuer("--quiet", "publish")
    assert {path.name: path.read_bytes() for path in (school.root / "_site" / "trust").iterdir()} != before


def test_a_revocation_that_nobody_signed_is_not_forgotten(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(2)
    school.issuer("--quiet", "issue")
    number = next(records.read(school.root)).id
    without = School(school.root, tmp_path / "nowhere.key")
    said = without.issuer("--quiet", "revoke", number, "--reason", "Issued by mistake", code=3)
    assert "written, but not signed" in said
    for command in ("check", "publish"):
        assert "1 revocation not signed yet, so the pages do not show it" in school.issuer("--quiet", command)
    school.issuer("--quiet", "issue")
    for command in ("check", "publish"):
        assert "not signed yet" not in school.issuer("--quiet", command)
