"""Checks 6 and 7: the dates, and whom the reader expects."""

from __future__ import annotations

import datetime as dt

from tests.forgery import evidence, good
from tests.verification_vectors.case import MAYBE, NO, VALID, Case

_EARLY = dt.datetime(2026, 5, 31, tzinfo=dt.UTC)

CASES = [
    Case(
        "not-yet-valid",
        "validFrom is in the future",
        lambda: evidence(good(), now=_EARLY),
        NO,
        {"dates": "fail not-yet-valid", "status": "unknown list-stale"},
    ),
    Case("expired", "validUntil has passed", lambda: evidence(good(validUntil="2026-06-15T11:59:59Z")), NO, {"dates": "fail expired"}),
    Case("last-second", "valid until and including validUntil", lambda: evidence(good(validUntil="2026-06-15T12:00:00Z")), VALID),
    Case(
        "offset-date",
        "validUntil with an offset",
        lambda: evidence(good(validUntil="2026-06-15T13:59:59+02:00")),
        NO,
        {"dates": "fail expired"},
    ),
    Case(
        "nobody-expected",
        "the reader names no issuer",
        lambda: evidence(good(), expected=None),
        MAYBE,
        {"issuer": "unknown issuer-unknown"},
    ),
    Case(
        "another-expected",
        "the reader expects another issuer",
        lambda: evidence(good(), expected="did:web:example.com"),
        MAYBE,
        {"issuer": "unknown issuer-unexpected"},
    ),
]
