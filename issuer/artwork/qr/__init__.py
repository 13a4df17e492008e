"""The QR code of a certificate's page: ISO/IEC 18004, made by segno, the same for every format."""

from __future__ import annotations

from issuer.artwork.qr.making import Press, press, symbol
from issuer.artwork.qr.symbol import QUIET, Symbol

__all__ = ["QUIET", "Press", "Symbol", "press", "symbol"]
