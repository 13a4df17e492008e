"""Which font draws a cluster: for each family, weight, slant, script and language the fonts to try, best first."""

from __future__ import annotations

from functools import cache

from issuer.artwork.text import characters, fonts

_COMPLETE = {"serif": "Noto Serif", "sans": fonts.SANS}  # draw what a family of their kind lacks
_FAR = 150  # of weight: a regular letter beside a bold one
_CHOICES = 8192  # clusters that a chain remembers


class Chain:
    """The fonts to try for a script, best first. Two are equal only if they are the same object: `chain` gives one for each question.

    others: the fonts of other scripts, best first, for characters that several scripts share; kind: of the wanted family.
    """

    def __init__(self, entries: tuple[fonts.Entry, ...], others: tuple[fonts.Entry, ...], kind: str) -> None:
        self.entries = entries
        self.others = others
        self.kind = kind
        self._choices: dict[str, fonts.Entry] = {}

    def choose(self, cluster: str) -> fonts.Entry:
        """The first font that has every character of a cluster and seats its accents; else that has its base; else the first of all."""
        known = self._choices.get(cluster)
        if known is None:
            known = self._find(cluster)
            if len(self._choices) >= _CHOICES:
                self._choices.clear()
            self._choices[cluster] = known
        return known

    def _find(self, cluster: str) -> fonts.Entry:
        scripts = frozenset().union(*(characters.shared_with(character) for character in cluster))
        shared = [entry for entry in self.others if entry.scripts & scripts]
        own = self.entries
        if characters.script(cluster[0]) in characters.LOOSE:  # no sans comma in a serif text because its serif font has none
            own = (own[0], *sorted(own[1:], key=lambda entry: entry.kind != self.kind))
        candidates = [*own, *sorted(shared, key=lambda entry: not entry.scripts & fonts.EAST_ASIAN)]
        covering = (entry for entry in candidates if fonts.face(entry).covers(cluster))
        first = next(covering, None)
        if first is None:
            return next((entry for entry in candidates if fonts.face(entry).covers(cluster[0])), candidates[0])
        return first if fonts.face(first).seats(cluster) else next((entry for entry in covering if fonts.face(entry).seats(cluster)), first)


@cache
def chain(family: str, weight: int, italic: bool, script: str, language: str) -> Chain:  # noqa: FBT001 a part of the cache's key
    """The fonts for a script (ISO 15924) in a text of this family. language: the primary BCP 47 subtag or "".

    First the fonts of the script: of those the wanted family, then its kind, slant and weight; the weight is that which the family
    itself has for the wanted one, so that all letters of a name are equally heavy. Han, Kana and Hangul, whose bold is sans by custom,
    have their weight before their kind. Then those of Latin and of symbols, so that a stray character is still drawn. Han, Kana and
    Hangul come last for other scripts: opening them costs 23 MB of reading.
    """
    wanted = fonts.named(family)
    kind = next((entry.kind for entry in fonts.entries() if entry.family == wanted), "serif")
    own = [entry.weight for entry in fonts.entries() if entry.family == wanted]
    weight = min(own, key=lambda has: _apart(weight, has), default=weight)
    spoken = any(language in entry.languages for entry in fonts.entries() if script in entry.scripts)

    broad = script in fonts.EAST_ASIAN  # whose bold is sans by custom, and there is no bold serif

    def rank(entry: fonts.Entry) -> tuple[object, ...]:
        return (
            script not in entry.scripts,
            bool(entry.scripts & fonts.EAST_ASIAN),
            bool(entry.languages) and language not in entry.languages,
            not entry.languages and spoken,
            entry.family != wanted,
            broad and abs(weight - entry.weight) > _FAR,
            entry.kind != kind,
            entry.family != _COMPLETE.get(kind),
            entry.italic != italic,
            _apart(weight, entry.weight),
        )

    general = {script, "Latn", "Zyyy"}
    ranked = sorted(_of_weight(weight), key=rank)
    likely = tuple(entry for entry in ranked if entry.scripts & general)
    return Chain(likely, tuple(entry for entry in ranked if not entry.scripts & general), kind)


@cache
def _of_weight(weight: int) -> tuple[fonts.Entry, ...]:
    """The manifest with one weight of each family and slant, the nearest: the others of a family have the same characters."""
    nearest: dict[tuple[str, bool], fonts.Entry] = {}
    for entry in sorted(fonts.entries(), key=lambda entry: _apart(weight, entry.weight)):
        nearest.setdefault((entry.family, entry.italic), entry)
    kept = frozenset(nearest.values())
    return tuple(entry for entry in fonts.entries() if entry in kept)


def _apart(wanted: int, weight: int) -> tuple[int, int]:
    """How far a font's weight is from the wanted one, CSS Fonts level 4 section 5.2: bold text looks for bolder faces first, other text for
    lighter ones; a wanted 400 or 500 for one up to 500 before."""
    if 400 <= wanted <= 500:
        turn = 0 if wanted <= weight <= 500 else 1 if weight < wanted else 2
    else:
        turn = int(weight < wanted if wanted > 500 else weight > wanted)
    return turn, abs(weight - wanted)
