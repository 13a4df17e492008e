"""Braces in a text that are no field, and are printed as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from issuer.artwork.lint import places
from issuer.artwork.template import Template
from issuer.formats import placeholders
from issuer.roster.findings import Code, Finding, finding

_BRACES = re.compile(r"[{}｛｝]|\[\[|\]\]")
_TORN = re.compile(r"\{\{|\}\}")  # which within one piece would have been a field, or a mistake


def braces(template: Template, shown_as: str) -> Iterator[Finding]:
    """Texts whose own words have braces: most likely a field was meant."""
    for block in template.blocks:
        parts = [part for piece in block.pieces for part in piece.parts]
        own = "".join(part.text if isinstance(part, placeholders.Text) else "|" for part in parts)
        if _BRACES.search(own):
            message = f"the text {places.words(block)} has braces that are no field, and are printed as they stand"
            hint = "write {{ name }} with two braces on each side"
            if len(block.pieces) > 1 and _TORN.search("".join(own.split())):
                hint = "its braces stand in pieces of different style: give the whole field one style"
            yield finding(Code.TEMPLATE_BRACES, places.of_block(shown_as, block), message, hint)
