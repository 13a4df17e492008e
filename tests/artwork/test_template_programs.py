"""What drawing programs do of their own accord, and nobody sees in them: names of layers, groups around shapes, numbers they write."""

from __future__ import annotations

import pytest

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
    assert template.blocks[0].element == "<text>"
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
