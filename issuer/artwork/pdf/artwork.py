"""The artwork of an edition as one form XObject, out of the page that cairo drew of it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pikepdf
import zopfli.zlib
from zlib_ng import zlib_ng

from issuer.artwork.pdf import photographs, repeats, syntax
from issuer.artwork.pdf.copying import Copier

_TOKEN = re.compile(rb"\S+")
_OPERAND = b"-.0123456789[]/<"  # what begins like this is an operand
_PAINT = frozenset(b"f f* S s B B* b b* n".split())
_PATH = frozenset(b"re W W*".split())  # beside those that shapes are made of
_FORM = "/Type/XObject/Subtype/Form"
_SMALL = 1 << 15  # bytes of all streams together that zopfli packs in two seconds at worst, once a template: eight times as many took it 17


def form(drawn: bytes, art: str, width: float, height: float, objects: syntax.Objects) -> int:
    """Add the page to the objects as a form of this size in points. drawn: a PDF of one page; art: the elements of an SVG that cairo drew
    there. Returns the form's number."""
    with pikepdf.open(io.BytesIO(drawn)) as document:
        photographs.restore(document, art)
        page = document.pages[0]
        box = [float(value) for value in page.mediabox]
        content = b"\n".join(stream.read_bytes() for stream in _streams(page.obj.Contents))
        resources = Copier(objects).values(page.obj.get("/Resources", pikepdf.Dictionary()))
    shapes: dict[str, repeats.Shape] = {}
    if b"BI" not in content.split():  # the bytes of an inline picture are no operators
        content, shapes = _shared(content)
    small = len(content) + sum(len(shape.content()) for shape in shapes.values()) <= _SMALL
    if shapes:
        named = "".join(f"{name} {_shape(shape, objects, small=small)} 0 R" for name, shape in shapes.items())
        resources["/XObject"] = f"<<{resources.get('/XObject', '<<>>')[2:-2]}{named}>>"
    listed = "".join(f"{key} {value}" for key, value in resources.items())
    scale = f"[{syntax.exact(width / box[2])} 0 0 {syntax.exact(height / box[3])} 0 0]"
    head = (
        f"{_FORM}/BBox[0 0 {syntax.number(box[2])} {syntax.number(box[3])}]/Matrix{scale}"
        f"/Group<</S/Transparency/CS/DeviceRGB>>/Resources<<{listed}>>/Filter/FlateDecode"
    )
    return objects.stream(head, _packed(content, small=small))


def _streams(contents: pikepdf.Object) -> list[Any]:
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


def _shape(shape: repeats.Shape, objects: syntax.Objects, *, small: bool) -> int:
    return objects.stream(f"{_FORM}/BBox[{shape.box()}]/Filter/FlateDecode", _packed(shape.content(), small=small))


def _packed(content: bytes, *, small: bool) -> bytes:
    """small: whether there is so little that it may be packed as small as can be."""
    return bytes(zopfli.zlib.compress(content)) if small else zlib_ng.compress(content, 9)


def _shared(content: bytes) -> tuple[bytes, dict[str, repeats.Shape]]:
    """The same drawing, shorter, and the shapes that it refers to by name."""
    shapes = repeats.Shapes()
    drawing = _Drawing(shapes)
    for operator, operands in _operations(content):
        drawing.add(operator, operands)
    names: dict[repeats.Shape, str] = {}
    lines: list[bytes] = []
    for line in drawing.lines:
        if isinstance(line, bytes):
            lines.append(line)
        elif shapes.uses[line[0]] == 1:
            lines.append(line[0].content())
        else:
            name = names.setdefault(line[0], f"/Shape{len(names)}")
            lines.append((f"q {line[1]} cm {name} Do Q" if line[1] else f"{name} Do").encode("ascii"))
    return b"\n".join(lines), {name: shape for shape, name in names.items()}


class _Drawing:
    """Takes a drawing operator by operator. lines: what it became; a shape stands beside the operands of cm that put it in its place."""

    def __init__(self, shapes: repeats.Shapes) -> None:
        self.shapes = shapes
        self.lines: list[bytes | tuple[repeats.Shape, str]] = []
        self.path: list[bytes] = []
        self.points: list[float] = []
        self.begun = False  # the path began with operators that are already among the lines

    def add(self, operator: bytes, operands: list[bytes]) -> None:
        """The next operator."""
        if repeats.operands(operator) == len(operands):
            self.path.append(operator)
            self.points.extend(map(float, operands))
        elif operator in _PAINT and self.path and not self.begun:
            self._paint(operator)
        else:
            self._flush()
            self.begun = operator not in _PAINT and (self.begun or operator in _PATH)
            self.lines.append(b" ".join([*operands, operator]))

    def _paint(self, operator: bytes) -> None:
        if self.path[-1] == b"m":  # a move to nowhere, which cairo writes after each closed path
            del self.path[-1], self.points[-2:]
        if not self.path:
            return
        points = np.array(self.points).reshape(-1, 2)
        placed = self.shapes.place((*self.path, operator), points)
        if placed is None:
            self._flush()
            self.lines.append(operator)
        else:
            self.path, self.points = [], []
            self.lines.append(placed)

    def _flush(self) -> None:
        if self.path:
            self.begun = True
            self.lines.extend(repeats.written(tuple(self.path), np.array(self.points).reshape(-1, 2)))
            self.path, self.points = [], []


def _operations(content: bytes) -> Iterator[tuple[bytes, list[bytes]]]:
    operands: list[bytes] = []
    for token in _TOKEN.findall(content):
        if token[0] in _OPERAND or token in (b"true", b"false"):
            operands.append(token)
        else:
            yield token, operands
            operands = []
