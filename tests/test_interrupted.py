"""A run that is killed at any write is completed by the next one: nothing lost, nothing twice."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuer import log, records, status
from tests.school import School, found

KILLED = """
import os, signal, sys
from pathlib import Path
from issuer import cli, durable

left = int(sys.argv[1])
after = sys.argv[2] == "after"
replace = Path.replace

def killed(self, target):
    global left
    left -= "records" in Path(target).parts
    if left == 0 and not after:
        os.kill(os.getpid(), signal.SIGKILL)
    result = replace(self, target)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

Path.replace = killed
sys.exit(cli.run(sys.argv[3:]))
"""


def run_killed(school: School, write: int, when: str, *command: str) -> bool:
    """Run a command that is killed at its nth write. Returns whether it came that far."""
    environment = {**os.environ, "ISSUER_SIGNING_KEY_FILE": str(school.key_file)}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(write), when, "--quiet", *command],
        cwd=school.root,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode == -signal.SIGKILL


def check_whole(school: School, people: int) -> None:
    """Everybody has one certificate, all of them verify, and a further run changes nothing."""
    school.issuer("--quiet", "issue")
    everything = list(records.read(school.root))
    assert len({record.row for record in everything}) == people
    assert len({record.id for record in everything}) == len(everything) == people
    assert len({record.status.index for record in everything}) == people
    before = school.files()
    assert "Nothing is new" in school.issuer("--quiet", "issue")
    assert school.files() == before


def killed_at_every_write(school: School, when: str, *command: str) -> Iterator[School]:
    """Copies of a school, in each of which a command was killed at another write: at the first, the second and so on to the last."""
    for write in itertools.count(1):
        copy = School(school.root.with_name(f"{write}"), school.key_file)
        shutil.copytree(school.root, copy.root)
        if not run_killed(copy, write, when, *command):
            assert write > 4
            return
        yield copy
        shutil.rmtree(copy.root)


def events(school: School) -> Counter[str]:
    """How often the log says what."""
    return Counter(log.parse_entry(entry)["event"] for entry in log.entries(school.root))


@pytest.mark.parametrize("when", ["before", "after"])
def test_issue_killed_at_every_write(tmp_path: Path, when: str) -> None:
    school = found(tmp_path)
    school.people(3)
    for copy in killed_at_every_write(school, when, "issue"):
        check_whole(copy, 3)
        assert copy.json("verify", ".")["verdicts"]["valid"] == 3
        assert events(copy) == {"key-added": 3, "issued": 3}


def test_issue_killed_between_two_groups_of_records(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(260)
    assert run_killed(school, 3, "after", "issue")
    assert 0 < len(list(records.read(school.root))) < 260
    check_whole(school, 260)


def test_corrections_and_decisions_killed_at_every_write(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(4)
    school.issuer("--quiet", "issue")
    ids = [record.id for record in records.read(school.root)]
    status.append(school.root, "suspend", ids[:2], "The exam office looks into it", dt.date(2026, 7, 1))
    status.append(school.root, "revoke", ids[3:], "Issued by mistake", dt.date(2026, 7, 1))
    roster = school.batch / "roster.csv"
    roster.write_text(roster.read_text("utf-8").replace("person1@example.org,Morning", "person1@example.org,Evening"), "utf-8")
    for copy in killed_at_every_write(school, "after", "issue"):
        copy.issuer("--quiet", "issue")
        before = copy.files()
        assert "Nothing is new" in copy.issuer("--quiet", "issue")
        assert copy.files() == before
        assert events(copy) == {"key-added": 3, "issued": 4, "corrected": 1, "suspended": 2, "revoked": 1}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_revocation_is_completed_by_the_next_issue(tmp_path: Path, when: str) -> None:
    school = found(tmp_path)
    school.people(2)
    school.issuer("--quiet", "issue")
    number = next(records.read(school.root)).id
    for copy in killed_at_every_write(school, when, "revoke", number, "--reason", "Issued by mistake"):
        written = (copy.root / "records/revocations.csv").read_text().count(number)
        assert written == 1 or (written == 0 and when == "before")  # killed before it wrote anything
        copy.issuer("--quiet", "issue")
        assert copy.json("verify", ".", code=written)["verdicts"] == {"valid": 2 - written, "not valid": written, "cannot tell": 0}
        assert events(copy)["revoked"] == written


def test_refresh_killed_at_every_write(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(2)
    school.issuer("--quiet", "issue", now="2026-06-01T08:00:00Z")
    status.append(school.root, "suspend", [next(records.read(school.root)).id], "The exam office looks into it", dt.date(2026, 7, 1))
    for copy in killed_at_every_write(school, "before", "refresh"):
        copy.issuer("--quiet", "refresh")
        before = copy.files()
        copy.issuer("--quiet", "refresh")
        assert copy.files() == before
        assert events(copy)["suspended"] == 1
        assert copy.json("verify", ".", code=1)["verdicts"] == {"valid": 1, "not valid": 1, "cannot tell": 0}
