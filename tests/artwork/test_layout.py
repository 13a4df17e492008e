"""Texts in their boxes: every text is drawn with all its ink inside, or refused."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from issuer.artwork import layout
from issuer.artwork.coverage import Overflow, overflow, undrawable
from issuer.artwork.template.blocks import Block
from issuer.artwork.text import fonts
from tests.artwork import sample


def _block(attributes: str, inside: str = "{{ name }}") -> Block:
    drawn = sample.template(f'<text x="150" y="50" font-size="10" {attributes}>{inside}</text>')
    (block,) = drawn.blocks
    return block


def _place(text: str, attributes: str, language: str = "en") -> layout.Placed:
    block = _block(attributes)
    return layout.place(block, block.spans({"name": text}), language)


_BOX = 'data-box="100 30 90 30"'


def _ink(placed: layout.Placed) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all ink, in the template's units, measured glyph by glyph."""
    corners = []
    for line in placed.lines:
        for glyph in line.line.glyphs:
            left, right, top, bottom = glyph.face.extents[glyph.glyph]
            if left < right:
                x, zoom = line.x + glyph.x * placed.size, glyph.scale * placed.size
                y = line.baseline - glyph.y * placed.size
                corners.append((x + left * zoom, y - top * zoom, x + right * zoom, y - bottom * zoom))
    lefts, tops, rights, bottoms = zip(*corners, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _supported() -> str:
    """Characters that the carried fonts have, of every script."""
    found: dict[int, None] = {}
    for entry in fonts.entries():
        if entry.package is None:
            codes = [code for code in fonts.face(entry).coverage if code >= 0x20]
            found.update(dict.fromkeys(codes[:: max(1, len(codes) // 40)]))
    return "".join(map(chr, found)) + "abc ABC éüñ אבג محمد क्ष กำ 😀\u200d\u0301 -.,()"


_ATTRIBUTES = [
    _BOX,
    f'{_BOX} text-anchor="middle" data-max-lines="3"',
    f'{_BOX} text-anchor="end" data-fit="wrap" data-max-lines="4" data-align="bottom"',
    f'{_BOX} font-style="italic" letter-spacing="1" data-fit="error"',
    f'{_BOX} font-family="Montserrat" font-variant="small-caps" text-anchor="middle" data-align="middle"',
]


@given(
    st.text(st.sampled_from(_supported()), min_size=1, max_size=40), st.sampled_from(_ATTRIBUTES), st.sampled_from(["", "en", "ur", "th"])
)
@example("jf", _ATTRIBUTES[0], "en")
@example("نادیہ پروین نادیہ پروین", _ATTRIBUTES[1], "ur")
@settings(max_examples=250, deadline=None)
def test_a_text_is_within_its_box_or_refused(text: str, attributes: str, language: str) -> None:
    placed = _place(text, attributes, language)
    if undrawable({"name": text}, language) or not placed.fits or not placed.text:
        return
    assert all(glyph.glyph for line in placed.lines for glyph in line.line.glyphs), "a box is drawn instead of a letter"
    if any(line.line.right > line.line.left for line in placed.lines):
        left, top, right, bottom = _ink(placed)
        assert left >= 100 - 1e-3
        assert right <= 190 + 1e-3
        assert top >= 30 - 1e-3
        assert bottom <= 60 + 1e-3


def test_centred_by_ink() -> None:
    for text in ("Ada", "jf", "“Ada”"):
        left, _, right, _ = _ink(_place(text, f'{_BOX} text-anchor="middle"'))
        assert (left + right) / 2 == pytest.approx(145, abs=0.01)


def test_a_full_stop_hardly_counts_when_a_line_is_centred() -> None:
    plain, dotted = (_place(text, f'{_BOX} text-anchor="middle"').lines[0] for text in ("Ada Jr", "Ada Jr."))
    moved = plain.x - dotted.x
    dot = dotted.line.right - plain.line.right
    assert 0 < moved < dot * 10 / 2
    (arabic,) = _place("محمد.", f'{_BOX} text-anchor="middle"', "ar").lines
    assert arabic.x + (arabic.line.left + arabic.line.right) * 5 < 145, "the dot hangs out on the left"


def test_flush_by_ink() -> None:
    assert _ink(_place("Hi", _BOX))[0] == pytest.approx(100)
    assert _ink(_place("Hi", f'{_BOX} text-anchor="end"'))[2] == pytest.approx(190)


def test_shrinks_then_wraps_then_is_refused() -> None:
    short, longer, two, far = (
        _place(text, f'{_BOX} data-max-lines="2" data-min-size="6"')
        for text in ("Ada Lovelace", "Ada Augusta King-Noel", "Ada Augusta King-Noel, Countess of Lovelace", "Ada " * 40)
    )
    assert (short.size, len(short.lines)) == (10, 1)
    assert len(longer.lines) == 1
    assert len(two.lines) == 2
    assert two.size > 7
    assert not far.fits


def test_never_smaller_where_the_template_says_error() -> None:
    fits, refused = (_place(text, f'{_BOX} data-fit="error" data-max-lines="2"') for text in ("Ada Lovelace " * 2, "Ada Lovelace " * 8))
    assert fits.fits
    assert fits.size == 10
    assert len(fits.lines) == 2
    assert not refused.fits
    a_little_wide = _place("Ada Lovelace " * 2, f'{_BOX} data-fit="error"')
    assert 6 < a_little_wide.size < 10
    assert not a_little_wide.fits


@pytest.mark.parametrize("language", ["th", "ja", "zh-Hans", "en"])
def test_a_name_is_not_torn_unless_it_pays(language: str) -> None:
    name = {"th": "สมชาย ใจดีสุขสันต์", "ja": "髙﨑 直子", "zh-Hans": "王小明", "en": "Anne-Marie King-Noel"}[language]
    lines = _place(name, 'data-box="100 30 40 30" data-max-lines="2" data-min-size="2"', language).lines
    assert [line.line.text for line in lines] in ([name], name.split(" "))


def test_a_line_of_a_name_ends_with_a_particle_only_if_it_must() -> None:
    name = "Anne-Marie d'Aubigné de la Tour-Maubourg und zu Hohenstein-Wittelsbach"
    lines = _place(name, 'data-box="100 30 60 60" data-max-lines="3" data-min-size="2"', "fr").lines
    assert [line.line.text for line in lines] == ["Anne-Marie d'Aubigné", "de la Tour-Maubourg", "und zu Hohenstein-Wittelsbach"]
    lines = _place("van den Berg", 'data-box="100 30 22 60" data-max-lines="3" data-min-size="6"').lines
    assert [line.line.text for line in lines] == ["van den", "Berg"]


def test_prose_wraps_where_its_script_does() -> None:
    text = "ความสามารถในการเขียนโปรแกรมคอมพิวเตอร์เบื้องต้น"
    placed = _place(text, f'{_BOX} data-fit="wrap" data-max-lines="3"', "th")
    assert placed.fits
    assert len(placed.lines) > 1
    assert "".join(line.line.text for line in placed.lines) == placed.text == text


def test_lines_are_about_equally_long() -> None:
    placed = _place("Ten evenings of programming, and a project that was presented", f'{_BOX} data-fit="wrap" data-max-lines="3"')
    widths = [line.line.width for line in placed.lines]
    assert len(widths) == 3
    assert min(widths) > 0.6 * max(widths)


def test_overflow_names_the_field() -> None:
    template = sample.template(f'<text font-size="10" {_BOX}>No. {{{{ id }}}} {{{{ name }}}}</text>')
    assert overflow(template, {"name": "Ada", "id": "1"}, "en") == []
    (found,) = overflow(template, {"name": "Ada " * 40, "id": "1"}, "en")
    assert found.field == "name"
    assert found.share < found.least == 0.6
    assert found.sizes.endswith("% of its size, the smallest allowed is 60%")
    assert "at 60.0% of its size, the smallest allowed is 60.2%" in Overflow("name", "", 0.6, 0.602).sizes
