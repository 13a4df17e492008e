"""Whether records, log and checkpoint agree. Not a command of its own: whoever signs or publishes asks first."""

from __future__ import annotations

from collections.abc import Iterator

from issuer import log, records
from issuer.commands.session import Session
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
