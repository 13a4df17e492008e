"""issuer audit: a proof of the whole repository, for auditors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from rich.text import Text

from issuer import durable
from issuer.audit import Check, Outcome, Report, Verdict, audit
from issuer.commands.session import Result, Session
from issuer.workers import processors

_SIGN = {
    Outcome.PASS: ("✓", "green"),
    Outcome.FAIL: ("✗", "red"),
    Outcome.UNKNOWN: ("?", "yellow"),
    Outcome.WARNING: ("!", "yellow"),
}
_COLOUR = {Verdict.GREEN: "bold green", Verdict.RED: "bold red"}


@click.command()
@click.option(
    "--since", metavar="REV|FILE", help="Also prove that nothing was rewritten since a commit, or since a checkpoint that you saved."
)
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Also write a report to print.")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Processes that verify. Default: one for each processor.")
@click.pass_obj
def command(session: Session, since: str | None, page: Path | None, jobs: int | None) -> Result:
    """Prove the whole repository: records, log, status, history.

    Verifies every signature, compares records, log, checkpoint, status lists and revocations.csv with one another, and every earlier commit
    with today. Names the first thing that is wrong by file and line, log entry and commit. Needs no key and no network.

    Exit code 0: green, that is, nothing is wrong; what cannot be told is counted in the last line. Exit code 1: red.
    """
    config, repository = session.config, session.repository
    with session.steps("Verifying records") as advance:
        report = audit(repository, config, session.now, jobs=jobs or processors(), since=since, folder=session.folder, advance=advance)
    if page is not None:
        from issuer.pages.audit import render

        durable.write(page, render(report))
    return Result(lines=tuple(_lines(report)), data=report.document(), exit_code=0 if report.verdict is Verdict.GREEN else 1)


def _lines(report: Report) -> Iterator[Text]:
    for number, check in enumerate(report.checks, start=1):
        yield from _check(number, check)
    yield Text(f"Log: {report.size:,} entries, root {report.root}. Keep records/checkpoint: `--since` compares with it next time.")
    word, _, rest = report.sentence.partition(",")
    yield Text.assemble((word, _COLOUR[report.verdict]), f",{rest}" if rest else "")


def _check(number: int, check: Check) -> Iterator[Text]:
    sign, colour = _SIGN[check.outcome]
    first = next(iter(check.findings), None)
    where = f"{first.where}: " if first is not None and first.where else ""
    more = "" if check.total < 2 else f" (and {check.total - 1:,} more)"
    yield Text.assemble(f"{number:>2} ", (sign, f"bold {colour}"), f" {check.title}: {where}{check.message}{more} [{check.code}]")
    if first is not None:
        yield Text.assemble(("     hint: ", "bold cyan"), first.hint)
