"""issuer check: rosters → plan, with every finding, for people, programs and pull requests."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import click

from issuer import artwork, batch, credential, planning
from issuer.artwork import drawing, lint
from issuer.artwork.lint import Linted
from issuer.artwork.template import brand_files, read_source
from issuer.batch import Batch
from issuer.commands import fixing, outputs, plan_lines, template_files
from issuer.commands.agreement import agree, unsigned
from issuer.commands.gate import Gate
from issuer.commands.issued import known, renewable
from issuer.commands.session import Result, Session
from issuer.commands.template_files import TemplateFile
from issuer.config import IssuerConfig
from issuer.errors import ConfigError, FormatError, Place, TemplateError, UsageError
from issuer.formats import placeholders
from issuer.planning import Plan
from issuer.review import Part, Review
from issuer.review import annotations as github_annotations
from issuer.roster.findings import Code, Finding, finding
from issuer.settings import line_of


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch with its plan and what the checks say of its template."""

    batch: Batch
    plan: Plan
    linted: Linted

    @property
    def template(self) -> artwork.Template:
        """What it will be drawn with. Raises TemplateError if that cannot be used: then the plan blocks."""
        if self.linted.template is None:
            raise TemplateError("its template cannot be used", place=Place(self.batch.settings_path), hint="`issuer check` says why")
        return self.linted.template


@click.command()
@click.argument("batches", nargs=-1, metavar="[BATCH]...")
@click.option(
    "--markdown", metavar="FILE", help="Also write what a pull request should say, as Markdown without addresses; - prints it instead."
)
@click.option(
    "--html", "page", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Also write a report to read or print."
)
@click.option("--annotations", is_flag=True, help="Also print what GitHub Actions shows beside the lines of a file.")
@click.option("--fix", is_flag=True, help="First write the cells of the rosters as they are signed: spaces, letters, domains, dates.")
@click.option("--yes", is_flag=True, help="With --fix: do not ask. Without a terminal nothing is asked either.")
@click.pass_obj
def command(
    session: Session, batches: tuple[str, ...], markdown: str | None, page: Path | None, *, annotations: bool, fix: bool, yes: bool
) -> Result:
    """Show what issuing would do, and everything that is wrong.

    BATCH is a folder name under records/; without one, all batches are checked. Nothing is signed. What does not fit on its
    certificate is drawn into _preview/BATCH/. Exit code 1 when something blocks.
    """
    _, mistakes = agree(session)
    fixed = fixing.fix(session, wanted(session.repository, batches), ask=not yes) if fix else []
    checked = check(session, batches)
    review = Review(tuple(Part(item.batch, item.plan) for item in checked), tuple(mistakes))
    outputs.write(review, markdown=markdown, page=page, session=session)
    lines = outputs.markdown_lines(review) if markdown == "-" else plan_lines.render(review, () if mistakes else unsigned(session))
    return Result(
        lines=chain(fixing.render(fixed) if fix else (), lines, github_annotations.render(review) if annotations else ()),
        data=review.document() | ({"fixed": [item.document() for item in fixed]} if fix else {}),
        exit_code=1 if review.blocks else 0,
    )


def check(session: Session, names: Iterable[str]) -> list[Checked]:
    """Plan the named batches, or all. Raises UsageError for a batch that does not exist and ConfigError for a batch.yml that is wrong."""
    return [check_batch(session, batch.load(session.repository, name)) for name in wanted(session.repository, names)]


def check_batch(session: Session, loaded: Batch) -> Checked:
    """Plan one batch."""
    linted = lint_template(session, loaded)
    with session.steps(f"Checking {loaded.name}") as advance:
        gate = None if linted.template is None else Gate(session, loaded, linted.template)
        plan = planning.plan(loaded, known(session, loaded), now=session.now, gate=gate, old=partial(renewable, session))
        advance(1)
    settled = plan.rows and not (plan.new or plan.corrected or plan.blocked)  # nothing will be drawn from the template
    findings = (*(() if settled else linted.findings), *_about_mail(session.config, loaded), *plan.findings)
    return Checked(loaded, dataclasses.replace(plan, findings=findings), linted)


def lint_template(session: Session, loaded: Batch) -> Linted:
    """What is wrong with the template of a batch. Raises TemplateError if there is none of that name."""
    config, file = session.config, _template_file(session.repository, loaded)
    return lint.lint(
        read_source(file.path, shown_as=file.shown_as),
        shown_as=file.shown_as,
        brand=brand_files.load(session.repository, config, loaded),
        store=drawing.store(session.repository),
        address=credential.page_url(config, lint.NUMBER),
        formats=loaded.config.formats,
        offers={loaded.name: credential.offered(config, loaded)},
    )


def wanted(repository: Path, names: Iterable[str]) -> list[str]:
    """The batches to check: those that were named, else all. A batch.yml under another name would be passed over in silence. Raises
    UsageError, ConfigError."""
    named = [name.strip("/").removeprefix("records/") for name in names]
    existing, misnamed = batch.names(repository), batch.misnamed(repository)
    for name in named or misnamed:
        if name in misnamed:
            place = Place(f"records/{name}/{misnamed[name]}")
            raise ConfigError("has another name than batch.yml, so this is no batch yet", place=place, hint="rename it to batch.yml")
        if name not in existing:
            there = ", ".join(existing) or "there is none yet"
            raise UsageError(f"there is no batch {name!r} with a batch.yml under records/", hint=f"batches: {there}")
    return named or existing


def load_template(repository: Path, config: IssuerConfig, loaded: Batch) -> artwork.Template:
    """The SVG that batch.yml names, with the brand of the batch: the repository's own, else the one that comes with the tool. Raises
    TemplateError, ConfigError for a picture of the brand."""
    file = _template_file(repository, loaded)
    return artwork.load(file.path, shown_as=file.shown_as, brand=brand_files.load(repository, config, loaded))


def _template_file(repository: Path, loaded: Batch) -> TemplateFile:
    name = loaded.config.template
    found = template_files.find(repository, name)
    if found is None:
        hint = f"templates: {', '.join(template_files.names(repository))}"
        raise TemplateError(f"there is no template {name!r}", place=Place(loaded.settings_path), hint=hint)
    return found


def _about_mail(config: IssuerConfig, loaded: Batch) -> Iterator[Finding]:
    """What the mail names, and no certificate of this batch can have."""
    offered = credential.offered(config, loaded)
    for part, text in (("subject", loaded.config.mail.subject), ("text", loaded.config.mail.text or "")):
        place = Place(loaded.settings_path, line_of(loaded.folder / "batch.yml", "mail", part))
        for mistake in _mistakes(text, offered):
            yield finding(Code.MAIL_WORDS_WRONG, place, f"mail {part}: {mistake.message}", mistake.hint)


def _mistakes(text: str, offered: Collection[str]) -> Iterator[FormatError]:
    """Every unknown field of a text, once; or the first place where it cannot be read."""
    values, told = dict.fromkeys(offered, ""), set()
    try:
        fields = [part for part in placeholders.parse(text) if isinstance(part, placeholders.Field)]
    except FormatError as error:
        yield error
        return
    for field in fields:
        try:
            placeholders.value_of(field, text, values)
        except FormatError as error:
            if field.name not in told:
                yield error
            told.add(field.name)
