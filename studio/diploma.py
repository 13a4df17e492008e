"""Diploma: upright, engraved and sealed, as universities have given it since there were presses. Blackletter and EB Garamond."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import pi, sin

from studio import curves
from studio.curves import Curve
from studio.drawing import Element, element, group, number, use
from studio.lettering import code, picture, signed, stretch, text
from studio.page import A4, Page, certificate

PRIMARY, ACCENT, INK, GREY, PAPER = "#6a1b2d", "#a58440", "#2b2624", "#5c5450", "#fdfaf2"
_MARGIN, _BAND = 49.0, 13.0  # from the page's edge to the inner edge of the woven band, about; half of how wide the band is
_PREVIEW = 800  # pixels across
_SWING = 7.6
_PETALS = 12


def draw(page: Page) -> Element:
    """Upright: give it the sheet turned."""
    return certificate(
        page,
        "Diploma",
        "score? credits? signatory? signatory_title?",
        element("defs", _corner(), *_ornaments(), *_Band.around(page).defined()),
        element("rect", width=page.width, height=page.height, fill=PAPER),
        _frame(page),
        _heading(page),
        _award(page),
        _foot(page),
    )


def _corner() -> Element:
    return group(
        element("rect", x=-_BAND + 1, y=-_BAND + 1, width=2 * _BAND - 2, height=2 * _BAND - 2, fill=PRIMARY, data_fill="primary"),
        group(use("flower"), use("flower", "rotate(22.5)"), fill="none", stroke=PAPER, stroke_width=0.7),
        element("circle", r=1.6, fill=PAPER),
        id="corner",
    )


def _ornaments() -> Iterator[Element]:
    """What the corners, the crest and the seal are made of, around the origin."""
    yield element("path", d=curves.trace(curves.ring(6.2, 3.4, 8), 16, closed=True), id="flower")
    yield element("path", d=curves.star(8, 13, 5), id="star")
    yield element("path", d=curves.trace(curves.ring(24, 7, _PETALS), 2 * _PETALS, closed=True), id="petals")


def _frame(page: Page) -> Element:
    band = _Band.around(page)
    right, low = page.width - band.left, page.height - band.top
    return group(
        band.drawn(),
        _rule(page, band, _BAND - 1, 0.5, ACCENT, "accent"),
        _rule(page, band, _BAND + 5, 1.4, ACCENT, "accent"),
        _rule(page, band, 1 - _BAND, 1.6, PRIMARY, "primary"),
        *(use("corner", f"translate({number(x)} {number(y)})") for x in (band.left, right) for y in (band.top, low)),
        id="frame",
    )


@dataclass(frozen=True, slots=True)
class _Band:
    """The woven band. pixel: of a preview, points; left, top: of its middle line, points; wave: how long one is, pixels; across, down: how
    many there are between two corners."""

    page: Page
    pixel: float
    left: float
    top: float
    wave: int
    across: int
    down: int

    @classmethod
    def around(cls, page: Page) -> _Band:
        """Waves are a whole number of pixels of a preview: its rows repeat then, and are packed smaller. Of such lengths, the one that
        leaves the same margin on all sides."""
        pixel = page.width / _PREVIEW
        wave = min(range(16, 25, 2), key=lambda long: _rest((page.height - page.width) / pixel, long))
        across, down = (round((side - 2 * _MARGIN) / pixel / wave) for side in (page.width, page.height))
        left, top = page.width - across * wave * pixel, page.height - down * wave * pixel
        return cls(page, pixel, left / 2 - _BAND, top / 2 - _BAND, wave, across, down)

    def defined(self) -> Iterator[Element]:
        """A wave of each strand, a third of a wave apart, and how they stand in a row across and down. Pixels."""

        def strand(number: int) -> Curve:
            return lambda time: (self.wave * time, _SWING / self.pixel * sin(2 * pi * (time + number / 2)))

        yield element("path", d="".join(curves.trace(strand(number), 2) for number in range(2)), id="wave")
        for name, count in (("across", self.across), ("down", self.down)):
            yield group(*(use("wave", f"translate({self.wave * index})" if index else None) for index in range(count)), id=name)

    def drawn(self) -> Element:
        """The four sides."""
        zoom, x, y = f"scale({self.pixel:.6f})", number(self.left + _BAND), number(self.top + _BAND)
        right, low = number(self.page.width - self.left), number(self.page.height - self.top)
        return group(
            use("across", f"translate({x} {number(self.top)}) {zoom}"),
            use("across", f"translate({x} {low}) {zoom}"),
            use("down", f"translate({number(self.left)} {y}) rotate(90) {zoom}"),
            use("down", f"translate({right} {y}) rotate(90) {zoom}"),
            fill="none",
            stroke=PRIMARY,
            stroke_width=1,
            data_stroke="primary",
        )


def _rest(length: float, wave: float) -> float:
    """How much a length differs from whole waves."""
    return abs(length - wave * round(length / wave))


def _rule(page: Page, band: _Band, inside: float, weight: float, colour: str, name: str) -> Element:
    x, y = band.left + inside, band.top + inside
    return element(
        "rect",
        x=x,
        y=y,
        width=page.width - 2 * x,
        height=page.height - 2 * y,
        fill="none",
        stroke=colour,
        stroke_width=weight,
        data_stroke=name,
    )


def _heading(page: Page) -> Element:
    middle = page.width / 2
    return group(
        _crest(middle, 126),
        picture("logo", (middle - 80, 92, 160, 68), "center middle"),
        text(
            "{{ issuer | upper }}",
            middle,
            202,
            19,
            box=(82, 176, page.width - 164, 50),
            smallest=12,
            lines=2,
            data_line_height=1.1,
            data_align="middle",
            font_family="EB Garamond",
            letter_spacing=".12em",
            fill=INK,
        ),
        text("Diploma", middle, 294, 66, font_family="UnifrakturCook", font_weight="700", fill=PRIMARY, data_fill="primary"),
        id="heading",
        transform=_lifted(page, 0.5),
        text_anchor="middle",
    )


def _lifted(page: Page, share: float) -> str | None:
    """Upwards by a share of what a sheet is shorter than A4, for which the places are given."""
    short = A4.turned().height - page.height
    return f"translate(0 {number(-share * short)})" if short else None


def _crest(x: float, y: float) -> Element:
    """What stands above the name of an issuer without a logo."""
    return group(
        group(*_turned("petals", 4), transform="scale(1.15)", fill="none", stroke=ACCENT, stroke_width=0.55, data_stroke="accent"),
        element("circle", r=18, fill=PAPER, stroke=PRIMARY, stroke_width=1.2, data_stroke="primary"),
        group(use("star"), fill=PRIMARY, data_fill="primary"),
        id="crest",
        transform=f"translate({number(x)} {number(y)})",
        data_if="!logo",
    )


def _turned(name: str, count: int) -> Iterator[Element]:
    """The ring so many times, turned by equal parts of a petal."""
    for index in range(count):
        yield use(name, f"rotate({number(360 * index / _PETALS / count)})" if index else None)


def _award(page: Page) -> Element:
    middle, left, wide = page.width / 2, 82.0, page.width - 164
    return group(
        text("This is to certify that", middle, 341, 16, font_family="UnifrakturCook", font_weight="700", fill=INK),
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
        text(
            "has fulfilled all the requirements and is awarded",
            middle,
            463,
            16,
            font_family="UnifrakturCook",
            font_weight="700",
            fill=INK,
            data_if="achievement",
        ),
        text(
            "{{ achievement }}",
            middle,
            503,
            28,
            box=(left, 473, wide, 62),
            smallest=13,
            lines=2,
            data_line_height=1.12,
            data_align="middle",
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
            fill=INK,
        ),
        id="award",
        transform=_lifted(page, 0.85),
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
            'Given on {{ awarded | date("long") }}',
            160,
            base - 66,
            13,
            box=(82, base - 80, 156, 17),
            smallest=8,
            fill=INK,
            text_anchor="middle",
        ),
        text(
            'Valid until {{ valid_until | date("long") }}',
            160,
            base - 51,
            11,
            box=(82, base - 61, 156, 14),
            smallest=7,
            fill=GREY,
            text_anchor="middle",
        ),
        _seal(middle, base - 14),
        code(page.width - 116 - side, base - 70, side),
        text("Scan to verify", page.width - 116 - side / 2, base + 29, 11, text_anchor="middle", fill=GREY),
        text(
            "{{ url }}",
            middle,
            page.height - 68,
            7.5,
            box=(90, page.height - 77, page.width - 180, 12),
            smallest=4.5,
            text_anchor="middle",
            fill=GREY,
        ),
        id="foot",
        font_family="EB Garamond",
    )


def _seal(x: float, y: float) -> Element:
    """A wafer on two ribbons."""
    primary = {"fill": PRIMARY, "data_fill": "primary"}
    return group(
        element("path", d="M-6 22L-19 57-9 50-1 60 8 26zM6 22L19 57 9 50 1 60-8 26z", fill=ACCENT, data_fill="accent"),
        element("path", d=curves.trace(curves.ring(40, 1.9, 24), 48, closed=True), **primary),
        element("circle", r=34, fill="none", stroke=PAPER, stroke_width=0.7),
        group(*_turned("petals", 3), fill="none", stroke=PAPER, stroke_width=0.45),
        element("circle", r=15.5, **primary),
        group(use("star"), fill=PAPER),
        id="seal",
        transform=f"translate({number(x)} {number(y)})",
    )
