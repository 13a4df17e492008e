"""The PNG of a certificate: a preview for mails and pages, and a card for social networks.

A plate has the artwork and the static words of an edition as one picture in few colours. `write` draws a sheet's texts and QR code into it,
and packs only the rows that they touch.
"""

from __future__ import annotations

from issuer.artwork.png.frame import CARD, PREVIEW, Frame, Size
from issuer.artwork.png.making import plate
from issuer.artwork.png.plate import Plate
from issuer.artwork.png.writing import write

__all__ = ["CARD", "PREVIEW", "Frame", "Plate", "Size", "plate", "write"]
