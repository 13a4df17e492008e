"""issuer expiring: certificates that end soon, and a batch that renews them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from issuer import batch, batch_renewal, credential, durable, duration, planning, records, status
from issuer.commands import private_table
from issuer.commands.issued import known
from issuer.commands.session import Result, Session, counted
from issuer.errors import Place, RefusedError, UsageError
from issuer.records import Record

_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate that ends. row: its row key; until: its last day, ISO; ended: whether that has passed; state: "suspended" or "";
    renewed_by: the id of the certificate that renews it, "" while there is none."""

    id: str
    url: str
    name: str
    achievement: str
    achievement_id: str
    batch: str
    row: str
    until: str
    ended: bool
    state: str
    renewed_by: str = ""


class _Within(click.ParamType[duration.Duration]):
    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> duration.Duration:
        try:
            return value if isinstance(value, duration.Duration) else duration.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command()
@click.option("--within", type=_Within(), default="60d", show_default=True, metavar="DURATION", help="How soon: 60d, 8 weeks, 6 months.")
@click.option("--batch", "name", metavar="BATCH", help="Only certificates of this batch.")
@click.option("--csv", "table", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Also write them as a table.")
@click.option("--write", "new", metavar="NEWBATCH", help="Make records/NEWBATCH, a batch that renews them.")
@click.pass_obj
def command(session: Session, within: duration.Duration, name: str | None, table: Path | None, new: str | None) -> Result:
    """List the certificates that end soon or have ended.

    Revoked ones are left out. --csv FILE is private: keep FILE out of the repository.

    --write NEWBATCH makes a batch that renews those that nobody has renewed yet. Its batch.yml is that of the old batch without the
    dates, which you fill in. Its roster has the rows of these people as they stand in the old roster today, and a column with the
    ids of their old certificates. Then check and issue as always.
    """
    wanted = None if name is None else batch.named(session.repository, name)
    found = [ending for ending in endings(session, within) if wanted in (None, ending.batch)]
    if table is not None:
        private_table.write(session, table, _rows(found))
    lines: list[Any] = [_line(ending) for ending in found[:_SHOWN]]
    if len(found) > _SHOWN:
        lines.append(f"… and {len(found) - _SHOWN:,} more; --csv FILE lists them all")
    lines.append(_summary(found, within.after(session.now.date())))
    data: dict[str, Any] = {"certificates": [_json(ending) for ending in found]}
    if new is not None:
        written = write(session, found, new)
        lines += written.lines
        data |= written.data
    return Result(lines=tuple(lines), data=data)


def endings(session: Session, within: duration.Duration) -> list[Ending]:
    """The certificates that end within a duration from today or have ended, and were not revoked: those that end first come first."""
    today, last = session.now.date().isoformat(), within.after(session.now.date()).isoformat()
    states = status.states(session.repository)
    found: dict[str, Ending] = {}
    renewals: dict[str, str] = {}  # certificate → the one that it renews
    for record in records.read(session.repository):
        for known_before in (found, renewals):
            known_before.pop(record.id, None)
        if states.get(record.id) == "revoked":
            continue
        if record.renews is not None:
            renewals[record.id] = record.renews
        if (ending := _ending(record, today, states.get(record.id, ""))) and ending.until <= last:
            found[record.id] = ending
    renewed = {old: number for number, old in renewals.items()}
    made = (dataclasses.replace(ending, renewed_by=renewed.get(number, "")) for number, ending in found.items())
    return sorted(made, key=lambda ending: (ending.until, ending.batch, ending.name))


def _ending(record: Record, today: str, state: str) -> Ending | None:
    said = credential.fields(record.credential)
    until = said.get("valid_until")
    if until is None:
        return None
    return Ending(
        id=record.id,
        url=said["url"],
        name=said["name"],
        achievement=said["achievement"],
        achievement_id=record.credential["credentialSubject"]["achievement"]["id"],
        batch=record.batch,
        row=record.row,
        until=until,
        ended=until < today,
        state=state,
    )


def write(session: Session, found: Iterable[Ending], new: str) -> Result:
    """Make records/<new>, a batch that renews those of found that are not renewed yet. Raises RefusedError or UsageError."""
    wanted = [ending for ending in found if not ending.renewed_by]
    old = _only_batch(session, wanted, new)
    keys = {row.key: (row.file, row.line) for row in planning.plan(old, known(session, old), now=session.now).rows}
    lines = {keys[ending.row]: ending.id for ending in wanted if ending.row in keys}
    missing = [ending for ending in wanted if ending.row not in keys]
    if not lines:
        hint = "put their rows back, or make the new batch by hand, as the guide says (site/guide/renewals.md)"
        raise RefusedError("none of these people has a row without an error in the roster", place=Place(old.roster_path), hint=hint)
    made = batch_renewal.make(old, wanted[0].achievement_id, lines)
    folder = session.repository / records.FOLDER / new
    durable.write(folder / batch_renewal.ROSTER, made.roster)
    durable.write(folder / "batch.yml", made.settings)
    said = [f"left out: {ending.name} ({ending.id}): no row without an error in {old.roster_path}" for ending in missing]
    said.append(f"Wrote records/{new}: {counted(len(lines), 'row')}. Next: fill in the dates in its batch.yml, then `issuer check {new}`.")
    return Result(tuple(said), {"written": new, "rows": len(lines), "left_out": [ending.id for ending in missing]})


def _only_batch(session: Session, wanted: list[Ending], new: str) -> batch.Batch:
    """The batch that is renewed. Raises UsageError if there are several, or if the new one cannot be made."""
    names = sorted({ending.batch for ending in wanted})
    if not names:
        raise RefusedError("nobody is left to renew", hint="--within 1y looks further ahead")
    if len(names) > 1:
        raise UsageError(
            f"these certificates are of {len(names)} batches: {', '.join(names)}", hint="choose one, as in --batch " + names[0]
        )
    if not batch.BATCH_NAME.fullmatch(new):
        raise UsageError(f"{new!r} is no name of a batch", hint="use a-z, 0-9 and -, at most 80 characters, such as 2028-05-first-aid")
    if (session.repository / records.FOLDER / new).exists():
        raise UsageError(f"records/{new} is there already", hint="choose another name")
    return batch.load(session.repository, names[0])


def _summary(found: list[Ending], last: dt.date) -> str:
    if not found:
        return f"No certificate has ended or ends by {last}."
    ended, renewed = sum(ending.ended for ending in found), sum(bool(ending.renewed_by) for ending in found)
    more = f"; {renewed:,} of them renewed already" if renewed else ""
    return f"{counted(len(found), 'certificate')}: {ended:,} ended, {len(found) - ended:,} to end by {last}{more}."


def _line(ending: Ending) -> str:
    renewed = ending.renewed_by and f", renewed by {ending.renewed_by}"
    state = ending.state and f", {ending.state}"
    ends = "ended" if ending.ended else "ends"
    return f"{ending.until} {ends:5} {ending.id}  {ending.name}: {ending.achievement} ({ending.batch}{state}{renewed})"


def _rows(found: list[Ending]) -> Iterable[tuple[str, ...]]:
    yield "until", "name", "achievement", "batch", "id", "link", "state", "renewed by"
    for ending in found:
        state = "ended" if ending.ended else ending.state
        yield ending.until, ending.name, ending.achievement, ending.batch, ending.id, ending.url, state, ending.renewed_by


def _json(ending: Ending) -> dict[str, Any]:
    return {
        "id": ending.id,
        "url": ending.url,
        "name": ending.name,
        "achievement": ending.achievement,
        "batch": ending.batch,
        "valid_until": ending.until,
        "ended": ending.ended,
        "state": ending.state,
        "renewed_by": ending.renewed_by or None,
    }
