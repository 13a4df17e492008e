"""issuer preview: roster → drafts, without a key."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import click
from rich.table import Table
from rich.text import Text

from issuer import batch, planning
from issuer.artwork import drawing
from issuer.artwork.template import faults
from issuer.batch import Batch
from issuer.batch_config import Format
from issuer.commands import drafts, finding_lines, template_files
from issuer.commands.drafts import Desk, Draft
from issuer.commands.planned import lint_template, load_template
from issuer.commands.session import Result, Session, counted
from issuer.config import ISSUER_YML, IssuerConfig
from issuer.errors import IssuerError, TemplateError, UsageError
from issuer.roster.findings import Finding

_SAMPLE = 12
_PAUSE = 0.25  # seconds between two looks at the files
_LISTED = 12


State = dict[Path, tuple[int, int]]
"""When files were saved, and how long they are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """batch: its name; most: how many drafts, None for all; opened: a name or a line, None for the sheet; formats: of the files; output:
    the folder, None for the usual one."""

    batch: str
    most: int | None
    opened: str | None
    formats: tuple[Format, ...]
    output: Path | None


@dataclass(frozen=True, slots=True)
class Round:
    """What one look at the batch gave. drafts: that were drawn; count: that were laid out; bad: of these, or of the opened one,
    that do not fit or cannot be written; blocked: whether something keeps what was looked at from being issued; files: that were
    written, the one to look at first; folders, state: of what they were made of, as _state gives it."""

    findings: tuple[Finding, ...]
    drafts: tuple[Draft, ...]
    count: int
    bad: int
    blocked: bool
    files: tuple[Path, ...]
    folders: frozenset[Path]
    state: State


@click.command()
@click.argument("name", metavar="BATCH")
@click.option("--all", "everything", is_flag=True, help="Draw every row.")
@click.option("--sample", type=click.IntRange(1), metavar="N", help=f"Draw the N rows that fit worst. Default: {_SAMPLE}.")
@click.option("--open", "opened", metavar="NAME|LINE", help="Draw one certificate, and show it: by name, or by its line in the roster.")
@click.option("--watch", is_flag=True, help="Draw again whenever template, batch.yml, roster or issuer.yml is saved, until Ctrl-C.")
@click.option(
    "--format",
    "formats",
    type=click.Choice(get_args(Format)),
    multiple=True,
    help="What drafts are drawn as. Default: png; with --open pdf.",
)
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER", help="Default: _preview/BATCH/, which Git ignores."
)
@click.pass_obj
def command(
    session: Session,
    name: str,
    sample: int | None,
    opened: str | None,
    formats: tuple[Format, ...],
    output: Path | None,
    *,
    everything: bool,
    watch: bool,
) -> Result:
    """Draw what issuing would draw, with DRAFT across it.

    Needs no key, and signs nothing. Every row is laid out; those that fit worst are drawn first, one file each and all on a contact sheet
    (PNG and PDF). Exit code 1 when a row does not fit or has a character that no font draws (with --open: when that one does), or when the
    template has errors.
    """
    if everything and sample:
        raise UsageError("--all and --sample say different things", hint="take one of the two out")
    chosen = formats or (("pdf",) if opened else ("png",))
    asked = Asked(batch.named(session.repository, name), None if everything else sample or _SAMPLE, opened, chosen, output)
    first = look(session, asked)
    if opened and session.interactive:
        click.launch(str(first.files[0]))
    lines: Iterator[Any] = iter(_lines(session, asked, first))
    if watch:
        lines = itertools.chain(lines, _watch(session, asked, first))
    return Result(
        lines,
        _data(session, asked, first),
        exit_code=1 if first.blocked else 0,
    )


def look(session: Session, asked: Asked) -> Round:
    """Lay out the batch as it is now, and draw what was asked for. Raises IssuerError."""
    from issuer.commands import picturing  # late: it loads what draws, which --help does not need

    repository = session.repository
    loaded = batch.load(repository, asked.batch)
    folders = _folders(repository, session.config, loaded)
    state = _state(repository, folders)
    template = load_template(repository, session.config, loaded)
    linted = lint_template(session, loaded)
    wrong = tuple(found for found in linted.findings if found.blocks)
    if linted.template is None:  # what could not be drawn for its check, within the time that a check has, is not tried again
        first = wrong[0]
        raise TemplateError(first.message, place=first.place, hint=first.hint, code=first.code)

    def unfit(values: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        for fault in faults(template, *drafts.fields_of(session.config, loaded, values, session.now)):
            yield fault.field, fault.message, fault.hint

    plan = planning.plan(loaded, {}, now=session.now, gate=unfit)
    desk = Desk(session.config, loaded, template, session.now)
    with session.steps(f"Laying out {asked.batch}", len(plan.rows)) as advance:
        found = desk.drafts(plan.rows, advance)
    chosen = [_find(found, asked.opened)] if asked.opened else found[: asked.most]
    folder = asked.output or drafts.folder_of(repository, asked.batch)
    with session.steps("Drawing drafts", len(chosen)) as advance:
        files = picturing.Easel(desk, drawing.store(repository), folder, asked.formats, advance).draw(chosen, sheet=not asked.opened)
    bad = sum(draft.is_bad for draft in (chosen if asked.opened else found))
    blocked = bool(bad or wrong) or (not asked.opened and plan.blocks)
    return Round((*wrong, *plan.findings), tuple(chosen), len(found), bad, blocked, tuple(files), folders, state)


def _find(found: list[Draft], wanted: str) -> Draft:
    """The draft that a person means: by its line in the roster, by the whole name, or by a part of one. Raises UsageError."""
    folded = wanted.casefold().strip()
    fitting = [draft for draft in found if str(draft.line) == folded] or [draft for draft in found if draft.name.casefold() == folded]
    fitting = fitting or [draft for draft in found if folded in draft.name.casefold()]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise UsageError(f"no row of the batch has the line or the name {wanted!r}", hint="give a line of the roster, or a part of a name")
    some = ", ".join(f"{draft.line} {draft.name}" for draft in sorted(fitting, key=lambda draft: draft.line)[:5])
    raise UsageError(f"{len(fitting)} rows have {wanted!r} in the name", hint=f"give the line: {some}" + (" …" if len(fitting) > 5 else ""))


def _lines(session: Session, asked: Asked, done: Round) -> Iterator[Any]:
    yield from finding_lines.render(list(done.findings))
    table = Table("line", "name", "how it fits", box=None, pad_edge=False, header_style="bold")
    table.columns[0].justify = "right"
    for draft in done.drafts[:_LISTED]:
        table.add_row(str(draft.line), draft.name, Text(draft.note, style="red" if draft.is_bad else ""))
    if done.drafts:
        yield table
    if len(done.drafts) > _LISTED:
        yield f"… and {len(done.drafts) - _LISTED:,} more on the contact sheet"
    if not asked.opened:
        rest = f"; the {len(done.drafts)} that fit worst were drawn" if len(done.drafts) < done.count else ""
        yield f"{counted(done.count, 'row')} laid out, {_verdict(done)}{rest}."
    if done.bad:
        yield "`issuer check` says what to do about it."
    if done.files:
        yield f"Look at {_shown(session, done.files[0])}{'' if asked.opened else _more(done)}"


def _more(done: Round) -> str:
    """The other files of the contact sheet, of which the PDF is the last."""
    pages = next(index for index, path in enumerate(done.files) if path.suffix == ".pdf")
    last = f" to {done.files[pages - 1].name}," if pages > 1 else ""
    return f"{last} and {done.files[pages].name}"


def _verdict(done: Round) -> str:
    if done.bad:
        return f"{done.bad} cannot be issued as drawn"
    return "nothing can be issued before the errors above are corrected" if done.blocked else "all can be issued as drawn"


def _shown(session: Session, path: Path) -> str:
    """A path as the person can type it."""
    whole = path.resolve()
    return str(whole.relative_to(session.folder.resolve())) if whole.is_relative_to(session.folder.resolve()) else str(path)


def _data(session: Session, asked: Asked, done: Round) -> dict[str, Any]:
    return {
        "batch": asked.batch,
        "rows": done.count,
        "bad": done.bad,
        "drafts": [
            {"line": draft.line, "name": draft.name, "note": draft.note, "bad": draft.is_bad, "share": round(draft.fit.share, 3)}
            for draft in done.drafts
        ],
        "files": [_shown(session, path) for path in done.files],
        "findings": [finding_lines.as_json(found) for found in done.findings],
    }


def _watch(session: Session, asked: Asked, first: Round) -> Iterator[Any]:
    """What a person reads while the files are watched, until Ctrl-C. A mistake is told, and the next save is waited for."""
    folders, seen = first.folders, first.state
    yield "Watching the template, its pictures, batch.yml, the roster and issuer.yml; stop with Ctrl-C."
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(_PAUSE)
            now = _state(session.repository, folders)
            if now == seen:
                continue
            started, again = time.perf_counter(), dataclasses.replace(session)  # a new session reads issuer.yml anew
            try:
                done = look(again, asked)
            except IssuerError as error:
                yield from _mistake(error)
            else:
                folders, now = done.folders, done.state
                yield f"{time.strftime('%H:%M:%S')} drawn again in {time.perf_counter() - started:.1f} s"
                yield from _lines(again, asked, done)
            seen = now


def _mistake(error: IssuerError) -> Iterator[Text]:
    yield Text.assemble(("error:", "bold red"), f" {error}")
    if error.hint:
        yield Text.assemble(("hint:", "bold cyan"), f" {error.hint}")


def _folders(repository: Path, config: IssuerConfig, loaded: Batch) -> frozenset[Path]:
    """Where the files lie that drafts are made of."""
    pictures = [repository / config.brand.logo.lstrip("/")] if config.brand.logo else []
    pictures += [repository / file[1:] if file.startswith("/") else loaded.folder / file for file in loaded.config.images.values()]
    return frozenset({repository / template_files.FOLDER, loaded.folder, *(picture.parent for picture in pictures)})


def _state(repository: Path, folders: frozenset[Path]) -> State:
    """Of the files in these folders, and of issuer.yml."""
    found: State = {}
    for path in (repository / ISSUER_YML, *(path for folder in folders for path in folder.glob("*"))):
        with suppress(OSError):
            about = path.stat()
            found[path] = (about.st_mtime_ns, about.st_size)
    return found
