"""Whatever bytes a verifier is given, it ends in a verdict, soon and in little memory; and nothing that was changed becomes valid."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.formats import bitstring, data_integrity, jcs, multikey
from issuer.verdict import Outcome, Verdict, Verification
from issuer.verification import MAX_SIDE_BYTES, verify
from tests import forgery

SLOTS = ("record", "did", "keys", "register", "checkpoint", "proof", "beside", forgery.LIST, forgery.SUSPENSION)
SECONDS = 3.0
"""A second on a quiet machine; on a busy one the same work takes up to three times the processor time."""
MEGABYTES = 200
GOOD = forgery.evidence(forgery.good(), checkpoint=forgery.proof(forgery.good()).checkpoint)
DECIDED = {"did", "keys", "proof", "checkpoint", forgery.LIST, forgery.SUSPENSION}
"""The evidence without which a good certificate is not valid, or which can speak against it."""


def put(slot: str, data: bytes, evidence: dict[str, Any] = GOOD) -> dict[str, Any]:
    """The evidence with other bytes in one place."""
    return {**evidence, "lists": {**evidence["lists"], slot: data}} if slot in evidence["lists"] else {**evidence, slot: data}


def taken(slot: str, evidence: dict[str, Any] = GOOD) -> bytes:
    """What is in one place."""
    data: bytes = evidence["lists"].get(slot) or evidence[slot]
    return data


def judge(evidence: dict[str, Any]) -> Verification:
    """The verdict, which must have a sentence for each check."""
    result = verify(forgery.ask(evidence))
    for check in result.checks:
        assert check.message
        assert check.title
    return result


def packed(*parts: bytes) -> str:
    """An encoded list that unpacks to these bytes, one after the other."""
    stream = zlib.compressobj(wbits=31)
    data = b"".join(map(stream.compress, parts)) + stream.flush()
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def twice(data: bytes) -> str:
    """An encoded list of two gzip members."""
    return "u" + base64.urlsafe_b64encode(gzip.compress(data, mtime=0) * 2).rstrip(b"=").decode()


DEEP = 200_000
TEXTS: dict[str, bytes] = {
    "nothing": b"",
    "a zero": b"\x00",
    "not UTF-8": b"\xff\xfe\xfd",
    "HTML": b"<!doctype html><title>404</title>",
    "null": b"null",
    "an empty object": b"{}",
    "numbers as keys": b'{"keys":[1,null,{}],"proof":[],"id":7,"did":{}}',
    "NaN": b'{"id":NaN}',
    "a huge number": b'{"id":1e999,"n":' + b"9" * 5000 + b"}",
    "a duplicate key": b'{"id":"a","id":"b"}',
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "ten megabytes of letters": b'{"a":"' + b"x" * 10_000_000 + b'"}',
    "ten megabytes of lists": b"[" + b"[]," * 3_333_333 + b"[]]",
    "ten megabytes of members": b"{" + b",".join(b'"%d":0' % number for number in range(1_000_000)) + b"}",
    "ten megabytes of spaces": b" " * 10_000_000,
    "ten megabytes of newlines": b"\n" * 10_000_000,
    "more than any file may have": b"[" * (MAX_SIDE_BYTES + 1),
    "a lone surrogate": b'{"id":"\\ud800"}',
    "a note without end": b"a\n" * 100_000 + b"\n\xe2\x80\x94 a AAAA\n",
    "a proof without end": b"c2sp.org/tlog-proof@v1\nextra e30=\nindex 1\n" + b"A" * 10_000,
}


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize("name", TEXTS)
def test_any_bytes_in_any_place_end_in_a_verdict_soon(slot: str, name: str) -> None:
    evidence = put(slot, TEXTS[name])
    started = time.process_time()
    result = judge(evidence)
    assert time.process_time() - started < SECONDS
    if slot == "record":
        assert result.verdict is Verdict.NOT_VALID
    elif slot in DECIDED:
        assert result.verdict is not Verdict.VALID


SIGNED: dict[str, dict[str, Any]] = {
    "a gzip bomb in a list": put(forgery.LIST, forgery.status_list(encoded=packed(*[bytes(1 << 20)] * 256))),
    "a list with trailing data": put(forgery.LIST, forgery.status_list(encoded=bitstring.encode([5]) + "AAAA")),
    "two gzip members in a list": put(forgery.LIST, forgery.status_list(encoded=twice(bytes(16384)))),
    "a list in another base": put(forgery.LIST, forgery.status_list(encoded="z" + bitstring.encode([5])[1:])),
    "a list that is a number": put(forgery.LIST, forgery.status_list(encoded=7)),
    "a list without a subject": put(forgery.LIST, forgery.status_list(credentialSubject=[])),
    "a list that is valid from never": put(forgery.LIST, forgery.status_list(validFrom="never")),
    "an index beyond all lists": forgery.evidence(
        forgery.good(credentialStatus={**forgery.credential()["credentialStatus"], "statusListIndex": "9" * 15})
    ),
    "a proof of 63 bytes": forgery.evidence(forgery.reproved(proofValue=multikey.encode_base58btc(bytes(63)))),
    "a proof of 65 bytes": forgery.evidence(forgery.reproved(proofValue=multikey.encode_base58btc(bytes(65)))),
    "a proof in another base": forgery.evidence(forgery.reproved(proofValue="u" + "A" * 86)),
    "a proof of 60 KiB": forgery.evidence(forgery.reproved(proofValue="z" + "2" * 60_000)),
    "a method of 60 KiB": forgery.evidence(forgery.reproved(verificationMethod=f"{forgery.DID}#z6Mk" + "2" * 60_000)),
    "a DID of 60 KiB": forgery.evidence(forgery.good(issuer={"id": "did:web:" + "a" * 60_000, "type": ["Profile"], "name": "X"})),
    "a did:key of 60 KiB": forgery.evidence(forgery.good(issuer={"id": "did:key:z6Mk" + "2" * 60_000, "type": ["Profile"], "name": "X"})),
    "three thousand status entries": forgery.evidence(forgery.good(credentialStatus=[{"type": "a"}] * 3000)),
    "status entries that hold no texts": forgery.evidence(
        forgery.good(credentialStatus=[{"type": "a", "statusListCredential": [], "statusListIndex": {}, "statusPurpose": []}])
    ),
    "three thousand proofs": forgery.evidence(jcs.canonical({**forgery.credential(), "proof": [{"type": "a"}] * 3000})),
}


@pytest.mark.parametrize("name", SIGNED)
def test_what_is_signed_can_be_hostile_too(name: str) -> None:
    started = time.process_time()
    result = judge(SIGNED[name])
    assert time.process_time() - started < SECONDS
    assert result.verdict is not Verdict.VALID


def _rdfc(value: dict[str, Any]) -> bytes:
    proof = data_integrity.options(data_integrity.RDFC, f"{forgery.DID}#{forgery.KEY.public}", forgery.CREATED, value)
    return json.dumps({**value, "proof": data_integrity.with_signature(proof, bytes(64))}).encode()


def _subject(**members: Any) -> dict[str, Any]:
    return {**forgery.credential(), "credentialSubject": {**forgery.credential()["credentialSubject"], **members}}


def _proofs(data: bytes, count: int) -> bytes:
    """The credential with its proof so many times, each a little different."""
    value = json.loads(data)
    proofs = [{**value["proof"], "proofValue": multikey.encode_base58btc(bytes([number]) * 64)} for number in range(count)]
    return json.dumps({**value, "proof": proofs}).encode()


def _aligned(count: int) -> bytes:
    parts = [{"type": ["Alignment"], "targetName": f"n{number}", "targetUrl": f"https://example.org/{number}"} for number in range(count)]
    achievement = forgery.credential()["credentialSubject"]["achievement"]
    return _rdfc(_subject(achievement={**achievement, "alignment": parts}))


GRAPHS: dict[str, bytes] = {
    "many proofs on many parts": _proofs(_aligned(240), 8),
    "two proofs on as many parts as are read": _proofs(_aligned(100), 2),
    "equal parts": _rdfc(_subject(evidence=[{"type": ["Evidence"]}] * 2000)),
    "many parts": _rdfc(_subject(result=[{"type": ["Result"], "value": str(number)} for number in range(1500)])),
    "many values": _rdfc({**forgery.credential(), "description": [str(number) for number in range(6000)]}),
    "many types": _rdfc({**forgery.credential(), "type": [*forgery.credential()["type"], *(f"T{number}" for number in range(6000))]}),
    "many contexts": _rdfc({**forgery.credential(), "@context": [*forgery.credential()["@context"]] * 400}),
    "many unknown words": _rdfc({**forgery.credential(), **{f"w{number}": 1 for number in range(4000)}}),
    "nested parts": _rdfc(_subject(result={"achievedLevel": {"id": "urn:x", "a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}})),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_that_is_hard_to_canonicalise_is_given_up_soon(name: str) -> None:
    verify(forgery.ask(forgery.evidence(_rdfc(forgery.credential()))))  # the contexts are read once
    started = time.process_time()
    result = judge(forgery.evidence(GRAPHS[name]))
    assert time.process_time() - started < SECONDS
    assert result.verdict is not Verdict.VALID


@pytest.mark.slow
def test_memory_stays_low() -> None:
    """In a process of its own, so that what other tests hold does not count. "5" in clear_refs starts the high-water mark anew."""
    script = (
        "from pathlib import Path\n"
        "from issuer.verification import verify\n"
        "from tests import forgery\n"
        "from tests.test_verification_hostile import SIGNED, SLOTS, TEXTS, put\n"
        "def memory(name):\n"
        "    lines = Path('/proc/self/status').read_text().splitlines()\n"
        "    return next(int(line.split()[1]) for line in lines if line.startswith(name))\n"
        "Path('/proc/self/clear_refs').write_text('5')\n"
        "before = memory('VmRSS')\n"
        "for name, data in TEXTS.items():\n"
        "    for slot in SLOTS:\n"
        "        verify(forgery.ask(put(slot, data)))\n"
        "for evidence in SIGNED.values():\n"
        "    verify(forgery.ask(evidence))\n"
        "print((memory('VmHWM') - before) // 1024)\n"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=root, check=True)
    assert 0 <= int(done.stdout) < MEGABYTES


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(slot=st.sampled_from(SLOTS), data=st.binary(max_size=300))
def test_random_bytes_never_raise(slot: str, data: bytes) -> None:
    result = judge(put(slot, data))
    assert result.verdict is not Verdict.VALID or slot in ("register", "beside")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
_PARSED = ("record", "did", "keys", "register", forgery.LIST, forgery.SUSPENSION)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for name, member in items for found in _paths(member, (*path, name)))]


def _replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copy = value.copy()
    copy[path[0]] = _replaced(value[path[0]], path[1:], by)
    return copy


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(choice=st.data())
def test_any_value_in_any_place_of_the_evidence_never_raises(choice: st.DataObject) -> None:
    """No value anywhere in a record or a side document raises, and none in a record goes unnoticed."""
    slot = choice.draw(st.sampled_from(_PARSED))
    value = json.loads(taken(slot))
    path = choice.draw(st.sampled_from(_paths(value)))
    by = choice.draw(_JSON)
    changed = jcs.canonical(_replaced(value, path, by))
    result = judge(put(slot, changed))
    if slot == "record" and changed != taken(slot):
        assert result.verdict is Verdict.NOT_VALID


@pytest.mark.slow
def test_every_flipped_bit_of_a_record_is_refused() -> None:
    record = forgery.good()
    for position in range(8 * len(record)):
        changed = bytearray(record)
        changed[position // 8] ^= 1 << position % 8
        assert verify(forgery.ask({**GOOD, "record": bytes(changed)})).verdict is Verdict.NOT_VALID, position


@pytest.mark.slow
def test_the_bits_of_a_credential_json_are_refused_or_mean_the_same() -> None:
    """Its signature covers the meaning: a space may become another one, a word may not. Every seventh bit: each costs milliseconds."""
    document = forgery.credential()
    data = jcs.canonical(forgery.signed(document, suite=data_integrity.RDFC))
    sides = {**GOOD, "beside": forgery.good()}
    for position in range(0, 8 * len(data), 7):
        changed = bytearray(data)
        changed[position // 8] ^= 1 << position % 8
        result = verify(forgery.ask({**sides, "record": bytes(changed)}))
        assert result.verdict is not Verdict.VALID or result.credential == {**document, "proof": json.loads(data)["proof"]}, position


@pytest.mark.slow
@pytest.mark.parametrize("slot", ["did", "keys", "proof", "checkpoint", "register", forgery.LIST, forgery.SUSPENSION])
def test_no_flipped_bit_of_the_evidence_makes_a_bad_certificate_good(slot: str) -> None:
    """A revoked certificate stays not valid or unclear, and a changed one not valid, whatever happens to one bit of what is beside it."""
    revoked = put(forgery.LIST, forgery.status_list(5, 777))
    changed = {**GOOD, "record": forgery.good().replace(b'"91"', b'"99"')}
    for evidence in (revoked, changed):
        data = taken(slot, evidence)
        for position in range(0, 8 * len(data), 5):
            flipped = bytearray(data)
            flipped[position // 8] ^= 1 << position % 8
            assert verify(forgery.ask(put(slot, bytes(flipped), evidence))).verdict is not Verdict.VALID, position


@pytest.mark.slow
@pytest.mark.parametrize("slot", [forgery.LIST, forgery.SUSPENSION])
def test_every_flipped_bit_of_a_list_is_refused(slot: str) -> None:
    data = taken(slot)
    for position in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[position // 8] ^= 1 << position % 8
        status = verify(forgery.ask(put(slot, bytes(flipped)))).checks[4]
        assert status.outcome is not Outcome.PASS, position
