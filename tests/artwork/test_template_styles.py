"""What drawing programs write: style sheets, units, moved letters, layers; each read as it was meant, or refused with its place."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from issuer.artwork import layout
from issuer.artwork.compiling import child
from issuer.artwork.edition import edition
from issuer.artwork.template import Template, parse, survey
from issuer.artwork.template.blocks import Block
from issuer.errors import TemplateError

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 297 210">'
_QR = '<rect data-field="qr" x="10" y="10" width="30" height="30"/>'


def _parse(inside: str, opening: str = _OPEN) -> Template:
    return parse(f"{opening}\n{inside}\n{_QR}</svg>".encode(), shown_as="templates/a.svg")


def _block(inside: str) -> Block:
    (block,) = _parse(inside).blocks
    return block


def _art(inside: str) -> str:
    return edition(_parse(inside)).art


def test_rules_are_put_among_the_attributes_the_heaviest_last() -> None:
    sheet = """<style type="text/css"><![CDATA[
      /* a comment */ rect { fill: #111111; stroke: red }
      .a, .b { fill: #222222 }  #seal { fill: #333333 }  path.a.b { fill: rgb(0 128 0 / 50%) }
    ]]></style>"""
    art = _art(
        sheet
        + '<rect width="1" height="1"/><rect class="a" width="2" height="1"/><rect class="a" id="seal" width="3" height="1"/>'
        + '<path class="b a" d="M0 0h4" fill="#999999"/><path class="a" d="M0 0h5" style="fill: #444444; -inkscape-stroke: none"/>'
    )
    assert art == (
        '<rect width="1" height="1" fill="#111111" stroke="#ff0000"/><rect width="2" height="1" fill="#222222" stroke="#ff0000"/>'
        '<rect width="3" height="1" fill="#333333" stroke="#ff0000"/><path d="M0 0h4" fill="#008000" fill-opacity="0.5"/>'
        '<path d="M0 0h5" fill="#444444"/>'
    )


def test_a_colour_that_screens_may_not_have_gives_way_to_the_one_before_it() -> None:
    assert 'fill="#d9d9d9"' in _art('<path d="M0 0" style="fill:#D9D9D9;fill:color(display-p3 0.85 0.85 0.85);fill-opacity:1"/>')
    with pytest.raises(TemplateError, match="no colour that is drawn everywhere"):
        _parse('<path d="M0 0" fill="color(display-p3 0.85 0.85 0.85)"/>')


def test_texts_have_the_styles_of_the_sheet() -> None:
    sheet = "<style>.n{font-family:EBGaramond-SemiBoldItalic, 'EB Garamond';font-size:4.2mm;letter-spacing:.1em;fill:navy}</style>"
    block = _block(f'{sheet}<text class="n" x="1cm" y="20">{{{{ name }}}}</text>')
    ((_, style, *_),) = block.spans({"name": "Ada"})
    assert (style.family, style.weight, style.italic, style.fill) == ("EB Garamond", 600, True, "#000080")
    assert style.spacing == pytest.approx(0.1)
    assert (block.size, block.x) == pytest.approx((4.2 * 96 / 25.4, 96 / 2.54))


@pytest.mark.parametrize(
    ("opening", "width", "height"),
    [
        ('width="842" height="595" viewBox="0 0 842 595"', 842, 595),  # Figma and Illustrator: points without a unit
        ('viewBox="0 0 612 792"', 612, 792),
        ('width="1000" height="500" viewBox="0 0 200 100"', 750, 375),
        ('width="10in" height="254mm" viewBox="0 0 5 5"', 720, 720),
        ('width="100%" height="100%" viewBox="0,0,800,600"', 600, 450),
    ],
)
def test_the_size_of_the_page(opening: str, width: float, height: float) -> None:
    template = parse(
        f'<svg xmlns="http://www.w3.org/2000/svg" {opening}><text>{{{{ url }}}}</text></svg>'.encode(), shown_as="templates/a.svg"
    )
    assert (template.width, template.height) == pytest.approx((width, height))


def test_letters_that_a_program_moved_are_left_to_the_font() -> None:
    torn = '<text><tspan x="10" y="50">Dear {{ na</tspan><tspan x="31.4" y="50" letter-spacing="-.01em">me }}</tspan></text>'
    (block,) = _parse(torn).blocks
    assert block.spans({"name": "Ada"})[0][0] == "Dear Ada"
    assert _block('<text x="10 14 18" y="50" dx="0 .2 -.1">abc</text>').x == 10
    for positions in ('x="10 40 70" y="50"', 'x="10 14" y="50 51"'):
        with pytest.raises(TemplateError, match=r'<text "abc">: [xy]=.* places letters one by one'):
            _parse(f"<text {positions}>abc</text>")
    lines = _parse('<text x="10" y="50">one<tspan x="10" dy="1.2em">two</tspan></text>').blocks
    assert [block.y for block in lines] == pytest.approx([50, 50 + 1.2 * 16])


def test_a_line_of_a_text_keeps_the_box_of_the_text() -> None:
    text = '<text data-box="20 40 100 20" data-max-lines="2" x="9" y="9"><tspan x="30" y="50">{{ name }}</tspan></text>'
    block = _block(text)
    assert (block.box.x, block.box.width, block.max_lines) == (20, 100, 2)


def test_hidden_layers_are_not_there() -> None:
    hidden = '<text>{{ a }}</text><rect data-field="qr" width="9" height="9"/><rect width="1" height="1"/>'
    for style in ("display:none", "display : none ; opacity:1"):
        template = _parse(f'<g style="{style}">{hidden}</g>'.replace('<rect data-field="qr" width="9" height="9"/>', ""))
        assert template.blocks == ()
        assert edition(template).art == ""
    assert _parse('<g visibility="hidden"><text>{{ a }}</text></g>').blocks == ()


def test_what_nothing_shows_is_not_written() -> None:
    art = _art(
        '<defs><linearGradient id="g"><stop stop-color="red"/></linearGradient><linearGradient id="unused"/><path id="p" d="M0 0"/></defs>'
        '<g id="layer1" aria-label="Layer 1"><g/><circle id="c1" r="3" fill="url(#g)"/><text x="1" y="9">words</text></g>'
    )
    assert art == ('<defs><linearGradient id="g"><stop stop-color="#ff0000"/></linearGradient></defs><g><circle r="3" fill="url(#g)"/></g>')


def test_a_switch_shows_what_everybody_can_draw() -> None:
    assert _art('<switch><foreignObject requiredExtensions="x"/><g><path d="M0 0h1"/></g><g><path d="M0 0h2"/></g></switch>') == (
        '<g><g><path d="M0 0h1"/></g></g>'
    )


def test_effects_that_nothing_uses_are_dropped_and_those_that_are_used_refused() -> None:
    effect = '<defs><filter id="blur"><feGaussianBlur/></filter><marker id="m"/></defs>'
    assert _art(f'{effect}<path d="M0 0h1" style="mix-blend-mode:normal;filter:none"/>') == '<path d="M0 0h1"/>'
    with pytest.raises(TemplateError, match=r"<path id=x>: <filter> cannot be used"):
        _parse(f'{effect}<path id="x" d="M0 0h1" style="filter:url(#blur)"/>')


_HOLE = "M0 0h9v9h-9zM3 3h3v3h-3z"


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (f'<clipPath id="c"><path id="p" clip-rule="evenodd" d="{_HOLE}"/></clipPath>', "<path id=p>: a clip has holes"),
        (f'<g style="clip-rule:evenodd"><clipPath id="c"><path d="{_HOLE}"/></clipPath></g>', "<path>: a clip has holes"),
        (f'<path id="p" d="{_HOLE}"/><clipPath id="c" clip-rule="evenodd"><use href="#p"/></clipPath>', "<path id=p>: a clip has holes"),
        (
            f'<clipPath id="c" clip-rule="evenodd"><path id="p" clip-rule="inherit" d="{_HOLE}"/></clipPath>',
            "<path id=p>: a clip has holes",
        ),
        (f'<clipPath id="c"><path id="p" clip-rule=" evenodd" d="{_HOLE}"/></clipPath>', "<path id=p>: a clip has holes"),
        (f'<clipPath id="c"><path id="p" style="clip-rule:EvenOdd" d="{_HOLE}"/></clipPath>', "<path id=p>: a clip has holes"),
        ('<clipPath id="c"><path id="p" clip-rule="evenodd" d="M0 0h9v9zh6v6h-6z"/></clipPath>', "<path id=p>: a clip has holes"),
        ('<defs><g id="g"><path d="M0 0h1"/></g></defs><clipPath id="c"><use href="#g"/></clipPath>', "<use>: a clip uses a <g>"),
        ('<use id="u"/><clipPath id="c"><use href="#u"/></clipPath>', "<use>: a clip uses a <use>"),
        ('<rect style="rotate:45deg"/>', '<rect>: a style says where or how large something is: "rotate: 45deg"'),
        ('<rect style="width:100%"/>', '<rect>: a style says where or how large something is: "width: 100%"'),
        ('<rect style="height:auto"/>', '<rect>: a style says where or how large something is: "height: auto"'),
        ('<clipPath id="b"/><clipPath id="c" clip-path="url(#b)"/>', "<clipPath id=c>: a clip is clipped"),
        ('<clipPath id="b"/><clipPath id="c"><path d="M0 0h1" clip-path="url(#b)"/></clipPath>', "<path>: a clip is clipped"),
        ('<clipPath id="c"><g id="g"><path d="M0 0h1"/></g></clipPath>', "<g id=g>: a group stands in a clip"),
        ('<path d="M0 0h1" style="clip-path:inset(5px)"/>', '<path>: clip-path="inset'),
        ('<path d="M0 0h1" style="transform:rotate(9deg)"/>', "<path>: a style says where or how large something is"),
        ("<style>.a{width:9px}</style>", "<style>: a style says where or how large something is"),
    ],
)
def test_what_only_browsers_draw_so_is_refused(drawn: str, said: str) -> None:
    (mistake,) = survey(f"{_OPEN}\n{drawn}\n{_QR}</svg>".encode(), shown_as="a.svg").mistakes
    assert str(mistake).startswith(f"a.svg:2 {said}")


def test_what_certificates_were_issued_with_is_drawn_though_its_shapes_are_not_taken_any_more() -> None:
    art = (
        f'<clipPath id="c" clip-rule="evenodd"><path d="{_HOLE}"/></clipPath><circle id="o" r="9" style="rotate:9deg" clip-path="url(#c)"/>'
    )
    name = '<text x="9" y="9">{{ name }}</text>'
    source = f"{_OPEN}\n{art}{name}{_QR}</svg>"
    with pytest.raises(TemplateError, match="a style says where"):
        parse(source.encode(), shown_as="a.svg")
    issued = parse(source.encode(), shown_as="a.svg", issued=True)
    assert [block.fields for block in issued.blocks] == [{"name"}]
    assert f'<path d="{_HOLE}"/>' in edition(issued).art
    for lost in (name.replace("x=", 'rotate="9" x='), "<script/>", '<image href="http://example.org/a.png"/>'):
        with pytest.raises(TemplateError):
            parse(source.replace(name, lost).encode(), shown_as="a.svg", issued=True)


def test_clips_and_styles_that_every_renderer_draws_alike_are_kept() -> None:
    clip = '<clipPath id="c" clip-path=" none"><path clip-rule="evenodd" d="M0 0h9v9z"/></clipPath>'
    drawn = _art(f'{clip}<path fill-rule="evenodd" clip-rule="evenodd" d="{_HOLE}" style="transform:none" clip-path="url(#c)"/>')
    assert f'<path fill-rule="evenodd" clip-rule="evenodd" d="{_HOLE}" clip-path="url(#c)"/>' in drawn


def test_a_page_may_fill_its_window() -> None:
    opening = _OPEN.replace("<svg ", '<svg style="fill:#123456;width:100%; height : auto" ', 1)
    source = f"{opening}{_QR}</svg>"
    found = survey(source.encode(), shown_as="a.svg")
    assert not found.mistakes
    assert found.template is not None
    assert found.template.root.attributes["fill"] == "#123456"


def test_a_pale_use_is_pale_everywhere() -> None:
    disc = '<circle id="o" r="9" fill="#000000"/><use id="a" href="#o" x="50" y="50" opacity=".25"/><use href="#a" x="50" y="50"/>'
    assert '<g id="a" opacity=".25"><use href="#o" x="50" y="50"/></g><use href="#a" x="50" y="50"/>' in _art(disc)
    assert _shades(disc, (50, 50), (100, 100)) == pytest.approx([191, 191], abs=1)


def test_a_pale_use_in_a_clip_clips_as_a_whole() -> None:
    clip = '<path id="p" d="M0 0h90v90h-90z" fill="none"/><clipPath id="c"><use href="#p" style="opacity:.5"/></clipPath>'
    drawn = f'{clip}<rect width="200" height="200" fill="#000000" clip-path="url(#c)"/>'
    assert '<clipPath id="c"><use href="#p"/></clipPath>' in _art(drawn)
    assert _shades(drawn, (15, 15), (120, 120)) == [0, 255]


def _shades(drawn: str, *points: tuple[int, int]) -> list[int]:
    """How light the artwork is at some points, in units of the page."""
    (bitmap,) = child.draw(edition(_parse(drawn)).art_svg(), (297,), pdf=False).bitmaps
    with Image.open(io.BytesIO(bitmap)) as picture:
        grey = picture.convert("L")
    return [int(np.asarray(grey)[y, x]) for x, y in points]


def test_a_clip_as_large_as_the_page_clips_no_text() -> None:
    clip = '<clipPath id="c"><rect width="{}" height="210"/></clipPath>'
    inside = '<g clip-path="url(#c)"><text x="9" y="9">{{ name }}</text></g>'
    assert len(_parse(clip.format(297) + inside).blocks) == 1
    with pytest.raises(TemplateError, match="inside an element with"):
        _parse(clip.format(200) + inside)


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ('<text x="100" y="50">{{ name }}</text>', 100, 282.15),  # to the page's edge less a twentieth
        ('<text x="100" y="50" text-anchor="end">{{ name }}</text>', 14.85, 100),
        ('<text x="100" y="50" text-anchor="middle">{{ name }}</text>', 14.85, 185.15),
        ('<rect x="60" y="20" width="100" height="80"/><text x="80" y="50">{{ name }}</text>', 80, 155),  # a panel
        ('<rect x="60" y="20" width="100" height="8"/><text x="80" y="27">{{ name }}</text>', 80, 282.15),  # a line is none
        ('<g transform="translate(50 0) scale(2)"><text x="25" y="30">{{ name }}</text></g>', 25, 116.075),
        ('<text x="100" y="50" direction="rtl">{{ name }}</text>', 14.85, 100),
    ],
)
def test_the_room_of_a_text_that_names_no_box(text: str, left: float, right: float) -> None:
    box = _block(text).box
    assert (box.x, box.x + box.width) == pytest.approx((left, right))


@pytest.mark.parametrize(
    ("transform", "y"),
    [
        ("scale(.2645833)", 452),
        ("scale(.25)", 480),
        ("translate(0 1940)", -1900),
        ("translate(0 -620)", 700),
        ("matrix(.1 0 0 .1 0 60)", 590),
    ],
)
def test_a_text_stands_where_it_was_drawn_however_its_units_are(transform: str, y: float) -> None:
    block = _block(f'<text transform="{transform}" x="40" y="{y}" font-size="12">{{{{ name }}}}</text>')
    placed = layout.place(block, block.spans({"name": "Ada"}), "en")
    assert [line.baseline for line in placed.lines] == pytest.approx([y])
    (fixed,) = edition(_parse(f'<text transform="{transform}" x="40" y="{y}" font-size="12">{"Words " * 20}</text>')).words
    assert fixed.placed.size == 12
    assert fixed.placed.lines[0].baseline == pytest.approx(y)


def test_a_text_without_fields_is_drawn_as_it_was_designed() -> None:
    wide = "A long line that reaches to the very edge of the page, and a little bit further than its margin"
    (text,) = edition(_parse(f'<text x="5" y="50" font-size="9">{wide}</text>')).words
    assert text.placed.size == 9
    assert text.placed.fits


@pytest.mark.parametrize(
    ("inside", "line", "said"),
    [
        ("<style>\n\n.a{}\n.a .b{fill:red}</style>", 5, 'the selector ".a .b" is not understood'),
        ("<style>\n@font-face{src:url(a.woff)}</style>", 3, "a style sheet brings a font"),
        ("<style>\n@import 'a.css';</style>", 3, "a style sheet is taken from elsewhere"),
        ("<style>@media print{.a{fill:red}}</style>", 2, "@media"),
        ("<style>.a{fill:url(http://example.org/a#b)}</style>", 2, "outside the file"),
        ('<path style="fill:red;;stroke"/>', 2, "a style cannot be read"),
        ('<path style="stroke-width:calc(1px + 2px)"/>', 2, "is computed"),
        ('<path style="mix-blend-mode:multiply"/>', 2, "cannot be drawn"),
        ('<text style="text-transform:uppercase">a</text>', 2, "text-transform"),
        ('<text rotate="0 9">ab</text>', 2, "rotate"),
        ('<text word-spacing="0.5em">a b</text>', 2, "word-spacing"),
        ('<text dominant-baseline="middle">a</text>', 2, "dominant-baseline"),
        ('<text y="9">a<tspan dy="-4">2</tspan></text>', 2, "moves letters"),
        ('<text style="shape-inside:url(#r)">a</text>', 2, "shape-inside"),
        ('<text font-family="Comic Sans MS">a</text>', 2, "is not carried"),
        ('<text id="t">a</text><use href="#t" y="9"/>', 2, "a text is drawn again"),
        ('<text data-maxlines="2">a</text>', 2, 'the attribute "data-maxlines" means nothing here'),
    ],
)
def test_what_would_look_otherwise_is_refused_at_its_line(inside: str, line: int, said: str) -> None:
    with pytest.raises(TemplateError) as caught:
        _parse(inside)
    assert said in caught.value.message
    assert caught.value.place is not None
    assert caught.value.place.line == line
    assert caught.value.hint


def test_every_mistake_is_named_in_one_run() -> None:
    source = f"""{_OPEN}<script/>
<rect id="seal" fill="nocolour" onclick="x()" width="9" height="9"/>
<style>.a .b{{fill:red}}
@import "x";</style>
<text x="9" y="9" font-family="Comic Sans MS">a</text>
<text id="t" x="9" y="9">{{{{ name | shout }}}}</text>
<image href="http://example.org/a.png"/>
<rect data-image="Logo!" width="9" height="9"/>
</svg>"""
    found = survey(source.encode(), shown_as="a.svg")
    assert found.template is None
    told = [(mistake.place.line, mistake.place.element, mistake.code) for mistake in found.mistakes if mistake.place]
    assert told == [
        (1, "<script>", "template-script"),
        (2, "<rect id=seal>", "template-attribute"),
        (2, "<rect id=seal>", "template-script"),
        (3, "<style>", "template-attribute"),
        (4, "<style>", "template-external"),
        (5, '<text "a">', "template-font"),
        (6, "<text id=t>", "template-text"),
        (7, "<image>", "template-external"),
        (8, "<rect>", "template-picture"),
        (None, None, "template-qr"),
    ]
    assert all(mistake.hint for mistake in found.mistakes)
