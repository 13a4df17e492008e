"""issuer check: rosters → plan, with every finding."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from issuer import artwork, batch, credential, records, status
from issuer.artwork import cache
from issuer.batch import Batch, Known, Plan
from issuer.commands.session import Result, Session
from issuer.config import IssuerConfig
from issuer.credential import StatusEntry
from issuer.errors import FormatError, Place, TemplateError, UsageError
from issuer.mail.compose import check_words
from issuer.pages.portal import templates_folder
from issuer.roster.findings import Code, Finding, Severity, finding

_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """A batch with its plan and the template that it will be drawn with."""

    batch: Batch
    plan: Plan
    template: artwork.Template


@click.command()
@click.argument("batches", nargs=-1, metavar="[BATCH]...")
@click.pass_obj
def command(session: Session, batches: tuple[str, ...]) -> Result:
    """Show what issuing would do, and everything that is wrong.

    BATCH is a folder name under records/; without one, all batches are checked. Nothing is signed or written. Exit code 1 when
    something blocks.
    """
    checked = check(session, batches)
    blocked = any(item.plan.blocks for item in checked)
    if blocked:
        last = "Blocked: correct the errors above and check again. Nothing was issued."
    else:
        last = "Nothing blocks. `issuer issue` signs what is new." if _pending(checked) else "Nothing blocks, and nothing is new."
    findings = [finding for item in checked for finding in item.plan.findings]
    return Result(
        lines=(*render_findings(findings), *_changes(checked), _table(checked), last),
        data={"blocked": blocked, "batches": [_json(item) for item in checked]},
        exit_code=1 if blocked else 0,
    )


def check(session: Session, names: Iterable[str]) -> list[Checked]:
    """Plan the named batches, or all. Raises UsageError for a batch that does not exist and ConfigError for a batch.yml that is wrong."""
    repository, existing = session.repository, batch.names(session.repository)
    wanted = [name.strip("/").removeprefix("records/") for name in names] or existing
    for name in wanted:
        if name not in existing:
            there = ", ".join(existing) or "there is none yet"
            raise UsageError(f"there is no batch {name!r} with a batch.yml under records/", hint=f"batches: {there}")
    checked = []
    for name in wanted:
        loaded = batch.load(repository, name)
        template = load_template(repository, loaded)
        cache.prove(repository, template)
        with session.steps(f"Checking {name}") as advance:
            gate = _gate(session.config, loaded, template, session.now)
            plan = batch.plan(loaded, known(repository, loaded), now=session.now, gate=gate)
            advance(1)
        about_words = tuple(_about_words(loaded, template))
        checked.append(Checked(loaded, dataclasses.replace(plan, findings=about_words + plan.findings), template))
    return checked


def known(repository: Path, loaded: Batch) -> dict[str, Known]:
    """What was issued last for each row key of a batch."""
    issued = [
        (record.row, record.id, record.content, credential.values(record.credential))
        for record in records.read_batch(repository, loaded.name)
    ]
    revoked = {revocation.id for revocation in status.revocations(repository)}
    return {row: Known(number, content, values, revoked=number in revoked) for row, number, content, values in issued}


def load_template(repository: Path, loaded: Batch) -> artwork.Template:
    """The SVG that batch.yml names: the repository's own, else the one that comes with the tool. Raises TemplateError."""
    name = loaded.config.template
    own = repository / "templates" / f"{name}.svg"
    if own.is_file():
        return artwork.load(own, shown_as=f"templates/{name}.svg")
    packaged = templates_folder() / f"{name}.svg"
    if packaged.is_file():
        return artwork.load(packaged, shown_as=f"templates/{name}.svg")
    there = ", ".join(sorted({path.stem for folder in (repository / "templates", templates_folder()) for path in folder.glob("*.svg")}))
    raise TemplateError(f"there is no template {name!r}", place=Place(loaded.settings_path), hint=f"templates: {there}")


def render_findings(findings: list[Finding]) -> list[Text]:
    """Findings as lines, worst first as they stand, at most _SHOWN of them in full."""
    lines: list[Text] = []
    for found in findings[:_SHOWN]:
        lines.append(
            Text.assemble(
                (f"{found.severity.value}:", f"bold {_COLOUR[found.severity]}"), f" {found.place}: {found.message} [{found.code}]"
            )
        )
        if found.hint:
            lines.append(Text.assemble(("  hint: ", "bold cyan"), found.hint))
    if len(findings) > _SHOWN:
        lines.append(Text(f"… and {len(findings) - _SHOWN} more; --json lists them all"))
    return lines


def _gate(
    config: IssuerConfig, loaded: Batch, template: artwork.Template, now: dt.datetime
) -> Callable[[Mapping[str, str]], Iterable[tuple[str, str, str]]]:
    """What the artwork says of a row before anything is signed: characters without a glyph, text without room."""
    nobody = StatusEntry(f"{config.base_url}/status/revocation.json", 0)

    def gate(values: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
        drawn = credential.build(config, loaded, values, identifier="0" * 26, status=nobody, now=now)
        fields, language = credential.fields(drawn), values.get("language") or loaded.config.achievement.language
        for missing in artwork.undrawable(fields, language, template.fields):
            yield missing.field, f"no font draws {missing.character!r} ({missing.codepoint} {missing.name})", missing.hint
        for wide in artwork.overflow(template, fields, language):
            yield wide.field, f"{wide.text!r} does not fit on the certificate", "shorten it, or give it more room in the template"

    return gate


def _about_words(loaded: Batch, template: artwork.Template) -> Iterator[Finding]:
    """What the template and the mail name, and no certificate of this batch can have."""
    offered = (credential.FIELDS | {"language", *loaded.config.columns}) - {"email"}
    for unknown in sorted(template.fields - template.conditions - offered):
        message = f"the template {template.name} shows {{{{ {unknown} }}}}, which nothing fills"
        hint = f"map a column to `{unknown}` under `columns:`, or give that text data-if in the template"
        yield finding(Code.TEMPLATE_FIELD_UNKNOWN, Place(loaded.settings_path), message, hint)
    try:
        check_words(loaded.config.mail, offered)
    except FormatError as error:
        yield finding(Code.MAIL_WORDS_WRONG, Place(loaded.settings_path), f"mail: {error.message}", error.hint)


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


def _changes(checked: list[Checked]) -> list[str]:
    """What each correction changes: old → new."""
    lines = [
        f"corrected: {row.values['name']}, line {row.line}: {field}: {old or '(nothing)'} → {new or '(nothing)'}"
        for item in checked
        for row in item.plan.rows
        if row.action == "corrected"
        for field, old, new in row.changes or (("batch.yml", "", "what is awarded"),)
    ]
    return lines if len(lines) <= _SHOWN else [*lines[:_SHOWN], f"… and {len(lines) - _SHOWN} more; --json lists them all"]


def _json(item: Checked) -> dict[str, Any]:
    plan = item.plan
    return {
        "batch": item.batch.name,
        "new": plan.new,
        "corrected": plan.corrected,
        "withdrawn": len(plan.withdrawn),
        "unchanged": plan.unchanged,
        "blocked": plan.blocked,
        "corrections": [
            {"line": row.line, "id": row.id, "changes": [{"field": field, "old": old, "new": new} for field, old, new in row.changes]}
            for row in plan.rows
            if row.action == "corrected"
        ],
        "findings": [
            {
                "severity": found.severity.value,
                "code": found.code,
                "place": str(found.place),
                "file": found.place.file,
                "line": found.place.line,
                "column": found.place.column,
                "message": found.message,
                "hint": found.hint,
            }
            for found in plan.findings
        ],
    }
