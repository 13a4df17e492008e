"""UAX #9, against python-bidi's implementation of the Unicode bidirectional algorithm."""

from __future__ import annotations

import pytest
from bidi import get_display
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.artwork.text import bidi

_LETTERS = "abXY אבגד عربح 0123 ٠١٢ .,:;-+/$% ()[]{}<>!?\"' é\u0301\u05b4\u064b"


def _visual(text: str, base: int) -> str:
    return "".join(text[index] for index in bidi.visual_order(bidi.levels(text, base)))


@given(st.text(st.sampled_from(_LETTERS), max_size=24), st.sampled_from([0, 1]))
@settings(max_examples=600, deadline=None)
def test_order_agrees_with_python_bidi(text: str, base: int) -> None:
    if text:
        assert _visual(text, base) == get_display(text, base_dir="R" if base else "L")


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("Ada", 0, "Ada"),
        ("שירה", 1, "הריש"),
        ("Ada שירה 12", 0, "Ada 12 הריש"),
        ("שירה (Ada) 12", 1, "12 (Ada) הריש"),
    ],
)
def test_levels_of_names(text: str, base: int, expected: str) -> None:
    assert bidi.base_level(text) == base
    # Brackets at odd levels are mirrored by the shaper, not here: compare what is not a bracket.
    assert _visual(text, base).translate({40: None, 41: None}) == expected.translate({40: None, 41: None})


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_text_has_one_level_per_character(text: str) -> None:
    base = bidi.base_level(text)
    found = bidi.levels(text, base)
    assert len(found) == len(text)
    assert all(base <= level <= base + 2 for level in found)
    assert sorted(bidi.visual_order(found)) == list(range(len(text)))
