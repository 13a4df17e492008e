"""The issuer's own logo in the header of its site, in place of Issuer's badge: the `logo` of `brand:` in issuer.yml.

It is written as one SVG of its shapes or its pixels, as on a certificate: no script, no link, and nothing of what a camera or a drawing
program noted in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from issuer.artwork import brand_files, pictures
from issuer.artwork.template.brand import LOGO
from issuer.artwork.template.pictures import opened
from issuer.artwork.template.presentation import Box
from issuer.artwork.template.slots import ImageSlot
from issuer.config import IssuerConfig

FILE = "assets/brand-logo.svg"
_WIDE, _HIGH = 240, 48
_POINTS = 0.72  # to one CSS pixel: three of a bitmap's, for the screens of phones
_LETTERING = 2.0


@dataclass(frozen=True, slots=True)
class Logo:
    """width, height: CSS pixels, at most 240 × 48; has_name: whether it is so wide that it is lettering, and no name stands beside it."""

    width: int
    height: int
    has_name: bool
    svg: bytes = field(repr=False)
    file: str = FILE


def of_issuer(repository: Path, config: IssuerConfig) -> Logo | None:
    """The logo of the issuer, None if issuer.yml names none. Raises ConfigError and TemplateError for a file that cannot be used."""
    picture = dict(brand_files.load(repository, config).pictures).get(LOGO)
    if picture is None:
        return None
    content = opened(picture)
    scale = min(_WIDE / content.width, _HIGH / content.height)
    width, height = max(1, round(content.width * scale)), max(1, round(content.height * scale))
    slot = ImageSlot(LOGO, Box(0, 0, width, height), across=0.5, down=0.5, line=0)
    drawn = pictures.draw(picture, slot, points=_POINTS, prefix="logo-")
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">{drawn}</svg>'
    return Logo(width, height, content.width / content.height >= _LETTERING, svg.encode())
