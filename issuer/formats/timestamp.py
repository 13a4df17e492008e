"""xsd:dateTimeStamp, as VC 2.0 section 4.9 asks (https://www.w3.org/TR/xmlschema11-2/#dateTimeStamp)."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from issuer.errors import FormatError

_LONGEST = 64
"""Characters of what is worth keeping: a fraction can be as long as anybody likes."""
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)", re.ASCII)


def parse(text: str) -> dt.datetime:
    """2026-05-30T08:00:00Z → an aware datetime; fractions beyond microseconds are cut. Raises FormatError."""
    return (_parse if len(text) <= _LONGEST else _parse.__wrapped__)(text)


@lru_cache(maxsize=1024)
def _parse(text: str) -> dt.datetime:
    """Cached, because the certificates of a batch share their moments."""
    match = _STAMP.fullmatch(text)
    if match is None:
        raise FormatError(f"{text!r} is not a date and time with a time zone")
    try:
        moment = dt.datetime.fromisoformat(text[:19] + match[2].replace("Z", "+00:00"))
        return moment + dt.timedelta(microseconds=int((match[1] or ".0")[1:7].ljust(6, "0")))
    except (ValueError, OverflowError):
        raise FormatError(f"{text!r} is not a date that exists") from None


def serialise(moment: dt.datetime) -> str:
    """An aware datetime → 2026-05-30T08:00:00Z: UTC, whole seconds."""
    return moment.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
