"""Text to positioned glyphs: items, shaped by HarfBuzz, side by side in the order in which they are drawn.

Lengths are in em of the text's own size, y upwards; within a run they are whole font units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from operator import add, attrgetter
from typing import NamedTuple

import uharfbuzz as hb

from issuer.artwork.text import characters, fonts
from issuer.artwork.text.itemising import Item, Span, Spans, Style, alone, itemise

__all__ = ["Glyph", "Line", "Run", "Span", "Spans", "Style", "alone", "shape"]

JOINED = frozenset(
    "Adlm Arab Beng Deva Gujr Guru Khmr Knda Mand Mlym Mong Mymr Nkoo Orya Phag Rohg Sinh Syrc Taml Telu Tibt Thaa Java Bali Lana".split()
)
# HarfBuzz knows zh-HK as ZHH, for which this font falls back to simplified forms: traditional ones are nearer.
_TRADITIONAL = ("zh-hk", "zh-mo", "zh-hant", "zh-tw", "yue")
_EAST_ASIAN = frozenset({"zh", "ja", "ko"})
_glyph, _cluster = attrgetter("codepoint"), attrgetter("cluster")  # of hb.GlyphInfo
_step, _right, _up = attrgetter("x_advance"), attrgetter("x_offset"), attrgetter("y_offset")  # of hb.GlyphPosition
_SMALL_CAPITAL = 0.78  # of a capital's size, for fonts without small capitals


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph and where it stands. x, y: em; scale: em per font unit; cluster: index of its first character in the line."""

    face: fonts.Face
    glyph: int
    x: float
    y: float
    scale: float
    cluster: int
    fill: str


class Run(NamedTuple):
    """A stretch of a line in one font, one direction and one style: what a writer draws with one font size.

    text: its characters in logical order; start: index of the first in Line.text; level: bidi level, odd runs to the left.
    x: em, where its origin stands in the line; scale: em per font unit; advance: font units, of the whole run.
    glyphs: ids from left to right; xs, ys: their origins in font units from the run's origin, y upwards; clusters: for each glyph the
    index in text of its cluster's first character, rising when the level is even, falling when it is odd.
    """

    face: fonts.Face
    text: str
    start: int
    level: int
    fill: str
    x: float
    scale: float
    advance: int
    glyphs: tuple[int, ...]
    xs: tuple[int, ...]
    ys: tuple[int, ...]
    clusters: tuple[int, ...]

    def texts(self) -> list[str]:
        """For each glyph the characters that its cluster stands for, in logical order. Glyphs of one cluster all have the same text."""
        starts = sorted(set(self.clusters))
        ends = dict(zip(starts, [*starts[1:], len(self.text)], strict=True))
        return [self.text[cluster : ends[cluster]] for cluster in self.clusters]


class Line(NamedTuple):
    """A shaped line. text: its characters in logical order; runs: from left to right. All lengths in em.

    width: its advance; left, right: how far ink reaches from the origin (left may be negative, right beyond width); top, bottom: above
    and below the baseline.
    """

    text: str
    runs: tuple[Run, ...]
    width: float
    left: float
    right: float
    top: float
    bottom: float

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """The same glyph by glyph, from left to right: slow, for looking into. Writers draw runs."""
        return tuple(
            Glyph(run.face, glyph, run.x + x * run.scale, y * run.scale, run.scale, run.start + cluster, run.fill)
            for run in self.runs
            for glyph, x, y, cluster in zip(run.glyphs, run.xs, run.ys, run.clusters, strict=True)
        )


def shape(spans: Spans, language: str) -> Line:
    """Shape one line. language: BCP 47, or "" when unknown.

    Characters that no font has become .notdef: ask `coverage` first. Raises StorageError if a font file is missing.
    """
    text = "".join([span.text for span in spans])
    items = itemise(spans, language)
    runs: list[Run] = []
    pen = 0.0
    for item in items:
        run = _shape(text, item, language, pen)
        runs.append(run)
        pen += run.advance * run.scale
    if items:
        pen -= _spacing(items[-1])
    return Line(text, tuple(runs), max(pen, 0.0), *_ink(runs))


def hb_language(language: str, text: str) -> str:
    """The language that chooses glyph forms. language: BCP 47, or "" when unknown; Han text in a language that has no forms of its own gets
    what its own letters say, whichever forms a font begins with."""
    spoken = language.lower()
    if spoken.startswith(_TRADITIONAL) and not spoken.startswith("zh-hans"):
        return "zh-Hant"
    if text.isascii() or spoken.partition("-")[0] in _EAST_ASIAN:
        return language
    scripts = set(map(characters.script, text))
    if scripts & {"Hira", "Kana"}:
        return "ja"
    if "Hang" in scripts:
        return "ko"
    return "zh-Hans" if "Hani" in scripts else language


def _shape(text: str, item: Item, language: str, x: float) -> Run:
    part, style, entry = text[item.start : item.end], item.style, item.entry
    face = fonts.face(entry)
    buffer = hb.Buffer()
    if item.reduced:
        sources = [index for index, character in enumerate(part) for _ in character.upper()]
        buffer.add_str(part.upper())
    else:
        sources = None
        buffer.add_str(text, item.start, item.end - item.start)
    buffer.direction = "rtl" if item.level % 2 else "ltr"
    buffer.script = "Zyyy" if item.script == characters.EMOJI else item.script
    if spoken := hb_language(language, text if item.script in fonts.EAST_ASIAN else part):
        buffer.language = spoken
    extra = _spacing(item)
    hb.shape(face.font, buffer, _features(style.small_caps and not item.reduced, style.ligatures and not extra, item.script))
    infos = buffer.glyph_infos
    clusters = tuple(map(_cluster, infos))
    if sources is not None:
        clusters = tuple([sources[cluster] for cluster in clusters])
    elif item.start:
        clusters = tuple([cluster - item.start for cluster in clusters])
    scale = style.size * fonts.factor(style.family, entry) / face.upem * (_SMALL_CAPITAL if item.reduced else 1.0)
    xs, ys, advance = _positions(buffer.glyph_positions or (), clusters, round(extra / scale))
    return Run(face, part, item.start, item.level, style.fill, x, scale, advance, tuple(map(_glyph, infos)), xs, ys, clusters)


def _positions(positions: Sequence[hb.GlyphPosition], clusters: Sequence[int], extra: int) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """The origins of a run's glyphs and its advance, in font units. extra: added after each cluster."""
    if not positions:
        return (), (), 0
    steps, rights, ys = [*map(_step, positions)], [*map(_right, positions)], tuple(map(_up, positions))
    if extra and len(set(clusters)) == len(clusters):
        steps = [step + extra for step in steps]
    elif extra:
        last = [one != other for one, other in pairwise([*clusters, -1])]  # of its cluster
        steps = [step + extra if ends else step for step, ends in zip(steps, last, strict=True)]
    *xs, advance = accumulate(steps, initial=0)
    return tuple(map(add, xs, rights) if any(rights) else xs), ys, advance


def _spacing(item: Item) -> float:
    """Letters that join must not be torn apart; and only the face that a template names was looked at when its letters were set closer."""
    style = item.style
    if item.script in JOINED or (style.spacing < 0 and item.entry.family != fonts.named(style.family)):
        return 0.0
    return style.spacing * style.size


@cache
def _features(small_caps: bool, ligatures: bool, script: str) -> dict[str, bool]:  # noqa: FBT001 a part of the cache's key
    features: dict[str, bool] = {"smcp": True} if small_caps else {}
    if not ligatures and script not in JOINED:
        features.update({"liga": False, "clig": False})
    return features


def _ink(runs: Sequence[Run]) -> tuple[float, float, float, float]:
    """How far ink reaches: left, right, top, bottom, in em; all 0 for a line without ink."""
    left, right, top, bottom = fonts.Extents.BLANK[0], fonts.Extents.BLANK[1], 0.0, 0.0
    for run in runs:
        if run.glyphs:
            x, scale = run.x, run.scale
            lefts, rights, tops, bottoms = zip(*map(run.face.extents.__getitem__, run.glyphs), strict=True)
            left = min(left, x + min(map(add, run.xs, lefts)) * scale)
            right = max(right, x + max(map(add, run.xs, rights)) * scale)
            if any(run.ys):
                tops, bottoms = tuple(map(add, run.ys, tops)), tuple(map(add, run.ys, bottoms))
            top = max(top, max(tops) * scale)
            bottom = max(bottom, -min(bottoms) * scale)
    return (left, right, top, bottom) if left < right else (0.0, 0.0, top, bottom)
