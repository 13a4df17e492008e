"""What is no name, or no value: placeholders, and names all in capitals or small letters."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
_PLAIN = re.compile(r"[A-Z][a-z]*(?:[ '-][A-Z][a-z]*)*")
_NOTHING = frozenset("n/a n.a. n.a n\\a #n/a #n/v #nv none null nil nan undefined tbd tba tbc todo asdf test".split())
_NOBODY = frozenset(
    {"test test", "test user", "test name", "test student", "user test", "first last", "first name last name", "firstname lastname"}
    | {"vorname nachname", "prénom nom", "nombre apellido", "your name", "full name", "max mustermann", "erika mustermann"}
    | {"asdf asdf", "qwerty", "lorem ipsum", "unknown", "unbekannt", "anonymous", "n.n.", "n. n.", "no name", "name"}
)
_CROSSES = re.compile(r"x{3,}(?:[ -]x+)*", re.IGNORECASE)
_CASED = re.compile("[A-Za-zÀ-ɏͰ-ϿЀ-ԯԱ-և\u1e00-\u1fff]{3,}")
"""Three letters of a script that is written with capitals and small letters: Latin, Greek, Cyrillic, Armenian. Georgian and Cherokee have
both in Unicode, but names there are written in one."""


def plain(text: str) -> str | None:
    """A name of the usual shape as it stands, since nothing else needs to be looked at: at most 200 ASCII letters, each word capitalised,
    and no placeholder. None for any other."""
    if len(text) > LONGEST or not _PLAIN.fullmatch(text):
        return None
    folded = text.lower()
    return None if folded in _NOBODY or folded in _NOTHING or folded.startswith("xxx") else text


def stands_for_nobody(text: str) -> bool:
    """Whether a whole cell is a placeholder and no name. Null, Test and None are surnames too: with a first name they pass."""
    folded = text.casefold()
    return folded in _NOBODY or stands_for_nothing(folded) or (len(text) <= LONGEST and not any(letter.isalpha() for letter in text))


def stands_for_nothing(text: str) -> bool:
    """Whether a whole cell says that there is no value."""
    folded = text.casefold()
    if folded in _NOTHING:
        return True
    return bool(_CROSSES.fullmatch(folded)) or (len(folded) <= 5 and all(sign in "-–—?_." for sign in folded))


def case(text: str) -> str | None:
    """How a name is written that is all in one case: "in capitals", "in small letters"; None if it is not, has no longer word, or has
    letters of a script that knows no case: what stands beside those is an abbreviation as often."""
    if (text.isupper() or text.islower()) and not any(map(_caseless, text)):
        return ("in capitals" if text.isupper() else "in small letters") if _CASED.search(text) else None
    return None


def _caseless(character: str) -> bool:
    return unicodedata.category(character) == "Lo"
