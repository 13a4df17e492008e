"""A sheet in any of the formats, for those who do not care which one it is. A format is loaded when it is first written: the libraries for
PDF and PNG take a third of a second."""

from __future__ import annotations

import datetime as dt

from issuer.artwork.compiling.store import Store
from issuer.artwork.sheet import Sheet
from issuer.artwork.template import Template
from issuer.batch_config import Format


def write(sheet: Sheet, form: Format, *, credential: bytes | None, created: dt.datetime, store: Store) -> bytes:
    """The bytes of one format. credential: what it carries inside, None for a draft; created: aware, for the PDF's dates; store: where
    plates are kept. Raises TemplateError, StorageError, FormatError."""
    if form == "svg":
        from issuer.artwork import svg

        return svg.write(svg.plate(sheet.edition), sheet, credential)
    if form == "pdf":
        from issuer.artwork import pdf

        return pdf.write(pdf.plate(sheet.edition, store), sheet, credential=credential, created=created)
    from issuer.artwork import png

    size = png.CARD if form == "card" else png.PREVIEW
    return png.write(png.plate(sheet.edition, size, store), sheet, credential)


def pixels(template: Template, form: Format) -> tuple[int, int]:
    """Width and height of what is seen on a screen: of the bitmap itself for png and card, of the preview for the others."""
    from issuer.artwork.png.frame import CARD, PREVIEW

    frame = (CARD if form == "card" else PREVIEW).frame(template)
    return frame.width, frame.height
