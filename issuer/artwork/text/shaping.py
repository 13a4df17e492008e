"""Text to positioned glyphs: NFC, bidirectional runs, script runs, a chain of fonts, HarfBuzz.

Lengths are in em of the text's own size, y upwards, until `outline` turns a line into SVG path data (y downwards).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import uharfbuzz as hb
from fontTools import unicodedata as ucd

from issuer.artwork.text import bidi, fonts

JOINED = frozenset("Arab Syrc Mong Nkoo Deva Beng Gujr Guru Orya Taml Telu Knda Mlym Sinh Mymr Khmr Tibt".split())
_LOOSE = frozenset({"Zyyy", "Zinh", "Zzzz"})
# HarfBuzz knows zh-HK as ZHH, for which this font falls back to simplified forms: traditional ones are nearer.
_TRADITIONAL = ("zh-hk", "zh-mo", "zh-hant", "zh-tw", "yue")


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text looks. size: relative to its block; spacing: extra em after each letter; fill: an SVG colour."""

    family: str = fonts.SERIF
    weight: int = 400
    italic: bool = False
    size: float = 1.0
    spacing: float = 0.0
    small_caps: bool = False
    ligatures: bool = True
    fill: str = "#000000"


Spans = tuple[tuple[str, Style], ...]


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


@dataclass(frozen=True, slots=True)
class Run:
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


@dataclass(frozen=True, slots=True)
class Line:
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


@dataclass(frozen=True, slots=True)
class _Item:
    start: int
    end: int
    level: int
    script: str
    entry: fonts.Entry
    style: Style


def clean(text: str) -> str:
    """What is drawn of a text: NFC, line breaks and tabs as spaces, control and bidi characters left out."""
    spaced = "".join(" " if character in "\t\n\r\v\f\x85\u2028\u2029" else character for character in text)
    return "".join(character for character in unicodedata.normalize("NFC", spaced) if not hidden(character))


def hidden(character: str) -> bool:
    """Characters that are never drawn and never steer shaping: controls, surrogates, bidi controls, tags."""
    if fonts.ignorable(character):
        return False
    return unicodedata.category(character) in ("Cc", "Cs", "Cf") and not 0x0600 <= ord(character) <= 0x08FF


@lru_cache(maxsize=4096)
def shape(spans: Spans, language: str) -> Line:
    """Shape one line. spans: texts as `clean` returns them, with their styles; language: BCP 47, or "" when unknown.

    Characters that no font has become .notdef: ask `uncovered` first. Raises StorageError if a font file is missing.
    """
    text = "".join(part for part, _ in spans)
    styles = [style for part, style in spans for _ in part]
    items = list(_itemise(text, styles, language))
    runs: list[Run] = []
    pen = 0.0
    for index in bidi.visual_order([item.level for item in items]):
        run = _shape_item(text, items[index], hb_language(language, text), pen)
        runs.append(run)
        pen += run.advance * run.scale
    if runs:
        pen -= _spacing(items[-1])
    return Line(text, tuple(runs), max(pen, 0.0), *_ink(runs))


def uncovered(text: str, language: str, style: Style) -> list[str]:
    """The characters of a cleaned text that no font can draw, in order of appearance, each once."""
    found: dict[str, None] = {}
    for start, end, script in _clusters(text):
        cluster = text[start:end]
        entry = _choose(cluster, style, script, language)
        face = fonts.face(entry)
        found.update(dict.fromkeys(character for character in cluster if not face.covers(character)))
    return list(found)


def hb_language(language: str, text: str) -> str:
    """The language that chooses glyph forms; for Han text of unknown language, what its own letters say."""
    if language.lower().startswith(_TRADITIONAL) and not language.lower().startswith("zh-hans"):
        return "zh-Hant"
    if language:
        return language
    scripts = {ucd.script(character) for character in text}
    if scripts & {"Hira", "Kana"}:
        return "ja"
    return "ko" if "Hang" in scripts else ""


def _clusters(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches that one font must draw as a whole, with their script: a base and its marks, joiners and selectors."""
    scripts = _scripts(text)
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or not (_extends(text[index]) or text[index - 1] == "\u200d"):
            yield start, index, scripts[start]
            start = index


def _extends(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me", "Mc") or fonts.ignorable(character)


def _scripts(text: str) -> list[str]:
    """The script of every character; shared ones take that of their neighbour before, else after."""
    found = [ucd.script(character) for character in text]
    for order in (range(len(found)), range(len(found) - 1, -1, -1)):
        near = ""
        for index in order:
            if found[index] not in _LOOSE:
                near = found[index]
            elif near:
                found[index] = near
    return ["Latn" if script in _LOOSE else script for script in found]


@lru_cache(maxsize=8192)
def _choose(cluster: str, style: Style, script: str, language: str) -> fonts.Entry:
    candidates = fonts.chain(style.family, style.weight, style.italic, script, language.lower().partition("-")[0])
    for entry in candidates:
        if fonts.face(entry).covers(cluster):
            return entry
    return next((entry for entry in candidates if fonts.face(entry).covers(cluster[0])), candidates[0])


def _itemise(text: str, styles: Sequence[Style], language: str) -> Iterator[_Item]:
    levels = bidi.levels(text, bidi.base_level(text))
    current: _Item | None = None
    for start, end, script in _clusters(text):
        style = styles[start]
        run = _Item(start, end, levels[start], script, _choose(text[start:end], style, script, language), style)
        if current is not None and replace(run, start=current.start, end=current.end) == current:
            current = replace(current, end=end)
            continue
        if current is not None:
            yield current
        current = run
    if current is not None:
        yield current


def _shape_item(text: str, item: _Item, language: str, x: float) -> Run:
    face = fonts.face(item.entry)
    buffer = hb.Buffer()
    buffer.add_str(text, item.start, item.end - item.start)
    buffer.direction = "rtl" if item.level % 2 else "ltr"
    buffer.script = item.script
    if language:
        buffer.language = language
    hb.shape(face.font, buffer, _features(item))
    scale = item.style.size * fonts.factor(item.style.family, item.entry) / face.upem
    extra = round(_spacing(item) / scale)
    glyphs = tuple([info.codepoint for info in buffer.glyph_infos])
    clusters = tuple([info.cluster - item.start for info in buffer.glyph_infos])
    pen, xs, ys = 0, [], []
    for number, position in enumerate(buffer.glyph_positions):
        xs.append(pen + position.x_offset)
        ys.append(position.y_offset)
        pen += position.x_advance
        if extra and clusters[number + 1 : number + 2] != clusters[number : number + 1]:
            pen += extra
    part = text[item.start : item.end]
    return Run(face, part, item.start, item.level, item.style.fill, x, scale, pen, glyphs, tuple(xs), tuple(ys), clusters)


def _spacing(run: _Item) -> float:
    """Letters that join must not be torn apart."""
    return 0.0 if run.script in JOINED else run.style.spacing * run.style.size


def _features(run: _Item) -> dict[str, bool]:
    features: dict[str, bool] = {}
    if run.style.small_caps:
        features["smcp"] = True
    if (run.style.spacing or not run.style.ligatures) and run.script not in JOINED:
        features.update({"liga": False, "clig": False})
    return features


def _ink(runs: Sequence[Run]) -> tuple[float, float, float, float]:
    """How far ink reaches: left, right, top, bottom."""
    boxes = []
    for run in runs:
        extents = [_extents(run.face, glyph) for glyph in run.glyphs]
        inked = [(x + e[0], x + e[1], y + e[2], y + e[3]) for x, y, e in zip(run.xs, run.ys, extents, strict=True) if e[0] < e[1]]
        if inked:
            lefts, rights, tops, bottoms = zip(*inked, strict=True)
            scale = run.scale
            boxes.append((run.x + min(lefts) * scale, run.x + max(rights) * scale, max(tops) * scale, -min(bottoms) * scale))
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    lefts, rights, tops, bottoms = zip(*boxes, strict=True)
    return min(lefts), max(rights), max(0.0, *tops), max(0.0, *bottoms)


def _extents(face: fonts.Face, glyph: int) -> tuple[int, int, int, int]:
    """The left, right, highest and lowest point of a glyph, in font units; all 0 for a blank."""
    known = face.extents.get(glyph)
    if known is None:
        box = face.font.get_glyph_extents(glyph)
        known = (0, 0, 0, 0) if box is None else (box.x_bearing, box.x_bearing + box.width, box.y_bearing, box.y_bearing + box.height)
        face.extents[glyph] = known
    return known
