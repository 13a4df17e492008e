"""Fitting a block into its box: how large, on how many lines, and where each line stands.

Lengths are the template's units, y downwards. What counts is ink, not advance: a centred line looks centred, and no ink leaves the box.
The same text, box and fonts always give the same lines.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from issuer.artwork.template.blocks import Block
from issuer.artwork.text import lines, shaping
from issuer.artwork.text.breaking import BEHIND_A_PARTICLE, BETWEEN, WITHIN
from issuer.artwork.text.shaping import Line

_GOOD = 0.72  # a text that may wrap is shrunk this far before it takes another line
_CLEARANCE = 1.08  # of what two lines need so that their ink does not touch
_WORTH_A_TEAR = 1.15  # how much larger a break that is not at a space must make the text
_ANYWHERE, _AS_NAMES = (BEHIND_A_PARTICLE,), (BETWEEN, WITHIN, BEHIND_A_PARTICLE)
_EPSILON = 1e-6


class PlacedLine(NamedTuple):
    """A line and where it begins: x is where its first run's origin may stand, left of the ink by Line.left."""

    line: Line
    x: float
    baseline: float


class Placed(NamedTuple):
    """A block's lines. text: all of it in logical order; size: units per em; fits: all ink inside the box, not below the smallest size."""

    text: str
    lines: tuple[PlacedLine, ...]
    size: float
    fits: bool


class _Setting(NamedTuple):
    """One way to break: lines, how far each baseline is below the first, in em, and the largest size that stays in the box."""

    lines: tuple[Line, ...]
    drops: tuple[float, ...]
    size: float


@lru_cache(maxsize=512)
def place(block: Block, spans: shaping.Spans, language: str) -> Placed:
    """Fit spans (as Block.spans gives them) into the block's box. Never raises for a text that is too long: see `fits`."""
    text = "".join([span.text for span in spans])
    if not text:
        return Placed("", (), block.size, fits=True)
    best = _settle(block, spans, language)
    baselines = _baselines(block, best)
    placed = tuple(
        [PlacedLine(line, _left(block, line, best.size), baseline) for line, baseline in zip(best.lines, baselines, strict=True)]
    )
    return Placed(text, placed, best.size, fits=best.size >= block.min_size - _EPSILON)


def _settle(block: Block, spans: shaping.Spans, language: str) -> _Setting:
    """The fewest lines on which the text is large enough, or as large as it can be."""
    enough = max(block.size * (_GOOD if block.fit == "shrink" else 1.0), block.min_size) - _EPSILON
    best = _measure(block, (shaping.shape(spans, language),))
    for count in range(2, block.max_lines + 1):
        if best.size >= enough:
            break
        setting = _broken(block, spans, language, count)
        if setting is None:
            break
        if setting.size > best.size + _EPSILON:
            best = setting
    return best


def _broken(block: Block, spans: shaping.Spans, language: str, count: int) -> _Setting | None:
    """The spans on exactly count lines, or None if they cannot be broken so often.

    Text that wraps breaks wherever its script does. A name breaks between its parts, within them only if that makes it much larger, and
    behind a particle only if it must.
    """
    found = None
    for least in _ANYWHERE if block.fit == "wrap" else _AS_NAMES:
        if found and least == BEHIND_A_PARTICLE and found.size >= block.min_size:
            break
        parts = lines.split(spans, language, count, least=least)
        if len(parts) == count:
            setting = _measure(block, tuple([shaping.shape(part, language) for part in parts]))
            if found is None or setting.size > _WORTH_A_TEAR * found.size:
                found = setting
    return found


def _measure(block: Block, shaped: tuple[Line, ...]) -> _Setting:
    drops = [0.0]
    for above, below in pairwise(shaped):
        drops.append(drops[-1] + max(block.line_height, (above.bottom + below.top) * _CLEARANCE))
    widest = max([line.right - line.left for line in shaped])
    height = drops[-1] + shaped[0].top + shaped[-1].bottom
    size = min(block.size, block.box.width / max(widest, _EPSILON), block.box.height / max(height, _EPSILON))
    return _Setting(shaped, tuple(drops), size)


def _baselines(block: Block, setting: _Setting) -> list[float]:
    """Start from the template's y, then move the block as little as its ink needs to stay in the box."""
    size, depth, box = setting.size, setting.drops[-1] * setting.size, block.box
    first = block.y - {"top": 0.0, "middle": depth / 2, "bottom": depth}[block.align]
    first = min(first, box.y + box.height - depth - setting.lines[-1].bottom * size)
    first = max(first, box.y + setting.lines[0].top * size)
    return [first + drop * size for drop in setting.drops]


def _left(block: Block, line: Line, size: float) -> float:
    """Where a line begins so that its ink is flush with the box's edge, or centred: then a full stop or hyphen at an end hardly counts."""
    box, left, right = block.box, line.left * size, line.right * size
    if block.anchor == "start":
        return box.x - left
    if block.anchor == "end":
        return box.x + box.width - right
    hanging_left, hanging_right = lines.hanging(line)
    centred = box.x + (box.width - left - right + (hanging_right - hanging_left) * size) / 2
    return max(box.x - left, min(centred, box.x + box.width - right))
