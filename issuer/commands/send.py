"""issuer send: records → mail → deliveries."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import click

from issuer import batch, credential, log, planning, records, status
from issuer.batch import Batch
from issuer.commands.session import Result, Session, counted
from issuer.config import SmtpServer
from issuer.errors import ConfigError, Place, UsageError
from issuer.mail.deliveries import Journal
from issuer.mail.dialogue import PASSWORD_VARIABLE
from issuer.mail.sending import Letter, deliver, should_send
from issuer.records import Record

DELIVERIES = "deliveries.jsonl"


@dataclass(frozen=True, slots=True)
class Again:
    """What to try again beyond what is due. failed, unknown: states; force: do not wait for deferred ones."""

    failed: bool = False
    unknown: bool = False
    force: bool = False


@dataclass(slots=True)
class Sent:
    """states: how many letters ended how in this run; waiting: due later; without_address: certificates whose row has no address."""

    states: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    without_address: int = 0


@click.command()
@click.argument("batches", nargs=-1, metavar="[BATCH]...")
@click.option("--dry-run", is_flag=True, help="Print the mails that are due instead of sending them.")
@click.option("--smtp", metavar="HOST:PORT", help="Another server, without encryption: only for a server on this machine.")
@click.option("--retry-failed", is_flag=True, help="Also what a server refused for good, for example after correcting an address.")
@click.option("--retry-unknown", is_flag=True, help="Also what may have arrived: the server took the message and did not answer.")
@click.option("--force", is_flag=True, help="Do not wait before trying deferred mails again.")
@click.pass_obj
def command(
    session: Session, batches: tuple[str, ...], smtp: str | None, *, dry_run: bool, retry_failed: bool, retry_unknown: bool, force: bool
) -> Result:
    """Mail each recipient the link to their certificate.

    What was sent is never sent again: records/BATCH/deliveries.jsonl keeps what happened, without addresses. A temporary refusal is
    tried again by a later run, a final one is recorded. The password of the mail server comes from ISSUER_SMTP_PASSWORD.
    """
    again = Again(retry_failed, retry_unknown, force)
    if dry_run:
        letters = list(_due(session, batches, again))
        last = f"{counted(len(letters), 'mail')} due; nothing was sent."
        return Result(lines=(*(_readable(letter) for letter in letters), last), data={"due": len(letters)})
    done = send(session, batches, server=_server(session, smtp), again=again)
    parts = [f"{count} {state}" for state, count in sorted(done.states.items())] or ["nothing was due"]
    if done.waiting:
        parts.append(f"{done.waiting} are tried again later")
    if done.without_address:
        parts.append(f"{done.without_address} have no address")
    bad = done.states["failed"] + done.states["unknown"]
    return Result(
        lines=("Mail: " + ", ".join(parts) + ".",),
        data={**done.states, "waiting": done.waiting, "without_address": done.without_address},
        exit_code=1 if bad else 0,
    )


def send(session: Session, names: tuple[str, ...], *, server: SmtpServer, again: Again | None = None) -> Sent:
    """Send every letter that is due, batch by batch. Raises NetworkError when the server cannot be used at all."""
    again = again or Again()
    done = Sent()
    for item in _batches(session, names):
        with Journal.open(item.folder / DELIVERIES) as journal:
            letters = list(_letters(session, item, journal, done))
            due = [letter for letter in letters if _is_due(journal, letter, session.now, again)]
            done.waiting += sum(_waits(journal, letter) for letter in letters) - sum(_waits(journal, letter) for letter in due)
            if not due:
                continue
            with session.steps(f"Mailing {item.name}", len(due)) as advance:
                for delivery in deliver(
                    due,
                    server,
                    journal,
                    clock=lambda: session.now,
                    password=session.environment.get(PASSWORD_VARIABLE),
                    retry_unknown=again.unknown,
                    retry_failed=again.failed,
                    force=again.force,
                ):
                    done.states[delivery.state] += 1
                    advance(1)
    return done


def _readable(letter: Letter) -> str:
    """A letter as its recipient will read it: the headers that matter, and the text part."""
    data = letter.message if isinstance(letter.message, bytes) else letter.message().as_bytes()
    message = message_from_bytes(data, policy=policy.default)
    heads = "\n".join(f"{name}: {message[name]}" for name in ("From", "To", "Subject"))
    part = message.get_body(("plain",))
    text = "\n".join(str(part.get_content()).strip().splitlines()) if isinstance(part, EmailMessage) else ""
    return f"{heads}\n\n{text}\n{'─' * 72}"


def _due(session: Session, names: tuple[str, ...], again: Again) -> Iterator[Letter]:
    for item in _batches(session, names):
        with ExitStack() as stack:
            journal = stack.enter_context(Journal.open(item.folder / DELIVERIES))
            for letter in _letters(session, item, journal, Sent()):
                if _is_due(journal, letter, session.now, again):
                    yield letter


def _letters(session: Session, item: Batch, journal: Journal, done: Sent) -> Iterator[Letter]:
    """A letter for each current certificate that is in the log, is neither suspended nor revoked, and whose row has an address."""
    addresses = {row.key: row.values.get("email") for row in planning.plan(item, {}, now=session.now).rows}
    held = status.states(session.repository)
    logged = log.load(session.repository, session.config).issued
    mailed = {delivery.id for delivery in journal if delivery.state == "sent"}
    for record in records.current(session.repository, item.name):
        if record.id in held or record.digest() not in logged:
            continue
        address = addresses.get(record.row)
        if address is None:
            done.without_address += 1
            continue
        yield _letter(session, item, record, address, corrected=record.id in mailed)


def _letter(session: Session, item: Batch, record: Record, address: str, *, corrected: bool) -> Letter:
    """corrected: the recipient had mail about this certificate; if about this very revision, the letter will not be due."""
    fields, mail = credential.fields(record.credential), session.config.mail
    revision = record.digest()
    sender = mail.from_ if mail else ""

    shows = "png" in item.config.formats and (item.config.mail.preview if item.config.mail.preview is not None else mail and mail.preview)

    def message() -> EmailMessage:
        from issuer.mail.compose import compose  # late: Jinja and the style sheets take a tenth of a second

        return compose(
            fields,
            address=address,
            recipient_name=fields["name"],
            issuer=session.config,
            words=item.config.mail,
            revision=revision,
            now=session.now,
            language=item.config.achievement.language,
            corrected=corrected,
            optional=item.config.columns,
            picture=_picture(session, record) if shows else None,
        )

    return Letter(id=record.id, revision=revision, message=message, sender=sender, recipient=address)


def _picture(session: Session, record: Record) -> bytes:
    from issuer.artwork import drawing  # late: what draws takes a second to load, and a mail may have no picture

    return drawing.picture(session.repository, record)


def _batches(session: Session, names: tuple[str, ...]) -> Iterator[Batch]:
    if session.config.mail is None:
        raise ConfigError("there are no mail settings", place=Place("issuer.yml"), hint="add `mail:` with `from:` and `support:`")
    for name in names or batch.names(session.repository):
        yield batch.load(session.repository, batch.named(session.repository, name))


def _is_due(journal: Journal, letter: Letter, now: dt.datetime, again: Again) -> bool:
    previous = journal.state(letter.id, letter.revision)
    return should_send(previous, now, retry_unknown=again.unknown, retry_failed=again.failed, force=again.force)


def _waits(journal: Journal, letter: Letter) -> bool:
    previous = journal.state(letter.id, letter.revision)
    return previous is not None and previous.state == "deferred"


def _server(session: Session, smtp: str | None) -> SmtpServer:
    settings = session.config.mail
    if smtp is not None:
        host, _, port = smtp.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise UsageError(f"--smtp {smtp!r} is not HOST:PORT", hint="write it as 127.0.0.1:2525")
        return SmtpServer(host=host, port=int(port), security="none")
    if settings is None or settings.smtp is None:
        raise ConfigError(
            "there is no mail server", place=Place("issuer.yml"), hint="add `smtp:` below `mail:`, or use --dry-run or --smtp"
        )
    return settings.smtp
