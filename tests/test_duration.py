"""Durations: how they are written, and on which day they end."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.duration import Duration, parse


@pytest.mark.parametrize(
    ("text", "months", "days"),
    [
        ("2 years", 24, 0),
        ("1 year", 12, 0),
        ("2y", 24, 0),
        ("18 months", 18, 0),
        ("1 Month", 1, 0),
        ("8 weeks", 0, 56),
        ("8w", 0, 56),
        ("60d", 0, 60),
        (" 90 days ", 0, 90),
        ("P2Y", 24, 0),
        ("P1Y6M", 18, 0),
        ("P2W", 0, 14),
        ("P1Y2M3W4D", 14, 25),
    ],
)
def test_written_as(text: str, months: int, days: int) -> None:
    assert parse(text) == Duration(months, days)


@pytest.mark.parametrize(
    "text", "|0 days|P0D|2|years|-1 year|1.5 years|5m|P|PT1H|P1H|2 years 3 months|201 years|P201Y|٣ days|2  years|60ds".split("|")
)
def test_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no duration|must be above 0"):
        parse(text)


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        ("2026-05-30", "2 years", "2028-05-30"),
        ("2026-01-31", "1 month", "2026-02-28"),
        ("2028-01-31", "1 month", "2028-02-29"),
        ("2028-02-29", "1 year", "2029-02-28"),
        ("2028-02-29", "4 years", "2032-02-29"),
        ("2026-11-30", "3 months", "2027-02-28"),
        ("2026-12-31", "P1M1D", "2027-02-01"),
        ("2026-01-31", "P1M1D", "2026-03-01"),
        ("2026-12-30", "90 days", "2027-03-30"),
        ("9999-12-01", "2 months", "9999-12-31"),
        ("9999-12-01", "60 days", "9999-12-31"),
    ],
)
def test_last_day(start: str, text: str, end: str) -> None:
    assert parse(text).after(dt.date.fromisoformat(start)).isoformat() == end


@given(st.dates(dt.date(1900, 1, 1), dt.date(2400, 1, 1)), st.integers(1, 2400))
def test_months_keep_the_day_or_take_the_last(day: dt.date, months: int) -> None:
    end = Duration(months).after(day)
    assert (end.year - day.year) * 12 + end.month - day.month == months
    assert end.day == min(day.day, calendar.monthrange(end.year, end.month)[1])


@given(st.dates(dt.date(1900, 1, 1), dt.date(2400, 1, 1)), st.integers(1, 2400), st.integers(0, 99_999))
def test_longer_ends_later(day: dt.date, months: int, days: int) -> None:
    assert day < Duration(months, days).after(day) <= Duration(months + 1, days + 1).after(day)
