"""The glyph gate: what no font can draw is named before anything is signed."""

from __future__ import annotations

import pytest

from issuer.artwork.coverage import undrawable
from tests.artwork import sample


@pytest.mark.parametrize(
    ("character", "codepoint", "hint"),
    [
        ("\U000132f9", "U+132F9", "Noto Sans Egyptian Hieroglyphs"),
        ("\U00012000", "U+12000", "Noto Sans Cuneiform"),
        ("\ue000", "U+E000", "private use"),
        ("\ue001", "U+E001", "private use"),
        ("\u0378", "U+0378", "write it with letters"),
        ("\u202e", "U+202E", "invisible"),
        ("\u200e", "U+200E", "invisible"),
        ("\U000e0067", "U+E0067", "invisible"),
        ("\x07", "U+0007", "invisible"),
        ("\u0301", "U+0301", "the letter that carries this mark"),
        ("\u093f", "U+093F", "the letter that carries this mark"),
        ("\u0e31", "U+0E31", "the letter that carries this mark"),
    ],
)
def test_what_cannot_be_drawn_is_named(character: str, codepoint: str, hint: str) -> None:
    found = undrawable({"name": f"Ada {character} Lovelace", "score": "9"}, "en")
    assert [(item.field, item.character, item.codepoint) for item in found] == [("name", character, codepoint)]
    assert hint in found[0].hint
    assert found[0].name


@pytest.mark.parametrize(("name", "language"), sample.names())
def test_every_name_of_the_world_passes(name: str, language: str) -> None:
    assert undrawable({"name": name}, language) == []
    assert undrawable({"name": name}, "") == []


@pytest.mark.parametrize("name", ["क\u200dष می\u200cخواهم 葛\U000e0100", "Ada 👩🏽‍💻 ❤️ 5️⃣", "Ṣọ̀gbẹ̀sàn", "a\tb\nc", "1 ∑ ★ № ½", "Ａｄａ"])
def test_joiners_selectors_sequences_and_accents_are_no_fault(name: str) -> None:
    assert undrawable({"name": name}, "") == []


def test_only_the_fields_that_are_used_are_looked_at() -> None:
    fields = {"name": "Ada", "note": "\ue000"}
    assert undrawable(fields, "en", {"name"}) == []
    assert [item.field for item in undrawable(fields, "en", {"name", "note"})] == ["note"]


def test_each_character_is_named_once_in_order() -> None:
    assert [item.codepoint for item in undrawable({"name": "\ue001\ue000\ue001"}, "en")] == ["U+E001", "U+E000"]
