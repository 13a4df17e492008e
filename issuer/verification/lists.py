"""Status lists and the status register of an issuer, as published: signed by the issuer, or not believed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.errors import FormatError
from issuer.formats import bitstring, data_integrity, timestamp
from issuer.verdict import Outcome
from issuer.verification import signature
from issuer.verification.finding import Finding, failed, shown, unknown
from issuer.verification.issuer_keys import IssuerKeys
from issuer.verification.objects import MAX_PARTS, MAX_REGISTER_PARTS, parse_canonical
from issuer.verification.signed_document import SignedDocument, has_proof

MAX_OTHER_BYTES = 64 * 1024
"""What a status list may hold beside its bits."""

_LIST, _REGISTER = "BitstringStatusListCredential", "StatusRegister"

Register = Mapping[tuple[str, str], list[dict[str, Any]]]
"""(list name, index) → entries, in the order of the register."""


@dataclass(frozen=True, slots=True)
class StatusList:
    """purpose: revocation, suspension or another; bits: 8 in a byte, left-most first; since, until: aware, None where it sets no bound;
    valid_until: as the list writes it, or empty."""

    purpose: str
    bits: bytes
    since: dt.datetime | None
    until: dt.datetime | None
    valid_until: str

    def is_fresh(self, now: dt.datetime) -> bool:
        """Whether it counts at a moment."""
        return (self.since is None or self.since <= now) and (self.until is None or now <= self.until)


def read_list(data: bytes, url: str, keys: IssuerKeys, *, by_meaning: bool = True) -> StatusList | Finding:
    """A status list, or why it does not count. url: where it must be from; by_meaning: whether one with an eddsa-rdfc-2022 proof is
    worth the time it takes."""
    document = _document(data)
    if document is None:
        return unknown("list-missing")
    value = document.value
    is_from_url = value["id"] == url if "id" in value else not keys.keeps_log
    if not is_from_url or document.issuer != keys.did:
        return failed("list-of-another") if keys.keeps_log else unknown("list-unsupported", why=shown(document.issuer))
    if document.is_for_the_world() and not by_meaning and not keys.keeps_log:
        return unknown("list-unsupported", why=data_integrity.RDFC)
    if (objection := _objection(document, data, keys)) is not None:
        return objection
    subject = value.get("credentialSubject")
    try:
        purpose = subject["statusPurpose"]  # type: ignore[index]  # a TypeError is an answer
        since, until = (timestamp.parse(value[name]) if name in value else None for name in ("validFrom", "validUntil"))
        if not _is_a(value, _LIST) or not isinstance(purpose, str) or (keys.keeps_log and (since is None or until is None)):
            return failed("list-broken")
        bits = bitstring.decode(subject["encodedList"])  # type: ignore[index]
        return StatusList(purpose, bits, since, until, value.get("validUntil", ""))
    except (FormatError, KeyError, TypeError):
        return failed("list-broken")


def read_register(data: bytes | None, url: str, keys: IssuerKeys) -> Register:
    """The register by list and index; empty if it is not this issuer's or not signed."""
    document = None if data is None else _document(data, MAX_REGISTER_PARTS)
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    if data is None or document is None or document.value.get("id") != url or document.issuer != keys.did:
        return found
    if not keys.keeps_log or not _is_a(document.value, _REGISTER) or _objection(document, data, keys) is not None:
        return found
    subject = document.value.get("credentialSubject")
    entries = subject.get("entries") if isinstance(subject, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("list"), str) and isinstance(entry.get("index"), str):
            found[entry["list"], entry["index"]].append(entry)
    return found


def _document(data: bytes, max_parts: int = MAX_PARTS) -> SignedDocument | None:
    value, is_canonical = parse_canonical(data, max_parts=max_parts)
    return None if value is None or not has_proof(value) else SignedDocument(value, data if is_canonical else None)


def _objection(document: SignedDocument, data: bytes, keys: IssuerKeys) -> Finding | None:
    """Why a document is not believed to be this issuer's. Our own issuers sign one jcs proof on canonical bytes."""
    if keys.keeps_log and (document.suite != data_integrity.JCS or document.canonical is None):
        return failed("list-forged")
    if document.is_for_the_world() and len(data) - len(_encoded(document.value)) > MAX_OTHER_BYTES:
        return unknown("list-unsupported", why="a very long list")
    found, signer = signature.check(document, keys.document)
    if found.outcome is Outcome.UNKNOWN:
        return unknown("list-unsupported", why=found.detail.get("suite", ""))
    return None if found.outcome is Outcome.PASS and keys.may_sign_now(signer, "status") else failed("list-forged")


def _is_a(value: Mapping[str, Any], kind: str) -> bool:
    """Whether a credential is of a type: something else that the issuer signed is no list, whatever is in it."""
    kinds = value.get("type")
    return isinstance(kinds, list) and kind in kinds


def _encoded(value: Mapping[str, Any]) -> str:
    subject = value.get("credentialSubject")
    encoded = subject.get("encodedList") if isinstance(subject, dict) else None
    return encoded if isinstance(encoded, str) else ""
