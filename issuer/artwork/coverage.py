"""Two questions before anything is signed: can every character be drawn, and does every text fit?"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from fontTools import unicodedata as ucd

from issuer.artwork import layout
from issuer.artwork.template.reading import Template
from issuer.artwork.text import characters, shaping
from issuer.artwork.text.itemising import Style, is_plain

_WHITE = "\t\n\r\v\f\x85\u2028\u2029"  # drawn as spaces
_DOTTED_CIRCLE = "\u25cc"


@dataclass(frozen=True, slots=True)
class Undrawable:
    """A character of a field that no certificate can show. codepoint: "U+XXXX"; name: Unicode's; hint: what to do."""

    field: str
    character: str
    codepoint: str
    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class Overflow:
    """A text that is too long for its place in the template, even at the smallest size and on all its lines. share: how large it would have
    to be drawn, of the size that the template gives; least: the smallest that it allows, of the same."""

    field: str
    text: str
    share: float
    least: float

    @property
    def sizes(self) -> str:
        """Both in percent, as precise as it takes to tell them apart."""
        digits = next((digits for digits in range(4) if f"{self.share:.{digits}%}" != f"{self.least:.{digits}%}"), 4)
        return f"it would have to be drawn at {self.share:.{digits}%} of its size, the smallest allowed is {self.least:.{digits}%}"


def undrawable(fields: Mapping[str, str], language: str | None, fields_used: AbstractSet[str] | None = None) -> list[Undrawable]:
    """What cannot be drawn of these fields, in their order. fields_used: look only at these, such as Template.fields.

    Raises StorageError if a font file is missing, as drawing would.
    """
    return [
        _describe(field, lost)
        for field, value in fields.items()
        if fields_used is None or field in fields_used
        for lost in _lost(value, language or "")
    ]


@dataclass(frozen=True, slots=True)
class _Lost:
    """A character that would not be seen. stray: it is a mark, and the fonts would put it on a dotted circle."""

    character: str
    stray: bool = False


@lru_cache(maxsize=256)
def _lost(value: str, language: str) -> tuple[_Lost, ...]:
    """What would not be seen of a value, in order of appearance, each once."""
    text = characters.clean(value)
    hidden = [] if text is value else [character for character in value if characters.hidden(character) and character not in _WHITE]
    found = [_Lost(character) for character in hidden]
    if not is_plain(text, Style(), language):
        found += [_Lost(mark, stray=True) for before, mark in pairwise(f" {text}") if before == " " and _is_mark(mark)]
        for run in sorted(shaping.shape(shaping.alone(text, Style()), language).runs, key=lambda run: run.start):
            found += _lost_of(run)
    return tuple(dict.fromkeys(found))


def _lost_of(run: shaping.Run) -> list[_Lost]:
    """The characters that the run's font does not have, and the marks that it put on a dotted circle."""
    missing = [_Lost(character) for character in run.text if not run.face.covers(character)]
    circle = run.face.font.get_nominal_glyph(ord(_DOTTED_CIRCLE))
    if missing or _DOTTED_CIRCLE in run.text or circle not in run.glyphs:
        return missing
    circled = [text for glyph, text in zip(run.glyphs, run.texts(), strict=True) if glyph == circle]
    return [_Lost(next(filter(_is_mark, text), text[0]), stray=True) for text in circled]


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _describe(field: str, lost: _Lost) -> Undrawable:
    character = lost.character
    name = unicodedata.name(character, "a character without a name")
    script = characters.script(character)
    if lost.stray:
        hint = "write the letter that carries this mark before it: alone, or after a letter of another kind, it stands on a dotted circle"
    elif characters.hidden(character):
        hint = "remove it: it is invisible, and the certificate would not show what is signed"
    elif characters.private(character):
        hint = "write it with letters: private use characters mean something else in every font"
    elif script in characters.LOOSE:
        hint = "write it with letters: the certificate's fonts have no symbol for it"
    else:
        script_name = ucd.script_name(script).replace("_", " ")
        hint = f"write it in another script: no font that Issuer carries has this {script_name} (the font to add: Noto Sans {script_name})"
    return Undrawable(field, character, f"U+{ord(character):04X}", name, hint)


def overflow(template: Template, fields: Mapping[str, str], language: str | None) -> list[Overflow]:
    """The fields whose text does not fit into its box, each once, in the template's order."""
    found: dict[str, Overflow] = {}
    spoken = template.spoken(language)
    for block in template.blocks:
        if block.fields and not (placed := layout.place(block, block.spans(fields, spoken), language or "")).fits:
            longest = max(block.fields, key=lambda name: (len(fields.get(name, "")), name))
            share, least = placed.size / block.size, block.min_size / block.size
            found.setdefault(longest, Overflow(longest, fields.get(longest, ""), share, least))
    return list(found.values())
