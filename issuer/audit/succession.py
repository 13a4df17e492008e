"""Do ids, revisions, corrections and renewals follow one another, in the records and in the log alike?"""

from __future__ import annotations

from issuer.audit.checks import Check, Checking
from issuer.audit.entries import Issued
from issuer.audit.material import Found, Material


def check(material: Material) -> Check:
    """Each id has revisions 1, 2, 3 … of one row; the first is logged as issued, each other as the correction of the one before."""
    check = Checking("succession")
    newest: dict[str, Found] = {}
    rows: dict[tuple[str, str], str] = {}
    corrections = renewals = 0
    for record in material.records():
        row, before = record.row, newest.get(record.row.id)
        following = 1 if before is None else before.row.revision + 1
        if row.revision != following:
            check.add("revision-wrong", place=record.place, revision=row.revision, id=row.id, following=following)
        other = rows.setdefault((record.scan.batch, row.row), row.id)
        if other != row.id:
            check.add("row-doubled", place=record.place, id=row.id, other=other)
        if before is not None and (before.row.row, before.scan.batch) != (row.row, record.scan.batch):
            check.add("row-other", place=record.place, id=row.id)
        _logged(check, material, record, before)
        corrections += before is not None
        renewals += row.renews is not None
        newest[row.id] = record
    for record in material.records():
        _renews(check, material, record)
    check.counts = {"certificates": len(newest), "corrections": corrections, "renewals": renewals}
    return check.done()


def _logged(check: Checking, material: Material, record: Found, before: Found | None) -> None:
    """The entry of a record says what the record is."""
    entry = material.log.issued.get(record.row.digest)
    if entry is None:  # the check of the log says so
        return
    if entry.event != ("issued" if before is None else "corrected"):
        check.add("event-wrong", place=record.place, index=entry.index, revision=record.row.revision, id=record.row.id, event=entry.event)
    elif before is not None:
        _follows(check, material, record, before, entry)


def _follows(check: Checking, material: Material, record: Found, before: Found, entry: Issued) -> None:
    earlier = material.log.issued.get(before.row.digest)
    if earlier is not None and earlier.index > entry.index:
        check.add("logged-before", place=record.place, index=entry.index, revision=record.row.revision, id=record.row.id)
    if entry.before != before.row.digest:
        check.add("replaces-wrong", place=record.place, index=entry.index, id=record.row.id)


def _renews(check: Checking, material: Material, record: Found) -> None:
    """What a certificate renews is here, and the log says the same."""
    row, entry = record.row, material.log.issued.get(record.row.digest)
    if row.renews is not None and row.renews not in material.newest:
        check.add("renews-unknown", place=record.place, index=None if entry is None else entry.index, id=row.id, renewed=row.renews)
    elif entry is not None and entry.event == "issued":
        renewed = None if entry.before is None else material.by_digest.get(entry.before)
        if row.renews != (None if renewed is None else renewed.row.id):
            check.add("renews-differ", place=record.place, index=entry.index, id=row.id)
