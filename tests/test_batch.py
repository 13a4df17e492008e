"""Batch folder and roster → plan: identity, corrections, withdrawals, and what keeps a batch from being issued."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import hashlib
import io
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer import batch as batches
from issuer import planning
from issuer.batch import Batch
from issuer.errors import ConfigError, RosterError
from issuer.planning import Known, Plan
from issuer.roster.findings import Code, Severity

NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
SETTINGS = """\
achievement: {name: Python 101, description: Ten evenings., criteria: Passed.}
awarded: 2026-05-30
columns:
  name: Full name
  email: E-mail
  score: {column: Score, label: Final score}
"""
ROSTER = "Full name,E-mail,Score\nJosé Núñez,Jose@Example.ORG,91\nAda Lovelace,ada@example.org,\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


def put(root: Path, roster: str | bytes = ROSTER, settings: str = SETTINGS, name: str = "b", file: str = "roster.csv") -> Batch:
    folder = root / "records" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "batch.yml").write_text(settings, encoding="utf-8")
    (folder / file).write_bytes(roster.encode() if isinstance(roster, str) else roster)
    return batches.load(root, name)


def plan(batch: Batch, known: Mapping[str, Known] | None = None) -> Plan:
    return planning.plan(batch, known or {}, now=NOW)


def issued(done: Plan) -> dict[str, Known]:
    """What the records would say after this plan was issued."""
    rows = enumerate(done.rows)
    return {row.key: Known(f"id{n}", row.content, {f: v for f, v in row.values.items() if f != "email"}) for n, row in rows}


def codes(done: Plan) -> list[tuple[str, str]]:
    return [(finding.code.value, str(finding.place)) for finding in done.findings]


def test_a_plan_of_new_rows(root: Path) -> None:
    done = plan(put(root))
    assert (done.new, done.corrected, done.unchanged, done.blocked, done.blocks, done.findings) == (2, 0, 0, 0, False, ())
    first, second = done.rows
    assert first.values == {"name": "José Núñez", "email": "Jose@example.org", "score": "91", "awarded": "2026-05-30"}
    assert list(first.values) == ["name", "email", "score", "awarded"]
    assert "score" not in second.values
    assert (first.line, first.action, first.id) == (2, "new", None)
    assert first.key == hashlib.sha256(b"issuer row key v1\nb\njose@example.org").hexdigest()[:32]


def test_the_seed_sample_works_as_it_is(root: Path) -> None:
    settings = (
        "achievement: {name: Course, description: A course., criteria: Passed.}\ntemplate: default\ncolumns: {awarded: completion_date}\n"
    )
    done = plan(put(root, (Path(__file__).parent / "rosters" / "seed-sample.csv").read_bytes(), settings))
    assert [(row.values["name"], row.values["awarded"]) for row in done.rows] == [("Jane Doe", "2025-12-07"), ("John Smith", "2025-12-07")]
    assert codes(done) == [("column-unused", "records/b/roster.csv:1")]
    assert done.findings[0].message == "columns not used: 'title'"


def test_a_rewritten_roster_is_unchanged(root: Path) -> None:
    known = issued(plan(put(root)))
    rewritten = 'E-mail;Score;"Full name"\r\n\r\nADA@example.org;;Ada  Lovelace\r\nJose@example.org;91;Jose\u0301 Nu\u0301n\u0303ez\r\n'
    done = plan(put(root, rewritten.encode("utf-16")), known)
    assert (done.unchanged, len(done.rows), done.withdrawn) == (2, 2, ())
    assert [row.id for row in done.rows] == ["id1", "id0"]


def test_the_same_roster_as_a_workbook_is_unchanged(root: Path) -> None:
    known = issued(plan(put(root)))
    (root / "records" / "b" / "roster.csv").unlink()
    workbook, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["Full name", "E-mail", "Score"], ["José Núñez", "jose@example.org", 91], ["Ada Lovelace", "ada@example.org", None]):
        workbook.active.append(row)
    workbook.save(out)
    assert plan(put(root, out.getvalue(), file="roster.xlsx"), known).unchanged == 2


def test_template_and_mail_are_not_signed(root: Path) -> None:
    known = issued(plan(put(root)))
    more = "template: other\nmail: {subject: Hello, text: Hi}\n"
    assert plan(put(root, settings=SETTINGS + more), known).unchanged == 2
    extra = put(root, ROSTER.replace("Score", "Score,Note").replace("91", "91,").replace("org,\n", "org,,\n"), SETTINGS + "  note: Note\n")
    assert plan(extra, known).unchanged == 2
    in_column = SETTINGS.replace("awarded: 2026-05-30\n", "") + "  awarded: {column: Day, date: '%d.%m.%Y'}\n"
    roster = "Full name,E-mail,Score,Day\nJosé Núñez,jose@example.org,91,30.05.2026\nAda Lovelace,ada@example.org,,2026-05-30\n"
    assert plan(put(root, roster, in_column), known).unchanged == 2


def test_a_correction_shows_old_and_new(root: Path) -> None:
    known = issued(plan(put(root)))
    done = plan(put(root, ROSTER.replace("Ada Lovelace,ada@example.org,", "Ada King,ada@example.org,70").replace(",91", ",")), known)
    assert [(row.action, row.id, row.changes) for row in done.rows] == [
        ("corrected", "id0", (("score", "91", ""),)),
        ("corrected", "id1", (("name", "Ada Lovelace", "Ada King"), ("score", "", "70"))),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [("Ten evenings.", "Nine evenings."), ("criteria: Passed.", "criteria: Done."), ("name: Python 101", "type: Course, name: Python 101")],
)
def test_a_changed_achievement_corrects_everybody(root: Path, old: str, new: str) -> None:
    known = issued(plan(put(root)))
    done = plan(put(root, settings=SETTINGS.replace(old, new)), known)
    assert [(row.action, row.changes, row.settings) for row in done.rows] == [("corrected", (), True)] * 2
    both = plan(put(root, ROSTER.replace("91", "92"), SETTINGS.replace(old, new)), known)
    assert [(row.changes, row.settings) for row in both.rows] == [((("score", "91", "92"),), True), ((), True)]
    cell = plan(put(root, ROSTER.replace("91", "92"), SETTINGS), known)
    assert [(row.changes, row.settings) for row in cell.rows] == [((("score", "91", "92"),), False), ((), False)]


def test_a_changed_label_corrects_those_who_have_the_field(root: Path) -> None:
    known = issued(plan(put(root)))
    done = plan(put(root, settings=SETTINGS.replace("Final score", "Points")), known)
    assert [(row.action, row.changes) for row in done.rows] == [("corrected", ()), ("unchanged", ())]


def test_a_revoked_row_stays_as_it_is(root: Path) -> None:
    known = {key: dataclasses.replace(item, revoked=True) for key, item in issued(plan(put(root))).items()}
    done = plan(put(root, ROSTER.replace("Ada Lovelace,ada@example.org,\n", "").replace(",91", ",92")), known)
    assert [row.action for row in done.rows] == ["unchanged"]
    assert (done.withdrawn, codes(done), done.blocks) == ((), [("revoked-row", "records/b/roster.csv:2")], False)
    assert done.findings[0].message == "the certificate id0 of 'José Núñez' was revoked; nothing is issued for this row"


def test_a_changed_date_is_a_change(root: Path) -> None:
    known = issued(plan(put(root)))
    done = plan(put(root, settings=SETTINGS.replace("2026-05-30", "2026-05-29\nvalid_until: 2028-05-29")), known)
    assert set(next(iter(done.rows)).changes) == {("awarded", "2026-05-30", "2026-05-29"), ("valid_until", "", "2028-05-29")}


def test_a_missing_row_is_asked_about_and_never_revoked(root: Path) -> None:
    known = issued(plan(put(root)))
    done = plan(put(root, ROSTER.replace("Ada Lovelace,ada@example.org,\n", "")), known)
    assert [(gone.id, gone.values["name"]) for gone in done.withdrawn] == [("id1", "Ada Lovelace")]
    assert (done.blocks, codes(done)) == (False, [("withdrawn", "records/b/roster.csv")])
    assert done.findings[0].hint.startswith("put the row back, or run `issuer revoke id1`")


def test_a_changed_address_is_told_with_the_line_of_the_new_row(root: Path) -> None:
    known = issued(plan(put(root)))
    done = plan(put(root, ROSTER.replace("ada@example.org", "ada@example.net")), known)
    assert ([row.action for row in done.rows], codes(done)) == (["unchanged", "new"], [("withdrawn", "records/b/roster.csv")])
    hint = done.findings[0].hint
    assert hint.startswith("the same name is new in line 3; if it is the same person whose address changed, put the old address back")
    assert "or issue the second certificate and run `issuer revoke id1`" in hint
    assert "in the next batch, a `key:` column" in hint


def test_a_key_that_is_added_after_issuing_makes_everybody_new(root: Path) -> None:
    known = issued(plan(put(root)))
    done = plan(put(root, settings=SETTINGS + "key: name\n"), known)
    assert ([row.action for row in done.rows], len(done.withdrawn)) == (["new", "new"], 2)
    assert "take `key: name` out if it was added after issuing" in done.findings[0].hint


def test_a_broken_key_hides_who_is_withdrawn(root: Path) -> None:
    known = issued(plan(put(root)))
    done = plan(put(root, ROSTER.replace("ada@example.org", "ada.example.org")), known)
    assert codes(done) == [("email-invalid", 'records/b/roster.csv:3 column "E-mail"')]
    assert (done.withdrawn, done.blocked, len(done.rows), done.blocks) == ((), 1, 1, True)
    assert done.findings[0].message == "no \"@\" in 'ada.example.org'"


def test_a_blocked_row_with_a_good_key_is_not_withdrawn(root: Path) -> None:
    known = issued(plan(put(root)))
    done = plan(put(root, ROSTER.replace("Ada Lovelace", "Ada\u202e")), known)
    assert (done.withdrawn, done.blocked, codes(done)) == ((), 1, [("character-bidi", 'records/b/roster.csv:3 column "Full name"')])


def test_duplicates_name_both_rows(root: Path) -> None:
    done = plan(put(root, ROSTER + "Ada King,ADA@example.org,\n"))
    assert codes(done) == [("row-duplicate", 'records/b/roster.csv:4 column "E-mail"')]
    assert "stands in line 3 and again in line 4" in done.findings[0].message
    assert (done.blocked, [row.line for row in done.rows]) == (1, [2, 3])


def test_the_key_column(root: Path) -> None:
    settings = SETTINGS + "  number: Number\nkey: number\n"
    roster = "Full name,E-mail,Score,Number\nAda,home@example.org,,7\nBob,home@example.org,,8\nEve,eve@example.org,,\n"
    done = plan(put(root, roster, settings))
    assert codes(done) == [("value-missing", 'records/b/roster.csv:4 column "Number"')]
    assert len({row.key for row in done.rows}) == 2
    moved = plan(put(root, roster.replace("Ada,home@", "Ada King,new@").replace("Eve,eve@example.org,,\n", ""), settings), issued(done))
    assert [(row.action, row.changes) for row in moved.rows] == [("corrected", (("name", "Ada", "Ada King"),)), ("unchanged", ())]
    missing = plan(put(root, settings=SETTINGS + "key: language\n"))
    assert ("column-missing", "records/b/batch.yml") in codes(missing)


def test_without_mail_the_name_is_the_key(root: Path) -> None:
    done = plan(put(root, ROSTER.replace("ada@example.org", "")))
    assert codes(done) == [("email-missing", 'records/b/roster.csv:3 column "E-mail"')]
    assert (done.blocks, done.new) == (False, 2)
    assert list(done.rows)[1].key == hashlib.sha256(b"issuer row key v1\nb\nAda Lovelace").hexdigest()[:32]
    simple = SETTINGS[: SETTINGS.index("columns")]
    assert plan(put(root, "name\nAda\n", simple)).findings == ()


def test_the_gate_is_asked_about_rows_that_will_be_drawn(root: Path) -> None:
    asked = []

    def gate(values: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        asked.append(values["name"])
        if values["name"].startswith("Ada"):
            yield "name", "no font has a glyph for it", "choose another font"

    known = issued(plan(put(root)))
    batch = put(root, ROSTER.replace("Ada Lovelace", "Ada King"))
    done = planning.plan(batch, known, now=NOW, gate=gate)
    assert asked == ["Ada King"]
    assert codes(done) == [("cannot-draw", 'records/b/roster.csv:3 column "Full name"')]
    assert (done.blocked, done.unchanged, done.withdrawn) == (1, 1, ())


@pytest.mark.parametrize("roster", ["", "Full name,E-mail,Score\n", "Full name,E-mail,Score\n\n , ,\n"])
def test_an_empty_roster_blocks(root: Path, roster: str) -> None:
    known = issued(plan(put(root)))
    done = plan(put(root, roster), known)
    assert (codes(done), done.blocks, done.withdrawn) == ([("roster-empty", "records/b/roster.csv")], True, ())


def test_columns_are_matched(root: Path) -> None:
    done = plan(put(root, "Fullname,email,Score,score\nAda,a@example.org,1,2\n"))
    assert [finding.code for finding in done.findings if finding.blocks] == [Code.COLUMN_MISSING, Code.COLUMN_MISSING]
    assert "did you mean 'Fullname'?" in done.findings[0].hint
    assert (len(done.rows), done.withdrawn, done.blocked) == (0, (), 1)
    twice = plan(put(root, "Full name,E-mail,Score,Score\nAda,a@example.org,1,2\n"))
    assert codes(twice) == [("header-duplicate", 'records/b/roster.csv:1 column "Score"')]
    automatic = "achievement: {name: A, description: B, criteria: C}\nawarded: 2026-05-30\n"
    ambiguous = plan(put(root, "NAME,email,E-Mail\nAda,a@example.org,b@example.org\n", automatic))
    assert [finding.code for finding in ambiguous.findings if finding.blocks] == [Code.COLUMN_AMBIGUOUS]
    fine = plan(put(root, "NAME,E-Mail,Valid_Until,Language\nAda,a@example.org,2030-01-01,pt-BR\n", automatic))
    assert next(iter(fine.rows)).values == {
        "name": "Ada",
        "email": "a@example.org",
        "valid_until": "2030-01-01",
        "language": "pt-BR",
        "awarded": "2026-05-30",
    }
    assert batches.labels(put(root, settings=automatic), next(iter(fine.rows)).values) == {"language": "Language"}


def test_every_fault_is_found_in_one_run(root: Path) -> None:
    settings = SETTINGS.replace("awarded: 2026-05-30\n", "") + "  awarded: Day\n  valid_until: Until\n  language: Tongue\n"
    settings = settings.replace("{column: Score, label: Final score}", "{column: Score, required: true}")
    head = "Full name,E-mail,Score,Day,Until,Tongue\n"
    lines = [
        ",a@example.org,1,2026-05-30,,",
        "B,b@example.org,,2026-05-30,,",
        "C,c@@example.org,1,2026-05-30,,",
        "D,d@example.org,1,30. Mai 2026,,",
        "E,e@example.org,1,2026-02-30,,",
        "F,f@example.org,1,,,",
        "G,g@example.org,1,2026-06-03,,",
        "H,h@example.org,1,0206-05-30,,",
        "I,i@example.org,1,2026-05-30,2026-05-29,",
        "J,j@example.org,1,2024-05-30,2025-05-30,",
        "K,k@example.org,1,2026-05-30,,Klingon!",
        f"{'L' * 201},l@example.org,1,2026-05-30,,",
        f"M,m@example.org,{'9' * 1001},2026-05-30,,",
        "N,n@example.org,1\x07,2026-05-30,,",
        "O,o@example.org,1,2026-06-02,2026-06-02,en",
    ]
    done = plan(put(root, head + "\n".join(lines) + "\n", settings))
    place = "records/b/roster.csv"
    assert codes(done) == [
        ("value-missing", f'{place}:2 column "Full name"'),
        ("value-missing", f'{place}:3 column "Score"'),
        ("email-invalid", f'{place}:4 column "E-mail"'),
        ("date-invalid", f'{place}:5 column "Day"'),
        ("date-invalid", f'{place}:6 column "Day"'),
        ("awarded-missing", f'{place}:7 column "Day"'),
        ("awarded-unlikely", f'{place}:8 column "Day"'),
        ("awarded-unlikely", f'{place}:9 column "Day"'),
        ("valid-until-early", f'{place}:10 column "Until"'),
        ("valid-until-passed", f'{place}:11 column "Until"'),
        ("language-invalid", f'{place}:12 column "Tongue"'),
        ("name-long", f'{place}:13 column "Full name"'),
        ("cell-long", f'{place}:14 column "Score"'),
        ("character-control", f'{place}:15 column "Score"'),
    ]
    assert [row.values["name"] for row in done.rows] == ["G", "H", "J", "O"]
    assert all(finding.hint and finding.message and not finding.message.endswith(".") for finding in done.findings)


def test_dates_of_the_batch_are_checked_once(root: Path) -> None:
    for text, expected in (
        ("", [("awarded-missing", Severity.ERROR)]),
        ("awarded: 2026-06-03\n", [("awarded-unlikely", Severity.WARNING)]),
        ("awarded: 2020-05-30\nvalid_until: 2021-05-30\n", [("valid-until-passed", Severity.WARNING)]),
    ):
        done = plan(put(root, settings=SETTINGS.replace("awarded: 2026-05-30\n", text)))
        assert [(finding.code.value, finding.severity) for finding in done.findings] == expected
        assert str(done.findings[0].place) == "records/b/batch.yml"


def test_addresses_keep_their_local_part(root: Path) -> None:
    done = plan(put(root, "Full name,E-mail,Score\nA,Ada.L@XN--MNCHEN-3YA.example.org,\nB,b@münchen.example.ORG,\n"))
    assert [row.values["email"] for row in done.rows] == ["Ada.L@münchen.example.org", "b@münchen.example.org"]


def test_names_and_load(root: Path) -> None:
    assert batches.names(root) == []
    put(root, name="2026-b")
    put(root, name="2026-a")
    (root / "records" / "notes").mkdir()
    assert batches.names(root) == ["2026-a", "2026-b"]
    batch = batches.load(root, "2026-a")
    assert (batch.roster_path, batch.settings_path) == ("records/2026-a/roster.csv", "records/2026-a/batch.yml")
    for name in ("..", "A", "", "a/b", "-a", "x" * 81, "2026-a\n"):
        with pytest.raises(ConfigError, match="no name of a batch"):
            batches.load(root, name)
    with pytest.raises(ConfigError, match="no such batch"):
        batches.load(root, "none")
    with pytest.raises(ConfigError, match="no such file"):
        batches.load(root, "notes")


@pytest.mark.parametrize(
    ("line", "known"),
    [
        *((f"{field}: E-mail", "email") for field in ("emial", "mail", "e_mail", "emails", "email_address")),
        ("valid_untill: Until", "valid_until"),
        ("langauge: Tongue", "language"),
        ("awrded: Day", "awarded"),
    ],
)
def test_a_misspelt_field_blocks_and_is_read_as_what_it_means(root: Path, line: str, known: str) -> None:
    head, cells = "Full name,E-mail,Score,Until,Tongue,Day", "Ada,ada@example.org,1,2030-01-01,en,2026-05-29"
    settings = SETTINGS.replace("email: E-mail", line)
    done = plan(put(root, f"{head}\n{cells}\n", settings))
    assert [found for found in codes(done) if found[0] != "column-unused"] == [("field-misspelt", "records/b/batch.yml:5")]
    assert done.blocks
    assert f"did you mean `{known}`?" in done.findings[-1].hint
    assert known in next(iter(done.rows)).values
    assert line.partition(":")[0] not in next(iter(done.rows)).values
    assert "E-mail" not in dict(done.public).values()


def test_a_misspelt_name_is_not_also_missing(root: Path) -> None:
    done = plan(put(root, settings=SETTINGS.replace("name: Full", "nmae: Full")))
    assert codes(done) == [("field-misspelt", "records/b/batch.yml:4")]
    assert [row.values["name"] for row in done.rows] == ["José Núñez", "Ada Lovelace"]


def test_fields_of_ones_own_are_no_misspellings(root: Path) -> None:
    own = "grade game team marks date hours same fame page age award detail main hall place title languages".split()
    roster = f"{','.join(['name', 'language', *own])}\n{'Ada,en' + ',x' * len(own)}\n"
    settings = SETTINGS[: SETTINGS.index("columns")] + "columns:\n" + "".join(f"  {field}: {field}\n" for field in ["language", *own])
    done = plan(put(root, roster, settings))
    assert (codes(done), done.new) == ([], 1)
    assert set(own) <= next(iter(done.rows)).values.keys()


@pytest.mark.parametrize("cell", ["ada@example.org", "Ada <ada.l+x@example.org>", "mailto:ada@xn--p1ai.example.org", "ada＠example.org"])
def test_an_address_that_would_be_published_blocks(root: Path, cell: str) -> None:
    for row, column in ((f"{cell},a@example.org,1", "Full name"), (f"Ada,a@example.org,{cell}", "Score")):
        done = plan(put(root, f"Full name,E-mail,Score\n{row}\n"))
        assert codes(done) == [("address-public", f'records/b/roster.csv:2 column "{column}"')]
        assert "would be published" in done.findings[0].message
        assert (done.blocked, done.blocks) == (1, True)


@pytest.mark.parametrize("cell", ["@ada", "@ada@social.example.org", "3@2.50", "Room @ Home", "ada(at)example.org"])
def test_other_cells_with_an_at_sign_pass(root: Path, cell: str) -> None:
    assert plan(put(root, f"Full name,E-mail,Score\nAda,a@example.org,{cell}\n")).findings == ()


def test_what_becomes_public(root: Path) -> None:
    done = plan(put(root, "Full name,E-mail,Score,Notes\nAda,a@example.org,1,x\n"))
    assert (done.public, done.private) == ((("name", "Full name"), ("score", "Score")), ("E-mail", "Notes"))


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_title_above_the_headers(root: Path, delimiter: str) -> None:
    done = plan(put(root, "Graduates of 2026\n\n" + ROSTER.replace(",", delimiter)))
    assert codes(done) == [("column-missing", "records/b/roster.csv:1")]
    assert done.findings[0].hint == "line 1 must hold the headers; yours seem to stand in line 3: delete what is above them"
    assert (len(done.rows), done.blocked) == (0, 2)


def test_headers_in_another_place_of_a_workbook(root: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "Notes"
    workbook.active.append(["Read me"])
    for name, lines in (("Empty", []), ("Spring: term", ["Full name,E-mail,Score", "Ada,a@example.org,1"])):
        sheet = workbook.create_sheet(name.replace(":", ""))
        for line in lines:
            sheet.append(line.split(","))
    out = io.BytesIO()
    workbook.save(out)
    done = plan(put(root, out.getvalue(), file="roster.xlsx"))
    assert [found.code for found in done.findings] == [Code.SHEET_CHOSEN, Code.COLUMN_MISSING]
    assert done.findings[1].message == "the headers are not in the sheet 'Notes'; they seem to stand in the sheet 'Spring term'"
    assert done.findings[1].hint == 'write `sheet: "Spring term"` in batch.yml'
    assert plan(put(root, out.getvalue(), SETTINGS + 'sheet: "Spring term"\n', file="roster.xlsx")).new == 1
    workbook["Notes"].append(["Full name", "E-mail", "Score"])
    workbook["Notes"].append(["Ada", "a@example.org", 1])
    out = io.BytesIO()
    workbook.save(out)
    assert "yours seem to stand in line 2" in plan(put(root, out.getvalue(), file="roster.xlsx")).findings[1].hint


@pytest.mark.parametrize("name", ["roster.xlsb", "People.ODS.numbers", "roster.xlsm", "roster.txt", "people.tsv"])
def test_a_roster_of_another_kind_is_named(root: Path, name: str) -> None:
    folder = put(root).folder
    (folder / "roster.csv").rename(folder / name)
    (folder / "notes.txt").write_text("Not a roster.", encoding="utf-8")
    with pytest.raises(RosterError, match="cannot be read") as caught:
        batches.load(root, "b")
    assert (str(caught.value.place), caught.value.hint) == (f"records/b/{name}", "save it as CSV, XLSX, XLS, ODS, JSON or JSON Lines")


@pytest.mark.parametrize("name", ["People.ODS", "people.xls", "people.json", "PEOPLE.JSONL", "roster.xlsx", "people.csv"])
def test_a_roster_of_every_kind_is_found(root: Path, name: str) -> None:
    folder = put(root).folder
    (folder / "roster.csv").rename(folder / name)
    for other in (
        "~$people.xlsx",
        ".~lock.people.ods#",
        ".people.csv",
        "rejects.csv",
        "Rejects.xlsx",
        "issued-0001.jsonl",
        "deliveries.jsonl",
    ):
        (folder / other).write_bytes(b"{}")
    assert batches.load(root, "b").roster.name == name


def test_a_roster_in_json_gives_the_same_plan(root: Path) -> None:
    people = [dict(zip(("Full name", "E-mail", "Score"), line.split(","), strict=True)) for line in ROSTER.splitlines()[1:]]
    known = issued(plan(put(root)))
    (root / "records" / "b" / "roster.csv").unlink()
    done = plan(put(root, json.dumps(people), file="roster.json"), known)
    assert (done.unchanged, done.withdrawn, codes(done)) == (len(people), (), [])


def test_people_on_one_line_of_json_are_told_apart(root: Path) -> None:
    people = [{"Full name": "Ada", "E-mail": "a@example.org", "Score": 1}] * 2
    done = plan(put(root, json.dumps(people), file="roster.json"))
    assert codes(done) == [("row-duplicate", 'records/b/roster.json record 2 column "E-mail"')]
    done = plan(put(root, json.dumps(people, indent=1), file="roster.json"))
    assert codes(done) == [("row-duplicate", 'records/b/roster.json:7 column "E-mail"')]


def test_the_encoding_of_batch_yml_is_honoured(root: Path) -> None:
    done = plan(put(root, ROSTER.encode("cp1252"), SETTINGS + "encoding: windows-1252\n"))
    assert [row.values for row in done.rows] == [row.values for row in plan(put(root, ROSTER)).rows]


def test_blank_rows_block_nobody(root: Path) -> None:
    header, first, *others = ROSTER.splitlines()
    done = plan(put(root, "\n".join([header, first, "", "", "", *others])))
    assert (len(done.rows), done.blocks, [code for code, _ in codes(done)]) == (1 + len(others), False, ["rows-blank"])


def test_a_misnamed_batch_yml(root: Path) -> None:
    for name, file in (("a", "batch.yaml"), ("c", "batch.yml.txt"), ("d", "batches.yml")):
        put(root, name=name).folder.joinpath("batch.yml").rename(root / "records" / name / file)
    put(root, name="b").folder.joinpath("batch.yaml").write_text("", encoding="utf-8")
    assert batches.misnamed(root) == {"a": "batch.yaml", "c": "batch.yml.txt"}


def test_exactly_one_roster(root: Path) -> None:
    folder = put(root).folder
    (folder / "~$roster.xlsx").write_bytes(b"")
    assert batches.load(root, "b").roster.name == "roster.csv"
    (folder / "Second.XLSX").write_bytes(b"")
    with pytest.raises(RosterError, match=r"no single roster: 'Second\.XLSX', 'roster\.csv'"):
        batches.load(root, "b")
    assert put(root, settings=SETTINGS + "roster: roster.csv\n").roster.name == "roster.csv"
    with pytest.raises(RosterError, match="no such file"):
        put(root, settings=SETTINGS + "roster: other.csv\n")
    (folder / "roster.csv").unlink()
    (folder / "Second.XLSX").unlink()
    (folder / "batch.yml").write_text(SETTINGS, encoding="utf-8")
    with pytest.raises(RosterError, match="there is no roster"):
        batches.load(root, "b")
    (folder / "roster.csv").mkdir()
    with pytest.raises(RosterError, match="is not a file"):
        batches.load(root, "b")


def test_links_out_of_the_repository_are_refused(root: Path) -> None:
    repository = root / "repository"
    folder = put(repository).folder
    outside = root / "outside.csv"
    shutil.move(folder / "roster.csv", outside)
    (folder / "roster.csv").symlink_to(outside)
    with pytest.raises(RosterError, match="leads out of the repository"):
        batches.load(repository, "b")
    (folder / "roster.csv").unlink()
    (folder / "roster.csv").symlink_to("roster.csv")
    with pytest.raises(RosterError):
        batches.load(repository, "b")
    shutil.move(folder, root / "elsewhere")
    folder.symlink_to(root / "elsewhere")
    with pytest.raises(RosterError, match="leads out of the repository"):
        batches.load(repository, "b")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12) | st.sampled_from(["Ada", "a@example.org", "2026-05-30", "\u202e"]), max_size=4), max_size=6))
def test_a_plan_never_raises_anything_but_roster_errors(tmp_path_factory: pytest.TempPathFactory, cells: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["Full name", "E-mail", "Score"], *cells])
    batch = put(tmp_path_factory.getbasetemp() / "any", text.getvalue().encode("utf-8", "replace"))
    try:
        done = plan(batch)
    except RosterError as error:
        hint = error.hint
        assert hint
    else:
        assert done.blocked + len(done.rows) <= len(cells)
        again = plan(batch, issued(done))
        assert [row.action for row in again.rows] == ["unchanged"] * len(done.rows)


def test_ten_thousand_rows_are_planned_in_three_seconds(root: Path) -> None:
    rows = (f"José Núñez {number},person{number}@example.org,{number % 101}" for number in range(10_000))
    batch = put(root, "Full name,E-mail,Score\n" + "\n".join(rows) + "\n")
    begun = time.process_time()
    assert plan(batch).new == 10_000
    assert time.process_time() - begun < 3
