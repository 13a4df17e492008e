"""issuer check: rosters → plan, with every finding, for people, programs and pull requests."""

from __future__ import annotations

import dataclasses
from itertools import chain
from pathlib import Path

import click

from issuer.commands import fixing, outputs, plan_lines, suggesting
from issuer.commands.agreement import agree, unsigned
from issuer.commands.planned import Checked, check, wanted
from issuer.commands.session import Result, Session
from issuer.errors import UsageError
from issuer.planning import sampling
from issuer.review import Part, Review
from issuer.review import annotations as github_annotations
from issuer.spool import Spool


@click.command()
@click.argument("batches", nargs=-1, metavar="[BATCH]...")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Show N rows of each batch that differ from each other.")
@click.option("--suggest", is_flag=True, help="Show what batch.yml could say of columns that fill nothing.")
@click.option("--write", is_flag=True, help="With --suggest: add those lines to batch.yml.")
@click.option("--fix", is_flag=True, help="First write the cells of the rosters as they are signed: spaces, letters, domains, dates.")
@click.option("--yes", is_flag=True, help="Do not ask before writing. Without a terminal nothing is asked either.")
@click.option(
    "--markdown", metavar="FILE", help="Also write what a pull request should say, as Markdown without addresses; - prints it instead."
)
@click.option(
    "--html", "page", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Also write a report to read or print."
)
@click.option("--annotations", is_flag=True, help="Also print what GitHub Actions shows beside the lines of a file.")
@click.pass_obj
def command(
    session: Session,
    batches: tuple[str, ...],
    sample: int | None,
    markdown: str | None,
    page: Path | None,
    *,
    suggest: bool,
    write: bool,
    fix: bool,
    yes: bool,
    annotations: bool,
) -> Result:
    """Show what issuing would do, and everything that is wrong.

    BATCH is a folder name under records/; without one, all batches are checked. Nothing is signed. What does not fit on its
    certificate is drawn into _preview/BATCH/. Exit code 1 when something blocks.
    """
    if suggest:
        return suggesting.suggest(session, wanted(session.repository, batches), write=write, ask=not yes)
    if write:
        raise UsageError("--write goes with --suggest", hint="`issuer check --suggest --write` adds the suggested lines to batch.yml")
    _, mistakes = agree(session)
    fixed = fixing.fix(session, wanted(session.repository, batches), ask=not yes) if fix else []
    checked = check(session, batches)
    review = Review(tuple(_part(item, sample) for item in checked), tuple(mistakes))
    outputs.write(review, markdown=markdown, page=page, session=session)
    lines = outputs.markdown_lines(review) if markdown == "-" else plan_lines.render(review, () if mistakes else unsigned(session))
    return Result(
        lines=chain(fixing.render(fixed) if fix else (), lines, github_annotations.render(review) if annotations else ()),
        data=review.document() | ({"fixed": [item.document() for item in fixed]} if fix else {}),
        exit_code=1 if review.blocks else 0,
    )


def _part(item: Checked, sample: int | None) -> Part:
    """What is shown of a batch. sample: how many of its rows, None for as many as there are."""
    if sample is None:
        return Part(item.batch, item.plan)
    changing = Spool.of(item.plan.pending()) if item.plan.new or item.plan.corrected else item.plan.rows
    rows = Spool.of(sampling.sample(changing, item.plan.findings, sample, item.batch.roster_path))
    return Part(item.batch, dataclasses.replace(item.plan, rows=rows))
