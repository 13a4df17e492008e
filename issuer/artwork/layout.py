"""Fitting a block into its box: how large, on how many lines, and where each line stands.

Lengths are the template's units, y downwards. The same text, box and fonts always give the same lines.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from fontTools import unicodedata as ucd

from issuer.artwork.template.blocks import Block
from issuer.artwork.text import shaping

_GOOD = 0.72  # a text that may wrap is shrunk this far before it takes another line
_CLEARANCE = 1.08  # of what two lines need so that their ink does not touch
_WORTH_A_HYPHEN = 1.15
_EPSILON = 1e-6
_IDEOGRAPHIC = frozenset({"Hani", "Hira", "Kana", "Bopo"})
_NEVER_FIRST = frozenset("、。，．・：；？！」』）］｝〉》】〕々ー…‥")
_AFTER = frozenset("-‐–—/־\u200b")


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line and where it begins: x is its left edge."""

    line: shaping.Line
    x: float
    baseline: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A block's lines. size: units per em; fits: inside the box without going below the block's smallest size."""

    lines: tuple[PlacedLine, ...]
    size: float
    fits: bool


@dataclass(frozen=True, slots=True)
class _Setting:
    """One way to break: lines, the height from the first baseline to the last and the ink around it, in em."""

    lines: tuple[shaping.Line, ...]
    drops: tuple[float, ...]
    size: float


@lru_cache(maxsize=2048)
def place(block: Block, spans: shaping.Spans, language: str) -> Placed:
    """Fit spans (as Block.spans gives them) into the block's box. Never raises for a text that is too long: see `fits`."""
    if not spans:
        return Placed((), block.size, fits=True)
    best = _settle(block, spans, language)
    baselines = _baselines(block, best)
    lines = tuple(
        PlacedLine(line, _left(block, line.width * best.size), baseline) for line, baseline in zip(best.lines, baselines, strict=True)
    )
    return Placed(lines, best.size, fits=best.size >= block.min_size - _EPSILON)


def _settle(block: Block, spans: shaping.Spans, language: str) -> _Setting:
    good = block.size * (_GOOD if block.fit == "shrink" else 1.0) - _EPSILON
    best: _Setting | None = None
    for count in range(1, block.max_lines + 1):
        setting = _broken(block, spans, language, count)
        if setting is None:
            break
        if best is None or setting.size > best.size + _EPSILON:
            best = setting
        if best.size >= max(good, block.min_size - _EPSILON):
            break
    return best or _measure(block, (shaping.shape(spans, language),))


def _broken(block: Block, spans: shaping.Spans, language: str, count: int) -> _Setting | None:
    """The spans on exactly count lines, or None. A break at a hyphen must pay: it has to make the text much larger."""
    found = None
    for at_spaces in (True, False):
        parts = _break(spans, language, count, at_spaces=at_spaces)
        if len(parts) == count:
            setting = _measure(block, tuple(shaping.shape(part, language) for part in parts))
            if found is None or setting.size > _WORTH_A_HYPHEN * found.size:
                found = setting
    return found


def _measure(block: Block, lines: tuple[shaping.Line, ...]) -> _Setting:
    drops = [0.0]
    for above, below in pairwise(lines):
        drops.append(drops[-1] + max(block.line_height, (above.bottom + below.top) * _CLEARANCE))
    widest = max(line.width for line in lines)
    height = drops[-1] + lines[0].top + lines[-1].bottom
    size = min(block.size, block.box.width / max(widest, _EPSILON), block.box.height / max(height, _EPSILON))
    return _Setting(lines, tuple(drops), size)


def _baselines(block: Block, setting: _Setting) -> list[float]:
    """Start from the template's y, then move the block as little as its ink needs to stay in the box."""
    size, depth = setting.size, setting.drops[-1] * setting.size
    first = block.y - {"top": 0.0, "middle": depth / 2, "bottom": depth}[block.align]
    ink_top = first - setting.lines[0].top * size
    ink_bottom = first + depth + setting.lines[-1].bottom * size
    first += max(0.0, block.box.y - ink_top)
    first -= max(0.0, ink_bottom - (block.box.y + block.box.height))
    return [first + drop * size for drop in setting.drops]


def _left(block: Block, width: float) -> float:
    box = block.box
    if block.anchor == "start":
        return box.x
    return box.x + box.width - width if block.anchor == "end" else box.x + (box.width - width) / 2


def _break(spans: shaping.Spans, language: str, count: int, *, at_spaces: bool) -> list[shaping.Spans]:
    """The spans on at most count lines of about the same length; fewer if the text cannot be broken so often."""
    if count == 1:
        return [spans]
    text = "".join(part for part, _ in spans)
    cuts = [0, *_opportunities(text, at_spaces=at_spaces), len(text)]
    widths = [_width(spans, start, end, language) for start, end in pairwise(cuts)]
    low, high = max(widths), sum(widths)
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (low, middle) if len(_fill(widths, middle)) <= count else (middle, high)
    starts = [cuts[index] for index in _fill(widths, high)]
    return [part for start, end in zip(starts, [*starts[1:], len(text)], strict=True) if (part := _slice(spans, start, end))]


def _fill(widths: Sequence[float], limit: float) -> list[int]:
    """The first segment of each line when lines are filled up to limit."""
    starts, used = [0], 0.0
    for index, width in enumerate(widths):
        if used and used + width > limit + _EPSILON:
            starts.append(index)
            used = 0.0
        used += width
    return starts


def _width(spans: shaping.Spans, start: int, end: int, language: str) -> float:
    part = _slice(spans, start, end)
    return shaping.shape(part, language).width + (0.25 if part else 0.0)


def _slice(spans: shaping.Spans, start: int, end: int) -> shaping.Spans:
    """The characters from start to end, without the spaces at either edge."""
    text = "".join(part for part, _ in spans)
    while start < end and text[start] == " ":
        start += 1
    while start < end and text[end - 1] == " ":
        end -= 1
    found, position = [], 0
    for part, style in spans:
        low, high = max(start - position, 0), min(end - position, len(part))
        if low < high:
            found.append((part[low:high], style))
        position += len(part)
    return tuple(found)


def _opportunities(text: str, *, at_spaces: bool) -> list[int]:
    """Where a line may end: after spaces and hyphens, and between Han or kana characters; never before a mark. at_spaces: no hyphens."""
    found = []
    for index in range(1, len(text)):
        before, after = text[index - 1], text[index]
        if unicodedata.category(after) in ("Mn", "Mc", "Me", "Cf") or after == " ":
            continue
        letters = unicodedata.category(after)[0] in "LN"
        between = ucd.script(before) in _IDEOGRAPHIC and ucd.script(after) in _IDEOGRAPHIC and after not in _NEVER_FIRST
        if before == " " or (not at_spaces and before in _AFTER and letters) or between:
            found.append(index)
    return found
