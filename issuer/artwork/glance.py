"""Of most rows it is seen at a glance that they can be drawn: their names are of plain letters, and much shorter than their place is long.

A glance never says yes where coverage and faults would find something. It says no more often than they do: then they are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from issuer.artwork.template import Template
from issuer.artwork.template.blocks import Block
from issuer.artwork.text import fonts, itemising, shaping
from issuer.artwork.text.itemising import Style
from issuer.formats import placeholders

_KEPT = 4096  # texts of one place that are remembered as good
_BESIDE = 0.5  # em: how far ink may reach beyond the advances, at both ends together
_KERNED = 1.03  # what kerning may add to a line
_LINE = 1.9  # em: what a line of accented letters may need in height


@dataclass(slots=True)
class _Place:
    """asked: the fields that decide what stands in a place; good: their values that were found good; letters: of a place that only needs
    room, for each of its fields the advances of letters in em; room: how long a line it has at its smallest size, in em, after its own
    words; None for a place of which nothing is seen at a glance."""

    asked: tuple[str, ...]
    letters: tuple[tuple[int, _Advances], ...] = ()
    room: float = 0.0
    good: set[tuple[str, ...]] = field(default_factory=set)

    def takes(self, values: tuple[str, ...]) -> bool:
        """Whether these values are known to be good, or of plain letters and short."""
        if values in self.good:
            return True
        if not self.letters:
            return False
        left = self.room
        for index, advances in self.letters:
            for character in values[index]:
                left -= advances[character]
        return left >= 0


class _Advances(dict[str, float]):
    """How far a character moves the pen, in em of its place; infinite for one that more than a glance is needed for."""

    def __init__(self, style: Style, language: str) -> None:
        super().__init__()
        self._style, self._language = style, language

    def __missing__(self, character: str) -> float:
        plain = all(itemising.is_plain(character, style, self._language) for style in (self._style, Style()))
        found = self[character] = self._advance(character) if plain and character.isprintable() else float("inf")
        return found

    def _advance(self, character: str) -> float:
        line = shaping.shape(shaping.alone(character, self._style), self._language)
        if any(run.face.entry.family != fonts.named(self._style.family) for run in line.runs):
            return float("inf")
        return max(line.width + self._style.spacing * self._style.size, 0.0) * _KERNED


class Glance:
    """What is seen at a glance of the rows of one template and language. also: fields whose values decide besides, such as those that a
    mail writes as a date."""

    def __init__(self, template: Template, language: str | None, also: Iterable[str] = ()) -> None:
        self._places = [_of_block(block, language or "") for block in template.blocks if block.fields]
        others = (*template.images, *(declared.name for declared in template.manifest.fields), *also)
        self._places += [_Place((name,)) for name in dict.fromkeys(others)]

    def settles(self, fields: Mapping[str, str]) -> bool:
        """Whether a row with these fields can be drawn for sure."""
        return all(place.takes(tuple([fields.get(name) or "" for name in place.asked])) for place in self._places)

    def learn(self, fields: Mapping[str, str]) -> None:
        """These fields were looked at closely, and are good."""
        for place in self._places:
            if len(place.good) >= _KEPT:
                place.good.clear()
            place.good.add(tuple([fields.get(name) or "" for name in place.asked]))


def _of_block(block: Block, language: str) -> _Place:
    asked = block.asked
    filtered = any(isinstance(part, placeholders.Field) and part.filters for piece in block.pieces for part in piece.parts)
    reduced = any(piece.style.small_caps for piece in block.pieces)
    if filtered or reduced or block.rtl or block.box.height < _LINE * block.min_size:
        return _Place(asked)
    room, letters = block.box.width / block.min_size - _BESIDE, []
    for piece in block.pieces:
        advances = _Advances(piece.style, language)
        for part in piece.parts:
            if isinstance(part, placeholders.Field):
                letters.append((asked.index(part.name), advances))
            else:
                room -= sum(advances[character] for character in part.text)
    return _Place(asked, tuple(letters), room) if room > 0 else _Place(asked)
