"""A batch that renews another: its batch.yml and its roster, made from those of the old batch as their owner wrote them.

batch.yml stays as it is, but for the dates, which are commented out to be filled in; the file names of the roster; the achievement's id, so
that old and new certificates name the same achievement; and a column `renews`. The roster has the chosen rows of the old one, cell by cell;
the dates in them are empty.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from issuer.batch import Batch
from issuer.batch import table as table_of
from issuer.batch_config import DATE_FIELDS, read_batch
from issuer.errors import ConfigError, Place
from issuer.planning import sources
from issuer.roster import mapping

ROSTER = "roster.csv"
_FILL_IN = {
    "awarded": "# awarded:        # fill in the day of the new award, unless the column gives it",
    "valid_until": "# valid_until:    # fill in the last day, or write valid_for: 2 years",
}
_DROPPED = ("roster", "sheet", "encoding")


@dataclass(frozen=True, slots=True)
class Renewal:
    """The files of the new batch, and the header of the column that names the old certificates."""

    settings: bytes
    roster: bytes
    header: str


def make(batch: Batch, achievement_id: str, lines: Mapping[tuple[str, int], str]) -> Renewal:
    """lines: file, "" for the roster itself, and line of a row → id of the certificate that it renews.
    Raises ConfigError or RosterError."""
    if batch.config.is_own("renews"):
        hint = "give that field another name in the new batch, which you then make by hand (site/guide/renewals.md)"
        raise ConfigError("has a field `renews` of its own", place=Place(batch.settings_path), hint=hint)
    header, roster = _roster(batch, lines)
    settings = _settings((batch.folder / "batch.yml").read_text("utf-8"), batch, achievement_id, header)
    return Renewal(settings.encode(), roster, header)


def _roster(batch: Batch, lines: Mapping[tuple[str, int], str]) -> tuple[str, bytes]:
    """The header of the column `renews`, and the rows as CSV: UTF-8 with the byte order mark that Excel needs."""
    table = table_of(batch)
    columns = mapping.match(table, batch.config, batch.settings_path)
    dates = {index for field in DATE_FIELDS if (column := columns.column(field)) is not None for index in column.indexes}
    table = replace(table, rows=iter(columns.people(table.rows)))
    column = columns.column("renews")
    there = None if column is None else column.index
    headers = list(table.headers)
    if there is None:
        headers.append(_unused("Renews", headers))
    place = len(headers) - 1 if there is None else there
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    for source in sources(batch, table):
        row, where = source.row, ("" if source.table is table else source.table.file, source.row.line)
        if where in lines:
            cells = ["" if index in dates else cell for index, cell in enumerate(row.cells)] + [""] * (there is None)
            cells[place] = lines[where]
            writer.writerow(cells)
    return headers[place], text.getvalue().encode("utf-8-sig")


def _unused(name: str, headers: list[str]) -> str:
    """A header that no column has: name, or name and a number."""
    folded = {header.casefold() for header in headers}
    return next(
        header for number in range(1, len(headers) + 2) if (header := name if number == 1 else f"{name} {number}").casefold() not in folded
    )


def _settings(text: str, batch: Batch, achievement_id: str, header: str) -> str:
    """The text of the new batch.yml. Raises ConfigError if the old one is written in a way that we cannot change."""
    tree = yaml.compose(text, Loader=yaml.SafeLoader)
    changes: list[_Change] = []
    if isinstance(tree, yaml.MappingNode) and not tree.flow_style:
        nodes = {key.value: (key, value) for key, value in tree.value}
        dropped = [name for name in (*_FILL_IN, *_DROPPED) if name in nodes]
        changes += (_without(text, *nodes[name], _FILL_IN.get(name, "")) for name in dropped)
        if batch.config.achievement.id is None:
            changes.append(_first_member(nodes["achievement"][1], f"id: {achievement_id}"))
        if "renews" not in batch.config.columns:
            column = f"renews: {header}"
            columns = nodes.get("columns", (None, None))[1]
            changes.append(_Change(len(text), len(text), f"columns:\n  {column}\n") if columns is None else _first_member(columns, column))
    for change in sorted(changes, key=lambda change: change.start, reverse=True):  # from the end: what is before keeps its place
        text = text[: change.start] + change.text + text[change.end :]
    _refuse_unless_as_meant(text, batch, achievement_id)
    return text


@dataclass(frozen=True, slots=True)
class _Change:
    """The characters from start to before end give way to a text."""

    start: int
    end: int
    text: str


def _without(text: str, key: yaml.Node, value: yaml.Node, instead: str) -> _Change:
    """Take a setting out with the whole of its lines. instead: a line to put there, "" for none."""
    end = text.find("\n", value.end_mark.index)
    return _Change(key.start_mark.index, len(text) if end < 0 else end + 1, instead and f"{instead}\n")


def _first_member(node: yaml.Node, member: str) -> _Change:
    """Put `key: value` before the other members of a mapping."""
    if isinstance(node, yaml.MappingNode) and node.flow_style:
        at, text = node.start_mark.index + 1, member + (", " if node.value else "")
    else:
        at, text = node.start_mark.index, f"{member}\n{' ' * node.start_mark.column}"
    return _Change(at, at, text)


def _refuse_unless_as_meant(text: str, batch: Batch, achievement_id: str) -> None:
    old = batch.config
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "batch.yml"
            path.write_bytes(text.encode())
            new = read_batch(path)
    except ConfigError:
        new = None
    given = old.model_copy(
        update={
            **dict.fromkeys((*DATE_FIELDS, *_DROPPED)),
            "achievement": old.achievement.model_copy(update={"id": achievement_id}),
            "columns": {**(new or old).columns, **old.columns},
        }
    )
    if new != given or "renews" not in given.columns:
        hint = "write the new batch by hand, as the guide says (site/guide/renewals.md)"
        raise ConfigError("is written in a way that no program can change", place=Place(batch.settings_path), hint=hint)
