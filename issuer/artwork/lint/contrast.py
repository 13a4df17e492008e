"""Whether texts can be read on what is drawn behind them: the contrast of WCAG 2.2, section 1.4.3, against each pixel there."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from issuer.artwork.compiling import art
from issuer.artwork.compiling.store import Store
from issuer.artwork.lint import places
from issuer.artwork.lint.places import Inked
from issuer.artwork.sheet import Sheet
from issuer.artwork.template.blocks import Block
from issuer.roster.findings import Code, Finding, finding

_ENOUGH, _ENOUGH_LARGE = 4.5, 3.0
_LARGE, _LARGE_BOLD, _BOLD = 18.0, 14.0, 600  # points and weight from which letters are large
_IGNORED = 10  # per cent of the pixels behind a text: a thin line of an ornament hides no letter

_PARTS = np.arange(256) / 255
_LINEAR = np.where(_PARTS <= 0.04045, _PARTS / 12.92, ((_PARTS + 0.055) / 1.055) ** 2.4)
"""How much light each value of a channel is, WCAG 2.2."""

Luminances = NDArray[np.float64]


def contrast(sheets: Sequence[Sheet], shown_as: str, store: Store) -> Iterator[Finding]:
    """Texts that can hardly be read. Raises TemplateError if the artwork cannot be drawn."""
    told: set[Block] = set()
    for line, behind in _grounds(sheets, store):
        fills = {run.fill for run in line.line.line.runs}
        if line.block in told or not behind.size or not fills:
            continue
        ratio, enough = min(_ratio(fill, behind) for fill in fills), _enough(line)
        if ratio < enough:
            told.add(line.block)
            message = f"the text {places.words(line.block)} has a contrast of {ratio:.1f} to what is behind it; {enough:.1f} is enough"
            hint = "make the text darker or its ground lighter (or the other way round)"
            yield finding(Code.TEMPLATE_CONTRAST, places.of_block(shown_as, line.block), message, hint)


def _grounds(sheets: Sequence[Sheet], store: Store) -> Iterator[tuple[Inked, Luminances]]:
    """Each line and the pixels behind it. The last sheet is weighed next: of that everything is drawn at once, of the others a glance."""
    whole = sheets[-1].edition
    drawn = {whole: _luminances(art.bitmap(whole, store, art.preview_width(whole.template)))}
    drawn |= {sheet.edition: _luminances(art.glance(sheet.edition, store)) for sheet in sheets if sheet.edition not in drawn}
    for sheet in sheets:
        ground = drawn[sheet.edition]
        for line in places.inked(sheet):
            yield line, _behind(line, ground, ground.shape[1] / sheet.edition.template.width)


def _luminances(bitmap: bytes) -> Luminances:
    """The relative luminance of every pixel of an edition's artwork, laid on white."""
    with Image.open(io.BytesIO(bitmap)) as picture:
        drawn = picture.convert("RGBA")
    white = Image.new("RGBA", drawn.size, "#ffffff")
    return _luminance(np.asarray(Image.alpha_composite(white, drawn).convert("RGB")))


def _luminance(colours: NDArray[np.uint8]) -> Luminances:
    """Relative luminance, WCAG 2.2. colours: red, green, blue along the last axis."""
    linear = _LINEAR[colours]
    luminance: Luminances = 0.2126 * linear[..., 0] + 0.7152 * linear[..., 1] + 0.0722 * linear[..., 2]
    return luminance


def _behind(line: Inked, ground: Luminances, scale: float) -> Luminances:
    area = line.area
    left, top = max(0, round(area.left * scale)), max(0, round(area.top * scale))
    right, bottom = max(0, round(area.right * scale)), max(0, round(area.bottom * scale))
    return ground[top : max(bottom, top + 1), left : max(right, left + 1)]


def _ratio(fill: str, behind: Luminances) -> float:
    """The contrast of a colour to the pixels behind it, leaving out the few that are nearest to it."""
    own = _luminance(np.array(ImageColor.getrgb(fill)[:3], dtype=np.uint8))
    ratios = (np.maximum(behind, own) + 0.05) / (np.minimum(behind, own) + 0.05)
    return float(np.percentile(ratios, _IGNORED))


def _enough(line: Inked) -> float:
    weights = [piece.style.weight for piece in line.block.pieces]
    large = _LARGE_BOLD if weights and min(weights) >= _BOLD else _LARGE
    return _ENOUGH_LARGE if line.size >= large else _ENOUGH
