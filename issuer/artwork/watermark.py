"""The word across a certificate that is only a draft: its outline, from one corner of the page to the other, below the texts."""

from __future__ import annotations

from math import atan2, degrees, hypot

from issuer.artwork.template.presentation import Box
from issuer.artwork.text import characters, outlines, shaping
from issuer.artwork.text.outlines import number

_COLOUR = "#b4b4b4"
_SHARE = 0.62  # of the diagonal
_STROKE = 1.1  # points
_STYLE = shaping.Style("EB Garamond", 600, spacing=0.1)  # a font without contours that overlap


def draw(word: str, page: Box, points: float) -> str:
    """SVG elements that show a word across the page. page: the viewBox; points: one unit of it. Raises StorageError as shaping does."""
    line = shaping.shape(shaping.alone(characters.clean(word), _STYLE), "")
    if not line.width:
        return ""
    diagonal, angle = hypot(page.width, page.height), degrees(atan2(page.height, page.width))
    size = min(_SHARE * diagonal / line.width, 0.5 * min(page.width, page.height))
    x, y = page.x + page.width / 2, page.y + page.height / 2
    letters = []
    for run in line.runs:
        scale = run.scale * size
        for glyph, left, up in zip(run.glyphs, run.xs, run.ys, strict=True):
            across = (run.x - line.width / 2) * size + left * scale
            down = (line.top - line.bottom) / 2 * size - up * scale
            data = outlines.outline(run.face, glyph)
            if data:
                stroke = f'stroke-width="{_STROKE / points / scale:.6g}"'
                letters.append(
                    f'<path transform="matrix({scale:.6g} 0 0 {scale:.6g} {number(across)} {number(down)})" {stroke} d="{data}"/>'
                )
    turned = f'transform="translate({number(x)} {number(y)}) rotate({-angle:.4g})"'
    return f'<g {turned} fill="none" stroke="{_COLOUR}">{"".join(letters)}</g>'
