"""Where in the text of a CSV roster the cell of a finding begins, for those who show it there."""

from __future__ import annotations

from collections.abc import Iterable

from issuer.batch import table as table_of
from issuer.errors import RosterError
from issuer.review.reviewing import Part
from issuer.roster.csv_writer import Document
from issuer.roster.findings import Finding

Positions = dict[Finding, tuple[int, int]]
"""Finding → line and character of its cell, both from 1."""


def positions(parts: Iterable[Part], findings: Iterable[Finding]) -> Positions:
    """The positions of the findings that are about a cell of a CSV roster. A roster that cannot be read gives none."""
    wanted: dict[str, list[Finding]] = {}
    for found in findings:
        if found.place.line is not None and found.place.column is not None and found.place.sheet is None:
            wanted.setdefault(found.place.file, []).append(found)
    return {
        found: position
        for part in parts
        if part.batch.roster_path in wanted and part.batch.roster.suffix.lower() == ".csv"
        for found, position in _in_roster(part, wanted[part.batch.roster_path]).items()
    }


def _in_roster(part: Part, findings: list[Finding]) -> Positions:
    batch, found = part.batch, Positions()
    left: dict[int | None, list[Finding]] = {}
    for one in findings:
        left.setdefault(one.place.line, []).append(one)
    try:
        table = table_of(batch)
        document = Document(batch.roster, table, batch.config.encoding)
        for record in document.records():
            for one in left.pop(record.line, ()):
                index = table.headers.index(one.place.column) if one.place.column in table.headers else len(record.cells)
                if index < len(record.cells):
                    found[one] = document.position(record, index)
            if not left:
                break
    except RosterError:
        return found
    return found
