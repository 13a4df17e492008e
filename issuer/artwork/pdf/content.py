"""What a page shows, as the operators of a content stream: texts, and the modules of a QR code.

Viewers give the characters of a page from left to right and turn right-to-left words round themselves. So each glyph says what it
stands for, one after another as they stand on the page; where one character became several glyphs, /ActualText says it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from issuer.artwork.edition import Text
from issuer.artwork.pdf import syntax
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
    out = [mark, "BT"]
    look: tuple[str, str] | None = None
    for placed in shown.placed.lines:
        for run in sorted(placed.line.runs, key=_start):
            font = fonts.of(run)
            size = run.scale * run.face.upem * shown.placed.size
            if look != (look := (f"{font.name} {number(size)} Tf", f"{colour(run.fill)} rg")):
                out.extend(look)
            x = placed.x + run.x * shown.placed.size
            a, b, c, d, e, f = multiply(multiply(matrix, (1.0, 0.0, 0.0, 1.0, x, placed.baseline)), _FLIP)
            out.append(f"{exact(a)} {exact(b)} {exact(c)} {exact(d)} {number(e)} {number(f)} Tm")
            out.append(_run(run, font, size))
    out.append("ET EMC")
    return "\n".join(out)


def _run(run: Run, font: Font, size: float) -> str:
    """The glyphs of a run, from its origin, in the order in which they are read."""
    per = 1000 / run.face.upem
    parts, pen, rise = ["[<"], 0, 0
    for code, right, up in _codes(run, font):
        x = round(right * per)
        if up != rise:
            parts.append(f">]TJ {number(up * size / run.face.upem)} Ts[<")
            rise = up
        if x != pen:
            parts.append(f">{pen - x}<")
        parts.append(f"{code:04x}")
        pen = x + font.widths[code]
    parts.append(">]TJ 0 Ts" if rise else ">]TJ")
    return "".join(parts).replace("[<>]TJ", "").replace("<>", "")


def _codes(run: Run, font: Font) -> Iterator[tuple[int, int, int]]:
    """The CIDs of a run in logical order, and how far each stands to the right of the run's origin and above it, in font units."""
    glyphs, xs, ys = run.glyphs, run.xs, run.ys
    clusters: dict[int, list[int]] = {}
    for index, cluster in enumerate(run.clusters):
        clusters.setdefault(cluster, []).append(index)
    texts = run.texts()
    for _, members in sorted(clusters.items()):
        first, text = members[0], texts[members[0]]
        if len(members) == 1 and (font.source.compact or not ys[first]):
            yield font.single(glyphs[first], text), xs[first], ys[first]
        elif font.source.compact:
            for index, said in zip(members, [*text[: len(members) - 1], text[len(members) - 1 :]]):
                yield font.single(glyphs[index], said), xs[index], ys[index]
        else:
            advances = [font.source.advance(glyphs[index]) for index in members]
            left = min((xs[index] for index, advance in zip(members, advances, strict=True) if advance), default=xs[first])
            parts = tuple([(glyphs[index], xs[index] - left, ys[index]) for index in members])
            yield font.composite(parts, sum(advances), text), left, 0


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
