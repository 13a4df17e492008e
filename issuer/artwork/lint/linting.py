"""Everything that is wrong with a template, in one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType

from issuer.artwork import sheet
from issuer.artwork.compiling.store import Store
from issuer.artwork.lint import fields, samples, standing
from issuer.artwork.lint.contrast import contrast
from issuer.artwork.sheet import Sheet
from issuer.artwork.template import Template, parse
from issuer.artwork.template.brand import NO_BRAND, Brand
from issuer.errors import Place, TemplateError
from issuer.roster.findings import Code, Finding, finding

_NOTHING_KEPT = Store()


@dataclass(frozen=True, slots=True)
class Linted:
    """template: None if it cannot be used; findings: by line, in the order of the file."""

    template: Template | None
    findings: tuple[Finding, ...]

    @property
    def blocks(self) -> bool:
        """Whether no certificate may be drawn from it."""
        return any(found.blocks for found in self.findings)


def lint(
    source: bytes,
    *,
    shown_as: str,
    brand: Brand = NO_BRAND,
    store: Store = _NOTHING_KEPT,
    address: str = samples.ADDRESS,
    offers: Mapping[str, AbstractSet[str]] = MappingProxyType({}),
) -> Linted:
    """Check a template. source: its file; shown_as: its path as the user knows it; store: where what is drawn for it is kept; address: of
    a certificate's page, as long as they will be; offers: batch → the fields that it fills, for each batch that takes the template."""
    try:
        template = parse(source, shown_as=shown_as, brand=brand)
    except TemplateError as error:
        return Linted(None, (_mistake(error, shown_as),))
    try:
        found = list(_about(template, shown_as, store, address))
    except TemplateError as error:
        return Linted(None, (_mistake(error, shown_as),))
    found += fields.about(template, shown_as, offers)
    return Linted(template, tuple(sorted(found, key=lambda one: one.place.line or 0)))


def _about(template: Template, shown_as: str, store: Store, address: str) -> Iterator[Finding]:
    """What is wrong with a template that can be read."""
    yield from fields.letters(template, shown_as)
    yield from fields.nameless(template, shown_as)
    ordinary, long = (_sheet(template, words, address) for words in (samples.ORDINARY, samples.LONG))
    yield from standing.code(long, shown_as)
    yield from standing.in_their_boxes(ordinary, shown_as)
    yield from standing.off_the_edge(long, shown_as)
    yield from standing.off_one_another(long, shown_as)
    yield from contrast(long, shown_as, store)


def _sheet(template: Template, words: Mapping[str, str], address: str) -> Sheet:
    return sheet.lay_out(template, samples.fields(template, words, address), language=template.language, url=address)


def _mistake(error: TemplateError, shown_as: str) -> Finding:
    return finding(Code(error.code), error.place or Place(shown_as), error.message, error.hint)
