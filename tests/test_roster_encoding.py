"""Encodings that batch.yml names, and what is said when it names another than the file has."""

from __future__ import annotations

import codecs
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

PEOPLE = "name,email\nJosé Núñez,jose@example.org\n"


def table(tmp_path: Path, raw: bytes, encoding: str | None, most: int | None = None) -> Table:
    path = tmp_path / "roster.csv"
    path.write_bytes(raw)
    return read(path, shown_as="roster.csv", encoding=encoding, most=most)


def refused(tmp_path: Path, raw: bytes, encoding: str | None) -> RosterError:
    with pytest.raises(RosterError) as caught:
        list(table(tmp_path, raw, encoding).rows)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("encoding", "codec", "text"),
    [
        ("windows-1252", "cp1252", "José Núñez"),
        ("iso-8859-15", "iso-8859-15", "Šárka Žáková"),
        ("macintosh", "mac_roman", "José Núñez"),
        ("windows-1251", "cp1251", "Иван Петров"),
        ("shift_jis", "shift_jis", "渡辺 千尋"),
        ("gb18030", "gb18030", "王小明"),
        ("utf-16-le", "utf-16-le", "José Núñez"),
        ("utf-32", "utf-32", "José Núñez"),
        ("utf-8", "utf-8-sig", "José Núñez"),
        ("utf-16", "utf-16", "José Núñez"),
        ("cp037", "cp037", "José Núñez"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_named_encoding_is_read(tmp_path: Path, encoding: str, codec: str, text: str, end: str) -> None:
    raw = f'name;email\n{text};j@example.org\n"Two\nlines";t@example.org\nBob;b@example.org\n'.replace("\n", end).encode(codec)
    read_table = table(tmp_path, raw, encoding)
    assert read_table.headers == ("name", "email")
    assert [(row.line, row.cells[0]) for row in read_table.rows] == [(2, text), (3, f"Two{end}lines"), (5, "Bob")]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_byte_that_does_not_fit_is_named_at_its_place(tmp_path: Path, end: bytes) -> None:
    lines = b"name,email\nAda,a@example.org\nZo\x81,z@example.org\n".replace(b"\n", end)
    error = refused(tmp_path, lines, "windows-1252")
    assert str(error) == "roster.csv:3: is not cp1252, as batch.yml says: byte 0x81 at line 3, character 3"
    assert "`encoding:`" in error.hint
    assert "byte 0x81 at line 3, character 3" in refused(tmp_path, lines, None).message


def test_a_byte_that_does_not_fit_far_into_a_file(tmp_path: Path) -> None:
    lines = ["name"] + ["渡辺 千尋" * 20] * 5000
    raw = "\r\n".join(lines).encode("shift_jis") + b"\r\n\xfd\r\n"
    assert "byte 0xfd at line 5002, character 1" in refused(tmp_path, raw, "shift_jis").message
    assert "byte 0x93 at line 2, character 1" in refused(tmp_path, b"name\n\x93", "shift_jis").message


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8", "is UTF-8 and reads 'José Núñez' in line 2, although batch.yml says `encoding: windows-1252`, which would read 'JosÃ©"),
        ("utf-8-sig", "begins with the mark of UTF-8, although batch.yml says `encoding: windows-1252`"),
        ("utf-16", "begins with the mark of UTF-16, although"),
    ],
)
def test_unicode_under_another_name_is_refused(tmp_path: Path, codec: str, said: str) -> None:
    error = refused(tmp_path, PEOPLE.encode(codec), "windows-1252")
    assert error.message.startswith(said)
    assert "take `encoding:` out" in error.hint


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "UTF16"])
@pytest.mark.parametrize("raw", [PEOPLE.encode(), "name\nAda\n".encode("utf-16-le"), "name\nAda\n".encode("utf-32-be")])
def test_an_encoding_that_needs_a_mark_is_refused_without_one(tmp_path: Path, encoding: str, raw: bytes) -> None:
    error = refused(tmp_path, raw, encoding)
    assert error.message.startswith("has no byte order mark")
    assert "-le or " in error.hint


def test_what_is_ascii_fits_every_name(tmp_path: Path) -> None:
    assert list(table(tmp_path, b"name\nAda\n", "windows-1252").rows) == [Row(2, ("Ada",))]


def test_the_refusal_says_how_to_name_one(tmp_path: Path) -> None:
    error = refused(tmp_path, PEOPLE.encode("cp1252"), None)
    assert "windows-1252 would read 'José Núñez'" in error.message
    assert "name it in batch.yml, as in `encoding: windows-1252`" in error.hint


def test_rows_are_counted_and_not_lines(tmp_path: Path) -> None:
    raw = b'name\n"Ada\nLovelace"\n"Bob\n\n\nSmith"\n'
    assert len(list(table(tmp_path, raw, None, most=2).rows)) == 2
    with pytest.raises(RosterError, match="has more than 1 rows") as caught:
        table(tmp_path, raw, None, most=1)
    assert (caught.value.code, caught.value.place and caught.value.place.line) == (Code.ROWS_MANY, 4)
    with pytest.raises(RosterError, match="has more than 1 rows"):
        list(table(tmp_path, "name\nAda\nBob\n".encode("utf-16"), None, most=1).rows)


def test_blank_rows_are_passed_over_and_told(tmp_path: Path) -> None:
    raw = b"name,email\n\n\nAda,\n,\n,\n , \nBob,\n" + b'"",\n' * 30
    read_table = table(tmp_path, raw, None)
    assert [(found.code, found.message) for found in read_table.findings] == [
        (Code.ROWS_BLANK, "ends with 30 rows without a value, which are passed over")
    ]
    rows = list(read_table.rows)
    assert [[(str(found.place), found.message) for found in row.findings] for row in rows] == [
        [],
        [("roster.csv:8", "3 blank rows stand above this one, and were passed over")],
    ]
    assert not any(found.blocks for row in rows for found in row.findings)
    assert table(tmp_path, b"name\nAda\n\n\n", None).findings == ()


@pytest.mark.parametrize("name", ["idna", "punycode", "unicode_escape", "utf-7", "undefined", "raw_unicode_escape", "mbcs", "cp65001"])
def test_codecs_that_are_no_encodings_end_in_an_error_or_rows(tmp_path: Path, name: str) -> None:
    try:
        codecs.lookup(name)
    except LookupError:
        name = "utf-7"
    for raw in (b"name,email\nAda,a@example.org\n", b"name\nZo\xeb\n", b"name\n\\x\n", b"xn--a-ecp.ru\n.." + b"a" * 70):
        try:
            assert all(row.cells for row in table(tmp_path, raw, name).rows)
        except RosterError as error:
            said = str(error)
            assert said.startswith("roster.csv:")


LETTERS = "aé ñÄ,;\t|\"'\n.0"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(*[st.text(st.sampled_from(LETTERS), max_size=8)] * 2), max_size=8),
    st.sampled_from(",;\t|"),
    st.sampled_from(["windows-1252", "iso-8859-15", "macintosh", "cp850", "utf-16-le", "utf-32"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_written_cells_come_back_in_every_encoding(
    tmp_path_factory: pytest.TempPathFactory, people: list[tuple[str, str]], delimiter: str, encoding: str, end: str
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=end).writerows([("full name", "é"), *people])
    rows = table(tmp_path_factory.getbasetemp(), text.getvalue().encode(encoding), encoding).rows
    assert [row.cells for row in rows] == [cells for cells in people if any(cell.strip() for cell in cells)]
