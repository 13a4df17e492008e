"""The QR code of a certificate: ISO/IEC 18004, made by segno, drawn as one path."""

from __future__ import annotations

from functools import lru_cache

import segno

from issuer.errors import IssuerError

QUIET = 4  # modules that stay empty on every side, ISO/IEC 18004 section 9.1
# Trying all eight masks costs 6 ms of the 7. Readers undo any mask; diagonal stripes of three never leave large even areas.
_MASK = 3


@lru_cache(maxsize=256)
def path(url: str) -> tuple[str, int]:
    """SVG path data of the dark modules, and the width of the square in modules, quiet zone included, where one module is one unit.

    Error correction M or better, so that a fold or a stain does not spoil it. Neighbours are parts of one path: no hairlines between them.
    """
    try:
        symbol = segno.make(url, error="m", micro=False, mask=_MASK)
    except (segno.DataOverflowError, ValueError) as error:
        raise IssuerError(f"the address of {len(url)} characters does not fit into a QR code", hint="choose a shorter base_url") from error
    parts = []
    for down, row in enumerate(symbol.matrix):
        across, bits = 0, bytes(row)
        while (across := bits.find(1, across)) >= 0:
            end = bits.find(0, across)
            end = len(bits) if end < 0 else end
            parts.append(f"M{across + QUIET} {down + QUIET}h{end - across}v1h{across - end}z")
            across = end
    return "".join(parts), len(symbol.matrix) + 2 * QUIET
