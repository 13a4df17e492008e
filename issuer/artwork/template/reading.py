"""A certificate template: an SVG whose texts name fields as {{ field }}.

A batch names its template; a record names the SHA-256 of the template that it was issued with.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from issuer.artwork.template import blocks, markup
from issuer.artwork.template.blocks import Block
from issuer.artwork.template.brand import NO_BRAND, Brand
from issuer.artwork.template.markup import Node
from issuer.artwork.template.presentation import Box
from issuer.errors import Place, TemplateError

_UNITS = {"": 0.75, "px": 0.75, "pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0}  # points
_LARGEST = 14_400.0  # points, the largest page of PDF
_SMALLEST_QR = 42.0  # points, 15 mm: smaller ones are hard to scan from paper


@dataclass(frozen=True, slots=True)
class Code:
    """Where the QR code stands: a square in the template's units, with its quiet zone."""

    x: float
    y: float
    size: float
    dark: str
    light: str


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A template that has been checked. sha256: hex, of the file's bytes; fields: what it fills in or depends on; width, height: points;
    conditions: the fields on whose presence a part of the artwork depends. Two are equal only if they are the same object."""

    name: str
    sha256: str
    brand: Brand
    source: bytes = field(repr=False)
    fields: frozenset[str]
    width: float
    height: float
    page: Box
    language: str
    blocks: tuple[Block, ...] = field(repr=False)
    code: Code | None
    conditions: frozenset[str]
    root: Node = field(repr=False)


def load(path: Path, *, shown_as: str | None = None, brand: Brand = NO_BRAND) -> Template:
    """Read a template from disk. shown_as: the path to name in errors. Raises TemplateError."""
    shown = shown_as or str(path)
    try:
        with path.open("rb") as file:
            source = file.read(markup.MAX_BYTES + 1)
    except OSError as error:
        raise TemplateError(
            f"the template cannot be read: {error.strerror}", place=Place(shown), hint="check its name in batch.yml"
        ) from error
    return parse(source, shown_as=shown, brand=brand)


def parse(source: bytes, *, shown_as: str, brand: Brand = NO_BRAND) -> Template:
    """Read and check a template. shown_as: its path as the user knows it. Raises TemplateError with file and line."""
    root = markup.read(source, shown_as)
    page, width, height = _page(root, shown_as)
    found = tuple(blocks.collect(root, page, shown_as))
    code = _code(root, shown_as, width / page.width)
    used = frozenset(name for block in found for name in block.fields)
    if code is None and "url" not in used:
        hint = 'add <rect data-qr="url" x="…" y="…" width="…" height="…"/> where the QR code shall stand'
        raise TemplateError("the template shows neither a QR code nor {{ url }}", place=Place(shown_as), hint=hint)
    conditions = frozenset(name for node in root.walk() for name in node.attributes.get("data-if", "").split())
    return Template(
        name=Path(shown_as).stem,
        sha256=hashlib.sha256(source).hexdigest(),
        brand=brand,
        source=source,
        fields=used | conditions,
        width=width,
        height=height,
        page=page,
        language=root.attributes.get("xml:lang", root.attributes.get("lang", "en")),
        blocks=found,
        code=code,
        conditions=conditions,
        root=root,
    )


def _page(root: Node, shown_as: str) -> tuple[Box, float, float]:
    place = Place(shown_as, line=root.line)
    numbers = re.findall(r"[-+]?\d{1,6}(?:\.\d{1,9})?", root.attributes.get("viewBox", ""))
    if len(numbers) != 4 or float(numbers[2]) <= 0 or float(numbers[3]) <= 0:
        hint = 'for A4 landscape: width="297mm" height="210mm" viewBox="0 0 841.89 595.28"'
        raise TemplateError("the root has no viewBox of four numbers", place=place, hint=hint)
    x, y, wide, high = map(float, numbers)
    width, height = (_length(root.attributes.get(name, f"{units}"), name, place) for name, units in (("width", wide), ("height", high)))
    if abs(width / height - wide / high) > 0.01 * wide / high:
        raise TemplateError("width and height have another shape than the viewBox", place=place, hint="make their ratios equal")
    return Box(x, y, wide, high), width, height


def _length(text: str, name: str, place: Place) -> float:
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,9})?)(px|pt|mm|cm|in|)", text.strip())
    points = float(match.group(1)) * _UNITS[match.group(2)] if match else 0.0
    if not 36 <= points <= _LARGEST:
        raise TemplateError(f'{name}="{text}" is not the size of a page', place=place, hint='write it like width="297mm"')
    return points


def _code(root: Node, shown_as: str, points: float) -> Code | None:
    found = [node for node in root.walk() if "data-qr" in node.attributes]
    for node in found:
        place = Place(shown_as, line=node.line)
        if node.tag != "rect" or node.attributes["data-qr"] != "url":
            raise TemplateError(
                "data-qr stands on something else than a <rect>, or is not url", place=place, hint='write <rect data-qr="url" …/>'
            )
    if not found:
        return None
    place = Place(shown_as, line=found[-1].line)
    if len(found) > 1:
        raise TemplateError("the template has more than one QR code", place=place, hint="keep one: they would all be the same")
    if any("transform" in node.attributes for node in _ancestors(root, found[0])):
        raise TemplateError("the QR code is inside a transform", place=place, hint="place it with x and y, outside of transformed groups")
    values = [found[0].attributes.get(name, "0") for name in ("x", "y", "width", "height")]
    if not all(re.fullmatch(r"\d{1,6}(\.\d{1,9})?", value) for value in values):
        raise TemplateError("the QR code's x, y, width and height are not plain numbers", place=place, hint="write them without units")
    x, y, width, height = map(float, values)
    if width != height or width * points < _SMALLEST_QR:
        raise TemplateError("the QR code is not a square of at least 15 mm", place=place, hint="make width and height equal, and larger")
    return Code(x, y, width, *_code_colours(found[0], place))


def _code_colours(node: Node, place: Place) -> tuple[str, str]:
    dark, light = node.attributes.get("fill", "#000000"), "#ffffff"
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", dark) or sum(int(dark[at : at + 2], 16) for at in (1, 3, 5)) > 3 * 0x60:
        raise TemplateError(
            f'fill="{dark}" of the QR code is not a dark colour', place=place, hint="scanners need contrast: use #000000 or near it"
        )
    return dark, light


def _ancestors(root: Node, wanted: Node) -> list[Node]:
    if root is wanted:
        return [root]
    for child in root.children:
        if isinstance(child, Node) and (found := _ancestors(child, wanted)):
            return [root, *found]
    return []
