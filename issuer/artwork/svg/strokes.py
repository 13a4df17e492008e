"""The modules of a QR code as strokes, which need half of the bytes that rectangles do."""

from __future__ import annotations

import re

from issuer.artwork.qr import QUIET, Symbol

_WIDE = 11  # modules that are written at once: there are 2,048 texts for them
_MASK = (1 << _WIDE) - 1
_RUN = re.compile("1+|0+")


class _Strips(dict[int, str]):
    """How a strip of a row is drawn, by its bits, from its left edge to its right one."""

    def __missing__(self, bits: int) -> str:
        runs = [run.group() for run in _RUN.finditer(f"{bits:0{_WIDE}b}")]
        self[bits] = "".join(f"h{len(run)}" if run[0] == "1" else f"m{len(run)} 0" for run in runs)
        return self[bits]


_STRIPS = _Strips()


def strokes(symbol: Symbol) -> str:
    """SVG path data whose stroke, one unit wide, is the dark modules. All are one path: no hairlines between neighbours."""
    columns = symbol.width - 2 * QUIET
    spare = -columns % _WIDE
    shifts = range(columns + spare - _WIDE, -1, -_WIDE)
    parts = []
    for down, row in enumerate(symbol.rows[QUIET:-QUIET], QUIET):
        bits = row >> QUIET << spare
        parts.append(f"M{QUIET} {down}.5" + "".join([_STRIPS[bits >> shift & _MASK] for shift in shifts]))
    return "".join(parts)
