"""Rosters with their verdict beside them: each finding at its cell, and a clean twin without it.

tests/rosters/findings/<code>/ has fault.*, clean.* and verdict.yml: `finds`, the code and place of all that is found in fault.*, and
`settings`, what batch.yml says beside the usual. tests/rosters/messy/ has forty exports in the same way, each with several faults."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from issuer import batch, planning
from issuer.planning import Plan
from issuer.roster.findings import Code, Finding, Severity
from tests.make_messy_rosters import PLANTS
from tests.make_messy_rosters import roster as messy

ROSTERS = Path(__file__).parent / "rosters"
WORLD = Path(__file__).parents[2] / "shared" / "rosters" / "world-names.csv"
PAIRS = sorted((ROSTERS / "findings").iterdir())
MESSY = sorted((ROSTERS / "messy").iterdir())
NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
USUAL = {"achievement": {"name": "Python 101", "description": "Ten evenings.", "criteria": "Passed."}, "awarded": dt.date(2026, 5, 30)}
ELSEWHERE = {
    *(code for code in Code if code.startswith(("template-", "revo", "renewal-", "require-"))),
    *(Code.ROSTER_UNREADABLE, Code.ROWS_MANY, Code.ROWS_BLANK, Code.SHEETS_HIDDEN, Code.CELLS_MERGED, Code.COLUMN_FOUND),
    *(Code.CELL_NESTED, Code.NAME_HALF, Code.NAME_ORDER, Code.ROW_SUPERSEDED),
    *(Code.WITHDRAWN, Code.ROW_MOVED, Code.BATCH_RENAMED, Code.CANNOT_DRAW, Code.MAIL_WORDS_WRONG),
}
"""Codes that need more than a roster and its batch.yml, or whose rosters stand with the tests of what reads files and headers."""


def plan(tmp_path: Path, roster: Path, settings: dict[str, Any]) -> Plan:
    """What the check says of a roster, in a repository of its own."""
    folder = tmp_path / "records" / "b"
    folder.mkdir(parents=True)
    shutil.copyfile(roster, folder / f"roster{roster.suffix}")
    merged = {name: value for name, value in (USUAL | settings).items() if value is not None}
    (folder / "batch.yml").write_text(yaml.safe_dump(merged, allow_unicode=True), encoding="utf-8")
    return planning.plan(batch.load(tmp_path, "b"), {}, now=NOW)


def spot(found: Finding) -> str:
    """Code, cell or line, and column of a finding."""
    place = found.place
    line = "" if place.line is None or not place.file.endswith((".csv", ".xlsx")) else str(place.line)
    return " ".join(part for part in (found.code, place.cell or line, place.column) if part)


def told(done: Plan) -> list[str]:
    """What is found, without the notes about columns that nobody uses."""
    return [spot(found) for found in done.findings if found.code is not Code.COLUMN_UNUSED]


def roster(folder: Path, name: str) -> Path:
    (path,) = folder.glob(f"{name}.*")
    return path


def verdict(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((folder / "verdict.yml").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("folder", PAIRS, ids=lambda path: path.name)
def test_a_fault_is_named_at_its_cell(folder: Path, tmp_path: Path) -> None:
    expected = verdict(folder)
    done = plan(tmp_path, roster(folder, "fault"), expected.get("settings", {}))
    assert sorted(told(done) if folder.name != "column-unused" else map(spot, done.findings)) == sorted(expected["finds"])
    assert all(spotted.startswith(folder.name) for spotted in expected["finds"])
    assert all(found.hint and found.message and not found.message.endswith(".") for found in done.findings)
    assert all(found.code is not Code(folder.name) or found.severity is not Severity.NOTE or not done.blocks for found in done.findings)


@pytest.mark.parametrize("folder", PAIRS, ids=lambda path: path.name)
def test_a_clean_twin_is_clean(folder: Path, tmp_path: Path) -> None:
    settings = verdict(folder).get("settings", {})
    if folder.name == "field-misspelt":
        settings = {"columns": {"licence": "number"}}
    done = plan(tmp_path, roster(folder, "clean"), settings)
    assert told(done) == []
    assert folder.name not in [found.code for found in done.findings]
    assert done.rows


@pytest.mark.parametrize("folder", MESSY, ids=lambda path: path.name)
def test_a_messy_roster_names_every_planted_fault(folder: Path, tmp_path: Path) -> None:
    expected = verdict(folder)
    assert sorted(told(plan(tmp_path, roster(folder, "fault"), expected["settings"]))) == expected["finds"]


@pytest.mark.parametrize("folder", MESSY, ids=lambda path: path.name)
def test_its_clean_twin_raises_no_false_alarm(folder: Path, tmp_path: Path) -> None:
    done = plan(tmp_path, roster(folder, "clean"), verdict(folder)["settings"])
    assert told(done) == []
    assert len(done.rows) >= 14


def test_the_messy_rosters_are_forty_and_have_most_faults() -> None:
    assert len(MESSY) == 40
    planted = {find.split(" ")[0] for folder in MESSY for find in verdict(folder)["finds"]}
    assert planted >= {code for code, _ in PLANTS} | {"row-ragged"}
    number = len(MESSY) // 2
    fault, clean, expected = messy(number)
    assert (roster(MESSY[number - 1], "fault").read_bytes(), roster(MESSY[number - 1], "clean").read_bytes()) == (fault, clean)
    assert verdict(MESSY[number - 1]) == expected


def test_every_code_of_a_roster_has_a_pair() -> None:
    assert {folder.name for folder in PAIRS} == {code.value for code in Code} - {code.value for code in ELSEWHERE}


def test_names_of_the_world_have_no_finding(tmp_path: Path) -> None:
    source = WORLD if WORLD.exists() else ROSTERS / "world-names.csv"
    done = plan(tmp_path, source, {"columns": {"score": "score"}})
    assert told(done) == []
    assert len(done.rows) == len(source.read_text(encoding="utf-8").splitlines()) - 1
