"""Writes tests/rosters/messy: forty rosters as five systems export them, each with planted faults, and a clean twin.

    python -m tests.make_messy_rosters

A folder has fault.csv, clean.csv and verdict.yml, as in tests/test_roster_golden.py. Both twins have what is no fault: spaces too many,
capitals in domains, decomposed accents, a line end in a cell, a sign of Excel before the text. The same number gives the same roster."""

from __future__ import annotations

import csv
import io
import random
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "rosters" / "messy"
COUNT = 40
LATIN = (
    "Ada Lovelace|Blaise Pascal|Dorothy Vaughan|Emmy Noether|George Boole|Grace Hopper|Hedy Lamarr|Ida Rhodes|Joan Clarke|Karen Jones|"
    "Lise Meitner|Mary Somerville|Niels Abel|Olga Ladyzhen|Paul Halmos|Rosalind Franklin|Sophie Germain|Thomas Bayes|Ursula Franklin"
).split("|")
ACCENTED = "José Núñez|Zoë Müller|François Viète|Łukasz Święty|Siobhán Ní Dhomhnaill|Þórður Ólafsson|Žofie Šťastná|Anaïs Lefèvre".split("|")
WORLD = (
    "王小明|髙﨑 直子|김민준|Дмитрий Ёлкин|Οδυσσέας Παπαδόπουλος|محمد بن سلمان|שירה בן־דוד|आकाश शर्मा|สมชาย ใจดี|გიორგი ბერიძე|"
    "Nguyễn Thị Ánh Tuyết|Dwayne O’Connor Jr.|Ng|X Æ|Ludwig van der Rohe"
).split("|")
Person = dict[str, str]


@dataclass(frozen=True)
class Export:
    """How a system writes. headers: of name, email, awarded, grade and number; day: its pattern, proved by the first row."""

    headers: tuple[str, str, str, str, str]
    day: str
    delimiter: str
    codec: str
    end: str

    def written(self, people: list[Person], torn: int | None = None) -> tuple[bytes, list[int]]:
        """The file, and the line in which each row begins. torn: the row that gets a delimiter without quotes in its name."""
        text, lines = io.StringIO(newline=""), []
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator=self.end)
        writer.writerow(self.headers)
        for index, person in enumerate(people):
            lines.append(text.getvalue().count("\n") + 1)
            if index == torn:
                text.write(f"{person['name'].replace(' ', self.delimiter)}{self.delimiter}")
                writer.writerow(list(person.values())[1:])
            else:
                writer.writerow(person.values())
        return text.getvalue().encode(self.codec), lines


EXPORTS = (
    Export(("Full name", "E-mail", "Completed", "Grade", "Student ID"), "%Y-%m-%d", ",", "utf-8", "\n"),
    Export(("Vollständiger Name", "E-Mail-Adresse", "Abschluss", "Note", "Matrikelnummer"), "%d.%m.%Y", ";", "utf-8-sig", "\r\n"),
    Export(("Your name", "Your address", "Timestamp", "Mark", "ID number"), "%m/%d/%Y 14:03:05", "\t", "utf-8", "\n"),
    Export(("Nom complet", "Courriel", "Date d’obtention", "Mention", "Numéro"), "%d/%m/%Y", ";", "utf-16", "\r\n"),
    Export(("NAME", "MAIL", "DATE", "RESULT", "CODE"), "%Y/%m/%d", "|", "utf-8", "\n"),
)
FIELDS = ("name", "email", "awarded", "grade", "number")
Plant = Callable[[Person, Person, Export], str]
"""Takes the person who gets the fault, one above who has none, and the export; returns the field where it is found."""


def _set(field: str, value: str | Callable[[str], str]) -> Plant:
    def plant(person: Person, _other: Person, _export: Export) -> str:
        person[field] = value if isinstance(value, str) else value(person[field])
        return field

    return plant


def _copy(field: str) -> Plant:
    def plant(person: Person, other: Person, _export: Export) -> str:
        person[field] = other[field]
        return field

    return plant


def _swap(person: Person, _other: Person, _export: Export) -> str:
    person["name"], person["email"] = person["email"].strip(), person["name"]
    return "name"


def _misread(text: str) -> str:
    return "José Núñez-Ibáñez".encode().decode("cp1252") if text.isascii() else text.encode().decode("latin-1")


PLANTS: tuple[tuple[str, Plant], ...] = (
    ("name-case", _set("name", "KATHERINE JOHNSON")),
    ("name-case", _set("name", "annie easley")),
    ("name-placeholder", _set("name", "n/a")),
    ("name-placeholder", _set("name", "xxx")),
    ("name-long", _set("name", "Maria " + "de la Cruz " * 20)),
    ("value-missing", _set("name", " ")),
    ("text-mojibake", _set("name", _misread)),
    ("text-mojibake", _set("name", "Brenda Oâ€™Neill")),
    ("script-mixed", _set("name", "Mаrtha Jones")),
    ("character-invisible", _set("name", "Evelyn\u200bBoyd")),
    ("character-bidi", _set("name", "\u200fנעמי שמר")),
    ("character-control", _set("name", "Evelyn\x0bBoyd")),
    ("character-replaced", _set("name", "Ren\ufffd Descartes")),
    ("name-twice", _copy("name")),
    ("row-duplicate", _copy("email")),
    ("email-invalid", _set("email", lambda text: text.replace("@", " at "))),
    ("email-invalid", _set("email", lambda text: text.replace("@", "@@"))),
    ("email-missing", _set("email", "")),
    ("email-typo", _set("email", lambda text: text.lower().replace("school.", "schol."))),
    ("email-typo", _set("email", lambda text: text.lower().replace("example.org", "example.con"))),
    ("cells-swapped", _swap),
    ("cells-swapped", _set("email", "2026-05-30")),
    ("date-invalid", _set("awarded", "2026-02-30")),
    ("date-invalid", _set("awarded", "in May")),
    ("date-serial", _set("awarded", "46150")),
    ("awarded-missing", _set("awarded", "")),
    ("awarded-unlikely", _set("awarded", "2062-05-30")),
    ("value-placeholder", _set("grade", "n/a")),
    ("value-placeholder", _set("grade", "-")),
    ("address-public", _set("grade", "see tutor@example.net")),
    ("character-unassigned", _set("grade", "A\ue000")),
    ("zeros-lost", _set("number", lambda text: text[1:])),
)


def _people(chance: random.Random, export: Export) -> list[Person]:
    """Rows without a fault."""
    count = chance.randint(14, 30)
    names = chance.sample(LATIN + ACCENTED + WORLD, count)
    people = []
    for index, name in enumerate(names):
        day = 30 if index == 0 else chance.randint(1, 28)
        awarded = export.day.replace("%Y", "2026").replace("%m", "05" if index == 0 else "04").replace("%d", f"{day:02}")
        number = str(chance.randint(1_200_000, 9_899_999))
        email = f"{chance.choice(['p', 'q.', 'r_', 'S-'])}{index}{chance.choice('xyz')}{number[:3]}@school.example.org"
        people.append(
            dict(zip(FIELDS, (name, email, awarded, chance.choice(["A", "B+", "1,3", "très bien", "Passed"]), number), strict=True))
        )
    return people


def _untidy(chance: random.Random, people: list[Person]) -> None:
    """What exports have and is no fault."""
    for person in chance.sample(people, 6):
        twist = chance.choice(["space", "double", "domain", "accents", "line"])
        if twist == "domain":
            person["email"] = person["email"].replace("example.org", chance.choice(["Example.org", "EXAMPLE.ORG"]))
        elif twist == "accents":
            person["name"] = unicodedata.normalize("NFD", person["name"])
        elif twist == "line":
            person["grade"] = f"{person['grade']}\nwith honours"
        else:
            person["name"] = f" {person['name']}\u00a0" if twist == "space" else person["name"].replace(" ", "  ")


def roster(number: int) -> tuple[bytes, bytes, dict[str, Any]]:
    """The roster with faults, its clean twin, and the verdict."""
    chance = random.Random(number)  # noqa: S311 - a roster that is always the same
    export = EXPORTS[number % len(EXPORTS)]
    people = _people(chance, export)
    _untidy(chance, people)
    clean, _ = export.written(people)
    places = chance.sample(range(6, len(people)), 7)
    plants = dict(PLANTS[(number * 5 + step * 7) % len(PLANTS)] for step in range(chance.randint(3, 6)))
    found = []
    for index, (code, plant) in zip(places, plants.items(), strict=False):
        found.append((index, code, plant(people[index], people[chance.randint(0, 5)], export)))
    torn = next((index for index in places[len(plants) :] if people[index]["name"] in LATIN), None) if number % 4 == 1 else None
    fault, lines = export.written(people, torn)
    header = dict(zip(FIELDS, export.headers, strict=True))
    finds = [f"{code} {lines[index]} {header[field]}" for index, code, field in found]
    finds += [f"row-ragged {lines[torn]}"] if torn is not None else []
    settings = {"awarded": None, "columns": header}
    return fault, clean, {"why": f"An export with {export.delimiter!r} in {export.codec}.", "finds": sorted(finds), "settings": settings}


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    for number in range(1, COUNT + 1):
        fault, clean, verdict = roster(number)
        folder = FOLDER / f"{number:02}"
        folder.mkdir(parents=True)
        (folder / "fault.csv").write_bytes(fault)
        (folder / "clean.csv").write_bytes(clean)
        (folder / "verdict.yml").write_text(yaml.safe_dump(verdict, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")


if __name__ == "__main__":
    main()
