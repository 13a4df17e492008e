"""issuer issue: plan → credentials → records → status → log → checkpoint.

Each step asks what records/ says that is not done yet. So a run that was killed is completed by the next one, and a run with
nothing to do writes nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from issuer import __version__, credential, durable, log, records, signing, status
from issuer.batch import Batch
from issuer.commands import finding_lines
from issuer.commands.agreement import verify_start
from issuer.commands.issued import known
from issuer.commands.planned import Checked, check
from issuer.commands.session import Result, Session, counted
from issuer.commands.settling import settle
from issuer.design import Design
from issuer.errors import Place, RefusedError
from issuer.formats import identifier, timestamp
from issuer.planning import Known, PlannedRow
from issuer.records import Record
from issuer.review import Part, Review
from issuer.roster import csv_reader, new_tables, rejects
from issuer.roster.findings import Severity
from issuer.roster.text import tidy
from issuer.signing import SigningKey


@dataclass(frozen=True, slots=True)
class Issued:
    """signed: records written in this run; logged: entries added to the log; size: entries in the log now; seconds: spent signing."""

    signed: int
    logged: int
    size: int
    seconds: float


_GROWING = ("*/issued-*.jsonl", "templates/*.svg", "pictures/*", "checkpoint")
_WITHDRAWN = "No longer on the list of recipients"
_BYTES_PER_ROW = 16 * 1024  # a record of about 4 KB, written beside its old file, and the log entry


@click.command()
@click.argument("batches", nargs=-1, metavar="[BATCH]...")
@click.pass_obj
def command(session: Session, batches: tuple[str, ...]) -> Result:
    """Sign what is new or corrected, apply revocations, extend the log.

    Needs the signing key: ISSUER_SIGNING_KEY (the secret itself) or ISSUER_SIGNING_KEY_FILE (its file). All or nothing: when a row
    blocks, nothing is signed. Running it again changes nothing.
    """
    checked = check(session, batches)
    if any(item.plan.blocks for item in checked):
        findings = [finding for item in checked for finding in item.plan.findings]
        return Result(
            lines=(*finding_lines.render(findings), "Blocked: correct the errors above. Nothing was issued."),
            data={"blocked": True, "signed": 0},
            exit_code=1,
        )
    done = issue(session, checked)
    if not done.signed and not done.logged:
        last = f"Nothing is new. The log has {done.size} entries."
    else:
        last = (
            f"Signed {counted(done.signed, 'credential')}; the log has {done.size:,} entries. Next: commit records/, then `issuer publish`."
        )
    review = Review(tuple(Part(item.batch, item.plan) for item in checked))
    told = [found for found in review.findings() if found.severity is not Severity.NOTE]
    left_out = [part.left_out for part in review.parts if part.left_out]
    return Result(
        lines=(*finding_lines.render(told), *left_out, last),
        data={"blocked": False, "signed": done.signed, "logged": done.logged, "log_size": done.size},
    )


def issue(session: Session, checked: list[Checked]) -> Issued:
    """Sign and log what the plans say, which must not block. Raises KeyUnusableError, IntegrityError, StorageError."""
    keys = session.keys
    keys.require("credentials", "status", "log")
    folder = session.repository / records.FOLDER
    folder.mkdir(exist_ok=True)
    with durable.exclusive(folder):
        started = time.perf_counter()
        used = verify_start(session)
        rows = sum(item.plan.new + item.plan.corrected for item in checked)
        durable.require_space(folder, rows * _BYTES_PER_ROW + 3 * _size(folder))
        with durable.undone_on_failure(folder, _GROWING):
            log.start(session.repository, session.config, keys)
            signed = sum(_sign_batch(session, item, keys.credentials, used) for item in checked)
        seconds = time.perf_counter() - started
        _revoke_withdrawn(session, checked)
        for item in checked:
            _write_rejected(item)
        logged, size = settle(session, keys)
    return Issued(signed, logged, size, seconds)


def _size(folder: Path) -> int:
    """Bytes in the files that a run rewrites: the log's last file, status lists."""
    last = sorted(folder.glob("log/entries-*.jsonl"))[-1:]
    return sum(path.stat().st_size for path in (*last, *(folder / "status").glob("*.json")) if path.is_file())


def _sign_batch(session: Session, item: Checked, key: SigningKey, used: status.Used) -> int:
    if not item.plan.new and not item.plan.corrected:
        return 0
    from issuer.artwork import designing

    before = known(session, item.batch)
    kept = designing.keep(session.repository, item.template)
    with session.steps(f"Signing {item.batch.name}", item.plan.new + item.plan.corrected) as advance:
        signed = _sign_rows(session, item, key, used, kept, before, advance)
        return records.append(session.repository, item.batch.name, signed)


def _is_signed(row: PlannedRow, before: Known | None, batch: Batch) -> bool:
    """Whether a row need not be signed any more. The plan was made before the lock was taken: another run may have signed it since."""
    if before is not None and before.content == row.content and not before.void:
        return True
    if (None if before is None else before.id) != row.id:
        raise RefusedError(
            "another run issued other certificates of this batch meanwhile",
            place=Place(row.file or batch.roster_path, row.line),
            hint="run the command again: it sees what the other run did",
        )
    return False


def _revoke_withdrawn(session: Session, checked: list[Checked]) -> None:
    """Revoke what batch.yml says is to be revoked of people who left its roster."""
    for item in checked:
        if withdrawn := [one.id for one in item.plan.withdrawn if one.revoke]:
            status.append(session.repository, "revoke", withdrawn, _WITHDRAWN, session.now.date())


def _write_rejected(item: Checked) -> None:
    """Put the rows that were left out where people correct them. A table that has these rows with these codes stays as it is: a hint may
    name lines, which are others once the row stands in this table."""
    plan, roster = item.plan, item.batch.roster
    path = rejects.path_of(roster)
    if item.batch.config.on_error != "skip" or not (plan.rejected or path.is_file()):
        return
    table = rejects.beside(roster, item.batch.roster_path, item.batch.config.encoding)
    there = [] if table is None else [tuple(map(tidy, rejects.texts(table, row)[:-1])) for row in table.rows]
    place = {cells[-2]: index for index, cells in reversed(list(enumerate(there)))}
    rows = sorted(plan.rejected, key=lambda row: place.get(row.mark, len(there)))  # those that were there stay where they were
    if there != [tuple(map(tidy, (*row.cells, row.mark, new_tables.told(row.findings)[0]))) for row in rows] or table is None:
        rejected = [(row.mark, row.cells, row.findings) for row in rows]
        new_tables.write_rejects(path, plan.headers, rejected, csv_reader.delimiter_of(roster, item.batch.config.encoding))


def _sign_rows(
    session: Session,
    item: Checked,
    key: SigningKey,
    used: status.Used,
    design: Design,
    known_before: Mapping[str, Known],
    advance: Callable[[int], None],
) -> Iterator[Record]:
    created = timestamp.serialise(session.now)
    for row in item.plan.pending():
        advance(1)
        before = known_before.get(row.key)
        if _is_signed(row, before, item.batch):
            continue
        place = status.draw(session.config, used)
        number = row.id or identifier.encode(os.urandom(16))
        link = None if row.renews is None else row.renews.link
        unsigned = credential.build(session.config, item.batch, row.values, identifier=number, status=place, now=session.now, renews=link)
        yield Record(
            batch=item.batch.name,
            row=row.key,
            content=row.content,
            revision=1 if before is None else before.revision + 1,
            design=design,
            tool=__version__,
            credential=unsigned,
            proofs=signing.prove(unsigned, key, credential.did(session.config), created),
            renews=None if row.renews is None else row.renews.id,
        )
