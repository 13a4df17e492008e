"""Normalises and checks the cells of one row. What it returns is what would be signed, and everything that is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from issuer.batch_config import DAY_FIELDS, BatchConfig
from issuer.errors import FormatError, Place
from issuer.formats import identifier, jcs
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.mapping import Column, Mapping
from issuer.roster.policy import DEFAULT, Policy
from issuer.roster.table import Row, Table
from issuer.roster.text import described, tidy, unwanted

MAX_CELL = 1000
MAX_NAME = 200
EARLIEST = "1950-01-01"
_ISO_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?")
_ADDRESS = re.compile(r"""(?<![^\s<>()\[\],;:"'])[^\s@＠<>()\[\],;:"']+[@＠][\w-]+(?:\.[\w-]+)*\.[^\W\d_][\w-]+""")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LINK = re.compile(r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:[0-9]{1,5})?([/?#][!#-;=?-[\]_a-z~]*)?")
_CREDITS = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,3})|,([0-9]{1,2}))?")
_MAX_CREDITS = 1_000_000
_CERTIFICATE = re.compile(r"(?:https?://\S+/c/)?([0-9A-Za-z-]{26,40})/?")


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
    """Checks the rows of one table. now: aware UTC; config: gives the dates that a row does not, and names the key;
    policy: how much findings matter."""

    def __init__(self, table: Table, mapping: Mapping, config: BatchConfig, now: dt.datetime, policy: Policy = DEFAULT) -> None:
        self.table, self.policy = table, policy
        self.columns = mapping.columns
        self.index = {column.field: column.index for column in mapping.columns}
        self.today = now.date().isoformat()
        self.tomorrow = (now.date() + dt.timedelta(days=1)).isoformat()
        self.required = {column.field for column in mapping.columns if column.required} | set(config.key)
        self.config = config

    def check(self, row: Row) -> Checked:
        """Normalise and check one row. Never raises."""
        values: dict[str, str] = {}
        findings = list(row.findings)
        faulty = {column.field for column in self.columns} if row.findings else set()  # every cell may stand in the wrong column
        unreadable = {found.place.column for found in row.findings}
        for column in self.columns:
            text = tidy(" ".join([row.cells[index] for index in column.indexes])) or column.value or column.default
            before = len(findings)
            if text:
                values[column.field] = self._cell(column, text, row, findings)
            elif unreadable.isdisjoint(self.table.headers[index] for index in column.indexes):
                findings.extend(self._empty(column, row.line))
            if any(found.blocks for found in self.policy.judged(findings[before:])):
                faulty.add(column.field)
        if not faulty:
            given = self.config.given(values)
            findings.extend(self._dates(values, given, row.line))
            values |= given
        return Checked(row.line, values, tuple(self.policy.judged(findings)), frozenset(faulty))

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
        elif column.date or (column.field in DAY_FIELDS and not self._is_own(column)):
            return _day(text, column.date, report, real=not row.dates.isdisjoint(column.indexes))
        elif column.field == "language" and not _LANGUAGE.fullmatch(text):
            report(
                Code.LANGUAGE_INVALID, f"{shown(text)} is no language tag", "write a tag such as en, pt-BR or zh-Hant, or leave it empty"
            )
        elif column.field in _READERS and not self._is_own(column):
            return _READERS[column.field](text, report)
        return text

    def _is_own(self, column: Column) -> bool:
        return self.config.is_own(column.field)

    def _empty(self, column: Column, line: int) -> Iterator[Finding]:
        place = self.table.place(line, column.index)
        if column.field in self.required:
            hint = "fill the cell, or take the row out" if column.field == "name" else "fill the cell, or make the column optional"
            yield finding(Code.VALUE_MISSING, place, f"the {column.field} is missing", hint)
        elif column.field == "email":
            yield finding(
                Code.EMAIL_MISSING, place, "there is no e-mail address", "add it, or hand the link of the certificate over yourself"
            )

    def _dates(self, values: dict[str, str], given: dict[str, str], line: int) -> Iterator[Finding]:
        """The dates of one row; those that come from batch.yml alone are checked once, not for every row. given: what batch.yml adds."""
        place = self._place(line, "awarded")
        if awarded := values.get("awarded"):
            yield from unlikely(place, awarded, self.tomorrow)
        elif "awarded" in self.index and "awarded" not in given:
            hint = "fill the cell, or write `awarded: 2026-05-30` in batch.yml for the rows without a date"
            yield finding(Code.AWARDED_MISSING, place, "the date of the award is missing", hint)
        yield from self._end(values, given, line)
        started, ended = values.get("started", ""), values.get("ended", "9999")
        if ended < started and not self.config.is_own("started") and not self.config.is_own("ended"):
            message = f"ended on {ended}, which is before the beginning on {started}"
            yield finding(Code.ENDED_EARLY, self._place(line, "ended"), message, "correct one of the two dates")

    def _end(self, values: dict[str, str], given: dict[str, str], line: int) -> Iterator[Finding]:
        """The last day on which a certificate is valid, if the row has a say in it."""
        all_days = {**given, **values}
        awarded, until = all_days.get("awarded"), all_days.get("valid_until")
        if until is None or ("awarded" not in values and "valid_until" not in values):
            return
        place = self._place(line, "valid_until" if "valid_until" in values else "awarded")
        if awarded and until < awarded:
            message = f"valid until {until}, which is before the award on {awarded}"
            yield finding(Code.VALID_UNTIL_EARLY, place, message, "correct one of the two dates")
        elif until < self.today and ("valid_until" in values or self.config.valid_for is not None):
            yield finding(Code.VALID_UNTIL_PASSED, place, f"valid until {until}, which has passed", "check the year")

    def _place(self, line: int, field: str) -> Place:
        return self.table.place(line, self.index.get(field))


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


def _link(text: str, report: Report) -> str:
    """A web address as it stands; nothing is added to it."""
    if not _LINK.fullmatch(text):
        hint = "write the whole address, as in https://portfolio.example.org/ada; write other letters and spaces as %20 and so on"
        report(Code.LINK_INVALID, f"{shown(text)} is no web address", hint)
    return text


def _credits(text: str, report: Report) -> str:
    """A number as RFC 8785 writes it. A comma is a decimal comma if one or two digits follow: three could be thousands."""
    match = _CREDITS.fullmatch(text)
    number = float(f"{match[1]}.{match[2] or match[3] or 0}") if match else -1
    if not 0 <= number <= _MAX_CREDITS:
        report(Code.CREDITS_INVALID, f"{shown(text)} is no number of credits", "write a number such as 5 or 2.5")
        return text
    return jcs.canonical(number).decode()


def _certificate(text: str, report: Report) -> str:
    """The id of a certificate, from an id or from the address of its page."""
    match = _CERTIFICATE.fullmatch(text)
    try:
        return identifier.normalise(match[1] if match else "")
    except FormatError:
        hint = "write the 26 characters of the old certificate's id, or the address of its page; `issuer expiring --csv FILE` lists them"
        report(Code.RENEWAL_UNKNOWN, f"{shown(text)} is no id of a certificate", hint)
        return text


def _name(text: str, report: Report) -> str:
    """The name as it stands; that of the example row of `issuer roster template` is none."""
    if text.casefold() == "your name":
        report(Code.NAME_PLACEHOLDER, f"{shown(text)} stands for a name and is none", "write the recipient's name, or take the row out")
    return text


_READERS: dict[str, Callable[[str, Report], str]] = {
    "name": _name,
    "evidence": _link,
    "image": _link,
    "credits": _credits,
    "renews": _certificate,
}
"""Placed field → what makes the signed text of its cell."""
