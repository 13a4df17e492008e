"""keys.json: which key may sign what, and from which log entry to which.

{"did":"did:web:…","keys":[{"compromised":null,"from":0,"key":"z6Mk…","until":null,"use":["credentials","log","status"],…}],
 "log":{"origin":"certificates.example.org/log",…},…}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Window:
    """key: a Multikey; start ≤ log index < until, None while it is in use; use: any of credentials, status, log; compromised: the ISO
    day on which the issuer reported it stolen, None for a key that was not."""

    key: str
    start: int
    until: int | None
    use: frozenset[str]
    compromised: str | None

    def holds(self, index: int) -> bool:
        """Whether a log index is inside."""
        return self.start <= index and (self.until is None or index < self.until)

    @property
    def is_empty(self) -> bool:
        """Whether no log index can be inside."""
        return self.until is not None and self.until <= self.start


@dataclass(frozen=True, slots=True)
class Windows:
    """windows: in the order of keys.json; origin: the log's name, None if it says none."""

    windows: tuple[Window, ...]
    origin: str | None

    def of(self, key: str, use: str) -> list[Window]:
        """The windows of a key for one use."""
        return [window for window in self.windows if window.key == key and use in window.use]

    def in_use(self, use: str) -> list[str]:
        """The keys that may sign what is current (decision 0007): never a retired one."""
        return [window.key for window in self.windows if window.until is None and use in window.use]


def read(keys: Mapping[str, Any]) -> Windows:
    """keys.json as parsed; a malformed key is left out, so that it counts for nothing."""
    items, log = keys.get("keys"), keys.get("log")
    origin = log.get("origin") if isinstance(log, dict) else None
    found = tuple(window for item in (items if isinstance(items, list) else []) for window in _window(item))
    return Windows(found, origin if isinstance(origin, str) else None)


def _window(item: Any) -> Iterator[Window]:
    if not isinstance(item, dict):
        return
    key, use, compromised = item.get("key"), item.get("use"), item.get("compromised")
    start, until = _whole(item.get("from")), _whole(item.get("until"))
    if not isinstance(key, str) or start is None or (until is None and item.get("until") is not None):
        return
    if not isinstance(use, list) or not all(isinstance(word, str) for word in use):
        return
    if compromised is not None and (not isinstance(compromised, str) or until is None):
        return
    yield Window(key, start, until, frozenset(use), compromised)


def _whole(number: Any) -> int | None:
    """A number as JavaScript reads it: to it, 3.0 is 3. None for any other."""
    if type(number) is int or (type(number) is float and number.is_integer()):
        return int(number)
    return None
