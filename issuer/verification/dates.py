"""Check 6: within validFrom and validUntil."""

from __future__ import annotations

import datetime as dt

from issuer.formats import timestamp
from issuer.verification.evidence import Evidence
from issuer.verification.finding import Finding, failed, passed
from issuer.verification.signed_document import SignedDocument


def check(document: SignedDocument, evidence: Evidence) -> Finding:
    """Check 1 has read the dates; a credential of others may do without either."""
    moment = evidence.now if evidence.as_of is None else evidence.as_of.at
    since, until = document.value.get("validFrom"), document.value.get("validUntil")
    if since is not None and timestamp.parse(since) > moment:
        return failed("not-yet-valid", date=since) if evidence.as_of is None else _too_early(since, moment)
    if until is not None and timestamp.parse(until) < moment:
        return failed("expired", date=until)
    return passed("in-date") if evidence.as_of is None else passed("in-date-then", date=timestamp.serialise(moment))


def _too_early(since: str, moment: dt.datetime) -> Finding:
    return failed("not-yet-valid-then", moment=timestamp.serialise(moment), date=since)
