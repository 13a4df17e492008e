"""The PDF of a certificate: PDF 1.7, built to PDF/A-3a and PDF/UA-1. A plate once per edition, then a file per certificate. A book
shows many of them on its pages."""

from __future__ import annotations

from issuer.artwork.pdf.book import Book, Drawing
from issuer.artwork.pdf.plates import Plate, plate
from issuer.artwork.pdf.writing import write

__all__ = ["Book", "Drawing", "Plate", "plate", "write"]
