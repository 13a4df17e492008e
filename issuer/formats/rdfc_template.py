"""RDFC-1.0 (https://www.w3.org/TR/rdf-canon/) of documents that differ only in their texts, without going through JSON-LD again.

PyLD turns the placeholders of a shape into quads once. As long as it would do nothing else with the real texts than with the
placeholders, the quads of a document are those quads with its texts in their places, and what is left is section 4.4: hash what each blank
node says of itself, number the nodes in the order of the hashes, write the quads with those numbers, sort.

When could PyLD do something else? When an address can be read as a prefixed name (only well-known schemes that no context names are
taken), when two nodes get the same id and become one, when two quads become one, when a number is rewritten or JSON is quoted inside a
literal, and when two blank nodes have one hash (section 4.8). In each of these cases there is no template or `fill` gives None.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain
from operator import itemgetter
from typing import Any

from issuer.formats import json_ld

_PLACEHOLDER = re.compile(r'"?urn:text:([0-9]+):"?')
_SCHEMES = ("https", "http", "did", "urn", "mailto", "data")
_ADDRESS = re.compile(f"(?:{'|'.join(_SCHEMES)}):.*", re.DOTALL)
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_DOUBLE = "http://www.w3.org/2001/XMLSchema#double"
_LANGUAGE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

Arguments = Callable[[list[str]], tuple[str, ...]]


def placeholder(index: int) -> str:
    """What stands in a shape for text number index: an absolute address, so that it survives wherever an address must stand."""
    return f"urn:text:{index}:"


def placed(text: str) -> tuple[tuple[int, ...], str]:
    """The numbers of the texts whose placeholders are in a text, in order, and the text without them."""
    return tuple(int(number) for number in _PLACEHOLDER.findall(text)), _PLACEHOLDER.sub("null", text)


@dataclass(frozen=True, slots=True)
class Template:
    """Quads with places for texts. addresses, subjects: which texts are addresses, and which of them are the ids of nodes that say
    something; degrees, degree_arguments: the lines of section 4.6 for all blank nodes one after another, each node's between two bounds;
    quads, quad_arguments: all lines, with places for texts and then for the names of blank nodes."""

    addresses: Arguments
    subjects: Arguments
    bounds: list[tuple[int, int]]
    degrees: str
    degree_arguments: Arguments
    quads: str
    quad_arguments: Arguments

    @staticmethod
    def compile(dataset: dict[str, list[dict[str, Any]]], contexts: list[str], count: int) -> tuple[Template | None, list[int], set[int]]:
        """The template of a dataset with placeholders for count texts, or None if it can have none; the numbers of the texts that are
        addresses; and the numbers of all texts that came out at all."""
        quads = [_Quad(quad) for graph in dataset.values() for quad in graph]
        addresses = sorted({index for quad in quads for index in quad.addresses})
        seen = {index for quad in quads for index in chain(quad.addresses, quad.texts, quad.inside)}
        literals = [index for quad in quads for index in quad.texts]
        named = any(name != "@default" for name in dataset)
        unsure = any(quad.inside or quad.rewritten for quad in quads) or len(set(literals)) != len(literals)
        if named or unsure or not quads or not set(addresses).isdisjoint(literals) or any(map(_has_prefix, contexts)):
            return None, addresses, seen
        return _compile(quads, addresses, count), addresses, seen

    def fill(self, texts: list[str]) -> bytes | None:
        """The canonical N-Quads of the document with these texts, which have passed the check of its shape, or None if they have to be
        done the long way."""
        if not all(map(_ADDRESS.match, self.addresses(texts))):
            return None
        subjects = self.subjects(texts)
        if len(set(subjects)) != len(subjects):
            return None
        escaped = [text.translate(_ESCAPES) for text in texts] if _to_escape("".join(texts)) else texts
        lines = (self.degrees % self.degree_arguments(escaped)).split("\n")
        hashes = [_hash(lines[start:end]) for start, end in self.bounds]
        order = sorted(hashes)
        names = {digest: f"_:c14n{number}" for number, digest in enumerate(order)}
        if len(names) != len(hashes):
            return None
        lines = (self.quads % self.quad_arguments([*escaped, *map(names.__getitem__, hashes)])).split("\n")
        if len(set(lines)) != len(lines):
            return None
        lines.sort()
        return ("\n".join(lines) + "\n").encode()


class _Quad:
    """One quad of PyLD. addresses, texts: the texts that are whole addresses and whole literals in it; inside: those that are part of
    something; rewritten: whether PyLD may write its literal in another way than it was given; subject_at, object_at: the text or the blank
    node that is there, at: those of them that are."""

    def __init__(self, quad: dict[str, Any]) -> None:
        self.addresses: list[int] = []
        self.texts: list[int] = []
        self.inside: list[int] = []
        self.rewritten = False
        self._subject, subject_at = self._term(quad["subject"])
        self._predicate, _ = self._term(quad["predicate"])
        self._object, object_at = self._term(quad["object"])
        self.subject_at = subject_at
        self.object_at = object_at
        self.at = [at for at in (subject_at, object_at) if at is not None]

    def nodes(self) -> list[str]:
        """The blank nodes in it."""
        return [at for at in self.at if isinstance(at, str)]

    def line(self, node: str | None = None) -> str:
        """The line, with %s for texts, and for blank nodes too, or with the names that section 4.6 gives them when this node is hashed."""
        subject, object_ = self._subject, self._object
        if node is not None:
            blank: dict[int | str | None, str] = {at: "_:a" if at == node else "_:z" for at in self.nodes()}
            subject, object_ = blank.get(self.subject_at, subject), blank.get(self.object_at, object_)
        return f"{subject} {self._predicate} {object_} ."

    def _term(self, term: dict[str, Any]) -> tuple[str, int | str | None]:
        value: str = term["value"]
        if term["type"] == "blank node":
            return "%s", value
        whole = _PLACEHOLDER.fullmatch(value)
        index = int(whole[1]) if whole and value == placeholder(int(whole[1])) else None
        if index is None:
            self.inside.extend(placed(value)[0])
        if term["type"] == "IRI":
            if index is None:
                return f"<{_constant(value)}>", None
            self.addresses.append(index)
            return "<%s>", index
        suffix = _constant(_suffix(term))
        if index is None:
            return f'"{_constant(value.translate(_ESCAPES))}"{suffix}', None
        self.texts.append(index)
        self.rewritten |= term["datatype"] == _DOUBLE
        return f'"%s"{suffix}', index


def _compile(quads: list[_Quad], addresses: list[int], count: int) -> Template:
    nodes = sorted({node for quad in quads for node in quad.nodes()})
    said = {node: [quad for quad in quads if node in quad.nodes()] for node in nodes}
    ends = list(accumulate(len(said[node]) for node in nodes))
    names = {node: count + number for number, node in enumerate(nodes)}
    about = [(node, quad) for node in nodes for quad in said[node]]
    return Template(
        addresses=_picking(addresses),
        subjects=_picking(sorted({quad.subject_at for quad in quads if isinstance(quad.subject_at, int)})),
        bounds=list(zip([0, *ends], ends, strict=False)),
        degrees="\n".join(quad.line(node) for node, quad in about),
        degree_arguments=_picking(at for _, quad in about for at in quad.at if isinstance(at, int)),
        quads="\n".join(quad.line() for quad in quads),
        quad_arguments=_picking(names[at] if isinstance(at, str) else at for quad in quads for at in quad.at),
    )


def _picking(indexes: Iterable[int]) -> Arguments:
    """A function that picks these items of a list, as a tuple."""
    chosen = tuple(indexes)
    if len(chosen) > 1:
        return itemgetter(*chosen)
    return lambda texts: tuple(texts[index] for index in chosen)


def _hash(lines: list[str]) -> bytes:
    """Section 4.6, Hash First Degree Quads."""
    lines.sort()
    return hashlib.sha256(("\n".join(lines) + "\n").encode()).digest()


def _suffix(literal: dict[str, Any]) -> str:
    """What follows the quoted text of a literal: its language or its datatype, unless that is string."""
    if literal["datatype"] == _LANGUAGE:
        return f"@{literal['language']}"
    return "" if literal["datatype"] == _STRING else f"^^<{literal['datatype']}>"


def _to_escape(text: str) -> bool:
    return '"' in text or "\\" in text or "\n" in text or "\r" in text or "\t" in text


def _constant(text: str) -> str:
    return text.replace("%", "%%")


@lru_cache
def _has_prefix(url: str) -> bool:
    """Whether this context has a term that reads like one of the schemes, which would make it a prefix."""
    return not _terms(json_ld.context(url)).isdisjoint(_SCHEMES)


def _terms(context: Any) -> set[str]:
    """Every name anywhere in a context."""
    if isinstance(context, list):
        return set().union(*map(_terms, context))
    return set(context).union(*map(_terms, context.values())) if isinstance(context, dict) else set()
