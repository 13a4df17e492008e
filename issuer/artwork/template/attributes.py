"""The attributes and properties of a template: which are kept, and what their values may be.

What is listed is kept, what draws nothing is dropped, and what would be drawn otherwise here than in an editor is refused.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NoReturn

from tinycss2 import color4

from issuer.artwork.template.lengths import units
from issuer.errors import TemplateError
from issuer.roster.findings import Code

OURS = frozenset(
    "data-if data-box data-fit data-min-size data-max-lines data-line-height data-align data-qr data-field data-image "
    "data-fill data-stroke data-stop-color data-name data-fields data-languages data-scan".split()
)
PAINTS = frozenset({"fill", "stroke", "stop-color", "color"})
_SHAPES = frozenset(
    "id x y width height rx ry cx cy r fx fy x1 y1 x2 y2 d points transform viewBox href offset gradientUnits gradientTransform "
    "spreadMethod clipPathUnits patternContentUnits patternTransform pathLength preserveAspectRatio version role aria-label lang "
    "xml:lang".split()
)
_STYLES = PAINTS | frozenset(
    "fill-opacity fill-rule stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray "
    "stroke-dashoffset opacity display visibility clip-path clip-rule stop-opacity overflow".split()
)
UNDRAWN = frozenset("paint-order font-feature-settings font-variant-numeric font-variant-east-asian font-stretch font-kerning".split())
"""What is not drawn, and told: drawing programs write it with values that ask for nothing, and it matters little."""
TEXT = UNDRAWN | frozenset(
    "font font-family font-size font-style font-weight font-variant font-variant-caps font-variant-ligatures letter-spacing word-spacing "
    "text-anchor text-transform text-decoration text-decoration-line direction writing-mode dominant-baseline alignment-baseline "
    "baseline-shift shape-inside dx dy rotate textLength".split()
)
"""What only texts have, or nothing: it is read, and not written."""
_NOT_DRAWN = {
    "filter": ("none",),
    "mask": ("none",),
    "mix-blend-mode": ("normal",),
    "vector-effect": ("none",),
    "transform-origin": ("0 0", "0px 0px"),
    "marker": ("none",),
    "marker-start": ("none",),
    "marker-mid": ("none",),
    "marker-end": ("none",),
}
"""What cannot be drawn the same everywhere, with the values that ask for nothing."""
_PLACES = frozenset("transform translate rotate scale x y width height rx ry cx cy r d".split())
"""What SVG 2 takes from styles as well, and editors and renderers do not."""
_NO_PLACE = frozenset({"", "none", "inherit", "initial"})
LENGTHS = frozenset("x y width height rx ry cx cy r fx fy x1 y1 x2 y2".split())
"""What says where a shape is, and how large."""
_STROKED = frozenset({"stroke-width", "stroke-dashoffset"})
_KEYWORDS = frozenset(
    "display visibility overflow fill-rule clip-rule stroke-linecap stroke-linejoin font-style font-weight font-variant font-variant-caps "
    "font-variant-ligatures text-anchor direction writing-mode text-decoration text-transform letter-spacing".split()
)
"""Properties whose words CSS takes in capitals too, and CairoSVG does not."""
_PAINT_WORDS = {word.lower(): word for word in ("none", "inherit", "currentColor", "context-fill", "context-stroke")}
_FITTING = re.compile(r"(?:defer\s+)?(none|x(?:Min|Mid|Max)Y(?:Min|Mid|Max)(?:\s+(?:meet|slice))?)")
_MOST_CONDITIONS, _LONGEST_NAME = 12, 64
_OPACITY = {"fill": "fill-opacity", "stroke": "stroke-opacity", "stop-color": "stop-opacity"}
_WORDS = frozenset({"id", "href", "font-family", "aria-label", "xml:lang", "lang", "clip-path", "font", *PAINTS, *OURS})
REFERENCE = re.compile(r"(?i:url)\(\s*['\"]?#([\w.:-]+)['\"]?\s*\)")
_HUGE = re.compile(r"(?<![\d.#])\d{7}")
_POWER = re.compile(r"(?:\d{1,20}\.?\d{0,20}|\.\d{1,20})[eE]\+?(\d{1,20})")
_FAR = 1_000_000.0
_PLUS = re.compile(r"(?<![eE])\+")
_ENDLESS = re.compile(r"\b(?:nan|inf|infinity)\b", re.IGNORECASE)
_SIZES = frozenset({"width", "height", "r", "rx", "ry"})
_NEGATIVE = re.compile(r"\s*-[\d.]*[1-9]")
_OUTSIDE = re.compile(r"url\s*\(|\\|@import|javascript:|image-set", re.IGNORECASE)
_COMPUTED = re.compile(r"\b(?:var|calc|env|attr)\s*\(", re.IGNORECASE)
_LAYER_NAMES = ("id", "data-name")
"""Where drawing programs write what a layer is called: Figma calls that of a text by its words."""
_OPACITIES = frozenset({"opacity", *_OPACITY.values()})
_SHARE = re.compile(r"([-+]?(?:\d{1,9}(?:\.\d{0,15})?|\.\d{1,15})(?:[eE]-\d{1,2})?)(%?)", re.ASCII)
_LONGEST_PAINT = 200  # characters
_KEPT_IDS = re.compile(r"g\.|certificate-|picture\d")


def refuse(message: str, hint: str, code: Code) -> NoReturn:
    """Raise a TemplateError; whoever knows where the attribute stands adds its place."""
    raise TemplateError(message, hint=hint, code=code)


def read(name: str, text: str, *, known: Mapping[str, str], style: bool) -> dict[str, str]:
    """What is kept of an attribute, or of a property of a style: nothing, itself, or two attributes for a colour that is not opaque.
    known: what the same element or rule said before, which stands where a colour is not understood. Raises TemplateError without a place
    for what runs something, reaches outside, or would be drawn otherwise here than in an editor."""
    _refuse_by_name(name)
    if name in _LAYER_NAMES and _braced(text):
        return {}
    if _braced(text):
        refuse(f'a field stands in the attribute "{name[:40]}"', "fields are filled in inside <text> only", Code.TEMPLATE_TEXT)
    if style and name in _PLACES and text.strip() not in _NO_PLACE:
        hint = "write it as an attribute of the element; in a drawing program export with presentation attributes"
        refuse(f'a style says where or how large something is: "{name}: {text[:40]}"', hint, Code.TEMPLATE_ATTRIBUTE)
    if not (name in _STYLES or name in TEXT or name in _NOT_DRAWN or (not style and (name in _SHAPES or name in OURS))):
        _reaches_outside(name, text)
        return {}
    if name in PAINTS and (paint := painted(name, text)) is not None:
        return paint
    _reaches_outside(name, text)
    if name in PAINTS:
        if name not in known:
            refuse(f'{name}="{text[:40]}" is no colour that is drawn everywhere', "write it like #1b2a44", Code.TEMPLATE_ATTRIBUTE)
        return {}
    return _opacity(name, text.strip()) if name in _OPACITIES else _checked(name, text.strip() if style else text)


def _opacity(name: str, text: str) -> dict[str, str]:
    """An opacity as a number: CSS takes percentages as well, and CairoSVG does not."""
    match = _SHARE.fullmatch(text)
    if match:
        return {name: f"{float(match.group(1)) / 100:g}" if match.group(2) else text}
    if text not in ("", "none", "inherit"):
        refuse(f'{name}="{text[:40]}" is no number', "write it like 0.5, between 0 and 1", Code.TEMPLATE_ATTRIBUTE)
    return {name: text} if text == "inherit" else {}


def _refuse_by_name(name: str) -> None:
    if name.lower().startswith("on"):
        refuse(f'the event handler "{name[:40]}" stands in the template', "a certificate runs nothing: remove it", Code.TEMPLATE_SCRIPT)
    if name.startswith("data-") and name not in OURS:
        near = difflib.get_close_matches(name[:40], sorted(OURS), n=1, cutoff=0.8)
        if near:
            refuse(f'the attribute "{name[:40]}" means nothing here', f"did you mean {near[0]}?", Code.TEMPLATE_ATTRIBUTE)


def _braced(text: str) -> bool:
    return "{{" in text or "}}" in text


def _checked(name: str, text: str) -> dict[str, str]:
    """An attribute other than a paint."""
    if name in _NOT_DRAWN and text not in _NOT_DRAWN[name] and not REFERENCE.fullmatch(text):  # references are looked at together
        refuse(f'{name}="{text[:40]}" cannot be drawn', "take the effect off, or flatten it into shapes", Code.TEMPLATE_ATTRIBUTE)
    if name in _NOT_DRAWN and text in _NOT_DRAWN[name]:
        return {}
    if reference := REFERENCE.fullmatch(text.strip()):
        text = f"url(#{reference.group(1)})"
    elif name == "clip-path" and text.strip() not in ("none", "inherit"):
        refuse(f'clip-path="{text[:40]}" cannot be drawn', "clip with a <clipPath>, as url(#id)", Code.TEMPLATE_ATTRIBUTE)
    if name not in _WORDS:
        _refuse_numbers(name, text)
    if _COMPUTED.search(text):
        refuse(f'{name}="{text[:40]}" is computed', "write the value itself", Code.TEMPLATE_ATTRIBUTE)
    if name == "id" and _KEPT_IDS.match(text):
        refuse(f'the id "{text[:40]}" is kept for what is drawn', "choose another id", Code.TEMPLATE_ATTRIBUTE)
    if name == "data-if" and (len(text.split()) > _MOST_CONDITIONS or max(map(len, text.split()), default=0) > _LONGEST_NAME):
        message = f"data-if has more than {_MOST_CONDITIONS} names, or one of more than {_LONGEST_NAME} letters"
        refuse(message, "a few fields are enough", Code.TEMPLATE_LARGE)
    if name == "stroke-dasharray" and text.strip().lower() not in ("none", "inherit") and not _dashes(text):
        refuse(f'stroke-dasharray="{text[:40]}" is not a few lengths of at least 0.1', "use longer dashes", Code.TEMPLATE_ATTRIBUTE)
    return _alike(name, text)


def _alike(name: str, text: str) -> dict[str, str]:
    """An attribute, in the one of its spellings that everybody who draws understands."""
    if name in _KEYWORDS or name == "stroke-dasharray":
        word = text.strip().lower()
        return {name: "hidden" if name == "visibility" and word == "collapse" else word}
    if name in _STROKED:
        return length(name, text)
    if name in ("d", "points"):
        return {name: _PLUS.sub(" ", text)}
    if name == "stroke-miterlimit" and text.strip() != "inherit" and not _SHARE.fullmatch(text.strip()):
        refuse(f'{name}="{text[:40]}" is no number', "write it like 4", Code.TEMPLATE_ATTRIBUTE)
    if name == "preserveAspectRatio":
        fitting = _FITTING.fullmatch(text.strip())
        if text.strip() and not fitting:
            refuse(f'{name}="{text[:40]}" is unknown', "write it like xMidYMid meet, or none", Code.TEMPLATE_ATTRIBUTE)
        return {name: fitting.group(1)} if fitting else {}
    return {name: text}


def length(name: str, text: str) -> dict[str, str]:
    """A length of a shape: a number, one with a unit that does not depend on a font or a window, or a percentage. Nothing for none.
    Raises TemplateError without a place."""
    bare = text.strip().lower()
    if bare in ("", "auto", "inherit"):
        return {name: bare} if bare == "inherit" else {}
    found = units(bare.removesuffix("%"))
    if found is None:
        hint = "write a number, in the units of the viewBox"
        refuse(f'{name}="{text[:40]}" is no length that is drawn everywhere', hint, Code.TEMPLATE_ATTRIBUTE)
    return {name: f"{found:.6g}" if bare.endswith("q") else bare}


def _refuse_numbers(name: str, text: str) -> None:
    if found := _ENDLESS.search(text):
        hint = "write the number that is meant, or draw the shape again"
        refuse(f'the attribute "{name}" has "{found.group()}", which is no number', hint, Code.TEMPLATE_ATTRIBUTE)
    if _HUGE.search(text) or any(len(one.group(1)) > 3 or float(one.group()) >= _FAR for one in _POWER.finditer(text)):
        hint = "keep the artwork on its page"
        refuse(f'the attribute "{name}" has a number of a million or more', hint, Code.TEMPLATE_ATTRIBUTE)
    if name in _SIZES and _NEGATIVE.match(text):
        hint = "write it without the minus, or take the shape out: browsers do not draw it"
        refuse(f'{name}="{text[:40]}" is less than nothing', hint, Code.TEMPLATE_ATTRIBUTE)


def _reaches_outside(name: str, text: str) -> None:
    if _OUTSIDE.search(REFERENCE.sub("", text)):
        message = f'the attribute "{name[:40]}" refers to something outside the file'
        refuse(message, "use colours, or gradients of this file as url(#id)", Code.TEMPLATE_EXTERNAL)


def painted(name: str, text: str) -> dict[str, str] | None:
    """A paint as attributes: the colour as #rrggbb, or none, currentColor or url(#id), and its opacity if it is not opaque. name: one of
    PAINTS. None for a colour outside of sRGB, or what is no colour. SVG 2 takes every colour of CSS, and each renderer knows others."""
    bare = text[: _LONGEST_PAINT + 1].strip()
    if len(bare) > _LONGEST_PAINT:
        return None
    reference = REFERENCE.match(bare)
    if reference:
        return {name: f"url(#{reference.group(1)})"}
    if bare.lower() in _PAINT_WORDS:
        return {name: _PAINT_WORDS[bare.lower()]}
    colour = _colour(bare)
    if colour is None:
        return None
    shade, opacity = colour
    if opacity == 0 and name in ("fill", "stroke"):
        return {name: "none"}
    return {name: shade} if opacity == 1 or name == "color" else {name: shade, _OPACITY[name]: f"{opacity:.3g}"}


@lru_cache(maxsize=1024)
def _colour(text: str) -> tuple[str, float] | None:
    found = color4.parse_color(text)
    if found is None or isinstance(found, str) or found.space not in ("srgb", "hsl", "hwb"):
        return None
    red, green, blue, opacity = found.to("srgb")
    shade = "".join(f"{round(255 * min(1.0, max(0.0, part or 0.0))):02x}" for part in (red, green, blue))
    return f"#{shade}", float(opacity)


def _dashes(text: str) -> bool:
    """Whether a dash pattern can be drawn in reasonable time: a dash of 0.0001 on a long path holds cairo for minutes."""
    lengths = text.replace(",", " ").replace("px", "").split()
    return 0 < len(lengths) <= 16 and all(re.fullmatch(r"\d{1,4}(\.\d{1,6})?|\.\d{1,6}", one) and float(one) >= 0.1 for one in lengths)
