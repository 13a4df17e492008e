"""What a page shows, as the operators of a content stream: texts, and the modules of a QR code.

Viewers give the characters of a page from left to right and turn right-to-left words round themselves. So each glyph says what it
stands for, one after another as they stand on the page; where one character became several glyphs, /ActualText says it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

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
        for run in placed.line.runs:
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
    """The glyphs of a run, from its origin."""
    width = font.source.width
    per = 1000 / run.face.upem
    parts, pen, rise, index = ["[<"], 0, 0, 0
    for texts, spoken in _clusters(run):
        if spoken:
            parts.append(f">]TJ\n/Span<</ActualText{syntax.string(spoken)}>>BDC[<")
        for said in texts:
            glyph, x, y = run.glyphs[index], round(run.xs[index] * per), run.ys[index]
            if y != rise:
                parts.append(f">]TJ {number(y * size / run.face.upem)} Ts[<")
                rise = y
            if x != pen:
                parts.append(f">{pen - x}<")
            parts.append(f"{font.code(glyph, said):04x}")
            pen = x + width(glyph)
            index += 1
        if spoken:
            parts.append(">]TJ EMC[<")
    parts.append(">]TJ 0 Ts" if rise else ">]TJ")
    return "".join(parts).replace("[<>]TJ", "").replace("<>", "")


def _clusters(run: Run) -> Iterator[tuple[list[str], str]]:
    """For each cluster from left to right: what each of its glyphs stands for, and what /ActualText must say, or ""."""
    backwards = run.level % 2
    for text, group in groupby(zip(run.clusters, run.texts(), strict=True)):
        said, count = text[1], sum(1 for _ in group)
        if count == 1:
            yield [said], ""
        elif count > len(said):
            yield [said[min(index, len(said) - 1)] for index in range(count)], said
        else:
            letters = [*said[: count - 1], said[count - 1 :]]
            yield (letters[::-1] if backwards else letters), ""


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
