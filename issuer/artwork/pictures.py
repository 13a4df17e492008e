"""A picture in its slot: as large as fits, in its own proportions, where data-align says.

A PNG or JPEG is decoded and written again as PNG, no finer than print needs: so nothing but its pixels gets into a certificate, neither
the place where a photograph was taken nor what somebody hid behind its end. An SVG becomes elements of the artwork.
"""

from __future__ import annotations

import base64
import io
from functools import lru_cache

from PIL import Image

from issuer.artwork import elements
from issuer.artwork.template.brand import Picture
from issuer.artwork.template.markup import Node
from issuer.artwork.template.pictures import Vector, opened
from issuer.artwork.template.presentation import Box
from issuer.artwork.template.slots import ImageSlot
from issuer.artwork.template.upright import upright
from issuer.artwork.text.outlines import number

_PER_POINT = 300 / 72  # pixels: 300 to the inch
_SMALL = 2_000_000  # pixels that are packed as small as can be: a whole page takes 3 s so, and 0.6 s packed soon, a sixth larger


def draw(picture: Picture, slot: ImageSlot, *, points: float, prefix: str) -> str:
    """SVG elements that show a picture. points: one unit of the viewBox; prefix: of the ids of this picture in this slot."""
    content = opened(picture)
    box = fitted(content.width, content.height, slot)
    if isinstance(content, Vector):
        scale = box.width / content.width
        x, y = box.x - content.x * scale, box.y - content.y * scale
        clip = f"{prefix.rstrip('-')}clip"  # what lies beyond its viewBox is not seen in an editor either
        matrix = f"matrix({scale:.6g} 0 0 {scale:.6g} {number(x)} {number(y)})"
        return (
            f'<clipPath id="{clip}"><rect {_place(box)}/></clipPath>'
            f'<g clip-path="url(#{clip})"><g transform="{matrix}">{elements.inside(content.root, _kept, prefix)}</g></g>'
        )
    data = base64.b64encode(_png(picture, round(box.width * points * _PER_POINT), round(box.height * points * _PER_POINT))).decode("ascii")
    return f'<image {_place(box)} preserveAspectRatio="none" href="data:image/png;base64,{data}"/>'


def pixels(picture: Picture) -> int:
    """How many pixels must be read to draw a picture; 0 for an SVG."""
    content = opened(picture)
    return 0 if isinstance(content, Vector) else int(content.width * content.height)


def fitted(width: float, height: float, slot: ImageSlot) -> Box:
    """The largest box of this shape in a slot."""
    box = slot.box
    scale = min(box.width / width, box.height / height)
    wide, high = width * scale, height * scale
    return Box(box.x + (box.width - wide) * slot.across, box.y + (box.height - high) * slot.down, wide, high)


def _place(box: Box) -> str:
    return " ".join(f'{name}="{number(getattr(box, name))}"' for name in ("x", "y", "width", "height"))


def _kept(_node: Node) -> str | None:
    return "" if _node.tag in ("title", "desc") else None


@lru_cache(maxsize=32)
def _png(picture: Picture, width: int, height: int) -> bytes:
    with Image.open(io.BytesIO(picture.data)) as image:
        turned = upright(image)
        if turned.mode.startswith("I"):  # 16 bits of grey, of which Pillow would take the lower ones
            turned = turned.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        plain = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    if plain.width > 1.25 * width or plain.height > 1.25 * height:
        plain = plain.resize((max(1, width), max(1, height)), Image.Resampling.LANCZOS)
    sink = io.BytesIO()
    if plain.width * plain.height <= _SMALL:
        plain.save(sink, "PNG", optimize=True)
    else:
        plain.save(sink, "PNG", compress_level=1)
    return sink.getvalue()
