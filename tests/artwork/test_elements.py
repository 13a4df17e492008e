"""What CairoSVG and browsers understand otherwise is written so that both draw what the designer's file shows (and librsvg draws)."""

from __future__ import annotations

import base64
import io
import subprocess

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from issuer.artwork.compiling import child
from issuer.artwork.edition import edition
from issuer.artwork.template import parse, survey
from issuer.artwork.template.brand import Brand, Picture

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" width="300mm" height="150mm" viewBox="0 0 200 100">'
_QR = '<rect data-field="qr" x="175" y="75" width="20" height="20"/>'


def _picture() -> str:
    sink = io.BytesIO()
    Image.radial_gradient("L").resize((40, 20)).convert("RGB").save(sink, "PNG")
    return base64.b64encode(sink.getvalue()).decode()


_IMAGE = f'<image {{}} x="10" y="10" width="60" height="60" href="data:image/png;base64,{_picture()}"/>'
_ROUND = '<clipPath id="c"><circle cx="40" cy="40" r="25"/></clipPath>'
_TICK = '<path stroke-linejoin="miter" fill="none" d="M30 80V30h50"/>'

ALIKE = {
    "a half transparent shape with an edge": '<rect x="20" y="20" width="60" height="60" fill="#c00" stroke="#00c" stroke-width="20" '
    'opacity=".5"/>',
    "its edge from a group": '<g stroke="#00c" stroke-width="20"><circle cx="50" cy="50" r="30" fill="#c00" opacity=".5"/></g>',
    "half transparent and used": '<defs><rect id="k" width="60" height="60" fill="#c00" opacity=".5"/></defs>'
    '<use href="#k" x="20" y="20" stroke="#00c" stroke-width="20"/>',
    "a hidden picture": _IMAGE.format('visibility="hidden"') + '<path d="M80 20h40v40z"/>',
    "a picture in a hidden group": f'<g visibility="hidden">{_IMAGE.format("")}<path visibility="visible" d="M80 20h40v40z"/></g>',
    "collapsed": '<rect visibility="collapse" width="80" height="40" fill="#c00"/><path d="M80 20h40v40z"/>',
    "used from a hidden group": '<g visibility="hidden"><path id="k" d="M80 20h40v40z"/></g><use href="#k" x="20"/>',
    "undashed in a dashed group": '<g stroke-dasharray="10 5" stroke="#c00" stroke-width="14"><path d="M10 50h80" stroke-dasharray="none"/>'
    '<path d="M10 80h80"/><g><path d="M110 50h80" stroke-dasharray="none"/><path d="M110 80h50"/></g></g>',
    "blunt in a round group": '<g stroke-linecap="round" stroke="#000" stroke-width="20"><path d="M30 30h40" stroke-linecap="butt"/>'
    '<path d="M30 70h40"/></g>',
    "pointed in a round group": f'<g stroke-linejoin="round" stroke="#000" stroke-width="20">{_TICK}</g>',
    "used from a round group": '<g stroke-linecap="round" stroke="#000" stroke-width="20"><path id="k" d="M30 30h40"/>'
    '<path d="M30 70h40" stroke-linecap="butt"/></g><use href="#k" x="90" stroke="#c00" stroke-width="20"/>',
    "what inherits in a group of others": '<g stroke-dasharray="10 5" stroke="#c00" stroke-width="14">'
    '<path d="M10 50h80" stroke-dasharray="none"/><path d="M10 80h80" stroke-dasharray="inherit"/></g>',
    "seen in a hidden group beside what is used": '<g visibility="hidden"><g><path id="k" d="M10 20h40v40z"/></g>'
    '<path visibility="visible" d="M80 20h40v40z"/></g><use href="#k" x="120"/>',
    "used and collapsed": '<circle id="k" r="30" cx="40" cy="40" visibility="collapse"/><use href="#k" x="60"/><path d="M10 10h9v9z"/>',
    "hidden where it is used": '<path id="k" d="M10 20h40v40z"/><use href="#k" x="60" visibility="hidden"/>',
    "seen where a hidden one is used": '<path id="k" visibility="visible" d="M10 20h40v40z"/><use href="#k" x="60" visibility="hidden"/>',
    "display:None": '<path style="display:None" d="M0 0h90v90H0z"/><path d="M80 20h40v40z"/>',
    "fill-rule:EVENODD": '<path style="fill-rule:EVENODD" d="M0 0h90v90H0zM20 20h50v50H20z"/>',
    "currentcolor": '<g color="#c00"><rect width="80" height="50" style="fill:currentcolor"/></g>',
    "URL of a gradient": '<linearGradient id="g"><stop stop-color="#c00"/><stop offset="1" stop-color="#00c"/></linearGradient>'
    '<rect width="80" height="50" style="fill:URL(#g)"/>',
    "a clip where something is used": f'<defs><rect id="k" width="80" height="80"/></defs>{_ROUND}'
    '<use href="#k" x="20" y="10" clip-path="url(#c)" fill="#c00" transform="scale(.9)"/>',
    "a hidden part of a clip": '<clipPath id="c"><rect x="10" y="10" width="30" height="30"/>'
    '<rect x="50" y="50" width="30" height="30" visibility="hidden"/></clipPath>'
    '<rect x="5" width="90" height="90" fill="#c00" clip-path="url(#c)"/>',
    "a symbol with a width": '<symbol id="s" viewBox="-20 -20 40 40"><circle r="20" fill="#c00"/></symbol>'
    '<use href="#s" width="50" x="10"/>',
    "defer none": _IMAGE.format('preserveAspectRatio="defer none"'),
    "signs in a path": '<path d="M+10+50L+90+50" fill="none" stroke="#c00" stroke-width="14"/>',
    "corners of a group": '<g rx="25" r="30" fill="#c00"><rect width="80" height="50"/><circle cx="130" cy="50"/></g>',
    "powers of ten": '<path transform="matrix(1E0 0 0 1e0 0 0)" d="M1e1 5e1h8e1v2e1z"/>',
}


def _librsvg(source: str) -> NDArray[np.int64]:
    """What a file shows, 400 × 200."""
    done = subprocess.run(["rsvg-convert", "-w", "400", "-h", "200", "-b", "white"], input=source.encode(), check=True, capture_output=True)
    return _pixels(done.stdout)


def _pixels(png: bytes) -> NDArray[np.int64]:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(np.int64)


@pytest.mark.parametrize("name", ALIKE)
def test_what_is_drawn_is_what_the_file_shows(name: str) -> None:
    shown = _librsvg(f"{_OPEN}{ALIKE[name]}</svg>")
    art = edition(parse(f"{_OPEN}{ALIKE[name]}{_QR}</svg>".encode(), shown_as="a.svg")).art_svg()
    (by_cairosvg,) = child.draw(art, (400,), pdf=False).bitmaps
    assert shown.min() < 255, "it shows something"
    for drawn in (_librsvg(art.decode()), _pixels(by_cairosvg)):
        wrong = (np.abs(drawn - shown).max(axis=2) > 60).sum()
        assert wrong < 60, "no more than some pixels of an edge differ"


@pytest.mark.parametrize(
    ("inside", "element", "says"),
    [
        ('<rect width="5vw" height="9"/>', "<rect>", 'width="5vw" is no length that is drawn everywhere'),
        ('<circle r="2em"/>', "<circle>", 'r="2em" is no length that is drawn everywhere'),
        ('<path style="stroke-width:1rem" d="M0 0h9"/>', "<path>", 'stroke-width="1rem" is no length that is drawn everywhere'),
        ('<path stroke-miterlimit="20px" d="M0 0h9"/>', "<path>", 'stroke-miterlimit="20px" is no number'),
        (_IMAGE.format('preserveAspectRatio="middle"'), "<image>", 'preserveAspectRatio="middle" is unknown'),
        (f'<clipPath id="c">{_IMAGE.format("")}</clipPath>', "<image>", "a <image> stands in a clip"),
        (
            '<clipPath id="c" clipPathUnits="objectBoundingBox"><path d="M0 0h1v1z"/></clipPath><circle r="9" clip-path="url(#c)"/>',
            "<circle>",
            'its clip has clipPathUnits="objectBoundingBox"',
        ),
        (
            '<image width="9" height="9" href="data:image/png;base64,' + _picture()[:200] + '"/>',
            "<image>",
            "an embedded picture cannot be read",
        ),
        ('<g data-if="' + " ".join(f"a{n}" for n in range(13)) + '"/>', "<g>", "data-if has more than 12 names"),
        ('<g data-if="' + "a" * 65 + '"/>', "<g>", "or one of more than 64 letters"),
        ('<text letter-spacing="99" y="20">{{ name }}</text>', '<text "{{ name }}">', "letters stand 6.19 em apart, more than 5"),
        ('<text data-line-height="-1" y="20">{{ name }}</text>', '<text "{{ name }}">', 'data-line-height="-1" is not a number above 0'),
        ('<text data-line-height="0em" y="20">{{ name }}</text>', '<text "{{ name }}">', 'data-line-height="0em" is not a number above 0'),
        ('<text data-max-lines="0" y="20">{{ name }}</text>', '<text "{{ name }}">', 'data-max-lines="0" is not 1 to 99'),
        (
            '<text data-min-size="28" font-size="18" y="20">{{ name }}</text>',
            '<text "{{ name }}">',
            'data-min-size="28" is not above 0 and up to the font-size, 18',
        ),
    ],
)
def test_what_cannot_be_drawn_alike_is_refused_with_its_place(inside: str, element: str, says: str) -> None:
    mistakes = survey(f"{_OPEN}\n{inside}\n{_QR}</svg>".encode(), shown_as="a.svg").mistakes
    assert [(one.place and (one.place.line, one.place.element)) for one in mistakes] == [(2, element)]
    assert says in mistakes[0].message


def test_lines_stand_as_far_apart_as_is_written_in_em() -> None:
    blocks = [
        parse(
            f'{_OPEN}<text data-line-height="{text}" font-size="8" y="20">{{{{ name }}}}</text>{_QR}</svg>'.encode(), shown_as="a.svg"
        ).blocks
        for text in ("1.5", "1.5em")
    ]
    assert [block.line_height for (block,) in blocks] == [1.5, 1.5]


def test_units_are_written_as_everybody_knows_them() -> None:
    art = edition(parse(f'{_OPEN}<rect width="50Q" height="20MM" x="9PX"/>{_QR}</svg>'.encode(), shown_as="a.svg")).art
    assert '<rect width="47.2441" height="20mm" x="9px"/>' in art


def _camera(orientation: int, broken: bytes = b"") -> bytes:
    """A JPEG of 40 × 20 pixels with what a camera says. broken: a second tag, eight bytes without its number."""
    tags = b"\x01\x12\0\x03\0\0\0\x01\0" + bytes([orientation]) + b"\0\0" + (b"\x01\x1b" + broken if broken else b"")
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0" + bytes([1 + bool(broken)]) + tags + bytes(4)
    sink = io.BytesIO()
    Image.new("RGB", (40, 20), "#cc0000").save(sink, "JPEG", exif=exif)
    return sink.getvalue()


@pytest.mark.parametrize(("orientation", "height"), [(1, 50), (3, 50), (6, 200), (8, 200)])
def test_a_photograph_that_is_turned_has_the_shape_in_which_it_is_shown(orientation: int, height: int) -> None:
    href = base64.b64encode(_camera(orientation)).decode()
    template = parse(f'{_OPEN}<image width="100" href="data:image/jpeg;base64,{href}"/>{_QR}</svg>'.encode(), shown_as="a.svg")
    assert f'height="{height}"' in edition(template).art


@pytest.mark.parametrize("broken", [b"\0\x02\0\0\0\x01\0\x06\0\x01", b"\0\x07\0\0\0\x01\0\x06\0\x01", b"\0\x01\0\0\0\x01\0\x06\0\x01"])
def test_what_else_a_camera_says_does_not_matter(broken: bytes) -> None:
    photograph = _camera(6, broken)
    image = f'<image width="20" height="40" href="data:image/jpeg;base64,{base64.b64encode(photograph).decode()}"/>'
    art = edition(parse(f"{_OPEN}{image}{_QR}</svg>".encode(), shown_as="a.svg")).art_svg()
    (drawn,) = child.draw(art, (400,), pdf=False).bitmaps
    assert _pixels(drawn)[40, 20].argmax() == 0, "it is drawn, upright"
    slot = f'{_OPEN}<rect data-image="logo" width="20" height="40"/>{_QR}</svg>'
    brand = Brand.of({}, {"logo": Picture.of(photograph)})
    assert 'width="20" height="40"' in edition(parse(slot.encode(), shown_as="a.svg", brand=brand)).art


def test_sixteen_bits_of_grey_stay_grey() -> None:
    sink = io.BytesIO()
    Image.fromarray(np.linspace(0, 65535, 800).reshape(20, 40).astype(np.uint16)).save(sink, "PNG")
    slot = f'{_OPEN}<rect data-image="logo" width="40" height="20"/>{_QR}</svg>'
    art = edition(parse(slot.encode(), shown_as="a.svg", brand=Brand.of({}, {"logo": Picture.of(sink.getvalue())}))).art_svg()
    (drawn,) = child.draw(art, (400,), pdf=False).bitmaps
    assert abs(_pixels(drawn)[:40, :80].mean() - 127.5) < 4


@pytest.mark.parametrize("hiding", ['display="none"', 'visibility="hidden"', 'style="display:none"'])
def test_a_hidden_place_shows_no_picture(hiding: str) -> None:
    logo = Picture.of(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#abcdef" d="M0 0h9v9z"/></svg>')
    source = f'{_OPEN}<rect {{}} data-image="logo" width="20" height="20"/>{_QR}</svg>'
    arts = [edition(parse(source.format(one).encode(), shown_as="a.svg", brand=Brand.of({}, {"logo": logo}))).art for one in (hiding, "")]
    assert ["#abcdef" in art for art in arts] == [False, True]
