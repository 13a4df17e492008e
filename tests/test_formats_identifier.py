"""Certificate ids."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import identifier


@given(st.binary(min_size=16, max_size=16))
def test_encode_normalise_same(bits: bytes) -> None:
    text = identifier.encode(bits)
    assert identifier.PATTERN.fullmatch(text)
    number = 0
    for character in text:
        number = number * 32 + identifier.ALPHABET.index(character)
    assert number.to_bytes(16, "big") == bits
    for typed in (text, text.upper(), f" {text[:5]}-{text[5:]}\n", text.replace("0", "O").replace("1", "L"), text.replace("1", "i")):
        assert identifier.normalise(typed) == text


@given(st.text() | st.text(alphabet="01ilou-8z", min_size=20, max_size=30))
def test_text_gives_an_id_or_a_format_error(text: str) -> None:
    with suppress(FormatError):
        assert identifier.PATTERN.fullmatch(identifier.normalise(text))


@pytest.mark.parametrize(
    "text", ["", "8" + "0" * 25, "0" * 25, "0" * 27, "u" + "0" * 25, "../" + "0" * 23, "\u0660" * 26, "0" * 25 + "\u212a"]
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(FormatError):
        identifier.normalise(text)


@pytest.mark.parametrize("length", [0, 15, 17])
def test_128_bits(length: int) -> None:
    with pytest.raises(FormatError):
        identifier.encode(bytes(length))
    assert identifier.encode(bytes(16)) == "0" * 26
    assert identifier.encode(b"\xff" * 16) == "7" + "z" * 25
