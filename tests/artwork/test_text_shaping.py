"""Names of the world, shaped: every letter is drawn, joined, reordered and turned as its readers expect."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.artwork.coverage import undrawable
from issuer.artwork.text import breaking, characters, fonts, lines, shaping

_ROSTER = Path(__file__).parents[1] / "rosters" / "world-names.csv"
_STYLE = shaping.Style()
_BOLD = shaping.Style(family="Space Grotesk", weight=700)


def _names() -> list[tuple[str, str]]:
    with _ROSTER.open(encoding="utf-8", newline="") as file:
        return [(row["name"], row["language"]) for row in csv.DictReader(file)]


def _shape(text: str, language: str = "", style: shaping.Style = _STYLE) -> shaping.Line:
    return shaping.shape(shaping.alone(characters.clean(text), style), language)


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


def test_a_run_says_what_its_glyphs_stand_for() -> None:
    (run,) = _shape("office", "en").runs
    assert list(dict.fromkeys(run.texts())) == ["o", "ffi", "c", "e"]
    (run,) = _shape("שלום", "he").runs
    assert run.level == 1
    assert "".join(reversed(run.texts())) == "שלום"
    (run,) = _shape("क्षि", "hi").runs
    assert set(run.texts()) == {"क्षि"}


@pytest.mark.parametrize(("name", "language"), _names())
def test_runs_and_clusters_say_the_whole_name(name: str, language: str) -> None:
    line = _shape(name, language)
    told = ""
    for run in sorted(line.runs, key=lambda run: run.start):
        texts = dict(zip(run.clusters, run.texts(), strict=True))
        told += "".join(texts[start] for start in sorted(texts))
    assert told == line.text == name


def test_ink_reaches_as_far_as_it_says() -> None:
    line = _shape("jfÄgy", "en", shaping.Style(italic=True))
    (run,) = line.runs
    boxes = [run.face.font.get_glyph_extents(glyph) for glyph in run.glyphs]
    lefts = [x + box.x_bearing for x, box in zip(run.xs, boxes, strict=True)]
    rights = [x + box.x_bearing + box.width for x, box in zip(run.xs, boxes, strict=True)]
    assert line.left == pytest.approx(min(lefts) * run.scale)
    assert line.right == pytest.approx(max(rights) * run.scale)
    assert line.left < 0


def test_small_capitals_are_the_fonts_own_or_capitals_drawn_small() -> None:
    (own,) = _shape("Ada", "en", shaping.Style(small_caps=True)).runs
    assert own.glyphs[1] != _glyphs("Ada")[1]
    capital, small = _shape("Ada", "en", shaping.Style(family="Fraunces", small_caps=True)).runs
    assert small.scale == pytest.approx(0.78 * capital.scale)
    assert list(small.glyphs) == [glyph.glyph for glyph in _shape("DA", "en", shaping.Style(family="Fraunces")).glyphs]
    assert small.texts() == ["d", "a"], "the text stays what was signed"
    (_, sharp) = _shape("Aß", "de", shaping.Style(family="Fraunces", small_caps=True)).runs
    assert sharp.texts() == ["ß", "ß"]


def test_a_sans_template_gets_sans_faces() -> None:
    for name, language in _names():
        for run in _shape(name, language, shaping.Style(family="Montserrat")).runs:
            assert run.face.entry.kind == "sans" or language == "ur", run.face.entry.family


@pytest.mark.parametrize("sequence", ["😀", "👩🏽‍💻", "🇩🇪", "🏳️‍🌈", "5️⃣", "👨‍👩‍👧", "❤️"])
def test_an_emoji_sequence_is_one_picture(sequence: str) -> None:
    line = _shape(f"Ada {sequence}", "en")
    pictures = [run for run in line.runs if run.face.entry.family == "Noto Emoji"]
    (picture,) = pictures
    inked = [glyph for glyph in picture.glyphs if glyph and picture.face.extents[glyph] != fonts.Extents.BLANK]
    assert len(inked) == 1
    assert picture.text == sequence


@pytest.mark.parametrize("name", ["Ɔ̀lá", "Ṣọ̀gbẹ̀sàn", "x̂a", "M̃ari", "Ɛ́", "Kɛ̃́", "Pẽ́", "W̊a", "Į́sa"])
def test_accents_stand_on_their_letters(name: str) -> None:
    for run in _shape(name).runs:
        assert all(run.face.seats(text) for text in run.texts())


def test_a_font_that_draws_two_accents_in_one_place_does_not_seat_them() -> None:
    garamond = fonts.face(
        next(entry for entry in fonts.entries() if (entry.family, entry.weight, entry.italic) == ("EB Garamond", 400, False))
    )
    assert not any(map(garamond.seats, ("ɛ̃́", "ẽ́", "ī́")))
    assert all(map(garamond.seats, ("ẹ́", "ṓ", "a̱", "m̃", "Ễ")))


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("محمد (Mohammed) Ali", "ar"),
        ("Wang (王小明)", "en"),
        ("(王小明 Wang) Li", "zh-Hans"),
        ("Wang “王小明”, Li", "en"),
        ("דוד [David] לוי", "he"),
        ('أحمد "Ahmed" علي', "ar"),
        ("Sofia (София [София]) Rossi", "it"),
    ],
)
def test_the_brackets_of_a_pair_come_from_one_font(name: str, language: str) -> None:
    drawn = {glyph.cluster: glyph.face.entry for glyph in _shape(name, language).glyphs}
    pairs = [(name.index(opening), name.rindex(closing)) for opening, closing in ("()", "[]", "“”", '""') if opening in name]
    assert pairs
    assert all(drawn[opening] is drawn[closing] for opening, closing in pairs)


@pytest.mark.parametrize(("name", "language"), [("محمد (Mohammed) علي", "ar"), ("Wang (王小明)", "en"), ("王小明「Wang」", "zh-Hans")])
def test_brackets_beside_latin_letters_are_those_of_the_template_if_it_has_them(name: str, language: str) -> None:
    playfair = shaping.Style(family="Playfair Display")
    drawn = {glyph.cluster: glyph.face.entry.family for glyph in _shape(name, language, playfair).glyphs}
    assert {drawn[at] for at, character in enumerate(name) if character in "()"} <= {"Playfair Display"}
    assert {drawn[at] for at, character in enumerate(name) if character in "「」"} <= {"Noto Serif CJK"}


def test_a_bracket_at_the_beginning_of_a_line_knows_the_line_before() -> None:
    spans = shaping.alone("Walter Ola (王小明) Rossi", _STYLE)
    first, second = lines.split(spans, "en", 2, least=breaking.BETWEEN)
    assert (first[0].text, second[0].text) == ("Walter Ola", "(王小明) Rossi")
    drawn = {glyph.cluster: glyph.face.entry.family for glyph in shaping.shape(second, "en").glyphs}
    assert drawn[0] == drawn[4] == fonts.SERIF


def test_a_bracket_without_its_pair_is_drawn_with_its_neighbours() -> None:
    assert characters.scripts(":-) 王 a)") == ["Hani"] * 6 + ["Latn"] * 2
    assert characters.scripts("(" * 500 + ")" * 500, "Arab") == ["Arab"] * 1000


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


@pytest.mark.parametrize("style", [_STYLE, shaping.Style(family="Noto Sans"), _BOLD])
def test_han_of_a_language_without_forms_looks_the_same_in_every_weight(style: shaping.Style) -> None:
    forms = {
        language: [glyph.glyph for glyph in _shape("誤骨直令", language, style).glyphs] for language in ("", "de", "vi", "zh-Hans", "ja")
    }
    assert forms[""] == forms["de"] == forms["vi"] == forms["zh-Hans"] != forms["ja"]
    kana = [[glyph.glyph for glyph in _shape("かな誤", language, style).glyphs] for language in ("de", "ja")]
    assert kana[0] == kana[1]


def test_latin_letters_beside_han_keep_the_language() -> None:
    assert _glyphs("fi 王", "tr")[:2] == _glyphs("fi", "tr")
    assert _glyphs("fi 王", "en")[:2] != _glyphs("fi 王", "tr")[:2], "a Turkish i keeps its dot, so it joins no f"


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("نادیہ پروین 24", "ur"),
        ("محمد 24", "ar"),
        ("שירה 24", "he"),
        ("24 محمد", "ar"),
        ("आकाश 24", "hi"),
        ("24年", "ja"),
        ("Ёлкин 24", "ru"),
    ],
)
def test_european_numbers_look_alike_whatever_stands_beside_them(name: str, language: str) -> None:
    line = _shape(name, language, _BOLD)
    (number,) = [run for run in line.runs if "24" in run.text]
    assert (number.text.strip(), number.level % 2, number.face.entry.family) == ("24", 0, "Space Grotesk")
    assert all(run.face.entry.family.startswith("Noto") for run in line.runs if run is not number)


def test_numbers_of_a_script_are_drawn_by_its_font() -> None:
    assert _fonts("نادیہ ۲۴", "ur") == {"Noto Nastaliq Urdu"}
    assert _fonts("محمد ٢٤", "ar") == {"Noto Naskh Arabic"}
    assert _fonts("আকাশ ২৪", "bn") == {"Noto Serif Bengali"}


@pytest.mark.parametrize(("date", "language"), [("6 հունիսի, 2026 թ.", "hy"), ("6 ივნისი, 2026", "ka"), ("6 มิถุนายน ค.ศ. 2026", "th")])
def test_a_serif_text_has_no_sans_commas(date: str, language: str) -> None:
    assert {run.face.entry.kind for run in _shape(date, language).runs} == {"serif"}


def test_letters_that_a_font_lacks_are_as_heavy_as_those_it_has() -> None:
    playfair = shaping.Style(family="Playfair Display", weight=600)  # which has one weight, 400
    assert {run.face.entry.weight for run in _shape("Ọlọ́runṣọlá محمد", "yo", playfair).runs} == {400}
    assert {run.face.entry.weight for run in _shape("Ada محمد", "ar", _BOLD).runs} <= {600, 700}


@pytest.mark.parametrize(("name", "language"), [("Wang (王小明)", "zh-Hans"), ("山田 まり", "ja"), ("김민준", "ko")])
def test_bold_serif_names_have_bold_east_asian_letters(name: str, language: str) -> None:
    broad = {
        run.face.entry for run in _shape(name, language, shaping.Style(family="Fraunces", weight=600)).runs if run.text.strip("Wang ()")
    }
    assert {entry.weight for entry in broad} == {700}
    usual = {run.face.entry for run in _shape(name, language, shaping.Style(family="Fraunces")).runs if run.text.strip("Wang ()")}
    assert {(entry.kind, entry.weight) for entry in usual} == {("serif", 400)}


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


def test_only_the_face_that_a_template_names_is_set_closer() -> None:
    closer = replace(_BOLD, spacing=-0.015)
    assert _shape("Ada", "en", closer).width < _shape("Ada", "en", _BOLD).width
    assert _shape("ማርያም", "am", closer).width == _shape("ማርያም", "am", _BOLD).width


def test_marks_reach_above_the_letters() -> None:
    assert _shape("Ở", "vi").top > _shape("O", "vi").top + 0.1


@given(st.text(max_size=30), st.sampled_from(["", "en", "ar", "ur", "ja", "zh-Hant", "x", "a-b-c"]), st.sampled_from([_STYLE, _BOLD]))
@settings(max_examples=300, deadline=None)
def test_no_text_can_break_the_shaper(text: str, language: str, style: shaping.Style) -> None:
    line = _shape(text, language, style)
    assert line.width >= 0
    if not undrawable({"name": text}, language):
        assert all(glyph.glyph for glyph in line.glyphs)
