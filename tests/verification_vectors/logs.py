"""Check 4: the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from issuer.formats import tlog_proof
from tests.forgery import OTHER, evidence, good, note, proof, tree
from tests.verification_vectors.case import MAYBE, NO, VALID, Case

_WINDOW = {"key": "unknown window-unknown"}


def _put(data: bytes | None) -> Callable[[], dict[str, Any]]:
    return lambda: evidence(good(), proof=data)


def _proof(**how: Any) -> Callable[[], dict[str, Any]]:
    return _put(tlog_proof.serialise(proof(good(), **how)))


def _changed(**changes: Any) -> Callable[[], dict[str, Any]]:
    return _put(tlog_proof.serialise(replace(proof(good()), **changes)))


def _newest(data: bytes) -> Callable[[], dict[str, Any]]:
    return lambda: evidence(good(), checkpoint=data)


_PATH = proof(good()).path
_ROOT = tree(good())[1].root()
_WITHOUT_ENTRY = b"\n".join(line for line in tlog_proof.serialise(proof(good())).split(b"\n") if not line.startswith(b"extra"))
_PROOFS = (
    ("proof-broken", "a log proof that is none", _put(b"hello"), "log-proof-malformed"),
    ("proof-without-entry", "a log proof without extra data", _put(_WITHOUT_ENTRY), "log-proof-malformed"),
    ("log-of-another", "another log's checkpoint", _proof(origin="example.com/log"), "checkpoint-origin"),
    ("checkpoint-forged", "a checkpoint signed by somebody else", _proof(key=OTHER), "checkpoint-forged"),
    ("entry-of-another", "the proof of another record", _put(tlog_proof.serialise(proof(b"another"))), "log-entry-mismatch"),
    ("entry-revoked", "the entry says revoked, not issued", _proof(event="revoked"), "log-entry-mismatch"),
    ("log-wrong-index", "the proof of another index", _changed(index=2), "not-in-log"),
    ("log-index-beyond", "an index beyond the tree", _changed(index=7), "not-in-log"),
    ("log-path-short", "a hash too few", _changed(path=_PATH[:-1]), "not-in-log"),
    ("log-path-long", "a hash too many", _changed(path=(*_PATH, bytes(32))), "not-in-log"),
    ("log-path-changed", "another hash", _changed(path=(bytes(32), *_PATH[1:])), "not-in-log"),
)

CASES = [
    Case("good-corrected", "logged as a correction", _proof(event="corrected"), VALID),
    Case("good-alone-in-log", "a tree of one entry has an empty path", _proof(at=0, size=1), VALID),
    Case("proof-missing", "no log proof", _put(None), MAYBE, {**_WINDOW, "log": "unknown proof-missing"}),
    *(Case(name, why, make, NO, {**_WINDOW, "log": f"fail {code}"}) for name, why, make, code in _PROOFS),
    Case("newest-same", "the site shows the checkpoint of the proof", _newest(note(7, _ROOT)), VALID),
    Case("newest-longer", "the site shows a longer log", _newest(note(9, bytes(32))), VALID),
    Case("log-rolled-back", "the site shows a shorter log", _newest(note(6, bytes(32))), MAYBE, {"log": "unknown log-rolled-back"}),
    Case("log-forked", "the site shows another log of the same size", _newest(note(7, bytes(32))), NO, {"log": "fail log-forked"}),
    Case(
        "newest-forged",
        "the site shows a checkpoint that somebody else signed",
        _newest(note(9, bytes(32), OTHER)),
        MAYBE,
        {"log": "unknown newest-unverified"},
    ),
    Case("newest-broken", "the site shows no checkpoint", _newest(b"<html>"), MAYBE, {"log": "unknown newest-unverified"}),
]
