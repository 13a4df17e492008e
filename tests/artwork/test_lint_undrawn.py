"""What an editor shows and certificates do not: told where it changes something, and not where a program writes what is usual."""

from __future__ import annotations

import pytest

from issuer.artwork.lint.faces import faces
from issuer.artwork.lint.undrawn import undrawn
from issuer.artwork.template import parse

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 297 210" xml:lang="en">'
_QR = '<rect data-field="qr" x="250" y="150" width="28" height="28"/>'


def _told(inside: str) -> list[str]:
    template = parse(f"{_OPEN}\n{inside}\n{_QR}</svg>".encode(), shown_as="a.svg")
    return [f"{one.place} {one.message}" for one in undrawn(template, "a.svg")]


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("font-variant-numeric: oldstyle-nums", True),
        ("font-variant-east-asian: jis78", True),
        ("font-stretch: condensed", True),
        ("font-variant: all-small-caps", True),
        ("font-variant: small-caps oldstyle-nums", True),
        ("font-variant-caps: petite-caps", True),
        ("font-variant: SMALL-CAPS; font-variant-caps: normal", False),
        ("font-kerning: none", True),
        ("font-feature-settings: 'kern' 1, 'ss01'", True),
        ("font-feature-settings: 'liga' 0", True),
        ("font-stretch:normal;font-variant-numeric:normal;font-feature-settings:normal;font-variant-east-asian:normal", False),
        ("font-stretch: 100%; font-kerning: auto; font-feature-settings: 'kern', 'liga' on; paint-order: stroke", False),
    ],
)
def test_what_would_change_the_letters_of_a_text_is_told_once(style: str, told: bool) -> None:
    text = '<text id="t" x="20" y="50">winds</text><text x="20" y="90">and seas</text>'
    found = _told(f'<g style="{style}"><path d="M0 0h1"/>{text}</g>')
    assert [one.startswith("a.svg:2 <text id=t> font-") for one in found] == ([True] if told else [])


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("stroke:#000;paint-order:stroke fill markers", True),
        ("stroke:#000;paint-order:markers stroke", True),
        ("stroke:#000;paint-order:fill markers stroke", False),
        ("stroke:#000;paint-order:normal", False),
        ("stroke:none;paint-order:stroke", False),
        ("stroke:#000;fill:none;paint-order:stroke", False),
    ],
)
def test_a_stroke_under_its_fill_is_told(style: str, told: bool) -> None:
    assert [one.startswith("a.svg:2 <path> paint-order=") for one in _told(f'<path d="M0 0h9v9z" style="{style}"/>')] == [True] * told


@pytest.mark.parametrize(
    ("element", "told"),
    [
        ('<path clip-path="url(#nope)" d="M0 0h9v9z"/>', 'clip-path="url(#nope)"'),
        ('<path style="fill:url(#nope)" d="M0 0h9v9z"/>', 'fill="url(#nope)"'),
        ('<use href="#nope"/>', 'href="#nope"'),
        ('<g id="nope"><path id="{{ nope }}"/></g><use id="u" href="#nope"/>', ""),
        ('<linearGradient id="g"/><g id="x"><path stroke="url(#g)" d="M0 0h9"/></g><use href="#x"/>', ""),
        ('<path fill="none" clip-path="none" d="M0 0h9"/><rect data-image="seal" href="#nope" width="9" height="9"/>', ""),
    ],
)
def test_what_points_at_nothing_is_told(element: str, told: str) -> None:
    says = f'a.svg:2 {element.split(" ")[0]}> {told} points at nothing: no element has the id "nope"'
    assert _told(element) == ([says] if told else [])


def test_letters_that_stand_apart_are_told() -> None:
    def placed(step: float, text: str = "ABCDEF") -> list[str]:
        places = " ".join(f"{20 + step * at:g}" for at in range(len(text)))
        return _told(f'<text id="t" x="{places}" y="50" font-size="10" font-family="Noto Sans">{text}</text>')

    assert placed(6.4) == []
    (said,) = placed(10)
    assert said == 'a.svg:2 <text id=t> the letters of "ABCDEF" are placed one by one, farther apart than they are drawn'
    assert placed(12, "AB") == []


@pytest.mark.parametrize(
    ("look", "told"),
    [
        ("font-family:Montserrat;font-style:italic", ["upright: no italic of Montserrat is carried"]),
        ("font-family:Playfair Display;font-weight:600", ["in weight 400, not 600"]),
        ("font-family:EB Garamond;font-style:italic;font-weight:bold", ["in weight 400, not 700"]),
        (
            "font-family:Noto Serif;font-style:italic;font-weight:100",
            ["upright: no italic of Noto Serif is carried", "in weight 400, not 100"],
        ),
        ("font-family:EB Garamond;font-style:italic", []),
        ("font-family:Space Grotesk;font-weight:600", []),
        ("font-family:UnifrakturCook", []),
        ("font-family:serif;font-weight:bold", []),
    ],
)
def test_a_slant_or_weight_that_a_family_lacks_is_told_once(look: str, told: list[str]) -> None:
    drawing = f'{_OPEN}\n<g style="{look}"><text id="t" x="20" y="50">winds</text><text x="20" y="90">and seas</text></g>\n{_QR}</svg>'
    found = [f"{one.place} {one.message}" for one in faces(parse(drawing.encode(), shown_as="a.svg"), "a.svg")]
    assert found == [f'a.svg:2 <text id=t> the text "winds" is drawn {one}' for one in told]


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ('<path id="p" pathLength="10" stroke-dasharray="1 2" d="M0 0h90"/>', 'pathLength="10" is not drawn'),
        ('<g stroke-dasharray="1 2"><path id="p" pathLength="10" d="M0 0h90"/></g>', 'pathLength="10" is not drawn'),
        ('<path id="p" pathLength="10" d="M0 0h90"/>', ""),
        ('<symbol id="p" style="overflow:Visible" viewBox="0 0 9 9"/>', 'overflow="visible" is not drawn'),
        ('<symbol id="p" overflow="hidden" viewBox="0 0 9 9"/>', ""),
        ('<g id="p" style="overflow:visible"><path d="M0 0h90"/></g>', ""),
    ],
)
def test_dashes_and_symbols_that_are_drawn_otherwise_are_told(inside: str, told: str) -> None:
    found = [one for one in _told(inside) if "id=p" in one]
    assert [one.partition("> ")[2] for one in found] == ([told] if told else [])
