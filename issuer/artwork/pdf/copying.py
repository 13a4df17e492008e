"""Copying objects of another PDF into ours, with what they refer to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pikepdf

from issuer.artwork.pdf.syntax import Objects


class Copier:
    """Writes objects of other documents into ours. Equal streams are written once.

    known: numbers of what is in our file already, by content; used: of these, and of what was added, what was referred to.
    indirect: whether dictionaries that are objects of their own stay so, as those of fonts must (ISO 32000-1 section 9.8).
    """

    def __init__(self, objects: Objects, known: Mapping[bytes, int] | None = None, *, indirect: bool = False) -> None:
        self.objects = objects
        self.known = known or {}
        self.used: dict[bytes, int] = {}
        self.indirect = indirect

    def value(self, found: Any) -> str:
        """An object as text. What must be an object of its own is added, and referred to."""
        if isinstance(found, pikepdf.Stream):
            return f"{self.stream(found)} 0 R"
        if isinstance(found, pikepdf.Dictionary):
            body = f"<<{self.entries(found)}>>"
            if not (self.indirect and found.is_indirect):
                return body
            return f"{self._once(body.encode('latin-1'), lambda: self.objects.add(body))} 0 R"
        if isinstance(found, pikepdf.Array):
            return f"[{' '.join(self.value(item) for item in found.as_list())}]"
        if isinstance(found, pikepdf.Object):
            return found.unparse().decode("latin-1")
        return _scalar(found)

    def entries(self, found: Any) -> str:
        """A dictionary's entries as text."""
        return "".join(f"{key} {value}" for key, value in self.values(found).items())

    def values(self, found: Any) -> dict[str, str]:
        """A dictionary's entries. PDF/A wants pictures drawn as they are: ISO 19005-3, 6.2.8."""
        kept = {key: value for key, value in found.as_dict().items() if key not in ("/Length", "/Interpolate", "/Parent")}
        return {key: self.value(value) for key, value in kept.items()}

    def stream(self, found: pikepdf.Stream) -> int:
        """Add a stream as it is packed. Returns its number."""
        head, data = self.entries(found.stream_dict), found.read_raw_bytes()
        return self._once(head.encode("latin-1") + b"\n" + data, lambda: self.objects.stream(head, data))

    def _once(self, content: bytes, add: Callable[[], int]) -> int:
        key = hashlib.sha256(content).digest()
        number = self.used.get(key) or self.known.get(key) or add()
        self.used[key] = number
        return number


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):  # no exponents, section 7.3.3
        return f"{value:.12f}".rstrip("0").rstrip(".")
    return "null" if value is None else str(value)
