"""Cutting a line into items: the stretches that one font draws in one direction, before HarfBuzz shapes them.

A text of one script that runs from left to right and needs no second font is one item: that is seen from the set of its characters.

A span may be isolated, as UAX #9 has it between FSI and PDI: it is put in order as if it were alone, and its neighbours see one neutral
character in its place. So a value in a sentence neither turns the sentence round nor is torn apart by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

import uharfbuzz as hb

from issuer.artwork.text import bidi, chains, characters, fonts

_OBJECT = "\ufffc"  # neutral, and no white space
_DIGITS = frozenset("0123456789")  # drawn by the family that is asked for whatever stands beside them: all numbers look alike


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


class Span(NamedTuple):
    """A stretch of a line in one style. text: as `characters.clean` returns it; base: the level of its paragraph, 0 left to right, 1 right
    to left, even if the line has only a part of that; own: the level of an isolated span itself, None if it is not isolated; before: the
    script of what stands before it in its paragraph, if that is in another line."""

    text: str
    style: Style
    base: int
    own: int | None = None
    before: str = ""


Spans = tuple[Span, ...]


def alone(text: str, style: Style) -> Spans:
    """A text that is a paragraph in one style: its first strong character says its direction."""
    return (Span(text, style, bidi.base_level(text)),)


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

    chain: chains.Chain
    script: str
    family: str
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
            and not bidi.matters(character)
            and fonts.face(self.chain.entries[0]).covers(character)
            and not (character in _DIGITS and self.chain.entries[0].family != self.family)
        )


def is_plain(text: str, style: Style, language: str) -> bool:
    """Whether one font draws all of a text, from left to right and each character by itself: then nothing of it can be missing."""
    return _plain(text, style, language) is not None


def itemise(spans: Spans, language: str) -> list[Item]:
    """The items of a line, from left to right. language: BCP 47 or ""."""
    items, position = [], 0
    for text, style, base, own, _ in spans:
        repertoire = None if base or own else _plain(text, style, language)
        if repertoire is None:
            return _careful(spans, language)
        if text:
            items.append(Item(position, position + len(text), 0, repertoire.script, repertoire.chain.entries[0], style))
        position += len(text)
    return items


def chain(style: Style, script: str, language: str) -> chains.Chain:
    """The fonts of a style for a script."""
    return chains.chain(style.family, style.weight, style.italic, script, language.lower().partition("-")[0])


def _plain(text: str, style: Style, language: str) -> _Repertoire | None:
    """The repertoire that has all of a text, None if there is none: most names, ids and addresses have one."""
    found = _repertoire(style, "Latn", language)
    if not found.draws(text):
        script = next((name for name in map(characters.script, text) if name not in characters.LOOSE), "Latn")
        found = _repertoire(style, script, language)
        if script == "Latn" or not found.draws(text):
            return None
    return None if style.small_caps and _needs_reduction(found.chain.entries[0], found.script) else found


@lru_cache(maxsize=256)
def _repertoire(style: Style, script: str, language: str) -> _Repertoire:
    return _Repertoire(chain(style, script, language), script, fonts.named(style.family))


def _careful(spans: Spans, language: str) -> list[Item]:
    """The same for every other text: cluster by cluster, with levels."""
    text = "".join([span.text for span in spans])
    if not text:
        return []
    line = "".join([span.text if span.own is None else _OBJECT for span in spans])
    levels, scripts = _levels(line, spans[0].base), characters.scripts(line, characters.scripts(text)[0], spans[0].before)
    units: list[tuple[int, list[Item]]] = []  # what is put in order: level and items
    position = place = 0  # in text, in line
    for span in spans:
        if span.own is None:
            end = place + len(span.text)
            items = _items(text, position, span, levels[place:end], scripts[place:end], language)
            units += [(item.level, [item]) for item in items]
            place = end
        else:
            own = characters.scripts(span.text, scripts[place])
            items = _items(text, position, span, _levels(span.text, span.own), own, language)
            units.append((levels[place], [items[index] for index in bidi.visual_order([item.level for item in items])]))
            place += 1
        position += len(span.text)
    order = bidi.visual_order([level for level, _ in units])
    return [item for index in order for item in units[index][1]]


def _items(text: str, position: int, span: Span, levels: Sequence[int], scripts: Sequence[str], language: str) -> list[Item]:
    """The items of a span in logical order. position: of the span in the text; levels, scripts: of its characters."""
    items: list[Item] = []
    for start, end in characters.clusters(span.text):
        item = _item(text, position + start, position + end, levels[start], scripts[start], span.style, language)
        if items and items[-1].takes(item):
            items[-1].end = item.end
        else:
            items.append(item)
    return items


def _item(text: str, start: int, end: int, level: int, script: str, style: Style, language: str) -> Item:
    cluster = text[start:end]
    if characters.emoji(cluster):
        script = characters.EMOJI
    entry = chain(style, script, language).choose(cluster)
    if cluster in _DIGITS and entry.family != fonts.named(style.family):
        script = "Latn"
        entry = chain(style, script, language).choose(cluster)
    reduced = style.small_caps and cluster.upper() != cluster and _needs_reduction(entry, script)
    return Item(start, end, level, script, entry, style, reduced)


def _levels(text: str, base: int) -> Sequence[int]:
    return bidi.levels(text, base) if base or bidi.matters(text) else [0] * len(text)


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
