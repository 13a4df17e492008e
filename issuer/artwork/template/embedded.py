"""Pictures inside a template, as data: URLs. Their own headers say what they are and how large, whatever the template says."""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from issuer.artwork.template import attributes
from issuer.artwork.template.lengths import units
from issuer.artwork.template.upright import upright
from issuer.roster.findings import Code

MAX_PIXELS = 24_000_000  # of all embedded pictures; 96 MB when drawn
_IMAGE = re.compile(r"data:image/(?:png|jpeg|jpg);base64,([A-Za-z0-9+/=\s]*)\Z")
_FORMATS = ("PNG", "JPEG")


@dataclass(frozen=True, slots=True)
class Embedded:
    """href: a data: URL that says truly what the picture is; width, height: pixels, as it is shown."""

    href: str
    width: int
    height: int

    def missing(self, given: Mapping[str, str]) -> dict[str, str]:
        """What an <image> with these attributes lacks of width and height, in the shape of the picture: browsers take it, and CairoSVG does
        not. Nothing if neither can be told."""
        lengths = {name: given.get(name, "auto").strip() for name in ("width", "height")}
        width, height = (units(text) for text in lengths.values())
        if lengths["width"] == lengths["height"] == "auto":
            return {"width": f"{self.width}", "height": f"{self.height}"}
        if lengths["height"] == "auto" and width is not None:
            return {"height": f"{width * self.height / self.width:.6g}"}
        if lengths["width"] == "auto" and height is not None:
            return {"width": f"{height * self.width / self.height:.6g}"}
        return {}


@lru_cache(maxsize=16)
def read(href: str) -> Embedded | None:
    """The picture of a reference, None if it is no PNG or JPEG inside the file. Raises TemplateError without a place if it cannot be
    read."""
    match = _IMAGE.match(href)
    if match is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(base64.b64decode(match.group(1))), formats=_FORMATS) as picture:
                kind, (width, height) = f"{picture.format}".lower(), picture.size
                if width * height <= MAX_PIXELS:
                    picture.load()
                    width, height = upright(picture).size
    except Image.DecompressionBombError:
        return Embedded(href, MAX_PIXELS, MAX_PIXELS)
    except (ValueError, OSError, SyntaxError):
        attributes.refuse("an embedded picture cannot be read", "embed it again, as PNG or JPEG", Code.TEMPLATE_PICTURE)
    if href.startswith(f"data:image/{kind};"):
        return Embedded(href, width, height)
    return Embedded(f"data:image/{kind};base64,{match.group(1)}", width, height)
