"""Whether names stay in the middle. Figma and Illustrator save a centred text by its left end, so a longer name would hang to the right."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.artwork.lint import places
from issuer.artwork.template import Template
from issuer.artwork.template.blocks import Block
from issuer.artwork.text import characters, shaping
from issuer.roster.findings import Code, Finding, finding

_NEAR = 0.01  # of the page's width: how far from the middle a text that was centred may be
_COLUMN = 0.002  # of the page's width: texts that begin so near to one another are a column


def centring(template: Template, shown_as: str) -> Iterator[Finding]:
    """Texts that begin at their left end and stand, as the template has them, exactly in the middle of the page."""
    left = {block: places.point(template, block, 0.0) for block in template.blocks if block.anchor == "start"}
    for block, begins in left.items():
        in_column = any(abs(other - begins) < _COLUMN * template.width for one, other in left.items() if one is not block)
        middle = (begins + places.point(template, block, _width(template, block))) / 2
        if block.fields and not in_column and abs(middle - template.width / 2) < _NEAR * template.width:
            message = f"the text {places.words(block)} stands in the middle but begins at its left end: another name would not stay there"
            centre = template.page.x + template.page.width / 2
            hint = f'give it text-anchor="middle", and place it by its middle: that of the page is at {centre:g}'
            yield finding(Code.TEMPLATE_CENTRE, places.of_block(shown_as, block), message, hint)


def _width(template: Template, block: Block) -> float:
    """Of the text with its braces, in its own units."""
    spans = tuple(shaping.Span(characters.clean(places.written(piece)), piece.style, 0) for piece in block.pieces)
    return shaping.shape(spans, template.language).width * block.size
