"""The text of one cell: normalising, and the characters that are refused."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.roster.findings import Code, shown
from issuer.roster.text import described, tidy, unwanted

WORLD = Path(__file__).parents[2] / "shared" / "rosters" / "world-names.csv"
NAMES = [
    "José Núñez Álvarez",
    "Nguyễn Thị Ánh Tuyết",
    "王小明",
    "髙﨑 直子",
    "محمد بن سلمان",
    "שירה בן־דוד",
    "आकाश शर्मा",
    "สมชาย ใจดี",
    "Þórður",
]
NAMES += ["නිරෝෂා ශ්‍රී", "نیم‌فاصله", "葛󠄀城", "Dwayne O’Connor Jr.", 'Robert "Bobby" Tables <b>&amp;', "Ng", "🎓 Ada"]


def test_names_of_the_world_pass() -> None:
    names = list(NAMES)
    if WORLD.exists():
        with WORLD.open(encoding="utf-8", newline="") as file:
            names += [row["name"] for row in csv.DictReader(file)]
    for name in names:
        assert unwanted(tidy(name)) is None, name
        assert tidy(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Ada  Lovelace ", "Ada Lovelace"),
        ("Ada\nLovelace", "Ada Lovelace"),
        ("Ada\u00a0Lovelace", "Ada Lovelace"),
        ("髙﨑\u3000直子", "髙﨑 直子"),
        ("Jose\u0301", "José"),
        ("", ""),
        (" ", ""),
    ],
)
def test_tidy(written: str, kept: str) -> None:
    assert tidy(written) == kept


@pytest.mark.parametrize(
    ("text", "code", "index"),
    [
        ("Ada\x07", Code.CHARACTER_CONTROL, 3),
        ("Ada\x0bL", Code.CHARACTER_CONTROL, 3),
        ("Ada\x85", Code.CHARACTER_CONTROL, 3),
        ("Ada\u2028B", Code.CHARACTER_CONTROL, 3),
        ("\u202eAda", Code.CHARACTER_BIDI, 0),
        ("Ada\u200f", Code.CHARACTER_BIDI, 3),
        ("A\u2066da", Code.CHARACTER_BIDI, 1),
        ("A\u200bda", Code.CHARACTER_INVISIBLE, 1),
        ("A\u200dda", Code.CHARACTER_INVISIBLE, 1),
        ("نیم\u200c", Code.CHARACTER_INVISIBLE, 3),
        ("A\u00adda", Code.CHARACTER_INVISIBLE, 1),
        ("A\ufeffda", Code.CHARACTER_INVISIBLE, 1),
        ("A\u3164", Code.CHARACTER_INVISIBLE, 1),
        ("A\ufe0f", Code.CHARACTER_INVISIBLE, 1),
        ("A\u200d👧", Code.CHARACTER_INVISIBLE, 1),
        ("👧\u200dA", Code.CHARACTER_INVISIBLE, 1),
        ("👧\u200d", Code.CHARACTER_INVISIBLE, 1),
        ("5\ufe0f", Code.CHARACTER_INVISIBLE, 1),
        ("A\U000e0101", Code.CHARACTER_INVISIBLE, 1),
        ("A\U000e0041", Code.CHARACTER_INVISIBLE, 1),
        ("A\u0378", Code.CHARACTER_UNASSIGNED, 1),
        ("A\ue000", Code.CHARACTER_UNASSIGNED, 1),
        ("A\ud800", Code.CHARACTER_UNASSIGNED, 1),
        ("Jos\ufffd", Code.CHARACTER_REPLACED, 3),
    ],
)
def test_refused_characters(text: str, code: Code, index: int) -> None:
    assert unwanted(text) == (code, index)
    assert f"U+{ord(text[index]):04X}" in described(text, code, index)


@pytest.mark.parametrize("text", ["👨\u200d👩\u200d👧", "👩🏽\u200d💻", "🏳\ufe0f\u200d🌈", "Team ❤\ufe0f", "5\ufe0f\u20e3", "⭐\ufe0e"])
def test_an_emoji_is_one_picture(text: str) -> None:
    assert unwanted(text) is None


def test_shown_never_prints_what_it_warns_of() -> None:
    assert shown("a\u202eb\x1b[31m") == r"'a\u202eb\x1b[31m'"
    assert len(shown("x" * 500)) == 62


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    kept = tidy(text)
    assert tidy(kept) == kept
    fault = unwanted(kept)
    if fault is None:
        assert not any(unicodedata.category(character) in ("Cc", "Cs", "Cn", "Co") for character in kept)
    else:
        assert kept[fault[1]]
