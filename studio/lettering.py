"""Texts with fields, and what stands on most certificates: the QR code, a logo, a signature."""

from __future__ import annotations

from studio.drawing import Element, element, group, number

Box = tuple[float, float, float, float]


def text(
    words: str | tuple[Element | str, ...],
    x: float,
    y: float,
    size: float,
    *,
    box: Box | None = None,
    smallest: float | None = None,
    lines: int | None = None,
    **attributes: str | float | None,
) -> Element:
    """A <text>. y: its baseline; box: where it stays, x y width height; smallest: the font-size that it is shrunk to at most."""
    return element(
        "text",
        *((words,) if isinstance(words, str) else words),
        x=x,
        y=y,
        font_size=size,
        **attributes,
        data_box=None if box is None else " ".join(number(value) for value in box),
        data_min_size=smallest,
        data_max_lines=lines,
    )


def stretch(words: str, condition: str, **attributes: str | float | None) -> Element:
    """A part of a text that is left out when one of these fields is absent."""
    return element("tspan", words, data_if=condition, **attributes)


def hours_and_score() -> tuple[Element, ...]:
    """What of the two there is, with a point between them."""
    return stretch("{{ hours }} hours", "hours"), stretch("\u2002·\u2002", "hours score"), stretch("Score {{ score }}", "score")


def code(x: float, y: float, size: float, colour: str = "#111111") -> Element:
    """The slot of the QR code, quiet zone and all."""
    return element("rect", data_field="qr", x=x, y=y, width=size, height=size, fill=colour)


def picture(name: str, box: Box, align: str) -> Element:
    """The slot of a picture of the issuer's or the batch's. Nothing is drawn when there is none."""
    x, y, width, height = box
    return element("rect", data_image=name, x=x, y=y, width=width, height=height, fill="none", data_align=align)


def signed(
    x: float, y: float, width: float, *, size: float, rule: str, rule_as: str | None = None, fill: str | None = None, align: str = "left"
) -> Element:
    """A signature on a rule with who signed below it; nothing without a signatory. x: of the left end of the rule; y: of the rule; rule_as:
    the brand's colour of the rule; fill: of the words, None for that of the group."""
    anchor, at, across = {"left": (None, x, "left"), "middle": ("middle", x + width / 2, "center")}[align]
    return group(
        picture("signature", (x, y - 42, width, 40), f"{across} bottom"),
        element(
            "path", d=f"M{number(x)} {number(y)}h{number(width)}", stroke=rule, stroke_width=0.6, data_stroke=rule_as, data_if="signatory"
        ),
        text(
            "{{ signatory }}",
            at,
            y + size * 1.45,
            size,
            box=(x, y + 3, width, size * 1.6),
            smallest=size * 0.6,
            fill=fill,
            text_anchor=anchor,
        ),
        text(
            "{{ signatory_title }}",
            at,
            y + size * 2.75,
            size * 0.82,
            box=(x, y + size * 1.8, width, size * 2.1),
            smallest=size * 0.5,
            lines=2,
            fill=fill,
            text_anchor=anchor,
            data_if="signatory",
        ),
    )
