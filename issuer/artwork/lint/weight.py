"""How many bytes a certificate has in each format: a sample is drawn, which also shows that it can be."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator

from issuer.artwork import writers
from issuer.artwork.compiling.store import Store
from issuer.artwork.lint import places
from issuer.artwork.sheet import Sheet
from issuer.batch_config import Format
from issuer.roster.findings import Code, Finding, finding

GOALS: dict[Format, int] = {"svg": 65_000, "pdf": 40_000, "png": 60_000, "card": 90_000}
"""Bytes of a certificate with its credential inside, by format."""
_CREDENTIAL = b"".join(hashlib.sha256(bytes([number])).hexdigest().encode() for number in range(80))  # as long as most, and as hard to pack
_CREATED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_KIND = "weight"


def weight(sheet: Sheet, shown_as: str, store: Store) -> Iterator[Finding]:
    """Formats in which a certificate is heavier than it should be. Raises TemplateError if it cannot be drawn."""
    for form, size in _sizes(sheet, store).items():
        if size > GOALS[form]:
            message = f"a certificate has {size / 1000:.0f} kB as {form.upper()}; {GOALS[form] / 1000:.0f} kB is enough for most"
            hint = "simplify paths, round their numbers to two decimals, make embedded pictures smaller"
            yield finding(Code.TEMPLATE_HEAVY, places.of_root(shown_as, sheet.edition.template), message, hint)


def _sizes(sheet: Sheet, store: Store) -> dict[Format, int]:
    """The bytes of the sample in each format. They are kept, since an edition gives the same every time."""
    kept = store.get(_KIND, sheet.edition.key)
    if kept is not None:
        known: dict[Format, int] = json.loads(kept)
        return known
    sizes = {form: len(writers.write(sheet, form, credential=_CREDENTIAL, created=_CREATED, store=store)) for form in GOALS}
    store.put(_KIND, sheet.edition.key, json.dumps(sizes).encode())
    return sizes
