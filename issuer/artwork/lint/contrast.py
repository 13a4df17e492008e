"""Whether texts can be read on what is drawn behind them: the contrast of WCAG 2.2, section 1.4.3, against each pixel there."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from issuer.artwork.compiling import art
from issuer.artwork.compiling.store import Store
from issuer.artwork.lint import places
from issuer.artwork.lint.places import Inked
from issuer.artwork.sheet import Sheet
from issuer.artwork.template import branding
from issuer.artwork.template.blocks import Block
from issuer.artwork.template.brand import Brand
from issuer.roster.findings import Code, Finding, finding

_ENOUGH, _ENOUGH_LARGE = 4.5, 3.0
_LARGE, _LARGE_BOLD, _BOLD = 18.0, 14.0, 600  # points and weight from which letters are large
_SAME = 0.002  # of luminance: a ground that has so nearly that of a colour is in this colour
_LISTED = 8  # texts that one finding names
_IGNORED = 10  # per cent of the pixels behind a text: a thin line of an ornament hides no letter

_PARTS = np.arange(256) / 255
_LINEAR = np.where(_PARTS <= 0.04045, _PARTS / 12.92, ((_PARTS + 0.055) / 1.055) ** 2.4)
"""How much light each value of a channel is, WCAG 2.2."""

Luminances = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Faint:
    """A text that can hardly be read. fill: "#rrggbb", that of its letters with the least contrast; ground: the luminance of most that is
    behind it."""

    block: Block
    fill: str
    ground: float
    ratio: float
    enough: float


def contrast(sheets: Sequence[Sheet], shown_as: str, store: Store) -> Iterator[Finding]:
    """Texts that can hardly be read: those in a colour of the brand or on it together, and those of any other colour. Raises TemplateError
    if the artwork cannot be drawn."""
    faint: dict[Block, _Faint] = {}
    for line, behind in _grounds(sheets, store):
        fills = {run.fill for run in line.line.line.runs}
        if line.block in faint or not behind.size or not fills:
            continue
        ratio, fill = min((_ratio(fill, behind), fill) for fill in fills)
        if ratio < _enough(line):
            faint[line.block] = _Faint(line.block, fill.lower(), float(np.median(behind)), ratio, _enough(line))
    brand = sheets[0].edition.template.brand
    alike: dict[tuple[str, str], list[_Faint]] = {}
    for one in sorted(faint.values(), key=lambda one: one.block.line):
        alike.setdefault(_cause(one, brand), []).append(one)
    for (colour, name), texts in alike.items():
        yield finding(Code.TEMPLATE_CONTRAST, places.of_block(shown_as, texts[0].block), _message(texts, colour, name), _hint(name))


def _cause(one: _Faint, brand: Brand) -> tuple[str, str]:
    """The colour of the brand that a text has, or stands on, and its name; else the colour of the text, and ""."""
    for name, colour in brand.colours:
        tints = (branding.tint(colour, percent) for percent in range(1, 101))
        ground = abs(float(_luminance(_rgb(colour))) - one.ground)
        if one.fill in tints or ground < _SAME:
            return colour, name
    return one.fill, ""


def _message(texts: Sequence[_Faint], colour: str, name: str) -> str:
    first = texts[0]
    if len(texts) == 1:
        words = places.words(first.block)
        return f"the text {words} has a contrast of {first.ratio:.1f} to what is behind it; {first.enough:.1f} is enough"
    listed = ", ".join(f"{places.words(one.block)} {one.ratio:.1f} ({one.enough:.1f} is enough)" for one in texts[:_LISTED])
    more = f", and {len(texts) - _LISTED} more" if len(texts) > _LISTED else ""
    where = f"in {colour}, the colour `{name}` of the brand, or on it," if name else f"in {colour}"
    return f"{len(texts)} texts {where} have little contrast to what is behind them: {listed}{more}"


def _hint(name: str) -> str:
    if name:
        return f"choose another `{name}` under `brand: colours:` in issuer.yml, or let the template name another colour there"
    return "make the text darker or its ground lighter (or the other way round)"


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
    own = _luminance(_rgb(fill))
    ratios = (np.maximum(behind, own) + 0.05) / (np.minimum(behind, own) + 0.05)
    return float(np.percentile(ratios, _IGNORED))


def _rgb(colour: str) -> NDArray[np.uint8]:
    return np.array(ImageColor.getrgb(colour)[:3], dtype=np.uint8)


def _enough(line: Inked) -> float:
    weights = [piece.style.weight for piece in line.block.pieces]
    large = _LARGE_BOLD if weights and min(weights) >= _BOLD else _LARGE
    return _ENOUGH_LARGE if line.size >= large else _ENOUGH
