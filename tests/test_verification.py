"""Both verifiers read tests/vectors/verification; this is Python's side."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from issuer.formats import jcs, timestamp, tlog_proof
from issuer.verdict import NAMES, Outcome, Verdict, Verification, sentences
from issuer.verification import Event, Evidence, History, reading, verify
from tests import forgery
from tests.verification_vectors import all_cases
from tests.verification_vectors.case import FOLDER

VECTORS = sorted(FOLDER.glob("*.json"))
ONLY_PYTHON = {
    ("document", "another"),
    ("signature", "context-unsupported"),
    *((name, code) for name, codes in sentences().items() for code in codes["codes"] if code.endswith("-then")),
    ("log", "logged-later"),
    ("log", "corrected-later"),
    ("status", "history-missing"),
}
"""What the browser never says: it asks for no certificate by name, knows no eddsa-rdfc-2022, and no history."""


def load(found: dict[str, Any]) -> Evidence:
    """The evidence of a vector."""
    return forgery.ask({name: _value(name, value) for name, value in found.items()})


def _value(name: str, value: Any) -> Any:
    if value is None or name in ("expected", "wanted"):
        return value
    if name == "now":
        return timestamp.parse(value)
    if name == "lists":
        return {url: base64.b64decode(data) for url, data in value.items()}
    if name == "as_of":
        events = tuple(Event(index, kind, timestamp.parse(time)) for index, kind, time in value["entries"])
        return History(timestamp.parse(value["at"]), events)
    return base64.b64decode(value)


def read(path: Path) -> dict[str, Any]:
    vector: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return vector


def codes(result: Verification) -> dict[str, list[str]]:
    return {check.name: [check.outcome.value, check.code] for check in result.checks}


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_vector(path: Path) -> None:
    vector = read(path)
    result = verify(load(vector["evidence"]))
    assert codes(result) == vector["checks"]
    assert result.verdict.value == vector["verdict"]


def test_vectors_are_those_that_the_script_writes() -> None:
    written = all_cases.vectors()
    assert len(written) == len(all_cases.CASES)
    assert {path.name: path.read_bytes() for path in VECTORS} == written


def test_every_code_has_a_sentence_and_every_sentence_a_vector_in_each_language() -> None:
    vectors = [read(path) for path in VECTORS]
    written = {(name, code) for name, entry in sentences().items() for code in entry["codes"]}
    in_python = {(name, code) for vector in vectors for name, (_, code) in vector["checks"].items()}
    in_javascript = {
        (name, code)
        for vector in vectors
        if vector.get("only") != "python"
        for name, (_, code) in vector.get("javascript", vector)["checks"].items()
    }
    assert in_python == written
    assert in_javascript == written - ONLY_PYTHON
    assert tuple(sentences()) == NAMES


def test_sentences_are_filled_in() -> None:
    for path in VECTORS:
        for check in verify(load(read(path)["evidence"])).checks:
            assert "{" not in check.message + check.hint, (path.name, check)
            assert len(check.message) > 15
            assert check.title


def test_unknown_is_never_valid() -> None:
    bare = verify(Evidence(forgery.good(), dt.datetime(2026, 6, 15, tzinfo=dt.UTC)))
    assert bare.verdict is Verdict.CANNOT_TELL
    assert sum(check.outcome is Outcome.UNKNOWN for check in bare.checks) == 4


def test_an_old_copy_of_a_corrected_certificate_is_called_replaced() -> None:
    newer = tlog_proof.serialise(forgery.proof(b"the corrected record", event="corrected"))
    register = forgery.register(forgery.mark("replaced"))
    sides = forgery.evidence(forgery.good(), proof=newer, lists={forgery.LIST: forgery.status_list(777)}, register=register)
    result = verify(forgery.ask(sides))
    assert [check.code for check in result.checks if check.outcome is Outcome.FAIL] == ["log-entry-mismatch", "replaced"]
    assert result.reason is not None
    assert result.reason.code == "replaced"


def test_the_newer_certificate_is_named_only_by_a_safe_address() -> None:
    for address, named in (
        ("https://certificates.example.org/c/1/", "https://certificates.example.org/c/1/"),
        ("http://localhost:8420/c/1/", "http://localhost:8420/c/1/"),
        ("http://certificates.example.org/c/1/", ""),
        ("javascript:alert(1)", ""),
        ("https://certificates.example.org/ c", ""),
        ("http://localhost.example.org/", ""),
    ):
        register = forgery.register(forgery.mark("renewed", replacement=address))
        status = verify(forgery.ask(forgery.evidence(forgery.good(), register=register))).checks[4]
        assert (status.code, status.detail["replacement"]) == ("renewed", named)


def test_what_is_said_about_the_issuer_is_read_once() -> None:
    """A thousand certificates under one About must not decode the lists or check the checkpoint's signature a thousand times."""
    question = forgery.ask(forgery.evidence(forgery.good()))
    note = forgery.proof(forgery.good()).checkpoint
    said = reading.of(question.about, forgery.DID)
    before = said.status_list(forgery.LIST), said.register(forgery.REGISTER), said.point(note)
    assert verify(question).verdict is Verdict.VALID
    again = reading.of(question.about, forgery.DID)
    after = again.status_list(forgery.LIST), again.register(forgery.REGISTER), again.point(note)
    assert all(one is other for one, other in zip(before, after, strict=True))


def test_evidence_about_one_issuer_says_nothing_about_another() -> None:
    mine = forgery.ask(forgery.evidence(forgery.good()))
    theirs = jcs.canonical(forgery.signed(forgery.credential(issuer={"id": "did:web:example.com", "name": "X"}), did="did:web:example.com"))
    result = verify(dataclasses.replace(mine, record=theirs))
    assert result.verdict is not Verdict.VALID
    assert codes(result)["key"] == ["unknown", "did-mismatch"]


def _fields(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in items:
        yield (*path, name)
        yield from _fields(member, (*path, name))


def _changed(value: Any, path: tuple[Any, ...], change: Any) -> Any:
    copy = json.loads(json.dumps(value))
    place = copy
    for name in path[:-1]:
        place = place[name]
    change(place, path[-1])
    return copy


def _remove(place: Any, name: Any) -> None:
    del place[name]


def _retype(place: Any, name: Any) -> None:
    old = place[name]
    place[name] = [old] if not isinstance(old, list) else {"a": old}


def _nullify(place: Any, name: Any) -> None:
    place[name] = None


def _number(place: Any, name: Any) -> None:
    place[name] = 7


@pytest.mark.parametrize("change", [_remove, _retype, _nullify, _number])
def test_every_field_that_is_removed_or_retyped_is_refused(change: Any) -> None:
    record = json.loads(forgery.good())
    sides = forgery.evidence(forgery.good())
    for path in _fields(record):
        if path == ("proof", "cryptosuite"):
            continue  # an unknown method of signing is not a forgery: the next test
        result = verify(forgery.ask({**sides, "record": jcs.canonical(_changed(record, path, change))}))
        assert result.verdict is Verdict.NOT_VALID, path


@pytest.mark.parametrize("change", [_remove, _retype, _nullify, _number])
def test_a_record_without_its_cryptosuite_is_refused_by_the_log(change: Any) -> None:
    record = _changed(json.loads(forgery.good()), ("proof", "cryptosuite"), change)
    result = verify(forgery.ask(forgery.evidence(jcs.canonical(record), proof=forgery.evidence(forgery.good())["proof"])))
    assert result.verdict is Verdict.NOT_VALID
    assert codes(result)["log"] == ["fail", "log-entry-mismatch"]


def test_every_field_that_is_doubled_is_refused() -> None:
    text = forgery.good().decode()
    sides = forgery.evidence(forgery.good())
    starts = [at for at in range(len(text)) if text[at] == '"' and text[at - 1] in "{,"]
    for at in starts:
        _, end = json.JSONDecoder().raw_decode(text[at:])
        if text[at + end] != ":":
            continue  # an item of a list, not a member
        _, length = json.JSONDecoder().raw_decode(text[at + end + 1 :])
        member = text[at : at + end + 1 + length]
        doubled = text[:at] + member + "," + text[at:]
        result = verify(forgery.ask({**sides, "record": doubled.encode()}))
        assert [result.verdict.value, result.checks[0].code] == ["not valid", "not-json"], member
