"""Whether texts and the QR code stand where they can: off the edge, off one another, and with room for ordinary words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from issuer.artwork import qr
from issuer.artwork.lint import places
from issuer.artwork.lint.places import Area, Inked
from issuer.artwork.sheet import Sheet
from issuer.artwork.template import Template, shapes
from issuer.artwork.template.blocks import Block
from issuer.artwork.template.shapes import Shape
from issuer.errors import Place
from issuer.roster.findings import Code, Finding, finding

MILLIMETRE = 72 / 25.4  # points
_MARGIN = 5.0  # millimetres: what printers leave white
_CODE_MARGIN = 3.0  # millimetres from its outermost modules
_SMALL_PAGE = 0.03  # of the shorter side of a page on which 5 mm would be much
_SCAN = 200.0  # millimetres from which a code is scanned when the template does not say
_PER_DISTANCE = 0.1  # a code's side, of the distance: the rule of thumb of ISO/IEC 18004 users
_MODULE = 0.4  # millimetres
_HAIR = 0.5  # points that do not matter
_SMALLER = 0.8  # of its size: what a text keeps that is only fitted a little
_WHOLE = 0.9  # of the page's width: a panel so wide is the page, less its frame
_TOUCH = 0.15  # of a line's height that ink may share with another line: descenders among ascenders


def off_the_edge(sheets: Sequence[Sheet], shown_as: str) -> Iterator[Finding]:
    """Texts in the margin that printers leave white, or beyond the page."""
    told: set[Block] = set()
    for template, line in _lines(sheets):
        margin = min(_MARGIN * MILLIMETRE, _SMALL_PAGE * min(template.width, template.height))
        nearest = _nearest(line.area, template)
        if nearest < margin - _HAIR and line.block not in told:
            told.add(line.block)
            where = f"{nearest / MILLIMETRE:.1f} mm from the edge of the page" if nearest >= 0 else "beyond the edge of the page"
            message = f"the text {places.words(line.block)} stands {where}"
            hint = f'keep {margin / MILLIMETRE:.0f} mm free: move it, or give it a data-box="x y width height"'
            yield finding(Code.TEMPLATE_EDGE, places.of_block(shown_as, line.block), message, hint)


def off_one_another(sheets: Sequence[Sheet], shown_as: str) -> Iterator[Finding]:
    """Texts that stand upon another text: each once, with the first that it stands upon."""
    told: set[Block] = set()
    for sheet in sheets:
        for one, other in combinations(sorted(places.inked(sheet), key=lambda line: line.block.line), 2):
            if one.block is other.block or other.block in told or not _collide(one, other):
                continue
            told.add(other.block)
            message = f"the texts {places.words(one.block)} and {places.words(other.block)} stand one upon the other"
            hint = "move one, or give each a data-box of its own; a long name takes as many lines as data-max-lines allows"
            yield finding(Code.TEMPLATE_OVERLAP, places.of_block(shown_as, other.block), message, hint)


def above_all(sheet: Sheet, shown_as: str) -> Iterator[Finding]:
    """Texts that a shape hides in an editor, and that come on top here: each once, with the first shape that does."""
    template, told = sheet.edition.template, set[Block]()
    hiding = [shape for shape in shapes.seen(template.root) if shape.opaque]
    scale = template.page.width / template.width
    for line in places.inked(sheet) if hiding else ():
        x = template.page.x + (line.area.left + line.area.right) / 2 * scale
        y = template.page.y + (line.area.top + line.area.bottom) / 2 * scale
        over = next((shape for shape in hiding if shape.order > line.block.order and shape.holds(x, y)), None)
        if over and line.block not in told:
            told.add(line.block)
            message = f"{over.element} in line {over.line} is drawn over the text {places.words(line.block)}, which will come on top of it"
            hint = "texts are above everything: move the shape below the text, or take out the one that shall not be seen"
            yield finding(Code.TEMPLATE_ORDER, places.of_block(shown_as, line.block), message, hint)


def in_their_boxes(sheet: Sheet, shown_as: str) -> Iterator[Finding]:
    """Texts whose box is too small for ordinary words, or that get much smaller because of a rectangle around them."""
    for text in sheet.texts:
        block, panel = text.block, _narrow(text.block, sheet.edition.template)
        if text.placed.fits and (not panel or text.placed.size > _SMALLER * block.size):
            continue
        sample = " ".join(line.line.text for line in text.placed.lines)
        message = f"the text {places.words(block)} has no room for a value such as {sample!r}"
        if text.placed.fits:
            share = f"{100 * text.placed.size / block.size:.0f} %"
            message = f"the text {places.words(block)} gets smaller, to {share}, for a value such as {sample!r}"
        hint = 'a larger data-box, a smaller data-min-size, or data-max-lines="2"'
        if panel:
            message += f": it stands on {panel.element} in line {panel.line}, and keeps within it"
            hint = 'give the text data-box="x y width height", or a larger panel, or data-max-lines="2"'
        yield finding(Code.TEMPLATE_NARROW, places.of_block(shown_as, block), message, hint)


def _narrow(block: Block, template: Template) -> Shape | None:
    """The panel that leaves a text less room than the page does."""
    return block.panel if block.panel and block.panel.box.width < _WHOLE * template.page.width else None


def code(sheets: Sequence[Sheet], shown_as: str) -> Iterator[Finding]:
    """The QR code: large enough, alone, and on the page."""
    template = sheets[0].edition.template
    area, place = places.code_area(template), places.of_code(shown_as, template)
    if area is None:
        hint = 'add <rect data-field="qr" x="…" y="…" width="…" height="…"/>, 25 mm wide'
        message = "the certificate shows its address, but no QR code: from paper it must be typed"
        yield finding(Code.TEMPLATE_QR_MISSING, place, message, hint)
        return
    symbol = qr.symbol(sheets[0].url)
    yield from _size(template, area, symbol, place)
    if _nearest(area, template) < -_HAIR:
        yield finding(Code.TEMPLATE_QR_QUIET, place, "the QR code reaches beyond the edge of the page", "move it inwards")
    else:
        yield from _near_the_edge(template, area, symbol, place)
    for block in dict.fromkeys(line.block for _, line in _lines(sheets) if min(line.area.overlap(area)) > _HAIR):
        message = f"the text {places.words(block)} reaches into the QR code or the white edge around it"
        yield finding(Code.TEMPLATE_QR_QUIET, places.of_block(shown_as, block), message, "move the text or the code")


def _lines(sheets: Sequence[Sheet]) -> Iterator[tuple[Template, Inked]]:
    return ((sheet.edition.template, line) for sheet in sheets for line in places.inked(sheet))


def _size(template: Template, area: Area, symbol: qr.Symbol, place: Place) -> Iterator[Finding]:
    side, distance = (area.right - area.left) / MILLIMETRE, template.manifest.scan or _SCAN
    if side < distance * _PER_DISTANCE - 0.05:
        message = f"the QR code is {side:.0f} mm wide: too small to scan from {distance / 10:.0f} cm"
        yield finding(
            Code.TEMPLATE_QR_SMALL, place, message, f"make it {distance * _PER_DISTANCE:.0f} mm wide, or correct data-scan on the root"
        )
    elif side / symbol.width < _MODULE - 0.005:
        message = f"the QR code is {side:.0f} mm wide: its modules are only {side / symbol.width:.2f} mm"
        hint = f"make it {_MODULE * symbol.width:.0f} mm wide, or choose a shorter base_url"
        yield finding(Code.TEMPLATE_QR_SMALL, place, message, hint)


def _near_the_edge(template: Template, area: Area, symbol: qr.Symbol, place: Place) -> Iterator[Finding]:
    """A code whose outermost modules printers may cut off; what it has around them may be white anyway."""
    nearest = _nearest(area, template) + (area.right - area.left) * qr.QUIET / symbol.width
    margin = min(_CODE_MARGIN * MILLIMETRE, _SMALL_PAGE * min(template.width, template.height))
    if nearest < margin - _HAIR:
        message = f"the QR code begins {max(nearest, 0) / MILLIMETRE:.1f} mm from the edge of the page, where printers do not print"
        yield finding(Code.TEMPLATE_EDGE, place, message, f"keep {margin / MILLIMETRE:.0f} mm free: move it inwards")


def _collide(one: Inked, other: Inked) -> bool:
    across, down = one.area.overlap(other.area)
    lower = min(one.area.bottom - one.area.top, other.area.bottom - other.area.top)
    return across > 1 and down > _TOUCH * lower


def _nearest(area: Area, template: Template) -> float:
    """The distance to the nearest edge of the page, in points; negative beyond it."""
    return min(area.left, area.top, template.width - area.right, template.height - area.bottom)
