"""Clips that are not drawn everywhere as in an editor: CairoSVG, which draws PDF and PNG, fills every clip by the non-zero rule, and knows
no clip of a clip; browsers pass over groups in it. Not looked for: shapes of one clip that overlap and run in opposite directions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from typing import NoReturn

from issuer.artwork.template.attributes import REFERENCE
from issuer.artwork.template.markup import Node, Tree, element
from issuer.artwork.template.mistakes import Mistakes
from issuer.errors import Place, TemplateError
from issuer.roster.findings import Code

_SUBPATH = re.compile(r"[mM]|[zZ](?=[\s,]*[^\s,mMzZ])")
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "polygon", "polyline", "line"})
_BOXES = ("rect", "image")
_CUT = "cut the shape itself: Path > Difference or Intersection in Inkscape, the Pathfinder in Illustrator"


def check(tree: Tree, shown_as: str, mistakes: Mistakes) -> None:
    """Refuse every clip that PDF, PNG and SVG would not show alike, with its line and element."""
    _Clips({node.attributes["id"]: node for node in tree.root.walk() if "id" in node.attributes}, shown_as, mistakes).look(tree.root, "")


class _Clips:
    """by_id: the elements that <use> may point at."""

    def __init__(self, by_id: Mapping[str, Node], shown_as: str, mistakes: Mistakes) -> None:
        self.by_id = by_id
        self.shown_as = shown_as
        self.mistakes = mistakes
        self.holed: dict[Node, bool] = {}

    def look(self, node: Node, rule: str) -> None:
        """Look for clips in an element. rule: the clip-rule that it inherits."""
        rule = _rule(node, rule)
        if node.tag not in _BOXES:
            with self.mistakes.caught():
                self.of_its_box(node)
        if node.tag == "clipPath":
            with self.mistakes.caught():
                self.unclipped(node)
        for child in node.elements():
            if node.tag == "clipPath":
                with self.mistakes.caught():
                    self.part(child, rule)
            else:
                self.look(child, rule)

    def part(self, node: Node, rule: str) -> None:
        """An element right inside a clip."""
        self.unclipped(node)
        if node.tag == "g":
            self.refuse(node, "a group stands in a clip", "ungroup it: a clip is made of shapes")
        if node.tag not in (*_SHAPES, "use", "text", "title", "desc"):
            self.refuse(node, f"a <{node.tag}> stands in a clip", "a clip is made of shapes: draw its outline instead")
        shape = self.by_id.get(node.attributes.get("href", "").removeprefix("#"), node) if node.tag == "use" else node
        if shape is not node:
            self.unclipped(shape)
            if shape.tag not in _SHAPES:
                self.refuse(node, f"a clip uses a <{shape.tag}>", "draw the shape itself in the clip")
        if _rule(shape, _rule(node, rule)) == "evenodd" and self.has_holes(shape):
            self.refuse(shape, 'a clip has holes by clip-rule="evenodd"', f"choose the non-zero winding rule for it, or {_CUT}")

    def of_its_box(self, node: Node) -> None:
        """CairoSVG knows how large rectangles and pictures are, and nothing else."""
        for target in REFERENCE.findall(node.attributes.get("clip-path", "")):
            clip = self.by_id.get(target)
            if clip is not None and clip.attributes.get("clipPathUnits") == "objectBoundingBox":
                self.refuse(node, 'its clip has clipPathUnits="objectBoundingBox"', "give the clip the units of the drawing")

    def has_holes(self, shape: Node) -> bool:
        """Whether a path has more than one subpath; of one with a single subpath the two rules differ only where it crosses itself."""
        known = self.holed.get(shape)
        if known is None:
            found = islice(_SUBPATH.finditer(shape.attributes.get("d", "")), 2)
            known = self.holed[shape] = len(list(found)) > 1
        return known

    def unclipped(self, node: Node) -> None:
        if node.attributes.get("clip-path", "none").strip() != "none":
            self.refuse(node, "a clip is clipped by another", _CUT)

    def refuse(self, node: Node, message: str, hint: str) -> NoReturn:
        place = Place(self.shown_as, line=node.line, element=element(node))
        raise TemplateError(message, place=place, hint=hint, code=Code.TEMPLATE_ATTRIBUTE)


def _rule(node: Node, inherited: str) -> str:
    own = node.attributes.get("clip-rule", "inherit").strip().lower()
    return inherited if own == "inherit" else own
