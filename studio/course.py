"""Course completion, and the certificate for everything else: an engraved band beside an open page.

Playfair Display, with Montserrat for what is small.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

from studio import curves
from studio.curves import Curve
from studio.drawing import Element, element, group, use
from studio.lettering import code, hours_and_score, picture, signed, text
from studio.page import Page, certificate

PRIMARY, ACCENT, GREY, PAPER = "#17334f", "#b0853f", "#55606c", "#fffefb"
_STRANDS = 16


@dataclass(frozen=True, slots=True)
class Words:
    """title: of the template; heading: after "Certificate"; done: what stands between the name and the achievement."""

    title: str
    heading: str
    done: str


COURSE = Words("Course completion", "of completion", "has successfully completed")
ANYTHING = Words("Certificate", "of achievement", "has been awarded")


def draw(page: Page, words: Words = COURSE) -> Element:
    """Landscape."""
    band = round(page.width * 0.27, 2)
    left = band + 54
    return certificate(
        page,
        words.title,
        "hours:number? score? signatory? signatory_title?",
        element("rect", width=page.width, height=page.height, fill=PAPER),
        _band(page, band),
        _heading(page, left, words),
        _award(page, left, words),
        _foot(page, left),
        _proof(page, band),
    )


def _band(page: Page, band: float) -> Element:
    """Strands that swing to and fro down the band, each a little later than the one before it. Half of them are the others' mirror."""
    height = page.height

    def strand(number: int) -> Curve:
        def at(time: float) -> tuple[float, float]:
            swing = (band / 2 - 15) * (0.72 + 0.28 * cos(4 * pi * time))
            return band / 2 + swing * sin(3 * pi * time + 2 * pi * number / _STRANDS), -6 + (height + 12) * time

        return at

    return group(
        element("rect", width=band, height=height, fill=PRIMARY, data_fill="primary"),
        group(
            element("path", d="".join(curves.trace(strand(number), 9) for number in range(_STRANDS // 2)), id="strands"),
            use("strands", f"matrix(-1 0 0 1 {band} 0)"),
            fill="none",
            stroke="#8698aa",
            stroke_width=0.45,
            data_stroke="primary 52%",
        ),
        element("path", d=f"M{band + 5} 0V{height}", stroke=ACCENT, stroke_width=1.4, data_stroke="accent"),
        id="band",
    )


def _heading(page: Page, left: float, words: Words) -> Element:
    wide = page.width - left - 48
    return group(
        picture("logo", (page.width - 48 - 130, 40, 130, 46), "right top"),
        text(
            "{{ issuer | upper }}",
            left,
            68,
            9.5,
            box=(left, 44, wide - 150, 36),
            smallest=6.5,
            lines=2,
            font_family="Montserrat",
            font_weight="600",
            letter_spacing=".16em",
            fill=PRIMARY,
            data_fill="primary",
            data_align="middle",
        ),
        text(
            ("Certificate ", element("tspan", words.heading, font_style="italic")),
            left - 2,
            146,
            42,
            font_family="Playfair Display",
            fill=PRIMARY,
            data_fill="primary",
        ),
        element("path", d=f"M{left} 171h52", stroke=ACCENT, stroke_width=2.4, data_stroke="accent"),
        id="heading",
    )


def _award(page: Page, left: float, words: Words) -> Element:
    wide = page.width - left - 48
    return group(
        text("This certifies that", left, 213, 14, font_style="italic", fill=GREY),
        text(
            "{{ name }}",
            left,
            266,
            44,
            box=(left, 222, wide, 66),
            smallest=17,
            lines=2,
            data_line_height=1.12,
            data_align="middle",
            fill=PRIMARY,
            data_fill="primary",
        ),
        element("path", d=f"M{left} 297h{wide:.2f}", stroke=ACCENT, stroke_width=0.7, data_stroke="accent"),
        text(words.done, left, 321, 14, font_style="italic", fill=GREY, data_if="achievement"),
        text(
            "{{ achievement }}",
            left,
            360,
            24,
            box=(left, 334, wide, 53),
            smallest=12,
            lines=2,
            data_line_height=1.15,
            data_align="middle",
            fill=PRIMARY,
            data_fill="primary",
        ),
        text(
            "{{ description }}",
            left,
            401,
            10,
            box=(left, 391, wide, 47),
            smallest=6.5,
            lines=3,
            font_family="Montserrat",
            data_fit="wrap",
            data_line_height=1.5,
            fill=GREY,
        ),
        text(
            hours_and_score(),
            left,
            455,
            9.5,
            box=(left, 444, wide, 16),
            smallest=6,
            font_family="Montserrat",
            fill=PRIMARY,
            data_fill="primary",
        ),
        id="award",
        font_family="Playfair Display",
    )


def _foot(page: Page, left: float) -> Element:
    base, wide = page.height - 76, (page.width - left - 48 - 36) / 2
    return group(
        text('{{ awarded | date("long") }}', left, base - 9, 15, box=(left, base - 26, wide, 22), smallest=9),
        element("path", d=f"M{left} {base:.2f}h{wide:.2f}", stroke=GREY, stroke_width=0.6, data_if="awarded"),
        text("Date of award", left, base + 16, 8.5, font_family="Montserrat", fill=GREY, data_if="awarded"),
        text(
            'Valid until {{ valid_until | date("long") }}',
            left + wide,
            base + 16,
            8.5,
            box=(left + 75, base + 4, wide - 75, 18),
            smallest=6,
            text_anchor="end",
            font_family="Montserrat",
            fill=GREY,
        ),
        signed(left + wide + 36, base, wide, size=11, rule=GREY),
        text(
            "{{ url }}",
            left,
            page.height - 26,
            6.5,
            box=(left, page.height - 34, page.width - left - 48, 11),
            smallest=4,
            font_family="Montserrat",
            fill=GREY,
        ),
        id="foot",
        font_family="Playfair Display",
        fill=PRIMARY,
        data_fill="primary",
    )


def _proof(page: Page, band: float) -> Element:
    side, wide, high = 100.0, 132.0, 148.0
    middle, top = band / 2, page.height - high - 40
    return group(
        element("rect", x=middle - wide / 2, y=top, width=wide, height=high, rx=5, fill="#ffffff"),
        code(middle - side / 2, top + 8, side),
        text("SCAN TO VERIFY", middle, top + 123, 7.5, font_weight="600", letter_spacing=".16em", fill=PRIMARY, data_fill="primary"),
        text("{{ id }}", middle, top + 136, 5.5, box=(middle - wide / 2 + 6, top + 128, wide - 12, 12), smallest=4, fill=GREY),
        id="proof",
        text_anchor="middle",
        font_family="Montserrat",
    )
