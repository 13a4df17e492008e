"""The PDF of a certificate: PDF 1.7, built to PDF/A-3a and PDF/UA-1. A plate once per edition, then a file per certificate."""

from __future__ import annotations

from issuer.artwork.pdf.plates import Plate, plate
from issuer.artwork.pdf.writing import write

__all__ = ["Plate", "plate", "write"]
