"""A sheet: one certificate laid out. The writers of SVG, PDF and PNG draw the same sheet, each on the plate of its edition."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from issuer.artwork import layout, qr
from issuer.artwork.edition import Edition, Text, edition
from issuer.artwork.template import Template
from issuer.errors import TemplateError
from issuer.roster.findings import Code

_UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TOLD = (("Recipient", "name"), ("Achievement", "achievement"), ("Issuer", "issuer"), ("Awarded", "awarded"), ("Verify at", "url"))


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """texts: those with fields, in document order, without those that show nothing; symbol: what stands in Template.code, None without one;
    url: the certificate's page; title, author: for people; language: BCP 47 or ""; told: label and value of what matters most."""

    edition: Edition
    texts: tuple[Text, ...]
    symbol: qr.Symbol | None
    url: str
    title: str
    author: str
    language: str
    told: tuple[tuple[str, str], ...]

    @property
    def fits(self) -> bool:
        """Whether every text stays in its box."""
        return all(text.placed.fits for text in self.texts)


def lay_out(template: Template, fields: Mapping[str, str], *, language: str | None, url: str, draft: str = "") -> Sheet:
    """Lay out one certificate. fields: values by name; language: BCP 47 of the recipient; url: what the QR code says; draft: a word that
    says across the page that it is none yet.

    Raises TemplateError, StorageError as shaping does, FormatError if a filter cannot take a value, IssuerError if the address is too long
    for a QR code.
    """
    values = {**fields, "url": fields.get("url") or url}
    present = frozenset(name for name in template.conditions if values.get(name))
    spoken = template.spoken(language)
    texts = tuple(
        Text(block, layout.place(block, spans, language or ""))
        for block in template.blocks
        if block.fields and (spans := block.spans(values, spoken))
    )
    return Sheet(
        edition(template, present, shown=_shown(template, values), draft=draft),
        texts,
        None if template.code is None else qr.symbol(url),
        url,
        " – ".join(filter(None, (plain(values.get("achievement", "")), plain(values.get("name", ""))))) or "Certificate",
        plain(values.get("issuer", "")),
        language or "",
        tuple((label, plain(values[name])) for label, name in _TOLD if values.get(name)),
    )


def _shown(template: Template, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Slot and picture, where a field says which picture it is. Raises TemplateError if there is none of that name."""
    there = dict(template.brand.pictures)
    chosen = [(slot, values[slot]) for slot in template.images if values.get(slot) and slot not in there]
    for slot, name in chosen:
        if name not in there:
            hint = f"its pictures are {', '.join(there)}" if there else "name pictures under `images:` in batch.yml"
            raise TemplateError(f"{slot} is {name[:40]!r}, and no picture has this name", hint=hint, code=Code.TEMPLATE_PICTURE)
    return tuple(chosen)


def plain(text: str) -> str:
    """Text that XML 1.0 can carry: what cannot be written is left out."""
    return _UNWRITABLE.sub("", text)
