"""JSON and JSON Lines rosters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import RosterError
from issuer.roster.findings import Code
from issuer.roster.reading import read
from issuer.roster.table import Table


def table(tmp_path: Path, raw: bytes | str, name: str = "roster.json", **options: Any) -> Table:
    (tmp_path / name).write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return read(tmp_path / name, shown_as=name, **options)


def cells(read_table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table.rows]


def refused(tmp_path: Path, raw: bytes | str, name: str = "roster.json", **options: Any) -> RosterError:
    with pytest.raises(RosterError) as caught:
        list(table(tmp_path, raw, name, **options).rows)
    assert caught.value.hint
    return caught.value


PEOPLE = [{"name": "José Núñez", "email": "jose@example.org"}, {"name": "王小明", "score": 9}]
EXPECTED = (("name", "email", "score"), [("José Núñez", "jose@example.org", ""), ("王小明", "", "9")])


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_an_array_of_objects(tmp_path: Path, codec: str, indent: int | None, ascii_only: bool) -> None:
    read_table = table(tmp_path, json.dumps(PEOPLE, indent=indent, ensure_ascii=ascii_only).encode(codec))
    assert (read_table.headers, cells(read_table)) == EXPECTED


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"])
def test_json_lines(tmp_path: Path, end: str) -> None:
    read_table = table(tmp_path, end.join(json.dumps(person) for person in PEOPLE) + end, "roster.jsonl")
    assert (read_table.headers, cells(read_table)) == EXPECTED


def test_values_are_text_as_it_is_written(tmp_path: Path) -> None:
    raw = '[{"a": 1.10, "b": 1e400, "c": -0, "d": 12345678901234567890.0, "e": true, "f": false, "g": null, "h": "007", "i": 0.1}]'
    assert cells(table(tmp_path, raw)) == [("1.10", "1e400", "-0", "12345678901234567890.0", "true", "false", "", "007", "0.1")]


def test_places_are_lines_or_records(tmp_path: Path) -> None:
    read_table = table(tmp_path, json.dumps(PEOPLE, indent=1))
    assert [str(read_table.place(row.line, 0)) for row in read_table.rows] == [f'roster.json:{line} column "name"' for line in (2, 6)]
    read_table = table(tmp_path, json.dumps(PEOPLE))
    assert [str(read_table.place(row.line)) for row in read_table.rows] == ["roster.json record 1", "roster.json record 2"]
    read_table = table(tmp_path, '\n{"name": "Ada"}\n\n{"name": "Bob"}\n', "roster.jsonl")
    assert [str(read_table.place(row.line)) for row in read_table.rows] == ["roster.jsonl:2", "roster.jsonl:4"]


def test_what_has_parts_is_found_in_each_row(tmp_path: Path) -> None:
    rows = list(table(tmp_path, '[{"name": ["Ada"]},\n{"name": {"first": "Bob"}},\n{"name": "Eve"}]').rows)
    assert [[(found.code, found.message) for found in row.findings] for row in rows] == [
        [(Code.CELL_NESTED, "the cell holds an array")],
        [(Code.CELL_NESTED, "the cell holds an object")],
        [],
    ]
    assert rows[0].findings[0].blocks


def test_a_key_that_comes_late(tmp_path: Path) -> None:
    people = [{"name": f"Person {number}"} for number in range(1500)]
    people[999]["city"] = "Rome"
    people[1100] |= {"score": "9", "seat": "7"}
    people[1200]["score"] = "8"
    people[1300]["note"] = ""
    read_table = table(tmp_path, "\n".join(map(json.dumps, people)), "roster.jsonl")
    assert read_table.headers == ("name", "city")
    rows = list(read_table.rows)
    assert [(row.line, found.code) for row in rows for found in row.findings] == [(1101, Code.HEADER_EMPTY), (1201, Code.HEADER_EMPTY)]
    assert "'score' comes up only after 1,000 records" in rows[1100].findings[0].message


def test_half_of_a_character_is_a_character_that_was_lost(tmp_path: Path) -> None:
    assert cells(table(tmp_path, '[{"na\\ud800me": "A\\udfffda", "b": "\\ud83d\\ude00"}]')) == [("A\ufffdda", "😀")]
    assert [found.code for found in table(tmp_path, '[{"na\\ud800me": "Ada"}]').findings] == [Code.CHARACTER_REPLACED]


def test_blank_records_and_none(tmp_path: Path) -> None:
    assert cells(table(tmp_path, '[{"name": null}, {}, {"name": " "}, {"name": "Ada"}]')) == [("Ada",)]
    for raw in ("", "[]", " [ ] ", "[{}]"):
        read_table = table(tmp_path, raw)
        assert (read_table.headers, cells(read_table)) == ((), [])


def test_more_rows_than_are_allowed(tmp_path: Path) -> None:
    for name, raw in (("roster.json", json.dumps(PEOPLE)), ("roster.jsonl", "\n".join(map(json.dumps, PEOPLE)))):
        assert len(cells(table(tmp_path, raw, name, most=2))) == 2
        error = refused(tmp_path, raw, name, most=1)
        assert (error.code, error.message) == (Code.ROWS_MANY, "has more than 1 rows")


@pytest.mark.parametrize(
    ("raw", "line", "said"),
    [
        ('[{"name": "Ada"},\n{"name": "Bob", "name": "Eve"}]', 2, "has the key 'name' twice"),
        ('[{"name": "Ada"}\n{"name": "Bob"}]', 2, "has no comma or ] after a record"),
        ('[{"name": "Ada"},\n]', 2, "is broken: Expecting value at character 1"),
        ('[\n{"name":\n"Ada" "x"}]', 3, "is broken: Expecting ',' delimiter at character 7"),
        ('[{"name": "Ada"},\n["Bob"]]', 2, "has an array where an object belongs"),
        ('[{"name": "Ada"},\n"Bob"]', 2, "has a single value where an object belongs"),
        ('[{"name": NaN}]', 1, "has NaN, which is no JSON"),
        ('[{"name": "Ada"}]\n[]', 2, "goes on after the array"),
        ('{"name": "Ada"}\n{"name": "Bob"}', 1, "is no JSON array"),
        ("[" + json.dumps({str(number): 1 for number in range(300)}) + "]", 1, "has more than 256 keys"),
        ('[{"name": "Ada"},\n{"name": "José"}]'.encode("cp1252"), 2, "is not UTF-8: byte 0xe9 at line 2, character 14"),
    ],
)
def test_what_is_no_roster(tmp_path: Path, raw: str | bytes, line: int, said: str) -> None:
    error = refused(tmp_path, raw)
    assert error.place is not None
    assert (said in error.message, error.place.line) == (True, line), str(error)


def test_an_array_is_no_json_lines(tmp_path: Path) -> None:
    error = refused(tmp_path, '[{"name": "Ada"}]', "roster.jsonl")
    assert "an array where an object belongs" in error.message
    assert ".json" in error.hint
    assert ".jsonl" in refused(tmp_path, '{"name": "Ada"}\n{"name": "Bob"}').hint
    assert "more than one value on the line" in refused(tmp_path, '{"a": 1} {"a": 2}', "roster.jsonl").message


def test_a_large_array_is_refused_and_large_lines_are_not(tmp_path: Path) -> None:
    person = b'{"name": "' + b"Ada" * 10_000 + b'"}'
    assert "is larger than 32 MB" in refused(tmp_path, b"[" + b",".join([person] * 1200) + b"]").message
    assert sum(1 for _ in table(tmp_path, b"\n".join([person] * 1200), "roster.jsonl").rows) == 1200


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = TEXTS | st.integers() | st.booleans() | st.none()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.fixed_dictionaries({"name": VALUES}, optional={"b": VALUES, "c": VALUES}), max_size=6),
    st.sampled_from(["roster.json", "roster.jsonl"]),
    st.booleans(),
)
def test_written_values_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    people: list[dict[str, Any]],
    name: str,
    ascii_only: bool,
) -> None:
    written = [json.dumps(person, ensure_ascii=ascii_only) for person in people]
    text = "\n".join(written) if name == "roster.jsonl" else f"[{','.join(written)}]"
    read_table = table(tmp_path_factory.getbasetemp(), text, name)
    keys = list(dict.fromkeys(key for person in people for key in person))
    expected = [tuple(_text(person.get(key)) for key in keys) for person in people]
    assert read_table.headers == tuple(keys)
    assert cells(read_table) == [row for row in expected if any(cell.strip() for cell in row)]


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=60) | st.lists(st.sampled_from(list('[]{},:"a1 \n\\')), max_size=30).map(lambda parts: "".join(parts).encode()),
    st.sampled_from(["roster.json", "roster.jsonl"]),
)
def test_any_bytes_give_rows_or_a_roster_error(tmp_path_factory: pytest.TempPathFactory, raw: bytes, name: str) -> None:
    try:
        read_table = table(tmp_path_factory.getbasetemp(), raw, name)
        assert all(len(row.cells) == len(read_table.headers) for row in read_table.rows)
    except RosterError as error:
        hint = error.hint
        assert hint
