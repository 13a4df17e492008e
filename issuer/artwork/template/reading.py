"""A certificate template: an SVG whose texts name fields as {{ field }}.

A batch names its template; a record names the SHA-256 of the template that it was issued with.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from issuer.artwork.template import blocks, branding, clips, conditions, fills, markup, page, references, slots
from issuer.artwork.template.blocks import Block
from issuer.artwork.template.brand import NO_BRAND, Brand
from issuer.artwork.template.manifest import Manifest
from issuer.artwork.template.manifest import read as read_manifest
from issuer.artwork.template.markup import Node
from issuer.artwork.template.mistakes import Mistakes
from issuer.artwork.template.presentation import Box
from issuer.artwork.template.slots import Code
from issuer.errors import Place, TemplateError
from issuer.roster.findings import Code as Finding

_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use", "clipPath"})
MAX_TEXTS = 500  # lines of texts: every two are compared


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A template that has been checked. sha256: hex, of the file's bytes; brand: what it shows of the brand that it was read with; fields:
    what it fills in or depends on; width, height: points; conditions: the fields on whose presence a part of the artwork depends; images:
    names of the slots for pictures, each once. Two are equal only if they are the same object."""

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
    images: tuple[str, ...]
    manifest: Manifest
    root: Node = field(repr=False)

    def spoken(self, language: str | None) -> str:
        """The language in which dates and numbers are written for a recipient: their own, unless the template speaks others only."""
        return language if language and self.manifest.speaks(language) else self.language


@dataclass(frozen=True, slots=True)
class Survey:
    """A template, None if it cannot be used, and every mistake in it, in the order of its lines. rest: what there is of it without them,
    None if reading could not go on."""

    template: Template | None
    mistakes: tuple[TemplateError, ...]
    rest: Template | None


def load(path: Path, *, shown_as: str | None = None, brand: Brand = NO_BRAND) -> Template:
    """Read a template from disk. shown_as: the path to name in errors. Raises TemplateError."""
    shown = shown_as or str(path)
    return parse(read_source(path, shown_as=shown), shown_as=shown, brand=brand)


def read_source(path: Path, *, shown_as: str) -> bytes:
    """The bytes of a template's file, of one that is too large only so many as show that. Raises TemplateError."""
    try:
        with path.open("rb") as file:
            return file.read(markup.MAX_BYTES + 1)
    except OSError as error:
        message = f"the template cannot be read: {error.strerror}"
        raise TemplateError(message, place=Place(shown_as), hint="check its name in batch.yml") from error


def parse(source: bytes, *, shown_as: str, brand: Brand = NO_BRAND, issued: bool = False) -> Template:
    """Read and check a template. shown_as: its path as the user knows it; issued: certificates were issued with it, so that an earlier
    version took it: what is wrong with a shape alone is left out then. Raises TemplateError for the first other mistake."""
    template, mistakes = _survey(source, shown_as, brand)
    first = next((mistake for mistake in mistakes if not (issued and _is_about_a_shape(mistake))), None)
    if first is not None or template is None:
        raise first or mistakes[0]
    return template


def survey(source: bytes, *, shown_as: str, brand: Brand = NO_BRAND) -> Survey:
    """Read a template and collect everything that is wrong with it, up to a hundred mistakes."""
    template, mistakes = _survey(source, shown_as, brand)
    return Survey(None if mistakes else template, mistakes, template)


def _survey(source: bytes, shown_as: str, brand: Brand) -> tuple[Template | None, tuple[TemplateError, ...]]:
    mistakes = Mistakes()
    template = None
    with mistakes.caught():
        template = _read(source, shown_as, brand, mistakes)
    return template, mistakes.in_order()


def _is_about_a_shape(mistake: TemplateError) -> bool:
    """Whether a mistake is an attribute of an element that draws, and says nothing."""
    element = (mistake.place and mistake.place.element) or ""
    return mistake.code == Finding.TEMPLATE_ATTRIBUTE and element.strip("<>").partition(" ")[0] in _SHAPES


def _read(source: bytes, shown_as: str, brand: Brand, mistakes: Mistakes) -> Template:
    tree = markup.read(source, shown_as, mistakes)
    fills.adopt(tree)
    root = tree.root
    references.check(tree, shown_as, mistakes)
    clips.check(tree, shown_as, mistakes)
    view, width, height = page.size(root, shown_as)
    slots.adopt_code(root)
    used = branding.apply(root, brand)
    manifest = Manifest()
    with mistakes.caught():
        manifest = read_manifest(root, shown_as)
    found = _texts(root, view, shown_as, mistakes)
    filled = frozenset(name for block in found for name in block.fields)
    code = None
    with mistakes.caught():
        code = _code(root, view, width / view.width, shown_as)
        if code is None and "url" not in filled:
            message, hint = "the template shows neither a QR code nor {{ url }}", f"{slots.QR_HINT} where the QR code shall stand"
            raise TemplateError(message, place=Place(shown_as), hint=hint, code=Finding.TEMPLATE_QR)
    images = tuple(dict.fromkeys(slot.name for slot in slots.images(root, shown_as, mistakes)))
    stated = (node.attributes.get("data-if", "").split() for node in root.walk())
    needed = frozenset().union(*map(conditions.names, stated)) | frozenset(images).difference(dict(used.pictures))
    return Template(
        name=Path(shown_as).stem,
        sha256=hashlib.sha256(source).hexdigest(),
        brand=used,
        source=source,
        fields=filled | needed,
        width=width,
        height=height,
        page=view,
        language=root.attributes.get("xml:lang", root.attributes.get("lang", "en")),
        blocks=found,
        code=code,
        conditions=needed,
        images=images,
        manifest=manifest,
        root=root,
    )


def _code(root: Node, view: Box, points: float, shown_as: str) -> Code | None:
    """The place of the QR code. Where it is wrong because the page is, that is said instead."""
    try:
        return slots.code(root, shown_as, view, points)
    except TemplateError as error:
        if error.code == Finding.TEMPLATE_QR:
            page.check_units(root, shown_as)
        raise


def _texts(root: Node, view: Box, shown_as: str, mistakes: Mistakes) -> tuple[Block, ...]:
    found = tuple(blocks.collect(root, view, shown_as, mistakes))
    if len(found) > MAX_TEXTS:
        message, hint = f"the template has more than {MAX_TEXTS:,} texts", "write words as one <text>, not letter by letter"
        raise TemplateError(message, place=Place(shown_as, line=root.line), hint=hint, code=Finding.TEMPLATE_LARGE)
    return found
