"""Issuing, correcting, revoking and rotating keys with the real commands."""

from __future__ import annotations

from pathlib import Path

from issuer import log, records
from issuer.formats import signed_note
from tests.school import School, found


def rotate(school: School, until: int) -> School:
    """Retire the school's key at a log index and take another into use."""
    second = school.key_file.with_name("second.key")
    new = school.json("keygen", "--out", str(second))["public_key"]
    path = school.root / "issuer.yml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("    from: 0 ", f"    until: {until}\n  - key: {new}\n    from: {until} "), "utf-8")
    return School(school.root, second)


def test_a_rotated_key_signs_what_is_current_and_old_certificates_stay_valid(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(3)
    school.issuer("--quiet", "issue")
    renewed = rotate(school, 3)
    assert "is not in use" in school.issuer("--quiet", "issue", code=3)
    assert renewed.json("verify", ".", code=1)["verdicts"]["not valid"] == 3  # nobody has signed the checkpoint anew yet
    before = (school.root / log.CHECKPOINT).read_bytes()
    assert renewed.json("issue")["signed"] == 0
    after = (school.root / log.CHECKPOINT).read_bytes()
    assert signed_note.parse(before).text == signed_note.parse(after).text
    assert before != after
    assert renewed.json("verify", ".")["verdicts"]["valid"] == 3
    renewed.people(5)
    assert renewed.json("issue")["signed"] == 2
    assert renewed.json("verify", ".")["verdicts"] == {"valid": 5, "not valid": 0, "cannot tell": 0}
    signers = [record.proofs["eddsa-jcs-2022"]["verificationMethod"].partition("#")[2] for record in records.read(school.root)]
    first, second = keys(school)
    assert signers == [first] * 3 + [second] * 2


def keys(school: School) -> list[str]:
    """The Multikeys of issuer.yml."""
    lines = (school.root / "issuer.yml").read_text("utf-8").splitlines()
    return [line.partition("key: ")[2] for line in lines if "- key: " in line]


def test_a_key_outside_its_window_signs_nothing(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(3)
    school.issuer("--quiet", "issue")
    renewed = rotate(school, 5)
    renewed.people(4)
    before = school.files()
    assert "may not sign log entry 3" in renewed.issuer("--quiet", "issue", code=3)
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
    assert old.status_index != new.status_index
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
    assert "revoked already" in school.issuer("--quiet", "revoke", number, "--reason", "Again", code=2)
    school.roster("Ada B. Boole,ada@example.org,Evening")
    assert school.json("issue")["signed"] == 0
    assert len(list(records.read(school.root))) == 1


def test_a_stale_status_list_cannot_tell_until_it_is_refreshed(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(1)
    school.issuer("--quiet", "issue", now="2026-06-01T08:00:00Z")
    late = "2026-06-09T08:00:00Z"
    assert school.json("verify", ".", code=1, now=late)["verdicts"]["cannot tell"] == 1
    before = school.files()
    school.issuer("--quiet", "issue", now=late)
    assert school.files() == before
    school.issuer("--quiet", "refresh", now=late)
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
