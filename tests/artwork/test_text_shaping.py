"""Names of the world, shaped: every letter is drawn, joined, reordered and turned as its readers expect."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.artwork.coverage import undrawable
from issuer.artwork.text import characters, fonts, shaping
from issuer.errors import StorageError

_ROSTER = Path(__file__).parents[1] / "rosters" / "world-names.csv"
_STYLE = shaping.Style()


def _names() -> list[tuple[str, str]]:
    with _ROSTER.open(encoding="utf-8", newline="") as file:
        return [(row["name"], row["language"]) for row in csv.DictReader(file)]


def _shape(text: str, language: str = "", style: shaping.Style = _STYLE) -> shaping.Line:
    return shaping.shape(((characters.clean(text), style),), language)


def _glyphs(text: str, language: str = "") -> list[int]:
    return [glyph.glyph for glyph in _shape(text, language).glyphs]


def _fonts(text: str, language: str = "") -> set[str]:
    return {glyph.face.entry.family for glyph in _shape(text, language).glyphs}


@pytest.mark.parametrize(("name", "language"), _names())
@pytest.mark.parametrize("family", ["EB Garamond", "Noto Sans"])
def test_every_name_has_every_glyph(name: str, language: str, family: str) -> None:
    line = _shape(name, language, shaping.Style(family=family))
    assert line.glyphs
    assert all(glyph.glyph != 0 for glyph in line.glyphs), "a box is drawn instead of a letter"
    assert line.width > 0.4
    assert undrawable({"name": name}, language) == []


def test_there_are_thirty_names_in_sixteen_scripts() -> None:
    assert len(_names()) == 30
    assert len({entry for name, language in _names() for entry in _fonts(name, language)}) >= 13


def test_arabic_letters_join() -> None:
    joined = _glyphs("محمد", "ar")
    alone = [_glyphs(letter, "ar")[0] for letter in reversed("محمد")]
    assert len(joined) == 4
    assert sum(one != other for one, other in zip(joined, alone, strict=True)) == 4


def test_arabic_runs_from_right_to_left() -> None:
    line = _shape("سلمان", "ar")
    first_letters = [glyph.cluster for glyph in sorted(line.glyphs, key=lambda glyph: glyph.x)]
    assert first_letters == sorted(first_letters, reverse=True)


def test_devanagari_reph_and_conjunct() -> None:
    # In शर्मा the र् becomes a mark above म, drawn after it: six characters, fewer glyphs, not in the order of the text.
    line = _shape("शर्मा", "hi")
    assert len(line.glyphs) < len("शर्मा")
    assert [_glyphs("र", "hi")[0]] != [glyph.glyph for glyph in line.glyphs][1:2]
    assert _glyphs("क्ष", "hi") != _glyphs("क", "hi") + _glyphs("ष", "hi")
    assert len(_glyphs("क्ष", "hi")) == 1


def test_tamil_vowel_stands_before_its_consonant() -> None:
    base, vowel = _glyphs("ச", "ta")[0], "\u0bc6"
    assert _glyphs("ச" + vowel, "ta")[1] == base


def test_mixed_direction_in_one_name() -> None:
    line = _shape("שירה Cohen 12", "he")
    order = [glyph.cluster for glyph in line.glyphs]
    latin = [cluster for cluster in order if 5 <= cluster <= 9]
    assert latin == sorted(latin), "Latin letters stay from left to right"
    assert order.index(5) < order.index(11) < order.index(12) < order.index(0), (
        "the number belongs to the Latin words, left of the Hebrew one"
    )


def test_han_forms_follow_the_language() -> None:
    forms = {language: tuple(_glyphs("誤骨直令", language)) for language in ("ja", "ko", "zh-Hans", "zh-Hant")}
    assert len(set(forms.values())) == 4
    assert _glyphs("誤", "zh-HK") == _glyphs("誤", "zh-Hant")
    assert _glyphs("かな誤") == _glyphs("かな誤", "ja"), "kana says that it is Japanese"


def test_variants_of_family_names_are_kept() -> None:
    assert _glyphs("髙", "ja") != _glyphs("高", "ja")
    assert _glyphs("﨑", "ja") != _glyphs("崎", "ja")


def test_urdu_is_nastaliq_and_arabic_is_naskh() -> None:
    assert _fonts("نادیہ پروین", "ur") == {"Noto Nastaliq Urdu"}
    assert _fonts("نادیہ پروین", "ur-PK") == {"Noto Nastaliq Urdu"}
    assert _fonts("محمد", "ar") == {"Noto Naskh Arabic"}
    assert _fonts("محمد") == {"Noto Naskh Arabic"}


def test_decomposed_text_looks_like_composed_text() -> None:
    name = "Nguyễn Thị Ánh Tuyết"
    assert _glyphs(unicodedata.normalize("NFD", name), "vi") == _glyphs(name, "vi")


def test_spacing_never_tears_joined_letters() -> None:
    wide = shaping.Style(spacing=0.5)
    assert _shape("محمد", "ar", wide).width == pytest.approx(_shape("محمد", "ar").width)
    assert _shape("Ada", "en", wide).width == pytest.approx(_shape("Ada", "en").width + 1.0, abs=0.1)


def test_marks_reach_above_the_letters() -> None:
    assert _shape("Ở", "vi").top > _shape("O", "vi").top + 0.1


@pytest.mark.parametrize(
    ("character", "codepoint"),
    [
        ("\U0001f600", "U+1F600"),
        ("\U000132f9", "U+132F9"),
        ("\ue000", "U+E000"),
        ("\u202e", "U+202E"),
        ("\x07", "U+0007"),
        ("\u0378", "U+0378"),
    ],
)
def test_what_cannot_be_drawn_is_named(character: str, codepoint: str) -> None:
    found = undrawable({"name": f"Ada {character} Lovelace", "score": "9"}, "en")
    assert [(item.field, item.character, item.codepoint) for item in found] == [("name", character, codepoint)]
    assert found[0].hint
    assert found[0].name


def test_joiners_and_selectors_are_no_fault() -> None:
    assert undrawable({"name": "क\u200dष می\u200cخواهم 葛\U000e0100"}, "hi") == []


def test_only_the_fields_that_are_used_are_looked_at() -> None:
    fields = {"name": "Ada", "note": "\U0001f600"}
    assert undrawable(fields, "en", {"name"}) == []
    assert [item.field for item in undrawable(fields, "en", {"name", "note"})] == ["note"]


@given(st.text(max_size=30), st.sampled_from(["", "en", "ar", "ur", "ja", "zh-Hant", "x", "a-b-c"]))
@settings(max_examples=300, deadline=None)
def test_no_text_can_break_the_shaper(text: str, language: str) -> None:
    line = _shape(text, language)
    assert line.width >= 0
    missing = {item.character for item in undrawable({"name": text}, language)}
    if not missing:
        assert all(glyph.glyph for glyph in line.glyphs)


def test_a_changed_font_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = next(entry for entry in fonts.entries() if entry.package is not None)
    monkeypatch.setattr(fonts, "installed_folder", lambda: tmp_path)
    with pytest.raises(StorageError, match="cannot be read") as missing:
        fonts.check(entry)
    assert "make setup" in missing.value.hint
    (tmp_path / entry.file).write_bytes(b"not the font")
    with pytest.raises(StorageError, match="SHA-256"):
        fonts.check(entry)


def test_the_carried_fonts_are_the_pinned_ones_and_small() -> None:
    carried = [entry for entry in fonts.entries() if entry.package is None]
    for entry in carried:
        fonts.check(entry)
    sizes = [entry.path.stat().st_size for entry in carried]
    assert max(sizes) < 1_500_000
    assert sum(sizes) < 16_000_000
    listed = {entry.file for entry in carried} | {"manifest.json", "OFL.txt"}
    assert {path.name for path in fonts.CARRIED.iterdir()} == listed
