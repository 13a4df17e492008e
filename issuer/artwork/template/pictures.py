"""The pictures of a brand, checked before they come near a certificate: PNG, JPEG, or an SVG that obeys the rules of templates."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from issuer.artwork.template import clips, fills, markup, page, references
from issuer.artwork.template.brand import Picture
from issuer.artwork.template.markup import Node
from issuer.artwork.template.mistakes import Mistakes
from issuer.artwork.template.upright import upright
from issuer.errors import Place, TemplateError
from issuer.roster.findings import Code

MAX_BYTES = 2 << 20
MAX_PIXELS = 24_000_000  # 96 MB while it is decoded
_OF_TEMPLATES = frozenset({"data-if", "data-field", "data-qr", "data-image", "data-fill", "data-stroke", "data-stop-color"})
"""What changes a template, and would be passed over in silence in a picture."""
_STARTS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}


@dataclass(frozen=True, slots=True)
class Bitmap:
    """width, height: pixels, as it is shown."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Vector:
    """x, y, width, height: what it shows, in its own units."""

    root: Node
    x: float
    y: float
    width: float
    height: float


@lru_cache(maxsize=32)
def opened(picture: Picture, shown_as: str = "a picture of the brand") -> Bitmap | Vector:
    """What is in a picture. shown_as: its path as the user knows it. Raises TemplateError for what is none, or too large."""
    place = Place(shown_as)
    if len(picture.data) > MAX_BYTES:
        hint = "save it smaller: 600 pixels across are enough for a logo, or use SVG"
        raise TemplateError(f"the picture has more than {MAX_BYTES >> 20} MB", place=place, hint=hint, code=Code.TEMPLATE_PICTURE)
    kind = next((kind for start, kind in _STARTS.items() if picture.data.startswith(start)), None)
    return _bitmap(picture.data, kind, place) if kind else _vector(picture.data, shown_as)


def _bitmap(data: bytes, kind: str, place: Place) -> Bitmap:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=(kind,)) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise _too_large(f"{image.width} × {image.height}", place)
                image.load()
                return Bitmap(*upright(image).size)
    except Image.DecompressionBombError:
        raise _too_large("very many", place) from None
    except (OSError, ValueError, SyntaxError) as error:
        raise TemplateError(
            "the picture cannot be read", place=place, hint=f"save it again as {kind}", code=Code.TEMPLATE_PICTURE
        ) from error


def _too_large(pixels: str, place: Place) -> TemplateError:
    message, hint = f"the picture has {pixels} pixels, more than {MAX_PIXELS:,}", "save it smaller: 2,000 across are enough for print"
    return TemplateError(message, place=place, hint=hint, code=Code.TEMPLATE_PICTURE)


def _vector(data: bytes, shown_as: str) -> Vector:
    mistakes = Mistakes()
    tree = markup.read(data, shown_as, mistakes)
    fills.adopt(tree)
    references.check(tree, shown_as, mistakes)
    clips.check(tree, shown_as, mistakes)
    for node in tree.root.walk():
        for name in sorted(_OF_TEMPLATES & node.attributes.keys()):
            place, hint = Place(shown_as, line=node.line, element=markup.element(node)), "take it out: the picture is shown as it is, whole"
            mistakes.add(TemplateError(f"{name} means nothing in a picture", place=place, hint=hint, code=Code.TEMPLATE_PICTURE))
        if node.tag == "text":
            hint = "turn its letters into paths: Path > Object to Path in Inkscape, Type > Create Outlines in Illustrator"
            place = Place(shown_as, line=node.line, element=markup.element(node))
            mistakes.add(TemplateError("the picture has a text", place=place, hint=hint, code=Code.TEMPLATE_PICTURE))
    for mistake in mistakes.in_order():
        raise mistake
    box = page.view_box(tree.root, shown_as)
    return Vector(tree.root, box.x, box.y, box.width, box.height)
