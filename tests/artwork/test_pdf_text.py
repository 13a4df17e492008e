"""What readers make of the text of a PDF: search, copying and screen readers get every name as it is signed, in every script."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from tests.artwork import sample
from tests.artwork.test_pdf import opened, written

NAMES = [
    *sample.names(),
    ("لا إله", "ar"),
    ("عَلِيّ بن محمد", "ar"),
    ("עִבְרִית", "he"),
    ("दुष्यन्त क्षत्रिय", "hi"),
    ("I O", "en"),
    ("王 小 明", "zh-Hans"),
]
_STEERING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def merged(files: Iterable[bytes]) -> bytes:
    """Certificates as pages of one file, so that each reader starts once."""
    sink = io.BytesIO()
    with pikepdf.new() as whole:
        for data in files:
            with opened(data) as document:
                whole.pages.extend(document.pages)
        whole.save(sink)
    return sink.getvalue()


def plain(text: str) -> str:
    """Without the marks that poppler puts around what runs to the left; white space is one space."""
    return unicodedata.normalize("NFC", " ".join(_STEERING.sub("", text).split()))


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What each reader says of each certificate."""
    return read(merged(written(sample.sheet(name, language)) for name, language in NAMES), tmp_path_factory.mktemp("pdf"))


def read(data: bytes, folder: Path) -> dict[str, list[str]]:
    """What each reader says of each page."""
    file = folder / "read.pdf"
    file.write_bytes(data)
    return {"poppler": _run("pdftotext", file, "-"), "MuPDF": _run("mutool", "draw", "-q", "-F", "text", file), "pdfium": _pdfium(data)}


def _run(*command: str | Path) -> list[str]:
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [plain(page) for page in text.split("\f")]


def _pdfium(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [plain(page.get_textpage().get_text_bounded()) for page in document]


@pytest.mark.parametrize("reader", ["poppler", "MuPDF", "pdfium"])
@pytest.mark.parametrize("number", range(len(NAMES)), ids=lambda number: NAMES[number][0])
def test_a_name_is_found(said: dict[str, list[str]], reader: str, number: int) -> None:
    assert plain(NAMES[number][0]) in said[reader][number]


def test_spaced_letters_are_words(tmp_path: Path) -> None:
    spaced = '<text font-size="8" x="100" y="40" letter-spacing=".3em" data-box="95 30 100 20">Diploma {{ name }}</text>'
    data = written(sample.sheet("Ada Lovelace", template=sample.template(spaced)), None)
    assert {reader for reader, pages in read(data, tmp_path).items() if "Diploma Ada Lovelace" in pages[0]} == {
        "poppler",
        "MuPDF",
        "pdfium",
    }


def test_a_joiner_tears_no_word_apart(tmp_path: Path) -> None:
    name = "علی\u200cرضا"
    data = written(sample.sheet(name, "fa"))
    bare = name.replace("\u200c", "")
    for reader, (text, *_) in read(data, tmp_path).items():
        assert bare in text, reader
    with opened(data) as document:
        assert name in [str(element.get("/ActualText", "")) for element in document.Root.StructTreeRoot.K[0].K]


def test_isolated_values_are_told_as_they_are_signed(tmp_path: Path) -> None:
    text = '<text font-size="8" x="100" y="40" data-box="95 30 100 20">Given on {{ awarded | date("long") }}</text>'
    template = sample.template(text)
    for day, language in (("30 במאי 2026", "he"), ("30 مايو 2026", "ar")):
        data = written(sample.sheet(language=language, template=template), None)
        with opened(data) as document:
            assert f"Given on {day}" in [str(element.get("/ActualText", "")) for element in document.Root.StructTreeRoot.K[0].K]
        assert f"Given on {day}" in read(data, tmp_path)["MuPDF"][0]


def test_lines_of_a_name_follow_one_another(said: dict[str, list[str]]) -> None:
    long = max(range(len(NAMES)), key=lambda number: len(NAMES[number][0]))
    for pages in said.values():
        text = pages[long]
        assert text.index(plain(NAMES[long][0])) < text.index("Python 101") < text.index(sample.URL)
