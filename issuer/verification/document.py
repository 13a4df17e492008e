"""Check 1: the file is a credential that can be read in one way only, and for our own issuers in its one exact form."""

from __future__ import annotations

from typing import Any

from issuer.credential import identifier_of
from issuer.errors import FormatError
from issuer.formats import open_badges, other_formats, strict_json
from issuer.verdict import Outcome
from issuer.verification import reading
from issuer.verification.evidence import Evidence
from issuer.verification.finding import Finding, failed, passed, shown, unknown
from issuer.verification.signed_document import SignedDocument


def check(evidence: Evidence) -> tuple[Finding, SignedDocument | None]:
    """The second half is None if there is nothing that the other checks could look at."""
    value, objection = _value(evidence.record)
    if objection is not None:
        return objection, None
    if mistake := open_badges.first_mistake(value):
        return failed("not-a-credential", where=shown(mistake)), None
    document = SignedDocument(value)
    found = _form(document, evidence)
    if found.outcome is Outcome.FAIL:
        return found, None
    if evidence.wanted is not None and not _is_wanted(value, evidence.wanted):
        return failed("another", found=shown(value.get("id"))), None
    return found, document


def _value(data: bytes) -> tuple[dict[str, Any], Finding | None]:
    """The JSON object in a file, and what is wrong with it."""
    if len(data) > strict_json.MAX_BYTES:
        return {}, failed("too-large")
    try:
        value = strict_json.parse(data)
    except FormatError:
        return {}, unknown("format-unsupported", format="a token (JWT)") if other_formats.is_token(data) else failed("not-json")
    if not isinstance(value, dict):
        return {}, failed("not-a-credential", where="/")
    other = other_formats.name_of(value)
    return value, None if other is None else unknown("format-unsupported", format=other)


def _form(document: SignedDocument, evidence: Evidence) -> Finding:
    """A record of ours is exactly its own RFC 8785 bytes, because the log names their hash. Others may write theirs in any way."""
    try:
        is_canonical = document.whole() == evidence.record
    except FormatError:
        return failed("not-json")
    if document.is_for_the_world():
        return passed("credential")
    if is_canonical:
        return passed("canonical")
    keeps_log = reading.of(evidence.about, document.issuer).keys.keeps_log
    if keeps_log is None:
        return unknown("form-unknown")
    return failed("not-canonical") if keeps_log else passed("credential")


def _is_wanted(value: dict[str, Any], wanted: str) -> bool:
    name = value.get("id", "")
    return wanted in (identifier_of({"id": name}), name.partition("://")[2])
