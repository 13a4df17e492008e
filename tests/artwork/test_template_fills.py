"""Shapes that are filled with a picture, as Figma writes photographs: drawn as in a browser; every other pattern is refused."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from issuer.artwork.compiling import child
from issuer.artwork.edition import edition
from issuer.artwork.template import Template, parse, survey

_PATTERN = '<pattern id="p" patternContentUnits="objectBoundingBox" width="1" height="1">{}</pattern>'
_USE = '<use xlink:href="#i" transform="matrix(0.025 0 0 0.05 0 -0.25)"/>'


def _image(more: str = "") -> str:
    sink = io.BytesIO()
    Image.radial_gradient("L").resize((40, 30)).convert("RGB").save(sink, "PNG")
    return f'<image {more} width="40" height="30" href="data:image/png;base64,{base64.b64encode(sink.getvalue()).decode()}"/>'


def _source(shapes: str, inside: str = _USE, pattern: str = _PATTERN) -> bytes:
    image = _image('id="i"')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="842" height="595" fill="none">'
        f"{shapes}<defs>{pattern.format(inside)}{image}</defs></svg>"
    ).encode()


def _template(shapes: str, inside: str = _USE) -> Template:
    return parse(_source(shapes + '<rect id="qr" x="700" y="450" width="90" height="90" fill="black"/>', inside), shown_as="figma.svg")


def _drawn(template: Template) -> NDArray[np.int64]:
    (bitmap,) = child.draw(edition(template).art_svg(), (421,), pdf=False).bitmaps
    return np.asarray(Image.open(io.BytesIO(bitmap)).convert("RGB")).astype(np.int64)


@pytest.mark.parametrize("inside", [_USE, _image('transform="matrix(0.025 0 0 0.05 0 -0.25)"')])
def test_a_rectangle_shows_its_picture_within_its_round_corners(inside: str) -> None:
    found = _drawn(
        _template('<rect x="64" y="40" width="200" height="100" rx="20" stroke="#3157c8" stroke-width="4" fill="url(#p)"/>', inside)
    )
    by_hand = _drawn(
        _template(
            '<clipPath id="c"><rect x="64" y="40" width="200" height="100" rx="20"/></clipPath>'
            f'<g clip-path="url(#c)"><g transform="translate(64 15) scale(5 5)">{_image()}</g></g>'
            '<rect x="64" y="40" width="200" height="100" rx="20" stroke="#3157c8" stroke-width="4"/>'
        )
    )
    assert np.abs(found - by_hand).max() <= 2
    assert (found[45, 82] < 60).all(), "the middle of the picture is dark"
    assert (found[21, 33] == 255).all(), "nothing is drawn in the corner"
    assert found[45, 32].tolist() == [0x31, 0x57, 0xC8], "its edge is"


def test_a_circle_is_turned_and_pale_with_its_picture() -> None:
    found = _drawn(_template('<circle cx="300" cy="300" r="80" transform="rotate(10 300 300)" fill="url(#p)" fill-opacity="0.5"/>'))
    assert found[150, 150].tolist() == pytest.approx([0x80 + 8] * 3, abs=16)
    assert (found[111, 111] == 255).all()


def test_a_picture_in_the_place_of_the_code_is_a_sample_of_it() -> None:
    template = parse(_source('<rect id="qr" x="700" y="450" width="90" height="90" fill="url(#p)"/>'), shown_as="figma.svg")
    assert template.code is not None
    assert template.code.dark == "#000000"
    assert "certificate-fill" not in edition(template).art


@pytest.mark.parametrize(
    ("shape", "inside", "pattern"),
    [
        ('<path d="M9 9h90v90z" fill="url(#p)"/>', _USE, _PATTERN),
        ('<rect width="90" height="90" fill="url(#p)"/>', f"{_USE}<path/>", _PATTERN),
        ('<rect width="90" height="90" fill="url(#p)"/>', '<use xlink:href="#nothing"/>', _PATTERN),
        ('<rect width="90" height="90" fill="url(#p)"/>', _USE, _PATTERN.replace('width="1"', 'width="0.5"')),
        ('<rect width="90" height="90" fill="url(#p)"/>', _USE, _PATTERN.replace("objectBoundingBox", "userSpaceOnUse")),
        ('<rect width="90" height="90" fill="url(#p)"/>', _USE, _PATTERN.replace('id="p"', 'id="p" patternTransform="rotate(9)"')),
        ('<rect width="90" height="90" fill="url(#p)"/>', _USE, _PATTERN.replace('id="p"', 'id="p" x="0.2"')),
        ('<rect width="90" height="90" stroke="url(#p)"/>', _USE, _PATTERN),
    ],
)
def test_other_patterns_are_refused_where_they_are_used(shape: str, inside: str, pattern: str) -> None:
    (mistake,) = survey(
        _source(f'{shape}<rect id="qr" x="700" y="450" width="90" height="90"/>', inside, pattern), shown_as="a.svg"
    ).mistakes
    assert "<pattern> cannot be used" in mistake.message
    assert mistake.place is not None
    assert mistake.place.element == f"<{shape[1:5]}>"


def test_what_is_wrong_in_a_pattern_that_nothing_uses_is_no_mistake() -> None:
    inside = '<path d="M0 0" filter="url(#f)" onclick="x()"/><text font-family="None"/><image href="http://example.org/a.png"/><script/>'
    pattern = _PATTERN.replace('width="1"', 'width="-1" onload="x()" fill="nocolour" class="{{ name }}"')
    square = '<rect id="qr" x="700" y="450" width="90" height="90"/>'
    template = parse(_source(square, inside, pattern.replace("{{ name }}", "{{{{ name }}}}")), shown_as="a.svg")
    assert "pattern" not in edition(template).art
