"""A sheet in any of the formats, for those who do not care which one it is."""

from __future__ import annotations

import datetime as dt

from issuer.artwork import pdf, png, svg
from issuer.artwork.compiling.store import Store
from issuer.artwork.sheet import Sheet
from issuer.artwork.template import Template
from issuer.batch_config import Format


def write(sheet: Sheet, form: Format, *, credential: bytes | None, created: dt.datetime, store: Store) -> bytes:
    """The bytes of one format. credential: what it carries inside, None for a draft; created: aware, for the PDF's dates; store: where
    plates are kept. Raises TemplateError, StorageError, FormatError."""
    if form == "svg":
        return svg.write(svg.plate(sheet.edition), sheet, credential)
    if form == "pdf":
        return pdf.write(pdf.plate(sheet.edition, store), sheet, credential=credential, created=created)
    size = png.CARD if form == "card" else png.PREVIEW
    return png.write(png.plate(sheet.edition, size, store), sheet, credential)


def pixels(template: Template, form: Format) -> tuple[int, int]:
    """Width and height of what is seen on a screen: of the bitmap itself for png and card, of the preview for the others."""
    frame = (png.CARD if form == "card" else png.PREVIEW).frame(template)
    return frame.width, frame.height
