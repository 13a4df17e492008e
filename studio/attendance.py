"""Attendance: a morning. The sun behind four ranges of hills, and Fraunces, a typeface that smiles."""

from __future__ import annotations

from math import pi, sin

from studio import curves
from studio.drawing import Element, element, group
from studio.lettering import code, hours_and_score, picture, signed, text
from studio.page import Page, certificate

PRIMARY, ACCENT, GREY, PAPER = "#145a63", "#ef8354", "#56616a", "#fffdf9"
_LEFT = 62.0
_RANGES = (  # how far the ridge is above the foot of the page, its swing, waves across the page, shift in waves, percent of the
    # colour, and that colour
    (138, 17, 1.25, 0.42, 16, "#d9e5e6"),
    (112, 17, 1.6, 0.62, 34, "#afc7ca"),
    (86, 15, 1.15, 0.3, 62, "#6d989e"),
    (56, 12, 1.45, 0.86, 100, PRIMARY),
)


def draw(page: Page) -> Element:
    """Landscape."""
    return certificate(
        page,
        "Attendance",
        "hours:number? score? signatory? signatory_title?",
        element("rect", width=page.width, height=page.height, fill=PAPER),
        _sky(page),
        group(*(_range(page, *one) for one in _RANGES), id="hills"),
        _heading(page),
        _award(page),
        _foot(page),
        _proof(page),
    )


def _sky(page: Page) -> Element:
    rings = "".join(curves.circle(0, 0, 72 + 13 * step + step * step * 1.3) for step in range(6))
    return group(
        element("path", d=rings, fill="none", stroke="#f6b598", stroke_width=0.9, data_stroke="accent 60%"),
        element("circle", r=58, fill=ACCENT, data_fill="accent"),
        id="sun",
        transform=f"translate({page.width - 186:.2f} {page.height - 200:.2f})",
    )


def _range(page: Page, above: float, swing: float, waves: float, shift: float, percent: int, colour: str) -> Element:
    """A range of hills, and on the nearest one lines along the ridge."""

    def ridge(lower: float) -> curves.Curve:
        def at(time: float) -> tuple[float, float]:
            wave = sin(2 * pi * (waves * time + shift)) + 0.35 * sin(2 * pi * (2.3 * waves * time + 2 * shift))
            return page.width * time, page.height - above - swing * wave * (1 - lower / 90) + lower

        return at

    shape = f"{curves.trace(ridge(0), 10)}V{page.height}H0z"
    lines = "".join(curves.trace(ridge(lower), 8) for lower in (7, 15))
    return group(
        element("path", d=shape, fill=colour, data_fill="primary" if percent == 100 else f"primary {percent}%"),
        element("path", d=lines, fill="none", stroke="#8badb1", stroke_width=0.6, data_stroke="primary 50%") if percent == 100 else None,
    )


def _heading(page: Page) -> Element:
    return group(
        picture("logo", (page.width - _LEFT - 130, 44, 130, 46), "right top"),
        text(
            "{{ issuer }}",
            _LEFT,
            66,
            13,
            box=(_LEFT, 48, page.width - 2 * _LEFT - 150, 28),
            smallest=8,
            lines=2,
            font_weight="600",
            fill=PRIMARY,
            data_fill="primary",
            data_align="middle",
        ),
        text("Certificate of attendance", _LEFT, 122, 38, fill=PRIMARY, data_fill="primary"),
        id="heading",
        font_family="Fraunces",
    )


def _award(page: Page) -> Element:
    wide = page.width - 2 * _LEFT - 214
    return group(
        text("We confirm that", _LEFT, 164, 13.5, fill=GREY),
        text(
            "{{ name }}",
            _LEFT,
            216,
            42,
            box=(_LEFT, 174, wide, 64),
            smallest=17,
            lines=2,
            data_line_height=1.1,
            data_align="middle",
            font_weight="600",
            fill=PRIMARY,
            data_fill="primary",
        ),
        text("took part in", _LEFT, 264, 13.5, fill=GREY, data_if="achievement"),
        text(
            "{{ achievement }}",
            _LEFT,
            294,
            22,
            box=(_LEFT, 272, wide, 46),
            smallest=12,
            lines=2,
            data_line_height=1.15,
            data_align="middle",
            fill=PRIMARY,
            data_fill="primary",
        ),
        text(
            "{{ description }}",
            _LEFT,
            334,
            10.5,
            box=(_LEFT, 323, wide - 30, 30),
            smallest=7,
            lines=3,
            data_fit="wrap",
            data_line_height=1.4,
            fill=GREY,
        ),
        id="award",
        font_family="Fraunces",
    )


def _foot(page: Page) -> Element:
    base, wide = page.height - 196, 196.0
    second = _LEFT + wide + 30
    return group(
        text('{{ awarded | date("long") }}', _LEFT, base - 8, 15, box=(_LEFT, base - 25, wide, 22), smallest=9),
        element(
            "path",
            d=f"M{_LEFT} {base:.2f}h{wide}",
            stroke=ACCENT,
            stroke_width=1.2,
            data_stroke="accent",
            data_if="awarded",
        ),
        text(hours_and_score(), _LEFT, base + 15, 10, box=(_LEFT, base + 4, wide, 15), smallest=6.5, fill=GREY),
        text(
            'Valid until {{ valid_until | date("long") }}', _LEFT, base + 28, 9.5, box=(_LEFT, base + 18, wide, 14), smallest=6.5, fill=GREY
        ),
        signed(second, base, wide, size=11, rule=ACCENT, rule_as="accent"),
        id="foot",
        font_family="Fraunces",
        fill=PRIMARY,
        data_fill="primary",
    )


def _proof(page: Page) -> Element:
    side, wide, high = 92.0, 116.0, 122.0
    x, y = page.width - _LEFT - wide, page.height - high - 26
    middle = x + wide / 2
    return group(
        element("rect", x=x, y=y, width=wide, height=high, rx=8, fill="#ffffff"),
        code(middle - side / 2, y + 8, side),
        text("Scan to verify", middle, y + 112, 10, text_anchor="middle", fill=PRIMARY, data_fill="primary"),
        text("{{ url }}", _LEFT, page.height - 20, 7, box=(_LEFT, page.height - 29, x - _LEFT - 30, 12), smallest=4, fill="#ffffff"),
        id="proof",
        font_family="Fraunces",
    )
