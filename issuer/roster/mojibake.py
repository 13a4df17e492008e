"""Text that was read in the wrong encoding (José as JosÃ©): proved by undoing it, never by looks alone."""

from __future__ import annotations

import re
import unicodedata

_ENCODINGS = ("cp1252", "cp1250", "cp1251", "cp850", "mac_roman")
_LEADS = {"cp1251": "РС", "cp850": "┬├─┼", "mac_roman": "√¬ƒ≈∆"}
"""For encodings in which the first byte of a pair is an everyday letter or sign: those that are suspicious enough to try."""
_ROUNDS = 3
_JAPANESE = frozenset({"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"})
_SIGNS = frozenset("‘’“”„–—…«»°´·ªº\u00a0")


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


def _suspicious(codec: str) -> str:
    following = f"[{re.escape(_reader(codec, 0x80, 0xC0))}]"
    two = f"[{_LEADS.get(codec) or re.escape(_reader(codec, 0xC2, 0xE0))}]{following}"
    three = f"[{re.escape(_reader(codec, 0xE1, 0xF0))}]{following}{{2}}"
    return f"{two}|{three}"


_SUSPICIOUS = re.compile("|".join(_suspicious(codec) for codec in _ENCODINGS))
_BYTES = {codec: {character: byte for byte, character in enumerate(_reader(codec, 0, 256))} for codec in _ENCODINGS}


def undone(text: str) -> str | None:
    """What a text was before it was misread; None if it is right as it stands, or nobody can tell."""
    if text.isascii() or not _SUSPICIOUS.search(text):
        return None
    words = text.split(" ")
    for codec in _ENCODINGS:
        mended = [_mended(word, codec) for word in words]
        if any(mended):
            return " ".join(new or old for new, old in zip(mended, words, strict=True))
    return None


def _mended(word: str, codec: str) -> str | None:
    """A word as it was: twice misread perhaps."""
    best = None
    for _ in range(_ROUNDS):
        again = _once(word, codec)
        if again is None:
            break
        best, word = again, again
    return best if best is not None and _plausible(best) else None


def _once(word: str, codec: str) -> str | None:
    if word.isascii():
        return None
    known = _BYTES[codec]
    try:
        return bytes(known[character] for character in word).decode("utf-8")
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
