"""The picture of a draft with the boxes marked that a text does not fit into: it looks good, for it is drawn as small as it must be."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from issuer.artwork import png
from issuer.artwork.sheet import Sheet
from issuer.artwork.template.transforms import apply

RED, _HALO = (214, 20, 20), (255, 255, 255)
_WIDTH, _AROUND = 3, 7  # pixels; the halo shows the line on any ground


def outlined(picture: bytes, sheet: Sheet) -> bytes:
    """The PNG of a sheet with a red line around the box of each text that does not fit. picture: as writers.write gives it."""
    marked = Image.open(io.BytesIO(picture)).convert("RGB")
    brush, to_pixels, inset = ImageDraw.Draw(marked), png.PREVIEW.frame(sheet.edition.template).matrix, _AROUND // 2
    for block in (text.block for text in sheet.texts if not text.placed.fits):
        left, top, right, bottom = block.box.x, block.box.y, block.box.x + block.box.width, block.box.y + block.box.height
        around = []
        for corner in ((left, top), (right, top), (right, bottom), (left, bottom), (left, top), (right, top)):
            x, y = apply(to_pixels(block.matrix), *corner)
            around.append((min(max(x, inset), marked.width - 1 - inset), min(max(y, inset), marked.height - 1 - inset)))
        for colour, width in ((_HALO, _AROUND), (RED, _WIDTH)):
            brush.line(around, fill=colour, width=width, joint="curve")
    sink = io.BytesIO()
    marked.save(sink, "PNG")
    return sink.getvalue()
