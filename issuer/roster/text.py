"""The text of one cell: how it is normalised, and which characters no certificate can carry."""

from __future__ import annotations

import re
import unicodedata

from issuer.roster.findings import Code

_SPACES = re.compile("[ \t\r\n\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
_JOINING_SCRIPTS = frozenset(
    {"ARABIC", "BALINESE", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "JAVANESE", "KANNADA", "KHMER", "MALAYALAM", "MONGOLIAN"}
    | {"MYANMAR", "ORIYA", "SINHALA", "SYRIAC", "TAMIL", "TELUGU", "TIBETAN"}
)
# Marks that stand visibly before a number or word, although Unicode counts them as format characters.
_VISIBLE_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Default_Ignorable_Code_Point (Unicode DerivedCoreProperties.txt) among the characters that str.isprintable calls printable, and U+FFFD.
_HIDDEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\ufffd\U000e0100-\U000e01ef]")
_VARIATION = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe02\U000e0100-\U000e01ef]")
_PICTURES = "\u2190-\u2bff\U0001f000-\U0001faff"
_EMOJI_JOINED = re.compile(f"[\ufe0f{_PICTURES}]\u200d[{_PICTURES}]")
_EMOJI_VARIED = re.compile(f"[©®™ℹ‼⁉〰〽㊗㊙{_PICTURES}][\ufe0e\ufe0f]|[0-9#*]\ufe0f\u20e3")
_WORDS = {
    Code.CHARACTER_CONTROL: "a control character",
    Code.CHARACTER_BIDI: "a character that changes the direction of text",
    Code.CHARACTER_INVISIBLE: "an invisible character",
    Code.CHARACTER_UNASSIGNED: "a character that Unicode does not define",
    Code.CHARACTER_REPLACED: "a character that an earlier program could not read",
}


def tidy(text: str) -> str:
    """NFC, no space at either end, every run of spaces and line ends one space."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(" ")
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip(" "))


def unwanted(text: str) -> tuple[Code, int] | None:
    """The first character that is refused, as its code and 0-based index; None when there is none.

    Refused: controls, surrogates, unassigned and private characters, direction controls, default-ignorable characters, U+FFFD.
    Joiners pass between letters of scripts that need them (UAX 31 section 2.3) and between emoji (UTS 51), variation selectors after the
    letter or emoji that they vary.
    """
    if text.isprintable() and not _HIDDEN.search(text):
        return None
    for index, character in enumerate(text):
        code = _fault(text, index, character)
        if code is not None:
            return code, index
    return None


def described(text: str, code: Code, index: int) -> str:
    """The sentence about one refused character: what it is, its code point and name, and where it stands."""
    character = text[index]
    name = unicodedata.name(character, "")
    return f"has {_WORDS[code]} as its character {index + 1}: U+{ord(character):04X}{' ' + name if name else ''}"


def _fault(text: str, index: int, character: str) -> Code | None:
    if character == "\ufffd":
        return Code.CHARACTER_REPLACED
    if character in _BIDI:
        return Code.CHARACTER_BIDI
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return Code.CHARACTER_CONTROL
    if category in ("Cn", "Co", "Cs"):
        return Code.CHARACTER_UNASSIGNED
    if character in _VISIBLE_FORMAT or (category != "Cf" and not _HIDDEN.match(character)):
        return None
    return None if _needed(text, index, character) else Code.CHARACTER_INVISIBLE


def _needed(text: str, index: int, character: str) -> bool:
    """Whether an invisible character does its job here: joins or parts letters of a joining script, joins emoji, or picks a variant."""
    if _EMOJI_JOINED.match(text, max(index - 1, 0)) or _EMOJI_VARIED.match(text, max(index - 1, 0)):
        return True
    before = unicodedata.name(text[index - 1], "") if index else ""
    script = before.split(" ")[0]
    if character in _JOINERS:
        after = text[index + 1] if index + 1 < len(text) else " "
        return script in _JOINING_SCRIPTS and unicodedata.name(after, "").split(" ")[0] == script
    if _VARIATION.match(character):
        return script == "MONGOLIAN" if character < "\u1900" else before.startswith("CJK ")
    return False
