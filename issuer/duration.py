"""Durations in days, weeks, months and years, as people write them and as ISO 8601 does: `2 years`, `18 months`, `60d`, `P1Y6M`.

Months and years are counted on the calendar: the same day of the later month, and its last day where it has no such day. So 31 January
and 1 month is 28 or 29 February, 29 February and 1 year is 28 February, and 30 November and 3 months is the last day of February.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

_UNITS = {"days": ("d", "day", "days"), "weeks": ("w", "week", "weeks"), "months": ("month", "months"), "years": ("y", "year", "years")}
_WORDS = re.compile(r"([0-9]{1,5}) ?([a-z]+)", re.IGNORECASE)
_ISO = re.compile(r"P(?=[0-9])(?:([0-9]{1,3})Y)?(?:([0-9]{1,4})M)?(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?", re.ASCII)
_MOST_YEARS = 200


@dataclass(frozen=True, slots=True)
class Duration:
    """months, days: whole and not negative, at least one of them above 0; the months are counted first."""

    months: int = 0
    days: int = 0

    def after(self, day: dt.date) -> dt.date:
        """The day that lies this long after another, 9999-12-31 at the latest."""
        year, month = divmod(day.year * 12 + day.month - 1 + self.months, 12)
        try:
            moved = dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
            return moved + dt.timedelta(days=self.days)
        except (ValueError, OverflowError):
            return dt.date.max


def parse(text: str) -> Duration:
    """A number with `d`, `days`, `w`, `weeks`, `months`, `y` or `years` (in any case), or an ISO 8601 duration of days and more; above
    0 and at most 200 years. Raises ValueError. A lone `m` could be minutes, and is refused."""
    if iso := _ISO.fullmatch(text.strip()):
        years, months, weeks, days = (int(part or 0) for part in iso.groups())
    else:
        words = _WORDS.fullmatch(text.strip())
        if not words or not any(words[2].lower() in names for names in _UNITS.values()):
            raise ValueError(f"{text!r} is no duration such as 2 years, 18 months, 90 days or P2Y")
        days, weeks, months, years = (int(words[1]) if words[2].lower() in names else 0 for names in _UNITS.values())
    found = Duration(12 * years + months, 7 * weeks + days)
    if not 0 < 31 * found.months + found.days <= 31 * 12 * _MOST_YEARS:
        raise ValueError(f"{text!r} must be above 0 and at most {_MOST_YEARS} years")
    return found
