"""A QR code as rows of modules, and as rectangles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

QUIET = 4  # modules that stay empty on every side, ISO/IEC 18004 section 9.1
_STRIP = 11  # modules that are written at once: at most 2,048 texts for each strip of a row
_MASK = (1 << _STRIP) - 1
_RUN = re.compile("1+")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR code. width: modules on a side, quiet zone included; rows: an integer of `width` bits each, left module highest, 1 is dark."""

    width: int
    rows: tuple[int, ...]

    def rectangles(self) -> str:
        """PDF operators that add the dark modules to the path (ISO 32000-1, 8.5.2.1), one unit each, y downwards from the top edge.
        Neighbours in a row are one rectangle."""
        lefts = range(QUIET, self.width - QUIET, _STRIP)
        strips = [(_strip(left), self.width - left) for left in lefts]
        parts = []
        for down, row in enumerate(self.rows[QUIET:-QUIET], QUIET):
            written = "".join([strip[row << _STRIP >> shift & _MASK] for strip, shift in strips])
            parts.append(written.replace("y", str(down)))
        return "".join(parts)


class _Strip(dict[int, str]):
    """How the dark modules of one strip of a row are written, by its bits: y stands for the row's number. left: its first column."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __missing__(self, bits: int) -> str:
        runs = _RUN.finditer(f"{bits:0{_STRIP}b}")
        self[bits] = "".join(f"{self.left + run.start()} y {run.end() - run.start()} 1 re\n" for run in runs)
        return self[bits]


_strip = lru_cache(maxsize=128)(_Strip)
