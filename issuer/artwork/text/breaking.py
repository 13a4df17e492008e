"""Where a text may go on in the next line: the Unicode line breaking algorithm, UAX #14, as ICU does it.

ICU finds words in Thai, Lao, Khmer and Burmese, which write no spaces, by dictionary, and phrases in Japanese.
"""

from __future__ import annotations

from functools import lru_cache

from icu4py.breakers import LineBreaker

from issuer.artwork.text import characters

_DOTS = "·・‧•"
_SHORT = 3  # letters of a particle of names, at most: de, la, van, von, bin, dos
_PARTICLES = frozenset({"عبد", "أبو", "ابو", "بن", "ابن", "بنت", "أم", "آل"})
# How a language breaks, as Unicode locale extensions: between phrases and never before small kana in Japanese.
_LOCALES = {"ja": "ja-u-lb-strict-lw-phrase", "zh": "zh-u-lb-strict"}


@lru_cache(maxsize=256)
def opportunities(text: str, language: str) -> tuple[tuple[int, bool], ...]:
    """Indexes at which a line may begin, and whether that is between the parts of a name: behind a space, unless a particle stands before
    it; or behind the dot in a name that is written in Han characters or Kana, never before that. language: BCP 47 or "".

    Korean is broken at its spaces only, as its readers expect of names and short texts, though UAX #14 allows each syllable.
    """
    primary = language.lower().partition("-")[0]
    breaker = LineBreaker(text, _LOCALES.get(primary, language or "und"))
    found = []
    for index in _code_points(text, [end for _, end in breaker.segments()]):
        before, after = text[index - 1], text[index]
        if not (characters.script(before) == characters.script(after) == "Hang" or (after in _DOTS and _is_broad(before))):
            found.append((index, _is_behind_a_part(text[:index]) if before == " " else before in _DOTS and _is_broad(after)))
    return tuple(found)


def _is_behind_a_part(text: str) -> bool:
    """Whether the last word is no particle, which belongs to the word behind it."""
    word = text.split()[-1:] or [""]
    return not (word[0] in _PARTICLES or (len(word[0]) <= _SHORT and word[0].isalpha() and word[0].islower()))


def _is_broad(character: str) -> bool:
    return characters.script(character) in ("Hani", "Hira", "Kana")


def _code_points(text: str, units: list[int]) -> list[int]:
    """ICU counts UTF-16 units: the indexes of characters, without the end of the text."""
    if not text or max(text) < "\U00010000":
        return [unit for unit in units if 0 < unit < len(text)]
    index_of, unit = {}, 0
    for index, character in enumerate(text):
        index_of[unit] = index
        unit += 1 if character < "\U00010000" else 2
    return [index_of[unit] for unit in units if unit and unit in index_of]
