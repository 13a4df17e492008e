"""The QR code of a certificate's page: ISO/IEC 18004, made by segno, the same for every format."""

from __future__ import annotations

from issuer.artwork.qr.making import Press, press, symbol
from issuer.artwork.qr.symbol import QUIET, Symbol

__all__ = ["QUIET", "Press", "Symbol", "path", "press", "symbol"]


def path(url: str) -> tuple[str, int]:
    """The symbol's path, and its width in modules."""
    made = symbol(url)
    return made.path(), made.width
