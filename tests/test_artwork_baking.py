"""Baking: a credential in an SVG, and out again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats.baking import NAMESPACE, bake, unbake

_SVG = b'<?xml version="1.0"?><!-- <svg> --><svg xmlns="http://www.w3.org/2000/svg" aria-label="a &gt; b"><title>t</title></svg>'


def test_the_credential_is_the_first_child() -> None:
    from defusedxml.ElementTree import fromstring

    root = fromstring(bake(_SVG, b'{"a":1}'))
    assert root[0].tag == f"{{{NAMESPACE}}}credential"
    assert root[0].text == '{"a":1}'
    assert len(root) == 2


def test_the_end_of_cdata_is_escaped() -> None:
    data = json.dumps({"a": "]]>", "b": "x]]]]>>"}).encode()
    baked = bake(_SVG, data)
    assert baked.count(b"]]>") == 1
    assert json.loads(unbake(baked)) == json.loads(data)


@given(
    st.dictionaries(
        st.text(max_size=8), st.text(st.characters(exclude_characters="\ufffe\uffff", exclude_categories=["Cs"]), max_size=20), max_size=4
    )
)
def test_any_json_comes_out_again(value: dict[str, str]) -> None:
    for data in (json.dumps(value).encode(), json.dumps(value, ensure_ascii=False).encode()):
        if b"]]>" not in data and b"\x7f" not in data:
            assert unbake(bake(_SVG, data)) == data
        else:
            assert json.loads(unbake(bake(_SVG, data))) == value


@pytest.mark.parametrize("svg", [b"", b"<svg/>", b"<a", b'<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"></svg>', b"\xff"])
def test_what_is_no_svg_is_refused(svg: bytes) -> None:
    with pytest.raises(FormatError):
        bake(svg, b"{}")
    with pytest.raises(FormatError):
        unbake(svg)


def test_one_credential_and_no_more() -> None:
    baked = bake(_SVG, b"{}")
    with pytest.raises(FormatError, match="already"):
        bake(baked, b"{}")
    with pytest.raises(FormatError, match="no credentials"):
        unbake(_SVG)
    twice = baked.replace(b"<title>", b"<openbadges:credential>{}</openbadges:credential><title>")
    with pytest.raises(FormatError, match="2 credentials"):
        unbake(twice)


@pytest.mark.parametrize("data", [b"\xff", b'"\x01"', '"\uffff"'.encode()])
def test_what_xml_cannot_carry_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        bake(_SVG, data)
