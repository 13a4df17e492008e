"""Rows that renew an older certificate: each gets it, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from issuer import renewal
from issuer.errors import Place
from issuer.planning.plans import Known, PlannedRow
from issuer.roster.findings import Code, Finding, finding
from issuer.spool import Spool


def renewed(
    rows: Spool[PlannedRow], lookup: renewal.Lookup, known: Mapping[str, Known], place: Callable[[PlannedRow], Place]
) -> Iterator[tuple[PlannedRow, list[Finding]]]:
    """Every row, with the certificate that it renews, and what the checks say of that. lookup: asked once; place: where its cell stands."""
    wanted = {row.values["renews"] for row in rows if "renews" in row.values and row.action != "unchanged"}
    found = lookup(wanted) if wanted else {}
    taken: dict[str, int] = {}
    for row in rows:
        number = row.values.get("renews")
        if number is None or row.action == "unchanged":
            yield row, []
        else:
            old = found.get(number)
            findings = list(_findings(row, number, old, known, taken, place(row)))
            yield row._replace(renews=old), findings


def _findings(
    row: PlannedRow, number: str, old: renewal.Old | None, known: Mapping[str, Known], taken: dict[str, int], place: Place
) -> Iterable[Finding]:
    """taken: old certificate → the first line that renews it; it grows."""
    first = taken.setdefault(number, row.line)
    if first != row.line:
        message = f"the certificate {number} is renewed in line {first} and again in line {row.line}"
        return [finding(Code.RENEWAL_TWICE, place, message, "take one of the two rows out")]
    if old is not None and row.id is not None and known[row.key].values.get("renews") == number:
        return []  # a correction of what was found good when it was issued
    return renewal.check(number, row.values["name"], old, place)
