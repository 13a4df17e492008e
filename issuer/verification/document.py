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
    value, is_canonical, objection = _value(evidence.record)
    if objection is not None:
        return objection, None
    if mistake := open_badges.first_mistake(value):
        return failed("not-a-credential", where=shown(mistake)), None
    document = SignedDocument(value, evidence.record if is_canonical else None)
    found = _form(document, evidence)
    if found.outcome is Outcome.FAIL:
        return found, None
    if evidence.wanted is not None and not _is_wanted(value, evidence.wanted):
        return failed("another", found=shown(value.get("id"))), None
    return found, document


def _value(data: bytes) -> tuple[dict[str, Any], bool, Finding | None]:
    """The JSON object in a file, whether the bytes are its RFC 8785 form, and what is wrong with it."""
    if len(data) > strict_json.MAX_BYTES:
        return {}, False, failed("too-large")
    try:
        value, is_canonical = strict_json.parse_canonical(data)
    except FormatError:
        is_token = other_formats.is_token(data)
        return {}, False, unknown("format-unsupported", format="a token (JWT)") if is_token else failed("not-json")
    if not isinstance(value, dict):
        return {}, False, failed("not-a-credential", where="/")
    other = other_formats.name_of(value)
    return value, is_canonical, None if other is None else unknown("format-unsupported", format=other)


def _form(document: SignedDocument, evidence: Evidence) -> Finding:
    """A record of ours is exactly its own RFC 8785 bytes, because the log names their hash. Others may write theirs in any way."""
    if document.is_for_the_world():
        return passed("credential")
    if document.canonical is not None:
        return passed("canonical")
    keeps_log = reading.of(evidence.about, document.issuer).keys.keeps_log
    if keeps_log is None:
        return unknown("form-unknown")
    return failed("not-canonical") if keeps_log else passed("credential")


def _is_wanted(value: dict[str, Any], wanted: str) -> bool:
    name = value.get("id", "")
    return wanted in (identifier_of({"id": name}), name.partition("://")[2])
