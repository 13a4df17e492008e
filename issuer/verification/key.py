"""Check 3: the key belongs to the issuer, and was in its window when the record was logged."""

from __future__ import annotations

from issuer.verification.finding import Finding, failed, passed, shown, unknown
from issuer.verification.issuer_keys import IssuerKeys
from issuer.verification.signature import Signer
from issuer.verification.windows import Window


def check(signer: Signer, index: int | None, keys: IssuerKeys) -> Finding:
    """signer: of the signature; index: where the log proves the record to be, None if it does not."""
    if signer.did != keys.did:
        return failed("key-of-another", signer=shown(signer.did), issuer=shown(keys.did))
    if not keys.is_supported:
        return unknown("did-unsupported", did=shown(keys.did))
    document = keys.document
    if document is None:
        return unknown("did-mismatch", found=shown(keys.found), issuer=shown(keys.did)) if keys.found else unknown("did-missing")
    if signer.method in document.unreadable:
        return unknown("key-unreadable", method=shown(signer.method))
    if signer.key is None or document.methods.get(signer.method) != signer.key:
        return failed("key-not-listed")
    may_assert = signer.method in document.asserting
    if not keys.keeps_log:
        return _without_log(keys) if may_assert else failed("key-not-listed")
    if keys.windows is None:
        return unknown("windows-missing")
    windows = keys.windows.of(signer.key, "credentials")
    if not windows or not (may_assert or any(window.compromised for window in windows)):
        return failed("key-not-listed")
    return _without_index(windows) if index is None else _in_window(windows, index, keys.did)


def _without_log(keys: IssuerKeys) -> Finding:
    """A key that counts today. Nothing proves when it signed."""
    return passed("key-current", did=shown(keys.did)) if keys.is_web else passed("key-itself")


def _without_index(windows: list[Window]) -> Finding:
    """When it was signed is not proved: for a stolen key that is said, and where no entry can be in its window, nothing can count."""
    stolen = _stolen(windows)
    if stolen is None or any(window.until is None for window in windows):
        return unknown("window-unknown")
    date = stolen.compromised or ""
    if all(window.is_empty for window in windows):
        return failed("key-compromised", date=date, until=str(stolen.until))
    return unknown("key-compromised-unproved", date=date)


def _stolen(windows: list[Window]) -> Window | None:
    return next((window for window in windows if window.compromised), None)


def _in_window(windows: list[Window], index: int, did: str) -> Finding:
    stolen = _stolen(windows)
    if any(window.holds(index) for window in windows):
        return passed("key-listed", did=did) if stolen is None else passed("key-listed-before", did=did, date=stolen.compromised or "")
    if stolen is not None and stolen.until is not None and index >= stolen.until:
        return failed("key-compromised", date=stolen.compromised or "", until=str(stolen.until))
    return failed("key-outside-window", index=str(index))
