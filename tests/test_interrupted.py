"""A run that is killed at any write is completed by the next one: nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from issuer import records
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


@pytest.mark.parametrize("when", ["before", "after"])
def test_issue_killed_at_every_write(tmp_path: Path, when: str) -> None:
    writes = 0
    while True:
        writes += 1
        school = found(tmp_path / f"{writes}")
        school.people(3)
        if not run_killed(school, writes, when, "issue"):
            break
        check_whole(school, 3)
        assert school.json("verify", ".")["verdicts"]["valid"] == 3
    assert writes > 7


def test_issue_killed_between_two_groups_of_records(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(260)
    assert run_killed(school, 4, "after", "issue")
    assert 0 < len(list(records.read(school.root))) < 260
    check_whole(school, 260)


def test_a_killed_revocation_is_completed_by_the_next_issue(tmp_path: Path) -> None:
    for write in range(1, 5):
        school = found(tmp_path / f"{write}")
        school.people(2)
        school.issuer("--quiet", "issue")
        number = next(records.read(school.root)).id
        assert run_killed(school, write, "after", "revoke", number, "--reason", "Issued by mistake")
        school.issuer("--quiet", "issue")
        assert school.json("verify", ".", code=1)["verdicts"] == {"valid": 1, "not valid": 1, "cannot tell": 0}
        assert (school.root / "records/revocations.csv").read_text().count(number) == 1
