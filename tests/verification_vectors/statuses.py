"""Check 5: status lists and the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from issuer.formats import bitstring
from tests.forgery import BASE, LIST, OTHER, SUSPENSION, credential, evidence, good, mark, register, status_list, suspension_list
from tests.verification_vectors.case import MAYBE, NO, VALID, Case

_ENTRY = credential()["credentialStatus"]
_SECOND = f"{BASE}/status/revocation-2.json"
_SECOND_SUSPENSION = f"{BASE}/status/suspension-2.json"
_OLD: dict[str, Any] = {"validFrom": "2026-06-01T00:00:00Z", "validUntil": "2026-06-08T00:00:00Z"}
_NEWER = f"{BASE}/c/00000000000000000000000001/"
_BOMB = bitstring.encode([], 8 * (bitstring.MAX_BYTES + 1))


def _revocation(data: bytes | None, *marks: dict[str, str], **more: Any) -> Callable[[], dict[str, Any]]:
    """With this revocation list and these entries in the register."""
    return lambda: evidence(good(), lists={LIST: data}, **{"register": register(*marks), **more})


def _suspension(data: bytes | None, *marks: dict[str, str]) -> Callable[[], dict[str, Any]]:
    return lambda: evidence(good(), lists={SUSPENSION: data}, register=register(*marks))


def _entries(status: Any, **lists: bytes) -> Callable[[], dict[str, Any]]:
    return lambda: evidence(good(credentialStatus=status), lists=lists)


def _entry(url: str, purpose: str, **changes: Any) -> dict[str, Any]:
    return {**_ENTRY, "id": f"{url}#777", "statusPurpose": purpose, "statusListCredential": url, **changes}


def _subject(purpose: Any) -> dict[str, Any]:
    return {"id": f"{LIST}#list", "type": "BitstringStatusList", "statusPurpose": purpose, "encodedList": bitstring.encode([5])}


_SET = status_list(5, 777)
_BOTH = [_entry(LIST, "revocation"), _entry(SUSPENSION, "suspension")]
_REVOKED = (
    ("revoked", "the bit is set", _revocation(_SET, mark("revoked", "Issued by mistake")), "revoked"),
    ("revoked-without-register", "the bit is set and nobody says why", _revocation(_SET, register=None), "revoked"),
    (
        "revoked-forged-register",
        "a register of somebody else cannot soften it",
        _revocation(_SET, register=register(mark("replaced"), key=OTHER)),
        "revoked",
    ),
    ("revoked-and-renewed", "a renewal does not take a revocation back", _revocation(_SET, mark("renewed")), "revoked"),
    ("revoked-stale", "a revocation is final, however old the list", _revocation(status_list(777, **_OLD)), "revoked"),
    ("replaced", "a corrected copy exists", _revocation(_SET, mark("replaced", replacement=_NEWER)), "replaced"),
    ("replaced-and-revoked", "replaced says more", _revocation(_SET, mark("revoked", "Mistake"), mark("replaced")), "replaced"),
    ("register-of-another-list", "an entry about another list", _revocation(_SET, {**mark("replaced"), "list": "revocation-2"}), "revoked"),
    ("suspended", "the bit of the other list is set", _suspension(suspension_list(777), mark("suspended", "Fees")), "suspended"),
    ("suspended-without-reason", "and nobody says why", _suspension(suspension_list(777)), "suspended"),
    (
        "suspended-and-revoked",
        "revoked says more",
        lambda: evidence(good(), lists={LIST: _SET, SUSPENSION: suspension_list(777)}),
        "revoked",
    ),
    (
        "suspended-unlisted",
        "suspended, and no list of revocations",
        lambda: evidence(good(), lists={LIST: None, SUSPENSION: suspension_list(777)}),
        "suspended",
    ),
)
_WRONG = (
    ("list-forged", "a list signed by somebody else", _revocation(status_list(5, key=OTHER)), "list-forged"),
    ("list-changed", "a date moved after signing", _revocation(_SET.replace(b"2026-06-21", b"2027-06-21")), "list-forged"),
    ("list-not-canonical", "a list with a space more", _revocation(status_list(5).replace(b":", b": ", 1)), "list-forged"),
    ("list-other-suite", "our lists have a jcs proof", _revocation(status_list(5, suite="eddsa-rdfc-2022")), "list-forged"),
    ("list-of-another-id", "a list under another address", _revocation(status_list(5, id=f"{BASE}/status/other.json")), "list-of-another"),
    ("list-without-id", "our lists say where they are from", _revocation(status_list(5, id=None)), "list-of-another"),
    ("list-odd-id", "a list whose address is no text", _revocation(status_list(5, id={})), "list-of-another"),
    ("list-of-another-issuer", "another issuer's list", _revocation(status_list(5, issuer="did:web:example.com")), "list-of-another"),
    (
        "list-purposes",
        "a list of purposes in a list",
        _revocation(status_list(5, credentialSubject=_subject(["revocation"]))),
        "list-broken",
    ),
    ("list-purpose-number", "a purpose that is a number", _revocation(status_list(5, credentialSubject=_subject(1))), "list-broken"),
    ("list-other-purpose", "a suspension list in its place", _revocation(status_list(5, purpose="suspension")), "list-of-another"),
    (
        "list-too-short",
        "a list that is shorter than the standard allows",
        _revocation(status_list(encoded=bitstring.encode([5], 512))),
        "list-broken",
    ),
    ("list-bomb", "a list that unpacks to more than 16 MiB", _revocation(status_list(encoded=_BOMB)), "list-broken"),
    ("list-not-packed", "a list whose bits are no gzip", _revocation(status_list(encoded="uAAAA")), "list-broken"),
    ("list-undated", "a list of ours without an end", _revocation(status_list(5, validUntil=None)), "list-broken"),
    (
        "list-of-another-type",
        "something else that the issuer signed",
        _revocation(status_list(5, type=["VerifiableCredential"])),
        "list-broken",
    ),
    ("list-no-such-bit", "a list that ends before the bit", _entries({**_ENTRY, "statusListIndex": "131072"}), "list-broken"),
    ("suspension-forged", "the suspension list is signed by somebody else", _suspension(suspension_list(key=OTHER)), "list-forged"),
)
_UNKNOWN = (
    ("list-stale", "the list is too old", _revocation(status_list(5, **_OLD)), "list-stale"),
    ("suspended-stale", "a suspension may have been lifted since", _suspension(suspension_list(777, **_OLD)), "list-stale"),
    ("suspension-stale", "the suspension list is too old", _suspension(suspension_list(6, **_OLD)), "list-stale"),
    ("list-missing", "no list", _revocation(None), "list-missing"),
    ("list-unreadable", "a list that is not JSON", _revocation(b"<html>"), "list-missing"),
    ("suspension-missing", "no suspension list, although our issuers have one", _suspension(None), "list-missing"),
    (
        "status-other-kind",
        "a status of another kind",
        _entries({"id": "https://example.net/1", "type": "OtherStatus"}),
        "status-unsupported",
    ),
    ("status-other-purpose", "a purpose that is not built in", _entries(_entry(LIST, "message")), "status-unsupported"),
    ("status-wide", "a status of more than one bit", _entries({**_ENTRY, "statusSize": 2}), "status-unsupported"),
    ("status-size-true", "a size that is no number", _entries({**_ENTRY, "statusSize": True}), "status-unsupported"),
    ("status-one-unsupported", "one of two is not built in", _entries([_ENTRY, {"type": "OtherStatus"}]), "status-unsupported"),
)

CASES = [
    Case(
        "good-without-status",
        "a credential that cannot be revoked",
        lambda: evidence(good(credentialStatus=None)),
        VALID,
        {"status": "pass no-status"},
    ),
    Case("status-both", "both entries in the credential", _entries(_BOTH), VALID),
    Case(
        "status-second-list",
        "the second pair of lists",
        _entries(
            _entry(_SECOND, "revocation"),
            **{_SECOND: status_list(5, url=_SECOND), _SECOND_SUSPENSION: suspension_list(url=_SECOND_SUSPENSION)},
        ),
        VALID,
    ),
    Case(
        "renewed",
        "a newer certificate exists, and this one still counts",
        _revocation(status_list(5), mark("renewed", replacement=_NEWER)),
        VALID,
        {"status": "pass renewed"},
    ),
    *(Case(name, why, make, NO, {"status": f"fail {code}"}) for name, why, make, code in (*_REVOKED, *_WRONG)),
    *(Case(name, why, make, MAYBE, {"status": f"unknown {code}"}) for name, why, make, code in _UNKNOWN),
]
