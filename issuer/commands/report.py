"""issuer report: what happened to a batch."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click
from rich.table import Table

from issuer import batch, credential, log, records, status
from issuer.commands.session import Result, Session
from issuer.errors import UsageError
from issuer.mail.deliveries import Journal


@click.command()
@click.argument("names", nargs=-1, metavar="[BATCH]...")
@click.pass_obj
def command(session: Session, names: tuple[str, ...]) -> Result:
    """Counts, times and delivery states of batches.

    BATCH is a folder name under records/; without one, all batches are reported.
    """
    existing = batch.names(session.repository)
    wanted = [name.strip("/").removeprefix("records/") for name in names] or existing
    for name in wanted:
        if name not in existing:
            raise UsageError(f"there is no batch {name!r}", hint=f"batches: {', '.join(existing) or 'there is none yet'}")
    reports = [report(session, name) for name in wanted]
    lines: list[Any] = []
    for item in reports:
        table = Table(show_header=False, box=None, pad_edge=False, title=item["batch"], title_justify="left", title_style="bold")
        for label, value in item.items():
            if label != "batch":
                table.add_row(label.replace("_", " "), _shown(value))
        lines.append(table)
    return Result(lines=tuple(lines), data={"batches": reports})


def report(session: Session, name: str) -> dict[str, Any]:
    """Everything that the records say about one batch."""
    revoked_ids = {revocation.id for revocation in status.revocations(session.repository)}
    book = log.load(session.repository, session.config)
    issued = corrections = revoked = unlogged = expired = 0
    first = last = ""
    for record in records.read_batch(session.repository, name):
        moment = record.credential["validFrom"]
        first, last = first or moment, moment
        corrections += record.revision > 1
    people: set[tuple[str, str]] = set()
    for record in records.current(session.repository, name):
        issued += 1
        revoked += record.id in revoked_ids
        digest = record.digest()
        unlogged += digest not in book.issued
        fields = credential.fields(record.credential)
        expired += fields.get("valid_until", "9999") < session.now.date().isoformat()
        people.add((record.id, digest))
    with Journal.open(session.repository / records.FOLDER / name / "deliveries.jsonl") as journal:
        states = Counter(
            "unknown" if delivery.state == "sending" else delivery.state
            for number, digest in people
            if (delivery := journal.state(number, digest)) is not None
        )
    return {
        "batch": name,
        "certificates": issued,
        "corrections": corrections,
        "revoked": revoked,
        "expired": expired,
        "not_yet_in_the_log": unlogged,
        "first_issued": first,
        "last_issued": last,
        "mail": dict(sorted(states.items())),
        "not_mailed": len(people) - sum(states.values()),
    }


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {state}" for state, count in value.items()) or "none"
    return str(value) or "–"
