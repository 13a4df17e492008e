"""C2SP signed notes."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from issuer.errors import FormatError
from issuer.formats import signed_note
from tests.vector_files import name_of, shared_files, vectors_of

KEY = SigningKey(b"\x05" * 32)
PUBLIC = bytes(KEY.verify_key)
NAME = "certificates.example.org/log"


def parts(vkey: str) -> tuple[str, bytes]:
    """A verifier key's name and 32 key bytes; its id is checked by writing it again."""
    name, _, rest = vkey.partition("+")
    public = base64.b64decode(rest.partition("+")[2])[1:]
    assert signed_note.verifier_key(name, public) == vkey
    return name, public


def signed(text: str) -> bytes:
    return (text + "\n" + signed_note.signature_line(NAME, PUBLIC, KEY.sign(text.encode()).signature)).encode()


@pytest.mark.parametrize("vector", vectors_of("signed-note"), ids=name_of)
def test_vector(vector: dict[str, Any]) -> None:
    data = base64.b64decode(vector["note"])
    if not vector["parses"]:
        with pytest.raises(FormatError):
            signed_note.parse(data)
        return
    assert signed_note.verify(signed_note.parse(data), *parts(vector["vkey"])) is vector["valid"]


@pytest.mark.parametrize("path", shared_files("tlog", "*.json"), ids=name_of)
def test_shared_examples(path: Path) -> None:
    for example in json.loads(path.read_text("utf-8"))["vectors"]:
        name, public = parts(example["vkey"])
        note = signed_note.parse(example["note"].encode())
        assert signed_note.verify(note, name, public) is (example["expected"] == "valid")
        assert not signed_note.verify(note, name, PUBLIC)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30).map(lambda text: text + "\n"))
def test_sign_parse_verify(text: str) -> None:
    note = signed_note.parse(signed(text))
    assert note.text == text
    assert signed_note.verify(note, NAME, PUBLIC)
    assert not signed_note.verify(note, NAME + "x", PUBLIC)
    assert not signed_note.verify(signed_note.Note(text + "\n", note.signatures), NAME, PUBLIC)


@given(st.binary(max_size=200) | st.text(alphabet="\n \u2014+=aA1", max_size=40).map(str.encode))
def test_bytes_give_a_note_or_a_format_error(data: bytes) -> None:
    with suppress(FormatError):
        assert not signed_note.verify(signed_note.parse(data), NAME, PUBLIC)


def test_every_flipped_bit_is_refused() -> None:
    good = signed("one\ntwo\n")
    for bit in range(8 * len(good)):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            accepted = signed_note.verify(signed_note.parse(bytes(changed)), NAME, PUBLIC)
        except FormatError:
            continue
        assert not accepted, bit


def test_another_signature_beside_ours_is_ignored() -> None:
    other = SigningKey(b"\x06" * 32)
    line = signed_note.signature_line("witness.example/w", bytes(other.verify_key), bytes(64)).encode()
    note = signed_note.parse(signed("text\n") + line)
    assert signed_note.verify(note, NAME, PUBLIC)
    assert not signed_note.verify(note, "witness.example/w", bytes(other.verify_key))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2028b", "a\u0085b"])
def test_key_names(name: str) -> None:
    with pytest.raises(FormatError):
        signed_note.signature_line(name, PUBLIC, bytes(64))


@given(st.binary(max_size=70))
def test_base64_encode_decode_same(data: bytes) -> None:
    assert signed_note.decode_base64(base64.b64encode(data).decode()) == data


@given(st.text(alphabet="QRg=+/-_ \n\u00e9", max_size=9))
def test_base64_has_one_spelling(text: str) -> None:
    with suppress(FormatError):
        assert base64.b64encode(signed_note.decode_base64(text)).decode() == text


def test_too_large() -> None:
    with pytest.raises(FormatError, match="too large"):
        signed_note.parse(b"a" * 1_000_001)
    with pytest.raises(FormatError, match="too many"):
        signed_note.parse(signed("a\n") + signed_note.signature_line("b", PUBLIC, bytes(64)).encode() * 16)
