"""RFC 8785."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import jcs, strict_json
from tests.vector_files import name_of, shared_files, vectors_of

INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
SCALARS = st.none() | st.booleans() | INTEGERS | st.floats(-1e15, 1e15) | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20)


@pytest.mark.parametrize("vector", vectors_of("jcs"), ids=name_of)
def test_vector(vector: dict[str, Any]) -> None:
    def value() -> Any:
        if "ieee754" in vector:
            return struct.unpack(">d", bytes.fromhex(vector["ieee754"]))[0]
        return strict_json.parse(base64.b64decode(vector["input"]))

    if not vector["valid"]:
        with pytest.raises(FormatError):
            jcs.canonical(value())
        return
    assert jcs.canonical(value()).decode() == vector["canonical"]


@pytest.mark.parametrize("path", shared_files("jcs/input"), ids=name_of)
def test_cyberphone(path: Path) -> None:
    found = jcs.canonical(json.loads(path.read_bytes()))
    assert found == (path.parents[1] / "output" / path.name).read_bytes()
    assert found == bytes.fromhex((path.parents[1] / "outhex" / path.name).with_suffix(".txt").read_text("ascii"))


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**53, -(2**53), "\ud800", {"\udfff": 1}, {1: 2}, b"x", object(), [[["\ud800"]]], {None: 1}]
)
def test_what_json_cannot_carry_is_refused(value: Any) -> None:
    with pytest.raises(FormatError):
        jcs.canonical(value)


def test_depth_is_refused_not_a_crash() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(FormatError):
        jcs.canonical(deep)


EDGES = st.sampled_from(list('\x00\x1f\x7f"\\/\b\f\n\r\t\u0080\u2028\u2029\ud7ff\ue000\ufeff\uffff\U00010000\U0010ffffaAé€'))
NAMES = st.text(EDGES, max_size=3)
VALUES = st.none() | st.booleans() | st.integers() | INTEGERS | st.floats() | st.text(EDGES, max_size=6) | st.text(max_size=6)
HARD = st.recursive(VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=15)


@settings(max_examples=600, deadline=None)
@given(HARD)
def test_it_is_what_rfc8785_gives(value: Any) -> None:
    """Python's own writer is used where it gives the same bytes: every value, byte by byte, and every refusal."""
    try:
        expected = rfc8785.dumps(value)
    except rfc8785.CanonicalizationError:
        with pytest.raises(FormatError):
            jcs.canonical(value)
        return
    assert jcs.canonical(value) == expected


def test_names_are_sorted_as_utf_16() -> None:
    """U+10000 is D800 DC00 in UTF-16, and so comes before U+E000, which is the smaller code point."""
    assert jcs.canonical({"\ue000": 1, "\U00010000": 2, "a": 3}).decode() == '{"a":3,"\U00010000":2,"\ue000":1}'
    assert jcs.canonical([{"x": {"\uffff": 1, "\U0010ffff": 2}}]).decode() == '[{"x":{"\U0010ffff":2,"\uffff":1}}]'


class Word(str):
    """A text that is not exactly one."""

    __slots__ = ()


@pytest.mark.parametrize("value", [(1, "a"), Word("ü"), {Word("b"): 1, "a": 2}, True, 2**53 - 1, -(2**53) + 1, 1.0, -0.0, {}, [], [[], {}]])
def test_unusual_kinds_are_what_rfc8785_gives(value: Any) -> None:
    assert jcs.canonical(value) == jcs.canonical([value])[1:-1] == rfc8785.dumps(value)


@given(JSON)
def test_encode_decode_same(value: Any) -> None:
    data = jcs.canonical(value)
    assert json.loads(data) == value
    assert jcs.canonical(json.loads(data)) == data
