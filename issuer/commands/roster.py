"""issuer roster: a new roster with the right columns, and people who come later."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import tempfile
from pathlib import Path

import click

from issuer import batch, durable
from issuer.batch import Batch
from issuer.batch_config import read_batch
from issuer.commands import finding_lines, roster_columns
from issuer.commands.planned import check_batch
from issuer.commands.session import Result, Session
from issuer.errors import Place, RefusedError, UsageError
from issuer.roster import mapping, new_tables, reading, writing
from issuer.roster.findings import shown
from issuer.roster.inert import inert
from issuer.roster.mapping import Column, Mapping
from issuer.roster.table import Table
from issuer.roster.text import tidy

_NUMBER = re.compile(r"[+-][0-9][0-9 .,/()-]*")


@click.group(short_help="begin a roster, and add people to one")
def command() -> None:
    """Begin a roster with the columns that its batch needs, and add people who come later."""


@command.command("template")
@click.argument("name", metavar="BATCH")
@click.option("--xlsx", is_flag=True, help="A workbook, with a note at every header, instead of CSV.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where it goes. Default: the batch's folder.")
@click.pass_obj
def template(session: Session, name: str, out: Path | None, *, xlsx: bool) -> Result:
    """Write an empty roster for BATCH, as its batch.yml names the columns.

    Below the headers stands one example row. `issuer check` refuses it until you write over it or delete it. A file that exists is never
    overwritten.
    """
    folder = session.repository / "records" / batch.named(session.repository, name)
    config = read_batch(folder / "batch.yml", shown_as=f"records/{folder.name}/batch.yml")
    path = out or folder / _file_name(config.roster, xlsx=xlsx, place=Place(f"records/{folder.name}/batch.yml"))
    others = [other.name for other in sorted(folder.iterdir()) if other.suffix.lower() in reading.SUFFIXES] if out is None else []
    if path.exists() or others:
        there = path.name if path.exists() else others[0]
        raise UsageError("is there already", place=Place(there), hint="nothing is overwritten; --out FILE writes elsewhere")
    columns = roster_columns.columns(config, session.now.date())
    notes = {index: column.note for index, column in enumerate(columns)}
    new_tables.write(path, [column.header for column in columns], [[column.example for column in columns]], notes)
    width = max(len(column.header) for column in columns)
    file = path.relative_to(session.repository).as_posix() if out is None else str(path)
    return Result(
        lines=(
            f"{file} has these columns:",
            *(f"  {column.header:{width}}  {column.note}" for column in columns),
            f"Write over the example row, then: issuer check {folder.name}",
        ),
        data={"file": file, "columns": [dataclasses.asdict(column) for column in columns]},
    )


@command.command("add")
@click.argument("name", metavar="BATCH")
@click.option("--name", "person", metavar="NAME", help="The recipient's name.")
@click.option("--email", metavar="ADDRESS", help="The recipient's e-mail address.")
@click.option("--field", "given", multiple=True, metavar="FIELD=VALUE", help="Another cell, by field or header, as in score=91; repeated.")
@click.pass_obj
def add(session: Session, name: str, person: str | None, email: str | None, given: tuple[str, ...]) -> Result:
    """Add one person to the roster of BATCH, in the file's own way of writing.

    The row is checked first, as `issuer check` would, and not written if an error is found in it.
    """
    loaded = batch.load(session.repository, batch.named(session.repository, name))
    wanted = {**({"name": person} if person is not None else {}), **({"email": email} if email is not None else {}), **_pairs(given)}
    table = batch.table(loaded)
    row = _cells(table, mapping.match(table, loaded.config, loaded.settings_path), wanted)
    made = writing.append(loaded.roster, table, row, loaded.config.encoding)
    with tempfile.TemporaryDirectory() as temporary:
        tried = Path(temporary) / loaded.roster.name
        tried.write_bytes(made.data)
        plan = check_batch(session, dataclasses.replace(loaded, roster=tried)).plan
    about = [found for found in plan.findings if found.place.file == loaded.roster_path and found.place.line == made.line]
    blocked = any(found.blocks for found in about)
    reasons = [row.reason for row in plan.ineligible if row.line == made.line and not row.file]
    if not blocked:
        durable.write(loaded.roster, made.data, mode=loaded.roster.stat().st_mode & 0o777)
    last = "Not added: correct what is wrong and try again." if blocked else f"Added. Next: issuer check {loaded.name}"
    return Result(
        lines=(
            *finding_lines.render(about),
            f"{_where(loaded, table, made.line)}: {made.text}",
            *(f"Not eligible, so no certificate will be issued: {reason}." for reason in reasons),
            last,
        ),
        data={"added": not blocked, "line": made.line, "row": made.text, "findings": [finding_lines.as_json(found) for found in about]},
        exit_code=1 if blocked else 0,
    )


def _file_name(named: str | None, *, xlsx: bool, place: Place) -> str:
    """The name of the roster: as batch.yml says, else as is usual. Raises UsageError."""
    suffix = ".xlsx" if xlsx else ".csv"
    if named is not None and Path(named).suffix.lower() != suffix:
        hint = "add --xlsx" if named.lower().endswith(".xlsx") else "take `roster:` out, or name another file with --out"
        raise UsageError(f"names {shown(named)} as the roster, which is no {suffix} file", place=place, hint=hint)
    return named or f"roster{suffix}"


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(text.partition("=")[::2] for text in given)
    if wrong := next((text for text in given if "=" not in text), None):
        raise UsageError(f"--field {wrong}: there is no =", hint="write it as --field score=91")
    return pairs


def _cells(table: Table, columns: Mapping, wanted: dict[str, str]) -> list[str]:
    """The cells of the new row. Raises UsageError, RefusedError."""
    if not columns.complete:
        raise RefusedError("the columns of the roster do not fit its batch", place=table.place(), hint="`issuer check` says why")
    cells = [""] * len(table.headers)
    for name, value in wanted.items():
        if inert(value) != value and not _NUMBER.fullmatch(value):
            raise UsageError(f"{shown(value)} would be run as a formula by a spreadsheet program", hint="leave the first character out")
        column = columns.column(name)
        if column is not None:
            cells[_only(table, column)] = _written(column, value)
        else:
            cells[_index(table, columns, name)] = value
    return cells


def _only(table: Table, column: Column) -> int:
    """The column of a field that one column fills. Raises UsageError."""
    if not column.indexes:
        raise UsageError(f"{column.field!r} has the same value in every row", hint="leave it out; batch.yml says it")
    if len(column.indexes) > 1:
        headers = " and ".join(f"--field {shown(table.headers[index] + '=…')}" for index in column.indexes)
        raise UsageError(f"{column.field!r} is joined from {len(column.indexes)} columns", hint=f"give each of them: {headers}")
    return column.indexes[0]


def _index(table: Table, columns: Mapping, name: str) -> int:
    """The column with a header, in any case. Raises UsageError."""
    headers = [tidy(header).casefold() for header in table.headers]
    if not name or tidy(name).casefold() not in headers:
        known = dict.fromkeys([*(column.field for column in columns.columns), *(header for header in table.headers if header)])
        raise UsageError(f"no column is called {name!r}", hint=f"there are {', '.join(known)}")
    return headers.index(tidy(name).casefold())


def _written(column: Column, value: str) -> str:
    """The value as its column writes it: a day given as yyyy-mm-dd in the column's own format."""
    try:
        return dt.date.fromisoformat(value).strftime(column.date) if column.date else value
    except ValueError:
        return value


def _where(loaded: Batch, table: Table, line: int) -> str:
    return f"{loaded.roster_path}:{line}" if table.sheet is None else f"{loaded.roster_path}!{table.sheet}, row {line}"
