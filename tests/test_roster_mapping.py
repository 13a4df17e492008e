"""Which column fills which field: what people call their columns, halves of a name, constants, and what batch.yml says."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer import credential, records
from issuer.batch_config import KNOWN_FIELDS, BatchConfig, read_batch
from issuer.errors import ConfigError
from issuer.roster import headers, mapping, presets
from issuer.roster.findings import Code
from issuer.roster.mapping import Mapping
from issuer.roster.table import Row, Table
from tests.school import found
from tests.test_batch import codes, plan, put

ACHIEVEMENT = {"name": "A", "description": "B", "criteria": "C"}
ONE_LINE = "achievement: {name: Course Certificate, description: A course in four parts., criteria: Completed all four parts.}\n"
CONSTANTS = {"course": "Python 101", "year": "2026", "role": "Student"}
LABELS = {"course": "Course taken", "year": "year", "hall": "Where"}


def match(*titles: str, **settings: Any) -> Mapping:
    config = BatchConfig.model_validate({"achievement": ACHIEVEMENT, **settings})
    return mapping.match(Table("roster.csv", None, 1, titles, iter(())), config, "records/b/batch.yml")


def read(mapped: Mapping, *cells: str) -> dict[str, str]:
    return {column.field: column.text(cells) for column in mapped.columns}


@pytest.mark.parametrize(
    ("titles", "cells", "name"),
    [
        ("First name,Last name", "Ada,Lovelace", "Ada Lovelace"),
        ("LAST_NAME,FIRST_NAME", "Lovelace,Ada", "Ada Lovelace"),
        ("Surname,Given names", "Lovelace,Ada", "Ada Lovelace"),
        ("Nachname,Vorname", "Groß,Zoë", "Zoë Groß"),
        ("Name,Vorname", "Groß,Zoë", "Zoë Groß"),
        ("Nom,Prénom", "Curie,Marie", "Marie Curie"),
        ("NOM,PRENOM", "Curie,Marie", "Marie Curie"),
        ("Nom", "Marie Curie", "Marie Curie"),
        ("Nom,Cognoms", "Mercè,Rodoreda", "Mercè Rodoreda"),
        ("Nombre,Apellidos", "José,Núñez Álvarez", "José Núñez Álvarez"),
        ("Nombre", "José Núñez", "José Núñez"),
        ("Apellido(s),Nombre", "Núñez,José", "José Núñez"),
        ("Nome,Cognome", "Íris,Magalhães", "Íris Magalhães"),
        ("Nome,Sobrenome", "Íris,Magalhães", "Íris Magalhães"),
        ("Voornaam,Tussenvoegsel,Achternaam", "Anna,van den,Berg", "Anna van den Berg"),
        ("Voornaam,Tussenvoegsel,Achternaam", "Anna,,Berg", "Anna Berg"),
        ("Vezetéknév,Keresztnév", "Bartók,Béla", "Bartók Béla"),
        ("名,姓", "千尋,渡辺", "渡辺千尋"),
        ("姓,名", "Smith,John", "Smith John"),
        ("이름,성", "민수,김", "김민수"),
        ("Họ,Tên", "Nguyễn,Ánh", "Nguyễn Ánh"),
        ("Имя,Фамилия", "Дмитрий,Ёлкин", "Дмитрий Ёлкин"),
        ("姓名", "王小明", "王小明"),
        ("الاسم", "ليلى حداد", "ليلى حداد"),
        ("Full name:", "Ada Lovelace", "Ada Lovelace"),
        ("Name *", "Ada Lovelace", "Ada Lovelace"),
    ],
)
def test_names_in_many_languages(titles: str, cells: str, name: str) -> None:
    mapped = match(*titles.split(","))
    assert mapped.complete
    assert read(mapped, *cells.split(",")) == {"name": name}


@pytest.mark.parametrize(
    "title",
    ["email", "E-Mail", "e_mail", "Mail", "Email Address", "Adresse e-mail", "Correo electrónico", "Courriel", "E-Mail-Adresse", "邮箱"],
)
def test_addresses_in_many_languages(title: str) -> None:
    assert read(match("Name", title), "Ada", "ada@example.org") == {"name": "Ada", "email": "ada@example.org"}


def test_what_is_found_is_told_once() -> None:
    mapped = match("Vorname", "Nachname", "Courriel", "Punkte")
    assert [found.code for found in mapped.findings] == [Code.COLUMN_FOUND, Code.COLUMN_UNUSED]
    assert mapped.findings[0].message == "name is read from Vorname + Nachname, email is read from Courriel"
    assert "`columns:` in records/b/batch.yml" in mapped.findings[0].hint
    assert mapped.findings[1].message == "columns not used: 'Punkte'"
    assert [match(*titles).findings for titles in (("Name", "E-mail"), ("name", "EMAIL", "Valid until"))] == [(), ()]


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        (("Full name", "First name", "Last name"), "'First name + Last name' and 'Full name' both"),
        (("Name", "First name"), "'Name' and 'Name + First name' both"),
        (("Surname", "Name"), "'Name' and 'Name + Surname' both"),
        (("Name", "Full name"), "'Name' and 'Full name' both"),
        (("Name", "Student name", "Recipient name"), "'Name' and 'Student name' and 'Recipient name' all"),
        (("Name", "Email", "Mail address"), "'Email' and 'Mail address' both"),
        (("Name", "Completed on", "Date of award"), "'Completed on' and 'Date of award' both"),
    ],
)
def test_of_two_columns_none_is_chosen(titles: tuple[str, ...], said: str) -> None:
    mapped = match(*titles)
    ambiguous = [found for found in mapped.findings if found.code is Code.COLUMN_AMBIGUOUS]
    assert [said in found.message for found in ambiguous] == [True]
    assert not mapped.complete
    assert Code.COLUMN_FOUND not in [found.code for found in mapped.findings]


def test_what_batch_yml_says_wins() -> None:
    mapped = match(
        "Name", "First name", "Last name", "Email", "Mail address", columns={"name": ["Last name", "First name"], "email": "Email"}
    )
    assert read(mapped, "x", "Ada", "Lovelace", "a@example.org", "b@example.org") == {"name": "Lovelace Ada", "email": "a@example.org"}
    assert [found.code for found in mapped.findings] == [Code.COLUMN_UNUSED]


def test_the_day_of_the_award_is_found_only_when_batch_yml_gives_none() -> None:
    assert read(match("name", "completion_date"), "Ada", "2026-05-30") == {"name": "Ada", "awarded": "2026-05-30"}
    assert match("name", "completion_date", awarded="2026-05-30").column("awarded") is None
    assert match("name", "Awarded", awarded="2026-05-30").column("awarded") is not None
    assert match("name", "Date").column("awarded") is None


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Lovelace, Ada", "Ada Lovelace"),
        ("de la Cruz ,Ngozi", "Ngozi de la Cruz"),
        ("King, Solomon, Jr.", "Solomon King Jr."),
        ("Ada Lovelace", "Ada Lovelace"),
        ("Lovelace,", "Lovelace,"),
        ("One, Two, Three", "One, Two, Three"),
        ("", ""),
    ],
)
def test_names_are_turned_round_at_the_comma(cell: str, name: str) -> None:
    assert read(match("Student", columns={"name": {"column": "Student", "turned": True}}), cell) == {"name": name}


def test_a_column_that_is_filled_for_people_only() -> None:
    mapped = match("Student", "ID", preset="canvas")
    rows = [Row(line, cells) for line, cells in enumerate([("    Points Possible", ""), ("Lovelace, Ada", "7"), ("", "")], 2)]
    assert [row.line for row in mapped.people(rows)] == [3]
    assert list(match("Name").people(rows)) == rows


def test_titles_above_headers_that_batch_yml_does_not_name(tmp_path: Path) -> None:
    settings = ONE_LINE + "awarded: 2026-05-30\n"
    done = plan(put(tmp_path, "Graduates of 2026,\n\nVorname,Nachname\nZoë,Groß\n", settings))
    assert codes(done) == [("column-missing", "records/b/roster.csv:1")]
    assert "yours seem to stand in line 3" in done.findings[0].hint


def test_half_a_name_and_a_name_in_no_order(tmp_path: Path) -> None:
    settings = ONE_LINE + "awarded: 2026-05-30\n"
    done = plan(put(tmp_path, "First name,Last name\nAda,Boole\nSuharto,\n,Groß\n", settings))
    assert codes(done)[1:] == [
        ("name-half", f'records/b/roster.csv:{line} column "{half} name"') for line, half in ((3, "Last"), (4, "First"))
    ]
    assert ([row.values["name"] for row in done.rows], done.blocks) == (["Ada Boole", "Suharto", "Groß"], False)
    dutch = plan(put(tmp_path, "Voornaam,Tussenvoegsel,Achternaam\nAnna,,Berg\n", settings))
    assert codes(dutch) == [("column-found", "records/b/roster.csv:1")]
    turned = settings + "columns: {name: {column: Who, turned: true}}\n"
    done = plan(put(tmp_path, 'Who\n"Boole, Ada"\n"One, Two, Three"\n', turned))
    assert (codes(done), done.blocks) == ([("name-order", 'records/b/roster.csv:3 column "Who"')], True)


WORDS = sorted({word for words, _ in headers.PLAIN_NAMES for part in headers._PARTS for word in getattr(words, part)})
HEADERS = st.lists(
    st.text(max_size=12) | st.sampled_from([*WORDS, *sorted(headers.KNOWN["email"]), "Name", "ID", "Student", ""]), max_size=10
)


@given(HEADERS, st.none() | st.sampled_from(presets.names()), st.booleans())
def test_whatever_the_headers_a_field_is_filled_once(titles: list[str], preset: str | None, mapped: bool) -> None:
    columns = {"score": {"column": titles[0]}} if mapped and titles and titles[0].strip() and titles[0].isprintable() else {}
    done = match(*titles, preset=preset, columns=columns)
    fields = [column.field for column in done.columns]
    assert len(fields) == len(set(fields))
    assert set(fields) <= {*KNOWN_FIELDS, "score"}
    found = [index for column in done.columns if column.field != "score" for index in column.indexes]
    assert len(found) == len(set(found))
    assert all(0 <= index < len(titles) for index in found)
    assert (done.column("name") is not None) or not done.complete
    assert all(isinstance(column.text(("x, y",) * len(titles)), str) for column in done.columns)


def test_constants_and_defaults_are_signed_and_named(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.roster("Mary O'Neill,mary@example.org,", "Ada,,Hall 2", header="Name,E-mail,Where")
    columns = (
        "course: {value: Python 101, label: Course taken}",
        "year: {value: '2026', as: field}",
        "hall: {column: Where, default: Hall 1}",
        "role: {value: Student}",
    )
    settings = ONE_LINE + "awarded: 2026-01-30\ncolumns:\n" + "".join(f"  {line}\n" for line in columns)
    (school.batch / "batch.yml").write_text(settings, "utf-8")
    shown = school.outputs("--quiet", "check")[0]
    assert "course (the same for all), year (the same for all), Where, role (the same for all), Name; not public: E-mail" in shown
    assert "new: line 3: Ada, course: Python 101, year: 2026, hall: Hall 2, role: Student" in shown
    school.issuer("--quiet", "issue")
    signed = [record.credential for record in records.read(school.root)]
    assert [credential.values(made)["hall"] for made in signed] == ["Hall 1", "Hall 2"]
    for made in signed:
        assert {field: credential.values(made)[field] for field in ("course", "year", "role")} == CONSTANTS
        assert {field: credential.labels(made)[field] for field in ("course", "year", "hall")} == LABELS
    assert school.json("check")["batches"][0]["unchanged"] == 2


def test_a_constant_is_not_for_what_differs_from_person_to_person(tmp_path: Path) -> None:
    for field in ("name", "email"):
        for kind in ("{value: Ada}", "{column: Who, default: Ada}"):
            with pytest.raises(ConfigError, match=f"'{field}' differs from person to person"):
                put(tmp_path, "Who\nAda\n", ONE_LINE + f"columns: {{{field}: {kind}}}\n")
    with pytest.raises(ConfigError, match=r"must be a date such as 2026-05-30, not '30\.05\.2026'"):
        put(tmp_path, "Name\nAda\n", ONE_LINE + 'columns: {started: {value: "30.05.2026"}}\n')
    with pytest.raises(ConfigError, match="key: course is the same in every row"):
        put(tmp_path, "Name\nAda\n", ONE_LINE + "columns: {course: {value: Python 101}}\nkey: course\n")


def test_the_seed_sample_needs_three_lines(tmp_path: Path) -> None:
    sample = (Path(__file__).parent / "rosters" / "seed-sample.csv").read_bytes()
    settings = ONE_LINE + "template: default\ncolumns: {course: {column: title, label: Course}}\n"
    assert settings.count("\n") == 3
    done = plan(put(tmp_path, sample, settings))
    assert (codes(done), done.blocks) == ([("column-found", "records/b/roster.csv:1")], False)
    assert [dict(row.values) for row in done.rows] == [
        {"name": "Jane Doe", "email": "jane.doe@example.org", "course": "Course Certificate", "awarded": "2025-12-07"},
        {"name": "John Smith", "email": "john.smith@example.org", "course": "Course Certificate", "awarded": "2025-12-07"},
    ]
    alone = plan(put(tmp_path, sample, ONE_LINE))
    assert (codes(alone)[1], alone.new) == (("column-unused", "records/b/roster.csv:1"), 2)


GUIDE = (Path(__file__).parents[1] / "site" / "guide" / "rosters.md").read_text("utf-8")


def test_the_guides_table_of_names_is_what_happens() -> None:
    rows = re.findall(r"^\| (\w+(?:, \w+)+) \| (.+?) \| (.+?) \|$", GUIDE, re.MULTILINE)
    assert len(rows) == 8
    for titles, cells, name in rows:
        assert read(match(*titles.split(", ")), *cells.split(", ")) == {"name": name}


def test_the_guides_lines_of_batch_yml_are_right(tmp_path: Path) -> None:
    blocks = [textwrap.dedent(block) for block in re.findall(r"(?:^    .+\n)+", GUIDE, re.MULTILINE)]
    settings = [block for block in blocks if block.startswith(("achievement:", "columns:"))]
    assert len(settings) == 8
    for block in settings:
        path = tmp_path / "batch.yml"
        path.write_text(block if block.startswith("achievement") else ONE_LINE + block, "utf-8")
        assert read_batch(path).achievement.name
    assert re.findall(r"^\| `([a-z-]+)` \| .+ \| .+ \|$", GUIDE, re.MULTILINE)[:6] == [
        *("moodle", "canvas", "google-forms", "eventbrite", "zoom", "open-edx"),
    ]
