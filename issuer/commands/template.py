"""issuer template: a certificate template of your own, and what is wrong with it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from issuer import artwork, batch, credential, durable
from issuer.artwork import brand_files, drawing, lint
from issuer.artwork.compiling.store import Store
from issuer.artwork.lint import Linted, page_name
from issuer.artwork.template import read_source
from issuer.batch import Batch
from issuer.commands import finding_lines, template_files
from issuer.commands.session import Result, Session, counted
from issuer.commands.template_files import TemplateFile
from issuer.errors import Place, RefusedError, TemplateError, UsageError
from issuer.roster.findings import Severity

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_GUESSED = (
    f"There is no issuer.yml here: the QR code was looked at for an address of {len(lint.ADDRESS)} letters, such as {lint.ADDRESS}; "
    "a longer one needs a larger code."
)
_PAGES = {"a4": "A4", "letter": "US Letter"}


@click.group(short_help="your own certificate templates")
def command() -> None:
    """Make a certificate template of your own, and check it.

    A template is an SVG in templates/ with {{ fields }} in its texts. Begin with a copy of the gallery, or with a drawing of your own:
    the guide page "Make your own template" takes ten minutes.
    """


@command.command("new")
@click.argument("name", metavar="NAME")
@click.option("--from", "kind", metavar="KIND", required=True, help="What to copy: `issuer template list` names them.")
@click.option("--page", type=click.Choice(list(_PAGES)), default="a4", show_default=True, help="The size of the page.")
@click.pass_obj
def new(session: Session, name: str, kind: str, page: str) -> Result:
    """Copy a template of the gallery to templates/NAME.svg.

    NAME is what batch.yml will say: `template: NAME`. Use a-z, 0-9 and hyphens. A file that exists is never overwritten.
    """
    source = template_files.of_kind(kind, page)
    if source is None:
        raise _unknown_kind(kind, page)
    target = _target(session.repository, name)
    durable.write(target, source.path.read_bytes())
    shown = f"{template_files.FOLDER}/{target.name}"
    return Result(
        lines=(
            f"{shown} is a copy of {source.name} for {_PAGES[page]}.",
            "",
            "Next:",
            f"  change {shown} in Inkscape or a text editor, then: issuer template check {name}",
            f"  write `template: {name}` into the batch.yml of a batch, then: issuer preview BATCH",
        ),
        data={"template": shown, "from": source.name, "page": page},
    )


@command.command("list")
@click.pass_obj
def list_(session: Session) -> Result:
    """List the templates that a batch can name.

    Those in templates/ come before those of the gallery that have the same name.
    """
    repository = _repository(session)
    own = template_files.own(repository) if repository else []
    found, unnamed = [file for file in own if file.can_be_named], [file for file in own if not file.can_be_named]
    found += [file for file in template_files.gallery() if file.name not in {other.name for other in found}]
    batches = _batches(repository)
    rows = [_listed(file, [name for name, loaded in batches.items() if loaded.config.template == file.name]) for file in found]
    table = Table("name", "from", "page", "used by", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(row["name"], "templates/" if row["own"] else "gallery", row["page"], ", ".join(row["batches"]) or "–")
    return Result(
        lines=(table, *(("", *map(_unnamed, unnamed)) if unnamed else ())),
        data={"templates": rows, "unnamed": [file.shown_as for file in unnamed]},
    )


@command.command("check")
@click.argument("wanted", nargs=-1, metavar="[NAME|FILE]...")
@click.pass_obj
def check(session: Session, wanted: tuple[str, ...]) -> Result:
    """Show everything that is wrong with templates, and what to do.

    NAME is a template that a batch can name, FILE any SVG. Without one, all in templates/ are checked. Each finding has its line and
    element, and a code that `site/guide/findings.md` explains. Exit code 1 when something is an error; warnings are for you to judge.
    """
    repository = _repository(session)
    batches = _batches(repository)
    checked = [(file, _lint(session, repository, file, batches)) for file in _files(repository, wanted)]
    blocked = any(found.blocks for _, linted in checked for found in linted.findings)
    guessed = repository is None and any(linted.template and linted.template.code for _, linted in checked)
    return Result(
        lines=(
            *finding_lines.render([found for _, linted in checked for found in linted.findings]),
            *(_summary(file, linted) for file, linted in checked),
            *(_unnamed(file) for file, _ in checked if not wanted and not file.can_be_named),
            *((_GUESSED,) if guessed else ()),
        ),
        data={"blocked": blocked, "templates": [_checked_json(file, linted) for file, linted in checked]},
        exit_code=1 if blocked else 0,
    )


def _repository(session: Session) -> Path | None:
    """The issuing repository, None outside of one: a designer need not have any."""
    try:
        return session.repository
    except UsageError:
        return None


def _target(repository: Path, name: str) -> Path:
    """Where a new template goes. Raises UsageError."""
    if not _NAME.fullmatch(name):
        hint = f"such as {template_files.like(name)}: the file will be templates/NAME.svg"
        raise UsageError(f"{name!r} is no name for a template: use a-z, 0-9 and hyphens", hint=hint)
    target = repository / template_files.FOLDER / f"{name}.svg"
    if target.exists():
        place = Place(f"{template_files.FOLDER}/{target.name}")
        raise UsageError("exists already", place=place, hint="choose another name; nothing is overwritten")
    return target


def _unknown_kind(kind: str, page: str) -> UsageError:
    kinds = template_files.kinds()
    if kind in kinds:
        return UsageError(f"the gallery has no {kind!r} for {_PAGES[page]}", hint="leave --page out")
    return UsageError(f"the gallery has no template {kind!r}", hint=f"templates: {', '.join(kinds)}")


def _files(repository: Path | None, wanted: tuple[str, ...]) -> list[TemplateFile]:
    """The templates to check. Raises UsageError for one that is not there."""
    if wanted:
        return [_file(repository, text) for text in wanted]
    if repository is None:
        raise UsageError("there is no issuing repository here", hint="name the SVG: `issuer template check drawing.svg`")
    return template_files.own(repository)


def _file(repository: Path | None, text: str) -> TemplateFile:
    path = Path(text)
    if path.suffix.lower() == ".svg" or len(path.parts) > 1:
        if not path.is_file():
            raise UsageError(
                "there is no such file", place=Place(text), hint="name an SVG, or a template that `issuer template list` shows"
            )
        return TemplateFile(path.stem, path, text, own=True)
    found = template_files.find(repository, text)
    if found is None:
        raise UsageError(f"there is no template {text!r}", hint=template_files.instead(repository, text))
    return found


def _batches(repository: Path | None) -> dict[str, Batch]:
    """Every batch that can be read, by name: what is wrong with the others is for `issuer check` to say."""
    found: dict[str, Batch] = {}
    if repository is None:
        return found
    for name in batch.names(repository):
        with suppress(RefusedError):
            found[name] = batch.load(repository, name)
    return found


def _lint(session: Session, repository: Path | None, file: TemplateFile, batches: Mapping[str, Batch]) -> Linted:
    """What is wrong with a template by itself, and for the batches that take it."""
    source = read_source(file.path, shown_as=file.shown_as)
    if repository is None:
        with tempfile.TemporaryDirectory() as folder:
            return lint.lint(source, shown_as=file.shown_as, store=Store(Path(folder)))
    config = session.config
    offers = {name: credential.offered(config, loaded) for name, loaded in batches.items() if loaded.config.template == file.name}
    return lint.lint(
        source,
        shown_as=file.shown_as,
        brand=brand_files.load(repository, config),
        store=drawing.store(repository),
        address=credential.page_url(config, lint.NUMBER),
        offers=offers,
    )


def _unnamed(file: TemplateFile) -> str:
    """What to do with a file that no batch can name."""
    return f"No batch can name {file.shown_as}: a name has a-z, 0-9 and hyphens. Rename it to {template_files.like(file.name)}.svg."


def _listed(file: TemplateFile, batches: list[str]) -> dict[str, Any]:
    return {"name": file.name, "own": file.own, "page": _page(file), "batches": batches}


def _page(file: TemplateFile) -> str:
    """What paper it is for, as far as it can be read."""
    try:
        return page_name(artwork.load(file.path, shown_as=file.shown_as))
    except TemplateError:
        return "cannot be read: issuer template check says why"


def _summary(file: TemplateFile, linted: Linted) -> str:
    counts = [
        counted(count, severity.value) for severity in Severity if (count := sum(one.severity is severity for one in linted.findings))
    ]
    size = f" ({page_name(linted.template)})" if linted.template else ""
    return f"{file.shown_as}{size}: {', '.join(counts) or 'nothing is wrong'}"


def _checked_json(file: TemplateFile, linted: Linted) -> dict[str, Any]:
    return {
        "name": file.name,
        "file": file.shown_as,
        "usable": not linted.blocks,
        "page": page_name(linted.template) if linted.template else None,
        "fields": sorted(linted.template.fields) if linted.template else [],
        "findings": [finding_lines.as_json(found) for found in linted.findings],
    }
