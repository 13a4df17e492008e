"""The exports of six systems are mapped with `preset:` and at most two lines more. The samples are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from issuer.errors import ConfigError
from issuer.planning import Plan
from issuer.roster import presets
from issuer.roster.findings import Code
from tests.test_batch import plan, put

EXPORTS = Path(__file__).parent / "rosters" / "exports"
SETTINGS = "achievement: {name: Coastal Skipper, description: A week of sailing., criteria: Passed the exam.}\nawarded: 2026-05-30\n"
IRIS, KWABENA = ("Íris Magalhães", "iris.magalhaes@example.org"), ("Kwabena Owusu-Ansah", "kwabena@example.com")
SCORE = "columns:\n  score: {}\n"


def planned(tmp_path: Path, export: str, preset: str | None = None, more: str = "") -> Plan:
    named = f"preset: {preset}\n" if preset else ""
    assert more.count("\n") <= 2
    return plan(put(tmp_path, (EXPORTS / f"{export}.csv").read_bytes(), SETTINGS + named + more))


@pytest.mark.parametrize(
    ("export", "preset", "more", "people", "unused"),
    [
        ("moodle-grades", "moodle", SCORE.format("Course total (Real)"), [IRIS, KWABENA, ("Ngozi de la Cruz", "ngozi@example.net")], []),
        (
            *("moodle-bewertungen", "moodle", SCORE.format("Kurs gesamt (Punkte)")),
            *([("Jürgen Groß", "juergen.gross@example.org"), ("Zoë von Ahrens", "zoe@example.net")], []),
        ),
        (
            *("canvas-gradebook", "canvas", "columns:\n  email: SIS Login ID\n"),
            [IRIS, KWABENA, ("Solomon King Jr.", "solomon@example.net")],
            ["Logbook (20411)", "Final exam (20412)", "Final Score"],
        ),
        (
            *("canvas-gradebook-split", "canvas", "columns:\n  email: SIS Login ID\n", [IRIS, KWABENA]),
            ["Final exam (20412)", "Final Score"],
        ),
        ("google-forms", "google-forms", "columns:\n  boat: Which boat did you sail?\n", [IRIS, KWABENA], ["Score"]),
        ("eventbrite-attendees", "eventbrite", "", [IRIS, KWABENA], ["Company"]),
        ("zoom-participants", "zoom", "columns:\n  minutes: Total Duration (Minutes)\n", [IRIS, KWABENA], []),
        ("zoom-registration", "zoom", "", [IRIS, KWABENA], []),
        ("open-edx-learners", "open-edx", "", [IRIS, KWABENA], []),
    ],
)
def test_an_export_is_mapped(tmp_path: Path, export: str, preset: str, more: str, people: list[tuple[str, str]], unused: list[str]) -> None:
    done = planned(tmp_path, export, preset, more)
    assert not done.blocks
    assert [(row.values["name"], row.values["email"]) for row in done.rows] == people
    said = [found.message for found in done.findings if found.code is Code.COLUMN_UNUSED]
    assert said == ([f"columns not used: {', '.join(map(repr, unused))}"] if unused else [])
    assert {found.code for found in done.findings} <= {Code.COLUMN_FOUND, Code.COLUMN_UNUSED}


@pytest.mark.parametrize(
    ("export", "preset"),
    [(path.stem, path.stem.partition("-")[0]) for path in sorted(EXPORTS.glob("*.csv")) if not path.stem.startswith(("google", "open"))]
    + [("google-forms", "google-forms"), ("open-edx-learners", "open-edx"), ("open-edx-grades", "open-edx")],
)
def test_an_export_is_recognised_and_its_preset_proposed(tmp_path: Path, export: str, preset: str) -> None:
    hints = " ".join(found.hint for found in planned(tmp_path, export).findings)
    title = presets.load(preset).title
    assert (f"this looks like an export of {title}: write `preset: {preset}` in records/b/batch.yml" in hints) or export.startswith(
        "zoom-reg"
    )


def test_a_grade_report_of_open_edx_has_no_names(tmp_path: Path) -> None:
    done = planned(tmp_path, "open-edx-grades", "open-edx")
    assert [found.code for found in done.findings if found.blocks] == [Code.COLUMN_MISSING]


def test_canvas_tells_of_the_rows_that_are_nobodys(tmp_path: Path) -> None:
    done = planned(tmp_path, "canvas-gradebook", "canvas")
    assert done.findings[0].message == (
        "preset canvas: name is read from Student, turned round at the comma, rows without 'ID' and without an address are left out"
    )


def test_batch_yml_goes_before_the_preset(tmp_path: Path) -> None:
    done = planned(tmp_path, "eventbrite-attendees", "eventbrite", "columns: {name: Company, email: {column: Email}}\n")
    assert next(iter(done.rows)).values["name"] == "Tide Works"


def test_an_unknown_preset_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no preset 'moodel'") as caught:
        planned(tmp_path, "moodle-grades", "moodel")
    assert str(caught.value.place) == "records/b/batch.yml:3"
    assert caught.value.hint == "did you mean 'moodle'? presets: canvas, eventbrite, google-forms, moodle, open-edx, zoom"
    with pytest.raises(ConfigError) as caught:
        planned(tmp_path, "moodle-grades", "Google Forms")
    assert caught.value.hint.startswith("did you mean 'google-forms'?")


def test_every_preset_cites_its_sources_and_is_recognised_by_what_it_reads() -> None:
    assert presets.names() == ["canvas", "eventbrite", "google-forms", "moodle", "open-edx", "zoom"]
    for name in presets.names():
        preset = presets.load(name)
        assert all(source.url.startswith("https://") for source in preset.source)
        assert {"name", "email"} <= preset.fields.keys()
        for signs in preset.signs:
            assert presets.recognised(signs) == name, signs
    assert presets.recognised(["Name", "E-mail"]) is None


def test_stars_in_unused() -> None:
    moodle = presets.load("moodle")
    assert moodle.ignores("Quiz: Final exam (Real)")
    assert moodle.ignores("Logbook (Feedback)")
    assert not moodle.ignores("Course total (Real)")
    assert not moodle.ignores("Quizzes")
