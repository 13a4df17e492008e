"""issuer revoke: take certificates back."""

from __future__ import annotations

from collections.abc import Callable

import click

from issuer import credential, durable, records, signing, status
from issuer.commands.agreement import verify_start
from issuer.commands.session import Result, Session
from issuer.commands.settling import settle
from issuer.errors import FormatError, KeyUnusableError, Place, UsageError
from issuer.formats import identifier


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--reason", required=True, help="Why, in words that may be published: the page shows it.")
@click.option("--yes", is_flag=True, help="Do not ask. Without a terminal nothing is asked either.")
@click.pass_obj
def command(session: Session, ids: tuple[str, ...], reason: str, *, yes: bool) -> Result:
    """Take certificates back. This cannot be undone.

    ID is the 26 characters at the end of a certificate's address, or the address itself; `issuer report --csv FILE` lists them.
    The revocation is written to records/revocations.csv. With the signing key at hand the status list and the log follow at once;
    otherwise the next `issuer issue` or `issuer refresh` signs them.
    """
    ask = session.confirm if session.interactive and not yes else None
    names, signed = revoke_and_sign(session, ids, reason, ask)
    last = (
        "The status list and the log are signed. Next: commit records/, then `issuer publish`."
        if signed
        else "Not signed yet, for there is no signing key here: the page says valid until `issuer issue` has run with the key.\n"
        f"hint: {signing.hint(session.environment, session.repository)}"
    )
    lines = [f"revoked {number}   {name}" for number, name in names.items()]
    return Result(lines=(*lines, last), data={"revoked": list(names), "signed": signed})


def revoke_and_sign(
    session: Session, ids: tuple[str, ...], reason: str, ask: Callable[[str], None] | None = None
) -> tuple[dict[str, str], bool]:
    """Append the revocations and, with a key at hand, sign lists and log. ask: stops the command if the answer to its question is no.
    Returns id → recipient, and whether it signed."""
    return revoke(session, ids, reason, ask), _sign(session)


def revoke(session: Session, ids: tuple[str, ...], reason: str, ask: Callable[[str], None] | None = None) -> dict[str, str]:
    """Append the revocations. Returns id → recipient. Raises UsageError naming every id that is unknown or revoked already."""
    if not reason.strip() or "\n" in reason:
        raise UsageError("the reason is empty or has more than one line", hint='write it as one line: --reason "Issued by mistake"')
    with durable.exclusive(session.repository / records.FOLDER):
        people = {record.id: credential.recipient(record.credential) for record in records.read(session.repository)}
        gone = {revocation.id for revocation in status.revocations(session.repository, people)}
        wanted, mistakes = [], []
        for text in ids:
            try:
                number = identifier.normalise(text.rstrip("/").rpartition("/")[2])
            except FormatError as error:
                mistakes.append(error.message)
                continue
            if number not in people:
                mistakes.append(f"no certificate has the id {number}")
            elif number in gone:
                mistakes.append(f"{number} is revoked already")
            elif number not in wanted:
                wanted.append(number)
        if mistakes:
            raise UsageError(
                "; ".join(mistakes), place=Place(status.REVOCATIONS), hint="nothing was revoked; `issuer report --csv FILE` lists the ids"
            )
        if ask is not None:
            ask(f"Revoke for good: {', '.join(people[number] for number in wanted)}?")
        status.append_revocations(session.repository, wanted, reason.strip(), session.now.date())
    return {number: people[number] for number in wanted}


def _sign(session: Session) -> bool:
    """Sign lists and log if there is a key for it. A key that is there but wrong is an error."""
    if signing.ENVIRONMENT not in session.environment and signing.ENVIRONMENT_FILE not in session.environment:
        return False
    try:
        keys = session.keys
    except KeyUnusableError as error:
        raise KeyUnusableError(
            f"the revocation is written, but not signed: {error}", hint=f"{error.hint}; then run `issuer issue`"
        ) from None
    with durable.exclusive(session.repository / records.FOLDER):
        verify_start(session)
        settle(session, keys)
    return True
