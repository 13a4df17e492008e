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
class Line:
    """A shaped line. width: its advance; top, bottom: how far ink reaches above and below the baseline, all in em."""

    text: str
    glyphs: tuple[Glyph, ...]
    width: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class _Run:
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
    runs = list(_itemise(text, styles, language))
    glyphs: list[Glyph] = []
    pen = 0.0
    for index in bidi.visual_order([run.level for run in runs]):
        pen = _shape_run(text, runs[index], hb_language(language, text), pen, glyphs)
    if glyphs and styles:
        pen -= _spacing(runs[-1]) if runs else 0.0
    top, bottom = _ink(glyphs)
    return Line(text, tuple(glyphs), max(pen, 0.0), top, bottom)


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


def _itemise(text: str, styles: Sequence[Style], language: str) -> Iterator[_Run]:
    levels = bidi.levels(text, bidi.base_level(text))
    current: _Run | None = None
    for start, end, script in _clusters(text):
        style = styles[start]
        run = _Run(start, end, levels[start], script, _choose(text[start:end], style, script, language), style)
        if current is not None and replace(run, start=current.start, end=current.end) == current:
            current = replace(current, end=end)
            continue
        if current is not None:
            yield current
        current = run
    if current is not None:
        yield current


def _shape_run(text: str, run: _Run, language: str, pen: float, glyphs: list[Glyph]) -> float:
    face = fonts.face(run.entry)
    buffer = hb.Buffer()
    buffer.add_str(text, run.start, run.end - run.start)
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    buffer.script = run.script
    if language:
        buffer.language = language
    hb.shape(face.font, buffer, _features(run))
    scale = run.style.size * fonts.factor(run.style.family, run.entry) / face.upem
    extra = _spacing(run)
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    for number, (info, position) in enumerate(zip(infos, positions, strict=True)):
        x, y = pen + position.x_offset * scale, position.y_offset * scale
        glyphs.append(Glyph(face, info.codepoint, x, y, scale, info.cluster, run.style.fill))
        pen += position.x_advance * scale
        if extra and (number + 1 == len(infos) or infos[number + 1].cluster != info.cluster):
            pen += extra
    return pen


def _spacing(run: _Run) -> float:
    """Letters that join must not be torn apart."""
    return 0.0 if run.script in JOINED else run.style.spacing * run.style.size


def _features(run: _Run) -> dict[str, bool]:
    features: dict[str, bool] = {}
    if run.style.small_caps:
        features["smcp"] = True
    if (run.style.spacing or not run.style.ligatures) and run.script not in JOINED:
        features.update({"liga": False, "clig": False})
    return features


def _ink(glyphs: Sequence[Glyph]) -> tuple[float, float]:
    top = bottom = 0.0
    for glyph in glyphs:
        high, low = _extents(glyph.face, glyph.glyph)
        top = max(top, glyph.y + high * glyph.scale)
        bottom = max(bottom, -(glyph.y + low * glyph.scale))
    return top, bottom


def _extents(face: fonts.Face, glyph: int) -> tuple[float, float]:
    """The highest and the lowest point of a glyph, in font units."""
    known = face.extents.get(glyph)
    if known is None:
        box = face.font.get_glyph_extents(glyph)
        known = (0.0, 0.0) if box is None else (float(box.y_bearing), float(box.y_bearing + box.height))
        face.extents[glyph] = known
    return known
