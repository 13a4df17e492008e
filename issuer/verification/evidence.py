"""What a verdict rests on: bytes as published, what is said about the issuer read once and shared by many certificates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)
class About:
    """What an issuer publishes about itself; None is what could not be had. did: the DID document; keys: keys.json; register: the
    status register; checkpoint: the newest one that its site shows; lists: address of a status list → its bytes, for our own issuers
    those with the jcs proof. Share one About between many certificates: it is read once."""

    did: bytes | None = None
    keys: bytes | None = None
    register: bytes | None = None
    checkpoint: bytes | None = None
    lists: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log about a record. index: 0-based; kind: issued, corrected, suspended, reinstated, revoked, or replaced (the
    entry that corrected it); time: aware, as the entry says."""

    index: int
    kind: str
    time: dt.datetime


@dataclass(frozen=True, slots=True)
class History:
    """What the log says of a record, for "was it valid then?". at: aware, the moment that is asked about; entries: all about this
    record's digest in the order of the log, proved to be all by whoever read the log under its checkpoint."""

    at: dt.datetime
    entries: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One question. record: record.json or credential.json; now: aware; about: its issuer; beside: for credential.json the record.json
    of the same id, which is what the log names; proof: the tlog-proof; expected: the DID that the reader expects; wanted: the
    certificate that the reader asked for, by its id or by its address without the scheme, None for whichever the file is;
    as_of: judge it for that moment, None for now."""

    record: bytes
    now: dt.datetime
    about: About = field(default_factory=About)
    beside: bytes | None = None
    proof: bytes | None = None
    expected: str | None = None
    wanted: str | None = None
    as_of: History | None = None
