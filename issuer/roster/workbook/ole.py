"""OLE compound files (MS-CFB), which XLS workbooks and encrypted XLSX workbooks are: the names of their streams, and what one holds."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA
"""The largest number of a sector; above are marks, such as the end of a chain."""
_STREAM, _ROOT = 2, 5


class DamagedError(Exception):
    """The file is not what MS-CFB says."""


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    first: int
    size: int


class CompoundFile:
    """data: the whole file. Raises DamagedError when it, or a stream that is read, is broken."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._open()
        except struct.error:
            raise DamagedError from None

    @property
    def names(self) -> set[str]:
        """The names of its streams and storages."""
        return set(self._entries)

    def stream(self, name: str) -> bytes:
        """What a stream holds (MS-CFB 2.4: short ones lie in the stream of the root)."""
        entry = self._entries[name]
        if entry.kind != _STREAM:
            raise DamagedError
        if entry.size >= self._cutoff:
            content = self._read(entry.first)
        else:
            short = self._read(self._root.first)
            content = b"".join(short[64 * number : 64 * number + 64] for number in self._chain(entry.first, self._short_next))
        if len(content) < entry.size:
            raise DamagedError
        return content[: entry.size]

    def _open(self) -> None:
        if self._data[:8] != MAGIC:
            raise DamagedError
        (shift,) = struct.unpack_from("<H", self._data, 30)
        if shift not in (9, 12):
            raise DamagedError
        self._sector = 1 << shift
        directory, _, self._cutoff, short_first, _, table_first, _ = struct.unpack_from("<7I", self._data, 48)
        tables = [number for number in struct.unpack_from("<109I", self._data, 76) if number <= _LAST]
        tables += self._further_tables(table_first)
        self._next = _numbers(b"".join(self._at(number) for number in tables))
        self._short_next = _numbers(self._read(short_first))
        self._entries: dict[str, _Entry] = {}
        content = self._read(directory)
        for place in range(0, len(content) - 127, 128):
            raw, length, kind = struct.unpack_from("<64sHB", content, place)
            first, size = struct.unpack_from("<II", content, place + 116)
            if kind:
                name = raw[: max(length - 2, 0)].decode("utf-16-le", "replace")
                self._entries.setdefault(name, _Entry(kind, first, size))
        roots = [entry for entry in self._entries.values() if entry.kind == _ROOT]
        if not roots:
            raise DamagedError
        self._root = roots[0]

    def _further_tables(self, number: int) -> list[int]:
        """The sectors of the allocation table beyond the 109 that the header names."""
        found: list[int] = []
        for _ in range(len(self._data) // self._sector + 1):
            if number > _LAST:
                return found
            numbers = _numbers(self._at(number))
            found += [each for each in numbers[:-1] if each <= _LAST]
            number = numbers[-1]
        raise DamagedError

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        content = self._data[start : start + self._sector]
        if not content:
            raise DamagedError
        return content.ljust(self._sector, b"\0")

    def _read(self, first: int) -> bytes:
        return b"".join(self._at(number) for number in self._chain(first, self._next))

    def _chain(self, first: int, following: tuple[int, ...]) -> list[int]:
        """The numbers of the sectors from the first on. A chain that leads in a circle or nowhere is damage."""
        numbers: list[int] = []
        while first <= _LAST:
            if first >= len(following) or len(numbers) >= len(following):
                raise DamagedError
            numbers.append(first)
            first = following[first]
        return numbers


def _numbers(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])
