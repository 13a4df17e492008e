"""Whether records, log, checkpoint and revocations.csv agree. Not a command of its own: whoever signs or publishes asks first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from issuer import log, records, status
from issuer.commands.session import Session, counted
from issuer.errors import IntegrityError, Place
from issuer.roster.findings import Finding

_NOUNS: dict[status.State, str] = {"revoked": "revocation", "suspended": "suspension", "active": "reinstatement"}


def verify_start(session: Session) -> status.Used:
    """Refuse to start unless records, log, checkpoint and revocations.csv agree. Returns the status bits in use.
    Raises IntegrityError, RefusedError with every mistake of revocations.csv."""
    used, mistakes = agree(session)
    if mistakes:
        raise status.refusal(mistakes)
    return used


def agree(session: Session) -> tuple[status.Used, list[Finding]]:
    """The same, with the mistakes of revocations.csv as findings. Raises IntegrityError."""
    book = log.load(session.repository, session.config)
    used: status.Used = {}
    ids: set[str] = set()
    held: dict[str, status.State] = {}

    def on_disk() -> Iterator[tuple[str, Place | None]]:
        for record in records.read(session.repository):
            digest, place = record.digest(), record.status
            used.setdefault(place.number, set()).add(place.index)
            ids.add(record.id)
            if digest in book.state and held.get(record.id) != "revoked":
                held[record.id] = book.state[digest]
            yield digest, record.place

    log.check_records(book, on_disk())
    decided, mistakes = status.read(session.repository, ids)
    if not mistakes:
        _refuse_lost(held, decided)
    return used, mistakes


def _refuse_lost(held: Mapping[str, status.State], decided: Mapping[str, status.Decision]) -> None:
    """What the log says was revoked or suspended must stand in revocations.csv: no certificate comes back because a line went missing."""
    lost = [
        number for number, state in held.items() if number not in decided or (state == "revoked" and decided[number].state != "revoked")
    ]
    if lost:
        more = "" if len(lost) == 1 else f"; so are those of {len(lost) - 1:,} more"
        raise IntegrityError(
            f"the log says that {lost[0]} was {held[lost[0]]}, but its line is gone{more}",
            place=Place(status.REVOCATIONS),
            hint=f"restore the line, which `git log -p {status.REVOCATIONS}` shows; only a suspension can be ended: `issuer reinstate`",
        )


def unsigned(session: Session) -> tuple[str, ...]:
    """A warning, if something was decided that no run with the key has signed yet; else nothing."""
    decided = status.decisions(session.repository)
    if not decided:
        return ()
    state = log.load(session.repository, session.config).state
    waiting = Counter(
        decided[record.id].state
        for record in records.current(session.repository)
        if record.id in decided and state.get(record.digest(), "active") != decided[record.id].state
    )
    if not waiting:
        return ()
    what = ", ".join(counted(waiting[wanted], noun) for wanted, noun in _NOUNS.items() if waiting[wanted])
    return (f"warning: {what} not signed yet, so the pages do not show it: run `issuer issue`, then publish",)
