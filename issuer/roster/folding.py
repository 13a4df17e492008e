"""Names as they are compared: without case, accents, punctuation and the order of words."""

from __future__ import annotations

import re
import unicodedata

_BETWEEN = re.compile(r"[!-&(-/:-@\[-_{-~\u00a0-\u00bf\u2010-\u2017\u2020-\u206f\u05be\u3000-\u3020\u30fb\uff0c]+")
_WITHIN = re.compile("['`´ʼʻ’‘]")
_MARKED = re.compile("([\u0041-\u024f\u0370-\u052f\u1e00-\u1fff])[\u0300-\u036f]+")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"})


def folded(name: str) -> str:
    """The words of a name in small letters, sorted. Marks are dropped from Latin, Greek and Cyrillic letters; those of other scripts tell
    letters apart. Only for comparing: never shown."""
    text = name.lower() if name.isascii() else _without_accents(name)
    if not text.replace(" ", "").isalpha():
        text = _BETWEEN.sub(" ", _WITHIN.sub("", text))
    words = text.split()
    if len(words) > 1:
        words.sort()
    return " ".join(words)


def _without_accents(name: str) -> str:
    text = _MARKED.sub(r"\1", unicodedata.normalize("NFKD", name.casefold()))
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_LETTERS))
