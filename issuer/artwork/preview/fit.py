"""How well the texts of a sheet fit into their boxes, so that people look at the worst first."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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


def worst(sheet: Sheet, alike: Collection[Block] = ()) -> Fit:
    """How the text fits that fits worst. alike: blocks that read the same on every sheet, which count only where they do not fit."""
    found = ((text.block, _of(text)) for text in sheet.texts)
    return max((fit for block, fit in found if block not in alike or not fit.fits), default=_EMPTY)


def alike(sheets: Iterable[Sheet]) -> frozenset[Block]:
    """The blocks that read the same on all of two sheets or more: a title that is a little small says nothing of one recipient."""
    read: dict[Block, set[tuple[str, ...]]] = {}
    count = 0
    for sheet in sheets:
        count += 1
        for text in sheet.texts:
            read.setdefault(text.block, set()).add(tuple(line.line.text for line in text.placed.lines))
    return frozenset(block for block, texts in read.items() if len(texts) == 1) if count > 1 else frozenset()


def _of(text: Text) -> Fit:
    block, placed = text.block, text.placed
    room = block.size - block.min_size
    strain = (block.size - placed.size) / room if room > 0 else 0.0
    if not placed.fits:
        strain = 2 - placed.size / block.size
    fullness = max((line.line.width for line in placed.lines), default=0.0) * placed.size / block.box.width
    return Fit(max(0.0, round(strain, 6)), len(placed.lines), fullness, placed.size / block.size, tuple(sorted(block.fields)))
