"""Do records and log name each other, one to one?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import groupby

from issuer.audit.checks import Check, Checking
from issuer.audit.material import Found, Material
from issuer.log import place_of


def check(material: Material) -> Check:
    """Every record is in the log once, every issued or corrected entry has its record, and so has every other event."""
    check = Checking("logged")
    entries = material.log
    missing = sorted(logged.index for digest, logged in entries.issued.items() if digest not in material.by_digest)
    edited: set[int] = set()
    for record, index in _strangers(material, missing):
        check.add("record-not-logged" if index is None else "record-edited", place=record.place, index=index)
        edited |= set() if index is None else {index}
    for index in missing:
        if index not in edited:
            check.add("record-missing", place=place_of(index), index=index)
    for logged in entries.issued.values():
        if logged.again is not None:
            check.add("record-logged-twice", place=place_of(logged.again), index=logged.again, first=logged.index)
    for decided in entries.decided:
        if decided.record not in material.by_digest:
            check.add("event-stray", place=place_of(decided.index), index=decided.index, event=decided.event)
    check.counts = {"records": len(material.by_digest), "entries": len(entries.issued)}
    return check.done()


def _strangers(material: Material, missing: list[int]) -> Iterator[tuple[Found, int | None]]:
    """The records that the log does not name, each with the entry that was its own before somebody edited it: where as many entries
    without a record lie between the entries of its neighbours in the file as there are such records in a row. Else None.
    missing: sorted."""
    for scan in material.scans:
        low = -1
        runs = [(named, list(rows)) for named, rows in groupby(scan.rows, key=lambda row: row.digest in material.log.issued)]
        for number, (named, rows) in enumerate(runs):
            if named:
                low = material.log.issued[rows[-1].digest].index
                continue
            following = runs[number + 1][1][0] if number + 1 < len(runs) else None
            high = material.log.size if following is None else material.log.issued[following.digest].index
            between = missing[bisect_right(missing, low) : bisect_left(missing, high)]
            indexes: list[int] | list[None] = between if len(between) == len(rows) else [None] * len(rows)
            for row, index in zip(rows, indexes, strict=True):
                yield Found(scan, row), index
