"""A template takes on its issuer's brand: colours where data-fill, data-stroke or data-stop-color name one, pictures where data-image does.

data-fill="accent"            the brand's colour of this name, or the colour that is drawn there if the brand has none
data-fill="accent 20%"        a fifth of it, the rest white
data-if="logo"                holds if there is such a picture; data-if="!logo" if there is none
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from issuer.artwork.template import conditions
from issuer.artwork.template.brand import Brand
from issuer.artwork.template.markup import Node
from issuer.artwork.template.slots import is_code, is_dark

PAINTS = {"data-fill": "fill", "data-stroke": "stroke", "data-stop-color": "stop-color"}
NAMED = re.compile(r"([a-z][a-z0-9_-]{0,63})(?:\s+([1-9]\d?|100)%)?")
"""What stands in them: a name, and how much of the colour there is."""
IMAGE, CONDITION = "data-image", "data-if"


def apply(root: Node, brand: Brand) -> Brand:
    """Colour the tree, and settle what depends on whether a picture is there. Returns what of the brand the template uses, or may use: a
    data-image that names none of its pictures may be a field, whose value names any of them."""
    colours, pictures = dict(brand.colours), dict(brand.pictures)
    used: set[str] = set()
    shown: set[str] = set()
    for node in _kept(root, pictures, shown):
        for name, paint in PAINTS.items():
            match = NAMED.fullmatch(node.attributes.get(name, ""))
            if match and match.group(1) in colours:
                used.add(match.group(1))
                colour = tint(colours[match.group(1)], int(match.group(2) or 100))
                if not is_code(node) or is_dark(colour):  # a brand in yellow still has certificates that can be scanned
                    node.attributes[paint] = colour
        if wanted := node.attributes.get(IMAGE):
            shown |= {wanted} if wanted in pictures else set(pictures)
    return Brand.of({name: colours[name] for name in used}, {name: pictures[name] for name in shown})


def tint(colour: str, percent: int) -> str:
    """So much of a colour on white paper. colour and result: #rrggbb."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * percent / 100):02x}" for part in parts)


def _kept(node: Node, pictures: Collection[str], shown: set[str]) -> Iterator[Node]:
    """The elements that stay, without those that stand for a missing picture and without the conditions that pictures settle."""
    yield node
    node.children = [child for child in node.children if isinstance(child, str) or _stays(child, pictures, shown)]
    for child in node.elements():
        yield from _kept(child, pictures, shown)


def _stays(node: Node, pictures: Collection[str], shown: set[str]) -> bool:
    stated = node.attributes.get(CONDITION, "").split()
    settled = [condition for condition in stated if condition.removeprefix("!") in pictures]
    if settled:
        shown |= conditions.names(settled)
        node.attributes[CONDITION] = " ".join(condition for condition in stated if condition not in settled)
        if len(settled) == len(stated):
            del node.attributes[CONDITION]
    return not any(condition.startswith("!") for condition in settled)
