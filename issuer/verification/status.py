"""Check 5: neither revoked, replaced nor suspended, as far as fresh, signed lists say."""

from __future__ import annotations

import re
from typing import Any

from issuer.errors import FormatError
from issuer.formats import bitstring, timestamp
from issuer.verdict import Outcome
from issuer.verification.evidence import Evidence, History
from issuer.verification.finding import Finding, failed, passed, shown, unknown
from issuer.verification.reading import Reading
from issuer.verification.signed_document import SignedDocument

ENTRY = "BitstringStatusListEntry"
PURPOSES = ("revocation", "suspension")
_GRAVITY = ("replaced", "revoked", "suspended")
"""Which of several failures is told: that it was replaced says more than that it was revoked."""
_ADDRESS = re.compile(r"(?:https://|http://(?:localhost|127\.0\.0\.1)[:/])[!-~]{1,2000}")
_ACTIONS = {"revocation": ("replaced", "revoked"), "suspension": ("suspended",)}


def check(document: SignedDocument, evidence: Evidence, reading: Reading, *, is_signed: bool) -> Finding:
    """All status entries of a credential, and for issuers that keep a log of ours always both purposes. is_signed: whether check 2 has not
    failed; if it has, lists that take long are not read."""
    if evidence.as_of is not None:
        return _at(evidence.as_of, document, reading, is_signed=is_signed) if reading.keys.keeps_log else unknown("history-missing")
    entries = entries_of(document)
    if not entries:
        return passed("no-status")
    if not reading.keys.are_at_hand():
        return unknown("list-unverified") if evidence.about.lists else unknown("list-missing")
    findings = [_entry(entry, evidence, reading, is_signed=is_signed) for entry in _with_suspension(entries, reading)]
    return min(findings, key=_rank)


def entries_of(document: SignedDocument) -> list[dict[str, Any]]:
    """The credentialStatus, one or several, as check 1 has seen it."""
    status = document.value.get("credentialStatus")
    return status if isinstance(status, list) else [] if status is None else [status]


def suspension_of(entry: dict[str, Any]) -> dict[str, Any] | None:
    """The entry of the suspension list that stands beside a revocation list of ours: the same index, "suspension" for "revocation" in the
    last part of the address. None for any other entry."""
    base, slash, name = str(entry.get("statusListCredential")).rpartition("/")
    if entry.get("statusPurpose") != "revocation" or "revocation" not in name:
        return None
    url = base + slash + name.replace("revocation", "suspension", 1)
    return {**entry, "statusPurpose": "suspension", "statusListCredential": url}


def _with_suspension(entries: list[dict[str, Any]], reading: Reading) -> list[dict[str, Any]]:
    if not reading.keys.keeps_log:
        return entries
    places = [(entry.get("statusListCredential"), entry.get("statusListIndex")) for entry in entries]
    beside = [found for entry in entries if entry.get("type") == ENTRY and (found := suspension_of(entry)) is not None]
    return [*entries, *(entry for entry in beside if (entry["statusListCredential"], entry["statusListIndex"]) not in places)]


def _rank(finding: Finding) -> tuple[int, int]:
    """Failures before unknowns before passes; a renewal before a plain pass."""
    order = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS)
    gravity = _GRAVITY.index(finding.code) if finding.code in _GRAVITY else len(_GRAVITY)
    return order.index(finding.outcome), gravity - (finding.code == "renewed")


def _entry(entry: dict[str, Any], evidence: Evidence, reading: Reading, *, is_signed: bool) -> Finding:
    purpose = entry.get("statusPurpose")
    size = entry.get("statusSize", 1)
    if entry.get("type") != ENTRY or purpose not in PURPOSES or isinstance(size, bool) or size != 1:
        return unknown("status-unsupported", kind=shown(purpose) or shown(entry.get("type")))
    found = reading.status_list(entry["statusListCredential"], by_meaning=is_signed)
    if isinstance(found, Finding):
        return found
    if found.purpose != purpose:
        return failed("list-of-another")
    try:
        is_set = bitstring.is_set(found.bits, int(entry["statusListIndex"]))
    except FormatError:
        return failed("list-broken")
    if is_set and (purpose == "revocation" or found.is_fresh(evidence.now)):
        return _why(entry, reading)
    until = found.valid_until
    if not found.is_fresh(evidence.now):
        return unknown("list-stale", until=until)
    newer = _registered(entry, reading, "renewed")
    if newer is not None:
        return passed("renewed", **_words(newer))
    return passed("not-revoked", until=until) if until else passed("not-revoked-undated")


def _why(entry: dict[str, Any], reading: Reading) -> Finding:
    """The verdict on a bit that is set, with what the register says of it."""
    actions = _ACTIONS[entry["statusPurpose"]]
    for action in actions:
        found = _registered(entry, reading, action)
        if found is not None:
            return failed(action, **_words(found))
    return failed(actions[-1], **_words({}))


def _registered(entry: dict[str, Any], reading: Reading, action: str) -> dict[str, Any] | None:
    """The newest entry of the register about a bit."""
    base, _, name = entry["statusListCredential"].rpartition("/")
    entries = reading.register(f"{base}/register.json").get((name.removesuffix(".json"), entry["statusListIndex"]), ())
    return next((found for found in reversed(entries) if found.get("action") == action), None)


def _words(entry: dict[str, Any]) -> dict[str, str]:
    """reason, date and the address of the newer certificate, each empty if the register does not say it."""
    replacement = shown(entry.get("replacement"))
    is_address = _ADDRESS.fullmatch(replacement) is not None
    return {"reason": shown(entry.get("reason")), "date": shown(entry.get("date")), "replacement": replacement if is_address else ""}


def _at(history: History, document: SignedDocument, reading: Reading, *, is_signed: bool) -> Finding:
    """What the log said at a moment, unless the copy at hand is from long before it: lists that ran out say when that was."""
    finding = _then(history)
    if finding.outcome is Outcome.PASS:
        for entry in entries_of(document):
            if entry.get("type") != ENTRY:
                continue
            found = reading.status_list(entry["statusListCredential"], by_meaning=is_signed)
            if not isinstance(found, Finding) and found.valid_until and timestamp.parse(found.valid_until) < history.at:
                return unknown("list-stale", until=found.valid_until)
    return finding


def _then(history: History) -> Finding:
    """What the log said at a moment."""
    date = timestamp.serialise(history.at)
    suspended = None
    for event in history.entries:
        if event.time > history.at:
            break
        if event.kind in ("revoked", "replaced"):
            return failed(f"{event.kind}-then", date=timestamp.serialise(event.time))
        suspended = event if event.kind == "suspended" else None if event.kind == "reinstated" else suspended
    return passed("good-then", date=date) if suspended is None else failed("suspended-then", date=timestamp.serialise(suspended.time))
