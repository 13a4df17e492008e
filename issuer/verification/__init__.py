"""The numbered checks on one credential, DESIGN.md section 7: each pass, fail or unknown, each with a code.

site/js/verification.js does the same in the browser; tests/vectors/verification holds both to the same codes. Verification fails
closed: what cannot be checked is unknown, never a pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from issuer.credential import identifier_of
from issuer.errors import FormatError
from issuer.formats import (
    bitstring,
    checkpoint,
    data_integrity,
    ed25519,
    jcs,
    merkle,
    multikey,
    open_badges,
    signed_note,
    strict_json,
    timestamp,
    tlog_proof,
)
from issuer.verdict import NAMES, Check, Outcome, Verdict, Verification
from issuer.verification.evidence import About, Event, Evidence, History

__all__ = ["MAX_SIDE_BYTES", "About", "Event", "Evidence", "History", "verify"]

MAX_SIDE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Finding:
    outcome: Outcome
    code: str
    detail: Mapping[str, str] = field(default_factory=dict)


def _passed(code: str, **detail: str) -> _Finding:
    return _Finding(Outcome.PASS, code, detail)


def _failed(code: str, **detail: str) -> _Finding:
    return _Finding(Outcome.FAIL, code, detail)


def _unknown(code: str, **detail: str) -> _Finding:
    return _Finding(Outcome.UNKNOWN, code, detail)


def verify(evidence: Evidence) -> Verification:
    """All checks on evidence. Never raises for anything that is in the evidence."""
    document, credential = _document(evidence)
    if credential is None:
        findings = [document, *(_unknown("not-checked") for _ in NAMES[1:])]
    else:
        subject = _Subject(evidence, credential)
        log, index = subject.log()
        findings = [document, subject.signature(), subject.key(index), log, subject.status(), subject.dates(), subject.issuer()]
    outcomes = [finding.outcome for finding in findings]
    verdict = Verdict.VALID
    if Outcome.FAIL in outcomes:
        verdict = Verdict.NOT_VALID
    elif Outcome.UNKNOWN in outcomes:
        verdict = Verdict.CANNOT_TELL
    checks = tuple(
        Check(number, name, finding.outcome, finding.code, finding.detail)
        for number, (name, finding) in enumerate(zip(NAMES, findings, strict=True), start=1)
    )
    return Verification(verdict, checks, credential)


def _document(evidence: Evidence) -> tuple[_Finding, dict[str, Any] | None]:
    """Check 1. A credential.json (one eddsa-rdfc-2022 proof) need not be canonical: its signature covers its meaning, not its bytes."""
    if len(evidence.record) > strict_json.MAX_BYTES:
        return _failed("too-large"), None
    try:
        value = strict_json.parse(evidence.record)
        canonical = jcs.canonical(value)
    except FormatError:
        return _failed("not-json"), None
    of_the_world = isinstance(value, dict) and _suite(value) == data_integrity.RDFC
    if canonical != evidence.record and not of_the_world:
        return _failed("not-canonical"), None
    if not isinstance(value, dict):
        return _failed("not-a-credential", where="/"), None
    if where := open_badges.first_mistake(value):
        return _failed("not-a-credential", where=where), None
    if evidence.wanted is not None and evidence.wanted not in (identifier_of(value), value["id"].partition("://")[2]):
        return _failed("another", found=value["id"][:200]), None
    return _passed("credential" if of_the_world else "canonical"), value


class _Subject:
    """One credential and what there is to check it with."""

    def __init__(self, evidence: Evidence, credential: dict[str, Any]) -> None:
        self._evidence = evidence
        self._credential = credential
        self._proof: dict[str, Any] = credential["proof"]
        self._did: str = credential["issuer"]["id"]
        self._document = _object(evidence.about.did)
        keys = _object(evidence.about.keys)
        self._keys = keys if keys is not None and keys.get("did") == self._did else None

    def signature(self) -> _Finding:
        """Check 2: Data Integrity proof, strict Ed25519."""
        suite = self._proof.get("cryptosuite")
        if suite not in data_integrity.SUITES:
            return _unknown("proof-unsupported", suite=str(suite)[:60])
        try:
            _, key, signature = data_integrity.well_formed(self._credential, self._proof)
        except FormatError:
            return _failed("proof-malformed")
        raw = _strict_key(key)
        if raw is None:
            return _failed("key-weak")
        try:
            good = data_integrity.verify(self._credential, self._proof, raw, signature)
        except FormatError:
            return _failed("signature-wrong")
        return _passed("signature-good", key=key) if good else _failed("signature-wrong")

    def key(self, index: int | None) -> _Finding:
        """Check 3. index: where the log proves the record to be, None if it does not."""
        method = str(self._proof.get("verificationMethod"))
        signer, _, key = method.partition("#")
        if signer != self._did:
            return _failed("key-of-another", signer=signer[:200], issuer=self._did)
        if self._document is None:
            return _unknown("did-missing")
        if self._document.get("id") != self._did:
            return _unknown("did-mismatch", found=str(self._document.get("id"))[:200], issuer=self._did)
        if key not in _listed(self._document, self._did):
            return _failed("key-not-listed")
        if self._keys is None:
            return _unknown("windows-missing")
        windows = [window for window in _windows(self._keys) if window[0] == key]
        if not windows:
            return _failed("key-not-listed")
        if index is None:
            return _unknown("window-unknown")
        if not any(start <= index and (until is None or index < until) for _, start, until in windows):
            return _failed("key-outside-window", index=str(index))
        return _passed("key-listed", did=self._did)

    def log(self) -> tuple[_Finding, int | None]:
        """Check 4, and the index that it proved."""
        if self._evidence.proof is None:
            return _unknown("proof-missing"), None
        try:
            proof = tlog_proof.parse(self._evidence.proof)
            note = signed_note.parse(proof.checkpoint)
            point = checkpoint.parse(note.text)
        except FormatError:
            return _failed("log-proof-malformed"), None
        if self._keys is None:
            return _unknown("checkpoint-unverified"), None
        log = self._keys.get("log")
        if not isinstance(log, dict) or point.origin != log.get("origin"):
            return _failed("checkpoint-origin"), None
        keys = [raw for key in _in_use(self._keys) if (raw := _strict_key(key)) is not None]
        if not any(signed_note.verify(note, point.origin, key) for key in keys):
            return _failed("checkpoint-forged"), None
        digest = self._digest()
        if digest is None:
            return _unknown("record-missing"), None
        entry = _object(proof.entry) or {}
        if entry.get("event") not in ("issued", "corrected") or entry.get("record") != digest:
            return _failed("log-entry-mismatch"), None
        try:
            root = merkle.root_from_inclusion(merkle.leaf_hash(proof.entry), proof.index, point.size, proof.path)
        except FormatError:
            return _failed("not-in-log"), None
        if root != point.root:
            return _failed("not-in-log"), None
        return _passed("logged", index=str(proof.index), size=str(point.size)), proof.index

    def status(self) -> _Finding:
        """Check 5."""
        entry = self._credential.get("credentialStatus")
        if entry is None:
            return _passed("no-status")
        published = self._evidence.about.lists.get(entry["statusListCredential"])
        if published is None:
            return _unknown("list-missing")
        if self._document is None or self._document.get("id") != self._did or self._keys is None:
            return _unknown("list-unverified")
        listed = self._signed(published, entry["statusListCredential"])
        if listed is None:
            return _failed("list-forged")
        try:
            subject = listed["credentialSubject"]
            if subject["statusPurpose"] != entry["statusPurpose"]:
                return _failed("list-forged")
            revoked = bitstring.is_set(bitstring.decode(subject["encodedList"]), int(entry["statusListIndex"]))
            since, until = timestamp.parse(listed["validFrom"]), timestamp.parse(listed["validUntil"])
        except (FormatError, KeyError, TypeError):
            return _failed("list-forged")
        if revoked:
            return self._why(entry["statusListIndex"])
        if not since <= self._evidence.now <= until:
            return _unknown("list-stale", until=listed["validUntil"])
        return _passed("not-revoked", until=listed["validUntil"])

    def dates(self) -> _Finding:
        """Check 6."""
        since = self._credential["validFrom"]
        until = self._credential.get("validUntil")
        if timestamp.parse(since) > self._evidence.now:
            return _failed("not-yet-valid", date=since)
        if until is not None and timestamp.parse(until) < self._evidence.now:
            return _failed("expired", date=until)
        return _passed("in-date")

    def issuer(self) -> _Finding:
        """Check 7."""
        if self._evidence.expected is None:
            return _unknown("issuer-unknown")
        if self._evidence.expected != self._did:
            return _unknown("issuer-unexpected", did=self._did)
        return _passed("issuer-expected", name=self._credential["issuer"]["name"], did=self._did)

    def _digest(self) -> str | None:
        """SHA-256 of the record that the log must name: this one, or for credential.json the one beside it if it says the same."""
        data = self._evidence.record
        if _suite(self._credential) == data_integrity.RDFC:
            beside = _object(self._evidence.beside)
            if beside is None or _without_proof(beside) != _without_proof(self._credential):
                return None
            data = self._evidence.beside or b""
        return hashlib.sha256(data).hexdigest()

    def _signed(self, data: bytes, identifier: str) -> dict[str, Any] | None:
        """A side document if it is canonical, this issuer's, has this id and a good jcs proof by a key in use; else None."""
        try:
            value = strict_json.canonical_object(data, max_bytes=MAX_SIDE_BYTES)
            proof = value["proof"]
            if value["id"] != identifier or value["issuer"] != self._did or _suite(value) != data_integrity.JCS:
                return None
            signer, key, signature = data_integrity.well_formed(value, proof)
            raw = _strict_key(key)
            if signer != self._did or raw is None or key not in _listed(self._document or {}, self._did) & _in_use(self._keys or {}):
                return None
            return value if data_integrity.verify(value, proof, raw, signature) else None
        except (FormatError, KeyError, TypeError):
            return None

    def _why(self, index: str) -> _Finding:
        """The verdict on a bit that is set, with what the register says of it; that it was replaced says more than that it was revoked."""
        entry = self._credential["credentialStatus"]
        base = entry["statusListCredential"].rpartition("/")[0]
        register = None if self._evidence.about.register is None else self._signed(self._evidence.about.register, f"{base}/register.json")
        subject = (register or {}).get("credentialSubject")
        entries = subject.get("entries") if isinstance(subject, dict) else None
        ours = [
            item
            for item in (entries if isinstance(entries, list) else [])
            if isinstance(item, dict) and item.get("index") == index and item.get("list") == entry["statusPurpose"]
        ]
        for action in ("replaced", "revoked"):
            for item in ours:
                if item.get("action") == action:
                    return _failed(action, **{name: text if isinstance(text := item.get(name), str) else "" for name in ("reason", "date")})
        return _failed("revoked", reason="", date="")


def _suite(value: Mapping[str, Any]) -> Any:
    proof = value.get("proof")
    return proof.get("cryptosuite") if isinstance(proof, dict) else None


def _without_proof(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: member for name, member in value.items() if name != "proof"}


def _object(data: bytes | None) -> dict[str, Any] | None:
    try:
        value = None if data is None else strict_json.parse(data, max_bytes=MAX_SIDE_BYTES)
    except FormatError:
        return None
    return value if isinstance(value, dict) else None


def _strict_key(text: str) -> bytes | None:
    try:
        raw = multikey.decode_public(text)
    except FormatError:
        return None
    return raw if ed25519.is_strict_point(raw) else None


def _listed(document: Mapping[str, Any], did: str) -> set[str]:
    """The Multikeys that a DID document gives for assertions."""
    methods, assertions = document.get("verificationMethod"), document.get("assertionMethod")
    listed: set[str] = set()
    for method in methods if isinstance(methods, list) else []:
        key = method.get("publicKeyMultibase") if isinstance(method, dict) else None
        if not isinstance(key, str) or method.get("id") != f"{did}#{key}" or method.get("controller") != did:
            continue
        if isinstance(assertions, list) and method["id"] in assertions:
            listed.add(key)
    return listed


def _windows(keys: Mapping[str, Any]) -> list[tuple[str, int, int | None]]:
    """(Multikey, from, until) of keys.json; a malformed one is left out."""
    found: list[tuple[str, int, int | None]] = []
    items = keys.get("keys")
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict) or not isinstance(item.get("key"), str) or type(item.get("from")) is not int:
            continue
        if item.get("until") is None or type(item["until"]) is int:
            found.append((item["key"], item["from"], item.get("until")))
    return found


def _in_use(keys: Mapping[str, Any]) -> set[str]:
    """The Multikeys that may sign checkpoints and status lists: what is current is signed by a current key, never by a retired one."""
    return {key for key, _, until in _windows(keys) if until is None}
