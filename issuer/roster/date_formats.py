"""How a column writes its dates: every format that fits all of its cells. One is proof; two say that nobody can tell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

ISO = ""
"""Dates as 2026-05-30, with or without a time of day: no format needs to be named."""
_FORMATS = (
    *("%d.%m.%Y", "%m.%d.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    *("%d.%m.%y", "%m.%d.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y"),
    *("%d %B %Y", "%d %b %Y", "%d. %B %Y", "%B %d, %Y", "%b %d, %Y", "%d-%b-%Y", "%Y年%m月%d日"),
)
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", ", %I:%M %p")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?")
_MAY_BE = re.compile(r"(?=.*[0-9])[\w.,/: -]{6,40}")
_YEARS = range(1900, 2101)


def fitting(cells: Iterable[str]) -> list[str]:
    """The formats of strptime that read each of these cells as a day between 1900 and 2100, the likeliest first; [ISO] if all are
    ISO 8601; [] without cells, or if one is no date. Names of months are read in English."""
    texts = list(dict.fromkeys(cells))
    if not texts or not all(map(_MAY_BE.fullmatch, texts)):
        return []
    if all(_ISO.fullmatch(text) and _reads(text[:10], "%Y-%m-%d") for text in texts):
        return [ISO]
    return [day + time for day in _FORMATS for time in _TIMES if all(_reads(text, day + time) for text in texts)]


def _reads(text: str, pattern: str) -> bool:
    try:
        return dt.datetime.strptime(text, pattern).year in _YEARS  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return False
