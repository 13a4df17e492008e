"""Rosters, checked and planned

`issuer check` in a process of its own, with its start and the template: 10,000 to 1,000,000 rows of five columns as CSV, 50,000 as XLSX.
The seconds are of the processor. In brackets the most memory that the process had. The other way is csv and a pydantic model of each row,
which has an e-mail address and a date, and plans, draws and compares nothing. BENCH_LARGEST leaves out larger rosters (default 1,000,000
rows).
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from pydantic import BaseModel, EmailStr, ValidationError

from tests.measuring import Row, rate
from tests.school import School, found

LARGEST = int(os.environ.get("BENCH_LARGEST", "1000000"))
CSV_ROWS, XLSX_ROWS, NAIVE_ROWS = (10_000, 100_000, 1_000_000), 50_000, 10_000
HEADER = ("Name", "E-mail", "Course", "Completed on", "Group")
SETTINGS = """achievement: {name: Python 101, description: A week of Python., criteria: Passed the exam.}
columns: {name: Name, email: E-mail, course: Course, awarded: Completed on, group: Group}
"""
FIRST = "Ada Grete Rosalind Emmy Katherine Hedy Mary Dorothy Lise Barbara Maryam Sofja Rita Ngozi Zoë Chien-Shiung".split()
LAST = "Lovelace Hermann Wu Franklin Noether Johnson Lamarr Somerville Hodgkin Meitner Mirzakhani Kovalevskaya Łukasiewicz Nuñez".split()
SYLLABLES = "ba de fi go lu ma ne pi ro su ta ve".split()
MEASURED = Path(__file__).with_name("measured.py")


class Naive(BaseModel):
    """A row as one would write it in an afternoon."""

    name: str
    email: EmailStr
    course: str
    completed: dt.date
    group: str


def rows() -> list[Row]:
    """Each size by itself."""
    with tempfile.TemporaryDirectory() as place:
        school = found(Path(place) / "bench")
        (school.batch / "batch.yml").write_text(SETTINGS, "utf-8")
        roster = school.batch / "roster.csv"
        _csv(roster, NAIVE_ROWS)
        other = rate(NAIVE_ROWS, lambda: naively(roster), clock=time.process_time)
        found_rows = []
        for count in CSV_ROWS:
            if count <= LARGEST:
                _csv(roster, count)
                found_rows.append(checked(school, "CSV", count, other))
        roster.unlink()
        _xlsx(school.batch / "roster.xlsx", XLSX_ROWS)
        return [*found_rows, checked(school, "XLSX", XLSX_ROWS)]


def checked(school: School, kind: str, count: int, other: float | None = None) -> Row:
    """One run of the command."""
    file = school.root.parent / "measured.json"
    command = [sys.executable, str(MEASURED), str(file), "-C", str(school.root), "--quiet", "check"]
    environment = {**os.environ, "MEASURED_SECONDS": "3000", "ISSUER_NOW": "2026-06-30T12:00:00Z"}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    took = json.loads(file.read_text("utf-8"))
    beside = "" if other is None else "csv and pydantic, nothing planned"
    return Row(f"check {count:,} rows of {kind} ({took['megabytes']:.0f} MB)", count, took["seconds"], other, beside)


def naively(roster: Path) -> int:
    """The other way. Returns how many rows are good."""
    good = 0
    with roster.open(encoding="utf-8", newline="") as file:
        for name, email, course, completed, group in list(csv.reader(file))[1:]:
            try:
                Naive(name=name, email=email, course=course, completed=dt.date.fromisoformat(completed), group=group)
            except ValidationError:
                continue
            good += 1
    return good


def people(count: int) -> Iterator[tuple[str, str, str, str, str]]:
    """Rows of which no two names are alike."""
    for number in range(count):
        rest, first = divmod(number, len(FIRST))
        rest, last = divmod(rest, len(LAST))
        middle = ""
        while rest:
            rest, syllable = divmod(rest, len(SYLLABLES))
            middle += SYLLABLES[syllable]
        name = " ".join(filter(None, (FIRST[first], middle.title(), LAST[last])))
        yield name, f"person{number}@example.org", "Morning", f"2026-05-{number % 28 + 1:02d}", f"G{number % 40}"


def _csv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(HEADER)
        csv.writer(file).writerows(people(count))


def _xlsx(path: Path, count: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("People")
    sheet.append(HEADER)
    for name, email, course, completed, group in people(count):
        sheet.append((name, email, course, dt.date.fromisoformat(completed), group))
    book.save(path)
