"""What a page shows, as the operators of a content stream: texts, and the modules of a QR code.

The operators stand in the order in which the page is read: ISO 32000-1 section 14.8.2.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from issuer.artwork.edition import Text
from issuer.artwork.pdf import signs, syntax
from issuer.artwork.pdf.fonts import Font, source
from issuer.artwork.pdf.syntax import exact, number
from issuer.artwork.qr import Symbol
from issuer.artwork.template import Template
from issuer.artwork.template.slots import Code
from issuer.artwork.template.transforms import Matrix, multiply
from issuer.artwork.text.fonts import Face
from issuer.artwork.text.shaping import Run

_FLIP: Matrix = (1.0, 0.0, 0.0, -1.0, 0.0, 0.0)
_MOST = 256  # stages that are kept: a batch in 30 languages has 180

_start = attrgetter("start")


@dataclass(slots=True, eq=False)
class Stage:
    """How far the texts of a file are written. fonts: what they have shown so far; letter: what the fonts' names begin with.

    The certificates of a batch have most texts in common. A stage keeps what follows: for each text its operators and the next stage.
    """

    letter: str
    page: Matrix
    fonts: dict[Face, Font] = field(default_factory=dict)
    after: dict[object, tuple[object, str, Stage]] = field(default_factory=dict)
    first: Stage | None = None
    kept: int = 0  # by the first stage: how many follow it

    def text(self, text: Text, *, keep: bool) -> tuple[str, Stage]:
        """The operators of a text, from BT to ET, and the stage that they lead to. keep: other files will have the same text here."""
        known = self.after.get(id(text.placed))
        if known is not None and known[0] is text.placed:
            return known[1:]
        stage = self._next()
        operators = "\n".join(["BT", *stage.lines(text), "ET"])
        if keep:
            self._keep(id(text.placed), text.placed, operators, stage)
        return operators, stage

    def expect(self, face: Face, characters: str) -> Stage:
        """The stage at which a font also has these characters."""
        known = self.after.get((face, characters))
        if known is not None:
            return known[2]
        stage = self._next()
        stage.font(face).expect(characters)
        self._keep((face, characters), face, "", stage)
        return stage

    def _next(self) -> Stage:
        return Stage(self.letter, self.page, self.fonts.copy(), first=self.first or self)

    def _keep(self, key: object, of: object, operators: str, stage: Stage) -> None:
        """of: what an id in the key is that of; it must live as long."""
        first = self.first or self
        if first.kept >= _MOST:
            first.kept = 0
            first.after.clear()
        first.kept += 1
        self.after[key] = of, operators, stage

    def lines(self, text: Text) -> Iterable[str]:
        """The operators of a text's lines, in fonts that show them from now on."""
        matrix, size = multiply(self.page, text.block.matrix), text.placed.size
        look: tuple[str, str] | None = None
        own: dict[Face, Font] = {}
        for placed in text.placed.lines:
            for run in sorted(placed.line.runs, key=_start):
                font = own.get(run.face) or own.setdefault(run.face, self.font(run.face))
                if look != (look := (f"{font.name} {number(run.scale * run.face.upem * size)} Tf", f"{colour(run.fill)} rg")):
                    yield from look
                a, b, c, d, e, f = multiply(multiply(matrix, (1.0, 0.0, 0.0, 1.0, placed.x + run.x * size, placed.baseline)), _FLIP)
                yield f"{exact(a)} {exact(b)} {exact(c)} {exact(d)} {number(e)} {number(f)} Tm"
                yield _backwards(run, font, run.scale * size) if run.level % 2 else _forwards(run, font)

    def font(self, face: Face) -> Font:
        """A font that this stage may show more of."""
        known = self.fonts.get(face)
        made = Font(f"/{self.letter}{len(self.fonts)}", source(face)) if known is None else known.copy()
        self.fonts[face] = made
        return made

    def write(self, objects: syntax.Objects) -> str:
        """Add the fonts to a file. Returns the entries of the page's /Font resource."""
        return "".join([font.write(objects) for font in self.fonts.values()])


def _forwards(run: Run, font: Font) -> str:
    """The glyphs of a run from left to right, as one array."""
    per = 1000 / run.face.upem
    parts, pen = ["[<"], 0
    for sign, right in signs.forwards(run, font):
        x = round(right * per)
        if x != pen:
            parts.append(f">{pen - x}<")
        parts.append(sign.code)
        pen = x + sign.width
    parts.append(">]TJ")
    shown = "".join(parts).replace("<>", "")
    words = run.text.split(" ")
    if 1 < len(words) == len(run.text) // 2 + 1:  # poppler takes words of one letter for one word whose letters are spaced
        return f"/Span<</ActualText{syntax.string(run.text)}>>BDC {shown} EMC"
    return shown


def _backwards(run: Run, font: Font, scale: float) -> str:
    """The glyphs of a run from right to left, one by one: pdfium puts in order what is shown by different operators, and nothing else."""
    parts, pen = [], 0.0
    for sign, right in signs.backwards(run, font):
        x = round(right * scale, 2)
        parts.append(f"{number(x - pen)} 0 Td<{sign.code}>Tj")
        pen = x
    return "\n".join(parts)


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


def symbol(code: Code, shown: Symbol, page: Matrix) -> str:
    """A QR code on its ground."""
    step = code.size / shown.width
    a, b, c, d, e, f = multiply(page, (step, 0.0, 0.0, step, code.x, code.y))
    place = f"{exact(a)} {exact(b)} {exact(c)} {exact(d)} {number(e)} {number(f)} cm"
    ground = f"{colour(code.light)} rg 0 0 {shown.width} {shown.width} re f"
    return f"q {place}\n{ground}\n{colour(code.dark)} rg\n{shown.rectangles()}f Q"


def marked(kind: str, mark: int, operators: str) -> str:
    """Operators as a piece of content that a structure element refers to. kind: its structure type."""
    return f"/{kind}<</MCID {mark}>>BDC {operators} EMC"
