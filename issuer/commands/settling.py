"""Bringing status lists and log up to what the records and revocations.csv say."""

from __future__ import annotations

from dataclasses import dataclass

from issuer import log, records, status
from issuer.commands.session import Session
from issuer.errors import FormatError, IntegrityError
from issuer.formats import data_integrity, multikey
from issuer.records import Record
from issuer.signing import Keys


@dataclass(slots=True)
class _Newest:
    """The newest record of an id. revision counts from 1; index: its status bit; digest: of its record.json."""

    revision: int
    index: int
    digest: str


def settle(session: Session, keys: Keys, *, refresh: bool = False) -> tuple[int, int]:
    """Bring status lists and log up to what records and revocations.csv say. The caller holds records/ and has called verify_start.
    Returns entries added and the log's size."""
    repository, config = session.repository, session.config
    book = log.load(repository, config)
    newest: dict[str, _Newest] = {}
    marks: list[status.Mark] = []
    entries: list[bytes] = []
    issuing = [multikey.decode_public(window.key) for window in config.keys if window.until is None and "credentials" in window.use]
    for record in records.read(repository):
        digest, before = record.digest(), newest.get(record.id)
        if before is not None:
            marks.append(status.Mark(before.index, "replaced", "", record.credential["validFrom"][:10]))
        if digest not in book.issued:
            _refuse_stranger(record, issuing)
            replaces = None if before is None else before.digest
            entries.append(log.entry("issued" if before is None else "corrected", session.now, record=digest, replaces=replaces))
        newest[record.id] = _Newest(record.revision, record.status_index, digest)
    for revocation in status.revocations(repository, newest):
        last = newest[revocation.id]
        marks.append(status.Mark(last.index, "revoked", revocation.reason, revocation.date))
        if book.state.get(last.digest) != "revoked":
            entries.append(log.entry("revoked", session.now, record=last.digest))
    if newest or marks:
        status.write(repository, config, keys.status, marks, session.now, refresh=refresh)
    return len(entries), log.append(repository, config, keys, entries)


def _refuse_stranger(record: Record, keys: list[bytes]) -> None:
    """A record that the log does not name yet must be ours: signed by a key of issuer.yml. Otherwise somebody put it there."""
    document = {**record.credential, "proof": record.proofs[data_integrity.JCS]}
    try:
        _, text, signature = data_integrity.well_formed(document, document["proof"])
        key = multikey.decode_public(text)
        good = key in keys and data_integrity.verify(document, document["proof"], key, signature)
    except FormatError:
        good = False
    if not good:
        raise IntegrityError(
            "this record is in no log and is not signed by the issuer",
            place=record.place,
            hint="take it out: only `issuer issue` writes records",
        )
