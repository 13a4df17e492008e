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
from issuer.artwork.pdf.content import Stage
from issuer.artwork.template.blocks import Block
from issuer.artwork.template.transforms import Matrix

# Objects that differ from certificate to certificate, and that shared objects refer to.
CATALOG, PAGE, DOCUMENT = 1, 2, 3
FIRST = 4  # the shared objects begin here
_KIND = "pdf"


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """head: the file's beginning; entries: of the shared objects, for the cross-reference stream; next: the first number that is free.

    numbers: of the objects art, profile and pages; fonts: entries of the page's /Font resource; words: the texts without fields, with their
    marks 0, 1, …; stage: where the texts of a certificate begin; order: of all blocks, for reading; heading: the block that is it."""

    edition: Edition
    matrix: Matrix
    order: Mapping[Block, int] = field(repr=False)
    heading: Block | None
    head: bytes = field(repr=False)
    entries: bytes = field(repr=False)
    next: int
    numbers: Mapping[str, int]
    fonts: str
    words: tuple[Words, ...] = field(repr=False)
    stage: Stage = field(repr=False)


@dataclass(frozen=True, slots=True)
class Words:
    """A text without fields. place: in the order of reading; element: the number of its structure element."""

    place: int
    element: int
    operators: str


@lru_cache(maxsize=8)
def plate(edition: Edition, store: Store) -> Plate:
    """The plate of an edition, out of the store if it is there. Raises TemplateError if the artwork cannot be drawn."""
    data = store.get(_KIND, edition.key)
    if data is None:
        data = _made(edition, store)
        store.put(_KIND, edition.key, data)
    line, _, rest = data.partition(b"\n")
    told = json.loads(line)
    order = _order(edition)
    words = zip(edition.words, told["elements"], told["operators"], strict=True)
    return Plate(
        edition,
        content.page_matrix(edition.template),
        order,
        _heading(edition),
        rest[: told["length"]],
        rest[told["length"] :],
        told["next"],
        told["numbers"],
        told["fonts"],
        tuple(Words(order[text.block], element, operators) for text, element, operators in words),
        Stage("F", content.page_matrix(edition.template)),
    )


def tag(block: Block, heading: Block | None) -> str:
    """The structure type of a text."""
    return "H1" if block is heading else "P"


def _order(edition: Edition) -> dict[Block, int]:
    return {block: index for index, block in enumerate(edition.template.blocks)}


def _heading(edition: Edition) -> Block | None:
    """The text that is set largest: what a reader sees first."""
    return max(edition.template.blocks, key=lambda block: block.size, default=None)


def _made(edition: Edition, store: Store) -> bytes:
    """The plate as the store has it: a line of JSON, the head, the entries."""
    template, words = edition.template, edition.words
    objects = syntax.Objects(FIRST)
    numbers = {
        "art": artwork.form(art.pdf(edition, store), edition.art, template.width, template.height, objects),
        "profile": objects.packed("/N 3", colour.srgb()),
        "pages": objects.add(f"<</Type/Pages/Kids[{PAGE} 0 R]/Count 1>>"),
    }
    language = f"/Lang{syntax.string(template.language)}" if template.language else ""
    stage = Stage("S", content.page_matrix(template))
    operators, elements = [], []
    for mark, text in enumerate(words):
        kind = tag(text.block, _heading(edition))
        shown, stage = stage.text(text, keep=False)
        operators.append(content.marked(kind, mark, shown))
        elements.append(objects.add(f"<</Type/StructElem/S/{kind}/P {DOCUMENT} 0 R/Pg {PAGE} 0 R/K {mark}{language}>>"))
    resources = stage.write(objects)
    body, entries = objects.written(len(syntax.HEADER))
    head = syntax.HEADER + body
    told = {
        "length": len(head),
        "next": objects.next,
        "numbers": numbers,
        "fonts": resources,
        "elements": elements,
        "operators": operators,
    }
    return json.dumps(told).encode("ascii") + b"\n" + head + b"".join(entries[number] for number in range(FIRST, objects.next))
