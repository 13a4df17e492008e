"""Rows and whole rosters: what is normalised, what columns prove, and who stands twice."""

from __future__ import annotations

import datetime as dt
import time
import tracemalloc
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from issuer.batch_config import BatchConfig
from issuer.roster import mapping
from issuer.roster.checking import Checked, Checker
from issuer.roster.findings import Code, Finding, Severity
from issuer.roster.policy import DEFAULT, Policy
from issuer.roster.similar import People
from issuer.roster.table import Row, Table

NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
ACHIEVEMENT = {"name": "Python 101", "description": "Ten evenings.", "criteria": "Passed."}
Cells = Sequence[Sequence[str]]


def table(headers: Sequence[str], rows: Cells, real: frozenset[int] = frozenset()) -> Table:
    """A roster as a reader gives it. real: columns whose ISO dates are real dates of a spreadsheet."""
    made = (
        Row(line, tuple(cells), frozenset(index for index in real if cells[index].startswith("20"))) for line, cells in enumerate(rows, 2)
    )
    return Table("roster.csv", None, 1, tuple(headers), made)


def check(
    headers: Sequence[str], rows: Cells, *, rules: Policy = DEFAULT, real: frozenset[int] = frozenset(), **settings: Any
) -> tuple[list[Checked], list[Finding]]:
    """The rows, and what is found at the end."""
    config = BatchConfig.model_validate({"achievement": ACHIEVEMENT, "awarded": dt.date(2026, 5, 30), **settings})
    read = table(headers, rows, real)
    matched = mapping.match(read, config, "batch.yml")
    checker = Checker(read, matched, config, NOW, rules, lambda: table(headers, rows, real))
    rows_checked = [checker.check(row) for row in read.rows]
    for checked in rows_checked:
        checker.keep(checked)
    return rows_checked, checker.finish()


def codes(rows: list[Checked]) -> list[str]:
    return [found.code.value for row in rows for found in row.findings]


def test_what_changed_is_told_old_and_new() -> None:
    headers = ("name", "email", "day", "credits", "first", "last")
    columns = {"started": "day", "credits": "credits", "role": ["first", "last"]}
    rows, _ = check(
        headers,
        [
            ("  Ada  Lovelace", "Ada.L@EXAMPLE.org", "30/05/2026", "2,50", "First", "Mate"),
            ("Jose\u0301 Núñez", "jose@xn--mnchen-3ya.example", "2026-05-30", "2.5", "", ""),
            ("Emmy Noether", "emmy@example.org", "2026-05-30", "3", "First", "Mate"),
        ],
        columns=columns,
    )
    assert rows[0].normalised == (
        ("started", "30/05/2026", "2026-05-30"),
        ("credits", "2,50", "2.5"),
        ("name", "  Ada  Lovelace", "Ada Lovelace"),
        ("email", "Ada.L@EXAMPLE.org", "Ada.L@example.org"),
    )
    assert rows[1].normalised == (
        ("name", "Jose\u0301 Núñez", "José Núñez"),
        ("email", "jose@xn--mnchen-3ya.example", "jose@münchen.example"),
    )
    assert rows[2].normalised == ()
    assert codes(rows) == []


def test_an_error_is_not_shown_as_a_change_and_a_default_is_none() -> None:
    rows, _ = check(
        ("name", "role", "until"),
        [(" Ada ", " ", " soon ")],
        columns={"role": {"column": "role", "default": "Mate"}, "valid_until": "until"},
    )
    assert rows[0].values["role"] == "Mate"
    assert rows[0].faulty == {"valid_until"}
    assert rows[0].normalised == (("name", " Ada ", "Ada"),)


def days(*cells: str, real: bool = False, column: Any = "day") -> tuple[list[str], list[str]]:
    """Codes and values of a column of days."""
    rows, _ = check(
        ("name", "day"), [("Ada Lovelace", cell) for cell in cells], real=frozenset({1} if real else ()), columns={"started": column}
    )
    return codes(rows), [row.values["started"] for row in rows]


@pytest.mark.parametrize("sign", ["/", ".", "-"])
def test_a_column_proves_its_order(sign: str) -> None:
    early, late = sign.join(("03", "04", "2026")), sign.join(("30", "05", "2026"))
    assert days(early, late) == ([], ["2026-04-03", "2026-05-30"])
    late = sign.join(("5", "30", "2026"))
    assert days(early, late) == ([], ["2026-03-04", "2026-05-30"])
    assert days(early, "2026-01-05")[0] == ["date-ambiguous"]
    assert days(sign.join(("5", "5", "2026"))) == ([], ["2026-05-05"])
    assert days(early, late, sign.join(("31", "01", "2026")))[0] == ["date-invalid"] * 3
    assert days(sign.join(("31", "02", "2026")), sign.join(("30", "05", "2026")))[0] == ["date-invalid"]
    assert days(sign.join(("31", "13", "2026")))[0] == ["date-invalid"]


def test_each_way_to_write_is_proved_by_itself() -> None:
    assert days("30.05.2026", "03/04/2026") == (["date-ambiguous"], ["2026-05-30", "03/04/2026"])


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("5/30/2026 14:03:05", "2026-05-30"),
        ("5/30/2026, 2:03 PM", "2026-05-30"),
        ("30. 5. 2026", "2026-05-30"),
        ("2026/5/30", "2026-05-30"),
        ("2026. 05. 30.", "2026-05-30"),
        ("2026年5月30日", "2026-05-30"),
        ("2026-05-30 23:59", "2026-05-30"),
    ],
)
def test_days_as_exports_write_them(cell: str, day: str) -> None:
    assert days(cell) == ([], [day])


def test_both_readings_and_both_lines_are_named() -> None:
    rows, _ = check(("name", "Day of exam"), [("Ada", "04/03/2026 10:15 am")], columns={"started": "Day of exam"})
    found = rows[0].findings[0]
    assert "2026-03-04 or 2026-04-03" in found.message
    for pattern in ("%d/%m/%Y %I:%M %p", "%m/%d/%Y %I:%M %p"):
        assert f'`started: {{column: "Day of exam", date: "{pattern}"}}`' in found.hint
        assert days("04/03/2026 10:15 am", column={"column": "day", "date": pattern})[0] == []


def test_real_dates_beside_text_may_have_been_swapped() -> None:
    assert days("2026-04-03", "30/05/2026", real=True) == (["date-ambiguous"], ["2026-04-03", "30/05/2026"])
    assert days("2026-04-03", "2026-05-30", real=True)[0] == []


def test_a_serial_number_names_its_days() -> None:
    rows, _ = check(("name", "day"), [("Ada", "46172")], columns={"started": "day"})
    assert "2026-05-30, or 2030-05-31" in rows[0].findings[0].message
    assert days("46172", column={"column": "day", "date": "%d.%m.%Y"})[0] == ["date-serial"]
    relaxed = Policy({Code.DATE_SERIAL: Severity.WARNING})
    rows, _ = check(("name", "day"), [("Ada", "46172")], columns={"started": "day"}, rules=relaxed)
    assert (rows[0].values["started"], rows[0].blocked) == ("2026-05-30", False)


def test_own_dates_may_be_older() -> None:
    own = {"born": {"column": "day", "date": "%d.%m.%Y"}}
    rows, _ = check(("name", "day"), [("Ada", "10.12.1915"), ("Emmy", "23.03.1882"), ("Bob", "23.03.2182")], columns=own)
    assert codes(rows) == ["date-unlikely", "date-unlikely"]


def people(*rows: tuple[str, str], key: tuple[str, ...] = ()) -> list[tuple[int, str, list[int]]]:
    seen = People(key)
    for line, (name, email) in enumerate(rows, 2):
        seen.add(line, name, email)
    return sorted({(line, kind, tuple(others)): (line, str(kind), list(others)) for line, kind, others, _, _ in seen.found()}.values())


def test_who_may_stand_twice() -> None:
    one = ("Ada Lovelace", "ada@example.org")
    assert people(one, ("Lovelace, ADA", "a@example.org")) == [(3, "name", [2])]
    assert people(one, ("Ada Lovelace", "")) == [(3, "name", [2])]
    assert people(("Ada Lovelace", ""), ("Ada Lovelace", "")) == []  # the name is the key: a duplicate
    assert people(one, one, ("Ada Lovelace", "b@example.org"), ("Ada Lovelace", "c@example.org")) == [(4, "name", [2, 3, 5])]
    assert people(one, ("Ada Lovelacce", "ada@example.net")) == [(3, "similar", [2])]
    assert people(one, ("Ada Lovelacce", "")) == [(3, "similar", [2])]
    assert people(one, ("Ada Lovelacce", "emmy@example.org")) == []
    assert people(("Student 11", "student11@example.org"), ("Student 12", "student12@example.org")) == []
    assert people(("Ada Lovelace", "ada1@example.org"), ("Ada Lovelacce", "ada2@example.org")) == []
    shared = ("Emmy Noether", "ada@example.org")
    assert people(one, shared, one, key=("number",)) == [(4, "address", [2])]
    assert people(one, ("Ada Lovelace", "b@example.org"), key=("name",)) == []


def test_a_list_of_many_alike_ends() -> None:
    rows = [(f"Ada Lovelace {'abcdefghij'[n % 10]}{'abcdefghij'[n // 10 % 10]}x{'y' * (n // 100)}", "") for n in range(1000)]
    _, found = check(("name", "email"), rows + [(name.upper(), f"p{n}@example.org") for n, (name, _) in enumerate(rows)])
    alike = [each for each in found if each.code in (Code.NAME_TWICE, Code.ROW_SIMILAR)]
    assert len(alike) == 301
    assert "the first 300" in alike[-1].message


def test_lost_zeros_need_numbers_of_one_length() -> None:
    def found(header: str, cells: list[str]) -> list[str]:
        rows = [("Ada " + "abcdefghijklmnopqrstuvwxyz"[n % 26] * (n // 26 + 3), cell) for n, cell in enumerate(cells)]
        return [each.code.value for each in check(("name", header), rows, columns={"own": header})[1] if each.code is Code.ZEROS_LOST]

    numbers = [str(4_000_000 + 7919 * n) for n in range(40)]
    assert found("id", [*numbers[:5], "123456"]) == ["zeros-lost"]
    assert found("anything", [*numbers, "123456"]) == ["zeros-lost"]
    assert found("anything", [*numbers[:5], "123456"]) == []  # too few to tell
    assert found("id", [*numbers, "0123456", "123456"]) == []
    assert found("id", [*numbers, "A123456"]) == []
    assert found("id", [str(n) for n in range(950, 1500)]) == []  # a running number
    assert found("points", [str(n % 101) for n in range(300)]) == []
    assert found("id", numbers) == []


ODD = [
    "Ada",
    "a@example.org",
    "2026-05-30",
    "30/05/2026",
    "46172",
    "JosÃ©",
    "Аda",
    "ADA LOVELACE",
    "n/a",
    "\u202e",
    "0123",
    "x" * 1001,
    "＠",
    "5. 5. 0000",
]
CELL = st.text(max_size=15) | st.sampled_from(ODD)
ANYTHING = {
    "credits": "b",
    "evidence": "c",
    "started": "d",
    "ended": "e",
    "language": "f",
    "renews": "g",
    "own": "h",
    "born": {"column": "i", "date": "%d.%m.%Y"},
}


@how(max_examples=300, deadline=None)
@given(st.lists(st.lists(CELL, min_size=10, max_size=10), max_size=6))
def test_checks_take_any_cells(cells: list[list[str]]) -> None:
    rows, end = check(("name", "email", *"bcdefghi"), cells, columns=ANYTHING)
    assert len(rows) == len(cells)
    for row in rows:
        assert row.values.keys() <= {"name", "email", "awarded", *ANYTHING}
        assert all(old != new and row.values[field] == new for field, old, new in row.normalised)
        assert row.faulty.isdisjoint(field for field, _, _ in row.normalised)
        assert bool(row.faulty) <= row.blocked
        for day in ("started", "ended"):
            if day in row.values and day not in row.faulty:
                assert dt.date.fromisoformat(row.values[day])
    assert all(found.message and found.hint for found in end)
    again, _ = check(("name", "email", *"bcdefghi"), cells, columns=ANYTHING)
    assert again == rows


def test_a_row_costs_little_time_and_memory() -> None:
    """Five cells, every third name with accents: 30 µs and 150 bytes a row are the promise, three times as much fails here."""
    count = 10_000
    rows = [
        (
            f"{'José' if n % 3 else 'Joan'} {''.join('aeioubcdfg'[int(digit)] for digit in str(n)).title()}",
            f"p.{n}@example.org",
            "2026-05-30",
            "A",
            f"Group {n % 40}",
        )
        for n in range(count)
    ]
    columns = {"grade": "grade", "group": "group"}
    begun = time.process_time()
    checked, _ = check(("name", "email", "awarded", "grade", "group"), rows, columns=columns)
    assert time.process_time() - begun < count * 90e-6
    assert not any(row.findings for row in checked)
    seen = People(())
    tracemalloc.start()
    for line, (name, email, *_) in enumerate(rows, 2):
        seen.add(line, name, email)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 150 * count
