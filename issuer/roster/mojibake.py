"""Text that was read in the wrong encoding (José as JosÃ©): proved by undoing it, never by looks alone."""

from __future__ import annotations

import re
import unicodedata

_ENCODINGS = ("cp1252", "latin-1", "cp1250", "cp1251", "cp850", "mac_roman")
_LEADS = {"cp1251": ("РС", "в"), "cp850": ("┬├─┼", "Ô"), "mac_roman": ("√¬ƒ≈∆", "‚")}
"""What begins a misread letter of two bytes, and of three, in encodings where other bytes are everyday letters or signs."""
_ROUNDS = 3
_BREAK = re.compile("(?<!\\b[ÅÄĹР])\u00a0|\u00a0(?![a-z\u00a1-\uffff])")
"""A no-break space that is one. Behind one of these letters at the beginning of a word it is half of a Š or Р, as in Å\u00a0imon."""
_JAPANESE = frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"})
_SIGNS = frozenset("‘’“”„–—…«»°´·ªº")


def _reader(codec: str, start: int, stop: int) -> str:
    """The characters that bytes start to stop become in an encoding; in Windows encodings, undefined bytes become controls."""
    characters = []
    for number in range(start, stop):
        byte = bytes([number])
        try:
            characters.append(byte.decode(codec))
        except UnicodeDecodeError:
            characters.append(chr(number))
    return "".join(characters)


def _looks(codec: str) -> tuple[str, str, str]:
    """How the bytes of UTF-8 look in an encoding: those that begin a letter of two bytes, of three, and those that follow."""
    two, three = _LEADS.get(codec) or (_reader(codec, 0xC2, 0xE0), _reader(codec, 0xE0, 0xF0))
    return two, three, _reader(codec, 0x80, 0xC0)


def _suspicious(two: str, three: str, following: str) -> re.Pattern[str]:
    follows = f"[{re.escape(following)}]"
    return re.compile(f"[{re.escape(two)}]{follows}|[{re.escape(three)}]{follows}{{2}}")


_LOOKS = {codec: _looks(codec) for codec in _ENCODINGS}
_SUSPICIOUS = {codec: _suspicious(*looks) for codec, looks in _LOOKS.items()}
_BEGIN, _FOLLOW = "".join(two + three for two, three, _ in _LOOKS.values()), "".join(following for _, _, following in _LOOKS.values())
_AT_ALL = re.compile(f"[{re.escape(_BEGIN)}][{re.escape(_FOLLOW)}]")
"""What every misread text has, and few others: quick to look for."""
_BYTES = {codec: {character: byte for byte, character in enumerate(_reader(codec, 0, 256))} for codec in _ENCODINGS}


def undone(text: str) -> str | None:
    """What a text was before it was misread; None if it is right as it stands, or nobody can tell."""
    if text.isascii() or not _AT_ALL.search(text):
        return None
    words = _BREAK.sub(" ", text).split(" ")
    tried = [[_mended(word, codec) for word in words] for codec in _ENCODINGS if _SUSPICIOUS[codec].search(text)]
    best = max(tried, key=lambda mended: sum(word is not None for word in mended), default=[])
    return " ".join(new or old for new, old in zip(best, words, strict=True)) if any(best) else None


def _mended(word: str, codec: str) -> str | None:
    """A word as it was, misread once or oftener; None if it was not."""
    mended = word
    for _ in range(_ROUNDS):
        again = _once(mended, codec)
        if again is None:
            break
        mended = again
    return mended if mended != word and _plausible(mended) else None


def _once(word: str, codec: str) -> str | None:
    if word.isascii() or not _SUSPICIOUS[codec].search(word) or (codec == "cp1251" and len(word) < 4):
        return None
    known = _BYTES[codec]
    try:
        return bytes([known[character] for character in word]).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None


def _plausible(word: str) -> bool:
    """Whether a word can have been meant: letters of one script, none of them rare, and no small letter between capitals."""
    scripts = set()
    for index, character in enumerate(word):
        if character.isascii() or character in _SIGNS:
            if character.isalpha():
                scripts.add("LATIN")
            continue
        if not (character.isalpha() or (index and unicodedata.category(character).startswith("M"))):
            return False
        if "\u0180" <= character <= "\u02af" and character not in "ơƠưƯșȘțȚəƏ":
            return False
        if character.islower() and word[index - 1 : index].isupper() and word[index + 1 : index + 2].isupper():
            return False
        script = unicodedata.name(character, "?").split(" ")[0]
        scripts.add("CJK" if script in _JAPANESE else script)
    return len(scripts) <= 1
