"""The syntax of PDF objects, ISO 32000-1 section 7.3: numbers, strings, names, dates; and objects in a file, section 7.5.

Dictionaries are written as text, because most of a file is fixed: f"<</Type/Page/Parent {number} 0 R>>".
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache

from zlib_ng import zlib_ng

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"  # the second line tells transport that the file is binary
_PLAIN = re.compile(r"[ -~]*")
_SPECIAL = re.compile(r"[\\()]")
_LEVEL = 2  # 0.1 ms a certificate; level 1 takes half of it, and 1,500 bytes more
_IN_STREAM, _IN_FILE = b"\x02", b"\x01"  # types of an entry of a cross-reference stream, table 18


def number(value: float) -> str:
    """A number with at most two decimals, without zeros that say nothing."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def exact(value: float) -> str:
    """A number with at most six decimals, for matrices."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def string(text: str) -> str:
    """A text string, section 7.9.2.2: as it is if it is ASCII, else UTF-16 in hexadecimal."""
    if _PLAIN.fullmatch(text):
        escaped = _SPECIAL.sub(r"\\\g<0>", text)
        return f"({escaped})"
    return f"<feff{text.encode('utf-16-be', 'replace').hex()}>"


@lru_cache(maxsize=16)
def date(moment: dt.datetime) -> str:
    """An aware moment as a date, section 7.9.4. Certificates of a batch have it in common."""
    return moment.astimezone(dt.UTC).strftime("(D:%Y%m%d%H%M%SZ)")


def deflate(data: bytes) -> bytes:
    """Data as /FlateDecode has it."""
    return zlib_ng.compress(data, _LEVEL)


@dataclass(slots=True)
class Objects:
    """Objects of a file that follow one another in number, from first on. Dictionaries go into one object stream, section 7.5.7."""

    first: int
    dictionaries: list[tuple[int, str]] = field(default_factory=list)
    streams: list[tuple[int, bytes]] = field(default_factory=list)
    next: int = 0

    def __post_init__(self) -> None:
        self.next = self.first

    def reserve(self) -> int:
        """A number for an object that comes later."""
        self.next += 1
        return self.next - 1

    def put(self, number: int, body: str) -> None:
        """A dictionary or array with a number that was reserved."""
        self.dictionaries.append((number, body))

    def add(self, body: str) -> int:
        """A dictionary or array. Returns its number."""
        number = self.reserve()
        self.dictionaries.append((number, body))
        return number

    def stream(self, head: str, data: bytes) -> int:
        """A stream. head: what stands in its dictionary beside the length, such as "/Filter/FlateDecode". Returns its number."""
        number = self.reserve()
        self.streams.append((number, b"<<%s/Length %d>>\nstream\n%b\nendstream" % (head.encode("ascii"), len(data), data)))
        return number

    def packed(self, head: str, data: bytes) -> int:
        """A stream of data that is not yet compressed. Returns its number."""
        return self.stream(f"{head}/Filter/FlateDecode", deflate(data))

    def written(self, at: int) -> tuple[bytes, dict[int, bytes]]:
        """The objects as they stand in a file from offset at, and their entries for its cross-reference stream, by number."""
        holder = self._holder()
        entries = {number: _IN_STREAM + holder.to_bytes(4) + index.to_bytes(2) for index, (number, _) in enumerate(self.dictionaries)}
        parts = []
        for number, body in self.streams:
            entries[number] = _IN_FILE + at.to_bytes(4) + b"\0\0"
            part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            at += len(part)
            parts.append(part)
        return b"".join(parts), entries

    def _holder(self) -> int:
        """The object stream. Returns its number."""
        places, at = [], 0
        for number, body in self.dictionaries:
            places.append(f"{number} {at}")
            at += len(body) + 1
        index = " ".join(places) + "\n"
        bodies = "\n".join([body for _, body in self.dictionaries])
        head = f"/Type/ObjStm/N {len(places)}/First {len(index)}"
        return self.packed(head, (index + bodies).encode("latin-1"))


def cross_references(number: int, at: int, entries: list[bytes], more: str) -> bytes:
    """The cross-reference stream and the end of a file, section 7.5.8. number: the stream's own; at: its offset; entries: of the objects
    from 1 to number - 1; more: the trailer's other entries."""
    table = b"".join([b"\0\0\0\0\0\xff\xff", *entries, _IN_FILE, at.to_bytes(4), b"\0\0"])
    data = deflate(table)
    head = f"<</Type/XRef/Size {number + 1}/W[1 4 2]{more}/Filter/FlateDecode/Length {len(data)}>>"
    return b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, head.encode("ascii"), data, at)
