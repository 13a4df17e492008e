"""Multikey and base58btc."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import multikey
from tests.vector_files import name_of, shared_files, vectors_of

KEYS = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize("vector", vectors_of("multikey"), ids=name_of)
def test_vector(vector: dict[str, Any]) -> None:
    if not vector["valid"]:
        with pytest.raises(FormatError):
            multikey.decode_public(vector["multikey"])
        return
    assert multikey.decode_public(vector["multikey"]).hex() == vector["publicKey"]
    assert multikey.encode_public(bytes.fromhex(vector["publicKey"])) == vector["multikey"]


@pytest.mark.parametrize("path", shared_files("w3c-vc-di-eddsa", "keyPair.json"), ids=name_of)
def test_w3c_key_pair(path: Path) -> None:
    from nacl.signing import SigningKey

    pair = json.loads(path.read_text("utf-8"))
    public, secret = pair["publicKeyMultibase"], pair.get("privateKeyMultibase") or pair["secretKeyMultibase"]
    assert bytes(SigningKey(multikey.decode_secret(secret)).verify_key) == multikey.decode_public(public)


@given(KEYS)
def test_encode_decode_same(key: bytes) -> None:
    public, secret = multikey.encode_public(key), multikey.encode_secret(key)
    assert (public[:4], secret[:4]) == ("z6Mk", "z3u2")
    assert multikey.decode_public(public) == multikey.decode_secret(secret) == key
    assert re.fullmatch(r"([0-9a-f]{4} ){15}[0-9a-f]{4}", multikey.fingerprint(public))
    for wrong in (secret, public + "1", " " + public, public + "\n", public[:-1]):
        with pytest.raises(FormatError):
            multikey.decode_public(wrong)
    with pytest.raises(FormatError):
        multikey.decode_secret(public)


@given(st.binary(max_size=80))
def test_base58_encode_decode_same(data: bytes) -> None:
    assert multikey.decode_base58btc(multikey.encode_base58btc(data), len(data)) == data
    with pytest.raises(FormatError):
        multikey.decode_base58btc(multikey.encode_base58btc(data), len(data) + 1)


@given(st.text() | st.from_regex(r"z[1-9A-Za-z\s]{0,60}", fullmatch=True))
def test_text_gives_a_key_or_a_format_error(text: str) -> None:
    for decode in (multikey.decode_public, multikey.decode_secret, multikey.fingerprint):
        with suppress(FormatError):
            decode(text)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_keys_have_32_bytes(length: int) -> None:
    for encode in (multikey.encode_public, multikey.encode_secret):
        with pytest.raises(FormatError):
            encode(bytes(length))


def test_the_error_does_not_repeat_the_secret() -> None:
    secret = multikey.encode_secret(b"\x07" * 32)
    with pytest.raises(FormatError) as caught:
        multikey.decode_secret(secret + "x")
    assert secret[4:12] not in repr(caught.value) + str(caught.value)
