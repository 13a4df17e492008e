"""Templates: what is read, what is refused, and that the refusal names the line."""

from __future__ import annotations

import base64
import hashlib
import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from issuer import artwork
from issuer.artwork.edition import edition
from issuer.errors import TemplateError

_DEFAULT = Path(__file__).parents[2] / "templates" / "default.svg"
_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 842 595">'
_QR = '<rect data-qr="url" x="10" y="10" width="90" height="90"/>'


def _parse(inside: str) -> artwork.Template:
    return artwork.parse(f"{_OPEN}\n{inside}\n{_QR}</svg>".encode(), shown_as="templates/a.svg")


def test_the_default_template() -> None:
    template = artwork.load(_DEFAULT, shown_as="templates/default.svg")
    assert template.name == "default"
    assert template.source == _DEFAULT.read_bytes()
    assert template.sha256 == hashlib.sha256(_DEFAULT.read_bytes()).hexdigest()
    assert template.fields >= {"name", "achievement", "description", "issuer", "id", "url"}
    assert (round(template.width), round(template.height)) == (842, 595)


def test_fields_are_found_in_text_and_conditions() -> None:
    template = _parse(
        '<text x="9" y="9">{{name}} <tspan font-style="italic">{{ score }}</tspan></text><g data-if="grade"><path d="M0 0h9"/></g>'
    )
    assert template.fields == {"name", "score", "grade"}


def _picture(side: int) -> str:
    sink = io.BytesIO()
    Image.new("1", (side, side)).save(sink, "PNG")
    return base64.b64encode(sink.getvalue()).decode("ascii")


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "foreign object": "<foreignObject/>",
    "animation": '<animate attributeName="x"/>',
    "set": '<set attributeName="href" to="x"/>',
    "style sheet": "<style>@import url(http://example.org/a.css);</style>",
    "event handler": '<path onload="x()" d="M0 0"/>',
    "event handler in capitals": '<path ONLOAD="x()" d="M0 0"/>',
    "remote image": '<image href="https://example.org/a.png" width="9" height="9"/>',
    "remote image, old way": '<image xlink:href="https://example.org/a.png" width="9" height="9"/>',
    "file image": '<image href="file:///etc/passwd" width="9" height="9"/>',
    "svg image": '<image href="data:image/svg+xml;base64,PHN2Zy8+" width="9" height="9"/>',
    "remote use": '<use href="other.svg#a"/>',
    "link": '<a href="https://example.org/"><path d="M0 0"/></a>',
    "remote paint": '<path fill="url(https://example.org/a#b)" d="M0 0"/>',
    "remote paint in a style": '<path style="fill:url(https://example.org/a#b)" d="M0 0"/>',
    "escaped style": '<path style="fill:u\\72l(https://example.org/a)" d="M0 0"/>',
    "circle of uses": '<g id="a"><use href="#a"/></g>',
    "filter": '<filter id="f"/>\n<path filter="url(#f)" d="M0 0"/>',
    "nested svg": "<svg/>",
    "field in an attribute": '<path fill="{{ name }}" d="M0 0"/>',
    "field that is code": '<text x="1" y="9">{{ name.__class__ }}</text>',
    "unclosed field": '<text x="1" y="9">{{ name</text>',
    "statement": '<text x="1" y="9">{% for a in b %}</text>',
    "unknown attribute of ours": '<text x="1" y="9" data-maxlines="2">a</text>',
    "unknown font": '<text x="1" y="9" font-family="Comic Sans MS">a</text>',
    "gradient text": '<text x="1" y="9" fill="url(#g)">a</text>',
    "text in a clip": '<clipPath id="c"><text x="1" y="9">a</text></clipPath>',
    "faded text": '<g opacity=".5"><text x="1" y="9">a</text></g>',
    "capitals by style": '<text x="1" y="9" style="text-transform:uppercase">a</text>',
    "moved letters": '<text x="1" y="9" dx="0 9">ab</text>',
    "transform that is none": '<text x="1" y="9" transform="slant(9)">a</text>',
    "percent instead of units": '<text x="1" y="9" font-size="12%">a</text>',
    "endless circle": '<circle r="1e999"/>',
    "endless line": '<path d="M0 0h99999999"/>',
    "endless dashes": '<path d="M0 0h900" stroke-dasharray="0.0001"/>',
    "pattern": '<pattern id="p"/>\n<path fill="url(#p)" d="M0 0"/>',
    "mask": '<mask id="m"/>\n<g mask="url(#m)"/>',
    "picture that is none": '<image href="data:image/png;base64,AAAA" width="9" height="9"/>',
    "picture of 225 megapixels": f'<image href="data:image/png;base64,{_picture(15_000)}" width="9" height="9"/>',
    "second QR code": '<rect data-qr="url" x="1" y="1" width="90" height="90"/>',
    "processing instruction": '<?xml-stylesheet href="a.css"?>',
}


@pytest.mark.parametrize("inside", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_templates_are_refused_with_file_and_line(inside: str) -> None:
    with pytest.raises(TemplateError) as caught:
        _parse(f"<g/>\n\n{inside}")
    assert caught.value.place is not None
    assert caught.value.place.file == "templates/a.svg"
    assert caught.value.place.line in (4, 5)
    assert caught.value.hint
    assert caught.value.message[0].islower() or not caught.value.message[0].isalpha()


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\x00\xff",
        b"{}",
        b"<svg/>",
        b"<html/>",
        b'<svg xmlns="http://www.w3.org/2000/svg">',
        b'<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>',
        b'<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
        b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>',
        b'<?xml version="1.0" encoding="klingon"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 842 595"/>',
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 842 595" width="1e9"/>',
    ],
)
def test_what_is_no_template_is_refused(source: bytes) -> None:
    with pytest.raises(TemplateError):
        artwork.parse(source, shown_as="a.svg")


@pytest.mark.parametrize(
    ("look", "says"),
    [
        ('stroke="#123456"', 'a text is stroked: stroke="#123456"'),
        ('font-size="0"', 'a text has no size: font-size="0"'),
        ('font-size="-4" stroke="#123456"', 'a text has no size: font-size="-4"'),
    ],
)
def test_a_text_that_is_stroked_and_one_without_a_size_are_told_apart(look: str, says: str) -> None:
    with pytest.raises(TemplateError) as caught:
        _parse(f'<text x="9" y="50" {look}>for</text>')
    assert caught.value.message == says


def test_a_mistake_in_a_field_has_one_place() -> None:
    with pytest.raises(TemplateError) as caught:
        _parse('\n<text id="what" x="9" y="50">for\n{{ Achievement }}</text>')
    assert str(caught.value.place) == "templates/a.svg:4 <text id=what>"
    assert caught.value.message == """in "{{ Achievement }}": 'Achievement' is no field name"""
    assert caught.value.hint == "did you mean {{ achievement }}?"


def test_a_template_without_a_way_to_verify_is_refused() -> None:
    bare = f'{_OPEN}<text x="9" y="9">{{{{ name }}}}</text></svg>'
    with pytest.raises(TemplateError, match="neither a QR code"):
        artwork.parse(bare.encode(), shown_as="a.svg")
    assert artwork.parse(bare.replace("name", "url").encode(), shown_as="a.svg").code is None


def test_nested_uses_cannot_hold_the_machine() -> None:
    # A 2 KB file of this kind held CairoSVG for 39 s.
    levels = "".join(f'<g id="u{n}">' + f'<use href="#u{n + 1}"/>' * 40 + "</g>" for n in range(8)) + '<g id="u8"><path d="M0 0"/></g>'
    with pytest.raises(TemplateError, match="references"):
        _parse(levels)


def test_too_much_is_refused() -> None:
    with pytest.raises(TemplateError, match="elements"):
        _parse('<path d="M0 0"/>' * 5001)
    with pytest.raises(TemplateError, match="nested"):
        _parse("<g>" * 60 + "</g>" * 60)
    with pytest.raises(TemplateError, match="bytes"):
        _parse("<!--" + "x" * (1 << 20) + "-->")


def test_a_missing_file_says_where(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="cannot be read") as caught:
        artwork.load(tmp_path / "none.svg", shown_as="templates/none.svg")
    assert str(caught.value).startswith("templates/none.svg: ")


def test_editors_own_elements_are_dropped() -> None:
    template = _parse(
        '<metadata><x:rdf xmlns:x="urn:x"><x:script/></x:rdf></metadata><y:view xmlns:y="urn:y" y:onload="1"/><g y:z="1" xmlns:y="urn:y"/>'
    )
    drawn = edition(template).art_svg()
    assert b"rdf" not in drawn
    assert b"urn:" not in drawn


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_bytes_escape_as_another_error(data: bytes) -> None:
    for source in (data, b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 99">' + data + b"</svg>"):
        with pytest.raises(TemplateError):
            artwork.parse(source, shown_as="a.svg")


@given(
    st.sampled_from(
        ["x", "font-size", "data-box", "data-min-size", "fill", "transform", "letter-spacing", "font-weight", "style", "data-max-lines"]
    ),
    st.text(st.characters(exclude_characters="<&\"'", exclude_categories=["Cc", "Cs"]), max_size=20),
)
@settings(max_examples=200, deadline=None)
def test_no_attribute_breaks_the_reader(name: str, value: str) -> None:
    drawn = b"<svg"
    with suppress(TemplateError):
        drawn = edition(_parse(f'<text {name}="{value}">Ada</text>')).art_svg()
    assert drawn.startswith(b"<svg")
