"""Log entries: one form each, and nothing else."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer import log
from issuer.errors import FormatError
from issuer.formats import jcs, strict_json
from issuer.log.events import about_record
from tests.credentials import KEY, NOW, STAMP

A, B = "a" * 64, "b" * 64

GOOD: dict[str, tuple[bytes, bytes]] = {
    "issued": (log.entry("issued", NOW, record=A), b'{"event":"issued","record":"%b","time":"%b"}'),
    "renewed": (
        log.entry("issued", NOW, record=A, renews=B),
        b'{"event":"issued","record":"%b","renews":"' + B.encode() + b'","time":"%b"}',
    ),
    "corrected": (
        log.entry("corrected", NOW, record=A, replaces=B),
        b'{"event":"corrected","record":"%b","replaces":"' + B.encode() + b'","time":"%b"}',
    ),
    **{
        event: (log.entry(event, NOW, record=A), b'{"event":"' + event.encode() + b'","record":"%b","time":"%b"}')
        for event in ("suspended", "reinstated", "revoked")
    },
}
KEYS: dict[str, tuple[bytes, bytes]] = {
    "added": (
        log.entry("key-added", NOW, key=KEY.public, use=["credentials", "log", "status"]),
        b'{"event":"key-added","key":"%b","time":"%b","use":["credentials","log","status"]}',
    ),
    "retired": (log.entry("key-retired", NOW, key=KEY.public), b'{"event":"key-retired","key":"%b","time":"%b"}'),
    "compromised": (
        log.entry("key-compromised", NOW, key=KEY.public, from_=530),
        b'{"event":"key-compromised","from":530,"key":"%b","time":"%b"}',
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_entry_about_a_record(name: str) -> None:
    data, form = GOOD[name]
    assert data == form % (A.encode(), STAMP.encode())
    value = log.parse_entry(data)
    assert value == strict_json.canonical_object(data)
    assert about_record(data) is not None


@pytest.mark.parametrize("name", KEYS)
def test_entry_about_a_key(name: str) -> None:
    data, form = KEYS[name]
    assert data == form % (KEY.public.encode(), STAMP.encode())
    assert log.parse_entry(data) == strict_json.canonical_object(data)
    assert about_record(data) is None


BASE: dict[str, Any] = {"event": "issued", "record": A, "time": STAMP}
ADDED: dict[str, Any] = {"event": "key-added", "key": KEY.public, "time": STAMP, "use": ["log"]}
NO_TIMES: list[Any] = [
    1,
    [],
    "2026-05-31",
    "2026-02-30T08:00:00Z",
    "2026-05-31T08:00:00+00:00",
    "2026-05-31T08:00:00.5Z",
    "2026-05-31T24:00:00Z",
]
BAD: list[dict[str, Any]] = [
    {},
    {**BASE, "event": "lost"},
    {**BASE, "event": ["issued"]},
    {**BASE, "event": None},
    {"record": A, "time": STAMP},
    {"event": "issued", "time": STAMP},
    {"event": "issued", "record": A},
    *({**BASE, "record": record} for record in (1, None, "", A[:-1], A + "a", A.upper(), A[:-1] + "g", "\u0660" * 64)),
    *({**BASE, "time": time} for time in NO_TIMES),
    {**BASE, "more": 1},
    {**BASE, "replaces": B},
    {**BASE, "renews": "b"},
    {**BASE, "renews": B, "replaces": B},
    {**BASE, "event": "corrected"},
    {**BASE, "event": "corrected", "renews": B},
    {**BASE, "event": "corrected", "renews": B, "replaces": B},
    {**BASE, "event": "revoked", "replaces": B},
    {**BASE, "event": "suspended", "renews": B},
    {**BASE, "event": "key-added"},
    {**BASE, "event": "key-retired", "key": KEY.public},
    {**ADDED, "key": "z6Mk"},
    {**ADDED, "key": 1},
    *({**ADDED, "use": use} for use in ([], "log", ["log", "log"], ["log", "credentials"], ["mail"], [1], None)),
    {**ADDED, "renews": B},
    {"event": "key-added", "key": KEY.public, "time": STAMP},
    {**ADDED, "event": "key-retired"},
    {"event": "key-compromised", "key": KEY.public, "time": STAMP},
    *({"event": "key-compromised", "from": index, "key": KEY.public, "time": STAMP} for index in (-1, 1.5, "1", True, None)),
]


@pytest.mark.parametrize("value", BAD, ids=str)
def test_what_is_no_entry(value: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        log.parse_entry(jcs.canonical(value))


def test_an_entry_that_is_none_is_not_made() -> None:
    for event, members in (
        ("lost", {"record": A}),
        ("issued", {}),
        ("issued", {"record": A, "replaces": B}),
        ("corrected", {"record": A}),
        ("key-compromised", {"key": KEY.public, "from_": -1}),
    ):
        with pytest.raises(FormatError):
            log.entry(event, NOW, **members)


@pytest.mark.parametrize("data", [data for data, _ in (*GOOD.values(), *KEYS.values())])
def test_every_other_form_of_an_entry_is_refused(data: bytes) -> None:
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with suppress(FormatError):
            assert log.parse_entry(bytes(changed)) == strict_json.canonical_object(bytes(changed)) != log.parse_entry(data)
    for other in (
        data + b" ",
        data + b"\n",
        b" " + data,
        data[:-1],
        data.replace(b":", b": ", 1),
        data.replace(b"e", b"\\u0065", 1),
        data * 2,
    ):
        with pytest.raises(FormatError):
            log.parse_entry(other)


@given(
    st.from_regex(
        r'\{"event":"[a-z]{6,9}","record":"[0-9a-f]{64}"(,"(renews|replaces)":"[0-9a-f]{64}")?,"time":"20[0-9]{2}-[01][0-9]-[0-3][0-9]T08:00:00Z"\}',
        fullmatch=True,
    )
)
def test_the_quick_way_reads_only_canonical_json(text: str) -> None:
    with suppress(FormatError):
        assert log.parse_entry(text.encode()) == strict_json.canonical_object(text.encode())
