"""Batches with their plans: what `issuer check` shows and `issuer issue` signs."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from issuer import batch, credential, planning, records
from issuer.batch import Batch
from issuer.commands import template_files
from issuer.commands.issued import known, left_behind, renewable
from issuer.commands.session import Session
from issuer.commands.template_files import TemplateFile
from issuer.config import ISSUER_YML, IssuerConfig
from issuer.errors import ConfigError, FormatError, IssuerError, Place, TemplateError, UsageError
from issuer.formats import placeholders
from issuer.planning import Plan, moving
from issuer.roster import policy
from issuer.roster.findings import Code, Finding, finding
from issuer.roster.policy import Policy
from issuer.settings import line_of

if TYPE_CHECKING:  # what draws is loaded when something is checked: it takes half a second, and --help needs none of it
    from issuer.artwork import Template
    from issuer.artwork.compiling.budget import Budget
    from issuer.artwork.compiling.store import Store
    from issuer.artwork.lint import Linted


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch with its plan and what the checks say of its template."""

    batch: Batch
    plan: Plan
    linted: Linted

    @property
    def template(self) -> Template:
        """What it will be drawn with. Raises TemplateError if that cannot be used: then the plan blocks."""
        if self.linted.template is None:
            raise TemplateError("its template cannot be used", place=Place(self.batch.settings_path), hint="`issuer check` says why")
        return self.linted.template


def check(session: Session, names: Iterable[str]) -> list[Checked]:
    """Plan the named batches, or all. Raises UsageError for a batch that does not exist and ConfigError for a batch.yml that is wrong."""
    budgets: dict[str, Budget] = {}
    named = wanted(session.repository, names)
    return _with_moves(session, [check_batch(session, batch.load(session.repository, name), budgets) for name in named])


def check_batch(session: Session, loaded: Batch, budgets: dict[str, Budget] | None = None) -> Checked:
    """Plan one batch. budgets: what drawings of each template may still take, shared by the batches of a run."""
    from issuer.commands.gate import Gate

    store = _store(session.repository, {} if budgets is None else budgets, loaded.config.template)
    linted = lint_template(session, loaded, store)
    with session.steps(f"Checking {loaded.name}") as advance:
        plan = planning.plan(
            loaded,
            known(session, loaded),
            now=session.now,
            gate=None if linted.template is None else Gate(session, loaded, linted.template, store),
            old=partial(renewable, session),
            policy=policy_of(session, loaded),
            most=session.config.limits.rows,
        )
        advance(1)
    settled = plan.rows and not (plan.new or plan.corrected or plan.blocked)  # nothing will be drawn from the template
    before = (*(() if settled else linted.findings), *_about_mail(session.config, loaded))
    stopped = plan.stopped or any(found.blocks for found in before)
    return Checked(loaded, dataclasses.replace(plan, findings=(*before, *plan.findings), stopped=stopped), linted)


def _with_moves(session: Session, checked: list[Checked]) -> list[Checked]:
    """The same, with what is to be said of people whose rows went from one batch to another."""
    plans = [(item.batch, item.plan) for item in checked]
    found = moving.find([*plans, *_others(session, checked)], left_behind(session))
    for index, item in enumerate(checked):
        findings = policy_of(session, item.batch).judged(found.get(item.batch.name, ()))
        stopped = item.plan.stopped or any(one.blocks for one in findings)
        plan = dataclasses.replace(item.plan, findings=(*item.plan.findings, *findings), stopped=stopped)
        checked[index] = dataclasses.replace(item, plan=plan)
    return checked


def _others(session: Session, checked: list[Checked]) -> Iterator[tuple[Batch, Plan]]:
    """The issued batches that are not checked, with plans that tell who left them; none if nobody is new. What is wrong with one is told
    when it is checked itself."""
    named = {item.batch.name for item in checked}
    issued = set(records.batches(session.repository)) & set(batch.names(session.repository)) - named
    for name in sorted(issued) if any(item.plan.new for item in checked) else ():
        with suppress(IssuerError):
            loaded = batch.load(session.repository, name)
            yield loaded, planning.plan(loaded, known(session, loaded), now=session.now)


def policy_of(session: Session, loaded: Batch) -> Policy:
    """How much findings matter in a batch. Raises ConfigError."""
    return policy.read(
        (session.config.findings, session.repository / ISSUER_YML, ISSUER_YML),
        (loaded.config.findings, loaded.folder / "batch.yml", loaded.settings_path),
    )


def _store(repository: Path, budgets: dict[str, Budget], template: str) -> Store:
    """Where drawings for one batch are kept, with what they may take. budgets: by template: where one is spent, other batches that take the
    template, with pictures of their own, get no more."""
    from issuer.artwork import drawing
    from issuer.artwork.compiling.budget import Budget

    if template not in budgets or not budgets[template].spent:
        budgets[template] = Budget.of_check()
    return dataclasses.replace(drawing.store(repository), budget=budgets[template])


def lint_template(session: Session, loaded: Batch, store: Store | None = None) -> Linted:
    """What is wrong with the template of a batch. store: where drawings are kept, None for that of the repository. Raises TemplateError if
    there is none of that name."""
    from issuer.artwork import brand_files, drawing, lint
    from issuer.artwork.template import read_source

    config, file = session.config, _template_file(session.repository, loaded)
    return lint.lint(
        read_source(file.path, shown_as=file.shown_as),
        shown_as=file.shown_as,
        brand=brand_files.load(session.repository, config, loaded),
        store=store or drawing.store(session.repository),
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


def load_template(repository: Path, config: IssuerConfig, loaded: Batch) -> Template:
    """The SVG that batch.yml names, with the brand of the batch: the repository's own, else the one that comes with the tool. Raises
    TemplateError, ConfigError for a picture of the brand."""
    from issuer import artwork
    from issuer.artwork import brand_files

    file = _template_file(repository, loaded)
    return artwork.load(file.path, shown_as=file.shown_as, brand=brand_files.load(repository, config, loaded))


def _template_file(repository: Path, loaded: Batch) -> TemplateFile:
    name = loaded.config.template
    found = template_files.find(repository, name)
    if found is None:
        hint = template_files.instead(repository, name)
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
