"""The QR code of a certificate: ISO/IEC 18004, made by segno, drawn as one path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import segno

from issuer.errors import IssuerError

QUIET = 4  # modules that stay empty on every side, ISO/IEC 18004 section 9.1
# Trying all eight masks costs 6 ms of the 7. Readers undo any mask; diagonal stripes of three never leave large even areas.
_MASK = 3
_RUN = re.compile("1+")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR code. width: modules on a side, quiet zone included; rows: an integer of `width` bits each, left module highest, 1 is dark."""

    width: int
    rows: tuple[int, ...]

    def path(self) -> str:
        """SVG path data of the dark modules, one unit each. Neighbours are parts of one path: no hairlines between them."""
        parts = []
        for down, row in enumerate(self.rows):
            bits = f"{row:0{self.width}b}"
            for run in _RUN.finditer(bits):
                wide = run.end() - run.start()
                parts.append(f"M{run.start()} {down}h{wide}v1h-{wide}z")
        return "".join(parts)


@lru_cache(maxsize=256)
def symbol(url: str) -> Symbol:
    """The QR code of an address. Error correction M or better, so that a fold or a stain does not spoil it. Raises IssuerError."""
    try:
        made = segno.make(url, error="m", micro=False, mask=_MASK)
    except (segno.DataOverflowError, ValueError) as error:
        raise IssuerError(f"the address of {len(url)} characters does not fit into a QR code", hint="choose a shorter base_url") from error
    blank = (0,) * QUIET
    rows = (int("".join(map(str, row)), 2) << QUIET for row in made.matrix)
    return Symbol(len(made.matrix) + 2 * QUIET, (*blank, *rows, *blank))


def path(url: str) -> tuple[str, int]:
    """The symbol's path, and its width in modules."""
    made = symbol(url)
    return made.path(), made.width
