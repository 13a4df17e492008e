"""Where the page of a certificate stands in a picture."""

from __future__ import annotations

from dataclasses import dataclass

from issuer.artwork.compiling import art
from issuer.artwork.template import Template
from issuer.artwork.template.transforms import Matrix, multiply

_NEUTRAL = "#e9e7e1"
_TINT = 18  # percent of the brand's primary colour


@dataclass(frozen=True, slots=True)
class Frame:
    """Lengths in pixels. width, height: of the picture; left, top, page_width, page_height: of the page in it.

    zoom: pixels for a unit of the viewBox; origin_x, origin_y: where the viewBox's 0,0 is; density: pixels for a metre of the page as it is
    printed; ground: "#rrggbb" around the page.
    """

    width: int
    height: int
    left: int
    top: int
    page_width: int
    page_height: int
    zoom: float
    origin_x: float
    origin_y: float
    density: int
    ground: str

    def matrix(self, inner: Matrix) -> Matrix:
        """From the units of what `inner` transforms to pixels, y downwards."""
        return multiply((self.zoom, 0.0, 0.0, self.zoom, self.origin_x, self.origin_y), inner)


@dataclass(frozen=True, slots=True)
class Size:
    """A size that certificates are drawn in. card: whether it is always as large, with a ground around the page; limit: bytes that the file
    should have at most."""

    name: str
    card: bool
    limit: int

    def frame(self, template: Template) -> Frame:
        """The page as large as it fits; on a card in the middle, on a ground that is a tint of the brand's primary colour."""
        width = art.card_width(template) if self.card else art.preview_width(template)
        high = int(width * template.height / template.width)
        across, down = (art.CARD_WIDTH, art.CARD_HEIGHT) if self.card else (width, high)
        left, top = (across - width) // 2, (down - high) // 2
        zoom = width / template.page.width
        return Frame(
            across,
            down,
            left,
            top,
            width,
            high,
            zoom,
            left - template.page.x * zoom,
            top - template.page.y * zoom,
            round(width / template.width * 72 / 0.0254),
            _ground(template),
        )


def _ground(template: Template) -> str:
    """Light, so that a page of the primary colour itself stands out from it."""
    primary = dict(template.brand.colours).get("primary")
    if primary is None:
        return _NEUTRAL
    parts = (int(primary[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{(part * _TINT + 255 * (100 - _TINT)) // 100:02x}" for part in parts)


PREVIEW = Size("preview", card=False, limit=60_000)
CARD = Size("card", card=True, limit=90_000)
