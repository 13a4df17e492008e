"""People who would get a second certificate because their row went to another batch, or their batch to another folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from issuer.batch import Batch, digest_of
from issuer.errors import Place
from issuer.planning.plans import Plan, PlannedRow
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.spool import Spool

_SHOWN = 20


def find(plans: Sequence[tuple[Batch, Plan]], left: Mapping[str, Mapping[str, str]]) -> dict[str, list[Finding]]:
    """What to say of them, by the name of the batch that their new rows are in. left: of each batch that has records but no batch.yml any
    more, key → id."""
    gone = {name: dict(keys) for name, keys in left.items() if keys}
    for batch, plan in plans:
        if plan.withdrawn:
            gone[batch.name] = {one.key: one.id for one in plan.withdrawn}
    found: dict[str, list[Finding]] = {}
    for batch, plan in plans if gone else ():
        moved: dict[str, Spool[tuple[PlannedRow, str]]] = {}
        for row in plan.rows:
            for name in gone if row.action == "new" else ():
                if name != batch.name and (certificate := gone[name].get(digest_of(name, row.identity))):
                    moved.setdefault(name, Spool()).append((row, certificate))
        findings = [one for name, rows in moved.items() for one in _findings(batch, name, rows, renamed=name in left)]
        if findings:
            found[batch.name] = findings
    return found


def _findings(batch: Batch, name: str, rows: Spool[tuple[PlannedRow, str]], *, renamed: bool) -> Iterator[Finding]:
    if renamed:
        message = f"{len(rows):,} of its people have a certificate of the batch {name}, whose folder has records but no batch.yml any more"
        hint = f"the name of a batch is fixed once it is issued: put batch.yml and roster back into records/{name}; "
        hint += "if these people are to have a second certificate, write `findings: {batch-renamed: warn}` in batch.yml"
        yield finding(Code.BATCH_RENAMED, Place(batch.settings_path), message, hint)
        return
    for row, certificate in islice(rows, _SHOWN):
        message = (
            f"{shown(row.values['name'])} has the certificate {certificate} of the batch {name}, whose roster does not name them any more"
        )
        hint = f"put the row back there if it is the same award; else issue the second one, and run `issuer revoke {certificate}` if the "
        yield finding(Code.ROW_MOVED, Place(row.file or batch.roster_path, row.line), message, hint + "first was a mistake")
    if len(rows) > _SHOWN:
        message = (
            f"{len(rows) - _SHOWN:,} more of its people have a certificate of the batch {name}, whose roster does not name them any more"
        )
        yield finding(Code.ROW_MOVED, Place(batch.roster_path), message, "see the rows above")
