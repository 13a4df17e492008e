"""How well the texts of a sheet fit into their boxes, so that people look at the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from issuer.artwork.edition import Text
from issuer.artwork.sheet import Sheet
from issuer.artwork.template.blocks import Block


@dataclass(frozen=True, slots=True, order=True)
class Fit:
    """Of the text that fits worst; a larger Fit is worse. strain: 0 at the size that the template gives, 1 at the smallest it allows, more
    if it does not fit; lines: how many; fullness: of the widest line, of its box; share: its size, of that of the template; fields: what
    stands in it."""

    strain: float
    lines: int
    fullness: float
    share: float
    fields: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether it stays in its box."""
        return self.strain <= 1

    def __str__(self) -> str:
        what = " and ".join(self.fields)
        if not self.fits:
            return f"{what} does not fit"
        if self.strain > 0:
            lines = f", on {self.lines} lines" if self.lines > 1 else ""
            return f"{what} at {self.share:.0%} of its size{lines}"
        return f"{what} on {self.lines} lines" if self.lines > 1 else "fits as drawn"


_EMPTY = Fit(0.0, 0, 0.0, 1.0, ())


class Fits:
    """How sheets of one template fit, found while they pass by: of each only how well its texts fit is kept."""

    def __init__(self) -> None:
        self._read: dict[Block, tuple[str, ...]] = {}  # what a block read first
        self._different: set[Block] = set()  # blocks that did not read the same on all
        self._sheets: list[tuple[tuple[Block, Fit], ...]] = []
        self._equal: dict[Fit, Fit] = {}

    def add(self, sheet: Sheet) -> None:
        """The next sheet."""
        found = []
        for text in sheet.texts:
            said = tuple(line.line.text for line in text.placed.lines)
            if self._read.setdefault(text.block, said) != said:
                self._different.add(text.block)
            fit = _of(text)
            found.append((text.block, self._equal.setdefault(fit, fit)))
        self._sheets.append(tuple(found))

    def worst(self) -> Iterator[Fit]:
        """For each sheet the text that fits worst. A text that reads the same on all of several sheets counts only where it does not fit: a
        title that is a little small says nothing of one recipient."""
        alone = len(self._sheets) == 1
        for found in self._sheets:
            yield max((fit for block, fit in found if alone or block in self._different or not fit.fits), default=_EMPTY)


def _of(text: Text) -> Fit:
    block, placed = text.block, text.placed
    room = block.size - block.min_size
    strain = (block.size - placed.size) / room if room > 0 else 0.0
    if not placed.fits:
        strain = 2 - placed.size / block.size
    fullness = max((line.line.width for line in placed.lines), default=0.0) * placed.size / block.box.width
    return Fit(max(0.0, round(strain, 6)), len(placed.lines), fullness, placed.size / block.size, tuple(sorted(block.fields)))
