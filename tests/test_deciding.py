"""`issuer revoke`, `suspend` and `reinstate`: whom they mean, the plan, what they write."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import json
import os
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import click
import pytest

from issuer import credential, records, status
from issuer.commands.deciding import REVOKE, SUSPEND, Choices, decide
from issuer.commands.selecting import Selection
from issuer.commands.session import Session
from tests.school import School, found

WHY = ("--reason", "The exam office looks into it")


@pytest.fixture
def school(tmp_path: Path) -> School:
    """Four people in two courses, issued."""
    school = found(tmp_path)
    school.roster(
        "Ada Boole,ada@example.org,Morning",
        "José Peña,jose@example.org,Evening",
        "王小明,wang@example.org,Evening",
        "Robert Tables,bobby@example.org,Morning",
    )
    school.issuer("--quiet", "issue")
    return school


def ids(school: School) -> dict[str, str]:
    """Recipient → id."""
    return {credential.recipient(record.credential): record.id for record in records.current(school.root)}


def states(school: School) -> dict[str, str]:
    """Recipient → state, of those who are suspended or revoked."""
    held = status.states(school.root)
    return {name: held[number] for name, number in ids(school).items() if number in held}


def unwritten(school: School, *arguments: str, code: int) -> str:
    """What a command says that changes nothing."""
    before = school.files()
    said = school.issuer("--quiet", *arguments, code=code)
    assert school.files() == before
    return said


def test_suspend_and_reinstate(school: School) -> None:
    number = ids(school)["Ada Boole"]
    said = school.issuer("--quiet", "suspend", number, *WHY)
    assert f"suspended {number}   Ada Boole" in said
    assert "The status lists and the log are signed" in said
    assert states(school) == {"Ada Boole": "suspended"}
    assert school.json("report")["batches"][0]["suspended"] == 1
    verdicts = school.json("verify", ".", code=1)["verdicts"]
    assert verdicts == {"valid": 3, "not valid": 1, "cannot tell": 0}
    assert "suspended already" in unwritten(school, "suspend", number, *WHY, code=0)
    assert "reinstated" in school.issuer("--quiet", "reinstate", f"https://certificates.example.org/c/{number}/", "--reason", "All is well")
    assert school.json("verify", ".")["verdicts"]["valid"] == 4
    assert "not suspended" in unwritten(school, "reinstate", number, *WHY, code=0)
    lines = (school.root / status.REVOCATIONS).read_text("utf-8").splitlines()
    assert [line.split(",")[:3] for line in lines[1:]] == [[number, "suspend", WHY[1]], [number, "reinstate", "All is well"]]


def test_what_was_revoked_is_not_suspended_or_reinstated(school: School) -> None:
    number = ids(school)["Ada Boole"]
    school.issuer("--quiet", "suspend", number, *WHY)
    school.issuer("--quiet", "revoke", number, *WHY)
    assert states(school) == {"Ada Boole": "revoked"}
    for command in ("suspend", "reinstate"):
        assert "revoked for good" in unwritten(school, command, number, *WHY, code=1)
    assert "revoked already" in unwritten(school, "revoke", number, *WHY, code=0)


def test_in_bulk_by_value_and_batch(school: School) -> None:
    done = school.json("suspend", "--where", "course=Evening", *WHY)
    assert (done["suspended"], done["total"], done["signed"]) == ([ids(school)["José Peña"], ids(school)["王小明"]], 4, True)
    assert "0 certificates of 4 would be suspended" in unwritten(
        school, "suspend", "--where", "name=Ada Boole", "--where", "course=Evening", *WHY, code=0
    )
    plan = school.json("revoke", "--batch", "2026-01-first-batch", "--where", "name=Jose\u0301 Pen\u0303a", "--dry-run", *WHY)
    assert plan["planned"] == [ids(school)["José Peña"]]
    assert states(school) == {"José Peña": "suspended", "王小明": "suspended"}
    school.issuer("--quiet", "revoke", "--batch", "records/2026-01-first-batch/", *WHY)
    assert set(states(school).values()) == {"revoked"}
    assert len(states(school)) == 4


def test_in_bulk_from_a_table_or_a_list(school: School, tmp_path: Path) -> None:
    table = tmp_path / "links.csv"
    school.issuer("--quiet", "report", "--csv", str(table))
    with table.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    table.write_text("\r\n".join(";".join(row) for row in (rows[0], rows[2], rows[3])), "utf-16")  # as a spreadsheet may save it
    assert len(school.json("suspend", "--from", str(table), *WHY)["suspended"]) == 2
    everybody = ids(school)
    listed = tmp_path / "ids.txt"
    listed.write_text(f"{everybody['Ada Boole']}\n\nhttps://certificates.example.org/c/{everybody['José Peña'].upper()}/\n", "utf-8")
    done = school.json("suspend", everybody["Robert Tables"], "--from", str(listed), *WHY)
    assert done["suspended"] == [everybody["Robert Tables"], everybody["Ada Boole"]]
    assert done["already"] == [everybody["José Peña"]]


def test_nothing_is_written_if_any_is_unknown(school: School, tmp_path: Path) -> None:
    listed = tmp_path / "ids.txt"
    listed.write_text(f"{ids(school)['Ada Boole']}\n{'0' * 26}\nnonsense\n" + "x\n" * 30, "utf-8")
    said = unwritten(school, "revoke", "--from", str(listed), *WHY, code=2)
    assert f"{listed}:2: no certificate has the id {'0' * 26}" in said
    assert f"{listed}:3: 'nonsense' is not a certificate id" in said
    assert "… and 12 more" in said
    assert "nothing was written" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no certificate is named"),
        (("--batch", "2026-01-first-batch", "0" * 26), "name certificates or choose them"),
        (("--batch", "another"), "there is no batch 'another'"),
        (("--where", "course"), "has no ="),
        (("--where", "cours=Evening"), "no certificate there has the field 'cours'"),
        (("--from", "nowhere.csv"), "is not a file"),
        (("--from", "records/2026-01-first-batch/roster.csv"), "has no column `id`"),
        (("--batch", "2026-01-first-batch", "--reason", " "), "the reason is empty"),
        (("--batch", "2026-01-first-batch", "--reason", "two\nlines"), "none of a text"),
        (("--batch", "2026-01-first-batch", "--reason", "half \udcff"), "none of a text"),
        (("--batch", "2026-01-first-batch", "--replacement", "https://example.org/"), "--replacement is for one certificate"),
        (("--where", "name=Ada Boole", "--replacement", "0" * 26), "no certificate has the id"),
    ],
)
def test_what_is_called_wrongly(school: School, arguments: tuple[str, ...], said: str) -> None:
    code = 1 if said == "is not a file" else 2
    assert said in unwritten(school, "revoke", *WHY, *arguments, code=code)


def test_a_replacement(school: School) -> None:
    everybody = ids(school)
    school.issuer("--quiet", "revoke", everybody["Ada Boole"], "--replacement", everybody["José Peña"].upper(), *WHY)
    school.issuer("--quiet", "revoke", everybody["王小明"], "--replacement", "https://other.example.org/7", *WHY)
    again = unwritten(school, "revoke", everybody["王小明"], "--replacement", "https://other.example.org/7", *WHY, code=0)
    assert "revoked already" in again
    entries = {entry["index"]: entry for entry in register(school)}
    indexes = {
        name: str(record.status.index) for record in records.current(school.root) if (name := credential.recipient(record.credential))
    }
    assert entries[indexes["Ada Boole"]]["replacement"] == f"https://certificates.example.org/c/{everybody['José Peña']}/"
    assert entries[indexes["王小明"]] == {
        "action": "revoked",
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "index": indexes["王小明"],
        "list": "revocation",
        "reason": WHY[1],
        "replacement": "https://other.example.org/7",
    }


def register(school: School) -> list[dict[str, str]]:
    """The entries of the status register."""
    document = json.loads((school.root / status.REGISTER).read_text("utf-8"))
    entries: list[dict[str, str]] = document["credential"]["credentialSubject"]["entries"]
    return entries


def at_a_terminal(school: School, confirm: Callable[[str], None]) -> Session:
    """A run with a person in front of it."""
    return Session(
        folder=school.root,
        now=dt.datetime(2026, 7, 1, tzinfo=dt.UTC),
        environment={"ISSUER_SIGNING_KEY_FILE": os.fspath(school.key_file)},
        steps=lambda _title, _total=None: nullcontext(lambda _count: None),
        interactive=True,
        confirm=confirm,
    )


def test_a_person_sees_the_plan_and_is_asked(school: School) -> None:
    asked: list[str] = []

    def no(question: str) -> None:
        asked.append(question)
        raise click.Abort

    selection = Selection(where=("course=Evening",))
    before = school.files()
    with pytest.raises(click.Abort):
        decide(at_a_terminal(school, no), REVOKE, selection, Choices("Issued by mistake"))
    assert school.files() == before
    assert asked[0].splitlines() == [
        "2 certificates of 4 would be revoked",
        f"would be revoked {ids(school)['José Peña']}   José Peña",
        f"would be revoked {ids(school)['王小明']}   王小明",
        "Revoke 2 certificates for good? It cannot be undone.",
    ]
    decide(at_a_terminal(school, no), SUSPEND, selection, Choices("Issued by mistake", ask=False))
    assert states(school) == {"José Peña": "suspended", "王小明": "suspended"}
    assert len(asked) == 1


def test_without_a_key_it_is_written_and_signed_later(school: School) -> None:
    session = dataclasses.replace(at_a_terminal(school, lambda _question: None), environment={})
    result = decide(session, SUSPEND, Selection(ids=(ids(school)["Ada Boole"],)), Choices("Issued by mistake"))
    assert result.data["signed"] is False
    assert "Not signed yet" in list(result.lines)[-1]
    assert "1 suspension not signed yet, so the pages do not show it" in school.issuer("--quiet", "check")
    school.issuer("--quiet", "issue")
    assert "not signed yet" not in school.issuer("--quiet", "check")
    assert school.json("verify", ".", code=1)["verdicts"]["not valid"] == 1


def test_a_long_plan_is_cut_and_told_whole_as_json(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(30)
    school.issuer("--quiet", "issue")
    said = school.issuer("--quiet", "suspend", "--where", "course=Morning", "--dry-run", *WHY).splitlines()
    assert said[0] == "30 certificates of 30 would be suspended"
    assert said[21:] == ["would be suspended: 10 more; --json lists them all", "Nothing was written."]
    assert len(school.json("suspend", "--where", "course=Morning", "--dry-run", *WHY)["planned"]) == 30
