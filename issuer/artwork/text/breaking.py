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


BEHIND_A_PARTICLE, WITHIN, BETWEEN = range(3)
"""How well a text is broken there: behind a particle, which belongs to the word behind it; within a word, as behind a hyphen; between two
parts of a name: behind a space, or behind the dot in a name that is written in Han characters or Kana, never before that."""


@lru_cache(maxsize=256)
def opportunities(text: str, language: str) -> tuple[tuple[int, int], ...]:
    """Indexes at which a line may begin, and how well the text is broken there. language: BCP 47 or "".

    Korean is broken at its spaces only, as its readers expect of names and short texts, though UAX #14 allows each syllable.
    """
    primary = language.lower().partition("-")[0]
    breaker = LineBreaker(text, _LOCALES.get(primary, language or "und"))
    found = []
    for index in _code_points(text, [end for _, end in breaker.segments()]):
        before, after = text[index - 1], text[index]
        if not (characters.script(before) == characters.script(after) == "Hang" or (after in _DOTS and _is_broad(before))):
            if before == " ":
                found.append((index, BEHIND_A_PARTICLE if _ends_with_a_particle(text[:index]) else BETWEEN))
            else:
                found.append((index, BETWEEN if before in _DOTS and _is_broad(after) else WITHIN))
    return tuple(found)


def _ends_with_a_particle(text: str) -> bool:
    word = (text.split() or [""])[-1]
    return word in _PARTICLES or (len(word) <= _SHORT and word.isalpha() and word.islower())


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
