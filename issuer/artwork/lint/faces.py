"""Weights and slants that a template asks for and that its fonts do not have: then a text looks otherwise than in the editor."""

from __future__ import annotations

from collections.abc import Iterator

from issuer.artwork.lint import places
from issuer.artwork.template import Template
from issuer.artwork.text import chains, fonts
from issuer.roster.findings import Code, Finding, finding

_NORMAL = 400  # what a text has that asks for none
_SEEN = 150  # of weight: what lies nearer looks as it was meant


def faces(template: Template, shown_as: str) -> Iterator[Finding]:
    """The first text of each family that is drawn upright instead of slanted, or clearly lighter or bolder than it should be."""
    told: set[tuple[str, int, bool]] = set()
    for block in template.blocks:
        for piece in block.pieces:
            style = piece.style
            asked = fonts.named(style.family), style.weight, style.italic
            if asked in told or not places.written(piece).strip():
                continue
            told.add(asked)
            entry = chains.chain(style.family, style.weight, style.italic, "Latn", "").entries[0]
            for wrong, hint in _differences(entry, style.weight, italic=style.italic):
                message = f"the text {places.words(block)} is drawn {wrong}"
                yield finding(Code.TEMPLATE_UNDRAWN, places.of_block(shown_as, block), message, hint)


def _differences(entry: fonts.Entry, weight: int, *, italic: bool) -> Iterator[tuple[str, str]]:
    """How a font differs from what was asked for, and what to do."""
    if italic and not entry.italic:
        slanted = dict.fromkeys(other.family for other in fonts.entries() if other.italic and "Latn" in other.scripts)
        yield f"upright: no italic of {entry.family} is carried", f"take {' or '.join(slanted)}, or paint the words as paths"
    if weight != _NORMAL and abs(entry.weight - weight) > _SEEN:
        there = sorted({other.weight for other in fonts.entries() if (other.family, other.italic) == (entry.family, entry.italic)})
        kind = f"{entry.family} in italics" if entry.italic else entry.family
        hint = f"of {kind} there is {' and '.join(map(str, there))}: write what you want, or take another font"
        yield f"in weight {entry.weight}, not {weight}", hint
