"""Check 4: the certificate is in the log that the issuer signed, and the log that the site shows is that log or a longer one."""

from __future__ import annotations

import hashlib
from typing import Any

from issuer.errors import FormatError
from issuer.formats import merkle, timestamp, tlog_proof
from issuer.formats.checkpoint import Checkpoint
from issuer.log.events import about_record
from issuer.verification.evidence import Evidence
from issuer.verification.finding import Finding, failed, passed, unknown
from issuer.verification.objects import parse_object
from issuer.verification.reading import Reading
from issuer.verification.signed_document import SignedDocument, has_proof


def check(document: SignedDocument, evidence: Evidence, reading: Reading) -> tuple[Finding, int | None]:
    """The second half is the index at which the log is proved to hold the record, None if it is not proved."""
    if evidence.proof is None or reading.keys.keeps_log is False:
        return _without_proof(reading), None
    try:
        proof = tlog_proof.parse(evidence.proof)
    except FormatError:
        return failed("log-proof-malformed"), None
    point = reading.point(proof.checkpoint)
    if isinstance(point, Finding):
        return point, None
    digest = _digest(document, evidence)
    if digest is None:
        return unknown("record-missing"), None
    event, record, time = _event(proof.entry)
    if event not in ("issued", "corrected") or record != digest:
        return failed("log-entry-mismatch"), None
    try:
        root = merkle.root_from_inclusion(merkle.leaf_hash(proof.entry), proof.index, point.size, proof.path)
    except FormatError:
        return failed("not-in-log"), None
    if root != point.root:
        return failed("not-in-log"), None
    objection = _later(event, time, evidence) or _newest(point, reading)
    return objection or passed("logged", index=str(proof.index), size=str(point.size)), proof.index


def _event(entry: bytes) -> tuple[Any, Any, Any]:
    """Event, record and time of a log entry, the quick way where it is in the form that we write; all None if it is none."""
    quick = about_record(entry)
    if quick is not None:
        return quick[0], quick[1], quick[4]
    value = parse_object(entry) or {}
    return value.get("event"), value.get("record"), value.get("time")


def _without_proof(reading: Reading) -> Finding:
    if reading.keys.keeps_log is None:
        return unknown("log-unknown")
    return unknown("proof-missing") if reading.keys.keeps_log else passed("no-log")


def _digest(document: SignedDocument, evidence: Evidence) -> str | None:
    """SHA-256 of the record that the log must name: this one, or for credential.json the one beside it if it says the same."""
    data = evidence.record
    if document.is_for_the_world():
        beside = parse_object(evidence.beside)
        if beside is None or not has_proof(beside) or SignedDocument(beside).body != document.body:
            return None
        data = evidence.beside or b""
    return hashlib.sha256(data).hexdigest()


def _later(event: str, time: object, evidence: Evidence) -> Finding | None:
    """With a moment to judge for: an objection if the record was logged only after it."""
    if evidence.as_of is None:
        return None
    try:
        since = timestamp.parse(time if isinstance(time, str) else "")
    except FormatError:
        return failed("log-entry-mismatch")
    code = "corrected-later" if event == "corrected" else "logged-later"
    return failed(code, date=str(time)) if since > evidence.as_of.at else None


def _newest(point: Checkpoint, reading: Reading) -> Finding | None:
    """An objection if the checkpoint that the site shows contradicts the one in the proof: the log only ever grows."""
    newest = reading.newest
    if newest is None:
        return None
    if isinstance(newest, Finding):
        return unknown("newest-unverified")
    if newest.size < point.size:
        return unknown("log-rolled-back", shown=str(newest.size), size=str(point.size))
    if newest.size == point.size and newest.root != point.root:
        return failed("log-forked", size=str(point.size))
    return None
