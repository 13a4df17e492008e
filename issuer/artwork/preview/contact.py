"""A contact sheet: many drafts on pages of A4, as PNG for the screen and as PDF with every draft in vectors.

The frame of a page (title, labels) is itself a small template: it gets its fonts and scripts from the same layout as the certificates.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

import numpy as np
from PIL import Image

from issuer.artwork import pdf
from issuer.artwork.compiling import art
from issuer.artwork.compiling.store import Store
from issuer.artwork.png import Frame, picture
from issuer.artwork.sheet import Sheet, lay_out
from issuer.artwork.template import Template, parse

PAGE_WIDTH, PAGE_HEIGHT = 595.0, 842.0  # points, A4
PIXELS = 1654  # across a page of PNG: 200 dpi
_MARGIN, _TOP, _GAP, _LABEL = 30.0, 74.0, 16.0, 27.0
_AT_LEAST = 12  # drafts on a page
_GOOD, _BAD, _INK = "#5d6673", "#b3261e", "#1c2533"
_LONGEST = 64  # characters of a label
_SOME_DAY = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # that the frame's own file names: only its page is taken
_HIGH = round(PIXELS * PAGE_HEIGHT / PAGE_WIDTH)
_ZOOM = PIXELS / PAGE_WIDTH  # pixels for a point
_ON_SCREEN = Frame(PIXELS, _HIGH, 0, 0, PIXELS, _HIGH, _ZOOM, 0.0, 0.0, round(_ZOOM * 72 / 0.0254), "#ffffff")


@dataclass(frozen=True, slots=True)
class Shot:
    """A draft as it stands on the sheet. picture: PNG; document: PDF of one page; line: of the roster; name: the recipient's; note: how it
    fits; bad: whether somebody must do something."""

    picture: bytes
    document: bytes
    line: int
    name: str
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


class ContactSheet:
    """The pages of a contact sheet, drawn one after another. title, about: stand above each page; ratio: width by height of a draft; count:
    of all drafts, at least one; store: where the frame's plates are kept."""

    def __init__(self, title: str, about: str, ratio: float, count: int, store: Store) -> None:
        self._title, self._about, self._store = title, about, store
        self._grid = grid(ratio)
        self._pages = -(-count // self._grid.cells)

    def pages(self, shots: Iterable[Shot], document: BinaryIO) -> Iterator[bytes]:
        """Each page as a PNG; document gets all of them as one PDF. Takes as many drafts at a time as stand on a page."""
        book, waiting = pdf.Book(document), iter(shots)
        for number in range(1, self._pages + 1):
            part = tuple(itertools.islice(waiting, self._grid.cells))
            frame = self._frame(number, part)
            book.page(PAGE_WIDTH, PAGE_HEIGHT, self._drawings(frame, part))
            yield self._picture(frame, part)
        book.close()

    def _frame(self, number: int, shots: Sequence[Shot]) -> Sheet:
        about = f"{self._about} · page {number} of {self._pages}" if self._pages > 1 else self._about
        fields = {"title": self._title, "url": about}  # a template must show `url`
        for index, shot in enumerate(shots):
            fields |= {
                f"line{index}": f"{shot.line}",
                f"name{index}": _short(shot.name),
                f"{'bad' if shot.bad else 'good'}{index}": _short(shot.note),
            }
        return lay_out(_template(self._grid, len(shots)), fields, language=None, url=about)

    def _drawings(self, frame: Sheet, shots: Sequence[Shot]) -> Iterator[pdf.Drawing]:
        written = pdf.write(pdf.plate(frame.edition, self._store), frame, credential=None, created=_SOME_DAY)
        yield pdf.Drawing(written, 0, 0, PAGE_WIDTH, PAGE_HEIGHT)
        for index, shot in enumerate(shots):
            x, y = self._grid.corner(index)
            yield pdf.Drawing(shot.document, x, PAGE_HEIGHT - y - self._grid.height, self._grid.width, self._grid.height)

    def _picture(self, frame: Sheet, shots: Sequence[Shot]) -> bytes:
        size = (round(self._grid.width * _ZOOM), round(self._grid.height * _ZOOM))
        lines = Image.open(io.BytesIO(art.bitmap(frame.edition, self._store, PIXELS))).convert("RGBA")
        ground = Image.new("RGB", lines.size, "white")
        ground.paste(lines, mask=lines)
        page = Image.fromarray(picture.inked(np.asarray(ground), frame.texts, _ON_SCREEN))
        for index, shot in enumerate(shots):
            draft = Image.open(io.BytesIO(shot.picture)).convert("RGB").resize(size, Image.Resampling.LANCZOS)
            x, y = self._grid.corner(index)
            page.paste(draft, (round(x * _ZOOM), round(y * _ZOOM)))
        sink = io.BytesIO()
        page.save(sink, "PNG")
        return sink.getvalue()


@lru_cache(maxsize=8)
def _template(grid: Grid, count: int) -> Template:
    """The frame of a page with so many drafts."""
    right = PAGE_WIDTH - 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{PAGE_WIDTH}pt" height="{PAGE_HEIGHT}pt"'
        f' viewBox="0 0 {PAGE_WIDTH} {PAGE_HEIGHT}" font-family="sans-serif" fill="{_INK}">',
        _text(_MARGIN, 44, 15, right, "{{ title }}", _INK),
        _text(_MARGIN, 60, 8, right, "{{ url }}", _GOOD),
    ]
    for index in range(count):
        x, y = grid.corner(index)
        parts.append(
            f'<rect x="{x:.2f}" y="{y:.2f}" width="{grid.width:.2f}" height="{grid.height:.2f}" fill="none" stroke="#c9d0d9"'
            ' stroke-width="1.2"/>'
        )
        under = y + grid.height
        parts.append(_text(x, under + 12, 8, grid.width, f"line {{{{ line{index} }}}} · {{{{ name{index} }}}}", _INK))
        parts.append(_text(x, under + 22, 6.5, grid.width, f"{{{{ good{index} }}}}", _GOOD))
        parts.append(_text(x, under + 22, 6.5, grid.width, f"{{{{ bad{index} }}}}", _BAD))
    return parse("".join([*parts, "</svg>"]).encode(), shown_as="contact-sheet.svg")


def _text(x: float, y: float, size: float, width: float, words: str, fill: str) -> str:
    box = f"{x:.2f} {y - 1.6 * size:.2f} {width:.2f} {2.4 * size:.2f}"
    return f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}" fill="{fill}" data-box="{box}" data-min-size="4">{words}</text>'


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
