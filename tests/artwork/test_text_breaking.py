"""Where lines break: samples of UAX #14, and of scripts that write no spaces."""

from __future__ import annotations

from itertools import pairwise

import pytest

from issuer.artwork.text import breaking


def _parts(text: str, language: str) -> list[str]:
    cuts = [0, *(index for index, _ in breaking.opportunities(text, language)), len(text)]
    return [text[start:end] for start, end in pairwise(cuts)]


@pytest.mark.parametrize(
    ("name", "language", "parts"),
    [
        ("加布里埃尔·加西亚·马尔克斯", "zh", ["加布里埃尔·", "加西亚·", "马尔克斯"]),
        ("ガブリエル・ガルシア＝マルケス", "ja", ["ガブリエル・", "ガルシア＝マルケス"]),
        ("Gal·la Pi", "ca", ["Gal·la ", "Pi"]),
        ("Ada Lovelace", "en", ["Ada ", "Lovelace"]),
        ("María de la Tour y Aguirre", "es", ["María ", "de la Tour ", "y Aguirre"]),
        ("Ludwig van den Berg", "nl", ["Ludwig ", "van den Berg"]),
        ("محمد بن راشد عبد الرحمن", "ar", ["محمد ", "بن راشد ", "عبد الرحمن"]),
        ("J. R. Hartley", "en", ["J. ", "R. ", "Hartley"]),
    ],
)
def test_parts_of_a_name_end_behind_words_that_are_no_particles_and_behind_dots_of_han_and_kana(
    name: str, language: str, parts: list[str]
) -> None:
    found = breaking.opportunities(name, language)
    cuts = [0, *(index for index, well in found if well == breaking.BETWEEN), len(name)]
    assert [name[start:end] for start, end in pairwise(cuts)] == parts
    assert not any(name[index] in "·・" for index, _ in found)


@pytest.mark.parametrize(
    ("text", "language", "parts"),
    [
        ("Ada Lovelace", "en", ["Ada ", "Lovelace"]),
        ("Anne-Marie d'Aubigné", "fr", ["Anne-", "Marie ", "d'Aubigné"]),
        ("a\u00a0b c", "en", ["a\u00a0b ", "c"]),
        ("No. 12,5 (of 20)", "en", ["No. ", "12,5 ", "(of ", "20)"]),
        ("« Bonjour »", "fr", ["« Bonjour »"]),
        ("and/or", "en", ["and/", "or"]),
        ("בן־דוד", "he", ["בן־", "דוד"]),
        ("สวัสดีครับ", "th", ["สวัสดี", "ครับ"]),
        ("ພາສາລາວ", "lo", ["ພາສາ", "ລາວ"]),
        ("សួស្តីពិភពលោក", "km", ["សួស្តី", "ពិភពលោក"]),
        ("မြန်မာစာ", "my", ["မြန်မာ", "စာ"]),
        ("김민준 선생님", "ko", ["김민준 ", "선생님"]),
        ("『入門』を、修了。", "zh", ["『入", "門』", "を、", "修", "了。"]),
        ("プログラミング入門コースを修了した", "ja", ["プログラミング", "入門", "コースを", "修了した"]),
        ("👩‍💻👩‍💻 ok", "en", ["👩‍💻", "👩‍💻 ", "ok"]),
        ("Ada", "en", ["Ada"]),
        ("", "en", [""]),
    ],
)
def test_samples(text: str, language: str, parts: list[str]) -> None:
    assert _parts(text, language) == parts


def test_a_space_before_is_told() -> None:
    assert breaking.opportunities("Ada e-mail de", "en") == ((4, breaking.BETWEEN), (6, breaking.WITHIN), (11, breaking.BETWEEN))
    assert breaking.opportunities("Ada de Sá", "pt") == ((4, breaking.BETWEEN), (7, breaking.BEHIND_A_PARTICLE))


@pytest.mark.parametrize("language", ["", "x", "a-b-c", "zh-Hant-HK", "en_US", "ja-JP", "9"])
def test_any_language_will_do(language: str) -> None:
    assert _parts("one two", language) == ["one ", "two"]
