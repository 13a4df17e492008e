"""The SVG of a certificate: it stands alone, draws all text as outlines, and carries the credential."""

from __future__ import annotations

from issuer.artwork.svg.old import ART_GROUP, TEXT_GROUP, WORDS_GROUP, draw
from issuer.artwork.svg.writing import Plate, plate, write

__all__ = ["ART_GROUP", "TEXT_GROUP", "WORDS_GROUP", "Plate", "draw", "plate", "write"]
