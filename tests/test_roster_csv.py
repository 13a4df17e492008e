"""CSV rosters as people have them, and files that only claim to be CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import RosterError
from issuer.roster.findings import Code
from issuer.roster.reading import read
from issuer.roster.table import Row, Table


def table(tmp_path: Path, raw: bytes) -> Table:
    path = tmp_path / "roster.csv"
    path.write_bytes(raw)
    return read(path, shown_as="roster.csv")


def rows(tmp_path: Path, raw: bytes) -> list[Row]:
    return list(table(tmp_path, raw).rows)


def refused(tmp_path: Path, raw: bytes) -> RosterError:
    with pytest.raises(RosterError) as caught:
        rows(tmp_path, raw)
    assert caught.value.hint
    return caught.value


PEOPLE = "name,email\nJosé Núñez,jose@example.org\n王小明,wang@example.org\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_dialect_gives_the_same_rows(tmp_path: Path, codec: str, delimiter: str, end: str) -> None:
    read_table = table(tmp_path, PEOPLE.replace(",", delimiter).replace("\n", end).encode(codec))
    assert read_table.headers == ("name", "email")
    assert list(read_table.rows) == [Row(2, ("José Núñez", "jose@example.org")), Row(3, ("王小明", "wang@example.org"))]


def test_quoted_cells_and_line_numbers(tmp_path: Path) -> None:
    raw = b'\n"full\r\nname",email\r\n\r\n"Smith, John\nJr. ""Jo""",j@example.org\n , \nAda,a@example.org\n'
    read_table = table(tmp_path, raw)
    assert (read_table.header_line, read_table.headers) == (2, ("full name", "email"))
    assert [(row.line, row.cells[0]) for row in read_table.rows] == [(5, 'Smith, John\nJr. "Jo"'), (8, "Ada")]


@pytest.mark.parametrize(
    ("raw", "headers"),
    [
        (b"name\nAda, Countess\n", ("name",)),
        (b"Name, full;E-mail\nAda;a@example.org\n", ("Name, full", "E-mail")),
        (b'"Name;full","E-mail"\nAda,a@example.org\n', ("Name;full", "E-mail")),
        (b"sep=;\nname;email\nAda;a@example.org\n", ("name", "email")),
        (b"name,email,,\nAda,a@example.org,,\n", ("name", "email")),
    ],
)
def test_delimiters_and_headers(tmp_path: Path, raw: bytes, headers: tuple[str, ...]) -> None:
    read_table = table(tmp_path, raw)
    assert read_table.headers == headers
    assert [len(row.cells) for row in read_table.rows] == [len(headers)]


def test_sep_line_counts_as_a_line(tmp_path: Path) -> None:
    read_table = table(tmp_path, b"sep=;\nname;email\nAda;a@example.org\n")
    assert (read_table.header_line, next(read_table.rows).line) == (2, 3)


def test_ragged_rows(tmp_path: Path) -> None:
    found = rows(tmp_path, b"name,email\nDoe, Jane,j@example.org\nAda\nBob,b@example.org,,\n")
    assert [[finding.code for finding in row.findings] for row in found] == [[Code.ROW_RAGGED], [Code.ROW_RAGGED], []]
    assert str(found[0].findings[0].place) == "roster.csv:2"
    assert "3 cells" in found[0].findings[0].message
    assert found[1].cells == ("Ada", "")


def test_a_cell_without_a_header_is_found_in_each_row(tmp_path: Path) -> None:
    found = rows(tmp_path, b"name,,email\nAda,x,a@example.org\nBob,y,b@example.org\n")
    assert [[finding.code for finding in row.findings] for row in found] == [[Code.HEADER_EMPTY], [Code.HEADER_EMPTY]]
    assert [[finding.code for finding in row.findings] for row in rows(tmp_path, b"name,,email\nAda,,a@example.org\n")] == [[]]


def test_a_header_with_an_invisible_character(tmp_path: Path) -> None:
    assert [finding.code for finding in table(tmp_path, "na\u200bme,email\n".encode()).findings] == [Code.CHARACTER_INVISIBLE]


@pytest.mark.parametrize(
    ("codec", "reading"),
    [("cp1252", "windows-1252 would read 'José Núñez'"), ("mac_roman", "macintosh would read 'José Núñez'")],
)
def test_another_encoding_is_named_and_not_guessed(tmp_path: Path, codec: str, reading: str) -> None:
    error = refused(tmp_path, "name,email\nAda,a@example.org\nJosé Núñez,jose@example.org\n".encode(codec))
    assert str(error).startswith("roster.csv:3: is not UTF-8: byte 0x")
    assert "line 3, character 4" in error.message
    assert reading in error.message


def test_candidates_are_shown_where_they_differ(tmp_path: Path) -> None:
    error = refused(tmp_path, "name,email\nJosé,j@example.org\nNuñez,n@example.org\n".encode("cp1252"))
    assert "windows-1252 would read 'Nuñez'" in error.message
    assert "windows-1250 would read 'Nuńez'" in error.message
    assert "windows-1251 would read 'Иван Петров'" in refused(tmp_path, "name\nИван Петров\n".encode("cp1251")).message


def test_the_bad_byte_is_found_far_into_a_file(tmp_path: Path) -> None:
    lines = ["name,email"] + [f"Zoë Ångström {number},z{number}@example.org" for number in range(2, 9000)]
    raw = "\n".join(lines).encode() + b"\nJos\xe9,j@example.org\n"
    error = refused(tmp_path, raw)
    assert "byte 0xe9 at line 9000, character 4" in error.message
    assert "byte 0xc3 at line 2, character 4" in refused(tmp_path, b"name\nAda\xc3").message


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"name\nA\0da\n", "contains a NUL byte"),
        ("name\nAda\n".encode("utf-16-le"), "contains a NUL byte"),
        ("name\nAda\n".encode("utf-16") + b"x", "not UTF-16 to the end"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is a PDF file"),
        (b"PK\x03\x04rest", "is a workbook or zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old XLS workbook"),
        (b"\x1f\x8b\x08", "is a gzip archive"),
        (b"<html><table>", "is HTML"),
        (b'name,email\n"Ada" Lovelace,a@example.org\n', "quotes of the record"),
        (b'name,email\nAda,a@example.org\n"Bob,b@example.org\n', "quotes of the record"),
        (b"name\n" + b"x" * (2 << 20), "line of more than"),
        (b"name\n" + b"x" * 200_000 + b"\n", "more than 131,072 characters"),
        (b"name\n" + b"x\n" * 1_000_001, "more than 1,000,000 rows"),
        (b",".join(b"c%d" % number for number in range(300)) + b"\n", "more than 256 columns"),
    ],
)
def test_what_is_no_roster(tmp_path: Path, raw: bytes, said: str) -> None:
    assert said in refused(tmp_path, raw).message


def test_a_lost_quote_is_named_at_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, b'name,email\nAda,a@example.org\n"Bob,b@example.org\nEve,e@example.org\n')
    assert error.place is not None
    assert error.place.line == 3


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name in ("folder.csv", "none.csv"):
        with pytest.raises(RosterError, match="is not a file"):
            read(tmp_path / name, shown_as=name)


@pytest.mark.parametrize("raw", [b"", b"\xef\xbb\xbf", b"\n\n", b" \n"])
def test_an_empty_file_is_no_error_yet(tmp_path: Path, raw: bytes) -> None:
    assert table(tmp_path, raw).headers == ()
    assert rows(tmp_path, raw) == []


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-16"]))
def test_written_cells_come_back(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[str, str]], delimiter: str, codec: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("full name", "comment"), *people])
    found = rows(tmp_path_factory.getbasetemp(), text.getvalue().encode(codec))
    assert [row.cells for row in found] == [cells for cells in people if any(cell.strip() for cell in cells)]
    assert not any(row.findings for row in found)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from([b"name", b",", b'"', b"\n", b"\r", b";", b"\xe9", b"\xc3", b"\xff\xfe"])).map(b"".join)
)
def test_any_bytes_give_rows_or_a_roster_error(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    try:
        read_table = table(tmp_path_factory.getbasetemp(), raw)
        assert all(len(row.cells) == len(read_table.headers) for row in read_table.rows)
    except RosterError as error:
        hint = error.hint
        assert hint
