"""Columns of numbers that lost their leading zeros: 0123 and 4567 become 123 and 4567 in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_IDENTIFIES = re.compile(
    r"(?:^|[\W_])(?:id|nr|no|num|number|nummer|numéro|numero|número|matrikel\w*|matricul\w*|code|zip|plz|postcode|phone|tel|mobile)(?:$|[\W_])"
    r"|nummer$|number$",
    re.IGNORECASE,
)
_LONGEST = 20


@dataclass(slots=True)
class _Digits:
    """counts: how many cells have that many digits; first: line and text of the first cell of each length."""

    header: str
    counts: dict[int, int] = field(default_factory=dict)
    first: dict[int, tuple[int, str]] = field(default_factory=dict)
    least: int = 10**_LONGEST
    most: int = 0


class Zeros:
    """Sees each row once. A column drops out at its first cell that is no number, or that begins with 0: then none was lost."""

    def __init__(self, columns: Iterable[tuple[str, str]]) -> None:
        """columns: field and header of each column to look at."""
        self.columns = {name: _Digits(header) for name, header in columns}

    def add(self, values: dict[str, str], line: int) -> None:
        """The cells of one row. values: field → text, empty cells absent."""
        for name in list(self.columns):
            text = values.get(name)
            if text is None:
                continue
            length, seen = len(text), self.columns[name]
            if text[0] == "0" or length > _LONGEST or not (text.isascii() and text.isdigit()):
                del self.columns[name]
                continue
            if length in seen.counts:
                seen.counts[length] += 1
            else:
                seen.counts[length], seen.first[length] = 1, (line, text)
            number = int(text)
            seen.least, seen.most = min(seen.least, number), max(seen.most, number)

    def lost(self) -> Iterator[tuple[str, int, str, int, int]]:
        """Field, line and text of the first cell that is too short, how many digits the others have, and how many cells are too short."""
        for name, seen in self.columns.items():
            rows = sum(seen.counts.values())
            usual = max(seen.counts, key=lambda length: (seen.counts[length], length), default=0)
            short = [length for length in seen.counts if length < usual]
            shorter = sum(seen.counts[length] for length in short)
            numbers = bool(_IDENTIFIES.search(seen.header))  # named like one
            least_rows, least_digits, share = (5, 4, 0.6) if numbers else (20, 6, 0.9)
            dense = rows > (seen.most - seen.least + 1) * 0.2  # a running number: 1, 2, 3, …
            if not short or rows < least_rows or usual < least_digits or dense:
                continue
            if max(seen.counts) == usual and seen.counts[usual] >= rows * share and min(short) >= usual - 3:
                line, text = min(seen.first[length] for length in short)
                yield name, line, text, usual, shorter
