"""UAX #9, against python-bidi's implementation of the Unicode bidirectional algorithm."""

from __future__ import annotations

import pytest
from bidi import get_display
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.artwork.text import bidi, breaking, lines, shaping
from issuer.artwork.text.itemising import itemise
from tests.artwork import sample

_ISOLATED = str.maketrans("", "", "\u2068\u2069")
_LETTERS = "abXY אבגד عربح 0123 ٠١٢ .,:;-+/$% ()[]{}<>!?\"' é\u0301\u05b4\u064b"
# Before a bracket behind an isolate, python-bidi looks for the first strong character and not for the last one (rule N0).
_NO_BRACKETS = "".join(letter for letter in _LETTERS if letter not in "()[]{}<>")


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


@given(
    st.lists(st.tuples(st.text(st.sampled_from(_NO_BRACKETS), min_size=1, max_size=8), st.booleans()), max_size=5), st.sampled_from([0, 1])
)
@settings(max_examples=400, deadline=None)
def test_isolated_spans_agree_with_python_bidi(parts: list[tuple[str, bool]], base: int) -> None:
    parts.append((".", False))  # white space at the end of a line is no part of it
    marked = "".join(f"\u2068{text}\u2069" if isolated else text for text, isolated in parts)
    spans = tuple(shaping.Span(text, shaping.Style(), base, bidi.base_level(text) if isolated else None) for text, isolated in parts)
    assert _drawn(spans) == get_display(marked, base_dir="R" if base else "L").translate(_ISOLATED)


def _drawn(spans: shaping.Spans) -> str:
    """The characters of a line from left to right."""
    text = "".join(span.text for span in spans)
    parts = ((text[item.start : item.end], item.level) for item in itemise(spans, ""))
    return "".join(part[::-1] if level % 2 else part for part, level in parts)


@pytest.mark.parametrize(
    ("text", "attributes", "values", "expected"),
    [
        ("Given on {{ awarded }}", "", {"awarded": "30 במאי 2026"}, "Given on 2026 יאמב 30"),
        ("{{ name }}, Dr.", "", {"name": "שירה כהן"}, "ןהכ הריש, Dr."),
        ("{{ name }} (No. {{ id }})", "", {"name": "שירה", "id": "7/12"}, "הריש (No. 7/12)"),
        ("הוענק ל{{ name }}.", "", {"name": "Ada Jr."}, ".Ada Jr.ל קנעוה"),
        ("הוענק ל-{{ name }}!", "", {"name": "C++"}, "!C++-ל קנעוה"),
        ("{{ name }} {{ awarded }}", "", {"name": "שירה", "awarded": "30 במאי 2026"}, "2026 יאמב 30 הריש"),
        ("{{ name }} {{ id }}", 'direction="rtl"', {"name": "Ada (Jr.)", "id": "7"}, "7 Ada (Jr.)"),
        ("{{ name }}", "", {"name": "שירה Cohen 12"}, "Cohen 12 הריש"),
    ],
)
def test_a_value_does_not_turn_its_neighbours_round(text: str, attributes: str, values: dict[str, str], expected: str) -> None:
    (block,) = sample.template(f"<text {attributes}>{text}</text>").blocks
    assert _drawn(block.spans(values)) == expected


def test_a_line_keeps_the_direction_of_its_text() -> None:
    _, second = lines.split(shaping.alone("ערבים של Python, מתחילים", shaping.Style()), "he", 2, least=breaking.BETWEEN)
    assert _drawn(second) == "םיליחתמ ,Python"
