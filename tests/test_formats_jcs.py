"""RFC 8785."""

from __future__ import annotations

import base64
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
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


@given(JSON)
def test_encode_decode_same(value: Any) -> None:
    data = jcs.canonical(value)
    assert json.loads(data) == value
    assert jcs.canonical(json.loads(data)) == data
