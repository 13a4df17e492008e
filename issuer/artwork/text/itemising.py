"""Cutting a line into items: the stretches that one font draws in one direction, before HarfBuzz shapes them.

A text of one script that runs from left to right and needs no second font is one item: that is seen from the set of its characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import uharfbuzz as hb

from issuer.artwork.text import bidi, characters, fonts

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"} | bidi.CONTROLS)


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text looks. size: relative to its block; spacing: extra em after each letter; fill: an SVG colour."""

    family: str = fonts.SERIF
    weight: int = 400
    italic: bool = False
    size: float = 1.0
    spacing: float = 0.0
    small_caps: bool = False
    ligatures: bool = True
    fill: str = "#000000"


Spans = tuple[tuple[str, Style], ...]


@dataclass(slots=True)
class Item:
    """start, end: which characters of the line; level: of UAX #9; reduced: drawn as small capitals that the font does not have itself."""

    start: int
    end: int
    level: int
    script: str
    entry: fonts.Entry
    style: Style
    reduced: bool = False

    def takes(self, other: Item) -> bool:
        """Whether the item that follows can be shaped together with this one."""
        return (
            self.entry is other.entry
            and self.level == other.level
            and self.script == other.script
            and self.reduced == other.reduced
            and self.style == other.style
        )


@dataclass(eq=False, slots=True)
class _Repertoire:
    """The characters that the first font of a chain draws alone, from left to right, with no neighbour that changes them."""

    chain: fonts.Chain
    script: str
    plain: set[str] = field(default_factory=set)
    other: set[str] = field(default_factory=set)

    def draws(self, text: str) -> bool:
        """Whether all of the text is plain."""
        if self.plain.issuperset(text):
            return True
        for character in set(text) - self.plain:
            if character in self.other or not self._is_plain(character):
                self.other.add(character)
                return False
            self.plain.add(character)
        return True

    def _is_plain(self, character: str) -> bool:
        return (
            characters.script(character) in (self.script, "Zyyy")
            and not characters.extends(character)
            and not characters.emoji(character)
            and unicodedata.bidirectional(character) not in _RIGHT_TO_LEFT
            and fonts.face(self.chain.entries[0]).covers(character)
        )


def is_plain(text: str, style: Style, language: str) -> bool:
    """Whether one font draws all of a text, from left to right and each character by itself: then nothing of it can be missing."""
    return _plain(text, style, language) is not None


def itemise(spans: Spans, language: str) -> list[Item]:
    """The items of a line, in logical order. spans: texts as `characters.clean` returns them; language: BCP 47 or ""."""
    items, position = [], 0
    for text, style in spans:
        repertoire = _plain(text, style, language)
        if repertoire is None:
            return _careful(spans, language)
        if text:
            items.append(Item(position, position + len(text), 0, repertoire.script, repertoire.chain.entries[0], style))
        position += len(text)
    return items


def chain(style: Style, script: str, language: str) -> fonts.Chain:
    """The fonts of a style for a script."""
    return fonts.chain(style.family, style.weight, style.italic, script, language.lower().partition("-")[0])


def _plain(text: str, style: Style, language: str) -> _Repertoire | None:
    """The repertoire that has all of a text, None if there is none: most names, ids and addresses have one."""
    for script in ("Latn", next((name for name in map(characters.script, text) if name not in characters.LOOSE), "Latn")):
        found = _repertoire(style.family, style.weight, style.italic, script, language.lower().partition("-")[0])
        if found.draws(text):
            return None if style.small_caps and _needs_reduction(found.chain.entries[0], found.script) else found
    return None


@cache
def _repertoire(family: str, weight: int, italic: bool, script: str, language: str) -> _Repertoire:  # noqa: FBT001 a part of the cache's key
    return _Repertoire(fonts.chain(family, weight, italic, script, language), script)


def _careful(spans: Spans, language: str) -> list[Item]:
    """The same for every other text: cluster by cluster, with levels."""
    text = "".join(part for part, _ in spans)
    styles = [style for part, style in spans for _ in part]
    levels, scripts = _levels(text), characters.scripts(text)
    items: list[Item] = []
    for start, end in characters.clusters(text):
        item = _item(text, start, end, levels[start], scripts[start], styles[start], language)
        if items and items[-1].takes(item):
            items[-1].end = end
        else:
            items.append(item)
    return items


def _item(text: str, start: int, end: int, level: int, script: str, style: Style, language: str) -> Item:
    cluster = text[start:end]
    if characters.emoji(cluster):
        script = characters.EMOJI
    entry = chain(style, script, language).choose(cluster)
    reduced = style.small_caps and cluster.upper() != cluster and _needs_reduction(entry, script)
    return Item(start, end, level, script, entry, style, reduced)


def _levels(text: str) -> Sequence[int]:
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return bidi.levels(text, bidi.base_level(text))
    return [0] * len(text)


@cache
def _needs_reduction(entry: fonts.Entry, script: str) -> bool:
    """Whether a font lacks small capitals for a script that has lower-case letters."""
    letter = {"Latn": "a", "Grek": "α", "Cyrl": "а", "Armn": "ա"}.get(script)
    return letter is not None and _drawn(entry, letter, {"smcp": True}) == _drawn(entry, letter, {})


def _drawn(entry: fonts.Entry, letter: str, features: dict[str, bool]) -> list[int]:
    buffer = hb.Buffer()
    buffer.add_str(letter)
    buffer.guess_segment_properties()
    hb.shape(fonts.face(entry).font, buffer, features)
    return [info.codepoint for info in buffer.glyph_infos]
