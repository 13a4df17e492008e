"""The PDF of a certificate."""

from issuer.artwork.pdf.old import draw

__all__ = ["draw"]
