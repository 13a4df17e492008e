"""What a template says of itself, in attributes of its root, so that it stays one file:

data-name="Course certificate"            what people call it
data-fields="score:number hours:number?"  the fields that it shows beyond those of every certificate, with their kinds; "?": may be absent
data-languages="en de"                    the languages of readers for whom dates and numbers are written their own way; default: all
data-scan="30cm"                          from how far away the QR code is scanned
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from issuer.artwork.template.lengths import units
from issuer.artwork.template.markup import Node
from issuer.errors import Place, TemplateError
from issuer.roster.findings import Code

KINDS = ("text", "number", "date", "picture")
_FIELD = re.compile(r"([a-z][a-z0-9_]{0,39})(?::([a-z]+))?(\?)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MM_PER_UNIT = 25.4 / 96


@dataclass(frozen=True, slots=True)
class Declared:
    """A field that a template says it shows. kind: one of KINDS."""

    name: str
    kind: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """title: for people, "" if the template gives none; scan: mm, None if it does not say; languages: BCP 47, empty for all."""

    title: str = ""
    fields: tuple[Declared, ...] = ()
    languages: tuple[str, ...] = ()
    scan: float | None = None

    def speaks(self, language: str) -> bool:
        """Whether dates and numbers are written for readers of this language. language: BCP 47."""
        wanted = language.lower()
        return not self.languages or any(wanted == one.lower() or wanted.startswith(f"{one.lower()}-") for one in self.languages)


def read(root: Node, shown_as: str) -> Manifest:
    """The manifest on a root. Raises TemplateError."""
    place = Place(shown_as, line=root.line, element="<svg>")
    get = root.attributes.get
    fields = tuple(_field(text, place) for text in get("data-fields", "").split())
    languages = tuple(get("data-languages", "").replace(",", " ").split())
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            hint = 'write their codes, as in data-languages="en de pt-BR"'
            raise TemplateError(f'data-languages: "{language[:40]}" is no language', place=place, hint=hint, code=Code.TEMPLATE_ATTRIBUTE)
    scan = units(get("data-scan", "")) if "data-scan" in root.attributes else None
    if "data-scan" in root.attributes and not (scan and scan > 0 and not get("data-scan", "").strip()[-1:].isdigit()):
        message = f'data-scan="{get("data-scan", "")[:40]}" is no distance'
        raise TemplateError(message, place=place, hint='write it like data-scan="30cm"', code=Code.TEMPLATE_ATTRIBUTE)
    return Manifest(" ".join(get("data-name", "").split())[:80], fields, languages, scan and scan * _MM_PER_UNIT)


def _field(text: str, place: Place) -> Declared:
    match = _FIELD.fullmatch(text)
    kind = (match.group(2) or "text") if match else ""
    if match is None or kind not in KINDS:
        hint = f"write names with their kinds ({', '.join(KINDS)}), as in score:number hours:number?"
        raise TemplateError(f'data-fields: "{text[:40]}" is no field', place=place, hint=hint, code=Code.TEMPLATE_ATTRIBUTE)
    return Declared(match.group(1), kind, bool(match.group(3)))
