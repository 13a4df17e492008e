"""The ink of QR codes and texts: how much of each pixel it covers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from issuer.artwork import png, qr, sheet
from issuer.artwork.png import ink
from issuer.artwork.template import parse

_PAGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="800pt" height="500pt" viewBox="0 0 800 500">{}<text y="499">{{{{ url }}}}</text></svg>'
)


def _dark(symbol: qr.Symbol, side: int, x: int, y: int) -> Fraction:
    """What is dark of one pixel, module by module."""
    found = Fraction(0)
    for down, row in enumerate(symbol.rows):
        for across in range(symbol.width):
            if row >> symbol.width - 1 - across & 1:
                size = Fraction(side, symbol.width)
                found += _overlap(across * size, size, x) * _overlap(down * size, size, y)
    return found


def _overlap(start: Fraction, length: Fraction, pixel: int) -> Fraction:
    return max(min(start + length, Fraction(pixel + 1)) - max(start, Fraction(pixel)), Fraction(0))


@pytest.mark.parametrize("side", [29, 37, 41, 67, 82])
def test_a_pixel_of_a_symbol_is_as_dark_as_what_covers_it(side: int) -> None:
    symbol = qr.symbol("https://e.example/c/1")
    levels = ink.of_symbol(symbol, side) >> 8
    assert levels.shape == (side, side)
    for x, y in ((0, 0), (side // 5, side // 5), (side // 2, side // 2), (side // 2 + 1, side // 3), (side - side // 5, side // 4)):
        assert levels[y, x] == int(_dark(symbol, side, x, y) * ink.LEVELS + Fraction(1, 2))


def test_whole_modules_are_sharp() -> None:
    symbol = qr.symbol("https://e.example/c/1")
    assert set(np.unique(ink.of_symbol(symbol, symbol.width * 3) >> 8)) == {0, ink.LEVELS}


def _inks(text: str) -> tuple[ink.Ink, ...]:
    template = parse(_PAGE.format(text).encode(), shown_as="a.svg")
    made = sheet.lay_out(template, {"name": "HHH"}, language="en", url="https://example.org/")
    return ink.of_text(made.texts[0], png.PREVIEW.frame(template))


def test_ink_stands_where_the_text_does() -> None:
    (flat,) = _inks('<text x="100" y="200" font-size="40">{{ name }}</text>')
    high, wide = flat.levels.shape
    assert 99 <= flat.left <= 104
    assert abs(flat.top + high - 200) <= 1, "capitals stand on the baseline"
    (turned,) = _inks('<text x="100" y="200" font-size="40" transform="rotate(-90 100 200)">{{ name }}</text>')
    assert abs(turned.left + turned.levels.shape[1] - 100) <= 1
    assert abs(turned.top + turned.levels.shape[0] - 200) <= 4
    assert abs(turned.levels.shape[0] - wide) <= 1
    assert abs(turned.levels.shape[1] - high) <= 1
    assert abs(int((turned.levels >> 8).sum()) - int((flat.levels >> 8).sum())) < 0.05 * int((flat.levels >> 8).sum())


def test_a_text_beyond_the_page_is_cut_and_colours_are_apart() -> None:
    parts = _inks(
        '<text x="780" y="10" font-size="60"><tspan fill="#ff0000">{{ name }}</tspan><tspan fill="#0000ff"> {{ name }}</tspan></text>'
    )
    assert 1 <= len(parts) <= 2
    for part in parts:
        high, wide = part.levels.shape
        assert 0 <= part.left < part.left + wide <= 800
        assert 0 <= part.top < part.top + high <= 500
    assert parts[0].fill == "#ff0000"


def test_blank_text_has_no_ink() -> None:
    template = parse(_PAGE.format('<text x="10" y="50">{{ name }}</text>').encode(), shown_as="a.svg")
    made = sheet.lay_out(template, {"name": "\u00a0"}, language="en", url="https://example.org/")
    assert [ink.of_text(text, png.PREVIEW.frame(template)) for text in made.texts[:-1]] in ([()], [])
