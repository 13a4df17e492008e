"""What a page shows, as the operators of a content stream: texts, and the modules of a QR code.

The operators stand in the order in which the page is read: ISO 32000-1 section 14.8.2.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from issuer.artwork.edition import Text
from issuer.artwork.pdf import signs
from issuer.artwork.pdf.fonts import Font, Fonts
from issuer.artwork.qr import Symbol
from issuer.artwork.template import Template
from issuer.artwork.template.reading import Code
from issuer.artwork.template.transforms import Matrix, multiply
from issuer.artwork.text.shaping import Run
from issuer.artwork.pdf.syntax import exact, number

_FLIP: Matrix = (1.0, 0.0, 0.0, -1.0, 0.0, 0.0)


def page_matrix(template: Template) -> Matrix:
    """From the template's units, y downwards, to points, y upwards."""
    page, scale = template.page, template.width / template.page.width
    return (scale, 0.0, 0.0, -scale, -page.x * scale, template.height + page.y * scale)


def colour(fill: str) -> str:
    """ "#rrggbb" as the operands of rg."""
    return " ".join(number(int(fill[at : at + 2], 16) / 255) for at in (1, 3, 5))


_start = attrgetter("start")


def box(corners: Iterable[tuple[float, float]], page: Matrix) -> str:
    """The smallest upright rectangle around points of the template, as the numbers of a /Rect."""
    a, b, c, d, e, f = page
    xs, ys = zip(*[(a * x + c * y + e, b * x + d * y + f) for x, y in corners], strict=True)
    return f"{number(min(xs))} {number(min(ys))} {number(max(xs))} {number(max(ys))}"


def text_box(shown: Text, page: Matrix) -> str:
    """The rectangle around a text."""
    size = shown.placed.size
    corners = []
    for placed in shown.placed.lines:
        line, left, right = placed.line, placed.x, placed.x + placed.line.width * size
        top, bottom = placed.baseline - line.top * size, placed.baseline + line.bottom * size
        corners += [(left, top), (right, top), (left, bottom), (right, bottom)]
    return box(corners, multiply(page, shown.block.matrix))


def text(shown: Text, fonts: Fonts, page: Matrix, mark: str) -> str:
    """A text, marked as one piece of content. mark: such as "/P<</MCID 3>>BDC"."""
    matrix = multiply(page, shown.block.matrix)
    size = shown.placed.size
    out = [mark, "BT"]
    look: tuple[str, str] | None = None
    for placed in shown.placed.lines:
        for run in sorted(placed.line.runs, key=_start):
            font = fonts.of(run)
            if look != (look := (f"{font.name} {number(run.scale * run.face.upem * size)} Tf", f"{colour(run.fill)} rg")):
                out.extend(look)
            a, b, c, d, e, f = multiply(multiply(matrix, (1.0, 0.0, 0.0, 1.0, placed.x + run.x * size, placed.baseline)), _FLIP)
            out.append(f"{exact(a)} {exact(b)} {exact(c)} {exact(d)} {number(e)} {number(f)} Tm")
            out.append(_backwards(run, font, run.scale * size) if run.level % 2 else _forwards(run, font))
    out.append("ET EMC")
    return "\n".join(out)


def _forwards(run: Run, font: Font) -> str:
    """The glyphs of a run from left to right, as one array."""
    per = 1000 / run.face.upem
    parts, pen = ["[<"], 0
    for code, right in signs.forwards(run, font):
        x = round(right * per)
        if x != pen:
            parts.append(f">{pen - x}<")
        parts.append(f"{code:04x}")
        pen = x + font.widths[code]
    parts.append(">]TJ")
    return "".join(parts).replace("<>", "")


def _backwards(run: Run, font: Font, scale: float) -> str:
    """The glyphs of a run from right to left, one by one: pdfium puts in order what is shown by different operators, and nothing else."""
    parts, pen = [], 0.0
    for code, right in signs.backwards(run, font):
        x = round(right * scale, 2)
        parts.append(f"{number(x - pen)} 0 Td<{code:04x}>Tj")
        pen = x
    return "\n".join(parts)


def symbol(code: Code, shown: Symbol, page: Matrix, mark: str) -> str:
    """A QR code on its ground, marked as one piece of content."""
    step = code.size / shown.width
    a, b, c, d, e, f = multiply(page, (step, 0.0, 0.0, step, code.x, code.y))
    out = [mark, f"q {exact(a)} {exact(b)} {exact(c)} {exact(d)} {number(e)} {number(f)} cm"]
    out.append(f"{colour(code.light)} rg 0 0 {shown.width} {shown.width} re f\n{colour(code.dark)} rg")
    out.extend(_modules(shown))
    out.append("f Q EMC")
    return "\n".join(out)


def _modules(shown: Symbol) -> Iterator[str]:
    for down, row in enumerate(shown.rows):
        start = 0
        for dark, run in groupby(f"{row:0{shown.width}b}"):
            length = len(list(run))
            if dark == "1":
                yield f"{start} {down} {length} 1 re"
            start += length
