"""The name that a misspelt one must mean."""

from __future__ import annotations

from collections.abc import Collection

from rapidfuzz import fuzz, process

ALIKE, MISSPELT = 75, 85
"""Of 100: how like one another a name and one that may be meant are, and one that most likely is."""


def nearest(name: str, known: Collection[str], alike: float = MISSPELT) -> str:
    """The known name of the same letters in another order, or the one that is most alike; "" if none is."""
    letters = sorted(name)
    for other in sorted(known):
        if sorted(other) == letters:
            return other
    found = process.extractOne(name, sorted(known), scorer=fuzz.ratio, score_cutoff=alike)
    return str(found[0]) if found else ""
