"""Baking: a credential in an SVG or a PNG, and out again."""

from __future__ import annotations

import io
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from issuer.errors import FormatError
from issuer.formats import png
from issuer.formats.baking import KEYWORD, NAMESPACE, bake, unbake

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
    with pytest.raises(FormatError, match="no credentials"):
        unbake(_SVG)
    twice = baked.replace(b"<title>", b"<openbadges:credential>{}</openbadges:credential><title>")
    with pytest.raises(FormatError, match="2 credentials"):
        unbake(twice)
    with pytest.raises(FormatError, match="elements inside"):
        unbake(baked.replace(b"<![CDATA[{}]]>", b"<g/>"))


@pytest.mark.parametrize(
    "old",
    [
        '<o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0"/>',
        '<o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0" verify="a/>.b.c" ></o:credential >',
        '<g><o:credential xmlns:o="https://purl.imsglobal.org/ob/v3p0">x/></o:credential></g>',
        '<credential xmlns="https://purl.imsglobal.org/ob/v3p0"><![CDATA[</credential>]]></credential>',
    ],
)
def test_what_was_baked_before_is_replaced(old: str) -> None:
    picture = f'<svg xmlns="http://www.w3.org/2000/svg"><title>é</title>{old}<desc/></svg>'.encode()
    assert unbake(bake(picture, b'{"new":1}')) == b'{"new":1}'
    again = bake(bake(_SVG, b'{"a":1}'), b'{"b":2}')
    assert again == bake(_SVG, b'{"b":2}')


def test_a_prefix_that_means_something_else_is_not_overwritten() -> None:
    with pytest.raises(FormatError, match="prefix openbadges"):
        bake(_SVG.replace(b"<svg xmlns", b'<svg xmlns:openbadges="http://openbadges.org" xmlns'), b"{}")


def test_a_signed_token_is_read_as_it_is() -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="{NAMESPACE}"><o:credential verify="eyJh.eyJi.c2ln"/></svg>'
    assert unbake(svg.encode()) == b"eyJh.eyJi.c2ln"


def png_of(*extra: bytes) -> bytes:
    """A white picture of 8 × 8, with more chunks behind the header."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(stream, "PNG")
    data = stream.getvalue()
    return data[:33] + b"".join(extra) + data[33:]


@given(st.binary(max_size=200).filter(lambda data: b"\0" not in data and data))
def test_a_png_gives_back_what_was_baked(data: bytes) -> None:
    text = data.decode("latin-1").encode()
    once = bake(png_of(png.chunk(b"tEXt", b"Comment\0x")), text)
    assert unbake(once) == text
    assert bake(once, b"{}") == bake(png_of(png.chunk(b"tEXt", b"Comment\0x")), b"{}")
    with Image.open(io.BytesIO(once)) as picture:
        picture.load()
        assert picture.info["openbadgecredential"] == text.decode()
        assert picture.info["Comment"] == "x"


def test_a_png_has_exactly_one_uncompressed_credential() -> None:
    plain = KEYWORD + bytes(5) + b"{}"
    with pytest.raises(FormatError, match="no credentials"):
        unbake(png_of())
    with pytest.raises(FormatError, match="2 credentials"):
        unbake(png_of(png.chunk(b"iTXt", plain), png.chunk(b"iTXt", plain)))
    with pytest.raises(FormatError, match="compressed"):
        unbake(png_of(png.chunk(b"iTXt", KEYWORD + b"\0\1\0\0\0" + zlib.compress(b"{}"))))
    with pytest.raises(FormatError, match="empty"):
        unbake(png_of(png.chunk(b"iTXt", plain[:-2])))
    for damaged in (KEYWORD, KEYWORD + b"\0", KEYWORD + b"\0\0\0{}", KEYWORD + b"\0\0\0en\0{}"):
        with pytest.raises(FormatError, match="damaged"):
            unbake(png_of(png.chunk(b"iTXt", damaged)))
    assert unbake(png_of(png.chunk(b"iTXt", KEYWORD + b"\0\0\0en\0openbadge\0{}"))) == b"{}"


def test_every_part_of_a_png_is_looked_at() -> None:
    good = bake(png_of(), b"{}")
    for at in range(len(good)):
        with pytest.raises(FormatError):
            unbake(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(FormatError):
            unbake(good[:at])
    header, end = good[8:33], png.chunk(b"IEND", b"")
    for wrong in (good + b"x", good[:8] + good[33:], good[:33] + header + good[33:], png.SIGNATURE + end, good[:-12]):
        with pytest.raises(FormatError):
            unbake(wrong)
    with pytest.raises(FormatError, match="more than 20,000 chunks"):
        unbake(png_of(png.chunk(b"tEXt", b"") * 20_000))
    with pytest.raises(FormatError, match="more than 8,388,608"):
        unbake(good + bytes(8 << 20))


@pytest.mark.parametrize("data", [b"\xff", b'"\x01"', '"\uffff"'.encode()])
def test_what_xml_cannot_carry_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        bake(_SVG, data)


def test_what_png_cannot_carry_is_refused() -> None:
    for data in (b"\xff", b'"\0"'):
        with pytest.raises(FormatError):
            bake(png_of(), data)
