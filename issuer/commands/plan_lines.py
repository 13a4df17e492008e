"""How a review is shown in a terminal: findings, what would be issued, a table of the batches, and the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from rich.table import Table

from issuer.commands import finding_lines
from issuer.planning import Ineligible, Plan, PlannedRow
from issuer.review import COUNTS, Part, Review
from issuer.roster.findings import shown

_SHOWN = 200
_NEW_SHOWN = 20
_READ_SHOWN = 10


def render(review: Review, unsigned: Iterable[str]) -> Iterator[Any]:
    """The lines. unsigned: what is decided and not signed yet."""
    yield from finding_lines.render(review.findings())
    for part in review.parts:
        yield from _rows(part)
    yield _table(review.parts)
    yield from unsigned
    yield from finding_lines.summary(review.severities)
    yield review.sentence


def _table(parts: Sequence[Part]) -> Table:
    table = Table("batch", *(name.replace("_", " ") for name in COUNTS), box=None, pad_edge=False, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    for item in parts:
        table.add_row(item.batch.name, *(f"{count:,}" for count in item.counts.values()))
    return table


def _rows(item: Part) -> list[str]:
    """Of one batch: which columns become public, the new rows with their values, and what each correction changes."""
    plan = item.plan
    new = (
        f"new: {_line(row)}: {row.values['name']}" + "".join(f", {_shown(row, field)}" for field in item.fields if field in row.values)
        for row in item.rows("new")
    )
    columns = []
    if plan.public or plan.private:
        public = ", ".join(header for _, header in plan.public) or "nothing"
        columns = [f"{item.batch.name}: public: {public}; not public: {', '.join(plan.private) or 'nothing'}"]
    changes = _changes(plan)
    sampled = () if plan.new or plan.corrected or len(plan.rows) == plan.unchanged else item.rows("unchanged")
    return [
        *columns,
        *_first(new, plan.new, _NEW_SHOWN),
        *(f"unchanged: {_line(row)}: {row.values['name']}" for row in sampled),
        *_first(changes, len(changes), _SHOWN),
        *_normalised(item),
        *_first((f"not eligible: {_who(row)}: {row.reason}" for row in plan.ineligible), len(plan.ineligible), _NEW_SHOWN),
    ]


def _who(row: Ineligible) -> str:
    return f"{row.name}, {_line(row)}" if row.name else _line(row)


def _line(row: PlannedRow | Ineligible) -> str:
    """Where a row stands; without the file if that is the roster."""
    return f"line {row.line} of {row.file.rpartition('/')[2]}" if row.file else f"line {row.line}"


def _normalised(item: Part) -> list[str]:
    """Cells that are not signed as they stand in the roster."""
    found = [
        f"read as: {_line(row)}: {field}: {shown(old)} → {shown(new)}"
        for row, field, old, new in islice(item.normalised(), _READ_SHOWN + 1)
    ]
    return found if len(found) <= _READ_SHOWN else [*found[:_READ_SHOWN], "… and more; --json lists them all"]


def _shown(row: PlannedRow, field: str) -> str:
    if field == "renews" and row.renews is not None:
        until = row.renews.until and f" (valid until {row.renews.until})"
        return f"renews {row.renews.id}{until}"
    return f"{field}: {row.values[field]}"


def _first(lines: Iterable[str], total: int, limit: int) -> list[str]:
    more = [f"… and {total - limit:,} more; --json lists them all"] if total > limit else []
    return [*islice(lines, limit), *more]


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
                lines.append(f"corrected: {row.values['name']}, {_line(row)}: {change}")
            else:
                same.setdefault(change, []).append(row)
        if row.settings:
            same.setdefault("what batch.yml says of the achievement, or calls a field, changed", []).append(row)
        if row.void:
            same.setdefault("its key was compromised", []).append(row)
    for change, rows in same.items():
        more = f" and {len(rows) - 1:,} more" if len(rows) > 1 else ""
        lines.append(f"corrected: {rows[0].values['name']}, {_line(rows[0])}{more}: {change}")
    return lines
