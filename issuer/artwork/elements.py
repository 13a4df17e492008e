"""The elements of a template written down again as SVG: without what only a template has, and without what nothing shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.sax.saxutils import quoteattr

from issuer.artwork.template.attributes import TEXT
from issuer.artwork.template.markup import Node
from issuer.artwork.template.references import targets

_ROOT = frozenset("viewBox width height x y version id preserveAspectRatio".split())
_UNWRITTEN = TEXT | {"xml:lang", "lang", "role", "aria-label"}
_POINTS_AT = re.compile(r"url\(\s*['\"]?#")
_USED_BY_NAME = frozenset({"linearGradient", "radialGradient", "clipPath", "symbol"})
_GROUPS = frozenset({"g", "defs"})
_REPLACED = Callable[[Node], str | None]


def inside(root: Node, replaced: _REPLACED, prefix: str = "") -> str:
    """What is in an <svg>, with what its root hands down. replaced: what stands in the place of an element, None for itself; prefix: of
    all ids."""
    writer = _Writer(root, replaced, prefix)
    drawn = "".join(writer.write(child) for child in root.elements())
    given = Node("g", {name: value for name, value in sorted(root.attributes.items()) if name not in _ROOT}, root.line)
    inherited = writer.attributes(given)
    return f"<g{inherited}>{drawn}</g>" if inherited else drawn


class _Writer:
    """Writes elements. pointed: the ids that something points at."""

    def __init__(self, root: Node, replaced: _REPLACED, prefix: str) -> None:
        self.replaced = replaced
        self.prefix = prefix
        self.pointed = frozenset(target for node in root.walk() for target in targets(node))

    def write(self, node: Node, around: str = "") -> str:
        """An element and what is in it. around: the tag of what it stands in; in <defs> it is seen only where something points at it."""
        other = self.replaced(node)
        if other is not None:
            return other
        hidden = node.attributes.get("display") == "none"
        if (hidden or around == "defs" or node.tag in _USED_BY_NAME) and not self.is_pointed_at(node):
            return ""
        content = "".join(self.write(child, node.tag) for child in node.elements())
        if not content and node.tag in _GROUPS:
            return ""
        if node.tag == "use" and "opacity" in node.attributes:  # CairoSVG passes over it there; in a clip it says nothing
            pale = {name: value for name, value in node.attributes.items() if name in ("id", "opacity")}
            bare = Node("use", {name: value for name, value in node.attributes.items() if name not in pale}, node.line)
            if around != "clipPath":
                return f"<g{self.attributes(Node('g', pale, node.line))}>{self.write(bare)}</g>"
            node = bare
        start = f"<{node.tag}{self.attributes(node)}"
        return f"{start}>{content}</{node.tag}>" if content else f"{start}/>"

    def is_pointed_at(self, node: Node) -> bool:
        return any(inner.attributes.get("id") in self.pointed for inner in node.walk())

    def attributes(self, node: Node) -> str:
        """The attributes that are drawn, each with a space before it."""
        kept = (
            (name, value)
            for name, value in node.attributes.items()
            if name not in _UNWRITTEN and not name.startswith("data-") and (name != "id" or value in self.pointed)
        )
        return "".join(f" {name}={quoteattr(self.named(name, value) if self.prefix else value)}" for name, value in kept)

    def named(self, name: str, value: str) -> str:
        """A value whose ids begin with prefix, so that two pictures in one file do not share any."""
        if name == "id":
            return self.prefix + value
        if name == "href" and value.startswith("#"):
            return f"#{self.prefix}{value[1:]}"
        return _POINTS_AT.sub(lambda match: match.group() + self.prefix, value)
