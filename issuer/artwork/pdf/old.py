"""Writing the PDF of a certificate from its SVG: the artwork once per template through CairoSVG, the rest directly.

`svg.draw` writes artwork that all certificates of a template share, then a group of outlines. The artwork becomes a form
that is kept; the outlines become PDF path operators, and what they say becomes a layer of invisible text, so that
search, copying and screen readers get the name in every script. Equal SVG, attachment and date give equal bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import pikepdf
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pikepdf import Array, Dictionary, Name, Stream, String

from issuer.artwork import textlayer
from issuer.artwork.compiling import child
from issuer.artwork.svg import ART_GROUP, TEXT_GROUP, WORDS_GROUP
from issuer.errors import FormatError

_SVG = "{http://www.w3.org/2000/svg}"
_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_HEAD = re.compile(rb'<svg [^>]*?width="([\d.]+)pt" height="([\d.]+)pt" viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"')
_ROOT = b'<svg xmlns="http://www.w3.org/2000/svg">'
_PATH_LINE = re.compile(rb"(?:-?[\d.]+ ){2,6}[mlc]\b")
_LONG = re.compile(rb"-?\d*\.\d{3,}")
_ANYWHERE = Array([-20000, -20000, 20000, 20000])
_FILE = "credential.json"


@dataclass(frozen=True, slots=True)
class _Page:
    """width, height: points; the viewBox as x, y and the points per unit."""

    width: float
    height: float
    x: float
    y: float
    scale: float


def draw(svg: bytes, *, title: str, author: str, language: str, attachment: bytes, created: datetime) -> bytes:
    """A PDF of what `svg.draw` wrote. language: BCP 47; attachment: credential.json; created: aware. Raises FormatError for another SVG."""
    page, art, groups = _split(svg)
    with pikepdf.new() as pdf, pikepdf.open(io.BytesIO(_artwork(page, art))) as source:
        sheet = _Sheet(_outlines(groups))
        lines = [sheet.group(group) for group in groups if group.tag == f"{_SVG}g"]
        units = f"{_n(page.scale)} 0 0 {_n(-page.scale)} {_n(-page.x * page.scale)} {_n(page.height + page.y * page.scale)} cm\n"
        body = f"q /Art Do Q\nq\n{units}{''.join(lines)}Q\n"
        pdf.add_blank_page(page_size=(page.width, page.height))
        first = pdf.pages[0].obj
        forms = Dictionary(Art=pdf.copy_foreign(source.Root.Art))
        for name, data in sheet.used.items():
            forms[f"/{name}"] = Stream(pdf, data, Type=Name.XObject, Subtype=Name.Form, BBox=_ANYWHERE)
        first.Resources = Dictionary(XObject=forms, Font=sheet.layer.fonts(pdf))
        first.Contents = Stream(pdf, body.encode("ascii"))
        if sheet.links:
            first.Annots = Array([pdf.make_indirect(_link(url, box, page)) for url, box in sheet.links])
        _describe(pdf, title, author, language, created)
        _attach(pdf, attachment, created)
        sink = io.BytesIO()
        pdf.save(sink, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, min_version="1.7")
    return sink.getvalue()


def _split(svg: bytes) -> tuple[_Page, bytes, list[Element]]:
    """The page, the shared artwork, and the texts and the QR code of the certificate with the outlines that they use."""
    head = _HEAD.search(svg)
    before, marker, tail = svg.rpartition(TEXT_GROUP.encode())
    middle, inner, words = before.rpartition(WORDS_GROUP.encode())
    start = middle.find(ART_GROUP.encode())
    if head is None or not marker or not inner or start < 0:
        raise FormatError("this SVG is not a certificate that issuer drew", hint="draw it again with draw_svg")
    width, height, x, y, wide, _high = map(float, head.groups())
    try:
        root = fromstring(_ROOT + marker + tail)
        fixed = _words(inner + words)
    except (ParseError, DefusedXmlException) as error:
        raise FormatError(f"this SVG cannot be read: {error}", hint="draw it again with draw_svg") from error
    return _Page(width, height, x, y, width / wide), middle[start:], [*fixed, *root[0]]


@lru_cache(maxsize=8)
def _words(group: bytes) -> tuple[Element, ...]:
    """The texts that all certificates of a template share."""
    return tuple(fromstring(_ROOT + group + b"</svg>")[0])


@lru_cache(maxsize=8)
def _artwork(page: _Page, art: bytes) -> bytes:
    """The artwork as a PDF whose catalog holds it as the form /Art."""
    wide, high = page.width / page.scale, page.height / page.scale
    size = f'width="{page.width}pt" height="{page.height}pt" viewBox="{page.x} {page.y} {wide} {high}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    drawn = child.draw(head.encode() + art + b"</svg>").pdf
    with pikepdf.open(io.BytesIO(drawn)) as source, pikepdf.new() as pdf:
        first = source.pages[0]
        form = pdf.copy_foreign(first.as_form_xobject())
        form.write(_rounded(form.read_bytes()))
        box = [float(value) for value in first.mediabox]
        form.Matrix = Array([_exact(page.width / box[2]), 0, 0, _exact(page.height / box[3]), 0, 0])
        pdf.Root.Art = form
        sink = io.BytesIO()
        pdf.save(sink, deterministic_id=True, recompress_flate=True)
    return sink.getvalue()


def _rounded(content: bytes) -> bytes:
    """Path operators with two decimals, 1/7200 inch: cairo writes six, which doubles the file. Matrices and colours stay."""
    if b" BI\n" in content or b"\nBI" in content:  # an inline picture: its bytes are no numbers
        return content
    return _PATH_LINE.sub(lambda match: _LONG.sub(lambda number: _n(float(number.group())).encode(), match.group()), content)


def _exact(value: float) -> Any:
    return pikepdf.Object.parse(f"{value:.6f}".encode())


class _Sheet:
    """Writes the page's own content, in the units of the viewBox, y downwards. outlines: path data by id."""

    def __init__(self, outlines: dict[str, str]) -> None:
        self.outlines = outlines
        self.layer = textlayer.Layer()
        self.links: list[tuple[str, tuple[float, ...]]] = []
        self.used: dict[str, bytes] = {}

    def group(self, group: Element) -> str:
        """A line of text or the QR code."""
        inside = self.element(group, "0 0 0 rg\n")
        if group.get("data-line"):
            x, baseline, size, width = map(float, group.get("data-line", "").split())
            inside += f"q\n{_matrix(group)}{self.layer.line(group.get('aria-label', ''), x, baseline, size, width)}Q\n"
        if group.get("data-link"):
            self.links.append((group.get("data-link", ""), tuple(map(float, group.get("data-box", "").split()))))
        return inside

    def element(self, element: Element, colour: str) -> str:
        """A <g>, <use> or <path> as svg.py writes them. A glyph becomes a form: drawn often, stored once."""
        fill = element.get("fill")
        if fill:
            colour = " ".join(_n(int(fill[at : at + 2], 16) / 255) for at in (1, 3, 5)) + " rg\n"
        if element.tag == f"{_SVG}path":
            return f"{colour}{operators(element.get('d', ''))}f\n"
        if element.tag == f"{_SVG}use":
            name = element.get("href", "")[1:]
            self.used.setdefault(name, f"{operators(self.outlines[name])}f".encode("ascii"))
            return f"q 1 0 0 1 {element.get('x', '0')} {element.get('y', '0')} cm /{name} Do Q\n"
        inside = "".join(self.element(child, colour) for child in element)
        return f"q\n{_matrix(element)}{colour if fill else ''}{inside}Q\n"


def _matrix(element: Element) -> str:
    turned = element.get("transform", "")
    return " ".join(_NUMBER.findall(turned)) + " cm\n" if turned else ""


def _outlines(groups: Iterable[Element]) -> dict[str, str]:
    return {path.get("id", ""): path.get("d", "") for group in groups if group.tag == f"{_SVG}defs" for path in group}


@lru_cache(maxsize=4096)
def operators(data: str) -> str:
    """SVG path data, as outlines.py and qr.py write it, to PDF path operators (ISO 32000-1, 8.5.2). Quadratics become cubics.

    Units are font units or modules: control points are rounded to whole ones, a thousandth of the letter's size.
    """
    out: list[str] = []
    x = y = start_x = start_y = 0.0
    for command, numbers in _commands(data):
        if command == "z":
            out.append("h")
            x, y = start_x, start_y
        elif command in "Mm":
            x, y = (numbers[0], numbers[1]) if command == "M" else (x + numbers[0], y + numbers[1])
            start_x, start_y = x, y
            out.append(f"{_n(x)} {_n(y)} m")
        elif command in "lhv":
            x += numbers[0] if command != "v" else 0.0
            y += numbers[-1] if command != "h" else 0.0
            out.append(f"{_n(x)} {_n(y)} l")
        else:
            (ax, ay), (bx, by), (dx, dy) = _controls(numbers)
            out.append(f"{x + ax:.0f} {y + ay:.0f} {x + bx:.0f} {y + by:.0f} {x + dx:.0f} {y + dy:.0f} c")
            x, y = x + dx, y + dy
    return "\n".join(out) + "\n"


def _controls(numbers: list[float]) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    if len(numbers) == 6:
        return (numbers[0], numbers[1]), (numbers[2], numbers[3]), (numbers[4], numbers[5])
    qx, qy, dx, dy = numbers
    return (qx * 2 / 3, qy * 2 / 3), (dx + (qx - dx) * 2 / 3, dy + (qy - dy) * 2 / 3), (dx, dy)


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    command, numbers = "", list[float]()
    for token in _TOKEN.findall(data):
        if token.isalpha():
            if command:
                yield command, numbers
            command, numbers = token, []
        else:
            numbers.append(float(token))
    if command:
        yield command, numbers


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") or "0"


def _link(url: str, box: tuple[float, ...], page: _Page) -> Dictionary:
    left, size = (box[0] - page.x) * page.scale, box[2] * page.scale
    top = page.height - (box[1] - page.y) * page.scale
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=Array([_exact(value) for value in (left, top - size, left + size, top)]),
        Border=Array([0, 0, 0]),
        Contents=String(url),
        F=4,
        A=Dictionary(Type=Name.Action, S=Name.URI, URI=String(url)),
    )


def _describe(pdf: pikepdf.Pdf, title: str, author: str, language: str, created: datetime) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:creator"] = [author]
        metadata["dc:language"] = {language}
        metadata["xmp:CreateDate"] = metadata["xmp:ModifyDate"] = created.isoformat()
        metadata["pdf:Producer"] = "issuer"
    date = created.strftime("D:%Y%m%d%H%M%S") + "+00'00'"
    pdf.docinfo = pdf.make_indirect(
        Dictionary(Title=String(title), Author=String(author), Producer=String("issuer"), CreationDate=String(date), ModDate=String(date))
    )
    pdf.Root.Lang = String(language)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def _attach(pdf: pikepdf.Pdf, data: bytes, created: datetime) -> None:
    """The credential as an associated file of the document, ISO 32000-2, 14.13."""
    file = pikepdf.AttachedFileSpec(
        pdf,
        data,
        filename=_FILE,
        description="The signed Open Badges 3.0 credential of this certificate",
        mime_type="application/json",
        creation_date=created.strftime("D:%Y%m%d%H%M%S") + "+00'00'",
        mod_date=created.strftime("D:%Y%m%d%H%M%S") + "+00'00'",
        relationship=Name.Data,  # type: ignore[call-arg]  # its stub is older than it is
    )
    pdf.attachments[_FILE] = file
    pdf.Root.AF = Array([file.obj])
