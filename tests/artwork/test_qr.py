"""The QR code: that a press makes what segno makes, and that the path draws it."""

from __future__ import annotations

import re

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from issuer.artwork import qr
from issuer.errors import IssuerError
from issuer.formats import identifier

_BEFORE = "https://certificates.example.org/c/"
_IDS = st.binary(min_size=16, max_size=16).map(identifier.encode)


def _matrix(symbol: qr.Symbol) -> list[list[int]]:
    inner = symbol.rows[qr.QUIET : -qr.QUIET]
    return [[int(bit) for bit in f"{row:0{symbol.width}b}"][qr.QUIET : -qr.QUIET] for row in inner]


def _by_segno(url: str) -> list[list[int]]:
    return [list(row) for row in segno.make(url, error="m", mask=3, mode="byte", micro=False).matrix]


def _picture(symbol: qr.Symbol, zoom: int = 4) -> Image.Image:
    picture = Image.new("L", (symbol.width, symbol.width), 255)
    for y, row in enumerate(symbol.rows):
        for x, bit in enumerate(f"{row:0{symbol.width}b}"):
            picture.putpixel((x, y), 0 if bit == "1" else 255)
    return picture.resize((symbol.width * zoom,) * 2, Image.Resampling.NEAREST)


@settings(max_examples=200, deadline=None)
@given(_IDS)
def test_a_press_makes_what_segno_makes(name: str) -> None:
    made = qr.press(_BEFORE, "/").symbol(name)
    assert _matrix(made) == _by_segno(f"{_BEFORE}{name}/")
    assert made.rows[: qr.QUIET] == made.rows[-qr.QUIET :] == (0,) * qr.QUIET


@pytest.mark.parametrize("before", ["https://a.example/c/", "https://certificates.a-school-with-a-long-name.example.org/records/c/"])
def test_addresses_of_other_lengths(before: str) -> None:
    for seed in range(3):
        name = identifier.encode(bytes((seed * 41 + at * 97) % 256 for at in range(16)))
        assert _matrix(qr.press(before, "").symbol(name)) == _by_segno(before + name)


def test_a_batch_is_the_same_before_and_after_the_press_was_made() -> None:
    urls = [f"https://many.example.org/c/{identifier.encode(number.to_bytes(16, 'big'))}/" for number in range(60)]
    made = [qr.symbol(url) for url in urls]
    assert [_matrix(symbol) for symbol in made] == [_by_segno(url) for url in urls]
    assert [found.text for found in (zxingcpp.read_barcodes(_picture(made[at]))[0] for at in (0, -1))] == [urls[0], urls[-1]]


@pytest.mark.parametrize("url", ["https://example.org/c/x", "https://übung.example.org/c/", "https://e.example/" + "a" * 100])
def test_the_rectangles_are_every_dark_module_once(url: str) -> None:
    symbol = qr.symbol(url)
    drawn = [0] * symbol.width
    for x, y, wide in re.findall(r"(\d+) (\d+) (\d+) 1 re\n", symbol.rectangles()):
        run = ((1 << int(wide)) - 1) << (symbol.width - int(x) - int(wide))
        assert not drawn[int(y)] & run
        drawn[int(y)] |= run
    assert tuple(drawn) == symbol.rows


def test_an_address_has_at_least_level_m_as_long_as_a_module_has_04_mm_in_print() -> None:
    for length in range(30, 300, 5):
        symbol = qr.symbol("https://example.org/" + "a" * (length - 20))
        made = segno.make("a" * length, mode="byte", error="m" if length <= 180 else "l", micro=False, mask=3)
        assert symbol.width == len(made.matrix) + 8
        assert 25 / symbol.width >= 0.4 or length > 230
        if length <= 180:
            assert made.error in "MQH"


def test_an_address_that_is_too_long_is_refused() -> None:
    with pytest.raises(IssuerError, match="3000 characters"):
        qr.symbol("https://e.example/" + "a" * 2982)
    with pytest.raises(IssuerError, match="does not fit"):
        qr.Press("https://e.example/" + "a" * 3000, "/")
