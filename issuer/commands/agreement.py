"""Whether records, log and checkpoint agree. Not a command of its own: whoever signs or publishes asks first."""

from __future__ import annotations

from collections.abc import Iterator

from issuer import log, records, status
from issuer.commands.session import Session, counted
from issuer.errors import Place


def verify_start(session: Session) -> status.Used:
    """Refuse to start unless records, log and checkpoint agree. Returns the status bits in use."""
    book = log.load(session.repository, session.config)
    used: status.Used = {}

    def on_disk() -> Iterator[tuple[str, Place | None]]:
        for record in records.read(session.repository):
            used.setdefault(record.status.number, set()).add(record.status.index)
            yield record.digest(), record.place

    log.check_records(book, on_disk())
    return used


def unsigned(session: Session) -> tuple[str, ...]:
    """A warning, if there are revocations that no run with the key has signed yet; else nothing."""
    revoked = {number for number, wanted in status.states(session.repository).items() if wanted == "revoked"}
    if not revoked:
        return ()
    state = log.load(session.repository, session.config).state
    waiting = {
        record.id for record in records.current(session.repository) if record.id in revoked and state.get(record.digest()) != "revoked"
    }
    if not waiting:
        return ()
    return (
        f"warning: {counted(len(waiting), 'revocation')} not signed yet, so the page still says valid: run `issuer issue`, then publish",
    )
