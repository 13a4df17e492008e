"""Dividing a text into lines of about the same length, and how much of a line's ends the eye leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from issuer.artwork.text import breaking, characters, shaping

_SPACE = 0.25  # em, between two parts of a line: near enough for choosing breaks
_EPSILON = 1e-6
_LIGHT = frozenset(".,-‐‑–’'\"“”„«»‘·،۔、。，．")  # punctuation that hangs over the end of a centred line, by half


def split(spans: shaping.Spans, language: str, count: int, *, least: int) -> list[shaping.Spans]:
    """The spans on at most count lines of about the same length; fewer if the text cannot be broken so often. least: how well, as breaking
    has it: WITHIN also after a hyphen or a slash, between Thai words, Han characters."""
    text = "".join([span.text for span in spans])
    cuts = [0, *(index for index, well in breaking.opportunities(text, language) if well >= least), len(text)]
    if len(cuts) <= count:
        return []
    widths = [_width(_slice(spans, start, end), language) + _SPACE * (text[end - 1] == " ") for start, end in pairwise(cuts)]
    low, high = max(widths), sum(widths)
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (low, middle) if len(_fill(widths, middle)) <= count else (middle, high)
    starts = [cuts[index] for index in _fill(widths, high)]
    return [part for start, end in zip(starts, [*starts[1:], len(text)], strict=True) if (part := _slice(spans, start, end))]


def hanging(line: shaping.Line) -> tuple[float, float]:
    """How much light punctuation at the left and right end of a line hangs out, in em."""
    if not line.runs:
        return 0.0, 0.0
    return _half(line.runs[0], 0), _half(line.runs[-1], -1)


def _half(run: shaping.Run, index: int) -> float:
    """Half of the ink of a run's first (0) or last (-1) glyph if that is light punctuation."""
    if not run.clusters or run.text[run.clusters[index]] not in _LIGHT:
        return 0.0
    left, right, _, _ = run.face.extents[run.glyphs[index]]
    return max(0, right - left) * run.scale / 2


def _fill(widths: Sequence[float], limit: float) -> list[int]:
    """The first segment of each line when lines are filled up to limit."""
    starts, used = [0], 0.0
    for index, width in enumerate(widths):
        if used and used + width > limit + _EPSILON:
            starts.append(index)
            used = 0.0
        used += width
    return starts


@lru_cache(maxsize=1024)
def _width(spans: shaping.Spans, language: str) -> float:
    return shaping.shape(spans, language).width


def _slice(spans: shaping.Spans, start: int, end: int) -> shaping.Spans:
    """The characters from start to end, without the spaces at either edge. The first span knows the script of what stands before it,
    if it depends on that."""
    text = "".join([span.text for span in spans])
    while start < end and text[start] == " ":
        start += 1
    while start < end and text[end - 1] == " ":
        end -= 1
    found, position = [], 0
    for span in spans:
        low, high = max(start - position, 0), min(end - position, len(span.text))
        if low < high:
            found.append(span._replace(text=span.text[low:high]))
        position += len(span.text)
    if start and found and characters.script(found[0].text[0]) in characters.LOOSE:
        found[0] = found[0]._replace(before=characters.scripts(text[:start])[-1])
    return tuple(found)
