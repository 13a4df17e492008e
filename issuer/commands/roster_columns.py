"""The columns of a new roster: their headers, what belongs there, and an example."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from issuer.batch_config import DAY_FIELDS, BatchConfig, ColumnMapping

EXAMPLE = "Your Name"
"""The name in the example row: the checks refuse it, as it stands for nobody."""
_NOTES = {
    "name": "The name as it will stand on the certificate.",
    "email": "Where the link is sent; never published. May be empty.",
    "awarded": "The day of the award.",
    "valid_until": "The last day on which the certificate is valid; empty if it does not end.",
    "language": "The recipient's language, such as en, pt-BR or zh-Hant.",
    "credits": "How many credits were earned, such as 5 or 2.5.",
    "licence": "The number of the licence that comes with it.",
    "role": "As what the person took part.",
    "term": "The academic term.",
    "started": "The first day of the activity.",
    "ended": "The last day of the activity.",
    "narrative": "What this person did, in words.",
    "evidence": "The address of what shows it, such as a portfolio.",
    "evidence_name": "The title of the evidence.",
    "evidence_narrative": "A text about the evidence.",
    "image": "The address of a picture of this certificate.",
    "renews": "The id or the address of the older certificate that this one follows.",
}
_EXAMPLES = {
    "email": "your.name@example.org",
    "language": "en",
    "credits": "5",
    "licence": "A-1234",
    "role": "Participant",
    "evidence": "https://portfolio.example.org/your-name",
}


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column of a new roster."""

    header: str
    note: str
    example: str


def columns(config: BatchConfig, today: dt.date) -> list[NewColumn]:
    """The columns that a batch needs: those that batch.yml names, then name, e-mail and the day of the award where nothing else fills them.
    today: for the examples."""
    found: dict[str, NewColumn] = {}
    wanted = dict(config.columns)
    for field in ("name", "email", *(("awarded",) if config.awarded is None else ())):
        wanted.setdefault(field, ColumnMapping(column=(field,)))
    for field, column in sorted(wanted.items(), key=lambda item: ("name", "email", item[0]).index(item[0])):
        if not column.column:
            continue  # batch.yml gives its value
        examples = _examples(field, column, today, own=config.is_own(field))
        for header, example in zip(column.column, examples, strict=True):
            found.setdefault(header, NewColumn(header, _note(field, column, own=config.is_own(field)), example))
    return list(found.values())


def _examples(field: str, column: ColumnMapping, today: dt.date, *, own: bool) -> list[str]:
    """An example for each header of a field."""
    if field == "name":
        first, _, last = EXAMPLE.partition(" ")
        return [EXAMPLE] if len(column.column) == 1 else [first, *[""] * (len(column.column) - 2), last]
    if (field in DAY_FIELDS and not own) or column.date:
        return [today.strftime(column.date or "%Y-%m-%d")] * len(column.column)
    return ["" if own else _EXAMPLES.get(field, "")] * len(column.column)


def _note(field: str, column: ColumnMapping, *, own: bool) -> str:
    known = _NOTES.get(field) if not own or field == "language" else None
    note = known or ("Not published." if column.private else f"Stands on the certificate's page as {column.label or column.title}.")
    if len(column.column) > 1:
        note += f" Joined from {' and '.join(column.column)}."
    if (field in DAY_FIELDS and not own) or column.date:
        note += f" Written as {dt.date(2026, 5, 30).strftime(column.date or '%Y-%m-%d')}."
    return note + (" Required." if column.required or field == "name" else "")
