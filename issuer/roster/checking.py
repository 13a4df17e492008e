"""Normalises and checks the cells of one row. What it returns is what would be signed, and everything that is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from issuer.batch_config import BatchConfig
from issuer.errors import Place
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.mapping import Column, Mapping
from issuer.roster.table import Row, Table
from issuer.roster.text import described, tidy, unwanted

MAX_CELL = 1000
MAX_NAME = 200
EARLIEST = "1950-01-01"
DATE_FIELDS = ("awarded", "valid_until")
_ISO_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?")
_ADDRESS = re.compile(r"""(?<![^\s<>()\[\],;:"'])[^\s@＠<>()\[\],;:"']+[@＠][\w-]+(?:\.[\w-]+)*\.[^\W\d_][\w-]+""")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Checked:
    """One row. values: field → normalised text, empty cells absent; findings: in the order of the columns; faulty: fields in error."""

    line: int
    values: dict[str, str]
    findings: tuple[Finding, ...]
    faulty: frozenset[str] = frozenset()

    @property
    def blocked(self) -> bool:
        """Whether an error keeps the row from being issued."""
        return any(found.blocks for found in self.findings)


class Checker:
    """Checks the rows of one table. now: aware UTC; config: gives the dates that a row does not, and names the key."""

    def __init__(self, table: Table, mapping: Mapping, config: BatchConfig, now: dt.datetime) -> None:
        self.table = table
        self.columns = mapping.columns
        self.index = {column.field: column.index for column in mapping.columns}
        self.today = now.date().isoformat()
        self.tomorrow = (now.date() + dt.timedelta(days=1)).isoformat()
        self.required = {column.field for column in mapping.columns if column.required} | ({config.key} if config.key else set())
        given = {"awarded": config.awarded, "valid_until": config.valid_until}
        self.defaults = {field: day.isoformat() for field, day in given.items() if day is not None}

    def check(self, row: Row) -> Checked:
        """Normalise and check one row. Never raises."""
        values: dict[str, str] = {}
        findings = list(row.findings)
        faulty = {column.field for column in self.columns} if row.findings else set()  # every cell may stand in the wrong column
        unreadable = {found.place.column for found in row.findings}
        for column in self.columns:
            text = tidy(row.cells[column.index])
            before = len(findings)
            if text:
                values[column.field] = self._cell(column, text, row, findings)
            elif self.table.headers[column.index] not in unreadable:
                findings.extend(self._empty(column, row.line))
            if any(found.blocks for found in findings[before:]):
                faulty.add(column.field)
        if not faulty:
            findings.extend(self._dates(values, row.line))
            values |= {field: day for field, day in self.defaults.items() if field not in values}
        return Checked(row.line, values, tuple(findings), frozenset(faulty))

    def _cell(self, column: Column, text: str, row: Row, findings: list[Finding]) -> str:
        """The normalised text of one cell that is not empty."""

        def report(code: Code, message: str, hint: str) -> None:
            findings.append(finding(code, self.table.place(row.line, column.index), message, hint))

        fault = unwanted(text)
        if fault:
            code, index = fault
            report(code, f"{shown(text)} {described(text, code, index)}", "type the cell again, or delete that character")
        elif len(text) > MAX_CELL:
            report(
                Code.CELL_LONG, f"the cell has {len(text):,} characters, at most {MAX_CELL:,} fit", "shorten it, or check for a lost quote"
            )
        elif column.field == "name" and len(text) > MAX_NAME:
            report(
                Code.NAME_LONG, f"the name has {len(text)} characters, at most {MAX_NAME} fit", "shorten it, or check for a lost delimiter"
            )
        elif column.field == "email":
            return _email(text, report)
        elif address := _ADDRESS.search(text):
            hint = "map the column to `email`, which is never published, or take the address out"
            report(Code.ADDRESS_PUBLIC, f"the e-mail address {shown(address[0])} would be published", hint)
        elif column.field in DATE_FIELDS or column.date:
            return _day(text, column.date, report, real=column.index in row.dates)
        elif column.field == "language" and not _LANGUAGE.fullmatch(text):
            report(
                Code.LANGUAGE_INVALID, f"{shown(text)} is no language tag", "write a tag such as en, pt-BR or zh-Hant, or leave it empty"
            )
        return text

    def _empty(self, column: Column, line: int) -> Iterator[Finding]:
        place = self.table.place(line, column.index)
        if column.field in self.required:
            hint = "fill the cell, or take the row out" if column.field == "name" else "fill the cell, or make the column optional"
            yield finding(Code.VALUE_MISSING, place, f"the {column.field} is missing", hint)
        elif column.field == "email":
            yield finding(
                Code.EMAIL_MISSING, place, "there is no e-mail address", "add it, or hand the link of the certificate over yourself"
            )

    def _dates(self, values: dict[str, str], line: int) -> Iterator[Finding]:
        """The dates of one row; those that come from batch.yml alone are checked once, not for every row."""
        awarded, until = values.get("awarded"), values.get("valid_until")
        place = self.table.place(line, self.index.get("awarded"))
        if awarded:
            yield from unlikely(place, awarded, self.tomorrow)
        elif "awarded" in self.index and "awarded" not in self.defaults:
            hint = "fill the cell, or write `awarded: 2026-05-30` in batch.yml for the rows without a date"
            yield finding(Code.AWARDED_MISSING, place, "the date of the award is missing", hint)
        if not awarded and not until:
            return
        place = self.table.place(line, self.index["valid_until"]) if until else place
        awarded, until = awarded or self.defaults.get("awarded"), until or self.defaults.get("valid_until")
        if awarded and until and until < awarded:
            message = f"valid until {until}, which is before the award on {awarded}"
            yield finding(Code.VALID_UNTIL_EARLY, place, message, "correct one of the two dates")
        elif until and until < self.today and "valid_until" in values:
            yield finding(Code.VALID_UNTIL_PASSED, place, f"valid until {until}, which has passed", "check the year")


Report = Callable[[Code, str, str], None]


def unlikely(place: Place, awarded: str, tomorrow: str) -> Iterator[Finding]:
    """A warning for a day that lies after tomorrow or long ago. Both are yyyy-mm-dd."""
    if awarded > tomorrow:
        yield finding(Code.AWARDED_UNLIKELY, place, f"awarded on {awarded}, which is in the future", "check the date")
    elif awarded < EARLIEST:
        yield finding(Code.AWARDED_UNLIKELY, place, f"awarded on {awarded}, which is long ago", "check the year")


def _email(text: str, report: Report) -> str:
    """The address with its domain in lower case and Unicode; the local part as written (RFC 5321 section 2.4)."""
    from email_validator import EmailNotValidError, validate_email  # 40 ms, so only when a roster has addresses

    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        said = str(error).rstrip(".")
        message = f"{shown(text)} is no e-mail address: {said[:1].lower()}{said[1:]}" if "@" in text else f'no "@" in {shown(text)}'
        report(Code.EMAIL_INVALID, message, "correct the cell, or leave it empty to issue without mail")
        return text


def _day(text: str, pattern: str | None, report: Report, *, real: bool) -> str:
    """The day as yyyy-mm-dd: a real date of a spreadsheet, the column's own pattern, or ISO 8601. Nothing is guessed."""
    iso = _ISO_DAY.fullmatch(text)
    try:
        if pattern and not (real and iso):
            try:
                return dt.datetime.strptime(text, pattern).date().isoformat()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                if not iso:
                    raise
        if iso:
            return dt.date.fromisoformat(iso[1]).isoformat()
    except ValueError:
        pass
    expected = f"as {pattern}" if pattern else "as yyyy-mm-dd"
    hint = "write it as 2026-05-30" + ("" if pattern else ', or say how the column writes dates, as in {column: …, date: "%d.%m.%Y"}')
    report(Code.DATE_INVALID, f"{shown(text)} is no date {expected}", hint)
    return text
