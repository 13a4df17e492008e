"""The fonts that certificates are drawn with: pinned, complete, and found for every living script."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import pytest
from fontTools import unicodedata as ucd

from issuer.artwork.text import chains, characters, fonts, shaping
from issuer.errors import StorageError
from tests.artwork import sample

# Scripts that people write their names in today, or learn to again, by ISO 15924.
_LIVING = (
    "Adlm Ahom Arab Armn Bali Bamu Bass Batk Beng Bopo Brai Bugi Buhd Cakm Cans Cham Cher Cyrl Deva Ethi Geor Gong Gonm Grek Gujr Guru "
    "Hang Hani Hano Hebr Hira Hmng Hmnp Java Kali Kana Khmr Knda Lana Laoo Latn Lepc Limb Lisu Mand Medf Mend Mlym Mong Mroo Mtei Mymr "
    "Newa Nkoo Olck Orya Osge Osma Pauc Plrd Rjng Rohg Samr Saur Sinh Sora Sund Sylo Syrc Tagb Tale Talu Taml Tavt Telu Tfng Tglg Thaa "
    "Thai Tibt Tirh Vaii Wara Wcho Yezi Yiii"
).split()


@cache
def _letters() -> dict[str, set[str]]:
    """The letters of each script, without the hundreds of old forms of one kana."""
    found: dict[str, set[str]] = {}
    for character in map(chr, (*range(0x20, 0xD800), *range(0x10000, 0x1B000), *range(0x1E000, 0x1EE00), *range(0x1EF00, 0x1F000))):
        if unicodedata.category(character) in ("Lu", "Ll", "Lo"):
            found.setdefault(ucd.script(character), set()).add(character)
    return found


@pytest.mark.parametrize("script", _LIVING)
def test_a_living_script_has_its_fonts(script: str) -> None:
    own = [entry for entry in chains.chain("serif", 400, False, script, "").entries if script in entry.scripts]
    letters = _letters().get(script, set())
    missing = {letter for letter in letters if not any(fonts.face(entry).covers(letter) for entry in own)}
    assert own
    assert len(missing) <= _NEW * len(letters), f"{len(missing)} of {len(letters)}, such as {sorted(missing)[:5]}"


_NEW = 0.25  # fonts of 2020 lack letters that Unicode added later; the gate names them


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
    assert sum(sizes) < 22_500_000
    listed = {entry.file for entry in carried} | {"manifest.json", "OFL.txt"}
    assert {path.name for path in fonts.CARRIED.iterdir()} == listed


def test_every_family_is_named_in_the_licence_file() -> None:
    notices = (fonts.CARRIED / "OFL.txt").read_text(encoding="utf-8").splitlines()
    named = {line.partition(": ")[0] for line in notices if ": Copyright" in line or ": (c)" in line}
    assert {entry.family for entry in fonts.entries()} <= named


def test_tags_are_short_and_no_tag_begins_another_glyphs_name() -> None:
    tags = [fonts.tag(number) for number in range(len(fonts.entries()))]
    assert len(set(tags)) == len(tags) > 52
    assert max(map(len, tags)) <= 4
    assert all(tag[-1].isalpha() for tag in tags), "a glyph's number follows"


def test_fonts_beside_a_family_are_as_large_as_its_letters() -> None:
    noto = next(entry for entry in fonts.entries() if entry.family == "Noto Serif")
    garamond = next(entry for entry in fonts.entries() if entry.family == "EB Garamond")
    assert fonts.factor("serif", noto) == pytest.approx(0.84, abs=0.02)
    assert fonts.factor("Noto Serif", garamond) == pytest.approx(1.19, abs=0.03)
    assert fonts.factor("EB Garamond", garamond) == 1.0


@pytest.mark.parametrize(
    ("family", "wanted", "chosen"),
    [
        ("EB Garamond", 100, 400),
        ("EB Garamond", 450, 400),
        ("EB Garamond", 500, 400),
        ("EB Garamond", 501, 600),
        ("EB Garamond", 900, 600),
        ("Space Grotesk", 500, 400),
        ("Space Grotesk", 600, 700),
        ("Noto Serif", 600, 700),
        ("Noto Sans", 700, 600),
        ("UnifrakturCook", 400, 700),
    ],
)
def test_the_weight_is_the_nearest_as_in_css(family: str, wanted: int, chosen: int) -> None:
    first = chains.chain(family, wanted, False, "Latn", "").entries[0]
    assert (first.family, first.weight, first.italic) == (family, chosen, False)


def test_slant_goes_before_weight_as_in_css() -> None:
    first = chains.chain("EB Garamond", 600, True, "Latn", "").entries[0]
    assert (first.family, first.weight, first.italic) == ("EB Garamond", 400, True)


@pytest.mark.parametrize(("family", "weight"), [("Space Grotesk", 700), ("Montserrat", 600), ("Fraunces", 600)])
@pytest.mark.parametrize(("name", "language"), sample.names())
def test_a_bold_name_is_bold_in_every_script(name: str, language: str, family: str, weight: int) -> None:
    line = shaping.shape(shaping.alone(name, shaping.Style(family=family, weight=weight)), language)
    light = {run.face.entry.family for run in line.runs if run.face.entry.weight < 600}
    assert light <= {"Noto Nastaliq Urdu", *(["Noto Serif CJK"] if family == "Fraunces" else [])}


def test_a_heavier_weight_draws_what_the_usual_one_does() -> None:
    for heavier in fonts.entries():
        usual = next(entry for entry in fonts.entries() if (entry.family, entry.italic) == (heavier.family, heavier.italic))
        seen = (chr(code) for code in fonts.face(usual).coverage if code >= ord(" "))
        chain = chains.chain(heavier.family, heavier.weight, heavier.italic, next(iter(heavier.scripts)), "")
        lost = [character for character in seen if not fonts.face(heavier).covers(character) and not characters.private(character)]
        assert [character for character in lost if not fonts.face(chain.choose(character)).covers(character)] == [], heavier.file


def test_a_shared_character_is_looked_for_in_the_fonts_of_its_scripts() -> None:
    latin = chains.chain("serif", 400, False, "Latn", "")
    assert "Hani" in latin.choose("、").scripts
    assert latin.choose("∑").family in ("EB Garamond", "Noto Sans Math", "Noto Sans Symbols", "Noto Serif")
    assert latin.choose("★").kind == "symbols"
