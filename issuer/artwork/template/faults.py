"""What keeps one certificate from being drawn although its template is good: values that the template cannot take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from issuer.artwork.template.manifest import Declared
from issuer.artwork.template.reading import Template
from issuer.errors import FormatError
from issuer.formats import filters, placeholders

_KINDS = {"number": (filters.Filter("number"),), "date": (filters.Filter("date", "short"),)}


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that cannot be shown. field: whose; message, hint: as of an error."""

    field: str
    message: str
    hint: str


def faults(template: Template, fields: Mapping[str, str], language: str | None) -> list[Fault]:
    """Everything that is wrong with the values of one certificate, each field once. language: of the recipient, BCP 47."""
    spoken = template.spoken(language)
    found: dict[str, Fault] = {}
    for fault in (*_filtered(template, fields, spoken), *_pictured(template, fields), *_declared(template, fields)):
        found.setdefault(fault.field, fault)
    return list(found.values())


def _filtered(template: Template, fields: Mapping[str, str], language: str) -> Iterator[Fault]:
    """What a filter cannot take."""
    parts = (part for block in template.blocks for piece in block.pieces for part in piece.parts)
    for field, error in placeholders.misfits(parts, fields, language):
        yield Fault(field.name, f"{error.message}, and the template writes it as one", error.hint)


def _pictured(template: Template, fields: Mapping[str, str]) -> Iterator[Fault]:
    """Fields that choose a picture that there is none of."""
    there = dict(template.brand.pictures)
    for slot in template.images:
        name = fields.get(slot, "")
        if name and slot not in there and name not in there:
            hint = f"the pictures are {', '.join(there)}" if there else "name pictures under `images:` in batch.yml"
            yield Fault(slot, f"no picture is called {name[:40]!r}", hint)


def _declared(template: Template, fields: Mapping[str, str]) -> Iterator[Fault]:
    """Fields that are not what the template says they are."""
    for declared in template.manifest.fields:
        fault = _misfit(declared, fields.get(declared.name, ""))
        if fault:
            yield Fault(declared.name, *fault)


def _misfit(declared: Declared, value: str) -> tuple[str, str] | None:
    if not value:
        return None if declared.optional else ("the template needs it, and it is empty", "fill it in, or take another template")
    try:
        filters.apply(_KINDS.get(declared.kind, ()), value, "")
    except FormatError as error:
        return f"{error.message}, and the template takes a {declared.kind}", error.hint
    return None
