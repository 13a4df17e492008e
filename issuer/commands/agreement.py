"""Whether records, log, checkpoint and revocations.csv agree, and go on from what Git says they were. Not a command of its own: whoever
signs or publishes asks first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from issuer import git, log, records, status
from issuer.commands.session import Session, counted
from issuer.config import IssuerConfig
from issuer.errors import FormatError, IntegrityError, Place
from issuer.formats import checkpoint, signed_note
from issuer.roster.findings import Finding

_LOOKED_AT = 200
"""Commits that changed the checkpoint: months of issuing. Asking git costs some 20 ms, whatever the length of the log. An older one needs
no look, as each run in between has compared the log with those before it."""
_RECORDS = ":(glob)records/*/issued-*.jsonl"
_NOUNS: dict[status.State, str] = {"revoked": "revocation", "suspended": "suspension", "active": "reinstatement"}


def verify_start(session: Session) -> status.Used:
    """Refuse to start unless records, log, checkpoint and revocations.csv agree and nothing of them went back.
    Returns the status bits in use. Raises IntegrityError, RefusedError with every mistake of revocations.csv."""
    used, mistakes = agree(session)
    if mistakes:
        raise status.refusal(mistakes)
    return used


def agree(session: Session) -> tuple[status.Used, list[Finding]]:
    """The same, with the mistakes of revocations.csv as findings. Raises IntegrityError."""
    our_log = log.load(session.repository, session.config)
    used: status.Used = {}
    ids: set[str] = set()
    held: dict[str, status.State] = {}

    def on_disk() -> Iterator[tuple[str, Place | None]]:
        for record in records.read(session.repository):
            digest, place = record.digest(), record.status
            used.setdefault(place.number, set()).add(place.index)
            ids.add(record.id)
            if digest in our_log.state and held.get(record.id) != "revoked":
                held[record.id] = our_log.state[digest]
            yield digest, record.place

    log.check_records(our_log, on_disk())
    decided, mistakes = status.read(session.repository, ids)
    if not mistakes:
        _refuse_lost(held, decided)
    head = _head(session.repository)
    if head is not None:
        _refuse_edited(session.repository, head)
        _refuse_back(session.repository, session.config, our_log)
    return used, mistakes


def _head(repository: Path) -> str | None:
    """The newest commit, None if the folder is in no Git repository or nothing was committed. Raises IssuerError if git refuses to look."""
    if not any((folder / ".git").exists() for folder in (repository.resolve(), *repository.resolve().parents)):
        return None  # also where git is not installed
    return None if git.completeness(repository) == "none" else git.resolve(repository, "HEAD")


def _refuse_edited(repository: Path, head: str) -> None:
    """Lines are only ever added to records: what the newest commit has must be the beginning of what is there. The log covers what was
    signed, not the row that it was for. Edits that were committed are what `issuer audit` looks for."""
    for letters, path in git.uncommitted(repository, [_RECORDS]):
        before = None if letters == "??" else git.file_at(repository, head, path)
        if before is None:
            continue
        file = repository / path
        if not file.is_file() or not file.read_bytes().startswith(before):
            raise IntegrityError(
                "was edited: lines that are committed were changed or are gone",
                place=Place(path),
                hint=f"only `issuer issue` writes records: git checkout HEAD -- {path}; if you restored an older state, commit it first",
            )


def _refuse_back(repository: Path, config: IssuerConfig, our_log: log.Log) -> None:
    """The log only grows: it must go on from the longest log that the issuer signed and somebody committed. Otherwise commits of CI were
    reverted, what they revoked would be valid again, and the next signature would contradict a published one."""
    longest = _longest(repository, config)
    if longest is not None and (longest.size > our_log.size or our_log.tree.root(longest.size) != longest.root):
        raise IntegrityError(
            f"the log was put back: a commit has one of {longest.size:,} entries, which this one of {our_log.size:,} does not continue",
            place=Place(log.CHECKPOINT),
            hint=f"restore records/ from the newest commit that has it, see `git log {log.CHECKPOINT}`; do not revert commits of CI",
        )


def _longest(repository: Path, config: IssuerConfig) -> checkpoint.Checkpoint | None:
    """The largest checkpoint in the last _LOOKED_AT commits that changed it, as far back as the clone goes; of several of one size the one
    that was committed first, None if there is none. What the issuer did not sign for this log does not count."""
    commits = git.changed_in(repository, log.CHECKPOINT, _LOOKED_AT)
    with git.Blobs(repository) as blobs:
        notes = [blobs.read(f"{commit}:./{log.CHECKPOINT}") for commit in commits]
    stated = ((_size(note), note) for note in dict.fromkeys(notes) if note)
    for _, note in sorted(stated, key=lambda both: both[0], reverse=True):
        try:
            return log.checkpoint_of(note, config)
        except IntegrityError:
            continue
    return None


def _size(note: bytes) -> int:
    """What a note says, whoever signed it; -1 if it is none."""
    try:
        return checkpoint.parse(signed_note.parse(note).text).size
    except FormatError:
        return -1


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
