"""Workbooks as LibreOffice writes them: XLSX, XLS and ODS give the same cells, findings and places."""

from __future__ import annotations

import subprocess
from pathlib import Path

import openpyxl
import pytest

from issuer.roster.findings import Code
from issuer.roster.reading import read
from issuer.roster.table import Table

KINDS = ("xlsx", "xls", "ods")
CSV = """Nom;E-mail;Date;Note;Numéro;Heure
José Núñez;jose@example.org;{day1};91,5;00123;09:30
Zoë Ångström;zoe@example.org;{day2};1234,75;00042;14:05
王小明;wang@example.org;{day3};7;90210;00:00
"Smith; Jo";smith@example.org;{day3};-3;00000;
"""
DAYS = {1031: ("30.05.2026", "01.06.2026", "31.12.1999"), 1036: ("30/05/2026", "01/06/2026", "31/12/1999")}
"""Microsoft's number of German and French → how days are written there."""


def convert(folder: Path, source: Path, kind: str, *options: str) -> Path:
    """Have LibreOffice write a file as another kind."""
    target = folder / kind
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", *options]
    command += ["--convert-to", kind, "--outdir", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=120, check=False)
    path = target / f"{source.stem}.{kind}"
    assert path.exists(), (done.stdout + done.stderr).decode()
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("libreoffice")


def table(path: Path, sheet: str | None = None) -> Table:
    return read(path, shown_as=path.name, sheet=sheet)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", DAYS)
def test_a_csv_that_was_opened_and_saved(folder: Path, language: int, kind: str) -> None:
    """Numbers and dates are recognised as in that language; the column Numéro is text."""
    source = folder / f"roster-{language}.csv"
    text = CSV.format(**{f"day{number}": day for number, day in enumerate(DAYS[language], 1)})
    source.write_text(text, "utf-8")
    read_table = table(convert(folder, source, kind, f"--infilter=CSV:59,34,76,1,5/2,{language},false,true"))
    assert read_table.headers == ("Nom", "E-mail", "Date", "Note", "Numéro", "Heure")
    rows = list(read_table.rows)
    assert [row.cells for row in rows] == [
        ("José Núñez", "jose@example.org", "2026-05-30", "91.5", "00123", "09:30:00"),
        ("Zoë Ångström", "zoe@example.org", "2026-06-01", "1234.75", "00042", "14:05:00"),
        ("王小明", "wang@example.org", "1999-12-31", "7", "90210", "00:00:00"),
        ("Smith; Jo", "smith@example.org", "1999-12-31", "-3", "00000", ""),
    ]
    assert {row.dates for row in rows} == {frozenset({2})}
    assert read_table.findings == ()


@pytest.fixture(scope="module")
def features(folder: Path) -> Path:
    """What people do to workbooks, written by openpyxl and calculated by LibreOffice."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Spring term"
    rows: tuple[list[object], ...] = (
        ["name", "number", "score", "city"],
        ["Ada", 42, "=1/0", "Rome"],
        ["Bob", 7, "=40+2", None],
        ["Eve", 8, 3, "Oslo"],
        ["Zoe", 123456, "=NA()", "Bonn"],
        ["Kim", 1, '="a"&"b"', "Bern"],
        [],
        [],
        [],
        ["Max", 5, 5, "Nice"],
    )
    for row in rows:
        sheet.append(row)
    for line in range(2, 11):
        sheet[f"B{line}"].number_format = "00000"
    sheet.row_dimensions[4].hidden = True
    sheet.merge_cells("D2:D3")
    hidden = workbook.create_sheet("Kept")
    hidden.append(["name"])
    hidden.sheet_state = "hidden"
    workbook.create_sheet("Empty")
    workbook.create_sheet("Old").append(["name"])
    path = folder / "features.xlsx"
    workbook.save(path)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_do_to_workbooks(folder: Path, features: Path, kind: str) -> None:
    read_table = table(convert(folder, features, kind))
    assert read_table.sheet == "Spring term"
    rows = list(read_table.rows)
    assert [(row.line, row.cells) for row in rows] == [
        (2, ("Ada", "00042", "", "Rome")),
        (3, ("Bob", "00007", "42", "")),
        (5, ("Zoe", "123456", "", "Bonn")),
        (6, ("Kim", "00001", "ab", "Bern")),
        (10, ("Max", "00005", "5", "Nice")),
    ]
    found = [(found.code, found.place.cell or found.place.line, found.message) for found in read_table.findings]
    assert found == [
        (Code.SHEET_CHOSEN, None, "other sheets with rows are not read: 'Old'"),
        (Code.SHEETS_HIDDEN, None, "hidden sheets with rows are not read: 'Kept'"),
        (Code.ROWS_HIDDEN, None, "hidden rows are left out: 4"),
        (Code.ROWS_BLANK, 10, "3 blank rows stand above this one, and were passed over"),
        (Code.CELLS_MERGED, "D2", "cells are merged, so that only the first has the value: D2:D3"),
    ]
    errors = [(found.code, found.place.cell, found.message.rpartition(" ")[2]) for row in rows for found in row.findings]
    assert errors == [(Code.CELL_ERROR, "C2", "#DIV/0!"), (Code.CELL_ERROR, "C5", "#N/A")]


@pytest.mark.parametrize("kind", KINDS)
def test_another_sheet_by_name(folder: Path, features: Path, kind: str) -> None:
    path = folder / kind / f"features.{kind}"
    path = path if path.exists() else convert(folder, features, kind)
    assert (table(path, "Kept").headers, table(path, "Kept").findings) == (("name",), ())
