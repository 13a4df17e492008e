"""What the log says: one event an entry, RFC 8785 JSON.

    {"event":"issued","record":"<sha256 of record.json>","time":"2026-05-30T08:00:00Z"}      "renews": the record that it follows
    {"event":"corrected","record":"…","replaces":"<the record that it replaces>","time":"…"}
    {"event":"suspended","record":"…","time":"…"}                                            so too reinstated and revoked
    {"event":"key-added","key":"z6Mk…","time":"…","use":["credentials","log","status"]}
    {"event":"key-retired","key":"z6Mk…","time":"…"}
    {"event":"key-compromised","from":530,"key":"z6Mk…","time":"…"}                          from: the first entry that does not count

An entry names no certificate id: ids are unguessable addresses, and the log is public.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from issuer.config import USES
from issuer.errors import FormatError
from issuer.formats import jcs, multikey, strict_json, timestamp

MAX_BYTES = 1024

_DIGEST = re.compile(r"[0-9a-f]{64}")
_ABOUT_RECORD = re.compile(
    rb'\{"event":"(issued|corrected|suspended|reinstated|revoked)","record":"([0-9a-f]{64})"'
    rb'(?:,"(renews|replaces)":"([0-9a-f]{64})")?,"time":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)"\}'
)
"""What an entry about a record looks like, if it is one: all but whether the event takes renews or replaces, and whether the day exists."""


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _is_key(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(multikey.decode_public(value))
    except FormatError:
        return False


def _is_use(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and value == sorted(set(USES).intersection(map(str, value)))


def _is_index(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and _is_moment(value)


@lru_cache(maxsize=1024)
def _is_moment(text: str) -> bool:
    """Whether text is a moment as the log writes it. Cached, because a run writes all its entries with one."""
    try:
        return timestamp.serialise(timestamp.parse(text)) == text
    except FormatError:
        return False


_MEMBERS: dict[str, tuple[str, ...]] = {
    "issued": ("record",),
    "corrected": ("record", "replaces"),
    "suspended": ("record",),
    "reinstated": ("record",),
    "revoked": ("record",),
    "key-added": ("key", "use"),
    "key-retired": ("key",),
    "key-compromised": ("from", "key"),
}
_SHAPES: dict[str, Callable[[Any], bool]] = {
    "event": lambda value: value in _MEMBERS,
    "from": _is_index,
    "key": _is_key,
    "record": _is_digest,
    "renews": _is_digest,
    "replaces": _is_digest,
    "time": _is_time,
    "use": _is_use,
}


def entry(event: str, now: dt.datetime, **members: Any) -> bytes:
    """Leaf data for one event. members: record, renews, replaces: SHA-256 of a record.json, hex; key: a Multikey; use: sorted list;
    from_: an index; those that are None are left out. Raises FormatError if they are not those of the event."""
    given = {name.rstrip("_"): member for name, member in members.items() if member is not None}
    value = {"event": event, "time": timestamp.serialise(now), **given}
    _check(value)
    return jcs.canonical(value)


def parse_entry(data: bytes) -> dict[str, Any]:
    """Leaf data → its members. Raises FormatError."""
    match = _ABOUT_RECORD.fullmatch(data)
    if match is None:
        value = strict_json.canonical_object(data, max_bytes=MAX_BYTES)
    else:  # canonical by its shape: sorted names, and texts without anything to escape
        event, record, name, other, time = (None if group is None else group.decode() for group in match.groups())
        value = {"event": event, "record": record, "time": time}
        if name is not None:
            value[name] = other
    _check(value)
    return value


def _check(value: dict[str, Any]) -> None:
    event = value.get("event")
    wanted = _MEMBERS.get(event) if isinstance(event, str) else None
    if wanted is None:
        raise FormatError("is not a log entry")
    optional = event == "issued" and "renews" in value
    if len(value) != len(wanted) + 2 + optional or "time" not in value or any(name not in value for name in wanted):
        raise FormatError(f"has other members than a log entry of the event {event} has")
    for name, member in value.items():
        if not _SHAPES[name](member):
            raise FormatError(f"has a member {name} that is none of a log entry")
