"""Two questions before anything is signed: can every character be drawn, and does every text fit?"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from fontTools import unicodedata as ucd

from issuer.artwork import layout
from issuer.artwork.template.reading import Template
from issuer.artwork.text import characters, fonts
from issuer.artwork.text.itemising import Style, itemise

_WHITE = "\t\n\r\v\f\x85\u2028\u2029"  # drawn as spaces


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
    """A text that is too long for its place in the template, even at the smallest size and on all its lines."""

    field: str
    text: str


def undrawable(fields: Mapping[str, str], language: str | None, fields_used: AbstractSet[str] | None = None) -> list[Undrawable]:
    """What cannot be drawn of these fields, in their order. fields_used: look only at these, such as Template.fields.

    Raises StorageError if a font file is missing, as drawing would.
    """
    found = []
    for field, value in fields.items():
        if fields_used is None or field in fields_used:
            found += [_describe(field, character) for character in _missing(value, language or "")]
    return found


def _missing(value: str, language: str) -> list[str]:
    """The characters of a value that would not be seen, in order of appearance, each once."""
    missing = [character for character in value if characters.hidden(character) and character not in _WHITE]
    text = characters.clean(value)
    for item in itemise(((text, Style()),), language):
        face = fonts.face(item.entry)
        missing += [character for character in text[item.start : item.end] if not face.covers(character)]
    return list(dict.fromkeys(missing))


def _describe(field: str, character: str) -> Undrawable:
    name = unicodedata.name(character, "a character without a name")
    script = characters.script(character)
    if characters.hidden(character):
        hint = "remove it: it is invisible, and the certificate would not show what is signed"
    elif script in ("Zyyy", "Zinh", "Zzzz"):
        hint = "write it with letters: the certificate's fonts have no symbol for it"
    else:
        script_name = ucd.script_name(script)
        hint = f"write it in another script: the fonts that Issuer carries have no {script_name} (Noto Sans {script_name} would)"
    return Undrawable(field, character, f"U+{ord(character):04X}", name, hint)


def overflow(template: Template, fields: Mapping[str, str], language: str | None) -> list[Overflow]:
    """The fields whose text does not fit into its box, each once, in the template's order."""
    found: dict[str, Overflow] = {}
    for block in template.blocks:
        spans = block.spans(fields)
        if spans and block.fields and not layout.place(block, spans, language or "").fits:
            longest = max(block.fields, key=lambda name: (len(fields.get(name, "")), name))
            found.setdefault(longest, Overflow(longest, fields.get(longest, "")))
    return list(found.values())
