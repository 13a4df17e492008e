"""Rosters that were made to hurt: each ends in a named error, soon and in little memory, and never in a traceback.

Each case is read in a process of its own; what counts is its processor time, and the memory of the largest process.
"""

from __future__ import annotations

import json
import os
import random
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import workbook_files as files
from tests.school import School, found

SECONDS, MEGABYTES = 20, 600
MB = 1 << 20
MEASURED = Path(__file__).with_name("measured_reading.py")
PEOPLE = b"name,email\nAda,ada@example.org\n"
CELL = b'<row r="1"><c r="A1" t="str"><v>%s</v></c></row>'


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    school = found(tmp_path_factory.mktemp("hostile"))
    settings = school.batch / "batch.yml"
    text = re.sub(r"(?m)^columns:\n(  .*\n)+", "", settings.read_text("utf-8"))
    settings.write_text(text, "utf-8")
    return school


def check(school: School, name: str) -> str:
    """What `issuer check` says of a roster of this name, which is the only one in the folder; it is gone afterwards."""
    for path in school.batch.glob("roster.*"):
        if path.name != name:
            path.unlink()
    said = school.issuer("--quiet", "check", code=1)
    path = school.batch / name
    path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    return said


def noise(size: int) -> bytes:
    """Letters that do not compress well."""
    return random.Random(5).randbytes(size // 2).hex().encode()  # noqa: S311 - no secret


def lying() -> bytes:
    """A zip archive whose directory says that 300 MB are 200 bytes."""
    raw = files.sheet(CELL % b"name" + b" " * (300 * MB))
    place = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"xl/worksheets/sheet1.xml"))
    return raw[: place + 24] + struct.pack("<I", 200) + raw[place + 28 :]


def rows(count: int) -> bytes:
    return files.sheet(b"".join(b'<row r="%d"><c t="str"><v>Ada</v></c></row>' % number for number in range(1, count + 1)))


def laughs() -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'


def broken_chain() -> bytes:
    """An XLS workbook whose sectors lead in a circle."""
    raw = bytearray(files.xls(*(files.label(row, 0, "Ada") for row in range(2000))))
    table = 512 * (1 + struct.unpack_from("<I", raw, 76)[0])
    struct.pack_into("<I", raw, table + 4 * 9, 2)
    return bytes(raw)


def last_cell() -> bytes:
    return files.sheet(CELL % b"name" + b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>')


def table(*parts: str) -> str:
    return f'<table:table table:name="S">{"".join(parts)}</table:table>'


def good(kind: str) -> bytes:
    people = [["name", "email"], *([f"Ada {number}", f"a{number}@example.org"] for number in range(500))]
    if kind == "xlsx":
        return files.xlsx(*people)
    if kind == "ods":
        return files.ods(table(*(files.ods_row(*row) for row in people)))
    return files.xls(*(files.label(row, column, text) for row, cells in enumerate(people) for column, text in enumerate(cells)), rows=501)


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb.xlsx": (lambda: files.sheet(b" " * (101 * MB)), "larger than 100 MB when unpacked"),
    "dense.xlsx": (lambda: files.sheet(b" " * (50 * MB)), "more than 100 times its size"),
    "bomb.ods": (lambda: files.ods(" " * (101 * MB)), "larger than 100 MB when unpacked"),
    "lying.xlsx": (lying, "is damaged, or no XLSX workbook"),
    "nested.xlsx": (lambda: files.zipped({"inner.zip": files.zipped({"xl/workbook.xml": bytes(30 * MB)})}), "is damaged, or no XLSX"),
    "nested.ods": (lambda: files.zipped({"content.xml": files.zipped({"content.xml": bytes(30 * MB)})}), "is damaged, or no ODS"),
    "last-cell.xlsx": (last_cell, "as far as row 1,048,576 and column 16,384"),
    "last-cell.ods": (
        lambda: files.ods(
            table(
                files.ods_row("name"),
                '<table:table-row table:number-rows-repeated="1048574"/>',
                f'<table:table-row><table:table-cell table:number-columns-repeated="16383"/>{files.ods_cell("x")}</table:table-row>',
            )
        ),
        "as far as row 1,048,576 and column 16,384",
    ),
    "repeated.ods": (
        lambda: files.ods(
            table(
                '<table:table-row table:number-rows-repeated="1000000">'
                + files.ods_cell("x", 'table:number-columns-repeated="1000"')
                + "</table:table-row>"
            )
        ),
        "as far as row 1,000,000 and column 1,000",
    ),
    "claims.xls": (lambda: files.xls(files.label(0, 0, "name"), rows=65536, columns=256), "takes more than 512 MB of memory"),
    "rows.xlsx": (lambda: rows(1_048_577), "has more than 1,000,000 rows"),
    "rows.ods": (
        lambda: files.ods(table(files.ods_row("Ada", attributes='table:number-rows-repeated="1048577"'))),
        "has more than 1,000,000 rows",
    ),
    "rows.csv": (lambda: b"name\n" + b"Ada\n" * 1_048_577, "has more than 1,000,000 rows"),
    "rows.json": (lambda: b"[" + b'{"name":"Ada"},' * 1_048_576 + b'{"name":"Ada"}]', "has more than 1,000,000 rows"),
    "password.xlsx": (lambda: (files.PASSWORDS / "password.xlsx").read_bytes(), "is protected by a password"),
    "password.xls": (lambda: (files.PASSWORDS / "password.xls").read_bytes(), "is protected by a password"),
    "password.ods": (lambda: (files.PASSWORDS / "password.ods").read_bytes(), "is protected by a password"),
    "truncated.xlsx": (lambda: good("xlsx")[:-3000], "is damaged, or no XLSX workbook"),
    "truncated.ods": (lambda: good("ods")[:-300], "is damaged, or no ODS workbook"),
    "truncated.xls": (lambda: good("xls")[:9000], "is damaged, or no XLS workbook"),
    "truncated.csv": (lambda: PEOPLE + b'"Bo', "quotes of the record"),
    "cut-in-a-letter.csv": (lambda: PEOPLE + "Zoë".encode()[:-1], "is not UTF-8: byte 0xc3 at line 3, character 3"),
    "truncated.json": (lambda: b'[{"name":"Ada"},\n{"name":"Bo', "is broken: Unterminated string"),
    "truncated.jsonl": (lambda: b'{"name":"Ada"}\n{"name":"Bo', "is broken: Unterminated string"),
    "nul.csv": (lambda: PEOPLE + bytes(1000), "contains a NUL byte"),
    "nul.json": (lambda: b'[{"name":"A\0da"}]', "is broken: Invalid control character"),
    "nul.jsonl": (lambda: bytes(1000), "contains a NUL byte"),
    "nul.xlsx": (lambda: bytes(5000), "is no XLSX workbook"),
    "nul.xls": (lambda: good("xls")[:512] + bytes(9000), "is damaged, or no XLS workbook"),
    "cell.csv": (lambda: b"name\n" + b"x" * (10 * MB) + b"\n", "line of more than 1,048,576 characters"),
    "cell-in-lines.csv": (lambda: b'name\n"' + b"x\n" * (5 * MB) + b'"\n', "more than 131,072 characters"),
    "cell.json": (lambda: b'[{"name":"' + b"x" * (10 * MB) + b'"}]', "more than 131,072 characters"),
    "cell.jsonl": (lambda: b'{"name":"' + b"x" * (10 * MB) + b'"}', "line of more than 1,048,576 characters"),
    "cell.xlsx": (lambda: files.sheet(CELL % b"name" + CELL % noise(10 * MB)), "a cell of 10,485,760 characters"),
    "cell.ods": (
        lambda: files.ods(table(files.ods_row("name"), files.ods_row(noise(10 * MB).decode()))),
        "a cell of 10,485,760 characters",
    ),
    "report.csv": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is a PDF file"),
    "page.xls": (lambda: b"<html><table><tr><td>name</td></tr></table>", "is HTML or XML"),
    "text.xlsx": (lambda: PEOPLE, "is no XLSX workbook"),
    "text.xls": (lambda: PEOPLE, "is no XLS workbook"),
    "text.ods": (lambda: PEOPLE, "is no ODS workbook"),
    "text.json": (lambda: PEOPLE, "is no JSON array"),
    "workbook.csv": (lambda: good("xlsx"), "is a workbook or zip archive, not CSV"),
    "workbook.jsonl": (lambda: good("xls"), "is an old XLS workbook, or protected by a password, not JSONL"),
    "array.csv": (lambda: b'[{"name": "Ada"}]', "is JSON, not CSV"),
    "new.xls": (lambda: good("xlsx"), "not XLS"),
    "old.xlsx": (lambda: good("xls"), "is an old XLS workbook, not XLSX"),
    "open.xlsx": (lambda: good("ods"), "is an ODS workbook, not XLSX"),
    "microsoft.ods": (lambda: good("xlsx"), "is an XLSX workbook, not ODS"),
    "word.xls": (lambda: files.compound({"WordDocument": b"x"}), "is a Word document"),
    "laughs.xlsx": (
        lambda: files.exchanged(good("xlsx"), "xl/worksheets/sheet1.xml", laughs().encode() + files.SHEET % (CELL % b"&e11;")),
        "has a document type declaration",
    ),
    "laughs.ods": (lambda: files.ods(table(files.ods_row("&e11;")), before=laughs()), "has a document type declaration"),
    "deep.xlsx": (lambda: files.sheet(noise(MB) + b"<a>" * 100_000), "is damaged, or no XLSX"),
    "chain.xls": (broken_chain, "is damaged, or no XLS workbook"),
    "depth.json": (lambda: b"[" * 100_000, "has a single value where an object belongs|nested too deeply"),
    "depth-of-objects.json": (lambda: b'[{"a":' + b'{"a":' * 100_000, "nested too deeply"),
    "depth.jsonl": (lambda: b'{"a":' + b"[" * 100_000, "nested too deeply"),
    "long-number.jsonl": (lambda: b'{"name":' + b"9" * 500_000 + b"}", "more than 131,072 characters"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_roster_that_was_made_to_hurt(tmp_path: Path, name: str) -> None:
    make, expected = FILES[name]
    (tmp_path / name).write_bytes(make())
    done = subprocess.run([sys.executable, str(MEASURED), name], cwd=tmp_path, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, done.stderr.decode()
    took = json.loads(done.stdout)
    where, code, hint = took["said"].split("\n")
    assert re.match(rf"{re.escape(name)}.*: .*({expected})", where)
    assert code in {"roster-unreadable", "rows-many", "cell-long"}
    assert hint
    assert len(took["said"]) < 1000
    assert took["seconds"] < SECONDS
    assert took["megabytes"] < MEGABYTES


def test_what_is_no_file(school: School) -> None:
    secret = school.root.parent / "secret.csv"
    secret.write_bytes(PEOPLE)
    for name, make, expected in (
        ("folder.csv", Path.mkdir, "is not a file"),
        ("pipe.csv", os.mkfifo, "is not a file"),
        ("link.csv", lambda path: path.symlink_to(secret), "leads out of the repository"),
        ("nowhere.ods", lambda path: path.symlink_to("nothing"), "is not a file"),
        ("circle.json", lambda path: path.symlink_to("circle.json"), "leads out of the repository|is not a file"),
    ):
        make(school.batch / name)
        assert re.search(expected, check(school, name))


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls", "csv"])
def test_a_small_limit_is_the_issuers_to_set(school: School, kind: str) -> None:
    settings = school.batch / "batch.yml"
    text = settings.read_text("utf-8")
    settings.write_text(f"{text}\nlimits:\n  rows: 400\n", "utf-8")
    people = PEOPLE + b"".join(b"Ada,ada%d@example.org\n" % number for number in range(400))
    (school.batch / f"roster.{kind}").write_bytes(people if kind == "csv" else good(kind))
    said = check(school, f"roster.{kind}")
    settings.write_text(text, "utf-8")
    assert "has more than 400 rows" in said
    assert "limits: {rows:" in said
