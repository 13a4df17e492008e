"""Both verifiers read tests/vectors/verification; this is Python's side."""

from __future__ import annotations

import base64
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from issuer import signing
from issuer.formats import jcs, timestamp, tlog_proof
from issuer.verdict import NAMES, Outcome, sentences
from issuer.verification import Evidence, verify
from tests import forgery, make_verification_vectors

VECTORS = sorted(make_verification_vectors.FOLDER.glob("*.json"))
BYTES = ("record", "did", "keys", "proof", "revocation", "register")


def load(vector: dict[str, Any]) -> Evidence:
    found = vector["evidence"]
    sides: dict[str, Any] = {name: None if found[name] is None else base64.b64decode(found[name]) for name in BYTES}
    return Evidence(now=timestamp.parse(found["now"]), expected=found["expected"], **sides)


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_vector(path: Path) -> None:
    vector = json.loads(path.read_text("utf-8"))
    result = verify(load(vector))
    assert {check.name: [check.outcome.value, check.code] for check in result.checks} == vector["checks"]
    assert result.verdict.value == vector["verdict"]


def test_vectors_are_those_that_the_script_writes() -> None:
    written = make_verification_vectors.vectors()
    assert {path.name: path.read_bytes() for path in VECTORS} == written
    assert len(written) > 80


def test_every_code_has_a_sentence_and_every_sentence_a_vector() -> None:
    seen = {(name, code) for path in VECTORS for name, (_, code) in json.loads(path.read_text("utf-8"))["checks"].items()}
    written = {(name, code) for name, entry in sentences().items() for code in entry["codes"]}
    only_on_the_command_line = {("document", "credential"), ("document", "another"), ("log", "record-missing")}
    assert seen == written - only_on_the_command_line
    assert tuple(sentences()) == NAMES


def test_sentences_are_filled_in() -> None:
    for path in VECTORS:
        for check in verify(load(json.loads(path.read_text("utf-8")))).checks:
            assert "{" not in check.message + check.hint, (path.name, check)
            assert len(check.message) > 15
            assert check.title


def test_every_flipped_bit_of_a_record_is_refused() -> None:
    record = forgery.good()
    sides = forgery.evidence(record)
    for position in range(len(record)):
        changed = bytearray(record)
        changed[position] ^= 1 << position % 8
        result = verify(Evidence(**{**sides, "record": bytes(changed)}))
        assert result.verdict.value == "not valid", position


def test_a_credential_json_is_checked_through_the_record_beside_it() -> None:
    document = forgery.credential()
    good = jcs.canonical({**document, "proof": signing.prove_with("eddsa-rdfc-2022", document, forgery.KEY, forgery.DID, forgery.CREATED)})
    record = forgery.good()
    sides = forgery.evidence(record)
    result = verify(Evidence(**{**sides, "record": good, "beside": record}))
    assert result.verdict.value == "valid"
    assert result.checks[0].code == "credential"
    alone = verify(Evidence(**{**sides, "record": good}))
    assert alone.verdict.value == "cannot tell"
    assert alone.checks[3].code == "record-missing"
    assert alone.reason == alone.checks[3]
    changed = verify(Evidence(**{**sides, "record": good.replace(b'"91"', b'"99"'), "beside": record}))
    assert changed.verdict.value == "not valid"
    assert changed.checks[1].code == "signature-wrong"
    undefined = verify(Evidence(**{**sides, "record": good.replace(b'"awardedDate"', b'"awardedDay"'), "beside": record}))
    assert undefined.checks[1].code == "signature-wrong"


def test_unknown_is_never_valid() -> None:
    bare = verify(Evidence(record=forgery.good(), now=dt.datetime(2026, 6, 15, tzinfo=dt.UTC)))
    assert bare.verdict.value == "cannot tell"
    assert sum(check.outcome is Outcome.UNKNOWN for check in bare.checks) == 4


def test_an_old_copy_of_a_corrected_certificate_is_called_replaced() -> None:
    record = forgery.good()
    newer = tlog_proof.serialise(forgery.proof(b"the corrected record", event="corrected"))
    register = forgery.register(forgery.mark("replaced", ""))
    sides = forgery.evidence(record, proof=newer, revocation=forgery.status_list(777), register=register)
    result = verify(Evidence(**sides))
    assert [check.code for check in result.checks if check.outcome is Outcome.FAIL] == ["log-entry-mismatch", "replaced"]
    assert result.reason is not None
    assert result.reason.code == "replaced"
