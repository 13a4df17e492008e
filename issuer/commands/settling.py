"""Bringing status lists and log up to what issuer.yml, the records and revocations.csv say.

Everything is derived anew each time, and what the log names already is left out. So a run that was killed is completed by the next one,
and the order in the log is always the same: keys, then records, then what was decided of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from issuer import log, records, status
from issuer.commands.session import Session
from issuer.config import IssuerConfig
from issuer.credential import StatusEntry, did, page_url
from issuer.errors import IntegrityError
from issuer.formats import data_integrity
from issuer.records import Record
from issuer.signing import Keys

_KEY_COMPROMISED = "The key that signed it was compromised"
_EVENTS: dict[status.State, str] = {"active": "reinstated", "suspended": "suspended", "revoked": "revoked"}


@dataclass(frozen=True, slots=True)
class _Newest:
    """The newest record of an id. digest: of its record.json, hex; status: where its bits are; void: whether its key was compromised."""

    digest: str
    status: StatusEntry
    void: bool


@dataclass(frozen=True, slots=True)
class _Unlogged:
    """A record that the log does not name yet. replaces: digest of the record before it; renews: id of another certificate."""

    digest: str
    replaces: str | None
    renews: str | None


@dataclass(slots=True)
class _Issued:
    """What the records say. newest: by id; lists: numbers of the lists that they are in; replaced: marks of those that are not the newest;
    renewals: id of the certificate that renews another → the id of that one, and the day; unlogged: in the order of the records."""

    newest: dict[str, _Newest] = field(default_factory=dict)
    lists: set[int] = field(default_factory=set)
    replaced: list[status.Mark] = field(default_factory=list)
    renewals: dict[str, tuple[str, str]] = field(default_factory=dict)
    unlogged: list[_Unlogged] = field(default_factory=list)


def settle(session: Session, keys: Keys, *, refresh: bool = False) -> tuple[int, int]:
    """Bring status lists and log up to what issuer.yml, records and revocations.csv say; with refresh, sign lists anew that are older than
    a day. The caller holds records/ and has called verify_start. Returns entries added and the log's size."""
    repository, config = session.repository, session.config
    our_log = log.load(repository, config)
    issued = _read(session, our_log)
    decided = status.decisions(repository, issued.newest)
    entries = [
        *_about_keys(config, our_log, session.now),
        *_about_records(issued, session.now),
        *_about_decisions(decided, issued, our_log, session.now),
    ]
    if issued.newest:
        marks = [*issued.replaced, *_renewed(config, issued, decided), *_decided(config, issued, decided)]
        status.write(repository, config, keys.status, issued.lists, marks, session.now, refresh=refresh)
    return len(entries), log.append(repository, config, keys, entries)


def _read(session: Session, our_log: log.Log) -> _Issued:
    """Raises IntegrityError for a record that is neither in the log nor ours."""
    config, issued = session.config, _Issued()
    ours = [window.key for window in config.keys if window.until is None and "credentials" in window.use]
    for record in records.read(session.repository):
        digest, day, before = record.digest(), record.credential["validFrom"][:10], issued.newest.get(record.id)
        if before is not None:
            reason = _KEY_COMPROMISED if before.void else ""
            place = before.status
            issued.replaced.append(status.Mark(place.number, place.index, "replaced", reason, day, page_url(config, record.id)))
        index = our_log.issued.get(digest)
        if index is None:
            _refuse_stranger(record, ours, did(config))
            issued.unlogged.append(_Unlogged(digest, None if before is None else before.digest, record.renews))
        if record.renews is not None:
            issued.renewals.setdefault(record.id, (record.renews, day))
        issued.newest[record.id] = _Newest(digest, record.status, config.is_void(record.key, index))
        issued.lists.add(record.status.number)
    for number, (renewed, _) in issued.renewals.items():
        if renewed not in issued.newest:
            hint = "restore the records from Git"
            raise IntegrityError(f"the certificate {number} renews {renewed}, which is not there", hint=hint)
    return issued


def _about_keys(config: IssuerConfig, our_log: log.Log, now: dt.datetime) -> Iterator[bytes]:
    """What issuer.yml says of its keys and the log does not yet."""
    for window in config.keys:
        if window.key not in our_log.keys:
            yield log.entry("key-added", now, key=window.key, use=sorted(window.use))
    for window in config.keys:
        if window.until is not None and our_log.keys.get(window.key) not in ("retired", "compromised"):
            yield log.entry("key-retired", now, key=window.key)
    for window in config.keys:
        if window.compromised is not None and our_log.keys.get(window.key) != "compromised":
            yield log.entry("key-compromised", now, key=window.key, from_=window.until)


def _about_records(issued: _Issued, now: dt.datetime) -> Iterator[bytes]:
    for record in issued.unlogged:
        if record.replaces is not None:
            yield log.entry("corrected", now, record=record.digest, replaces=record.replaces)
        else:
            renewed = None if record.renews is None else issued.newest[record.renews].digest
            yield log.entry("issued", now, record=record.digest, renews=renewed)


def _about_decisions(decided: Mapping[str, status.Decision], issued: _Issued, our_log: log.Log, now: dt.datetime) -> Iterator[bytes]:
    """A corrected certificate keeps what was decided of it: the log says it of the newest record."""
    for decision in decided.values():
        digest = issued.newest[decision.id].digest
        if decision.state != our_log.state.get(digest, "active"):
            yield log.entry(_EVENTS[decision.state], now, record=digest)


def _renewed(config: IssuerConfig, issued: _Issued, decided: Mapping[str, status.Decision]) -> Iterator[status.Mark]:
    """Where to find what renews a certificate, unless that was revoked."""
    for number, (renewed, day) in issued.renewals.items():
        if number not in decided or decided[number].state != "revoked":
            place = issued.newest[renewed].status
            yield status.Mark(place.number, place.index, "renewed", "", day, page_url(config, number))


def _decided(config: IssuerConfig, issued: _Issued, decided: Mapping[str, status.Decision]) -> Iterator[status.Mark]:
    for decision in decided.values():
        if decision.state == "active":
            continue
        place, after = issued.newest[decision.id].status, decision.replacement
        if after and not after.startswith("https://"):
            after = page_url(config, after)
        yield status.Mark(place.number, place.index, decision.state, decision.reason, decision.date, after)


def _refuse_stranger(record: Record, keys: list[str], issuer: str) -> None:
    """A record that the log does not name yet must be ours: both proofs are good, by a key of issuer.yml and in the name of its DID.
    Otherwise somebody put it there."""
    if not all(data_integrity.is_by(record.credential, record.proofs[suite], suite, issuer, keys) for suite in data_integrity.SUITES):
        raise IntegrityError(
            "this record is in no log and is not signed by the issuer",
            place=record.place,
            hint="take it out: only `issuer issue` writes records",
        )
