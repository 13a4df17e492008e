"""A few rows that show what a roster is like: those at which something can go wrong, then others from all over it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from issuer.planning.plans import PlannedRow
from issuer.roster.findings import Finding
from issuer.spool import Spool


def sample(rows: Spool[PlannedRow], findings: Iterable[Finding], count: int, roster: str) -> list[PlannedRow]:
    """At most count rows, in roster order: the longest and the shortest name, the first of each script, the first with each finding, then
    rows at equal distances. findings: of the plan; roster: its file, as findings name it."""
    told: dict[tuple[str, int | None], str] = {}
    for found in findings:
        told.setdefault((found.place.file, found.place.line), found.code)
    longest = shortest = None
    firsts: dict[str, PlannedRow] = {}
    for row in rows:
        name = row.values["name"]
        longest = row if longest is None or len(name) > len(longest.values["name"]) else longest
        shortest = row if shortest is None or len(name) < len(shortest.values["name"]) else shortest
        firsts.setdefault(_script(name), row)
        if code := told.get((row.file or roster, row.line)):
            firsts.setdefault(code, row)
    special = [row for row in (longest, shortest, *firsts.values()) if row is not None]
    chosen = {(row.file, row.line): row for row in special[:count]}
    for step in (max(1, len(rows) // max(1, count - len(chosen))), 1):
        for index, row in enumerate(rows):
            if len(chosen) >= count:
                break
            if index % step == 0:
                chosen.setdefault((row.file, row.line), row)
    return sorted(chosen.values(), key=lambda row: (row.file, row.line))


def _script(name: str) -> str:
    """The script of a name's first letter, as Unicode names it."""
    letter = next((character for character in name if character.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0]
