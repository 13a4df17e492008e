"""The name that a misspelt one must mean."""

from __future__ import annotations

from collections.abc import Collection

from rapidfuzz import fuzz, process

ALIKE, MISSPELT = 75, 85
"""Of 100: how like one another a name and one that may be meant are, and one that most likely is."""
_NUMBER = "-_0123456789"


def nearest(name: str, known: Collection[str], alike: float = MISSPELT) -> str:
    """The name itself if it is known; else the one of the same letters in another order, or the one that is most alike; "" if none is.
    One with another number at its end, or with none, is another name: signature and signature2."""
    if name in known:
        return name
    letters, bare = sorted(name), name.rstrip(_NUMBER)
    others = [other for other in sorted(known) if other.rstrip(_NUMBER) != bare]
    for other in others:
        if sorted(other) == letters:
            return other
    found = process.extractOne(name, others, scorer=fuzz.ratio, score_cutoff=alike)
    return str(found[0]) if found else ""
