"""The day that a cell names: as ISO 8601, by the column's own pattern, or in an order that the whole column proves. Nothing is guessed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from issuer.roster.findings import Code, Report, shown
from issuer.roster.table import Row
from issuer.roster.text import tidy

ISO_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?")
_TIME = r"(?P<time>,? [0-9]{1,2}:[0-9]{2}(?P<seconds>:[0-9]{2})?(?P<half> ?[AaPp][Mm])?)?"
_NUMBERS = re.compile(rf"([0-9]{{1,2}})(?P<mark>[./-]) ?([0-9]{{1,2}})(?P=mark) ?([0-9]{{4}}){_TIME}")
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})(?:([./-]) ?([0-9]{{1,2}})\2 ?([0-9]{{1,2}})\.?|年 ?([0-9]{{1,2}})月 ?([0-9]{{1,2}})日){_TIME}")
_SERIAL = re.compile(r"([2-7][0-9]{4})(?:[.,][0-9]+)?")
_EPOCH, _EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_WRITE = "write it as 2026-05-30"

Order = Literal["day", "month"]


@dataclass(slots=True)
class Proof:
    """What the cells of one column that have one mark (. / -) between their numbers prove: for each order the first line and cell that can
    be read in no other. real: the first line in which the column has a real date of a spreadsheet."""

    only: dict[Order, tuple[int, str]] = field(default_factory=dict)
    real: int | None = None


Proofs = dict[tuple[int, str], Proof]
"""0-based column and mark → proof."""


def prove(rows: Iterable[Row], columns: Iterable[int]) -> Proofs:
    """Look through the days of whole columns. rows: of the roster from its beginning; columns: 0-based."""
    proofs: Proofs = {}
    real: dict[int, int] = {}
    wanted = tuple(columns)
    for row in rows:
        for column in wanted:
            text = tidy(row.cells[column])
            if column in row.dates:
                real.setdefault(column, row.line)
            elif not ISO_DAY.fullmatch(text) and (numbers := _NUMBERS.fullmatch(text)):
                proof = proofs.setdefault((column, numbers["mark"]), Proof())
                first, second = int(numbers[1]), int(numbers[3])
                if (first > 12) != (second > 12):
                    proof.only.setdefault("day" if first > 12 else "month", (row.line, text))
    for (column, _), proof in proofs.items():
        proof.real = real.get(column)
    return proofs


def mark(text: str) -> str | None:
    """What stands between the numbers of a day whose order must be proved; None for any other text."""
    numbers = _NUMBERS.fullmatch(text)
    return numbers["mark"] if numbers and not ISO_DAY.fullmatch(text) else None


def looks_like_one(text: str) -> bool:
    """Whether a cell is most likely a date, whichever column it stands in."""
    return any(pattern.fullmatch(text) for pattern in (ISO_DAY, _NUMBERS, _YEAR_FIRST))


def day(text: str, pattern: str | None, report: Report, *, real: bool = False) -> str:
    """The day as yyyy-mm-dd. pattern: of the column, for strptime; real: whether it is a real date of a spreadsheet, which is ISO. What is
    no day is returned as it stands."""
    iso = ISO_DAY.fullmatch(text)
    try:
        if pattern and not (real and iso):
            try:
                return dt.datetime.strptime(text, pattern).date().isoformat()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                if not iso:
                    raise
        if iso:
            return dt.date.fromisoformat(iso[1]).isoformat()
        if years := _YEAR_FIRST.fullmatch(text):
            return dt.date(int(years[1]), int(years[3] or years[5]), int(years[4] or years[6])).isoformat()
    except ValueError:
        pass
    if serial := _SERIAL.fullmatch(text):
        return _serial(text, int(serial[1]), report)
    expected = f"as {pattern}" if pattern else "as yyyy-mm-dd"
    hint = _WRITE + ("" if pattern else ', or say how the column writes dates, as in {column: …, date: "%d.%m.%Y"}')
    report(Code.DATE_INVALID, f"{shown(text)} is no date {expected}", hint)
    return text


def numbered_day(text: str, proof: Proof, setting: str, report: Report) -> str:
    """The day that mark() saw, in the order that its column proves. setting: the line of batch.yml up to the pattern, for the hint."""
    numbers = _NUMBERS.fullmatch(text)
    if numbers is None:
        return day(text, None, report)
    first, second, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    hint = f"write in batch.yml {_lines(numbers, setting)}"
    if day_first is None and month_first is None:
        report(Code.DATE_INVALID, f"{shown(text)} is no day of the calendar", _WRITE)
    elif len(proof.only) == 2:
        told = " and ".join(f"{shown(cell)} in line {line} begins with the {order}" for order, (line, cell) in sorted(proof.only.items()))
        report(Code.DATE_INVALID, f"the dates of the column contradict each other: {told}", "write all of them as 2026-05-30")
    elif day_first == month_first and not proof.only:
        return str(day_first)
    elif not proof.only:
        message = f"{shown(text)} can be {day_first} or {month_first}, and no date of the column says which"
        report(Code.DATE_AMBIGUOUS, message, hint)
    elif proof.real is not None:
        message = f"{shown(text)} is text, but line {proof.real} has a real date: a program may have taken days for months there"
        report(Code.DATE_AMBIGUOUS, message, "export the dates again as text such as 2026-05-30, or make all of them real dates")
    else:
        read = day_first if "day" in proof.only else month_first
        if read is not None:
            return read.isoformat()
        report(Code.DATE_INVALID, f"{shown(text)} is no day of the calendar", _WRITE)
    return text


def _date(year: int, month: int, number: int) -> dt.date | None:
    try:
        return dt.date(year, month, number)
    except ValueError:
        return None


def _lines(numbers: re.Match[str], setting: str) -> str:
    """The two lines of batch.yml that say how the column writes its dates."""
    sign, time = numbers["mark"], numbers["time"] or ""
    clock = ""
    if time:
        clock = ("," if time.startswith(",") else "") + (" %I:%M" if numbers["half"] else " %H:%M") + (":%S" if numbers["seconds"] else "")
        clock += f"{' ' if ' ' in numbers['half'] else ''}%p" if numbers["half"] else ""
    space = " " if f"{sign} " in numbers[0] else ""
    patterns = (f"%{a}{sign}{space}%{b}{sign}{space}%Y{clock}" for a, b in ("dm", "md"))
    return " or ".join(f'`{setting}"{pattern}"}}`' for pattern in patterns)


def _serial(text: str, days: int, report: Report) -> str:
    """The day that a spreadsheet counts from 1900, which is what almost all do."""
    usual, other = _EPOCH + dt.timedelta(days=days), _EPOCH_1904 + dt.timedelta(days=days)
    message = f"{shown(text)} is a day as spreadsheets count them: {usual}, or {other} in a workbook that counts from 1904"
    report(Code.DATE_SERIAL, message, f"write {usual}, or format the column as a date before you export it")
    return usual.isoformat()
