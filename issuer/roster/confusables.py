"""Words that mix letters of two scripts which look alike, such as a Cyrillic А in a Latin name (UTS 39 section 5)."""

from __future__ import annotations

import re
import unicodedata

_OTHER = re.compile("[Ͱ-ϿЀ-ԯ\u1f00-\u1fff]")
_WORD = re.compile(r"[^\W\d_]+")
_LIKE_LATIN = frozenset("АВЕЅІЈКМНОРСТУХҮԚԜаеорсухіјѕԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονιυ")
"""Cyrillic and Greek letters that cannot be told from a Latin one."""
_LIKE_OTHERS = frozenset("ABCEHIJKMNOPSTXYZacdehijopqsuvwxy")
"""Latin letters that cannot be told from one of them."""


def mixed(text: str) -> tuple[str, str, str] | None:
    """The first word that mixes scripts, the letter in it that is another than it looks, and the script of the others; None without one.

    Words of different scripts beside each other are fine, and so is a word whose scripts nobody can take for each other."""
    if text.isascii() or not _OTHER.search(text):
        return None
    for match in _WORD.finditer(text):
        word = match[0]
        latin = [letter for letter in word if _script(letter) == "LATIN"]
        others = [letter for letter in word if _OTHER.match(letter)]
        if not latin or not others:
            continue
        few, like, script = (others, _LIKE_LATIN, "LATIN") if len(others) <= len(latin) else (latin, _LIKE_OTHERS, _script(others[0]))
        odd = next((letter for letter in few if letter in like), None)
        if odd is not None:
            return word, odd, script.title()
    return None


def described(letter: str) -> str:
    """Code point and name: U+0410 CYRILLIC CAPITAL LETTER A."""
    return f"U+{ord(letter):04X} {unicodedata.name(letter, '?')}"


def _script(letter: str) -> str:
    """LATIN, GREEK, CYRILLIC …: the first word of the letter's name."""
    return unicodedata.name(letter, "?").split(" ")[0]
