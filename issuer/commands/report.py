"""issuer report: what happened to a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from issuer import batch, credential, log, planning, records, status
from issuer.commands import private_table
from issuer.commands.send import DELIVERIES
from issuer.commands.session import Result, Session
from issuer.mail.deliveries import Journal


@click.command()
@click.argument("names", nargs=-1, metavar="[BATCH]...")
@click.option("--csv", "table", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Also write who has which link.")
@click.pass_obj
def command(session: Session, names: tuple[str, ...], table: Path | None) -> Result:
    """Counts, times and delivery states of batches.

    BATCH is a folder name under records/; without one, all batches are reported. With --csv FILE a table for your spreadsheet: name,
    e-mail address, link, id, state and mail of every certificate. It is private: keep FILE out of the repository.
    """
    wanted = [batch.named(session.repository, name) for name in names] or batch.names(session.repository)
    reports = [report(session, name) for name in wanted]
    lines: list[Any] = []
    if table is not None:
        private_table.write(session, table, links(session, wanted))
    for item in reports:
        lines.append(Text(item["batch"], style="bold"))
        shown = Table(show_header=False, box=None, pad_edge=False)
        for label, value in item.items():
            if label != "batch":
                shown.add_row(label.replace("_", " "), _shown(value))
        lines.append(shown)
    return Result(lines=tuple(lines), data={"batches": reports})


def report(session: Session, name: str) -> dict[str, Any]:
    """Everything that the records say about one batch."""
    states = status.states(session.repository)
    our_log = log.load(session.repository, session.config)
    issued = corrections = unlogged = expired = 0
    held: Counter[str] = Counter()
    first = last = ""
    for record in records.read_batch(session.repository, name):
        moment = record.credential["validFrom"]
        first, last = first or moment, moment
        corrections += record.revision > 1
    people: set[tuple[str, str]] = set()  # those who are to be mailed
    for record in records.current(session.repository, name):
        issued += 1
        digest = record.digest()
        unlogged += digest not in our_log.issued
        fields = credential.fields(record.credential)
        expired += fields.get("valid_until", "9999") < session.now.date().isoformat()
        if record.id in states:
            held[states[record.id]] += 1
        else:
            people.add((record.id, digest))
    with Journal.open(session.repository / records.FOLDER / name / DELIVERIES) as journal:
        mailed = Counter(
            "unknown" if delivery.state == "sending" else delivery.state
            for number, digest in people
            if (delivery := journal.state(number, digest)) is not None
        )
    return {
        "batch": name,
        "certificates": issued,
        "corrections": corrections,
        "suspended": held["suspended"],
        "revoked": held["revoked"],
        "expired": expired,
        "not_yet_in_the_log": unlogged,
        "first_issued": first,
        "last_issued": last,
        "mail": dict(sorted(mailed.items())),
        "not_mailed": len(people) - sum(mailed.values()),
    }


def links(session: Session, names: list[str]) -> Iterator[tuple[str, ...]]:
    """Who has which link: a header and a row for each certificate."""
    yield "batch", "name", "e-mail", "link", "id", "issued", "state", "mail"
    states = status.states(session.repository)
    for name in names:
        loaded = batch.load(session.repository, name)
        addresses = {row.key: row.values.get("email", "") for row in planning.plan(loaded, {}, now=session.now).rows}
        with Journal.open(loaded.folder / DELIVERIES) as journal:
            for record in records.current(session.repository, name):
                delivery = journal.state(record.id, record.digest())
                state = states.get(record.id, "corrected" if record.revision > 1 else "issued")
                person, address = credential.recipient(record.credential), addresses.get(record.row, "")
                mail = "" if delivery is None else delivery.state
                yield name, person, address, record.credential["id"], record.id, record.credential["validFrom"], state, mail


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {state}" for state, count in value.items()) or "none"
    return str(value) or "–"
