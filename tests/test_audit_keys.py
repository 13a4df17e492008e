"""issuer audit on repositories whose keys were replaced or stolen, and on what else the settings allow."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from issuer import key_ring, log, signing
from issuer.formats.checkpoint import Checkpoint
from tests.auditing import audit, commit, config, copy_of, failed, first
from tests.school import BATCH, School, found

FILE = f"records/{BATCH}/issued-0001.jsonl"


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, School]:
    """A school whose keys were replaced after four certificates, and one whose keys were stolen after two of four."""
    schools = {}
    for name, options in (("rotated", []), ("stolen", ["--compromised", "--from", "5"])):
        school = found(tmp_path_factory.mktemp(name))
        school.people(4)
        school.issuer("--quiet", "issue", now="2026-06-01T08:00:00Z")
        commit(school, "Issue")
        shutil.copy(school.root / log.CHECKPOINT, school.root.parent / "checkpoint")
        school.issuer("--quiet", "rotate", *options, now="2026-06-02T08:00:00Z")
        commit(school, "Rotate")
        schools[name] = school
    return schools


@pytest.fixture
def rotated(originals: dict[str, School], tmp_path: Path) -> School:
    """A copy of the first."""
    return copy_of(originals["rotated"], tmp_path)


@pytest.fixture
def stolen(originals: dict[str, School], tmp_path: Path) -> School:
    """A copy of the second."""
    return copy_of(originals["stolen"], tmp_path)


def change_keys(school: School, *changes: tuple[int, str, str]) -> None:
    """Change issuer.yml: in the lines of each key (0-based), one text for another."""
    path = school.root / "issuer.yml"
    before, *keys = path.read_text("utf-8").split("  - key: ")
    for number, old, new in changes:
        assert old in keys[number]
        keys[number] = keys[number].replace(old, new, 1)
    path.write_text("  - key: ".join((before, *keys)), "utf-8")


def test_certificates_of_old_and_new_keys_are_green(rotated: School) -> None:
    rotated.people(6)
    rotated.issuer("--quiet", "issue", now="2026-06-03T08:00:00Z")
    commit(rotated, "Issue")
    report = audit(rotated, code=0)
    counts = {check["name"]: check["counts"] for check in report["checks"]}
    assert counts["record-keys"] == {"records": 6, "keys": 2, "void": 0}
    assert counts["log-keys"] == {"keys": 6, "events": 9}
    assert sorted(key["records"] for key in report["keys"]) == [0, 0, 0, 0, 2, 4]


def test_a_key_that_is_taken_back_into_use(rotated: School) -> None:
    change_keys(rotated, (0, "    until: 7\n", ""), (3, "from: 7", "from: 7\n    until: 7"))
    reopened = first(audit(rotated), "log-keys")
    assert (reopened["code"], reopened["index"]) == ("key-reopened", 10)


def test_a_window_that_was_made_longer(rotated: School) -> None:
    change_keys(rotated, (0, "until: 7", "until: 57"), (3, "from: 7", "from: 57"))
    longer = first(audit(rotated), "log-keys")
    assert (longer["code"], longer["where"]) == ("key-window-late", "records/log/entries-0001.jsonl:11, log entry 10")


def test_a_window_in_which_nothing_fits_is_called_empty(rotated: School) -> None:
    change_keys(rotated, (0, "until: 7", "until: 0"), (3, "from: 7", "from: 0"))
    outside = first(audit(rotated), "record-keys")
    assert (outside["code"], outside["message"].endswith("whose window is empty")) == ("key-outside-window", True)
    assert "revoke the certificate" in outside["hint"]


def test_a_key_for_something_else_than_the_log_says(rotated: School) -> None:
    change_keys(rotated, (0, "use: [credentials]", "use: [status]"), (1, "use: [status]", "use: [credentials]"))
    report = audit(rotated)
    assert (first(report, "log-keys")["code"], first(report, "log-keys")["index"]) == ("key-use-changed", 0)
    assert first(report, "record-keys")["code"] == "key-not-for-credentials"


def test_what_a_stolen_key_signed_is_red_until_it_is_signed_again(stolen: School) -> None:
    report = audit(stolen)
    outside = first(report, "record-keys")
    assert (outside["code"], outside["where"]) == ("key-outside-window", f"{FILE}:3, log entry 5")
    assert "run `issuer issue`" in outside["hint"]
    assert failed(report) == {"record-keys"}
    stolen.issuer("--quiet", "issue", now="2026-06-03T08:00:00Z")
    commit(stolen, "Issue again")
    counts = {check["name"]: check["counts"] for check in audit(stolen, code=0)["checks"]}
    assert counts["record-keys"] == {"records": 6, "keys": 2, "void": 2}
    assert counts["succession"]["corrections"] == 2


def test_a_compromise_that_issuer_yml_forgot(stolen: School) -> None:
    path = stolen.root / "issuer.yml"
    path.write_text("".join(line for line in path.read_text("utf-8").splitlines(keepends=True) if "compromised:" not in line), "utf-8")
    assert first(audit(stolen), "log-keys")["code"] == "key-cleared"


def test_a_checkpoint_of_a_stolen_key_proves_the_past_but_accuses_nobody(
    stolen: School, originals: dict[str, School], tmp_path: Path
) -> None:
    saved = originals["stolen"].root.parent / "checkpoint"
    assert audit(stolen, "--since", str(saved))["checks"][-1]["result"] == "pass"
    (retired,) = originals["stolen"].key_file.parent.glob("*.retired-*")
    secrets = [signing.SecretKey(secret.seed) for secret in key_ring.parse(retired.read_text("utf-8"))]
    window = next(window for window in config(stolen).keys if "log" in window.use)
    thief = next(secret for secret in secrets if secret.public == window.key)
    forged = tmp_path / "forged"
    forged.write_bytes(signing.sign_checkpoint(Checkpoint(log.origin(config(stolen)), 7, bytes(32)), thief))
    assert first(audit(stolen, "--since", str(forged)), "since")["code"] == "key-stolen"


def test_both_lists_in_a_credential(tmp_path: Path) -> None:
    school = found(tmp_path)
    path = school.root / "issuer.yml"
    path.write_text(path.read_text("utf-8") + "\nstatus_entries: [revocation, suspension]\n", "utf-8")
    school.people(2)
    school.issuer("--quiet", "issue", now="2026-06-01T08:00:00Z")
    commit(school, "Issue")
    assert audit(school, code=0)["verdict"] == "green"


def test_before_anything_was_issued(tmp_path: Path) -> None:
    report = audit(found(tmp_path), code=0)
    assert report["log"]["size"] == 0
    assert {check["name"]: check["counts"] for check in report["checks"]}["records"] == {"records": 0, "files": 0}


def test_entries_behind_the_checkpoint_are_a_warning(rotated: School) -> None:
    path = rotated.root / "records/log/entries-0001.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[-1]]))
    behind = first(audit(rotated, code=0), "log")
    assert (behind["result"], behind["code"], behind["index"]) == ("warning", "behind-checkpoint", len(lines))
