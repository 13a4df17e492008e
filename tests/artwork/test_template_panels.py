"""Rectangles that texts stand on, and shapes that hide them in an editor."""

from __future__ import annotations

import pytest

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
