"""Issuing repositories with a history, for the tests of the audit: by CI, by people, and by somebody who has the keys and no shame."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from issuer import log, records, signing, status
from issuer.config import IssuerConfig, read_issuer
from issuer.formats import merkle
from issuer.formats.checkpoint import Checkpoint
from issuer.records import Record
from issuer.signing import Keys
from tests.school import School, found

CI = ("Records CI", "ci@example.org")
ANNA = ("Anna Ruiz", "anna@example.org")
NOW = "2026-06-05T08:00:00Z"


def git(school: School, *arguments: str, who: tuple[str, str] = CI, day: str = "2026-06-01") -> str:
    """Run git in the repository as this person. Returns what it prints."""
    name, email = who
    moment = f"{day}T12:00:00Z"
    person = {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": email,
        "GIT_AUTHOR_DATE": moment,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": email,
        "GIT_COMMITTER_DATE": moment,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
    }
    done = subprocess.run(["git", *arguments], cwd=school.root, env={**os.environ, **person}, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(school: School, message: str, *, who: tuple[str, str] = CI, day: str = "2026-06-01") -> str:
    """Commit everything. Returns the commit's id."""
    git(school, "add", "--all")
    git(school, "commit", "--quiet", "--message", message, who=who, day=day)
    return git(school, "rev-parse", "HEAD")


def history(school: School) -> list[str]:
    """Three days: five people; a correction and three more people by a pull request, reviewed; one revoked, one suspended.
    Returns the commits of CI."""
    settings = school.root / "issuer.yml"
    settings.write_text(settings.read_text("utf-8") + "\naudit:\n  ci: [ci@example.org]\n", "utf-8")
    rows = [f"Person Nº {number},person{number}@example.org,Morning" for number in range(8)]
    school.roster(*rows[:5])
    commit(school, "First roster\n\nReviewed-by: Bo Li <bo@example.org>", who=ANNA)
    school.issuer("issue", now="2026-06-01T08:00:00Z")
    commits = [commit(school, "Issue")]
    git(school, "checkout", "--quiet", "-b", "more", who=ANNA)
    school.roster(rows[0].replace("Person Nº 0", "Person Zero"), *rows[1:])
    commit(school, "More people", who=ANNA, day="2026-06-02")
    git(school, "checkout", "--quiet", "main", who=ANNA)
    message = "Merge pull request #12 from anna/more\n\nReviewed-by: Bo Li <bo@example.org>"
    git(school, "merge", "--quiet", "--no-ff", "more", "--message", message, who=ANNA, day="2026-06-02")
    school.issuer("issue", now="2026-06-02T08:00:00Z")
    commits.append(commit(school, "Issue", day="2026-06-02"))
    numbers = ids(school)
    school.issuer("revoke", numbers[1], "--reason", "Issued by mistake", now="2026-06-03T08:00:00Z")
    school.issuer("suspend", numbers[2], "--reason", "Under review", now="2026-06-03T09:00:00Z")
    return [*commits, commit(school, "Revoke and suspend\n\nReviewed-by: Bo Li <bo@example.org>", day="2026-06-03")]


def with_history(folder: Path) -> School:
    """A new school below folder with the history of three days."""
    school = found(folder)
    history(school)
    return school


def copy_of(school: School, folder: Path) -> School:
    """A copy of a school below folder, to do things to."""
    shutil.copytree(school.root, folder / "school")
    return School(folder / "school", school.key_file)


def ids(school: School) -> list[str]:
    """The ids of the records, in their order, each once."""
    return list(dict.fromkeys(record.id for record in records.read(school.root)))


def config(school: School) -> IssuerConfig:
    """issuer.yml."""
    return read_issuer(school.root / "issuer.yml")


def keys(school: School) -> Keys:
    """The school's secret keys."""
    return signing.load_keys({signing.ENVIRONMENT_FILE: str(school.key_file)}, school.root, config(school))


def edit_record(
    school: School, position: int, change: Callable[[dict[str, Any]], object], *, sign: signing.SigningKey | None = None
) -> None:
    """Change the credential of one record on the disk. position: in the order of the records; sign: with this key anew."""
    found = list(records.read(school.root))[position]
    assert found.place is not None
    change(found.credential)
    proofs = found.proofs
    if sign is not None:
        proofs = signing.prove(found.credential, sign, found.credential["issuer"]["id"], proofs["eddsa-jcs-2022"]["created"])
    changed = Record(**{**{name: getattr(found, name) for name in Record.__dataclass_fields__}, "proofs": proofs})
    edit_line(school, found.place.file, found.place.line or 0, lambda _: changed.line())


def edit_line(school: School, file: str, line: int, change: Callable[[bytes], bytes]) -> None:
    """Put something else in the place of a line, both with their newlines. line: 1-based."""
    path = school.root / file
    lines = path.read_bytes().splitlines(keepends=True)
    lines[line - 1] = change(lines[line - 1])
    path.write_bytes(b"".join(lines))


def sign_lists(school: School, without: Iterable[str] = ()) -> None:
    """Sign lists and register as revocations.csv would have them, without those ids: what a thief of the status key can do."""
    newest = {record.id: record for record in records.read(school.root)}
    before: dict[str, Record] = {}
    marks = []
    for record in records.read(school.root):
        if record.id in before:
            old = before[record.id].status
            marks.append(status.Mark(old.number, old.index, "replaced", "", record.credential["validFrom"][:10], record.credential["id"]))
        before[record.id] = record
    for decision in status.decisions(school.root).values():
        if decision.id not in without and decision.state != "active":
            place = newest[decision.id].status
            marks.append(status.Mark(place.number, place.index, decision.state, decision.reason, decision.date))
    now = dt.datetime(2026, 6, 4, 8, tzinfo=dt.UTC)
    status.write(school.root, config(school), keys(school).status, {1}, marks, now)


def drop_revocation(school: School, number: str) -> None:
    """Take the lines of an id out of revocations.csv."""
    path = school.root / status.REVOCATIONS
    path.write_text("".join(line for line in path.read_text("utf-8").splitlines(keepends=True) if number not in line), "utf-8")


def write_log(school: School, entries: list[bytes]) -> None:
    """A log of these entries and no other, signed: what an issuer who rewrites its past can do."""
    for path in (school.root / log.FOLDER).glob("*"):
        path.unlink()
    empty = Checkpoint(log.origin(config(school)), 0, merkle.EMPTY_ROOT)
    (school.root / log.CHECKPOINT).write_bytes(signing.sign_checkpoint(empty, keys(school).log))
    log.append(school.root, config(school), keys(school), entries)


def audit(school: School, *arguments: str, code: int = 1) -> dict[str, Any]:
    """The report as JSON, a few days later. Asserts the exit code."""
    return school.json("audit", *arguments, code=code, now=NOW)


def first(report: dict[str, Any], check: str) -> dict[str, Any]:
    """The first finding of a check."""
    found: dict[str, Any] = next(item for item in report["checks"] if item["name"] == check)["findings"][0]
    return found


def failed(report: dict[str, Any]) -> set[str]:
    """The names of the checks that failed."""
    return {check["name"] for check in report["checks"] if check["result"] == "fail"}
