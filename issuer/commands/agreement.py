"""Whether records, log and checkpoint agree. Not a command of its own: whoever signs or publishes asks first."""

from __future__ import annotations

from collections.abc import Iterator

from issuer import log, records, status
from issuer.commands.session import Session, counted
from issuer.errors import Place


def verify_start(session: Session) -> set[int]:
    """Refuse to start unless records, log and checkpoint agree. Returns the status bits in use."""
    book = log.load(session.repository, session.config)
    used: set[int] = set()

    def on_disk() -> Iterator[tuple[str, Place | None]]:
        for record in records.read(session.repository):
            used.add(record.status_index)
            yield record.digest(), record.place

    log.check_records(book, on_disk())
    return used


def unsigned(session: Session) -> tuple[str, ...]:
    """A warning, if there are revocations that no run with the key has signed yet; else nothing."""
    revoked = {revocation.id for revocation in status.revocations(session.repository)}
    if not revoked:
        return ()
    signed = log.load(session.repository, session.config).revoked
    waiting = {record.id for record in records.current(session.repository) if record.id in revoked and record.digest() not in signed}
    if not waiting:
        return ()
    return (
        f"warning: {counted(len(waiting), 'revocation')} not signed yet, so the page still says valid: run `issuer issue`, then publish",
    )
