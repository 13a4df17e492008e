"""Workshop: modern. A mosaic of circles, stripes and dots in which the QR code is one tile, and Space Grotesk in black."""

from __future__ import annotations

from collections.abc import Callable

from studio import curves
from studio.drawing import Element, element, group, number
from studio.lettering import code, picture, signed, text
from studio.page import Page, certificate

PRIMARY, ACCENT, INK, SAND, GREY = "#2a3bd0", "#ff5c39", "#16161c", "#ece6da", "#5a5a66"
_ROWS, _COLUMNS, _LEFT = 7, 3, 56.0
_COLOURS = {"p": (PRIMARY, "primary"), "a": (ACCENT, "accent"), "i": (INK, None), "s": (SAND, None), "w": ("#ffffff", None)}
# What is on each tile: ground, figure, colour of the figure, quarter turns. The bottom left one is the QR code's.
_TILES = (
    ("w quarter p 0", "s circle i 0", "a half s 0"),
    ("s stripes i 0", "a quarter p 2", "w rings p 3"),
    ("i dots a 0", "p half w 1", "s quarter a 1"),
    ("a circle w 0", "s rings i 1", "i quarter p 3"),
    ("s half p 3", "i quarter w 2", "a stripes i 1"),
    ("w rings a 0", "a half i 2", "p dots w 0"),
    ("w blank w 0", "p blank w 0", "s quarter i 0"),
)


def draw(page: Page) -> Element:
    """Landscape."""
    tile = page.height / _ROWS
    edge = page.width - _COLUMNS * tile
    return certificate(
        page,
        "Workshop",
        "hours:number? score? signatory? signatory_title?",
        element("rect", width=page.width, height=page.height, fill="#ffffff"),
        _mosaic(edge, tile),
        _heading(edge),
        _award(edge),
        _facts(page, edge),
        _proof(page, edge, tile),
    )


def _mosaic(edge: float, tile: float) -> Element:
    return group(
        *(_tile(cell, edge + column * tile, row * tile, tile) for row, cells in enumerate(_TILES) for column, cell in enumerate(cells)),
        id="mosaic",
    )


def _tile(cell: str, x: float, y: float, size: float) -> Element:
    ground, figure, colour, turns = cell.split()
    drawn = _FIGURES[figure](size)
    half = number(size / 2)
    shape = None
    if drawn:
        fill, name = _COLOURS[colour]
        line = {"fill": "none", "stroke": fill, "stroke_width": size / 11, "data_stroke": name}
        turn = f"rotate({90 * int(turns)} {half} {half})" if turns != "0" else None
        shape = element("path", d=drawn, transform=turn, **(line if figure in ("rings", "stripes") else {"fill": fill, "data_fill": name}))
    back, name = _COLOURS[ground]
    floor = element("rect", width=size + 0.4, height=size + 0.4, fill=back, data_fill=name)
    return group(floor, shape, transform=f"translate({number(x)} {number(y)})")


def _quarter(size: float) -> str:
    return f"M0 0H{number(size)}A{number(size)} {number(size)} 0 0 1 0 {number(size)}z"


def _half(size: float) -> str:
    radius = number(size / 2)
    return f"M0 {radius}A{radius} {radius} 0 0 1 {number(size)} {radius}z"


def _rings(size: float) -> str:
    """Quarter rings around the corner."""
    return "".join(
        f"M{number(far)} 0A{number(far)} {number(far)} 0 0 1 0 {number(far)}" for far in (size * n / 11 for n in (2.5, 4.5, 6.5, 8.5, 10.5))
    )


def _stripes(size: float) -> str:
    return "".join(f"M0 {number(size * n / 11)}H{number(size)}" for n in (1.5, 3.5, 5.5, 7.5, 9.5))


def _dots(size: float) -> str:
    places = [size * n / 8 for n in (1.25, 4, 6.75)]
    return "".join(curves.circle(x, y, size / 12) for x in places for y in places)


_FIGURES: dict[str, Callable[[float], str]] = {
    "quarter": _quarter,
    "half": _half,
    "rings": _rings,
    "stripes": _stripes,
    "dots": _dots,
    "circle": lambda size: curves.circle(size / 2, size / 2, size * 0.36),
    "blank": lambda _size: "",
}


def _heading(edge: float) -> Element:
    return group(
        picture("logo", (edge - 40 - 120, 44, 120, 44), "right top"),
        text(
            "{{ issuer }}",
            _LEFT,
            68,
            13,
            box=(_LEFT, 50, edge - _LEFT - 176, 30),
            smallest=8,
            lines=2,
            data_align="middle",
            fill=INK,
        ),
        element("rect", x=_LEFT, y=139, width=13, height=13, fill=ACCENT, data_fill="accent"),
        text("Workshop certificate", _LEFT + 22, 152, 18, fill=PRIMARY, data_fill="primary"),
        id="heading",
        font_family="Space Grotesk",
        font_weight="700",
    )


def _award(edge: float) -> Element:
    wide = edge - _LEFT - 40
    return group(
        text(
            "{{ name }}",
            _LEFT,
            222,
            52,
            box=(_LEFT, 168, wide, 88),
            smallest=19,
            lines=2,
            data_line_height=1.02,
            data_align="middle",
            font_weight="700",
            letter_spacing="-.015em",
            fill=INK,
        ),
        text("took part in the workshop", _LEFT, 287, 13.5, fill=GREY, data_if="achievement"),
        text(
            "{{ achievement }}",
            _LEFT,
            322,
            23,
            box=(_LEFT, 301, wide, 49),
            smallest=12,
            lines=2,
            data_line_height=1.15,
            data_align="middle",
            font_weight="700",
            fill=PRIMARY,
            data_fill="primary",
        ),
        text(
            "{{ description }}",
            _LEFT,
            368,
            11,
            box=(_LEFT, 358, wide, 50),
            smallest=7,
            lines=3,
            data_fit="wrap",
            data_line_height=1.4,
            fill=GREY,
        ),
        id="award",
        font_family="Space Grotesk",
    )


def _facts(page: Page, edge: float) -> Element:
    """A row of up to four, and who signs."""
    wide, top = edge - _LEFT - 40, page.height - 180
    step = wide / 4
    shown = (
        ("Date", '{{ awarded | date("medium") }}', "awarded"),
        ("Hours", "{{ hours }}", "hours"),
        ("Score", "{{ score }}", "score"),
        ("Valid until", '{{ valid_until | date("medium") }}', "valid_until"),
    )
    return group(
        *(
            group(
                element("path", d=f"M{number(_LEFT + step * index)} {number(top)}h{number(step - 14)}", stroke=INK, stroke_width=2.2),
                text(label, _LEFT + step * index, top + 18, 9.5, fill=GREY),
                text(
                    value,
                    _LEFT + step * index,
                    top + 37,
                    14,
                    box=(_LEFT + step * index, top + 22, step - 14, 20),
                    smallest=8,
                    font_weight="700",
                    fill=INK,
                ),
                data_if=field,
            )
            for index, (label, value, field) in enumerate(shown)
        ),
        signed(_LEFT, page.height - 76, 2 * step - 14, size=11, fill=INK, rule=INK),
        id="facts",
        font_family="Space Grotesk",
    )


def _proof(page: Page, edge: float, tile: float) -> Element:
    top = page.height - tile
    return group(
        code(round(edge + 2, 2), round(top + 1, 2), round(tile - 3, 2)),
        *(
            text(words, edge + tile + 11, top + 27 + 19 * line, 16, font_weight="700", fill="#ffffff")
            for line, words in enumerate(("Scan", "to", "verify"))
        ),
        text("{{ url }}", _LEFT, page.height - 24, 7, box=(_LEFT, page.height - 33, edge - _LEFT - 40, 12), smallest=4, fill=GREY),
        id="proof",
        font_family="Space Grotesk",
    )
