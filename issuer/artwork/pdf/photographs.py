"""Photographs inside a template: cairo writes them pixel by pixel, and a PDF can have them as they are (ISO 32000-1, section 7.4.8)."""

from __future__ import annotations

import base64
import hashlib
import io
import re

import pikepdf
from PIL import Image

_JPEG = re.compile(r"data:image/jpeg;base64,([A-Za-z0-9+/=\s]+)")
_SPACES = {"RGB": "/DeviceRGB", "L": "/DeviceGray"}
_Look = tuple[int, int, str, bytes]
"""Width, height and colour space of a picture, and the SHA-256 of its pixels."""


def restore(document: pikepdf.Pdf, art: str) -> None:
    """Put each JPEG of the artwork in the place of its pixels, where that is shorter. document: as cairo drew it; art: the SVG's
    elements. A photograph whose pixels are not in the document, such as one that a camera says is turned, stays as cairo has it."""
    found = list(dict.fromkeys(match.group(1) for match in _JPEG.finditer(art)))
    drawn = _drawn(document) if found else {}
    for data in found:
        jpeg = base64.b64decode(data)
        space, looks = _looks(jpeg)
        for place in (place for look in looks for place in drawn.get(look, ())):
            if len(jpeg) < len(place.read_raw_bytes()):
                place.write(jpeg, filter=pikepdf.Name.DCTDecode)
                place.ColorSpace = pikepdf.Name(space)


def _drawn(document: pikepdf.Pdf) -> dict[_Look, list[pikepdf.Stream]]:
    """The pictures of a document, by what they look like: cairo writes one as often as it is drawn."""
    found: dict[_Look, list[pikepdf.Stream]] = {}
    for one in document.objects:
        if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image":
            look = int(one.Width), int(one.Height), str(one.get("/ColorSpace")), hashlib.sha256(one.read_bytes()).digest()
            found.setdefault(look, []).append(one)
    return found


def _looks(jpeg: bytes) -> tuple[str, list[_Look]]:
    """The colour space of a photograph, and what it may have become: cairo writes one in grey if it has no colour."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        space, seen = _SPACES.get(picture.mode, ""), [picture.copy()]
        if picture.mode == "RGB" and len({band.tobytes() for band in picture.split()}) == 1:
            seen.append(picture.getchannel(0))
    if not space:
        return space, []
    return space, [(*one.size, _SPACES[one.mode], hashlib.sha256(one.tobytes()).digest()) for one in seen]
