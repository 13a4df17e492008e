"""Was it valid then? Only the command line asks; the browser knows no history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from issuer.formats import tlog_proof
from issuer.verification import Event, History
from tests.forgery import LIST, LOGGED, SUSPENSION, evidence, good, proof
from tests.verification_vectors.case import MAYBE, NO, VALID, Case

_THEN = {"status": "pass good-then", "dates": "pass in-date-then"}


def _day(number: int) -> dt.datetime:
    return dt.datetime(2026, 6, number, 12, tzinfo=dt.UTC)


def _asked(about: int, *later: tuple[str, int], **changes: Any) -> Callable[[], dict[str, Any]]:
    """Asked about a day in June. later: kind and day of what the log says after the issue."""
    events = (Event(3, "issued", LOGGED), *(Event(index, kind, _day(day)) for index, (kind, day) in enumerate(later, start=4)))
    return lambda: evidence(good(), as_of=History(_day(about), events), **changes)


def _then(name: str, why: str, make: Callable[[], dict[str, Any]], verdict: str, **checks: str) -> Case:
    return Case(f"then-{name}", why, make, verdict, {**_THEN, **checks}, javascript=None)


_LIFTED = (("suspended", 5), ("reinstated", 8), ("revoked", 11))

CASES = [
    _then("good", "nothing had happened", _asked(3), VALID),
    _then("good-without-lists", "the log is enough", _asked(3, lists={LIST: None, SUSPENSION: None}), VALID),
    _then("stale-copy", "a copy from long before that day", _asked(25), MAYBE, status="unknown list-stale"),
    _then("before-it-was-revoked", "revoked only later", _asked(3, ("revoked", 5)), VALID),
    _then("revoked", "revoked before", _asked(6, ("revoked", 5)), NO, status="fail revoked-then"),
    _then("suspended", "suspended, and not yet reinstated", _asked(6, *_LIFTED), NO, status="fail suspended-then"),
    _then("reinstated", "reinstated, and not yet revoked", _asked(9, *_LIFTED), VALID),
    _then("replaced", "replaced by a corrected copy", _asked(6, ("replaced", 5)), NO, status="fail replaced-then"),
    _then(
        "too-early",
        "not issued yet",
        lambda: evidence(good(), as_of=History(dt.datetime(2026, 5, 31, tzinfo=dt.UTC), ())),
        NO,
        log="fail logged-later",
        dates="fail not-yet-valid-then",
    ),
    _then(
        "corrected-later",
        "this copy was logged only later, as a correction",
        lambda: evidence(
            good(),
            proof=tlog_proof.serialise(proof(good(), event="corrected")),
            as_of=History(dt.datetime(2026, 5, 31, tzinfo=dt.UTC), ()),
        ),
        NO,
        log="fail corrected-later",
        dates="fail not-yet-valid-then",
    ),
    _then(
        "without-a-log",
        "an issuer that keeps no log cannot say what was then",
        lambda: {**_asked(3)(), "keys": None, "did": None},
        MAYBE,
        key="unknown did-missing",
        log="unknown checkpoint-unverified",
        status="unknown history-missing",
    ),
]
