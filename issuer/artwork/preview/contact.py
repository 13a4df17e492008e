"""A contact sheet: many drafts on pages of A4, as PNG for the screen and as PDF with every draft in vectors.

The frame of a page (title, labels) is itself a small template: it gets its fonts and scripts from the same layout as the certificates.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pikepdf
from PIL import Image

from issuer.artwork import svg
from issuer.artwork.compiling import child
from issuer.artwork.sheet import lay_out
from issuer.artwork.template import Template, parse

PAGE_WIDTH, PAGE_HEIGHT = 595.0, 842.0  # points, A4
PIXELS = 1654  # across a page of PNG: 200 dpi
_MARGIN, _TOP, _GAP, _LABEL = 30.0, 74.0, 16.0, 27.0
_AT_LEAST = 12  # drafts on a page
_GOOD, _BAD, _INK = "#5d6673", "#b3261e", "#1c2533"
_LONGEST = 64  # characters of a label


@dataclass(frozen=True, slots=True)
class Shot:
    """A draft as it stands on the sheet. picture: PNG; document: PDF of one page; title: whose it is; note: how it fits; bad: whether
    somebody must do something."""

    picture: bytes
    document: bytes
    title: str
    note: str
    bad: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the drafts of a page stand. width, height: of one; gap: between two rows; in points."""

    columns: int
    rows: int
    width: float
    height: float
    gap: float

    @property
    def cells(self) -> int:
        """How many there are on a page."""
        return self.columns * self.rows

    def corner(self, index: int) -> tuple[float, float]:
        """The upper left corner of a draft, in points from that of the page."""
        row, column = divmod(index, self.columns)
        below = self.height + _LABEL + self.gap
        return _MARGIN + column * (self.width + _GAP), _TOP + row * below


def grid(ratio: float) -> Grid:
    """The largest drafts of which at least a dozen stand on a page. ratio: width by height of a certificate."""
    room = PAGE_HEIGHT - _TOP - _MARGIN
    found = (_with_columns(columns, room, ratio) for columns in itertools.count(1))
    return next(grid for grid in found if grid.cells >= _AT_LEAST)


def _with_columns(columns: int, room: float, ratio: float) -> Grid:
    height = min((PAGE_WIDTH - 2 * _MARGIN - (columns - 1) * _GAP) / columns / ratio, room - _LABEL)
    rows = int((room + _GAP) // (height + _LABEL + _GAP))
    spare = (room - rows * (height + _LABEL)) / max(rows - 1, 1)
    return Grid(columns, rows, height * ratio, height, min(spare, 2 * _GAP))


@dataclass(frozen=True, slots=True)
class _Page:
    """One page: its frame as PDF and PNG, and the drafts on it."""

    frame: child.Drawn
    shots: tuple[Shot, ...]


class ContactSheet:
    """The pages of a contact sheet. title, about: stand above each page; ratio: width by height of a draft; shots: at least one."""

    def __init__(self, title: str, about: str, ratio: float, shots: Sequence[Shot]) -> None:
        self._grid = grid(ratio)
        cells = self._grid.cells
        parts = [tuple(shots[start : start + cells]) for start in range(0, len(shots), cells)]
        self._pages = [
            _Page(self._frame(title, f"{about} · page {number} of {len(parts)}" if len(parts) > 1 else about, part), part)
            for number, part in enumerate(parts, start=1)
        ]

    def _frame(self, title: str, about: str, shots: tuple[Shot, ...]) -> child.Drawn:
        fields = {"title": title, "url": about}
        for index, shot in enumerate(shots):
            fields |= {f"name{index}": _short(shot.title), f"{'bad' if shot.bad else 'good'}{index}": _short(shot.note)}
        sheet = lay_out(_template(self._grid, len(shots)), fields, language=None, url=about)
        return _drawn(svg.write(svg.plate(sheet.edition), sheet))

    def pictures(self) -> Iterator[bytes]:
        """Each page as a PNG."""
        zoom = PIXELS / PAGE_WIDTH
        size = (round(self._grid.width * zoom), round(self._grid.height * zoom))
        for page in self._pages:
            frame = Image.open(io.BytesIO(page.frame.bitmaps[0])).convert("RGBA")
            picture = Image.new("RGB", frame.size, "white")
            picture.paste(frame, mask=frame)
            for index, shot in enumerate(page.shots):
                draft = Image.open(io.BytesIO(shot.picture)).convert("RGB").resize(size, Image.Resampling.LANCZOS)
                x, y = self._grid.corner(index)
                picture.paste(draft, (round(x * zoom), round(y * zoom)))
            sink = io.BytesIO()
            picture.save(sink, "PNG")
            yield sink.getvalue()

    def document(self) -> bytes:
        """All pages as one PDF."""
        with pikepdf.new() as pdf:
            shared: dict[bytes, pikepdf.Object] = {}
            for page in self._pages:
                self._add(pdf, page, shared)
            sink = io.BytesIO()
            pdf.save(sink, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return sink.getvalue()

    def _add(self, pdf: pikepdf.Pdf, page: _Page, shared: dict[bytes, pikepdf.Object]) -> None:
        """shared: streams of the forms so far, by content: drafts have their artwork in common."""
        forms = pikepdf.Dictionary(Frame=_form(pdf, page.frame.pdf, shared))
        box = forms.Frame.BBox
        drawn = [f"q {PAGE_WIDTH / float(box[2]):.6f} 0 0 {PAGE_HEIGHT / float(box[3]):.6f} 0 0 cm /Frame Do Q"]
        for index, shot in enumerate(page.shots):
            form = forms[f"/D{index}"] = _form(pdf, shot.document, shared)
            x, y = self._grid.corner(index)
            zoom_x, zoom_y = self._grid.width / float(form.BBox[2]), self._grid.height / float(form.BBox[3])
            drawn.append(f"q {zoom_x:.6f} 0 0 {zoom_y:.6f} {x:.3f} {PAGE_HEIGHT - y - self._grid.height:.3f} cm /D{index} Do Q")
        pdf.add_blank_page(page_size=(PAGE_WIDTH, PAGE_HEIGHT))
        added = pdf.pages[-1].obj
        added.Resources = pikepdf.Dictionary(XObject=forms)
        added.Contents = pikepdf.Stream(pdf, "\n".join(drawn).encode("ascii"))


@lru_cache(maxsize=16)
def _drawn(frame: bytes) -> child.Drawn:
    """The frame of a page. It stays as it is while somebody works at the template."""
    return child.draw(frame, (PIXELS,))


def _form(pdf: pikepdf.Pdf, document: bytes, shared: dict[bytes, pikepdf.Object]) -> pikepdf.Object:
    """The first page of a document as a form. What it has in common with earlier ones is not written twice."""
    with pikepdf.open(io.BytesIO(document)) as source:
        form = pdf.copy_foreign(source.pages[0].as_form_xobject())
    inner = form.Resources.get("/XObject", pikepdf.Dictionary())
    for name, part in inner.items():
        inner[name] = shared.setdefault(part.read_raw_bytes(), part)
    return form


@lru_cache(maxsize=8)
def _template(grid: Grid, count: int) -> Template:
    """The frame of a page with so many drafts."""
    right = PAGE_WIDTH - 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{PAGE_WIDTH}pt" height="{PAGE_HEIGHT}pt"'
        f' viewBox="0 0 {PAGE_WIDTH} {PAGE_HEIGHT}" font-family="sans-serif" fill="{_INK}">',
        _text(_MARGIN, 44, 15, right, "title", _INK),
        _text(_MARGIN, 60, 8, right, "url", _GOOD),
    ]
    for index in range(count):
        x, y = grid.corner(index)
        parts.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{grid.width:.2f}" height="{grid.height:.2f}" fill="none" stroke="#c9d0d9"'
            ' stroke-width="1.2"/>'
        )
        under = y + grid.height
        parts.append(_text(x, under + 12, 8, grid.width, f"name{index}", _INK))
        parts.append(_text(x, under + 22, 6.5, grid.width, f"good{index}", _GOOD))
        parts.append(_text(x, under + 22, 6.5, grid.width, f"bad{index}", _BAD))
    return parse("".join([*parts, "</svg>"]).encode(), shown_as="contact-sheet.svg")


def _text(x: float, y: float, size: float, width: float, field: str, fill: str) -> str:
    box = f"{x:.2f} {y - 1.6 * size:.2f} {width:.2f} {2.4 * size:.2f}"
    return f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}" fill="{fill}" data-box="{box}" data-min-size="4">{{{{ {field} }}}}</text>'


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
