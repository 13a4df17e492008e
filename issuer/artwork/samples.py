"""What is filled into a template before there is a recipient: the words of an invented one, of ordinary length and of great length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from issuer.artwork.template import Template
from issuer.errors import FormatError
from issuer.formats.placeholders import Field

NUMBER = "7m2q9v4tkc8h5x3w6zr1nbdygf"
ADDRESS = f"https://certificates.example.org/c/{NUMBER}/"
ORDINARY: Mapping[str, str] = {
    "name": "Maximiliane Oyelaran-Steinbach",
    "achievement": "Certificate in Coastal Navigation and Seamanship",
    "description": "Planned and led day passages along a tidal coast, with pilotage, weather and safety at sea.",
    "criteria": "Attended 40 hours of classes, and passed a written and a practical examination.",
    "issuer": "Harbour School of Seamanship",
    "issuer_url": "https://school.example.org",
    "awarded": "2026-09-30",
    "awarded_long": "30 September 2026",
    "valid_until": "2029-09-30",
    "valid_until_long": "30 September 2029",
    "started": "2026-09-01",
    "started_long": "1 September 2026",
    "ended": "2026-09-30",
    "ended_long": "30 September 2026",
    "language": "en",
    "id": NUMBER,
    "licence": "HS-2026-00417",
    "role": "Skipper",
    "term": "Autumn 2026",
    "credits": "12",
    "achievement_credits": "12",
    "achievement_type": "CertificateOfCompletion",
    "achievement_code": "NAV-201",
    "achievement_version": "2.1",
    "narrative": "Sailed 240 nautical miles as a skipper, of which 60 by night.",
    "evidence": "https://school.example.org/passages/417",
    "evidence_name": "Log of the passages",
}
LONG: Mapping[str, str] = {**ORDINARY, "name": "Maria Fernanda de Albuquerque Vasconcelos e Sousa"}
FULL: Mapping[str, str] = {**LONG, **{name: f"{LONG[name]} {LONG[name]}" for name in ("description", "criteria", "narrative")}}
_OTHER = "With distinction"
_TAKEN = {"number": "95", "date": "2026-09-30"}  # by a filter, or of a kind


def fields(template: Template, words: Mapping[str, str], address: str) -> dict[str, str]:
    """A value for every field of the template, also for those that only some batch knows. words: ORDINARY, LONG or FULL; address: of the
    page."""
    number = address.rstrip("/").rpartition("/")[2]
    kinds = {field.name: field.kind for field in template.manifest.fields}
    kinds |= {part.name: one.name for part in _filled(template) for one in part.filters if one.name in _TAKEN}
    wanted = template.fields.difference(template.images)
    return {name: words.get(name) or _TAKEN.get(kinds.get(name, ""), _OTHER) for name in wanted} | {"url": address, "id": number}


def accepted(template: Template, words: Mapping[str, str], address: str) -> dict[str, str]:
    """The same, with values that all filters of the template take; "" where there is none."""
    found, parts = fields(template, words, address), list(_filled(template))
    for name, value in found.items():
        own = [part for part in parts if part.name == name]
        found[name] = next(one for one in (value, *_TAKEN.values(), "") if all(_takes(part, one) for part in own))
    return found


def _takes(part: Field, value: str) -> bool:
    try:
        part.shown(value, "en")
    except FormatError:
        return False
    return True


def _filled(template: Template) -> Iterator[Field]:
    parts = (part for block in template.blocks for piece in block.pieces for part in piece.parts)
    return (part for part in parts if isinstance(part, Field))
