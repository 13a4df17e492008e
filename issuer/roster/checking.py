"""Normalises and checks the rows of a roster. What it returns is what would be signed, and everything that is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from issuer.batch_config import BatchConfig
from issuer.errors import Place, RosterError
from issuer.roster import dates
from issuer.roster.cells import Cells, Reader
from issuer.roster.findings import Code, Finding, finding
from issuer.roster.mapping import Column, Mapping
from issuer.roster.periods import Periods
from issuer.roster.policy import DEFAULT, Policy
from issuer.roster.table import Row, Table
from issuer.roster.text import tidy
from issuer.roster.whole import Whole

_REMEMBERED = 5000
_UNCHANGED: tuple[tuple[str, str, str], ...] = ()
_NO_FIELDS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Checked:
    """One row. values: field → normalised text, empty cells absent; findings: in the order of the columns; faulty: fields in error;
    normalised: (field, as it stands in the roster, as it would be signed) of the cells without error whose text changed."""

    line: int
    values: dict[str, str]
    findings: tuple[Finding, ...]
    faulty: frozenset[str] = _NO_FIELDS
    normalised: tuple[tuple[str, str, str], ...] = _UNCHANGED

    @property
    def blocked(self) -> bool:
        """Whether an error keeps the row from being issued."""
        return any(found.blocks for found in self.findings)


class Checker:
    """Checks the rows of one table in their order, and at the end the roster as a whole. now: aware UTC; config: gives the dates that a row
    does not, and names the key; policy: how much findings matter; again: opens the same roster once more, asked at most once, for dates
    that only their whole column explains. Without it they are errors."""

    def __init__(
        self,
        table: Table,
        mapping: Mapping,
        config: BatchConfig,
        now: dt.datetime,
        policy: Policy = DEFAULT,
        again: Callable[[], Table] | None = None,
    ) -> None:
        self.table, self.policy, self.config, self.again = table, policy, config, again
        self.index = {column.field: column.index for column in mapping.columns}
        self.required = {column.field for column in mapping.columns if column.required} | set(config.key)
        self.cells = Cells(policy, self.index, self._proofs)
        self.readers = self.cells.readers(mapping.columns, config, table.headers)
        days = tuple(reader.column.field for reader in self.readers if reader.kind == "day")
        self.periods = Periods(config, frozenset(self.index), days, self._place, now)
        self.today, self.tomorrow = self.periods.today, self.periods.tomorrow
        self.whole = Whole(self.readers, config.key, self._place)

    def check(self, row: Row) -> Checked:
        """Normalise and check one row. Never raises."""
        values: dict[str, str] = {}
        findings: list[Finding] = list(row.findings)
        faulty: set[str] = set()
        changed: list[tuple[str, str, str]] = []
        cells = row.cells
        for reader in self.readers:
            raw = cells[reader.only] if reader.only is not None else reader.column.text(cells)
            text = reader.good.get(raw) if reader.quick is None else reader.quick(raw)
            if text is None or (row.dates and reader.column.date):  # a real date needs no pattern
                text = self._read(reader, raw, row, findings, faulty)
            if text:
                field = reader.column.field
                values[field] = text
                if text != raw and raw.strip() and field not in faulty:
                    changed.append((field, raw, text))
        if any(found.blocks for found in row.findings):
            faulty.update(self.index)
            if any(found.code is Code.ROW_RAGGED for found in row.findings):
                findings = list(row.findings)  # every cell may stand in the wrong column: what else is found would mislead
        if not faulty:
            given = self.config.given(values)
            findings.extend(self.periods.check(values, given, row.line))
            values |= given
        if not findings:
            return Checked(row.line, values, (), _NO_FIELDS, tuple(changed) if changed else _UNCHANGED)
        return Checked(row.line, values, tuple(self.policy.judged(findings)), frozenset(faulty), tuple(changed))

    def keep(self, checked: Checked) -> None:
        """The row counts: it is to be compared with the others."""
        if not checked.faulty:
            self.whole.add(checked.line, checked.values)

    def finish(self) -> list[Finding]:
        """After the last row: what is only seen in all of them together, in the order of lines."""
        return self.policy.judged(self.whole.findings())

    def same_name(self, first: int, second: int) -> bool | None:
        """Whether the rows in two lines, the first above the second, have the same name but for case, accents and order; None if one of
        them has an error."""
        return self.whole.people.same_name(first, second)

    def _read(self, reader: Reader, raw: str, row: Row, findings: list[Finding], faulty: set[str]) -> str:
        """The text of a cell that was not seen before."""
        column = reader.column
        found: list[Finding] = []

        def report(code: Code, message: str, hint: str) -> None:
            found.append(finding(code, self.table.place(row.line, column.index), message, hint))

        text = tidy(raw) or column.value or column.default
        if text:
            text = self.cells.read(reader, text, raw, row, report)
        elif not row.findings or not any(
            self.table.headers[index] == each.place.column for index in column.indexes for each in row.findings
        ):
            found.extend(self._empty(column, row.line))
        if text and (column.turned or (column.field == "name" and len(column.indexes) > 1)):
            found.extend(column.faults(row, text, self.table))
        if not found:
            if (
                reader.quick is None
                and (reader.only is not None or not column.indexes)
                and not (row.dates and column.date)
                and len(reader.good) < _REMEMBERED
            ):
                reader.good[raw] = text
            return text
        findings.extend(found)
        if any(each.blocks for each in self.policy.judged(found)):
            faulty.add(column.field)
        return text

    def _empty(self, column: Column, line: int) -> Iterator[Finding]:
        place = self.table.place(line, column.index)
        if column.field in self.required:
            hint = "fill the cell, or take the row out" if column.field == "name" else "fill the cell, or make the column optional"
            yield finding(Code.VALUE_MISSING, place, f"the {column.field} is missing", hint)
        elif column.field == "email":
            hint = "add it, or hand the link of the certificate over yourself"
            yield finding(Code.EMAIL_MISSING, place, "there is no e-mail address", hint)

    def _proofs(self) -> dates.Proofs:
        """What whole columns prove about their dates."""
        columns = [reader.only for reader in self.readers if reader.kind == "day" and not reader.column.date and reader.only is not None]
        if self.again is None:
            return {}
        try:
            return dates.prove(self.again().rows, columns)
        except RosterError:
            return {}  # the rows that are being checked end with the same error

    def _place(self, line: int, field: str) -> Place:
        return self.table.place(line, self.index.get(field))
