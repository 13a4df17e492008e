"""What was decided of each certificate: as the log says it and as revocations.csv says it. No revocation may be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from issuer import status
from issuer.audit.checks import Check, Checking
from issuer.audit.material import Material
from issuer.audit.rewriting import Lost
from issuer.errors import Place, RefusedError
from issuer.git import Commit
from issuer.log import place_of


@dataclass(frozen=True, slots=True)
class Standing:
    """What the log last said of a certificate. state: as it is now; index, day: of the entry that made it so."""

    state: Literal["revoked", "suspended", "active"]
    index: int
    day: str


def standings(material: Material) -> dict[str, Standing]:
    """Id → what the log says of it, for each that was ever suspended or revoked. Nothing follows a revocation."""
    found: dict[str, Standing] = {}
    for event in material.log.decided:
        record = material.by_digest.get(event.record)
        if record is None:  # the check of the log says so
            continue
        before = found.get(record.row.id)
        if before is None or before.state != "revoked":
            found[record.row.id] = Standing(_STATES[event.event], event.index, event.day)
    return found


_STATES: dict[str, Literal["revoked", "suspended", "active"]] = {"revoked": "revoked", "suspended": "suspended", "reinstated": "active"}


def check(material: Material, logged: dict[str, Standing], lost: Iterable[Lost]) -> tuple[Check, dict[str, status.Decision]]:
    """What the log says must still stand in revocations.csv; what stands there only, nobody signed yet. lost: lines that were taken out or
    changed, oldest first. Also what revocations.csv says."""
    found = Checking("revocations")
    taken = {(line.row.id, line.row.action): line for line in lost}
    try:
        decided = status.decisions(material.repository, material.newest)
    except RefusedError as error:
        found.add("revocations-unreadable", place=error.place, reason=error.message.partition("\n")[0])
        return found.done(), {}
    for number, standing in logged.items():
        written = decided.get(number)
        state = None if written is None else written.state
        if standing.state == "revoked" and state != "revoked":
            place, commit = _taken(taken.get((number, "revoke")), standing)
            found.add("revocation-taken-back", place=place, index=standing.index, commit=commit, id=number)
        elif standing.state == "suspended" and state is None:
            place, commit = _taken(taken.get((number, "suspend")), standing)
            found.add("suspension-taken-back", place=place, index=standing.index, commit=commit, id=number)
    for number, written in decided.items():
        standing_now = logged[number].state if number in logged else "active"
        if written.state != standing_now and standing_now != "revoked":
            found.add("decision-unsigned", place=Place(status.REVOCATIONS, written.line), id=number, state=written.state)
    states = [standing.state for standing in logged.values()]
    found.counts = {"revoked": states.count("revoked"), "suspended": states.count("suspended")}
    return found.done(), decided


def _taken(lost: Lost | None, standing: Standing) -> tuple[Place, Commit | None]:
    """Where a decision stood before somebody took it out, and the commit that did; its log entry if no commit did."""
    return (place_of(standing.index), None) if lost is None or lost.commit is None else (lost.place, lost.commit)
