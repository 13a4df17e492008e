"""The drawn artwork of an edition, for the writers of PDF and PNG: drawn in one go, kept in the store."""

from __future__ import annotations

from issuer.artwork.compiling import child
from issuer.artwork.compiling.store import Store
from issuer.artwork.edition import Edition
from issuer.artwork.template import Template

PREVIEW_WIDTH, PREVIEW_HIGHEST = 800, 1600  # pixels
CARD_WIDTH, CARD_HEIGHT = 1200, 630
_CARD_MARGIN = 24  # pixels that stay free around the page
_KIND = "art"


def pdf(edition: Edition, store: Store) -> bytes:
    """One page of vectors, as cairo wrote it; only its form is the same every time, not its date. Raises TemplateError."""
    return _kept(edition, store, "pdf") or _draw(edition, store, ())["pdf"]


def bitmap(edition: Edition, store: Store, width: int) -> bytes:
    """A PNG of the artwork, as Drawn has it. width: pixels; the height follows. Raises TemplateError."""
    return _kept(edition, store, f"{width}") or _draw(edition, store, (width,))[f"{width}"]


def glance(edition: Edition, store: Store) -> bytes:
    """The bitmap of preview_width alone, for who needs no more: half of the work. Raises TemplateError."""
    width = preview_width(edition.template)
    kept = _kept(edition, store, f"{width}")
    if kept is None:
        (kept,) = child.draw(edition.art_svg(), (width,), store.budget, pdf=False).bitmaps
        store.put(_KIND, f"{edition.key}-{width}", kept)
    return kept


def preview_width(template: Template) -> int:
    """How wide a preview is, in pixels: 800, or less if the page is more than twice as high as wide."""
    return min(PREVIEW_WIDTH, int(PREVIEW_HIGHEST * template.width / template.height))


def card_width(template: Template) -> int:
    """How wide the page is on a card, in pixels: as large as fits within the margin."""
    room = CARD_HEIGHT - 2 * _CARD_MARGIN
    return min(CARD_WIDTH - 2 * _CARD_MARGIN, int(room * template.width / template.height))


def _kept(edition: Edition, store: Store, part: str) -> bytes | None:
    return store.get(_KIND, f"{edition.key}-{part}")


def _draw(edition: Edition, store: Store, more: tuple[int, ...]) -> dict[str, bytes]:
    """Everything that the writers will ask for, by name of the part. more: widths beside the usual ones."""
    widths = tuple(dict.fromkeys((preview_width(edition.template), card_width(edition.template), *more)))
    drawn = child.draw(edition.art_svg(), widths, store.budget)
    parts = {"pdf": drawn.pdf} | {f"{width}": bitmap for width, bitmap in zip(widths, drawn.bitmaps, strict=True)}
    for part, data in parts.items():
        store.put(_KIND, f"{edition.key}-{part}", data)
    return parts
