"""Diploma: upright, engraved and sealed, as universities have given it since there were presses. Blackletter and EB Garamond."""

from __future__ import annotations

from collections.abc import Iterator
from math import pi, sin

from studio import curves
from studio.curves import Curve
from studio.drawing import Element, element, group, number, use
from studio.lettering import code, picture, signed, stretch, text
from studio.page import Page, certificate

PRIMARY, ACCENT, INK, GREY, PAPER = "#6a1b2d", "#a58440", "#2b2624", "#5c5450", "#fdfaf2"
_EDGE, _BAND = 38.0, 17.0  # from the page's edge to the middle of the woven band, and how wide the band is


def draw(page: Page) -> Element:
    """Upright: give it the sheet turned."""
    return certificate(
        page,
        "Diploma",
        "score? credits? signatory? signatory_title?",
        element("defs", _corner(), _star(), *(_weave(name, room) for name, room in _rooms(page).items())),
        element("rect", width=page.width, height=page.height, fill=PAPER),
        _frame(page),
        _heading(page),
        _award(page),
        _foot(page),
    )


def _corner() -> Element:
    return group(
        element("rect", x=-_BAND + 1, y=-_BAND + 1, width=2 * _BAND - 2, height=2 * _BAND - 2, fill=PRIMARY, data_fill="primary"),
        element(
            "path",
            d="".join(curves.trace(curves.ring(8.2, 4.6, 8, turn), 16, closed=True) for turn in (0, 0.5)),
            fill="none",
            stroke=PAPER,
            stroke_width=0.7,
        ),
        element("circle", r=2, fill=PAPER),
        id="corner",
    )


def _star() -> Element:
    return element("path", d=curves.star(8, 13, 5), id="star")


def _frame(page: Page) -> Element:
    width, height = page.width, page.height
    right, low = width - _EDGE, height - _EDGE
    corners = ((_EDGE, _EDGE), (right, _EDGE), (right, low), (_EDGE, low))
    return group(
        group(*_woven(page), fill="none", stroke=PRIMARY, stroke_width=0.75, data_stroke="primary"),
        *(_rule(page, inset, weight, ACCENT, "accent") for inset, weight in ((_EDGE + _BAND - 1, 0.5), (_EDGE + _BAND + 5, 1.4))),
        _rule(page, _EDGE - _BAND + 1, 1.6, PRIMARY, "primary"),
        *(use("corner", f"translate({number(x)} {number(y)})") for x, y in corners),
        id="frame",
    )


def _rule(page: Page, inset: float, weight: float, colour: str, name: str) -> Element:
    return element(
        "rect",
        x=inset,
        y=inset,
        width=page.width - 2 * inset,
        height=page.height - 2 * inset,
        fill="none",
        stroke=colour,
        stroke_width=weight,
        data_stroke=name,
    )


def _rooms(page: Page) -> dict[str, float]:
    """How long the band is between two corners: across and down."""
    return {"across": page.width - 2 * (_EDGE + _BAND), "down": page.height - 2 * (_EDGE + _BAND)}


def _pieces(room: float) -> int:
    """How many pieces of three waves, 30 points each, make the band."""
    return round(room / 90)


def _weave(name: str, room: float) -> Element:
    """A piece of the band: three strands, a third of a wave apart."""
    long = room / _pieces(room)

    def strand(number: int) -> Curve:
        return lambda time: (long * time, 10.5 * sin(2 * pi * (3 * time + number / 3)))

    return element("path", d="".join(curves.trace(strand(number), 6) for number in range(3)), id=name)


def _woven(page: Page) -> Iterator[Element]:
    """The band along the four sides."""
    start, right, low = _EDGE + _BAND, page.width - _EDGE, page.height - _EDGE
    for name, room in _rooms(page).items():
        for at in (start + room / _pieces(room) * index for index in range(_pieces(room))):
            for side in (_EDGE, low) if name == "across" else (_EDGE, right):
                yield use(name, f"translate({number(at)} {number(side)})" if name == "across" else f"translate({number(side)} {number(at)}) rotate(90)")


def _heading(page: Page) -> Element:
    middle = page.width / 2
    return group(
        _crest(middle, 126),
        picture("logo", (middle - 80, 84, 160, 78), "center middle"),
        text(
            "{{ issuer }}",
            middle,
            202,
            24,
            box=(82, 176, page.width - 164, 50),
            smallest=12,
            lines=2,
            data_line_height=1.1,
            data_align="middle",
            font_family="EB Garamond",
            font_weight="600",
            font_variant="small-caps",
            letter_spacing=".06em",
            fill=INK,
        ),
        text("Diploma", middle, 294, 66, font_family="UnifrakturCook", font_weight="700", fill=PRIMARY, data_fill="primary"),
        id="heading",
        text_anchor="middle",
    )


def _crest(x: float, y: float) -> Element:
    """What stands above the name of an issuer without a logo."""
    lines: tuple[Curve, ...] = tuple(curves.ring(28, 7, 16, turn / 4) for turn in range(4))
    return group(
        element(
            "path",
            d="".join(curves.trace(line, 32, closed=True) for line in lines),
            fill="none",
            stroke=ACCENT,
            stroke_width=0.6,
            data_stroke="accent",
        ),
        element("circle", r=18, fill=PAPER, stroke=PRIMARY, stroke_width=1.2, data_stroke="primary"),
        group(use("star"), fill=PRIMARY, data_fill="primary"),
        id="crest",
        transform=f"translate({number(x)} {number(y)})",
        data_if="!logo",
    )


def _award(page: Page) -> Element:
    middle, left, wide = page.width / 2, 82.0, page.width - 164
    return group(
        text("This is to certify that", middle, 340, 16, font_style="italic", fill=GREY),
        text(
            "{{ name }}",
            middle,
            394,
            42,
            box=(left, 352, wide, 68),
            smallest=17,
            lines=2,
            data_line_height=1.08,
            data_align="middle",
            fill=INK,
        ),
        _flourish(middle, 432),
        text("has fulfilled all the requirements and is awarded", middle, 462, 16, font_style="italic", fill=GREY),
        text(
            "{{ achievement }}",
            middle,
            503,
            26,
            box=(left, 473, wide, 62),
            smallest=13,
            lines=2,
            data_line_height=1.12,
            data_align="middle",
            font_weight="600",
            fill=PRIMARY,
            data_fill="primary",
        ),
        text(
            "{{ description }}",
            middle,
            556,
            13,
            box=(left + 20, 543, wide - 40, 54),
            smallest=8,
            lines=4,
            data_fit="wrap",
            data_line_height=1.3,
            fill=GREY,
        ),
        text(
            (
                stretch("{{ credits }} credits", "credits"),
                stretch("\u2002·\u2002", "credits score"),
                stretch("Score {{ score }}", "score"),
            ),
            middle,
            617,
            13.5,
            box=(left, 602, wide, 20),
            smallest=8,
            font_weight="600",
            fill=INK,
        ),
        id="award",
        font_family="EB Garamond",
        text_anchor="middle",
    )


def _flourish(x: float, y: float) -> Element:
    """A rule that swells, parted by a lozenge."""
    return group(
        element("path", d=f"M{number(x - 10)} {number(y)}c-30 0-60 1.2-110 0c50-1.2 80 0 110 0z"),
        element("path", d=f"M{number(x + 10)} {number(y)}c30 0 60 1.2 110 0c-50-1.2-80 0-110 0z"),
        element("path", d=f"M{number(x)} {number(y - 4)}l4 4-4 4-4-4z"),
        fill=ACCENT,
        data_fill="accent",
    )


def _foot(page: Page) -> Element:
    middle, base, side = page.width / 2, page.height - 132, 86.0
    return group(
        signed(82, base, 156, size=12.5, fill=INK, rule=INK, align="middle"),
        text(
            ("Given on {{ awarded | date(\"long\") }}",),
            160,
            base - 72,
            13,
            box=(82, base - 88, 156, 20),
            smallest=8,
            font_style="italic",
            fill=INK,
            text_anchor="middle",
        ),
        text(
            "Valid until {{ valid_until | date(\"long\") }}",
            160,
            base - 56,
            11,
            box=(82, base - 66, 156, 15),
            smallest=7,
            font_style="italic",
            fill=GREY,
            text_anchor="middle",
        ),
        _seal(middle, base - 14),
        code(page.width - 116 - side, base - 70, side),
        text("Scan to verify", page.width - 116 - side / 2, base + 29, 11, font_style="italic", text_anchor="middle", fill=GREY),
        text("{{ url }}", middle, page.height - 68, 7.5, box=(90, page.height - 77, page.width - 180, 12), smallest=4.5, text_anchor="middle", fill=GREY),
        id="foot",
        font_family="EB Garamond",
    )


def _seal(x: float, y: float) -> Element:
    """A wafer on two ribbons."""
    primary = {"fill": PRIMARY, "data_fill": "primary"}
    return group(
        element("path", d="M-6 22L-19 57-9 50-1 60 8 26zM6 22L19 57 9 50 1 60-8 26z", fill=ACCENT, data_fill="accent"),
        element("path", d=curves.trace(curves.ring(40, 1.8, 30), 60, closed=True), **primary),
        element("circle", r=34, fill="none", stroke=PAPER, stroke_width=0.7),
        element(
            "path",
            d="".join(curves.trace(curves.ring(24, 7, 12, turn), 24, closed=True) for turn in (0, 0.33, 0.67)),
            fill="none",
            stroke=PAPER,
            stroke_width=0.45,
        ),
        element("circle", r=15.5, **primary),
        group(use("star"), fill=PAPER),
        id="seal",
        transform=f"translate({number(x)} {number(y)})",
    )
