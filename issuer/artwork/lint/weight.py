"""How many bytes a certificate has in each format: a sample is drawn, which also shows that it can be."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterable, Iterator
from operator import itemgetter

from issuer.artwork import writers
from issuer.artwork.compiling.store import Store
from issuer.artwork.lint import places
from issuer.artwork.sheet import Sheet
from issuer.artwork.template import Template
from issuer.artwork.template.markup import element
from issuer.batch_config import Format
from issuer.errors import Place
from issuer.roster.findings import Code, Finding, finding

LIMITS: dict[Format, int] = {"svg": 100_000, "pdf": 60_000, "png": 90_000, "card": 135_000}
"""Bytes of a certificate with its credential inside: half as much again as the gallery's should have."""
_CREDENTIAL = b"".join(hashlib.sha256(bytes([number])).hexdigest().encode() for number in range(80))  # as long as most, and as hard to pack
_CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_KIND = "weight"
_HINT = "simplify paths, round their numbers to two decimals, make embedded pictures smaller"
_SMALLER = "make the picture smaller: 300 pixels per inch are enough, and a photograph is smallest as JPEG"


def weight(sheet: Sheet, shown_as: str, formats: Iterable[Format], store: Store) -> Iterator[Finding]:
    """Formats in which a certificate is heavier than it should be, or that there is no time for: weighing takes from the store's budget.
    Raises TemplateError if it cannot be drawn."""
    for form in formats:
        if store.budget and store.budget.spent:
            message = f"the certificate was not weighed as {_shown(form)}: what was drawn of it before took too long"
            yield finding(Code.TEMPLATE_HEAVY, places.of_root(shown_as, sheet.edition.template), message, _HINT)
            return
        size = _size(sheet, form, store)
        if size > LIMITS[form]:
            message = f"a certificate has {size / 1000:.0f} kB as {_shown(form)}; {LIMITS[form] / 1000:.0f} kB is enough for most"
            yield _heavy(message, sheet.edition.template, shown_as)


def _heavy(message: str, template: Template, shown_as: str) -> Finding:
    """With the place of the element that has a third of all bytes or more, if there is one."""
    pictures = dict(template.brand.pictures)
    weights = {node: sum(map(len, node.attributes.values())) for node in template.root.walk()}
    for node in weights:
        if (picture := pictures.get(node.attributes.get("data-image", ""))) is not None:
            weights[node] += len(picture.data)
    node, most = max(weights.items(), key=itemgetter(1))
    if most * 3 < sum(weights.values()):
        return finding(Code.TEMPLATE_HEAVY, places.of_root(shown_as, template), message, _HINT)
    hint = _SMALLER if node.tag == "image" or "data-image" in node.attributes else _HINT
    place = Place(shown_as, node.line, element=element(node))
    return finding(Code.TEMPLATE_HEAVY, place, f"{message}, and this element alone has {most / 1000:.0f} kB", hint)


def _shown(form: Format) -> str:
    return form if form == "card" else form.upper()


def _size(sheet: Sheet, form: Format, store: Store) -> int:
    """The bytes of the sample in a format. They are kept, since an edition with the same address gives the same every time."""
    key = hashlib.sha256(f"{sheet.edition.key}\n{form}\n{sheet.url}".encode()).hexdigest()
    kept = store.get(_KIND, key)
    if kept is None:
        started = time.process_time()
        kept = b"%d" % len(writers.write(sheet, form, credential=_CREDENTIAL, created=_CREATED, store=store))
        if store.budget:
            store.budget.took(processor=time.process_time() - started, clock=0.0)
        store.put(_KIND, key, kept)
    return int(kept)
