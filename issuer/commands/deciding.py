"""What `issuer revoke`, `suspend` and `reinstate` do: a plan, a question, lines in revocations.csv, signed lists and log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path

import click

from issuer import durable, records, signing, status
from issuer.commands.agreement import verify_start
from issuer.commands.selecting import Selected, Selection, select
from issuer.commands.session import Result, Session, counted
from issuer.commands.settling import settle
from issuer.errors import FormatError, KeyUnusableError, UsageError

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Verb:
    """action: the word in revocations.csv; state: what it leads to; done: as in "revoked 0x4m…"; already: as in "is revoked already";
    question: before what cannot be undone, or is public."""

    action: status.Action
    state: status.State
    done: str
    already: str
    question: str


REVOKE = Verb("revoke", "revoked", "revoked", "revoked already", "Revoke {these} for good? It cannot be undone.")
SUSPEND = Verb("suspend", "suspended", "suspended", "suspended already", "Suspend {these}?")
REINSTATE = Verb("reinstate", "active", "reinstated", "not suspended", "Reinstate {these}?")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a command would do; all are id → recipient. wanted: whose state changes; already: whose state it is; final: who was revoked,
    which nothing changes; total: how many certificates there are."""

    wanted: dict[str, str] = field(default_factory=dict)
    already: dict[str, str] = field(default_factory=dict)
    final: dict[str, str] = field(default_factory=dict)
    total: int = 0


@dataclass(frozen=True, slots=True)
class Choices:
    """How a command goes about it. reason: one line that is published; dry_run: show the plan only; ask: before anything is written."""

    reason: str
    dry_run: bool = False
    ask: bool = True


def options(command: Callable[..., Result]) -> Callable[..., Result]:
    """The argument and the options that the three commands share. command: takes a Session, a Selection, Choices, and its own options."""

    @wraps(command)
    def filled(
        session: Session,
        *,
        ids: tuple[str, ...],
        file: Path | None,
        batch: str | None,
        where: tuple[str, ...],
        reason: str,
        dry_run: bool,
        yes: bool,
        **others: str | None,
    ) -> Result:
        return command(session, Selection(ids, file, batch, where), Choices(reason, dry_run, ask=not yes), **others)

    added: Callable[..., Result] = filled
    for add in reversed(_OPTIONS):
        added = add(added)
    return added


_OPTIONS = (
    click.argument("ids", nargs=-1, metavar="[ID]..."),
    click.option("--reason", required=True, help="Why, in words that may be published: the page shows it."),
    click.option("--batch", metavar="NAME", help="Everybody in a batch."),
    click.option(
        "--where", multiple=True, metavar="FIELD=VALUE", help="Everybody with this value, as in score=91; repeated, with all of them."
    ),
    click.option(
        "--from",
        "file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Everybody in FILE: an id or address a line, or a table with a column `id`, as `issuer report --csv` writes it.",
    ),
    click.option("--dry-run", is_flag=True, help="Show who it would be, and change nothing."),
    click.option("--yes", is_flag=True, help="Do not ask. Without a terminal nothing is asked either."),
)


def decide(session: Session, verb: Verb, selection: Selection, choices: Choices, replacement: str | None = None) -> Result:
    """Plan, ask, write and sign. replacement: the id or address of what holds instead. Raises UsageError, also if no certificate has one of
    the ids: then nothing is written."""
    reason = _one_line(choices.reason)
    selected = select(session, selection)
    made = plan(session, verb, selected)
    instead = _replacement(replacement, made, selected) if replacement is not None and made.wanted else ""
    data = {"total": made.total, verb.done: [], "already": list(made.already), "final": list(made.final), "signed": False}
    if choices.dry_run or not made.wanted:
        last = "Nothing was written." if choices.dry_run else f"Nobody is to be {verb.done}: nothing was written."
        data["planned"] = list(made.wanted)
        return Result((*_shown(verb, made, planned=True), last), data, exit_code=1 if made.final and not made.wanted else 0)
    if session.interactive and choices.ask:
        question = verb.question.format(these=counted(len(made.wanted), "certificate"))
        session.confirm("\n".join([*_shown(verb, made, planned=True), question]))
    signed = apply(session, verb, made.wanted, reason, instead)
    last = (
        "The status lists and the log are signed. Next: commit records/, then `issuer publish`."
        if signed
        else "Not signed yet, for there is no signing key here: the page shows it when `issuer issue` has run with the key.\n"
        f"hint: {signing.hint(session.environment, session.repository)}"
    )
    return Result((*_shown(verb, made, planned=False), last), {**data, verb.done: list(made.wanted), "signed": signed})


def plan(session: Session, verb: Verb, selected: Selected) -> Plan:
    """What would become of those who are meant. Raises RefusedError with every mistake of revocations.csv."""
    decided = status.decisions(session.repository, selected.everybody)
    made = Plan(total=len(selected.everybody))
    for number, name in selected.people.items():
        state = decided[number].state if number in decided else "active"
        part = made.already if state == verb.state else made.final if state == "revoked" else made.wanted
        part[number] = name
    return made


def apply(session: Session, verb: Verb, ids: Iterable[str], reason: str, replacement: str = "") -> bool:
    """Append the lines and, with a key at hand, sign lists and log. replacement: as `status.replacement_of` gives it. Returns whether it
    signed. Raises KeyUnusableError for a key that is there but wrong: the lines are written then."""
    with durable.exclusive(session.repository / records.FOLDER):
        status.append(session.repository, verb.action, ids, reason, session.now.date(), replacement=replacement)
    if signing.ENVIRONMENT not in session.environment and signing.ENVIRONMENT_FILE not in session.environment:
        return False
    with durable.exclusive(session.repository / records.FOLDER):
        verify_start(session)
        try:
            settle(session, session.keys)
        except KeyUnusableError as error:
            raise KeyUnusableError(f"it is written, but not signed: {error}", hint=f"{error.hint}; then run `issuer issue`") from None
    return True


def _one_line(reason: str) -> str:
    hint = 'write it as one line: --reason "Issued by mistake"'
    try:
        found = status.reason_of(reason)
    except FormatError as error:
        raise UsageError(f"the reason {error.message}", hint=hint) from None
    if not found:
        raise UsageError("the reason is empty", hint=hint)
    return found


def _replacement(text: str, made: Plan, selected: Selected) -> str:
    if len(made.wanted) != 1:
        raise UsageError("--replacement is for one certificate", hint="revoke the others apart, or leave --replacement out")
    try:
        return status.replacement_of(text, of=next(iter(made.wanted)), known=selected.everybody)
    except FormatError as error:
        raise UsageError(f"--replacement: {error.message}", hint=error.hint) from None


def _shown(verb: Verb, made: Plan, *, planned: bool) -> Iterator[str]:
    """The plan, or what was done: at most _SHOWN certificates of each kind."""
    heading = f"would be {verb.done}" if planned else verb.done
    if planned:
        yield f"{counted(len(made.wanted), 'certificate')} of {made.total:,} {heading}"
    yield from _people(heading, made.wanted)
    yield from _people(verb.already, made.already)
    yield from _people(f"revoked for good, so not {verb.done}", made.final)


def _people(heading: str, people: Mapping[str, str]) -> Iterator[str]:
    for number, name in list(people.items())[:_SHOWN]:
        yield f"{heading} {number}   {name}"
    if len(people) > _SHOWN:
        yield f"{heading}: {len(people) - _SHOWN:,} more; --json lists them all"
