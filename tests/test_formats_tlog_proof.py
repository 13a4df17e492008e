"""C2SP tlog-proof."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import checkpoint, merkle, signed_note, tlog_proof
from tests.test_formats_merkle import included
from tests.test_formats_signed_note import parts
from tests.vector_files import name_of, vectors_of

HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=20).map(tuple)


@pytest.mark.parametrize("vector", vectors_of("tlog-proof"), ids=name_of)
def test_vector(vector: dict[str, Any]) -> None:
    def read() -> tuple[tlog_proof.TlogProof, signed_note.Note, checkpoint.Checkpoint]:
        proof = tlog_proof.parse(base64.b64decode(vector["proof"]))
        note = signed_note.parse(proof.checkpoint)
        return proof, note, checkpoint.parse(note.text)

    if not vector["valid"]:
        with pytest.raises(FormatError):
            read()
        return
    proof, note, point = read()
    assert proof.entry == base64.b64decode(vector["entry"])
    assert proof.index == vector["index"]
    assert [node.hex() for node in proof.path] == vector["path"]
    assert (point.origin, point.size, point.root.hex()) == (vector["origin"], vector["size"], vector["root"])
    assert signed_note.verify(note, *parts(vector["vkey"]))
    assert included(merkle.leaf_hash(proof.entry), proof.index, point.size, point.root, list(proof.path)) is vector["included"]


@given(st.binary(max_size=300), st.integers(0, 2**53 - 1), HASHES, st.binary(max_size=100))
def test_encode_decode_same(entry: bytes, index: int, path: tuple[bytes, ...], note: bytes) -> None:
    proof = tlog_proof.TlogProof(entry, index, path, note)
    assert tlog_proof.parse(tlog_proof.serialise(proof)) == proof


@given(st.binary(max_size=200) | st.text(alphabet="\n extraind0A=", max_size=80).map(lambda text: f"{tlog_proof.HEADER}\n{text}".encode()))
def test_bytes_give_a_proof_or_a_format_error(data: bytes) -> None:
    with suppress(FormatError):
        tlog_proof.parse(data)


def test_too_large() -> None:
    with pytest.raises(FormatError, match="too large"):
        tlog_proof.parse(tlog_proof.serialise(tlog_proof.TlogProof(b"", 0, (), b"a" * tlog_proof.MAX_BYTES)))
