"""What Unicode says of a character, as far as drawing asks: its script, whether it follows another, whether it is ever seen."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import accumulate

from fontTools import unicodedata as ucd

LOOSE = frozenset({"Zyyy", "Zinh", "Zzzz"})  # common, inherited, unknown: these take the script of their neighbours
_OWN = "Latn"  # of the families that templates name
EMOJI = "Zsye"  # ISO 15924: drawn by the emoji font, whatever stands beside it
_TEXT_STYLE, _EMOJI_STYLE = "\ufe0e", "\ufe0f"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_JOINER = "\u200d"
_JOINED_MARKS = 216  # the highest of the combining classes of marks that touch their letter
_BRACKETS = "()[]{}⁅⁆⁽⁾₍₎⌈⌉⌊⌋⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆〈〉《》「」『』【】〔〕〖〗〘〙〚〛（）［］｛｝｟｠｢｣༺༻༼༽᚛᚜"
CLOSING = dict(zip(_BRACKETS[::2], _BRACKETS[1::2], strict=True))
"""The closing bracket of each opening one (BidiBrackets.txt)."""
_DEEPEST = 63  # open brackets that are paired at once, as in UAX #9
_CLOSED_BY = CLOSING | {"“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "›": "‹", '"': '"'}
"""What closes brackets and double quotation marks; single ones are apostrophes as often."""


def clean(text: str) -> str:
    """What is drawn of a text: NFC, line breaks and tabs as spaces, control and bidi characters left out."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return text
    spaced = "".join(" " if character in "\t\n\r\v\f\x85\u2028\u2029" else character for character in text)
    return "".join(character for character in unicodedata.normalize("NFC", spaced) if not hidden(character))


@lru_cache(maxsize=8192)
def hidden(character: str) -> bool:
    """Characters that are never drawn and never steer shaping: controls, surrogates, bidi controls, tags."""
    if ignorable(character):
        return False
    return unicodedata.category(character) in ("Cc", "Cs", "Cf") and not 0x0600 <= ord(character) <= 0x08FF


def ignorable(character: str) -> bool:
    """Joiners, variation selectors and the combining grapheme joiner: they steer shaping and have no picture of their own."""
    code = ord(character)
    return (
        code in (0x200C, 0x200D, 0x034F, 0x2060, 0x200B, 0x00AD)
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0100 <= code <= 0xE01EF
        or 0x180B <= code <= 0x180F
    )


def private(character: str) -> bool:
    """Whether it is for private use: a font may have a picture for it, and the next font another."""
    return unicodedata.category(character) == "Co"


@lru_cache(maxsize=8192)
def script(character: str) -> str:
    """ISO 15924, such as "Latn"; one of LOOSE if it belongs to none."""
    return str(ucd.script(character))


@lru_cache(maxsize=1024)
def shared_with(character: str) -> frozenset[str]:
    """The other scripts whose fonts have a character: a danda goes with Devanagari and its neighbours, a full-width letter with Han."""
    named = frozenset(ucd.script_extension(character)) - LOOSE
    return named | {"Hani"} if unicodedata.east_asian_width(character) in ("F", "H") else named


@lru_cache(maxsize=8192)
def extends(character: str) -> bool:
    """Whether it is drawn with the character before it: marks, selectors, skin tones, and the parts of a keycap."""
    return unicodedata.category(character) in ("Mn", "Me", "Mc") or ignorable(character) or ord(character) in _SKIN_TONES


def accent(character: str) -> bool:
    """Whether it is a mark that any letter may carry, such as U+0301."""
    return unicodedata.category(character) == "Mn" and script(character) == "Zinh"


def touches(character: str) -> bool:
    """Whether it is a mark that is drawn on its letter or joined to it, such as a stroke, an ogonek or a horn."""
    return 0 < unicodedata.combining(character) <= _JOINED_MARKS


def clusters(text: str) -> list[tuple[int, int]]:
    """Where the stretches begin and end that one font must draw as a whole: a base and its marks, an emoji sequence, a flag."""
    found, start = [], 0
    for index in range(1, len(text)):
        character, before = text[index], text[index - 1]
        flag = ord(character) in _FLAG_LETTERS and ord(before) in _FLAG_LETTERS and (index - start) % 2 == 1
        if not (extends(character) or flag or (before == _JOINER and _pictorial(character))):
            found.append((start, index))
            start = index
    if text:
        found.append((start, len(text)))
    return found


def emoji(cluster: str) -> bool:
    """Whether a cluster asks for the emoji font: by a selector, or because its first character is a picture."""
    if _EMOJI_STYLE in cluster:
        return True
    return _pictorial(cluster[0]) and _TEXT_STYLE not in cluster


def _pictorial(character: str) -> bool:
    """The blocks of emoji above the Basic Multilingual Plane, and the symbols below it that many sequences are made of."""
    code = ord(character)
    return (
        0x1F000 <= code <= 0x1FAFF
        or character
        in "⌚⌛⏩⏪⏫⏬⏰⏳☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕♀♂⚕⚖✈❤"
    )


def scripts(text: str, default: str = "Latn", before: str = "") -> list[str]:
    """The script of every character; a loose one takes that of what stands before it, else of what follows, else the default. A closing
    bracket takes that of its opening one (UAX #24, section 5.2), and a bracket before Latin letters is Latin: the two are drawn by one
    font, and that is the template's own where it can be. Quotation marks are those of the text around them. before: the script of what
    stands before the text, "" at a beginning."""
    found = [script(character) for character in text]
    near = before or next((name for name in found if name not in LOOSE), default)
    following = [*accumulate(reversed(found), lambda behind, name: behind if name in LOOSE else name, initial="")][::-1]
    opened: list[tuple[str, str, str]] = []  # what closes each open bracket, its script, and that before it
    for index, character in enumerate(text):
        if found[index] not in LOOSE:
            near = found[index]
            continue
        depth = next((depth for depth in range(len(opened) - 1, -1, -1) if character in opened[depth][0]), None)
        found[index] = near
        if depth is not None:
            _, found[index], near = opened[depth]
            del opened[depth:]
        elif character in _CLOSED_BY and len(opened) < _DEEPEST:
            found[index] = _OWN if character in CLOSING and following[index + 1] == _OWN else near
            opened.append((_CLOSED_BY[character], found[index], near))
    return found
