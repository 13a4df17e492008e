"""`issuer check --suggest`: what headers and cells prove is a setting, what a person must decide a comment, and --write adds both."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer import batch_edit
from issuer.batch_config import BatchConfig
from issuer.commands.suggesting import suggest
from issuer.errors import ConfigError
from issuer.roster import date_formats, suggesting
from issuer.roster.suggesting import Suggestion
from issuer.roster.table import Row, Table
from tests.school import BATCH, School, found
from tests.test_deciding import at_a_terminal

ACHIEVEMENT = "achievement: {name: A, description: B, criteria: C}\n"


def suggested(text: str, **more: object) -> Suggestion:
    """Of a roster whose lines have cells between bars."""
    titles, *rows = [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]
    config = BatchConfig.model_validate({"achievement": {"name": "A", "description": "B", "criteria": "C"}, **more})
    table = Table("roster.csv", None, 1, titles, iter(Row(line, cells) for line, cells in enumerate(rows, 2)))
    return suggesting.suggest(table, config, "records/b/batch.yml")


def lines(made: Suggestion) -> list[str]:
    return [proposal.line for proposal in made.sure] + [f"# {proposal.line}" for proposal in made.open]


@pytest.mark.parametrize(
    ("roster", "expected"),
    [
        ("Name | Contact\nAda | ada@example.org\nZoë | ", ["email: Contact"]),
        ("Name | A | B\nAda | a@example.org | b@example.org", ["# email: A", "# email: B"]),
        ("Name of student | Email\nAda Boole | a@example.org", ["name: Name of student"]),
        ("Name | Awarded on the\nAda | 30.05.2026\nBo | 04.05.2026", ["awarded: {column: Awarded on the, date: '%d.%m.%Y'}"]),
        ("Name | Completed\nAda | 2026-05-30", ["awarded: Completed"]),
        (
            "Name | Completed\nAda | 04/05/2026\nBo | 05/04/2026",
            [f"# awarded: {{column: Completed, date: '{pattern}'}}" for pattern in ("%d/%m/%Y", "%m/%d/%Y")],
        ),
        ("Name | Completion date\nAda | 05/30/2026", ["awarded: {column: Completion date, date: '%m/%d/%Y'}"]),
        ("Name | Completion date\nAda | 2026-05-30", []),
        ("Name\nBoole, Ada\nGroß, Zoë", ["name: {column: Name, turned: true}"]),
        ("Name\nBoole, Ada\nZoë Groß", []),
        ("Name | First name\nAda Boole | Ada\nZoë Groß | Zoë", ["name: Name"]),
        ("Name | First name\nBoole | Ada\nGroß | Zoë", ["name: [First name, Name]"]),
        ("Name | Surname\nAda | Boole\nZoë | Groß", ["name: [Name, Surname]"]),
        ("Name | First name\nBoole | Ada\nZoë Groß | Zoë", ["# name: Name", "# name: [First name, Name]"]),
        ("Full name | First name | Last name\nAda Boole | Ada | Boole", ["name: Full name"]),
        ("Name | Score | Role | Mail 2\nAda | 9 | x | y", ["# score: Score", "# own_role: Role", "# own_mail_2: Mail 2"]),
        (
            "Name | 分数 | Score: all | Score-all\nAda | 9 | 8 | 7",
            ["# column_2: 分数", "# score_all: 'Score: all'", "# score_all_2: Score-all"],
        ),
        ("Name | Empty\nAda | ", []),
    ],
)
def test_what_is_proposed(roster: str, expected: list[str]) -> None:
    made = suggested(roster)
    assert lines(made) == expected
    for proposal in (*made.sure, *made.open):
        assert proposal.why
        assert not proposal.why.endswith(".")


def test_addresses_are_never_proposed_as_a_field() -> None:
    made = suggested("Name | Contact\nAda | ada@example.org\nZoë | by phone")
    assert (lines(made), made.remarks) == ([], ["the column 'Contact' holds e-mail addresses, so it can be no field that is published"])


def test_what_batch_yml_says_is_not_proposed_again() -> None:
    roster = "Who | Contact | Completed\nAda | ada@example.org | 30.05.2026"
    settings = {"columns": {"name": "Who", "email": "Contact"}, "awarded": "2026-05-30"}
    assert lines(suggested(roster, **settings)) == ["# completed: Completed"]


def test_a_header_that_batch_yml_misspells_is_told() -> None:
    made = suggested("Name | Final score\nAda | 9", columns={"score": "Finel score"})
    assert (lines(made), len(made.remarks)) == ([], 1)
    assert made.remarks[0].endswith("for `score`, write Final score in place of Finel score")


def test_a_preset_and_its_key() -> None:
    made = suggested("Student | ID | SIS Login ID | Section | Final Score\n | | | | (read only)\nBoole, Ada | 7 | ada@example.org | A | 91")
    assert made.preset == "canvas"
    assert lines(made) == ["email: SIS Login ID", "# canvas_id: {column: ID, private: true}", "# final_score: Final Score"]
    again = suggested(
        "Student | ID\nBoole, Ada | 7", preset="canvas", key="canvas_id", columns={"canvas_id": {"column": "ID", "private": True}}
    )
    assert (again.preset, lines(again)) == (None, [])


@pytest.mark.parametrize(
    ("cells", "formats"),
    [
        (["2026-05-30", "2026-05-30 10:00:00"], [date_formats.ISO]),
        (["30.05.2026"], ["%d.%m.%Y"]),
        (["04.05.2026"], ["%d.%m.%Y", "%m.%d.%Y"]),
        (["04.05.2026", "31.05.2026"], ["%d.%m.%Y"]),
        (["5/28/2026 18:03:11"], ["%m/%d/%Y %H:%M:%S"]),
        (["30 May 2026"], ["%d %B %Y", "%d %b %Y"]),
        (["30 November 2026"], ["%d %B %Y"]),
        (["2026年5月30日"], ["%Y年%m月%d日"]),
        (["30.02.2026"], []),
        (["0206-05-30"], []),
        (["91", "12"], []),
        (["30.05.2026", "soon"], []),
        ([], []),
    ],
)
def test_formats_that_fit_all_cells(cells: list[str], formats: list[str]) -> None:
    assert date_formats.fitting(cells) == formats


BELOW = "# under columns, there could also be:\n#   score: S\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "columns:\n  name: Who\n  # score: S\n"),
        ("# end", "# end\ncolumns:\n  name: Who\n  # score: S\n"),
        (
            "columns:\n    boat: Boat   # the boat\n\n# end\n",
            "columns:\n    boat: Boat   # the boat\n    name: Who\n    # score: S\n\n# end\n",
        ),
        ("columns:\n  boat:\n    column: Boat\nawarded: 2026-05-30\n", None),
        (
            "columns: {boat: Boat}  # here\n",
            "columns: {boat: Boat, name: Who}  # here\n# under columns, there could also be:\n#   score: S\n",
        ),
        ("columns: {boat: Boat, }\n", "columns: {boat: Boat, name: Who}\n" + BELOW),
        ("columns: {}\n", "columns: {name: Who}\n" + BELOW),
        ("columns:\n  boat: Boat\n  # score: S\n", "columns:\n  boat: Boat\n  name: Who\n  # score: S\n"),
    ],
)
def test_lines_are_added_and_nothing_is_changed(before: str, after: str | None) -> None:
    done = batch_edit.with_columns(ACHIEVEMENT + before, "batch.yml", ["name: Who"], ["score: S"])
    expected = "columns:\n  boat:\n    column: Boat\n  name: Who\n  # score: S\nawarded: 2026-05-30\n" if after is None else after
    assert done == ACHIEVEMENT + expected
    windows = batch_edit.with_columns((ACHIEVEMENT + before).replace("\n", "\r\n"), "batch.yml", ["name: Who"], ["score: S"])
    assert windows == done.replace("\n", "\r\n")


def test_only_comments_and_a_preset() -> None:
    done = batch_edit.with_columns(ACHIEVEMENT, "batch.yml", [], ["score: S"], preset="moodle")
    assert done == ACHIEVEMENT + "preset: moodle\n# columns:\n#   score: S\n"


@pytest.mark.parametrize(
    "text",
    ["{achievement: {name: A, description: B, criteria: C}}\n", ACHIEVEMENT + "...\n", ACHIEVEMENT + "columns: {name: Who}\n", "- a\n"],
)
def test_a_batch_yml_that_no_program_can_change(text: str) -> None:
    with pytest.raises(ConfigError, match="written in a way that no program can change") as caught:
        batch_edit.with_columns(text, "records/b/batch.yml", ["name: Who"])
    assert "--suggest" in caught.value.hint


CELL = st.sampled_from("Ada|Boole, Ada|a@example.org|30.05.2026|4/5/2026||x: y|#|'|[a]|否|9".split("|")) | st.text(max_size=8)
TITLE = st.sampled_from("Name|First name|Mail: private|#|no|1|E-mail|- a|Completed|{x}|&a".split("|")) | st.text(max_size=8)
ROSTERS = st.integers(1, 6).flatmap(
    lambda width: st.tuples(*(st.lists(each, min_size=width, max_size=width) for each in (TITLE, CELL, CELL)))
)


@settings(deadline=None)
@given(ROSTERS)
def test_what_is_suggested_can_be_written_whatever_the_roster(roster: tuple[list[str], list[str], list[str]]) -> None:
    titles, *rows = roster
    titles = [title.strip() if title.isprintable() else "" for title in titles]
    config = BatchConfig.model_validate({"achievement": {"name": "A", "description": "B", "criteria": "C"}})
    table = Table("roster.csv", None, 1, tuple(titles), iter(Row(line, tuple(cells)) for line, cells in enumerate(rows, 2)))
    made = suggesting.suggest(table, config, "batch.yml")
    done = batch_edit.with_columns(ACHIEVEMENT, "batch.yml", [line.line for line in made.sure], [line.line for line in made.open])
    assert done.startswith(ACHIEVEMENT)
    assert len({proposal.field for proposal in made.sure}) == len(made.sure)


def school(tmp_path: Path) -> School:
    made = found(tmp_path)
    (made.batch / "batch.yml").write_text("# ours\n" + ACHIEVEMENT + "awarded: 2026-01-30   # a Friday\n", "utf-8")
    made.roster("Zoë Groß,zoe@example.org,9", header="Teilnehmername,Privat,Punkte")
    return made


def test_suggest_shows_and_write_adds(tmp_path: Path) -> None:
    ours = school(tmp_path)
    before = (ours.batch / "batch.yml").read_text("utf-8")
    shown = ours.outputs("--quiet", "check", "--suggest", BATCH)[0]
    assert "    email: Privat " in shown
    assert "    # punkte: Punkte " in shown
    assert shown.endswith("Nothing was written. `issuer check --suggest --write` adds these lines.\n")
    assert (ours.batch / "batch.yml").read_text("utf-8") == before
    document = ours.json("check", "--suggest", "--write")
    assert [(made["written"], [line["field"] for line in made["sure"]]) for made in document["suggestions"]] == [(True, ["name", "email"])]
    written = before + "columns:\n  name: Teilnehmername\n  email: Privat\n  # punkte: Punkte\n"
    assert (ours.batch / "batch.yml").read_text("utf-8") == written
    assert ours.json("check")["batches"][0]["new"] == 1
    assert "batch.yml says all this" in ours.issuer("--quiet", "check", "--suggest", "--write")
    assert (ours.batch / "batch.yml").read_text("utf-8") == written


def test_a_person_is_asked_before_anything_is_written(tmp_path: Path) -> None:
    ours = school(tmp_path)
    before = (ours.batch / "batch.yml").read_bytes()
    asked: list[str] = []

    def refuse(question: str) -> None:
        asked.append(question)
        raise click.Abort

    with pytest.raises(click.Abort):
        suggest(at_a_terminal(ours, refuse), [BATCH], write=True, ask=True)
    assert asked[0].endswith(f"Add these lines to records/{BATCH}/batch.yml?")
    assert (ours.batch / "batch.yml").read_bytes() == before
    assert "wrote 2 lines and 1 comment" in "".join(suggest(at_a_terminal(ours, refuse), [BATCH], write=True, ask=False).lines)
    assert len(asked) == 1


def test_write_alone_is_refused(tmp_path: Path) -> None:
    said = found(tmp_path).issuer("--quiet", "check", "--write", code=2)
    assert "error: --write goes with --suggest" in said


def test_titles_above_the_headers_are_told_and_nothing_is_proposed_for_them(tmp_path: Path) -> None:
    ours = school(tmp_path)
    ours.roster(",,", "Vorname,Nachname,Privat", "Zoë,Groß,zoe@example.org", header="Graduates of 2026,,")
    shown = ours.outputs("--quiet", "check", "--suggest")[0]
    assert "the headers are not in the first line, which begins with 'Graduates of 2026'; line 1 must hold the headers" in shown
    assert "columns:" not in shown
