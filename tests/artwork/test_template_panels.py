"""Rectangles that texts stand on, and shapes that hide them in an editor."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from issuer.artwork import lint
from issuer.artwork.template import parse
from issuer.roster.findings import Code, Finding

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 297 210" xml:lang="en">'
_QR = '<rect data-field="qr" x="250" y="150" width="28" height="28"/>'
_NAME = '<text id="who" x="80" y="50" font-size="10">{{ name }}</text>'
_RECT = '<rect id="card" x="60" y="20" width="100" height="80" {}/>'
_CARD = _RECT.format('fill="#eee"')
_CLIP = '<clipPath id="c"><rect x="{}" width="150" height="200"/></clipPath>'


def _source(inside: str) -> bytes:
    return f"{_OPEN}\n{_QR}{inside}</svg>".encode()


def _right(inside: str) -> float:
    (block,) = parse(_source(inside), shown_as="a.svg").blocks
    return block.box.x + block.box.width


def _found(inside: str, code: Code) -> list[Finding]:
    return [one for one in lint.lint(_source(inside), shown_as="a.svg", formats=()).findings if one.code is code]


@pytest.mark.parametrize(
    ("inside", "right"),
    [
        (_RECT.format("") + _NAME, 155),
        (_RECT.format('fill="none" stroke="#000"') + _NAME, 155),
        (_NAME + _RECT.format('fill="none" stroke="#000"'), 155),
        (_CLIP.format(0) + _RECT.format('clip-path="url(#c)"') + _NAME, 145.5),
        (_RECT.format('display="none"') + _NAME, 282.15),
        (f'<g visibility="hidden">{_RECT.format("")}</g>{_NAME}', 282.15),
        (f'<g opacity="0">{_RECT.format("")}</g>{_NAME}', 282.15),
        (f'<g fill="none">{_RECT.format("")}</g>{_NAME}', 282.15),
        (_RECT.format('fill-opacity="0"') + _NAME, 282.15),
        (_CLIP.format(170) + _RECT.format('clip-path="url(#c)"') + _NAME, 282.15),
        (_NAME + _RECT.format('fill="#eee"'), 282.15),
    ],
)
def test_a_panel_is_a_rectangle_that_is_seen_and_not_drawn_over_the_text(inside: str, right: float) -> None:
    assert _right(inside) == pytest.approx(right)


def test_a_text_that_its_panel_makes_small_is_told_with_the_panel() -> None:
    (finding,) = _found(f"\n{_CARD}\n{_NAME}", Code.TEMPLATE_NARROW)
    assert (finding.place.line, finding.place.element) == (4, "<text id=who>")
    assert finding.message.startswith('the text "{{ name }}" gets smaller, to ')
    assert finding.message.endswith(": it stands on <rect id=card> in line 3, and keeps within it")
    assert finding.hint.startswith("give the text data-box=")
    large = _NAME.replace("10", "30")
    (finding,) = _found(f"\n{_CARD}\n{large}", Code.TEMPLATE_NARROW)
    assert "has no room" in finding.message
    assert "<rect id=card> in line 3" in finding.message
    assert _found(_NAME, Code.TEMPLATE_NARROW) == []


@pytest.mark.parametrize(
    ("shape", "hides"),
    [
        ('<rect id="o" x="60" y="20" width="160" height="80" fill="#fff"/>', True),
        ('<circle id="o" cx="130" cy="50" r="40"/>', True),
        ('<g fill="#123456"><ellipse id="o" cx="130" cy="50" rx="90" ry="9"/></g>', True),
        ('<rect id="o" x="60" y="20" width="160" height="80" fill="#fff" opacity=".5"/>', False),
        ('<g opacity="0.5"><circle id="o" cx="130" cy="50" r="40"/></g>', False),
        ('<rect id="o" x="60" y="20" width="160" height="80" fill="none" stroke="#000"/>', False),
        ('<rect id="o" x="60" y="20" width="160" height="80" data-if="boat"/>', False),
        ('<circle id="o" cx="60" cy="50" r="25"/>', False),
    ],
)
def test_a_text_comes_on_top_of_what_hides_it_in_an_editor(shape: str, hides: bool) -> None:
    found = _found(f"\n{_NAME}\n{shape}", Code.TEMPLATE_ORDER)
    says = "in line 4 is drawn over the text"
    assert [(says in one.message, one.place.element) for one in found] == ([(True, "<text id=who>")] if hides else [])
    assert _found(f"\n{shape}\n{_NAME}", Code.TEMPLATE_ORDER) == []


@pytest.mark.parametrize(("ratio", "hides"), [("none", True), ("xMidYMid slice", True), ("xMidYMid meet", False), (None, False)])
def test_a_picture_hides_a_text_if_it_fills_its_box(ratio: str | None, hides: bool) -> None:
    sink = io.BytesIO()
    Image.new("L", (9, 90)).save(sink, "JPEG")
    href = f"data:image/jpeg;base64,{base64.b64encode(sink.getvalue()).decode('ascii')}"
    fitted = f'preserveAspectRatio="{ratio}"' if ratio else ""
    picture = f'<image x="60" y="20" width="160" height="80" {fitted} href="{href}"/>'
    assert len(_found(f"\n{_NAME}\n{picture}", Code.TEMPLATE_ORDER)) == hides


def test_a_code_at_the_edge_of_the_page_is_told() -> None:
    code = _QR.replace('x="250"', 'x="{}"')

    def told(x: float) -> list[str]:
        source = f"{_OPEN}\n{code.format(x)}{_NAME}</svg>".encode()
        return [f"{one.code}: {one.message}" for one in lint.lint(source, shown_as="a.svg", formats=()).findings]

    assert told(0) == ["template-edge: the QR code begins 2.7 mm from the edge of the page, where printers do not print"]
    assert told(1) == []
    assert told(-1) == ["template-qr-quiet: the QR code reaches beyond the edge of the page"]
