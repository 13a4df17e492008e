"""Achievement with distinction: Art Deco. Rays behind a stepped panel, one typeface of compass and ruler, everything on one axis."""

from __future__ import annotations

from studio import curves
from studio.drawing import Element, element, group
from studio.lettering import code, hours_and_score, picture, signed, text
from studio.page import Page, certificate

PRIMARY, ACCENT, GREY, CREAM = "#123a37", "#b98d3e", "#55605d", "#fdf9ee"
_EDGE, _STEP = 46.0, 11.0


def draw(page: Page) -> Element:
    """Landscape."""
    return certificate(
        page,
        "Achievement with distinction",
        "hours:number? score? signatory? signatory_title?",
        _frame(page),
        _crest(page),
        _heading(page),
        _award(page),
        _foot(page),
    )


def _frame(page: Page) -> Element:
    width, height = page.width, page.height
    inside = width - 2 * _EDGE, height - 2 * _EDGE
    return group(
        element("rect", width=width, height=height, fill=PRIMARY, data_fill="primary"),
        _within_the_edge(page),
        group(
            group(
                element("path", d=curves.rays(230, 560, 1.5, 358.5, 120), stroke_width=0.5),
                element("path", d=curves.rays(230, 560, 0, 357, 120), stroke_width=1.3),
                transform=f"translate({width / 2:.2f} {height / 2:.2f})",
                stroke=ACCENT,
                data_stroke="accent",
            ),
            clip_path="url(#sheet)",
        ),
        element("path", d=curves.stepped(_EDGE, _EDGE, *inside, _STEP, 3), fill=CREAM, stroke=ACCENT, stroke_width=2, data_stroke="accent"),
        element(
            "path",
            d=curves.stepped(_EDGE + 6, _EDGE + 6, inside[0] - 12, inside[1] - 12, _STEP, 3),
            fill="none",
            stroke=ACCENT,
            stroke_width=0.6,
            data_stroke="accent",
        ),
        id="frame",
    )


def _within_the_edge(page: Page) -> Element:
    """Where rays are: there is a quiet edge around them, which printers may cut."""
    edge = 13.0
    width, height = f"{page.width - 2 * edge:.2f}", f"{page.height - 2 * edge:.2f}"
    return element("clipPath", element("rect", x=edge, y=edge, width=width, height=height), id="sheet")


def _crest(page: Page) -> Element:
    """A disc with a star; with a logo, the logo instead."""
    gold = {"stroke": ACCENT, "data_stroke": "accent"}
    middle, y = page.width / 2, 70.0
    return group(
        group(
            element("circle", r=46, fill=CREAM),
            element("circle", r=42, fill=PRIMARY, stroke_width=1.6, data_fill="primary", **gold),
            element("circle", r=38.5, fill="none", stroke_width=0.5, **gold),
            element("path", d=curves.rays(20.5, 36, 0, 350, 36), stroke_width=0.8, **gold),
            element("circle", r=18, fill="none", stroke_width=0.8, **gold),
            element("path", d=curves.star(8, 15, 5.8), fill=ACCENT, data_fill="accent"),
            transform=f"translate({middle:.2f} {y})",
        ),
        element("circle", cx=middle, cy=y, r=38.5, fill=CREAM, data_if="logo"),
        picture("logo", (middle - 30, y - 21, 60, 42), "center middle"),
        id="crest",
    )


def _heading(page: Page) -> Element:
    middle = page.width / 2
    rules = "".join(f"M{middle - 150} {y}h-{120 - 24 * n}M{middle + 150} {y}h{120 - 24 * n}" for n, y in enumerate((152.5, 156.5, 160.5)))
    return group(
        text(
            "{{ issuer | upper }}",
            middle,
            134,
            11,
            box=(middle - 290, 120, 580, 20),
            smallest=7,
            letter_spacing=".22em",
            font_weight="600",
        ),
        element("path", d=rules, stroke=ACCENT, stroke_width=0.8, data_stroke="accent"),
        text("CERTIFICATE OF", middle, 161, 11.5, letter_spacing=".4em"),
        text("DISTINCTION", middle, 201, 40, letter_spacing=".3em"),
        id="heading",
        font_family="Josefin Sans",
        text_anchor="middle",
        fill=PRIMARY,
        data_fill="primary",
    )


def _award(page: Page) -> Element:
    middle = page.width / 2
    return group(
        text("AWARDED TO", middle, 225.5, 9, letter_spacing=".3em", fill=GREY),
        text(
            "{{ name }}",
            middle,
            274,
            42,
            box=(middle - 310, 235, 620, 58),
            smallest=17,
            lines=2,
            data_line_height=1.1,
            data_align="middle",
            fill=PRIMARY,
            data_fill="primary",
        ),
        _rule(middle, 307),
        text("FOR OUTSTANDING ACHIEVEMENT IN", middle, 328, 9, letter_spacing=".3em", fill=GREY, data_if="achievement"),
        text(
            "{{ achievement }}",
            middle,
            354,
            22,
            box=(middle - 300, 335.5, 600, 38),
            smallest=12,
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
            386,
            10.5,
            box=(middle - 250, 377, 500, 31),
            smallest=7,
            lines=3,
            data_fit="wrap",
            data_line_height=1.35,
            fill=GREY,
        ),
        id="award",
        font_family="Josefin Sans",
        text_anchor="middle",
    )


def _rule(middle: float, y: float) -> Element:
    return group(
        element("path", d=f"M{middle - 140} {y}h124M{middle + 16} {y}h124", stroke=ACCENT, stroke_width=0.8, data_stroke="accent"),
        element("path", d=f"M{middle} {y - 6}l6 6-6 6-6-6z", fill=ACCENT, data_fill="accent"),
        element("path", d=f"M{middle - 13} {y - 3}l3 3-3 3-3-3zM{middle + 13} {y - 3}l3 3-3 3-3-3z", fill=PRIMARY, data_fill="primary"),
    )


def _foot(page: Page) -> Element:
    middle, base, wide = page.width / 2, page.height - 104, 200.0
    side = 80.0
    left, right = middle - 88 - wide, middle + 88
    return group(
        text('{{ awarded | date("long") }}', left + wide / 2, base - 8, 15, box=(left, base - 26, wide, 24), smallest=9),
        element("path", d=f"M{left:.2f} {base:.2f}h{wide:.0f}", stroke=ACCENT, stroke_width=0.8, data_if="awarded", data_stroke="accent"),
        text("DATE OF AWARD", left + wide / 2, base + 16, 8, letter_spacing=".2em", fill=GREY, data_if="awarded"),
        text(
            'Valid until {{ valid_until | date("long") }}',
            left + wide / 2,
            base + 30,
            10,
            box=(left, base + 20, wide, 15),
            smallest=6,
            fill=GREY,
        ),
        element(
            "path",
            d=f"M{right:.2f} {base:.2f}h{wide:.0f}",
            stroke=ACCENT,
            stroke_width=0.8,
            data_if="!signatory !signature",
            data_stroke="accent",
        ),
        text("{{ id }}", right + wide / 2, base - 8, 9, box=(right, base - 20, wide, 16), smallest=6, data_if="!signatory !signature"),
        text("NUMBER OF CERTIFICATE", right + wide / 2, base + 16, 8, letter_spacing=".2em", fill=GREY, data_if="!signatory !signature"),
        signed(right, base, wide, size=11.5, rule=ACCENT, rule_as="accent", align="middle"),
        element(
            "rect",
            x=middle - side / 2 - 4,
            y=base - 54,
            width=side + 8,
            height=side + 8,
            fill="#ffffff",
            stroke=ACCENT,
            stroke_width=0.8,
            data_stroke="accent",
        ),
        code(middle - side / 2, base - 50, side),
        text(hours_and_score(), middle, base - 64, 10, box=(middle - 150, base - 75, 300, 14), smallest=7, font_weight="600"),
        text("{{ url }}", middle, page.height - 58, 6, box=(middle - 250, page.height - 65, 500, 9), smallest=4, fill=GREY),
        id="foot",
        font_family="Josefin Sans",
        text_anchor="middle",
        fill=PRIMARY,
        data_fill="primary",
    )
