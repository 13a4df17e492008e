"""Shapes that are filled with one picture, as Figma writes every photograph: a <pattern> as large as the shape, in which the picture is
used once. They become what every renderer draws alike: the picture itself, clipped by the shape. Other patterns are left to be refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from issuer.artwork.template import shapes, slots
from issuer.artwork.template.attributes import REFERENCE
from issuer.artwork.template.lengths import units
from issuer.artwork.template.markup import Node, Tree
from issuer.artwork.template.presentation import Box

_BOX = frozenset({"x", "y", "width", "height", "rx", "ry", "cx", "cy", "r"})  # what a shape says of where it is
_FILLED = ("rect", "circle", "ellipse")
_CLIP = "certificate-fill"


def adopt(tree: Tree) -> None:
    """Put pictures in the place of rectangles, circles and ellipses that are filled with them, and take all patterns out."""
    nodes = list(tree.root.walk())
    patterns = {node.attributes.get("id", ""): node for node in nodes if node.tag == "pattern"}
    if not patterns:
        return
    images = {node.attributes["id"] for node in nodes if node.tag == "image" and "id" in node.attributes}
    drawn = {name: picture for name, pattern in patterns.items() if (picture := _only(pattern, images))}
    count = 0
    for node in nodes:
        for place, child in enumerate(node.children):
            if isinstance(child, str) or child.tag not in _FILLED or (picture := drawn.get(_filled_with(child))) is None:
                continue
            if slots.is_code(child) or slots.is_called_qr(child) or "data-image" in child.attributes:
                child.attributes["fill"] = "#000000"  # a sample of what comes there
            elif box := shapes.extent(child):
                node.children[place] = _picture(child, box, picture, f"{_CLIP}{count}")
                count += 1
        node.children = [child for child in node.children if isinstance(child, str) or child.tag != "pattern"]


def _only(pattern: Node, images: set[str]) -> Node | None:
    """The <use> of an image, or the image, that is all of a pattern as large as what it fills."""
    get, inside = pattern.attributes.get, pattern.elements()
    if get("patternTransform") or any((units(get(name, "0")) or 0.0) != 0 for name in ("x", "y")):
        return None
    if get("patternContentUnits") != "objectBoundingBox" or get("width") != "1" or get("height") != "1" or len(inside) != 1:
        return None
    (one,) = inside
    return one if one.tag == "image" or (one.tag == "use" and one.attributes.get("href", "")[1:] in images) else None


def _filled_with(node: Node) -> str:
    match = REFERENCE.fullmatch(node.attributes.get("fill", ""))
    return match.group(1) if match else ""


def _picture(shape: Node, box: Box, picture: Node, clip: str) -> Node:
    """A group in the place of the shape: the picture within it, then its edge."""
    place = {name: value for name, value in shape.attributes.items() if name in _BOX}
    look = {name: value for name, value in shape.attributes.items() if name not in _BOX and not name.startswith("fill")}
    outline = _node(shape.tag, place, shape)
    inner = _node("g", {"transform": f"translate({box.x:.6g} {box.y:.6g}) scale({box.width:.6g} {box.height:.6g})"}, picture, picture)
    pale = {"opacity": shape.attributes["fill-opacity"]} if "fill-opacity" in shape.attributes else {}
    clipped = _node("g", {"clip-path": f"url(#{clip})", **pale}, shape, inner)
    edge = _node(shape.tag, {**place, "fill": "none"}, shape)
    return _node("g", look, shape, _node("clipPath", {"id": clip}, shape, outline), clipped, edge)


def _node(tag: str, attributes: Mapping[str, str], like: Node, *children: Node) -> Node:
    return Node(tag, dict(attributes), like.line, list(children))
