"""Whom `issuer revoke`, `suspend` and `reinstate` mean: by id or address, by a file of these, or by batch and values."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from issuer import batch, credential, records
from issuer.commands.session import Session
from issuer.errors import FormatError, Place, UsageError
from issuer.formats import identifier
from issuer.roster import reading

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Selection:
    """Whom a command means: ids and a file of ids, or a batch and values. where: FIELD=VALUE, all of which must hold."""

    ids: tuple[str, ...] = ()
    file: Path | None = None
    batch: str | None = None
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selected:
    """people: id → recipient of those who are meant, in the order in which they were named, else of the records; everybody: id →
    recipient of all certificates."""

    people: dict[str, str]
    everybody: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Named:
    """An id as somebody gave it. place: its line in a file, None for the command line."""

    text: str
    place: Place | None = None


def select(session: Session, selection: Selection) -> Selected:
    """Find who is meant. Raises UsageError naming every id that no certificate has, and for a batch, field or file that is not there."""
    by_value = selection.batch is not None or bool(selection.where)
    if bool(selection.ids or selection.file) == by_value:
        raise UsageError(
            "ids and values together: name certificates or choose them" if by_value else "no certificate is named",
            hint="give ids or --from FILE, or else --batch and --where",
        )
    everybody: dict[str, str] = {}
    chosen = _Choosing(session, selection) if by_value else None
    for record in records.current(session.repository):
        everybody[record.id] = credential.recipient(record.credential)
        if chosen is not None:
            chosen.look_at(record)
    ids = _known(_named(selection), everybody) if chosen is None else chosen.result()
    return Selected({number: everybody[number] for number in ids}, everybody)


class _Choosing:
    """Chooses by batch and values while the records pass."""

    def __init__(self, session: Session, selection: Selection) -> None:
        self._batch = None if selection.batch is None else batch.named(session.repository, selection.batch)
        self._wanted = [_field_and_value(text) for text in selection.where]
        self._fields: set[str] = set()
        self._found: list[str] = []

    def look_at(self, record: records.Record) -> None:
        if self._batch in (None, record.batch):
            fields = credential.fields(record.credential)
            self._fields.update(fields)
            if all(fields.get(field) == value for field, value in self._wanted):
                self._found.append(record.id)

    def result(self) -> list[str]:
        for field, _ in self._wanted:
            if field not in self._fields:
                there = ", ".join(sorted(self._fields)) or "there is no certificate yet"
                raise UsageError(f"no certificate there has the field {field!r}", hint=f"fields: {there}")
        return self._found


def _field_and_value(text: str) -> tuple[str, str]:
    field, equals, value = unicodedata.normalize("NFC", text).partition("=")
    if not equals:
        raise UsageError(f"--where {text!r} has no =", hint="write the field and its value: --where score=91")
    return field.strip(), value.strip()


def _named(selection: Selection) -> Iterator[_Named]:
    yield from (_Named(text) for text in selection.ids)
    if selection.file is None:
        return
    shown = str(selection.file)
    table = reading.read(selection.file, shown_as=shown)
    column = next((number for number, header in enumerate(table.headers) if header.casefold() == "id"), None)
    if column is None and len(table.headers) > 1:
        raise UsageError("has no column `id`", place=Place(shown), hint="write one id or address a line, or name the column id")
    if column is None and table.headers:
        yield _Named(table.headers[0], Place(shown, table.header_line))
    yield from (_Named(row.cells[column or 0], Place(shown, row.line)) for row in table.rows)


def _known(named: Iterator[_Named], everybody: dict[str, str]) -> list[str]:
    """Their ids, each once."""
    found: dict[str, None] = {}
    mistakes: list[tuple[Place | None, str]] = []
    for item in named:
        try:
            number = identifier.normalise(item.text.rstrip("/").rpartition("/")[2])
        except FormatError as error:
            mistakes.append((item.place, error.message))
            continue
        if number in everybody:
            found[number] = None
        else:
            mistakes.append((item.place, f"no certificate has the id {number}"))
    if mistakes:
        (place, message), *others = mistakes
        lines = [message, *(text if where is None else f"{where}: {text}" for where, text in others[: _SHOWN - 1])]
        if len(mistakes) > _SHOWN:
            lines.append(f"… and {len(mistakes) - _SHOWN:,} more")
        raise UsageError("\n".join(lines), place=place, hint="nothing was written; `issuer report --csv FILE` lists the ids")
    return list(found)
