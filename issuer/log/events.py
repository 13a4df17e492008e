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
    rb'\{"event":"([a-z]+)","record":"([0-9a-f]{64})"(?:,"(renews|replaces)":"([0-9a-f]{64})")?,"time":"([0-9TZ:-]{20})"\}'
)
"""An entry about a record. What looks so is RFC 8785 JSON: sorted names, and texts in which nothing is to be escaped."""
_LINKS: dict[str, tuple[str | None, ...]] = {
    "issued": (None, "renews"),
    "corrected": ("replaces",),
    "suspended": (None,),
    "reinstated": (None,),
    "revoked": (None,),
}
"""Event about a record → which other record it may name."""


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


_SHAPES: dict[str, Callable[[Any], bool]] = {
    "from": _is_index,
    "key": _is_key,
    "record": _is_digest,
    "renews": _is_digest,
    "replaces": _is_digest,
    "time": _is_time,
    "use": _is_use,
}
_ABOUT_KEY = {"key-added": {"key", "use"}, "key-retired": {"key"}, "key-compromised": {"from", "key"}}


def entry(event: str, now: dt.datetime, **members: Any) -> bytes:
    """Leaf data for one event. members: record, renews, replaces: SHA-256 of a record.json, hex; key: a Multikey; use: sorted list;
    from_: an index; those that are None are left out. Raises FormatError if they are not those of the event."""
    given = {name.rstrip("_"): member for name, member in members.items() if member is not None}
    value = {"event": event, "time": timestamp.serialise(now), **given}
    _check(value)
    return jcs.canonical(value)


def parse_entry(data: bytes) -> dict[str, Any]:
    """Leaf data → its members. Raises FormatError."""
    found = about_record(data)
    if found is None:
        value = strict_json.canonical_object(data, max_bytes=MAX_BYTES)
        _check(value)
        return value
    event, record, link, other, time = found
    value = {"event": event, "record": record, "time": time}
    return value if link is None else {**value, link: other}


def about_record(data: bytes) -> tuple[str, str, str | None, str | None, str] | None:
    """The members of an entry about a record, the quick way: event, record, renews or replaces and its digest, time. None for any other."""
    match = _ABOUT_RECORD.fullmatch(data)
    if match is None:
        return None
    event, record, link, other, time = match.groups()
    name, named = event.decode(), None if link is None else link.decode()
    moment = time.decode()
    if named not in _LINKS.get(name, ()) or not _is_moment(moment):
        return None
    return name, record.decode(), named, None if other is None else other.decode(), moment


def _check(value: dict[str, Any]) -> None:
    """Raises FormatError unless these are the members of an entry."""
    event = value.get("event")
    if not isinstance(event, str) or (event not in _LINKS and event not in _ABOUT_KEY):
        raise FormatError("is not a log entry")
    link = next((name for name in ("renews", "replaces") if name in value), None)
    wanted = _ABOUT_KEY.get(event) or ({"record"} if link is None else {"record", link})
    if set(value) != {"event", "time", *wanted} or link not in _LINKS.get(event, (None,)):
        raise FormatError(f"has other members than a log entry of the event {event} has")
    for name in ("time", *wanted):
        if not _SHAPES[name](value[name]):
            raise FormatError(f"has a member {name} that is none of a log entry")
