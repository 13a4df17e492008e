"""Write tests/vectors/verification/*.json: evidence with the verdict that both verifiers must reach, code by code.

Run `python -m tests.make_verification_vectors` after a deliberate change; a test regenerates and compares.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from issuer import publication
from issuer.formats import bitstring, did_web, ed25519, jcs, multikey, open_badges, tlog_proof
from tests.forgery import (
    BASE,
    DID,
    KEY,
    LIST,
    OTHER,
    config,
    credential,
    evidence,
    good,
    mark,
    proof,
    raw,
    register,
    reproved,
    rotated,
    signed,
    status_list,
    without,
)

FOLDER = Path(__file__).parent / "vectors" / "verification"
GOOD = {
    "document": ["pass", "canonical"],
    "signature": ["pass", "signature-good"],
    "key": ["pass", "key-listed"],
    "log": ["pass", "logged"],
    "status": ["pass", "not-revoked"],
    "dates": ["pass", "in-date"],
    "issuer": ["pass", "issuer-expected"],
}
NOT_READ = {name: ["unknown", "not-checked"] for name in list(GOOD)[1:]}

Case = tuple[str, str, dict[str, Any], str, dict[str, list[str]]]
CASES: list[Callable[[], Case]] = []


def _add(name: str, why: str, make: Callable[[], dict[str, Any]], verdict: str, **checks: str) -> None:
    """One vector. checks: name="result code" where it differs from a good record's; all="…" sets every check but the document."""

    def build() -> Case:
        expected = dict(GOOD)
        if "document" in checks and checks["document"].startswith("fail"):
            expected.update(NOT_READ)
        expected.update({key: value.split(" ") for key, value in checks.items()})
        return name, why, make(), verdict, expected

    CASES.append(build)


def _small_key() -> str:
    return multikey.encode_public(sorted(ed25519.SMALL_ORDER)[3])


def _define() -> None:
    no, maybe = "not valid", "cannot tell"
    _add("good", "everything as it should be", lambda: evidence(good()), "valid")
    _add(
        "good-without-status",
        "a credential that cannot be revoked",
        lambda: evidence(good(credentialStatus=None)),
        "valid",
        status="pass no-status",
    )
    _add(
        "good-corrected",
        "logged as a correction",
        lambda: evidence(good(), proof=tlog_proof.serialise(proof(good(), event="corrected"))),
        "valid",
    )
    _add(
        "good-alone-in-log",
        "a tree of one entry has an empty path",
        lambda: evidence(good(), proof=tlog_proof.serialise(proof(good(), at=0, size=1))),
        "valid",
    )
    _document_cases(no)
    _signature_cases(no, maybe)
    _key_cases(no, maybe)
    _log_cases(no, maybe)
    _status_cases(no, maybe)
    early = dt.datetime(2026, 5, 31, tzinfo=dt.UTC)
    _add(
        "not-yet-valid",
        "validFrom is in the future",
        lambda: evidence(good(), now=early),
        no,
        dates="fail not-yet-valid",
        status="unknown list-stale",
    )
    _add("expired", "validUntil has passed", lambda: evidence(good(validUntil="2026-06-15T11:59:59Z")), no, dates="fail expired")
    _add("last-second", "valid until and including validUntil", lambda: evidence(good(validUntil="2026-06-15T12:00:00Z")), "valid")
    _add(
        "offset-date", "validUntil with an offset", lambda: evidence(good(validUntil="2026-06-15T13:59:59+02:00")), no, dates="fail expired"
    )
    _add("nobody-expected", "the reader names no issuer", lambda: evidence(good(), expected=None), maybe, issuer="unknown issuer-unknown")
    _add(
        "another-expected",
        "the reader expects another issuer",
        lambda: evidence(good(), expected="did:web:example.com"),
        maybe,
        issuer="unknown issuer-unexpected",
    )


def _document_cases(no: str) -> None:
    def text(change: Callable[[str], str]) -> Callable[[], dict[str, Any]]:
        return lambda: evidence(change(good().decode()).encode("utf-8", "surrogatepass"), proof=tlog_proof.serialise(proof(good())))

    for name, why, make, code in (
        ("one-space", "one space more", text(lambda t: t.replace(":", ": ", 1)), "not-canonical"),
        ("pretty", "indented", text(lambda t: json.dumps(json.loads(t), indent=1, ensure_ascii=False)), "not-canonical"),
        (
            "unsorted",
            "members in another order",
            text(lambda t: json.dumps(dict(reversed(json.loads(t).items())), separators=(",", ":"), ensure_ascii=False)),
            "not-canonical",
        ),
        ("escaped", "a letter written as an escape", text(lambda t: t.replace("Python", "\\u0050ython", 1)), "not-canonical"),
        ("bom", "a byte order mark", text(lambda t: "\ufeff" + t), "not-json"),
        ("duplicate-key", "the name twice", text(lambda t: t.replace('"name":', '"name":"x","name":', 1)), "not-json"),
        ("nan", "NaN", text(lambda t: t[:-1] + ',"z":NaN}'), "not-json"),
        ("large-integer", "an integer that JavaScript cannot hold", text(lambda t: t[:-1] + ',"z":9007199254740993}'), "not-json"),
        ("surrogate", "half of a surrogate pair", text(lambda t: t[:-1] + ',"z":"\\ud800"}'), "not-json"),
        ("too-deep", "nested 40 deep", text(lambda t: t[:-1] + ',"z":' + "[" * 40 + "]" * 40 + "}"), "not-json"),
        ("cut-off", "the last byte is missing", text(lambda t: t[:-1]), "not-json"),
        ("array", "an array", text(lambda _: "[]"), "not-a-credential"),
        ("empty", "no bytes", text(lambda _: ""), "not-json"),
        ("not-utf8", "a byte that is not UTF-8", lambda: evidence(good().replace(b"Python", b"Pyth\xffn", 1)), "not-json"),
        ("too-large", "more than 64 KiB", lambda: evidence(good(name="x" * 70_000)), "too-large"),
        ("no-proof", "no proof at all", lambda: evidence(jcs.canonical(credential())), "not-a-credential"),
        (
            "proof-set",
            "two proofs in an array",
            lambda: evidence(jcs.canonical({**credential(), "proof": [signed(credential())["proof"]]})),
            "not-a-credential",
        ),
        (
            "did-key-issuer",
            "an issuer that is not did:web",
            lambda: evidence(good(issuer={"id": "did:key:z6Mkx", "name": "X"})),
            "not-a-credential",
        ),
        ("bare-date", "validFrom without a time", lambda: evidence(good(validFrom="2026-06-01")), "not-a-credential"),
        ("impossible-date", "the 30th of February", lambda: evidence(good(validFrom="2026-02-30T00:00:00Z")), "not-a-credential"),
        (
            "numeric-index",
            "statusListIndex as a number",
            lambda: evidence(good(credentialStatus={**credential()["credentialStatus"], "statusListIndex": 777})),
            "not-a-credential",
        ),
        ("null-status", "credentialStatus is null, not absent", lambda: evidence(raw(credentialStatus=None)), "not-a-credential"),
        ("null-until", "validUntil is null, not absent", lambda: evidence(raw(validUntil=None)), "not-a-credential"),
        (
            "contexts-swapped",
            "the contexts in another order",
            lambda: evidence(good(**{"@context": list(reversed(open_badges.CONTEXTS))})),
            "not-a-credential",
        ),
    ):
        _add(f"document-{name}", why, make, no, document=f"fail {code}")
    for pointer in (
        "/@context",
        "/id",
        "/type",
        "/issuer/id",
        "/issuer/name",
        "/validFrom",
        "/credentialSubject/achievement/name",
        "/credentialSubject/identifier",
    ):
        name = pointer[1:].replace("/", "-").replace("@", "").lower()
        _add(
            f"document-without-{name}",
            f"{pointer} is missing",
            partial(lambda missing: evidence(without(missing)), pointer),
            no,
            document="fail not-a-credential",
        )


def _signature_cases(no: str, maybe: str) -> None:
    def tampered(old: bytes, new: bytes) -> Callable[[], dict[str, Any]]:
        return lambda: evidence(good().replace(old, new, 1))

    _add("name-changed", "another recipient", tampered("Tuyết".encode(), b"Tuyen"), no, signature="fail signature-wrong")
    _add("result-changed", "a better score", tampered(b'"91"', b'"99"'), no, signature="fail signature-wrong")
    _add(
        "created-changed",
        "another date of signing",
        tampered(b'"created":"2026-06-01', b'"created":"2026-06-02'),
        no,
        signature="fail signature-wrong",
    )
    _add(
        "status-removed",
        "the status entry taken out",
        lambda: evidence(without("/credentialStatus")),
        no,
        signature="fail signature-wrong",
        status="pass no-status",
    )
    _add(
        "member-added",
        "a member that was not signed",
        lambda: evidence(jcs.canonical({**signed(credential()), "zeal": "x"})),
        no,
        signature="fail signature-wrong",
    )
    flipped = signed(credential())["proof"]["proofValue"]
    swapped = flipped[:-1] + ("2" if flipped[-1] != "2" else "3")
    _add("signature-flipped", "another last digit", lambda: evidence(reproved(proofValue=swapped)), no, signature="fail signature-wrong")
    raw = multikey.decode_base58btc(flipped, 64)
    unreduced = raw[:32] + (int.from_bytes(raw[32:], "little") + ed25519.L).to_bytes(32, "little")
    _add(
        "signature-unreduced",
        "S + L: accepted by careless verifiers",
        lambda: evidence(reproved(proofValue=multikey.encode_base58btc(unreduced))),
        no,
        signature="fail signature-wrong",
    )
    small = sorted(ed25519.SMALL_ORDER)[5] + bytes(32)
    _add(
        "signature-small-r",
        "R of small order",
        lambda: evidence(reproved(proofValue=multikey.encode_base58btc(small))),
        no,
        signature="fail signature-wrong",
    )
    for name, changes in (
        ("type", {"type": "Ed25519Signature2020"}),
        ("purpose", {"proofPurpose": "authentication"}),
        ("value-missing", {"proofValue": None}),
        ("value-hex", {"proofValue": raw.hex()}),
        ("value-short", {"proofValue": multikey.encode_base58btc(raw[:63])}),
        ("method", {"verificationMethod": KEY.public}),
        ("context", {"@context": [open_badges.CONTEXTS[0]]}),
        ("context-missing", {"@context": None}),
        ("created", {"created": "yesterday"}),
    ):
        others = {"key": "fail key-of-another"} if name == "method" else {}
        _add(
            f"proof-{name}",
            "the proof is malformed",
            partial(lambda odd: evidence(reproved(**odd)), changes),
            no,
            signature="fail proof-malformed",
            **others,
        )
    _add(
        "suite-unknown",
        "a cryptosuite of the future",
        lambda: evidence(reproved(cryptosuite="mldsa44-jcs-2025")),
        maybe,
        signature="unknown proof-unsupported",
    )
    _add(
        "key-small-order",
        "a key that anyone can sign for",
        lambda: evidence(reproved(verificationMethod=f"{DID}#{_small_key()}")),
        no,
        signature="fail proof-malformed" if not _small_key().startswith("z6Mk") else "fail key-weak",
        key="fail key-not-listed",
    )


def _key_cases(no: str, maybe: str) -> None:
    _add(
        "key-not-listed",
        "signed with an unlisted key",
        lambda: evidence(jcs.canonical(signed(credential(), OTHER))),
        no,
        key="fail key-not-listed",
    )
    _add(
        "key-of-another",
        "a good signature in another issuer's name",
        lambda: evidence(jcs.canonical(signed(credential(), KEY, "did:web:example.com"))),
        no,
        key="fail key-of-another",
    )
    _add(
        "did-missing",
        "no DID document",
        lambda: evidence(good(), did=None),
        maybe,
        key="unknown did-missing",
        status="unknown list-unverified",
    )
    _add(
        "did-broken",
        "a DID document that is not JSON",
        lambda: evidence(good(), did=b"<html>"),
        maybe,
        key="unknown did-missing",
        status="unknown list-unverified",
    )
    foreign = jcs.canonical(did_web.document("did:web:example.com", [KEY.public]))
    _add(
        "did-of-another",
        "the DID document of another issuer",
        lambda: evidence(good(), did=foreign),
        maybe,
        key="unknown did-mismatch",
        status="unknown list-unverified",
    )
    document = did_web.document(DID, [KEY.public])
    silent = jcs.canonical({**document, "assertionMethod": []})
    _add(
        "key-not-for-assertions",
        "the key is listed, but not for assertions",
        lambda: evidence(good(), did=silent),
        no,
        key="fail key-not-listed",
        status="fail list-forged",
    )
    held = jcs.canonical({**document, "verificationMethod": [{**document["verificationMethod"][0], "controller": "did:web:example.com"}]})
    _add(
        "key-controlled-by-another",
        "the key has another controller",
        lambda: evidence(good(), did=held),
        no,
        key="fail key-not-listed",
        status="fail list-forged",
    )
    _add(
        "keys-missing",
        "no keys.json",
        lambda: evidence(good(), keys=None),
        maybe,
        key="unknown windows-missing",
        log="unknown checkpoint-unverified",
        status="unknown list-unverified",
    )
    _add(
        "key-without-window",
        "keys.json does not know the key",
        lambda: evidence(good(), keys=publication.keys_json(config(OTHER.public))),
        no,
        key="fail key-not-listed",
        log="fail checkpoint-forged",
        status="fail list-forged",
    )
    _add(
        "key-retired",
        "logged when the key was no longer in use",
        lambda: rotated(good(), 3),
        no,
        key="fail key-outside-window",
    )
    _add(
        "key-retired-after",
        "logged as the last entry of the key",
        lambda: rotated(good(), 4),
        "valid",
    )
    _add(
        "key-retired-signs-checkpoint",
        "a thief of the retired key signs a log and a list of today",
        lambda: rotated(good(), 4, key=KEY),
        no,
        key="unknown window-unknown",
        log="fail checkpoint-forged",
        status="fail list-forged",
    )


def _log_cases(no: str, maybe: str) -> None:
    def put(make: Callable[[], bytes | None]) -> Callable[[], dict[str, Any]]:
        return lambda: evidence(good(), proof=make())

    known, window = "key", "unknown window-unknown"
    _add("proof-missing", "no log proof", put(lambda: None), maybe, log="unknown proof-missing", **{known: window})
    _add("proof-broken", "a log proof that is none", put(lambda: b"hello"), no, log="fail log-proof-malformed", **{known: window})
    _add(
        "proof-without-entry",
        "a log proof without extra data",
        put(lambda: b"\n".join(line for line in tlog_proof.serialise(proof(good())).split(b"\n") if not line.startswith(b"extra"))),
        no,
        log="fail log-proof-malformed",
        **{known: window},
    )
    _add(
        "log-of-another",
        "another log's checkpoint",
        put(lambda: tlog_proof.serialise(proof(good(), origin="example.com/log"))),
        no,
        log="fail checkpoint-origin",
        **{known: window},
    )
    _add(
        "checkpoint-forged",
        "a checkpoint signed by somebody else",
        put(lambda: tlog_proof.serialise(proof(good(), key=OTHER))),
        no,
        log="fail checkpoint-forged",
        **{known: window},
    )
    _add(
        "entry-of-another",
        "the proof of another record",
        put(lambda: tlog_proof.serialise(proof(b"another"))),
        no,
        log="fail log-entry-mismatch",
        **{known: window},
    )
    _add(
        "entry-revoked",
        "the entry says revoked, not issued",
        put(lambda: tlog_proof.serialise(proof(good(), event="revoked"))),
        no,
        log="fail log-entry-mismatch",
        **{known: window},
    )

    def changed(**changes: Any) -> Callable[[], bytes]:
        def make() -> bytes:
            whole = proof(good())
            return tlog_proof.serialise(
                tlog_proof.TlogProof(
                    whole.entry, changes.get("index", whole.index), changes.get("path", lambda p: p)(whole.path), whole.checkpoint
                )
            )

        return make

    for name, why, make in (
        ("wrong-index", "the proof of another index", changed(index=2)),
        ("index-beyond", "an index beyond the tree", changed(index=7)),
        ("path-short", "a hash too few", changed(path=lambda p: p[:-1])),
        ("path-long", "a hash too many", changed(path=lambda p: (*p, bytes(32)))),
        ("path-changed", "another hash", changed(path=lambda p: (bytes(32), *p[1:]))),
    ):
        _add(f"log-{name}", why, put(make), no, log="fail not-in-log", **{known: window})


def _status_cases(no: str, maybe: str) -> None:
    def put(make: Callable[[], bytes | None], **more: Callable[[], bytes | None]) -> Callable[[], dict[str, Any]]:
        return lambda: evidence(good(), revocation=make(), **{name: value() for name, value in more.items()})

    set_bit = lambda: status_list(5, 777)  # noqa: E731
    _add(
        "revoked",
        "the bit is set",
        put(set_bit, register=lambda: register(mark("revoked", "Issued by mistake"))),
        no,
        status="fail revoked",
    )
    _add("revoked-without-register", "the bit is set and nobody says why", put(set_bit, register=lambda: None), no, status="fail revoked")
    _add(
        "revoked-forged-register",
        "a register of somebody else cannot soften it",
        put(set_bit, register=lambda: register(mark("replaced", ""), key=OTHER)),
        no,
        status="fail revoked",
    )
    _add("replaced", "a corrected copy exists", put(set_bit, register=lambda: register(mark("replaced", ""))), no, status="fail replaced")
    twice = lambda: register(mark("revoked", "Issued by mistake"), mark("replaced", ""))  # noqa: E731
    _add("replaced-and-revoked", "replaced says more", put(set_bit, register=twice), no, status="fail replaced")
    other = lambda: register({**mark("replaced", ""), "list": "suspension"})  # noqa: E731
    _add("register-of-another-list", "an entry about another list", put(set_bit, register=other), no, status="fail revoked")
    stale: dict[str, Any] = {"validFrom": "2026-06-01T00:00:00Z", "validUntil": "2026-06-08T00:00:00Z"}
    _add("revoked-stale", "a revocation is final, however old the list", put(lambda: status_list(777, **stale)), no, status="fail revoked")
    _add("list-stale", "the list is too old", put(lambda: status_list(5, **stale)), maybe, status="unknown list-stale")
    _add("list-missing", "no list", put(lambda: None), maybe, status="unknown list-missing")
    _add("list-broken", "a list that is not JSON", put(lambda: b"<html>"), no, status="fail list-forged")
    _add("list-forged", "a list signed by somebody else", put(lambda: status_list(5, key=OTHER)), no, status="fail list-forged")
    _add(
        "list-changed",
        "a bit taken back after signing",
        put(lambda: status_list(5, 777).replace(b"2026-06-21", b"2027-06-21")),
        no,
        status="fail list-forged",
    )
    _add(
        "list-of-another-id",
        "a list under another address",
        put(lambda: status_list(5, id=f"{BASE}/status/other.json")),
        no,
        status="fail list-forged",
    )
    _add(
        "list-of-another-issuer",
        "a list of another issuer",
        put(lambda: status_list(5, issuer="did:web:example.com")),
        no,
        status="fail list-forged",
    )
    _add(
        "list-not-canonical", "a list with a space more", put(lambda: status_list(5).replace(b":", b": ", 1)), no, status="fail list-forged"
    )
    _add(
        "list-other-purpose",
        "a suspension list in its place",
        put(
            lambda: status_list(
                5,
                credentialSubject={
                    "id": f"{LIST}#list",
                    "type": "BitstringStatusList",
                    "statusPurpose": "suspension",
                    "encodedList": bitstring.encode([5]),
                },
            )
        ),
        no,
        status="fail list-forged",
    )
    _add(
        "list-too-short",
        "a list that ends before the bit",
        put(
            lambda: status_list(
                5,
                credentialSubject={
                    "id": f"{LIST}#list",
                    "type": "BitstringStatusList",
                    "statusPurpose": "revocation",
                    "encodedList": bitstring.encode([5], 512),
                },
            )
        ),
        no,
        status="fail list-forged",
    )


def vectors() -> dict[str, bytes]:
    """File name → bytes of every vector."""
    if not CASES:
        _define()
    files = {}
    for build in CASES:
        name, why, found, verdict, checks = build()
        encoded = {
            key: base64.b64encode(value).decode()
            if isinstance(value, bytes)
            else value.strftime("%Y-%m-%dT%H:%M:%SZ")
            if key == "now"
            else value
            for key, value in found.items()
        }
        vector = {"name": name, "why": why, "evidence": encoded, "verdict": verdict, "checks": checks}
        files[f"{name}.json"] = (json.dumps(vector, indent=1, ensure_ascii=False) + "\n").encode()
    return files


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in FOLDER.glob("*.json"):
        file.unlink()
    for file_name, content in vectors().items():
        (FOLDER / file_name).write_bytes(content)
