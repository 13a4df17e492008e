"""Strict JSON: what Python and JavaScript could read differently is refused."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import jcs, strict_json
from tests.test_formats_jcs import JSON
from tests.vector_files import name_of, vectors_of


@pytest.mark.parametrize("vector", vectors_of("strict-json"), ids=name_of)
def test_vector(vector: dict[str, Any]) -> None:
    data = base64.b64decode(vector["input"])
    if not vector["valid"]:
        with pytest.raises(FormatError):
            strict_json.parse(data)
        return
    assert jcs.canonical(strict_json.parse(data)).decode() == vector["canonical"]


@given(st.binary(max_size=200))
def test_bytes_give_a_value_or_a_format_error(data: bytes) -> None:
    with suppress(FormatError):
        strict_json.parse(data)


@given(st.text(alphabet='{}[]",:0123456789eE+-.\\u dtrfalsn\ud7ffa', max_size=60))
def test_text_like_json_gives_what_json_gives_or_a_format_error(text: str) -> None:
    try:
        value = strict_json.parse(text.encode())
    except FormatError:
        return
    assert value == json.loads(text)


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_canonical_object_takes_the_canonical_form_only(value: dict[str, Any]) -> None:
    data = jcs.canonical(value)
    with suppress(FormatError):
        assert strict_json.canonical_object(data) == value
    for other in (data + b"\n", b" " + data, b"\xef\xbb\xbf" + data, data[:-1]):
        with pytest.raises(FormatError):
            strict_json.canonical_object(other)


def outcome(read: Callable[[bytes], Any], data: bytes) -> Any:
    try:
        return read(data)
    except FormatError as error:
        return error.message


@given(st.text(alphabet='{}[]",:0123456789eE+-.\\u dtrfalsn\ud7ffa', max_size=60).map(str.encode) | JSON.map(jcs.canonical))
@example(b'{"a":1,"a":1}')
@example(b"[" * 33 + b"]" * 33)
@example(b"[" * 32 + b"]" * 32)
@example(b'["\\ud800"]')
@example(b"[NaN,1e999]")
@example(b"[9007199254740992]")
@example(b"[1e+21]")
def test_reading_canonical_bytes_refuses_what_reading_any_does(data: bytes) -> None:
    """The quick way for canonical bytes leaves no refusal out."""
    whole = outcome(strict_json.parse, data)
    quick = outcome(strict_json.parse_canonical, data)
    assert quick == (whole if isinstance(quick, str) else (whole, jcs.canonical(whole) == data))


@pytest.mark.parametrize("text", ["[]", "null", '"x"', "1", '{"b":1,"a":2}', '{"a":1.0}', '{"a":1E2}', '{"a":-0}', '{"a":"\\u0061"}'])
def test_other_forms_are_not_canonical(text: str) -> None:
    with pytest.raises(FormatError):
        strict_json.canonical_object(text.encode())


def test_bounds() -> None:
    def nested(depth: int) -> bytes:
        return b"[" * depth + b"]" * depth

    assert strict_json.parse(nested(32)) is not None
    assert strict_json.parse(b'{"a":' * 32 + b"1" + b"}" * 32) is not None
    assert strict_json.parse(b"[" + b'["[[[[{{{{"],' * 40 + b"1]") is not None
    for depth in (33, 34, 500, 30_000):
        with pytest.raises(FormatError, match="nested"):
            strict_json.parse(nested(depth))
    with pytest.raises(FormatError, match="larger than 2 bytes"):
        strict_json.parse(b"[1]", max_bytes=2)
    assert strict_json.parse(b'"' + b"a" * 65534 + b'"') == "a" * 65534
    with pytest.raises(FormatError, match="larger"):
        strict_json.parse(b'"' + b"a" * 65535 + b'"')
    for huge in (b"9" * 60_000, b"-" + b"9" * 60_000, b"1e999", b"9007199254740992"):
        with pytest.raises(FormatError):
            strict_json.parse(huge)
