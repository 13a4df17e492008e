"""The elements of a template written down again as SVG: without what only a template has, and without what nothing shows.

CairoSVG, which draws PDF and PNG, and browsers, which draw the SVG, do not understand every element alike. What they do not is written
as what they do:

    opacity on a shape with fill and stroke     around it, in a group: CairoSVG makes fill and stroke transparent apart
    visibility                                  what is hidden is left out: CairoSVG draws pictures all the same
    ends, corners and dashes of a stroke        on each shape, where one in a group has other ones: CairoSVG cannot take them back
    <use> with x, y and a clip                  moved by a transform, as browsers clip
    <use> of a symbol with a width alone        with the height that is meant, that of the page
    x, r, … of a group                          left out: CairoSVG hands them down
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from xml.sax.saxutils import quoteattr

from issuer.artwork.template.attributes import LENGTHS, TEXT
from issuer.artwork.template.markup import Node
from issuer.artwork.template.references import targets

_ROOT = frozenset("viewBox width height x y version id preserveAspectRatio".split())
_UNWRITTEN = TEXT | {"xml:lang", "lang", "role", "aria-label", "overflow", "pathLength"}
_POINTS_AT = re.compile(r"url\(\s*['\"]?#")
_USED_BY_NAME = frozenset({"linearGradient", "radialGradient", "clipPath", "symbol"})
_GROUPS = frozenset({"g", "defs"})
_SHAPES = frozenset("path rect circle ellipse line polyline polygon".split())
_LEAVES = _SHAPES | {"use", "image"}
_STROKE = ("stroke-linecap", "stroke-linejoin", "stroke-dasharray")
_OF_SHAPES = LENGTHS | {"d", "points"}
_NO_PLACE = {"g": _OF_SHAPES, "use": _OF_SHAPES - {"x", "y", "width", "height"}}
_OPAQUE = ("1", "1.0")
_HIDDEN = {"visibility": "hidden"}
_REPLACED = Callable[[Node], str | None]


@dataclass(frozen=True, slots=True)
class _Given:
    """What an element inherits. stroke: what groups around it have of _STROKE and did not write; fill, line: the paints; hidden: whether
    nothing is shown; used: whether it is a part of what is used elsewhere, where it inherits other things."""

    stroke: Mapping[str, str] = field(default_factory=dict)
    fill: str = "#000000"
    line: str = "none"
    hidden: bool = False
    used: bool = False


def inside(root: Node, replaced: _REPLACED, prefix: str = "") -> str:
    """What is in an <svg>, with what its root hands down. replaced: what stands in the place of an element, None for itself; prefix: of
    all ids."""
    kept = {name: value for name, value in sorted(root.attributes.items()) if name not in _ROOT}
    drawn = _Writer(root, replaced, prefix).write(Node("g", kept, root.line, list(root.elements())), _Given())
    return drawn.removeprefix("<g>").removesuffix("</g>") if drawn.startswith("<g>") else drawn


class _Writer:
    """Writes elements. pointed: the ids that something points at; symbols: those of symbols; size: of the page, in its units."""

    def __init__(self, root: Node, replaced: _REPLACED, prefix: str) -> None:
        self.replaced = replaced
        self.prefix = prefix
        self.pointed = frozenset(target for node in root.walk() for target in targets(node))
        self.symbols = frozenset(f"#{node.attributes.get('id')}" for node in root.walk() if node.tag == "symbol")
        self.size = dict(zip(("width", "height"), root.attributes.get("viewBox", "").replace(",", " ").split()[2:], strict=False))

    def write(self, node: Node, given: _Given, around: str = "") -> str:
        """An element and what is in it. around: the tag of what it stands in; in <defs> it is seen only where something points at it."""
        unseen = node.attributes.get("display") == "none" or around == "defs" or node.tag in _USED_BY_NAME
        if unseen and not self.is_pointed_at(node):
            return ""
        if node.attributes.get("id") in self.pointed and node.tag != "clipPath" and not given.used:
            around_it = {**given.stroke, **(_HIDDEN if given.hidden else {})}
            return self.group(around_it, self.write(node, _Given(fill=given.fill, line=given.line, used=True), around))
        here = _handed(node, given)
        if here.hidden and not here.used and node.tag in _LEAVES - {"use"}:
            return ""
        other = self.replaced(node)
        if other is not None:
            return other
        return self.leaf(node, here, around) if node.tag in _LEAVES else self.branch(node, here)

    def branch(self, node: Node, here: _Given) -> str:
        """An element that others stand in."""
        moved = [name for name in here.stroke if _is_changed(name, here.stroke[name], node)] if node.tag == "g" else []
        inner = replace(here, stroke={name: here.stroke[name] for name in moved}, hidden=here.hidden and node.tag == "g")
        content = "".join(self.write(child, inner, node.tag) for child in node.elements())
        if not content and node.tag in _GROUPS:
            return ""
        kept = {name: value for name, value in node.attributes.items() if name not in moved}
        if node.tag == "g":
            kept |= {name: value for name, value in here.stroke.items() if name not in moved}
        if not here.used:
            kept.pop("visibility", None)
        start = f"<{node.tag}{self.attributes(node.tag, kept)}"
        return f"{start}>{content}</{node.tag}>" if content else f"{start}/>"

    def leaf(self, node: Node, here: _Given, around: str) -> str:
        """A shape, a picture, or what draws another element."""
        kept = {**node.attributes, **here.stroke}
        if not here.used:
            kept = {name: value for name, value in kept.items() if name != "visibility"} | (_HIDDEN if here.hidden else {})
        both = node.tag in _SHAPES and (here.used or (here.fill != "none" and here.line != "none"))
        pale: dict[str, str] = {}
        if kept.get("opacity", "1") not in _OPAQUE and (node.tag == "use" or both):
            if around == "clipPath":  # where it says nothing
                del kept["opacity"]
            else:
                pale = {name: kept.pop(name) for name in ("id", "opacity") if name in kept}
        written = f"<{node.tag}{self.attributes(node.tag, self.use(kept) if node.tag == 'use' else kept)}/>"
        return self.group(pale, written)

    def use(self, given: dict[str, str]) -> dict[str, str]:
        """The attributes of a <use> that say the same to all who draw it."""
        if given.get("href") in self.symbols and ("width" in given) != ("height" in given):
            given = {**self.size, **given}
        if "clip-path" in given and ("x" in given or "y" in given):
            step = f"translate({given.get('x', '0')} {given.get('y', '0')})"
            given = {name: value for name, value in given.items() if name not in ("x", "y")}
            given["transform"] = f"{given.get('transform', '')} {step}".strip()
        return given

    def group(self, attributes: Mapping[str, str], content: str) -> str:
        """Content in a group with these attributes; alone if there are none."""
        return f"<g{self.attributes('g', attributes)}>{content}</g>" if attributes and content else content

    def is_pointed_at(self, node: Node) -> bool:
        return any(inner.attributes.get("id") in self.pointed for inner in node.walk())

    def attributes(self, tag: str, given: Mapping[str, str]) -> str:
        """The attributes that are drawn, each with a space before it."""
        kept = (
            (name, value)
            for name, value in given.items()
            if name not in _UNWRITTEN
            and name not in _NO_PLACE.get(tag, ())
            and not name.startswith("data-")
            and (name != "id" or value in self.pointed)
        )
        return "".join(f" {name}={quoteattr(self.named(name, value) if self.prefix else value)}" for name, value in kept)

    def named(self, name: str, value: str) -> str:
        """A value whose ids begin with prefix, so that two pictures in one file do not share any."""
        if name == "id":
            return self.prefix + value
        if name == "href" and value.startswith("#"):
            return f"#{self.prefix}{value[1:]}"
        return _POINTS_AT.sub(lambda match: match.group() + self.prefix, value)


def _handed(node: Node, given: _Given) -> _Given:
    """What an element has and hands down."""
    own = {name: value for name, value in node.attributes.items() if value != "inherit"}
    stroke = {**given.stroke, **{name: own[name] for name in _STROKE if name in own}}
    hidden = own["visibility"] != "visible" if "visibility" in own else given.hidden
    return _Given(stroke, own.get("fill", given.fill), own.get("stroke", given.line), hidden, given.used)


def _is_changed(name: str, value: str, group: Node) -> bool:
    """Whether something in a group has another value than the group."""
    return any(inner.attributes.get(name, "inherit") not in ("inherit", value) for inner in group.walk() if inner is not group)
