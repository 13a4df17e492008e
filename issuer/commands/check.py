"""issuer check: rosters → plan, with every finding."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from issuer import batch, credential, planning
from issuer.batch import Batch
from issuer.commands import finding_lines, suggesting, template_files
from issuer.commands.agreement import agree, unsigned
from issuer.commands.issued import known, left_behind, renewable
from issuer.commands.session import Result, Session
from issuer.commands.template_files import TemplateFile
from issuer.config import ISSUER_YML, IssuerConfig
from issuer.errors import ConfigError, FormatError, Place, TemplateError, UsageError
from issuer.formats import placeholders
from issuer.planning import Plan, PlannedRow, moving
from issuer.roster import policy
from issuer.roster.findings import Code, Finding, finding
from issuer.roster.policy import Policy
from issuer.settings import line_of

if TYPE_CHECKING:  # what draws is loaded when something is checked: it takes half a second, and --help needs none of it
    from issuer.artwork import Template
    from issuer.artwork.compiling.budget import Budget
    from issuer.artwork.compiling.store import Store
    from issuer.artwork.lint import Linted

_SHOWN = 200
_NEW_SHOWN = 20


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


@click.command()
@click.argument("batches", nargs=-1, metavar="[BATCH]...")
@click.option("--suggest", is_flag=True, help="Show what batch.yml could say of columns that fill nothing.")
@click.option("--write", is_flag=True, help="With --suggest: add those lines to batch.yml.")
@click.option("--yes", is_flag=True, help="Do not ask before writing. Without a terminal nothing is asked either.")
@click.pass_obj
def command(session: Session, batches: tuple[str, ...], *, suggest: bool, write: bool, yes: bool) -> Result:
    """Show what issuing would do, and everything that is wrong.

    BATCH is a folder name under records/; without one, all batches are checked. Nothing is signed. What does not fit on its
    certificate is drawn into _preview/BATCH/. Exit code 1 when something blocks.
    """
    if suggest:
        return suggesting.suggest(session, _wanted(session.repository, batches), write=write, ask=not yes)
    if write:
        raise UsageError("--write goes with --suggest", hint="`issuer check --suggest --write` adds the suggested lines to batch.yml")
    _, mistakes = agree(session)
    checked = check(session, batches)
    blocked = bool(mistakes) or any(item.plan.blocks for item in checked)
    if blocked:
        last = "Blocked: correct the errors above and check again. Nothing was issued."
    else:
        last = "Nothing blocks. `issuer issue` signs what is new." if _pending(checked) else "Nothing blocks, and nothing is new."
    findings = list(dict.fromkeys([*mistakes, *(found for item in checked for found in item.plan.findings)]))
    return Result(
        lines=(
            *finding_lines.render(findings),
            *(line for item in checked for line in _rows(item)),
            _table(checked),
            *(() if mistakes else unsigned(session)),
            last,
        ),
        data={
            "blocked": blocked,
            "batches": [_json(item) for item in checked],
            "findings": [finding_lines.as_json(found) for found in mistakes],
        },
        exit_code=1 if blocked else 0,
    )


def check(session: Session, names: Iterable[str]) -> list[Checked]:
    """Plan the named batches, or all. Raises UsageError for a batch that does not exist and ConfigError for a batch.yml that is wrong."""
    from issuer.commands.gate import Gate

    repository, checked = session.repository, []
    budgets: dict[str, Budget] = {}
    for name in _wanted(repository, names):
        loaded = batch.load(repository, name)
        store = _store(repository, budgets, loaded.config.template)
        linted = lint_template(session, loaded, store)
        with session.steps(f"Checking {name}") as advance:
            gate = None if linted.template is None else Gate(session, loaded, linted.template, store)
            plan = planning.plan(
                loaded,
                known(session, loaded),
                now=session.now,
                gate=gate,
                old=partial(renewable, session),
                policy=policy_of(session, loaded),
                most=session.config.limits.rows,
            )
            advance(1)
        settled = plan.rows and not (plan.new or plan.corrected or plan.blocked)  # nothing will be drawn from the template
        before = (*(() if settled else linted.findings), *_about_mail(session.config, loaded))
        stopped = plan.stopped or any(found.blocks for found in before)
        checked.append(Checked(loaded, dataclasses.replace(plan, findings=(*before, *plan.findings), stopped=stopped), linted))
    return _with_moves(session, checked)


def _with_moves(session: Session, checked: list[Checked]) -> list[Checked]:
    """The same, with what is to be said of people whose rows went from one batch to another."""
    found = moving.find([(item.batch, item.plan) for item in checked], left_behind(session))
    for index, item in enumerate(checked):
        findings = policy_of(session, item.batch).judged(found.get(item.batch.name, ()))
        stopped = item.plan.stopped or any(one.blocks for one in findings)
        plan = dataclasses.replace(item.plan, findings=(*item.plan.findings, *findings), stopped=stopped)
        checked[index] = dataclasses.replace(item, plan=plan)
    return checked


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


def _wanted(repository: Path, names: Iterable[str]) -> list[str]:
    """The batches to check: those that were named, else all. A batch.yml under another name would be passed over in silence."""
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


def _pending(checked: list[Checked]) -> bool:
    return any(item.plan.new or item.plan.corrected for item in checked)


def _table(checked: list[Checked]) -> Table:
    table = Table("batch", "new", "corrected", "withdrawn", "unchanged", "blocked", box=None, pad_edge=False, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    for item in checked:
        plan = item.plan
        counts = (plan.new, plan.corrected, len(plan.withdrawn), plan.unchanged, plan.blocked)
        table.add_row(item.batch.name, *(str(count) for count in counts))
    return table


def _rows(item: Checked) -> list[str]:
    """Of one batch: which columns become public, the new rows with their values, and what each correction changes."""
    plan = item.plan
    fields = [field for field, _ in plan.public if field != "name"]
    new = [
        f"new: line {row.line}: {row.values['name']}" + "".join(f", {_shown(row, field)}" for field in fields if field in row.values)
        for row in plan.rows
        if row.action == "new"
    ]
    columns = []
    if plan.public or plan.private:
        public = ", ".join(header for _, header in plan.public) or "nothing"
        columns = [f"{item.batch.name}: public: {public}; not public: {', '.join(plan.private) or 'nothing'}"]
    return [*columns, *_first(new, _NEW_SHOWN), *_first(_changes(plan), _SHOWN)]


def _shown(row: PlannedRow, field: str) -> str:
    if field == "renews" and row.renews is not None:
        until = row.renews.until and f" (valid until {row.renews.until})"
        return f"renews {row.renews.id}{until}"
    return f"{field}: {row.values[field]}"


def _first(lines: list[str], limit: int) -> list[str]:
    return lines if len(lines) <= limit else [*lines[:limit], f"… and {len(lines) - limit} more; --json lists them all"]


def _changes(plan: Plan) -> list[str]:
    """What each correction changes: old → new. What no column says comes from batch.yml: that is told once for all its rows."""
    columns = {field for field, _ in plan.public}
    lines: list[str] = []
    same: dict[str, list[PlannedRow]] = {}
    for row in plan.rows:
        if row.action != "corrected":
            continue
        for field, old, new in row.changes:
            change = f"{field}: {old or '(nothing)'} → {new or '(nothing)'}"
            if field in columns:
                lines.append(f"corrected: {row.values['name']}, line {row.line}: {change}")
            else:
                same.setdefault(change, []).append(row)
        if row.settings:
            same.setdefault("what batch.yml says of the achievement, or calls a field, changed", []).append(row)
        if row.void:
            same.setdefault("its key was compromised", []).append(row)
    for change, rows in same.items():
        more = f" and {len(rows) - 1:,} more" if len(rows) > 1 else ""
        lines.append(f"corrected: {rows[0].values['name']}, line {rows[0].line}{more}: {change}")
    return lines


def _json(item: Checked) -> dict[str, Any]:
    plan = item.plan
    return {
        "batch": item.batch.name,
        "new": plan.new,
        "corrected": plan.corrected,
        "withdrawn": len(plan.withdrawn),
        "unchanged": plan.unchanged,
        "blocked": plan.blocked,
        "public": [header for _, header in plan.public],
        "not_public": list(plan.private),
        "rows": [
            {
                "line": row.line,
                "action": row.action,
                "name": row.values["name"],
                "values": {field: value for field, value in row.values.items() if field != "email"},
            }
            for row in plan.rows
        ],
        "corrections": [
            {"line": row.line, "id": row.id, "changes": [{"field": field, "old": old, "new": new} for field, old, new in row.changes]}
            for row in plan.rows
            if row.action == "corrected"
        ],
        "findings": [finding_lines.as_json(found) for found in plan.findings],
    }
