"""The artwork of an edition as one form XObject, out of the page that cairo drew of it."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
import zopfli.zlib

from issuer.artwork.pdf import syntax

_TOKEN = re.compile(rb"[^\s]+")
_OPERAND = b"-.0123456789[]/<"  # what begins like this is an operand
_PATH = frozenset(b"m l c v y re".split())
_PAINT = frozenset(b"f f* S B B*".split())


def form(drawn: bytes, width: float, height: float, objects: syntax.Objects) -> int:
    """Add the page to the objects as a form of this size in points. drawn: a PDF of one page. Returns the form's number."""
    with pikepdf.open(io.BytesIO(drawn)) as document:
        page = document.pages[0]
        box = [float(value) for value in page.mediabox]
        content = b"\n".join(stream.read_bytes() for stream in _streams(page.obj.Contents))
        resources = _Copier(objects).value(page.obj.get("/Resources", pikepdf.Dictionary()))
    scale = f"[{syntax.exact(width / box[2])} 0 0 {syntax.exact(height / box[3])} 0 0]"
    head = (
        f"/Type/XObject/Subtype/Form/BBox[0 0 {syntax.number(box[2])} {syntax.number(box[3])}]/Matrix{scale}"
        f"/Group<</S/Transparency/CS/DeviceRGB>>/Resources{resources}/Filter/FlateDecode"
    )
    return objects.stream(head, zopfli.zlib.compress(shortened(content)))


def _streams(contents: pikepdf.Object) -> list[Any]:
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


def shortened(content: bytes) -> bytes:
    """Path operators with two decimals, 1/7200 inch: cairo writes six digits, which doubles the file. Matrices and colours stay."""
    if b"BI" in content.split():  # an inline picture: its bytes are no numbers
        return content
    lines: list[bytes] = []
    operands: list[bytes] = []
    for token in _TOKEN.findall(content):
        operands.append(token)
        if token[0] in _OPERAND or token in (b"true", b"false"):
            continue
        if token in _PATH:
            operands[:-1] = [_short(operand) for operand in operands[:-1]]
        elif token in _PAINT and lines[-1:] and lines[-1].endswith(b" m"):  # a move to nowhere, after each closed path
            lines.pop()
        lines.append(b" ".join(operands))
        operands = []
    return b"\n".join([*lines, *operands])


def _short(operand: bytes) -> bytes:
    return syntax.number(float(operand)).encode("ascii")


class _Copier:
    """Writes objects of another document, and what they refer to, into ours."""

    def __init__(self, objects: syntax.Objects) -> None:
        self.objects = objects
        self.known: dict[tuple[int, int], int] = {}

    def value(self, found: Any) -> str:
        """An object as text. What must be an object of its own is added, and referred to."""
        if isinstance(found, pikepdf.Stream):
            return f"{self.stream(found)} 0 R"
        if isinstance(found, pikepdf.Dictionary):
            return f"<<{self.entries(found)}>>"
        if isinstance(found, pikepdf.Array):
            return f"[{' '.join(self.value(item) for item in found.as_list())}]"
        if isinstance(found, pikepdf.Object):
            return found.unparse().decode("latin-1")
        return _scalar(found)

    def entries(self, found: Any) -> str:
        """PDF/A wants pictures drawn as they are: ISO 19005-3, 6.2.8."""
        kept = {key: value for key, value in found.as_dict().items() if key not in ("/Length", "/Interpolate", "/Parent")}
        return "".join(f"{key} {self.value(value)}" for key, value in kept.items())

    def stream(self, found: pikepdf.Stream) -> int:
        number = self.known.get(found.objgen)
        if number is None:
            data = found.read_raw_bytes()
            head = self.entries(found.stream_dict)
            number = self.known[found.objgen] = self.objects.stream(head, data)
        return number


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
