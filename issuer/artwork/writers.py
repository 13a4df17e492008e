"""A sheet in each of the formats: what they have in common for those who do not care which one it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from issuer.artwork import pdf, svg
from issuer.artwork.compiling.store import Store
from issuer.artwork.sheet import Sheet
from issuer.batch_config import Format

WRITTEN: tuple[Format, ...] = ("svg", "pdf")


def write(sheet: Sheet, form: Format, *, credential: bytes | None, created: dt.datetime, store: Store, fields: Mapping[str, str]) -> bytes:
    """The bytes of one format. credential: what it carries inside, None for a draft; created: aware, for the PDF's dates; store: where
    plates are kept. Raises TemplateError, StorageError, FormatError."""
    if form == "svg":
        return svg.write(svg.plate(sheet.edition), sheet, credential)
    old = svg.draw(sheet.edition.template, fields, language=sheet.language, url=sheet.url)
    return pdf.draw(
        old, title=sheet.title, author=sheet.author, language=sheet.language or "en", attachment=credential or b"{}", created=created
    )
