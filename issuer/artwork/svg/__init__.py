"""The SVG of a certificate: it stands alone, draws all text as outlines, and carries the credential."""

from __future__ import annotations

from issuer.artwork.svg.writing import Plate, plate, write

__all__ = ["Plate", "plate", "write"]
