"""Membership: a card for the wallet, in Montserrat, over the fine lines of a security print."""

from __future__ import annotations

from math import cos, pi, sin

from studio import curves
from studio.curves import Curve, Place
from studio.drawing import Element, element, group, number
from studio.lettering import code, picture, text
from studio.page import Page, certificate

PRIMARY, ACCENT, PALE = "#16264f", "#d9a441", "#e6eaf3"
_EDGE, _HEAD, _SIDE = 14.0, 40.0, 64.0
_LINES = 28


def draw(page: Page) -> Element:
    """A card."""
    return certificate(
        page,
        "Membership card",
        "role? licence?",
        element("rect", width=page.width, height=page.height, fill=PRIMARY, data_fill="primary"),
        element("clipPath", element("rect", y=_HEAD, width=page.width, height=page.height - _HEAD), id="ground"),
        _swell(page),
        element("rect", width=page.width, height=_HEAD, fill="#ffffff"),
        element("rect", y=_HEAD, width=page.width, height=2, fill=ACCENT, data_fill="accent"),
        _head(page),
        _member(page),
        _dates(page),
        _proof(page),
    )


def _swell(page: Page) -> Element:
    """Lines that run together and apart again, as on paper that is hard to copy."""
    room = page.height - _HEAD

    def line(number: int) -> Curve:
        share = number / (_LINES - 1)

        def at(time: float) -> Place:
            swing = 3 + 15 * sin(pi * time) ** 2
            return page.width * time, _HEAD + room * (1.3 * share - 0.15) + swing * sin(2 * pi * (1.6 * time + 0.55 * share)) * cos(
                pi * share
            )

        return at

    return element(
        "path",
        d="".join(curves.trace(line(number), 7) for number in range(_LINES)),
        id="swell",
        clip_path="url(#ground)",
        fill="none",
        stroke="#45517a",
        stroke_width=0.3,
        data_stroke="primary 78%",
    )


def _head(page: Page) -> Element:
    return group(
        picture("logo", (page.width - _EDGE - 64, 9, 64, 24), "right"),
        text(
            "{{ issuer }}",
            _EDGE,
            24,
            9,
            box=(_EDGE, 7, page.width - 2 * _EDGE - 72, 27),
            smallest=4.6,
            lines=3,
            data_line_height=1.15,
            data_align="middle",
            fill=PRIMARY,
            data_fill="primary",
        ),
        id="head",
        font_family="Montserrat",
        font_weight="600",
    )


def _member(page: Page) -> Element:
    wide, role = page.width - 2 * _EDGE - _SIDE - 14, page.height - 40
    room = role - 10.5 - 66
    return group(
        text(
            "{{ achievement }}",
            _EDGE,
            60,
            6.5,
            box=(_EDGE, 47, wide, 17),
            smallest=4.2,
            lines=2,
            data_line_height=1.15,
            data_align="middle",
            fill=PALE,
            font_weight="600",
        ),
        text(
            "{{ name }}",
            _EDGE,
            66 + room / 2 + 5,
            16,
            box=(_EDGE, 66, wide, room),
            smallest=6,
            lines=3,
            data_line_height=1.1,
            data_align="middle",
            font_weight="600",
            fill="#ffffff",
        ),
        text("{{ role }}", _EDGE, role, 7, box=(_EDGE, role - 7, wide, 10), smallest=4.5, fill=PALE),
        id="member",
        font_family="Montserrat",
    )


def _dates(page: Page) -> Element:
    wide, base = page.width - 2 * _EDGE - _SIDE - 14, page.height - 12

    def column(index: int, label: str, value: str, condition: str, step: float = wide / 3) -> Element:
        left = _EDGE + step * index
        return group(
            text(label, left, base - 11, 4.2, letter_spacing=".06em", fill=PALE),
            text(value, left, base, 6.4, box=(left, base - 8, step - 4, 11), smallest=4, font_weight="600", fill="#ffffff"),
            data_if=condition,
        )

    return group(
        element("path", d=f"M{_EDGE} {number(base - 21)}h{number(wide)}", stroke=ACCENT, stroke_width=0.5, data_stroke="accent"),
        column(0, "MEMBER NO.", "{{ licence }}", "licence"),
        *(
            column(index, label, f'{{{{ {field} | date("medium") }}}}', f"{field} {licence}", step)
            for licence, first, step in (("licence", 1, wide / 3), ("!licence", 0, wide / 2))
            for index, (label, field) in enumerate((("SINCE", "awarded"), ("VALID UNTIL", "valid_until")), first)
        ),
        id="dates",
        font_family="Montserrat",
    )


def _proof(page: Page) -> Element:
    x, y = page.width - _EDGE - _SIDE, page.height - _SIDE - 22
    return group(
        element("rect", x=x - 2, y=y - 2, width=_SIDE + 4, height=_SIDE + 15, rx=4, fill="#ffffff"),
        code(x, y, _SIDE),
        text(
            "SCAN TO VERIFY",
            x + _SIDE / 2,
            y + _SIDE + 7,
            5,
            font_family="Montserrat",
            font_weight="600",
            letter_spacing=".1em",
            text_anchor="middle",
            fill=PRIMARY,
            data_fill="primary",
        ),
        id="proof",
    )
