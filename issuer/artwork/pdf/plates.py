"""A plate for PDF: all objects that the certificates of an edition share, as they stand at the beginning of every file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from issuer.artwork.compiling import art
from issuer.artwork.compiling.store import Store
from issuer.artwork.edition import Edition
from issuer.artwork.pdf import artwork, colour, content, syntax
from issuer.artwork.pdf.fonts import Fonts
from issuer.artwork.template.blocks import Block
from issuer.artwork.template.transforms import Matrix

# Objects that differ from certificate to certificate, and that shared objects refer to.
CATALOG, PAGE, DOCUMENT = 1, 2, 3
FIRST = 4  # the shared objects begin here
_KIND = "pdf"
_HEADING, _PARAGRAPH = "H1", "P"


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """head: the file's beginning; entries: of the shared objects, for the cross-reference stream; next: the first number that is free.

    pages, content, profile, art: numbers of objects; fonts: entries of the page's /Font resource; words: for each text without fields its
    block and its structure element, whose marks are 0, 1, …; order: of all blocks, for reading; heading: the block that is the heading."""

    edition: Edition
    matrix: Matrix
    order: Mapping[Block, int] = field(repr=False)
    heading: Block | None
    head: bytes = field(repr=False)
    entries: bytes = field(repr=False)
    next: int
    numbers: Mapping[str, int]
    fonts: str
    words: tuple[tuple[Block, int], ...] = field(repr=False)

    def tag(self, block: Block) -> str:
        """The structure type of a text."""
        return _HEADING if block is self.heading else _PARAGRAPH


@lru_cache(maxsize=8)
def plate(edition: Edition, store: Store) -> Plate:
    """The plate of an edition, out of the store if it is there. Raises TemplateError if the artwork cannot be drawn."""
    key = edition.key
    data = store.get(_KIND, key)
    if data is None:
        data = _made(edition, store)
        store.put(_KIND, key, data)
    line, _, rest = data.partition(b"\n")
    told = json.loads(line)
    blocks = edition.template.blocks
    return Plate(
        edition,
        content.page_matrix(edition.template),
        {block: index for index, block in enumerate(blocks)},
        _heading(blocks),
        rest[: told["length"]],
        rest[told["length"] :],
        told["next"],
        told["numbers"],
        told["fonts"],
        tuple(zip([word.block for word in edition.words], told["elements"], strict=True)),
    )


def _heading(blocks: tuple[Block, ...]) -> Block | None:
    """The text that is set largest: what a reader sees first. A text that is turned or scaled counts as its size is in the template."""
    return max(blocks, key=lambda block: block.size, default=None)


def _made(edition: Edition, store: Store) -> bytes:
    """The plate as the store has it: a line of JSON, the head, the entries."""
    template, words = edition.template, edition.words
    objects = syntax.Objects(FIRST)
    fonts = Fonts("S", words)
    matrix = content.page_matrix(template)
    tags = ["H1" if word.block is _heading(template.blocks) else "P" for word in words]
    shown = [content.text(word, fonts, matrix, f"/{tag}<</MCID {mark}>>BDC") for mark, (word, tag) in enumerate(zip(words, tags, strict=True))]
    stream = "\n".join(["/Artifact BMC q /Art Do Q EMC", *shown])
    language = f"/Lang{syntax.string(template.language)}" if template.language else ""
    numbers = {
        "art": artwork.form(art.pdf(edition, store), template.width, template.height, objects),
        "content": objects.packed("", stream.encode("ascii")),
        "profile": objects.packed("/N 3", colour.srgb()),
        "pages": objects.add(f"<</Type/Pages/Kids[{PAGE} 0 R]/Count 1>>"),
    }
    resources = fonts.write(objects)
    elements = [
        objects.add(f"<</Type/StructElem/S/{tag}/P {DOCUMENT} 0 R/Pg {PAGE} 0 R/K {mark}{language}>>") for mark, tag in enumerate(tags)
    ]
    body, entries = objects.written(len(syntax.HEADER))
    head = syntax.HEADER + body
    told = {"length": len(head), "next": objects.next, "numbers": numbers, "fonts": resources, "elements": elements}
    return json.dumps(told).encode("ascii") + b"\n" + head + b"".join(entries[number] for number in range(FIRST, objects.next))
