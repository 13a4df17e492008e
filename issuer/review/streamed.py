"""A list for JSON whose items are made while it is written, so that a plan of a million rows is never in memory a second time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any


class Streamed(list[Any]):
    """To json.JSONEncoder.iterencode a list, which it reads once from front to back. items: gives them anew each time."""

    def __init__(self, items: Callable[[], Iterable[Any]]) -> None:
        super().__init__()
        self._items = items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items())

    def __bool__(self) -> bool:
        """Whether there is a first item: for an empty list the encoder writes []."""
        return any(True for _ in self._items())

    def __len__(self) -> int:
        return sum(1 for _ in self._items())
