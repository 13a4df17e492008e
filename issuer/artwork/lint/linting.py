"""Everything that is wrong with a template, in one run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from issuer.artwork import samples, sheet
from issuer.artwork.compiling.budget import Budget
from issuer.artwork.compiling.store import Store
from issuer.artwork.lint import fields, named, standing
from issuer.artwork.lint.braces import braces
from issuer.artwork.lint.centring import centring
from issuer.artwork.lint.depends import depends
from issuer.artwork.lint.faces import faces
from issuer.artwork.lint.undrawn import undrawn
from issuer.artwork.lint.weight import weight
from issuer.artwork.template import Template, survey
from issuer.artwork.template.brand import NO_BRAND, Brand
from issuer.batch_config import DEFAULT_FORMATS, Format
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
    formats: Iterable[Format] = DEFAULT_FORMATS,
    offers: Mapping[str, AbstractSet[str]] = MappingProxyType({}),
) -> Linted:
    """Check a template. source: its file; shown_as: its path as the user knows it; store: where what is drawn for it is kept; address: of
    a certificate's page, as long as they will be; formats: to draw a sample in; offers: batch → the fields that it fills, for each batch
    that takes the template. All drawings together may take the budget of the store, that of one check if it has none."""
    store = store if store.budget else replace(store, budget=Budget.of_check())
    template, read, found = _alone(_Asked(source, shown_as, brand, address, tuple(formats), store))
    if store.budget and store.budget.spent:  # another time there may be more
        _alone.cache_clear()
    if read is None:
        return Linted(None, found)
    given = (*fields.about(read, shown_as, offers), *depends(read, shown_as, offers), *named.about(read, shown_as, brand, offers))
    return Linted(template, tuple(sorted((*found, *given), key=lambda one: (one.place.line is None, one.place.line or 0))))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What decides the answer, and the store, which does not."""

    source: bytes
    shown_as: str
    brand: Brand
    address: str
    formats: tuple[Format, ...]
    store: Store = field(compare=False)


class _Alone(NamedTuple):
    """template: None if it cannot be used; read: what could be read of it, None if nothing; findings: in any order."""

    template: Template | None
    read: Template | None
    findings: tuple[Finding, ...]


@lru_cache(maxsize=16)
def _alone(asked: _Asked) -> _Alone:
    """The same for a template that no batch takes: many batches often share one."""
    read = survey(asked.source, shown_as=asked.shown_as, brand=asked.brand)
    mistakes = tuple(_mistake(error, asked.shown_as) for error in read.mistakes)
    if read.rest is None:
        return _Alone(None, None, mistakes)
    written, values = tuple(_written(read.rest, asked)), samples.fields(read.rest, samples.ORDINARY, asked.address)
    refused = tuple(fields.refused(read.rest, asked.shown_as, values))
    if read.template is None or refused:
        return _Alone(read.template, read.rest, (*mistakes, *written, *refused))
    try:
        return _Alone(read.template, read.template, (*written, *_drawn(read.template, asked)))
    except TemplateError as error:
        return _Alone(None, None, (_mistake(error, asked.shown_as),))


def _written(template: Template, asked: _Asked) -> Iterator[Finding]:
    """What is wrong with what a template says, whether or not all of it could be read."""
    yield from fields.letters(template, asked.shown_as)
    yield from braces(template, asked.shown_as)
    yield from centring(template, asked.shown_as)
    yield from undrawn(template, asked.shown_as)
    yield from faces(template, asked.shown_as)


def _drawn(template: Template, asked: _Asked) -> Iterator[Finding]:
    """What is wrong with the certificates of a template that can be read."""
    shown_as, address = asked.shown_as, asked.address
    yield from fields.nameless(template, shown_as)
    ordinary, long = (samples.fields(template, words, address) for words in (samples.ORDINARY, samples.LONG))
    bare = {name: value for name, value in long.items() if name not in template.conditions}
    sheets = [sheet.lay_out(template, values, language=template.language, url=address) for values in (long, bare, ordinary)]
    yield from standing.code(sheets, shown_as)
    yield from standing.above_all(sheets[-1], shown_as)
    yield from standing.in_their_boxes(sheets[-1], shown_as)
    yield from standing.off_the_edge(sheets, shown_as)
    yield from standing.off_one_another(sheets, shown_as)
    from issuer.artwork.lint.contrast import contrast  # late: it looks at pixels, with numpy

    yield from contrast(sheets, shown_as, asked.store)
    yield from weight(sheets[-1], shown_as, asked.formats, asked.store)


def _mistake(error: TemplateError, shown_as: str) -> Finding:
    return finding(Code(error.code), error.place or Place(shown_as), error.message, error.hint)
