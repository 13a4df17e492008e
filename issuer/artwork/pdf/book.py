"""A PDF whose pages show pages of other documents. It grows on the disk page by page, so that its length costs no memory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from typing import BinaryIO, NamedTuple

import pikepdf

from issuer.artwork.pdf import syntax
from issuer.artwork.pdf.copying import Copier
from issuer.artwork.pdf.syntax import Objects, exact, number

_CATALOG, _PAGES, _FIRST = 1, 2, 3


class Drawing(NamedTuple):
    """document: a PDF, of which the first page is shown; left, bottom, width, height: where, in points."""

    document: bytes
    left: float
    bottom: float
    width: float
    height: float


class Book:
    """A PDF while it is written. What a page has in common with the one before it, such as artwork and fonts, is written once.

    sink: at its beginning. In memory stay 7 bytes for each object, and digests of what the last page showed.
    """

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self._at = 0
        self._next = _FIRST
        self._entries = bytearray()  # of the cross-reference stream, for the objects from _FIRST on
        self._pages: list[int] = []
        self._known: dict[bytes, int] = {}
        self._digest = hashlib.sha256()
        self._write(syntax.HEADER)

    def page(self, width: float, height: float, drawings: Iterable[Drawing]) -> None:
        """Add a page of this size in points, with drawings on it."""
        objects = Objects(self._next)
        copier = Copier(objects, self._known, indirect=True)
        forms, operators = [], []
        for index, drawing in enumerate(drawings):
            form, wide, high = _form(copier, drawing.document)
            zoom = f"{exact(drawing.width / wide)} 0 0 {exact(drawing.height / high)} {number(drawing.left)} {number(drawing.bottom)}"
            forms.append(f"/D{index} {form} 0 R")
            operators.append(f"q {zoom} cm /D{index} Do Q")
        content = objects.packed("", "\n".join(operators).encode("ascii"))
        page = objects.add(
            f"<</Type/Page/Parent {_PAGES} 0 R/MediaBox[0 0 {number(width)} {number(height)}]/Contents {content} 0 R"
            f"/Resources<</XObject<<{''.join(forms)}>>>>/Group<</S/Transparency/CS/DeviceRGB>>>>"
        )
        self._pages.append(page)
        self._known = copier.used
        entries = self._put(objects)
        self._entries += b"".join(entries[index] for index in range(self._next, objects.next))
        self._next = objects.next

    def close(self) -> None:
        """Write what stands behind the last page. The sink stays open."""
        objects = Objects(self._next)
        objects.put(_CATALOG, f"<</Type/Catalog/Pages {_PAGES} 0 R>>")
        kids = " ".join([f"{page} 0 R" for page in self._pages])
        objects.put(_PAGES, f"<</Type/Pages/Kids[{kids}]/Count {len(self._pages)}>>")
        entries = self._put(objects)
        low, last = [entries[_CATALOG], entries[_PAGES]], [entries[index] for index in range(self._next, objects.next)]
        name = self._digest.hexdigest()[:32]
        more = f"/Root {_CATALOG} 0 R/ID[<{name}><{name}>]"
        self._write(syntax.cross_references(objects.next, self._at, [*low, bytes(self._entries), *last], more))

    def _put(self, objects: Objects) -> dict[int, bytes]:
        body, entries = objects.written(self._at)
        self._write(body)
        return entries

    def _write(self, data: bytes) -> None:
        self._sink.write(data)
        self._digest.update(data)
        self._at += len(data)


def _form(copier: Copier, document: bytes) -> tuple[int, float, float]:
    """Add the first page of a document as a form. Returns its number, width and height."""
    with pikepdf.open(io.BytesIO(document)) as source:
        form = source.pages[0].as_form_xobject()
        _, _, width, height = map(float, form.BBox)
        return copier.objects.packed(copier.entries(form.stream_dict), form.read_bytes()), width, height
