"""A list that is written once from front to back and read as often as one likes. What is long lies on the disk, not in memory."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from typing import IO, Generic, TypeVar

_Item = TypeVar("_Item")
_CHUNK = 1000


class Spool(Generic[_Item]):
    """Items that can be pickled. Up to 1,000 are in memory, the others in a temporary file without a name, which only this process can
    read and which is gone when it ends."""

    def __init__(self) -> None:
        self._recent: list[_Item] = []
        self._length = 0
        self._file: IO[bytes] | None = None

    @classmethod
    def of(cls, items: Iterable[_Item]) -> Spool[_Item]:
        """A list of these."""
        made = cls()
        for item in items:
            made.append(item)
        return made

    def append(self, item: _Item) -> None:
        """Add an item behind the others."""
        self._recent.append(item)
        self._length += 1
        if len(self._recent) == _CHUNK:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the list
                weakref.finalize(self, self._file.close)
            self._file.seek(0, 2)
            pickle.dump(self._recent, self._file, pickle.HIGHEST_PROTOCOL)
            self._recent = []

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[_Item]:
        place, recent = 0, self._recent
        left = self._length - len(recent)
        while left and self._file is not None:
            self._file.seek(place)
            chunk: list[_Item] = pickle.load(self._file)  # noqa: S301 - what this process wrote into a file without a name
            place = self._file.tell()
            left -= len(chunk)
            yield from chunk
        yield from recent
