"""Keys for credentials, status lists and log, each where it is needed, with the real commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from issuer import key_ring, records, signing
from issuer.config import read_issuer
from issuer.formats import multikey, openssh
from tests.school import School, found
from tests.test_ssh_agent import add, agent

__all__ = ["agent"]  # the fixture
NOW = "2026-06-03T08:00:00Z"


@pytest.fixture
def school(tmp_path: Path) -> School:
    school = found(tmp_path)
    school.people(2)
    school.issuer("--quiet", "issue", now="2026-06-01T08:00:00Z")
    return school


def lines(school: School, *uses: str) -> str:
    """The lines of the key file for these uses, as somebody copies them into a secret of CI."""
    return "\n".join(line for line in school.key_file.read_text().splitlines() if line.split()[0] in uses)


def as_job(school: School, secret: str, *arguments: str, code: int = 0, more: dict[str, str] | None = None) -> str:
    """Run as a CI job that has nothing but the variable ISSUER_SIGNING_KEY, and more. Returns what it wrote."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "ISSUER_SIGNING_KEY": secret, "ISSUER_NOW": NOW, **(more or {})}
    command = [sys.executable, "-c", "import sys; from issuer import cli; sys.exit(cli.run(sys.argv[1:]))", "--quiet", *arguments]
    done = subprocess.run(command, cwd=school.root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert "z3u2" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_daily_job_has_no_key_for_credentials(school: School) -> None:
    before = school.files()
    assert "Status lists are fresh" in as_job(school, lines(school, "status", "log"), "refresh")
    changed = {name for name, data in school.files().items() if before.get(name) != data}
    assert changed
    assert all(name.startswith("status/") for name in changed)
    assert school.json("verify", ".", now="2026-06-09T08:00:00Z")["verdicts"]["valid"] == 2
    school.people(3)
    before = school.files()
    said = as_job(school, lines(school, "status", "log"), "issue", code=3)
    assert "the key for credentials, z6Mk" in said
    assert "is not at hand" in said
    assert school.files() == before


@pytest.mark.parametrize(
    ("command", "uses", "missing"), [("refresh", ("log", "credentials"), "the status lists"), ("refresh", ("status",), "the log")]
)
def test_a_job_with_too_few_keys_says_which_is_missing(school: School, command: str, uses: tuple[str, ...], missing: str) -> None:
    before = school.files()
    assert f"the key for {missing}, z6Mk" in as_job(school, lines(school, *uses), command, code=3)
    assert school.files() == before


def test_a_label_that_contradicts_is_an_error(school: School) -> None:
    said = as_job(school, lines(school, "status").replace("status", "log") + "\n" + lines(school, "log"), "refresh", code=3)
    assert "ISSUER_SIGNING_KEY labels the key z6Mk" in said
    assert "but issuer.yml uses it for status" in said


def test_a_key_for_lists_cannot_issue(school: School) -> None:
    """Whoever steals the daily job's keys writes a record with them: it is not the issuer's."""
    secrets = key_ring.parse(school.key_file.read_text())
    status = next(signing.SecretKey(secret.seed) for secret in secrets if secret.labels == ("status",))
    last = list(records.read(school.root))[-1]
    proofs = signing.prove(last.credential, status, "did:web:certificates.example.org", "2026-06-02T08:00:00Z")
    path = next(school.batch.glob("issued-*.jsonl"))
    changed = {name: getattr(last, name) for name in last.__dataclass_fields__} | {"proofs": proofs, "revision": last.revision + 1}
    path.write_bytes(path.read_bytes() + type(last)(**changed).line())
    assert "is not signed by the issuer" in school.issuer("--quiet", "issue", code=1)


def test_a_use_without_a_key_says_how_to_get_one(school: School) -> None:
    path = school.root / "issuer.yml"
    text = re.sub(r"  - key: \S+\n    from: 0\n    use: \[status\]\n", "", path.read_text("utf-8"))
    path.write_text(text, "utf-8")
    said = school.issuer("--quiet", "refresh", code=3)
    assert "no key is in use for the status lists" in said
    assert "issuer rotate --use status" in said
    school.issuer("--quiet", "rotate", "--use", "status")
    secrets = key_ring.parse(school.key_file.read_text())
    assert [secret.labels for secret in secrets] == [("credentials",), ("status",), ("log",), ("status",)]
    assert read_issuer(path).key_for("status") == signing.SecretKey(secrets[-1].seed).public  # the old one was in use: it never is again
    assert school.json("verify", ".")["verdicts"]["valid"] == 2


def test_credentials_from_an_ssh_agent_and_the_rest_from_a_file(agent: dict[str, str], tmp_path: Path) -> None:
    school = found(tmp_path / "work")
    public = multikey.encode_public(openssh.public_key_of_line(add(agent, tmp_path).read_text()))
    path = school.root / "issuer.yml"
    first = read_issuer(path).key_for("credentials")
    assert first
    path.write_text(path.read_text("utf-8").replace(first, public), "utf-8")
    rest = tmp_path / "rest.key"
    rest.write_text(lines(school, "status", "log"))
    rest.chmod(0o600)
    school.people(3)
    as_job(school, "ssh-agent", "issue", more={"ISSUER_SIGNING_KEY_FILE": str(rest), **agent})
    assert {record.key for record in records.read(school.root)} == {public}
    assert school.json("verify", ".", now=NOW)["verdicts"]["valid"] == 3
