"""A sheet in any of the formats, for those who do not care which one it is."""

from __future__ import annotations

import datetime as dt

from issuer.artwork import pdf, svg
from issuer.artwork.compiling.store import Store
from issuer.artwork.sheet import Sheet
from issuer.batch_config import Format

WRITTEN: tuple[Format, ...] = ("svg", "pdf")


def write(sheet: Sheet, form: Format, *, credential: bytes | None, created: dt.datetime, store: Store) -> bytes:
    """The bytes of one format. credential: what it carries inside, None for a draft; created: aware, for the PDF's dates; store: where
    plates are kept. Raises TemplateError, StorageError, FormatError."""
    if form == "svg":
        return svg.write(svg.plate(sheet.edition), sheet, credential)
    return pdf.write(pdf.plate(sheet.edition, store), sheet, credential=credential, created=created)
