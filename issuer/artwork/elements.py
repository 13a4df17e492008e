"""The elements of a template written down again as SVG, without what only a template has."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.sax.saxutils import quoteattr

from issuer.artwork.template.markup import Node

# Our own attributes, and those that only text has.
_OURS = ("data-", "xml:lang", "font-", "letter-spacing", "text-", "line-height", "-inkscape-", "white-space")
_ROOT = frozenset("viewBox width height x y version id xml:lang lang preserveAspectRatio role baseProfile".split())
_POINTS_AT = re.compile(r"url\(\s*['\"]?#")


def write(node: Node, replaced: Callable[[Node], str | None], prefix: str = "") -> str:
    """An element and what is in it. replaced: what stands in its place, None for itself; prefix: of all ids."""
    other = replaced(node)
    if other is not None:
        return other
    inside = "".join(write(child, replaced, prefix) for child in node.children if isinstance(child, Node))
    start = f"<{node.tag}{attributes(node, prefix)}"
    return f"{start}>{inside}</{node.tag}>" if inside else f"{start}/>"


def inside(root: Node, replaced: Callable[[Node], str | None], prefix: str = "") -> str:
    """What is in an <svg>, with what its root hands down."""
    drawn = "".join(write(child, replaced, prefix) for child in root.children if isinstance(child, Node))
    given = Node("g", {name: value for name, value in sorted(root.attributes.items()) if name not in _ROOT}, root.line)
    inherited = attributes(given, prefix)
    return f"<g{inherited}>{drawn}</g>" if inherited else drawn


def attributes(node: Node, prefix: str = "") -> str:
    """The attributes that are drawn, each with a space before it."""
    kept = ((name, value) for name, value in node.attributes.items() if not name.startswith(_OURS))
    return "".join(f" {name}={quoteattr(_named(name, value, prefix) if prefix else value)}" for name, value in kept)


def _named(name: str, value: str, prefix: str) -> str:
    """A value whose ids begin with prefix, so that two pictures in one file do not share any."""
    if name == "id":
        return prefix + value
    if name == "href" and value.startswith("#"):
        return f"#{prefix}{value[1:]}"
    return _POINTS_AT.sub(lambda match: match.group() + prefix, value)
