"""How the days of one row fit together, and into our time: awarded, started, ended, valid until."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from issuer.batch_config import DATE_FIELDS, BatchConfig
from issuer.errors import Place
from issuer.roster.findings import Code, Finding, finding

EARLIEST = "1950-01-01"
_OLDEST = "1900-01-01"
_AHEAD = {"started": 10, "ended": 10, "valid_until": 50}
_AHEAD_OF_OWN = 100
"""Years after which a day is more likely a wrong year."""


def unlikely(place: Place, awarded: str, tomorrow: str) -> Iterator[Finding]:
    """A warning for an award that lies after tomorrow or long ago. Both are yyyy-mm-dd."""
    if awarded > tomorrow:
        yield finding(Code.AWARDED_UNLIKELY, place, f"awarded on {awarded}, which is in the future", "check the date")
    elif awarded < EARLIEST:
        yield finding(Code.AWARDED_UNLIKELY, place, f"awarded on {awarded}, which is long ago", "check the year")


class Periods:
    """Checks the days of rows without errors. fields: those that a column fills; days: those of them that hold days;
    place: line and field → where it stands; now: aware UTC."""

    def __init__(
        self, config: BatchConfig, fields: frozenset[str], days: tuple[str, ...], place: Callable[[int, str], Place], now: dt.datetime
    ) -> None:
        today = now.date()
        self.config, self.fields, self.place = config, fields, place
        self.today, self.tomorrow = today.isoformat(), (today + dt.timedelta(days=1)).isoformat()
        self.ordered = {"started", "ended"} <= fields and not config.is_own("started") and not config.is_own("ended")
        own = {field for field in days if config.is_own(field)}
        self.bounds = tuple(
            (field, _OLDEST if field in own else EARLIEST, str(today.year + (_AHEAD_OF_OWN if field in own else _AHEAD[field])))
            for field in days
            if field != "awarded" or field in own
        )

    def check(self, values: dict[str, str], given: dict[str, str], line: int) -> Iterator[Finding]:
        """What is odd. values: of the row, normalised; given: what batch.yml adds, which is checked once and not for every row."""
        if awarded := values.get("awarded"):
            if not EARLIEST <= awarded <= self.tomorrow:
                yield from unlikely(self.place(line, "awarded"), awarded, self.tomorrow)
        elif "awarded" in self.fields and "awarded" not in given:
            hint = "fill the cell, or write `awarded: 2026-05-30` in batch.yml for the rows without a date"
            yield finding(Code.AWARDED_MISSING, self.place(line, "awarded"), "the date of the award is missing", hint)
        if not self.fields.isdisjoint(DATE_FIELDS):
            yield from self._end(values, given, line)
        if self.ordered and (ended := values.get("ended", "9999")) < (started := values.get("started", "")):
            message = f"ended on {ended}, which is before the beginning on {started}"
            yield finding(Code.ENDED_EARLY, self.place(line, "ended"), message, "correct one of the two dates")
        for field, earliest, last in self.bounds:
            day = values.get(field)
            if day is not None and not earliest <= day[:10] <= last:
                when = "long ago" if day < earliest else "far in the future"
                hint = (
                    "check the year" if field != "valid_until" else "check the year; leave the cell empty for a certificate without an end"
                )
                yield finding(Code.DATE_UNLIKELY, self.place(line, field), f"{field} is {day}, which is {when}", hint)

    def _end(self, values: dict[str, str], given: dict[str, str], line: int) -> Iterator[Finding]:
        """The last day on which a certificate is valid, if the row has a say in it."""
        until = values.get("valid_until") or given.get("valid_until")
        if until is None or ("awarded" not in values and "valid_until" not in values):
            return
        awarded = values.get("awarded") or given.get("awarded")
        field = "valid_until" if "valid_until" in values else "awarded"
        if awarded and until < awarded:
            message = f"valid until {until}, which is before the award on {awarded}"
            yield finding(Code.VALID_UNTIL_EARLY, self.place(line, field), message, "correct one of the two dates")
        elif until < self.today and ("valid_until" in values or self.config.valid_for is not None):
            yield finding(Code.VALID_UNTIL_PASSED, self.place(line, field), f"valid until {until}, which has passed", "check the year")
