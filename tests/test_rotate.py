"""Keys that are replaced: the plan, the real command, thieves, and kills at every write."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from issuer import key_file, key_ring, records, signing
from issuer.config import IssuerConfig, Use, read_issuer
from issuer.formats import multikey, signed_note, timestamp
from issuer.log import CHECKPOINT
from tests.school import School, found

NOW = "2026-06-01T08:00:00Z"
TODAY = timestamp.serialise(dt.datetime.now(dt.UTC).replace(microsecond=0))
"""For what is verified by the clock of this machine afterwards: lists and checkpoints of another day would be out of date."""
EVERY = ("credentials", "status", "log")


@pytest.fixture
def school(tmp_path: Path) -> School:
    """A school that issued three certificates."""
    school = found(tmp_path)
    school.people(3)
    school.issuer("--quiet", "issue", now="2026-06-01T08:00:00Z")
    return school


def config(school: School) -> IssuerConfig:
    return read_issuer(school.root / "issuer.yml")


def in_file(path: Path) -> dict[str, tuple[str, ...]]:
    """The public halves of a key file's secrets, with their labels."""
    return {signing.SecretKey(secret.seed).public: secret.labels for secret in key_ring.parse(path.read_text())}


def in_use(school: School) -> dict[str, tuple[str, ...]]:
    return {window.key: window.use for window in config(school).keys if window.until is None}


def signers(school: School) -> list[str]:
    return [record.key for record in records.read(school.root)]


def verdicts(school: School, code: int = 0, now: str | None = None) -> dict[str, int]:
    counts: dict[str, int] = {name: count for name, count in school.json("verify", ".", code=code, now=now)["verdicts"].items() if count}
    return counts


def test_every_key_is_replaced_and_old_and_new_certificates_are_valid(school: School) -> None:
    old = in_use(school)
    before = school.key_file.read_text()
    size = int((school.root / CHECKPOINT).read_text().split("\n")[1])
    said = school.json("rotate", now=TODAY)
    assert [window["until"] for window in said["ended"]] == [size] * 3
    assert [(tuple(window["use"]), window["from"]) for window in said["begun"]] == [((use,), size) for use in EVERY]
    assert said["settled"] is True
    assert in_file(school.key_file) == in_use(school)
    retired = school.key_file.with_name(f"school.key.retired-{TODAY[:10]}")
    assert said["retired_file"] == str(retired)
    assert in_file(retired) == old
    assert [path.stat().st_mode & 0o777 for path in (school.key_file, retired)] == [0o600, 0o600]
    assert before.partition("\n")[0] == school.key_file.read_text().partition("\n")[0]
    assert verdicts(school) == {"valid": 3}
    school.people(5)
    assert school.json("issue")["signed"] == 2
    assert verdicts(school) == {"valid": 5}
    first, second = next(iter(old)), next(iter(in_use(school)))
    assert signers(school) == [first] * 3 + [second] * 2
    school.issuer("--quiet", "publish")
    assert school.json("rotate", "--dry-run")["ended"][0]["key"] == second


def test_the_checkpoint_of_the_change_is_signed_by_the_old_and_the_new_key(school: School) -> None:
    old = config(school).key_for("log")
    school.issuer("--quiet", "rotate")
    new = config(school).key_for("log")
    note = signed_note.parse((school.root / CHECKPOINT).read_bytes())
    assert old
    assert new
    assert [signed_note.verify(note, "certificates.example.org/log", multikey.decode_public(key)) for key in (new, old)] == [True, True]
    school.people(4)
    school.issuer("--quiet", "issue")
    note = signed_note.parse((school.root / CHECKPOINT).read_bytes())
    assert len(note.signatures) == 1


def test_one_use_alone(school: School) -> None:
    old = in_use(school)
    school.issuer("--quiet", "rotate", "--use", "status")
    new = in_use(school)
    assert [use for key, use in new.items() if key not in old] == [("status",)]
    assert in_file(school.key_file) == new
    assert verdicts(school) == {"valid": 3}


def test_one_key_for_all_becomes_three(tmp_path: Path) -> None:
    school = found(tmp_path, options=("--one-key",))
    school.people(2)
    school.issuer("--quiet", "issue")
    assert list(in_use(school).values()) == [EVERY]
    assert list(in_file(school.key_file).values()) == [()]
    school.issuer("--quiet", "rotate", "--use", "log")
    assert list(in_use(school).values()) == [EVERY]  # a key has one window: its other uses go with it
    school.issuer("--quiet", "rotate", "--apart")
    assert sorted(in_use(school).values()) == [("credentials",), ("log",), ("status",)]
    assert verdicts(school) == {"valid": 2}


def test_what_a_thief_signs_with_the_old_key_is_refused(school: School) -> None:
    stolen = key_ring.parse(school.key_file.read_text())
    school.issuer("--quiet", "rotate", "--compromised", now=TODAY)
    assert [window.compromised is None for window in config(school).keys] == [False] * 3 + [True] * 3
    assert verdicts(school) == {"valid": 3}
    thief = forged(school, signing.SecretKey(stolen[0].seed))
    said = school.issuer("--quiet", "issue", code=1)
    assert "this record is in no log and is not signed by the issuer" in said
    assert thief in said
    record = list(records.read(school.root))[-1]
    (school.root / "theirs.json").write_bytes(record.record_json())
    found = school.json("verify", "theirs.json", code=1)["results"][0]
    assert found["verdict"] != "valid"
    assert {check["name"] for check in found["checks"] if check["result"] != "pass"} >= {"log"}


def forged(school: School, key: signing.SecretKey) -> str:
    """Put a record that this key signed behind the others, as somebody who can push would. Returns its place."""
    last = list(records.read(school.root))[-1]
    number = "0" * 26
    credential = {**last.credential, "id": last.credential["id"].replace(last.id, number)}
    proofs = signing.prove(credential, key, "did:web:certificates.example.org", "2026-06-02T08:00:00Z")
    row = hashlib.sha256(b"thief").hexdigest()
    changes: dict[str, Any] = {"row": row[: len(last.row)], "content": row, "credential": credential, "proofs": proofs}
    path = next(school.batch.glob("issued-*.jsonl"))
    forgery = type(last)(**{**{name: getattr(last, name) for name in last.__dataclass_fields__}, **changes})
    path.write_bytes(path.read_bytes() + forgery.line())
    return f"{path.relative_to(school.root)}:{len(path.read_bytes().splitlines())}"


def test_from_an_index_and_since_a_day(school: School, tmp_path: Path) -> None:
    school.people(5)
    school.issuer("--quiet", "issue", now="2026-06-08T08:00:00Z")
    size = int((school.root / CHECKPOINT).read_text().split("\n")[1])
    for option, first in (
        (("--from", str(size - 1)), size - 1),
        (("--since", "2026-06-08"), size - 2),
        (("--since", "2026-06-02"), size - 2),
        (("--since", "2026-06-09"), size),
    ):
        said = school.json("rotate", "--compromised", "--dry-run", *option)
        assert [window["until"] for window in said["ended"]] == [first] * 3
    assert f"--from {size + 1} is beyond the end of the log" in school.issuer("rotate", "--compromised", "--from", str(size + 1), code=2)
    assert "go with --compromised" in school.issuer("rotate", "--from", "1", code=2)
    assert "go with --compromised" in school.issuer("rotate", "--compromised", "--from", "1", "--since", "2026-01-01", code=2)
    shown = school.issuer("rotate", "--compromised", "--since", "2026-06-08", "--dry-run")
    assert "2 certificates will no longer be valid until the next `issuer issue` signs them again" in shown
    assert "what it signed" not in shown
    done = school.issuer("--quiet", "rotate", "--compromised", "--since", "2026-06-08")
    assert "2 certificates will no longer be valid until the next `issuer issue`" in done
    next_ = done.index("Next: `issuer issue`, which signs again what was yours; revoke only what is not.")
    assert next_ < done.index("commit issuer.yml")
    assert verdicts(school, code=1) == {"valid": 3, "not valid": 2}
    assert school.json("issue")["signed"] == 2
    assert verdicts(school) == {"valid": 5}


def test_a_dry_run_writes_nothing(school: School) -> None:
    before = {path: path.read_bytes() for path in (*school.root.rglob("*"), *school.key_file.parent.iterdir()) if path.is_file()}
    assert "Nothing was written." in school.issuer("rotate", "--dry-run")
    assert [window["key"] for window in school.json("rotate", "--dry-run")["begun"]] == [None] * 3
    assert {path: path.read_bytes() for path in (*school.root.rglob("*"), *school.key_file.parent.iterdir()) if path.is_file()} == before


def test_a_lost_key_is_replaced_like_any_other(school: School, tmp_path: Path) -> None:
    school.key_file.rename(tmp_path / "lost")
    out = tmp_path / "elsewhere" / "new.key"
    without = School(school.root, Path())
    said = without.issuer("--quiet", "rotate", "--out", str(out))
    assert f"export ISSUER_SIGNING_KEY_FILE={out}" in said
    renewed = School(school.root, out)
    assert verdicts(renewed) == {"valid": 3}
    assert "are in use already" in renewed.issuer("--quiet", "rotate", "--out", str(out))
    assert "no one key file" in without.issuer("rotate", code=2)
    assert "lies inside" in without.issuer("rotate", "--out", str(school.root / "new.key"), code=3)


def test_what_no_log_names_yet_is_not_left_outside_the_window(school: School) -> None:
    key = signing.load_keys({"ISSUER_SIGNING_KEY_FILE": str(school.key_file)}, school.root, config(school)).credentials
    assert isinstance(key, signing.SecretKey)
    place = forged(school, key)
    before = (school.root / "issuer.yml").read_bytes()
    said = school.issuer("--quiet", "rotate", code=1)
    assert place in said
    assert "run `issuer issue` with the old keys first" in said
    assert (school.root / "issuer.yml").read_bytes() == before


def test_only_ci_writes_the_records(school: School) -> None:
    before = school.files()
    said = school.json("rotate", "--keys-only")
    assert said["settled"] is False
    assert school.files() == before
    assert in_file(school.key_file) == in_use(school)
    school.issuer("--quiet", "issue")
    assert verdicts(school) == {"valid": 3}


def test_before_anything_was_issued(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.issuer("--quiet", "rotate")
    school.people(2)
    school.issuer("--quiet", "issue")
    assert verdicts(school) == {"valid": 2}


def test_a_sealed_file_stays_sealed(tmp_path: Path) -> None:
    passphrase = "a harbour full of boats"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISSUER_SIGNING_KEY_PASSPHRASE", passphrase)
        school = found(tmp_path, options=("--passphrase",))
        school.people(1)
        school.issuer("--quiet", "issue")
        school.issuer("--quiet", "rotate", now=TODAY)
        assert verdicts(school) == {"valid": 1}
    for path in (school.key_file, school.key_file.with_name(f"school.key.retired-{TODAY[:10]}")):
        assert path.read_text().startswith("issuer-key-file-v1 argon2id ")
        assert len(key_ring.parse(key_file.unseal(path.read_text(), passphrase))) == 3
    assert "is sealed with a passphrase" in school.issuer("issue", code=3)


def test_secrets_that_waited_in_a_leaked_file_are_not_taken(school: School) -> None:
    waiting = key_ring.Secret(("credentials",), hashlib.sha256(b"waiting").digest())
    public = signing.SecretKey(waiting.seed).public
    for options, taken in ((("--compromised",), False), ((), True)):
        key_file.replace(key_file.KeyFile(school.key_file, ""), key_ring.extended(school.key_file.read_text(), [waiting]))
        school.issuer("--quiet", "rotate", "--use", "credentials", *options)
        assert (public in in_use(school)) is taken
        assert in_file(school.key_file) == in_use(school)


def test_since_is_a_day_that_was_and_reaches_no_further_than_the_key(school: School) -> None:
    assert "is in the future" in school.issuer("rotate", "--compromised", "--since", "2026-06-02", code=2, now=NOW)
    school.issuer("--quiet", "rotate", now="2026-06-08T08:00:00Z")
    begun = min(window.from_ for window in config(school).keys if window.until is None)
    shown = school.issuer("rotate", "--compromised", "--since", "2026-06-01", "--dry-run", now="2026-06-09T08:00:00Z")
    assert f"begins at its own first entry, {begun}, not at entry 0: keys before it are not covered" in shown
    assert "compromised: nothing that it signed counts" in shown


def test_what_becomes_of_old_signatures_is_said_for_each_use(school: School) -> None:
    size = int((school.root / CHECKPOINT).read_text().split("\n")[1])
    shown = school.issuer("rotate", "--dry-run").splitlines()
    assert [line.split("   ", 3)[-1].strip() for line in shown if line.startswith("ends")] == [
        f"what it signed before log entry {size} stays valid",
        "status lists are signed anew with the new key",
        "checkpoints are signed anew with the new key",
    ]


def end_by_hand(school: School, use: Use, more: str = "") -> str:
    """What the guide says for windows written by hand, with the new secret behind the old one in the key file. Returns the new key."""
    secret = key_ring.Secret((use,), hashlib.sha256(use.encode()).digest())
    public = signing.SecretKey(secret.seed).public
    key_file.replace(key_file.KeyFile(school.key_file, ""), key_ring.extended(school.key_file.read_text(), [secret]))
    size = (school.root / CHECKPOINT).read_text().split("\n")[1]
    path = school.root / "issuer.yml"
    old, text = f"use: [{use}]", path.read_text()
    assert text.count(old) == 1
    begun = f"\n  - key: {public}\n    from: {size}\n    use: [{use}]\n"
    ended = text.replace(old, f"{old}\n    until: {size}{more}")
    last = ended.index("\n", ended.rindex("    use: [log]" if use != "log" else f"    until: {size}"))
    path.write_text(ended[:last] + begun + ended[last + 1 :])
    assert config(school).key_for(use) == public
    return public


@pytest.mark.parametrize("more", ["", "\n    compromised: 2026-06-01"])
@pytest.mark.parametrize("people", [3, 4])
def test_a_leaked_key_is_replaced_though_the_file_holds_a_retired_one(school: School, more: str, people: int) -> None:
    end_by_hand(school, "credentials", more)
    school.people(people)
    school.issuer("--quiet", "issue")
    leaked = in_use(school)
    said = school.issuer("--quiet", "rotate", "--compromised")
    assert "not finished" not in said
    assert not set(leaked) & set(in_use(school))
    assert all(window.compromised for window in config(school).keys if window.key in leaked)
    assert in_file(school.key_file) == in_use(school)
    assert verdicts(school)["valid"] == people


def test_a_retired_key_in_the_file_is_no_unfinished_rotation(school: School) -> None:
    end_by_hand(school, "status")
    school.people(4)
    school.issuer("--quiet", "issue")
    before = in_use(school)
    school.issuer("--quiet", "rotate")
    assert not set(before) & set(in_use(school))
    assert in_file(school.key_file) == in_use(school)
    assert verdicts(school) == {"valid": 4}


def test_another_use_is_rotated_after_what_was_not_finished(school: School) -> None:
    status, log = end_by_hand(school, "status"), config(school).key_for("log")
    assert "and after it what you ask for is done" in school.issuer("rotate", "--use", "log", "--dry-run")
    said = school.issuer("--quiet", "rotate", "--use", "log")
    assert "an earlier rotation was not finished. It is now.\n" in said
    assert config(school).key_for("status") == status
    assert config(school).key_for("log") != log
    assert in_file(school.key_file) == in_use(school)
    assert verdicts(school) == {"valid": 3}


def test_an_alarm_in_the_middle_of_a_rotation_completes_it_and_replaces_the_keys(school: School) -> None:
    run_killed(school, 4, "after", "rotate")
    old = [window.key for window in config(school).keys if window.until is not None]
    begun = in_use(school)
    assert len(old) == len(begun) == 3
    said = school.issuer("--quiet", "rotate", "--compromised", now=NOW)
    assert "an earlier rotation was not finished. It is now.\n" in said
    assert all(f"retired  {key}" in said for key in old)
    assert not set(begun) & set(in_use(school))
    assert in_file(school.key_file) == in_use(school)
    assert verdicts(school, now=NOW) == {"valid": 3}


def test_an_alarm_that_was_stopped_and_comes_again(school: School) -> None:
    run_killed(school, 4, "after", "rotate", "--compromised")
    begun = in_use(school)
    assert "If a key that is in use now leaked, run it again." in school.issuer("--quiet", "rotate", "--compromised", code=1, now=NOW)
    assert in_use(school) == in_file(school.key_file) == begun
    school.issuer("--quiet", "rotate", "--compromised", now=NOW)
    assert not set(begun) & set(in_use(school))


def test_a_stopped_rotation_is_completed_and_no_more(school: School) -> None:
    run_killed(school, 4, "after", "rotate")
    begun = in_use(school)
    assert "No further keys were made" in school.issuer("--quiet", "rotate", now=NOW)
    assert in_use(school) == in_file(school.key_file) == begun


KILLED = """
import os, signal, sys
from issuer import cli

left = int(sys.argv[1])
after = sys.argv[2] == "after"
fsync = os.fsync

def killed(handle):
    global left
    left -= 1
    if left == 0 and not after:
        os.kill(os.getpid(), signal.SIGKILL)
    fsync(handle)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

os.fsync = killed
sys.exit(cli.run(sys.argv[3:]))
"""


def run_killed(school: School, write: int, when: str, *command: str) -> bool:
    """Run a command that is killed at its nth write. Returns whether it came that far."""
    environment = {**os.environ, "ISSUER_SIGNING_KEY_FILE": str(school.key_file), "ISSUER_NOW": NOW}
    arguments = [sys.executable, "-c", KILLED, str(write), when, "--quiet", *command]
    done = subprocess.run(arguments, cwd=school.root, env=environment, capture_output=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.parametrize("first", ["rotate", "issue"])
def test_rotate_killed_at_every_write(tmp_path: Path, first: str) -> None:
    write = 0
    began = found(tmp_path / "began")
    began.people(2)
    began.issuer("--quiet", "issue", now=NOW)
    old = in_use(began)
    while True:
        write += 1
        school = School(tmp_path / f"{write}" / "school", tmp_path / f"{write}" / "keys" / "school.key")
        shutil.copytree(tmp_path / "began", tmp_path / f"{write}")
        if not run_killed(school, write, "before" if write % 2 else "after", "rotate"):
            break
        if first == "issue":  # whoever does not know that a rotation was stopped can go on
            school.people(3)
            assert school.json("issue", now=NOW)["signed"] == 1
            assert verdicts(school, now=NOW) == {"valid": 3}
        if in_file(school.key_file) != in_use(school) or set(old) & set(in_use(school)):  # else it was killed behind its last write
            school.issuer("--quiet", "rotate", now=NOW)
        assert len(in_use(school)) == 3
        assert not set(in_use(school)) & set(old)
        assert in_file(school.key_file) == in_use(school)
        retired = list(school.key_file.parent.glob("*.retired-*"))
        gone = {key for path in retired for key in in_file(path)}
        assert gone == {window.key for window in config(school).keys if window.until is not None} >= set(old)
        if first == "rotate":
            assert [in_file(path) for path in retired] == [old]
        assert verdicts(school, now=NOW) == {"valid": 2 if first == "rotate" else 3}
        assert not list(school.key_file.parent.glob(".*"))
    assert write > 12
