"""What drawing programs do of their own accord, and nobody sees in them: names of layers, groups around shapes, numbers they write."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from issuer.artwork.compiling import child
from issuer.artwork.edition import edition
from issuer.artwork.template import Template, parse, survey

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 297 210">'
_QR = '<rect data-field="qr" x="10" y="10" width="30" height="30"/>'


def _parse(inside: str, code: str = _QR) -> Template:
    return parse(f"{_OPEN}\n{inside}\n{code}</svg>".encode(), shown_as="a.svg")


def _art(inside: str) -> str:
    return edition(_parse(inside)).art


def _mistakes(inside: str, code: str = _QR) -> list[str]:
    """Each with its place."""
    return [str(mistake) for mistake in survey(f"{_OPEN}\n{inside}\n{code}</svg>".encode(), shown_as="a.svg").mistakes]


@pytest.mark.parametrize("named", ['id="{{ name }}"', 'id="{{ name }}_2" data-name="{{ name }}"'])
def test_a_layer_that_is_called_by_its_words_has_no_name(named: str) -> None:
    template = _parse(f'<g {named}><path d="M0 0h1"/><text x="9" y="90" {named}>{{{{ name }}}}</text></g>')
    assert template.blocks[0].element == '<text "{{ name }}">'
    assert edition(template).art == '<g><path d="M0 0h1"/></g>'
    assert _mistakes('<path id="p" fill="{{ colour }}"/>') == ['a.svg:2 <path id=p>: a field stands in the attribute "fill"']


@pytest.mark.parametrize(
    "group",
    [
        '<g id="qr">{}</g>',
        '<g id="qr" data-name="QR"><g id="qr-2">{}</g></g>',
        '<g id="_qr">{}<text x="20" y="190">Scan me</text></g>',
        '<g data-field="qr">{}</g>',
        '<g id="qr-2" data-qr="url">{}</g>',
    ],
)
def test_a_layer_that_is_called_qr_makes_its_only_rect_the_place_of_the_code(group: str) -> None:
    square = '<rect x="10" y="10" width="15" height="15" fill="#231f20"/>'
    template = _parse(f'<g transform="translate(5 0) scale(2)">{group.format(square)}</g>', "")
    assert template.code is not None
    assert (template.code.x, template.code.y, template.code.size, template.code.dark) == (25, 20, 30, "#231f20")
    assert edition(template).art == ""
    assert "the place of the QR code is a <g>" in _mistakes(group.format(square * 2), "")[0]


def test_a_second_place_for_the_code_is_told_with_both_lines() -> None:
    other = '<rect id="qr" x="200" y="100" width="30" height="30"/>'
    hint = "the template has more than one place for the QR code: the other is <rect> in line 3"
    assert _mistakes(other) == [f"a.svg:2 <rect id=qr>: {hint}"]
    assert _mistakes(_QR) == ["a.svg:3 <rect>: the template has more than one place for the QR code: the other is <rect> in line 2"]
    assert _mistakes(other.replace('id="qr" x="200"', 'id="qr_2" x="20"'), other)[0].startswith("a.svg:3 <rect id=qr>")
    for kept in (other.replace("/>", ' fill="#ffffff"/>'), other.replace('x="200" y="100"', 'x="8" y="8"'), f"<defs>{other}</defs>"):
        assert _mistakes(kept) == []


def _picture(form: str, said: str) -> str:
    sink = io.BytesIO()
    Image.new("RGB", (40, 20), "#336699").save(sink, form)
    return f'href="data:image/{said};base64,{base64.b64encode(sink.getvalue()).decode("ascii")}"'


def test_an_opacity_may_be_a_percentage() -> None:
    assert _art('<g opacity=" 50%"><path d="M0 0h1" style="fill-opacity:12.5%;stroke-opacity:.5"/></g>') == (
        '<g opacity="0.5"><path d="M0 0h1" fill-opacity="0.125" stroke-opacity=".5"/></g>'
    )
    assert _mistakes('<path id="p" opacity="half" d="M0 0h1"/>') == ['a.svg:2 <path id=p>: opacity="half" is no number']


@pytest.mark.parametrize(("form", "said"), [("PNG", "jpeg"), ("JPEG", "png"), ("JPEG", "jpg")])
def test_a_picture_says_itself_what_it_is(form: str, said: str) -> None:
    template = _parse(f'<image width="40" height="20" {_picture(form, said)}/>')
    assert f'href="data:image/{form.lower()};base64,' in edition(template).art
    assert child.draw(edition(template).art_svg(), (297,)).bitmaps


@pytest.mark.parametrize(
    ("given", "size"),
    [("", 'width="40" height="20"'), ('width="10"', 'width="10" height="5"'), ('height="10" width="auto"', 'width="20" height="10"')],
)
def test_a_picture_without_a_height_or_a_width_has_its_own_shape(given: str, size: str) -> None:
    art = _art(f"<image {_picture('PNG', 'png')} {given}/>")
    assert all(f" {one}" in art for one in size.split())


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ('<rect width="-5" height="9"/>', '<rect>: width="-5" is less than nothing'),
        ('<circle r="-.5"/>', '<circle>: r="-.5" is less than nothing'),
        ('<rect width="5" height="9" rx="-2px"/>', '<rect>: rx="-2px" is less than nothing'),
        ('<circle r="NaN"/>', '<circle>: the attribute "r" has "NaN", which is no number'),
        ('<circle r="1e999"/>', '<circle>: the attribute "r" has a number of a million or more'),
    ],
)
def test_a_size_is_a_number_of_at_least_nothing(drawn: str, said: str) -> None:
    assert _mistakes(drawn) == [f"a.svg:2 {said}"]
    assert _mistakes('<rect width="-0" height="0"/>') == []


def test_a_file_may_be_in_utf_16() -> None:
    source = f"{_OPEN}<text x='9' y='90'>Diplôme</text>{_QR}</svg>"
    assert len(parse(source.encode("utf-16"), shown_as="a.svg").blocks) == 1
    (mistake,) = survey(b'<?xml version="1.0" encoding="klingon"?>' + source.encode(), shown_as="a.svg").mistakes
    assert mistake.message == "the file cannot be read in the encoding that its first line names"


def test_what_is_slanted_is_drawn_as_a_matrix_says() -> None:
    (one, other) = (
        _parse(f'<text x="9" y="90" transform="{transform}">Ada</text>').blocks[0]
        for transform in ("skewX(45) skewY(-45)", "matrix(1 0 1 1 0 0) matrix(1 -1 0 1 0 0)")
    )
    assert one.matrix == pytest.approx(other.matrix)
    assert _mistakes('<rect width="9" height="9" transform="skewX(1 2)"/>')[0].endswith('the transform "skewX(1 2)" cannot be read')


@pytest.mark.parametrize("faded", ['fill-opacity=".5"', 'fill="rgb(1 2 3 / 50%)"', 'opacity="50%"'])
def test_a_text_that_is_half_transparent_is_told_so(faded: str) -> None:
    (said,) = _mistakes(f'<text x="9" y="90" {faded}>Ada</text>')
    assert "opacity" in said


def test_a_page_in_millimetres_without_a_view_box_is_told_and_not_its_code() -> None:
    def told(width: str, code: str) -> list[str]:
        source = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="210mm">{code}</svg>'
        return [f"{one}; {one.hint}" for one in survey(source.encode(), shown_as="a.svg").mistakes]

    (said,) = told("297mm", _QR)
    assert said.startswith('a.svg:1 <svg>: the page has width="297mm" and no viewBox: so the numbers in the drawing are pixels')
    assert said.endswith('add viewBox="0 0 297 210", if they are meant as the width and the height are')
    assert told("297mm", _QR.replace('"30"', '"113"')) == []


def test_what_is_important_outdoes_everything_else() -> None:
    sheet = "<style>.a{fill:red !important;fill:blue;stroke:#000001!important} #p{fill:green;stroke:#000002}</style>"
    art = _art(f'{sheet}<path class="a" id="p" style="fill:yellow;stroke:#000003 ! IMPORTANT" d="M0 0h1"/>')
    assert art == '<path d="M0 0h1" fill="#ff0000" stroke="#000003"/>'


def test_where_a_path_is_called_qr_the_square_to_draw_is_told() -> None:
    told = survey(f'{_OPEN}<path id="qr" d="M120 60H200V140H120Z" fill="black"/></svg>'.encode(), shown_as="a.svg").mistakes
    assert [mistake.hint for mistake in told] == [
        'draw in its place, right inside <svg>: <rect data-field="qr" x="120" y="60" width="80" height="80"/>'
    ]


def test_an_element_that_is_not_closed_is_named() -> None:
    told = survey(f'{_OPEN}\n<g id="sea">\n<path d="M0 0h1"/>\n</svg>'.encode(), shown_as="a.svg").mistakes
    assert [mistake.hint for mistake in told] == ["the <g id=sea> of line 2 is not closed"]


def test_a_picture_of_another_kind_is_told_so() -> None:
    assert _mistakes('<image id="p" href="data:image/webp;base64,UklGRg=="/>') == [
        "a.svg:2 <image id=p>: an embedded picture is image/webp"
    ]
