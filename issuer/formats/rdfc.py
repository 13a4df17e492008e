"""RDF Dataset Canonicalization RDFC-1.0 (https://www.w3.org/TR/rdf-canon/) of JSON-LD, through PyLD, without the network.

JSON-LD drops silently what it does not know: terms that no context defines, relative addresses, nulls, empty and repeated items.
Dropped is unsigned, so `canonical` refuses every one of them. What libraries write differently (control characters, an address with
">" in it) and what makes the algorithm explode (parts that nothing tells apart) is refused too.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import Any
from urllib.parse import quote, unquote

from pyld import canon, jsonld

from issuer.errors import FormatError, UnsupportedError
from issuer.formats import issuer_context

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_FILES = {CREDENTIALS_V2: "credentials-v2.json", OPEN_BADGES_3: "ob-3.0.3.json"}
_UNDEFINED = "urn:undefined:"
_PLACE = "urn:place:"
_WORDS = ("type", "proofPurpose")
"""The members of the bundled contexts whose values are words of a context themselves."""
_TERM = re.compile(r"[A-Za-z0-9_.-]+")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f-\x9f\ud800-\udfff]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@lru_cache
def context(url: str) -> dict[str, Any]:
    """The JSON-LD context of this URL: bundled, or an issuer's own by its formula. Raises UnsupportedError: nothing is fetched."""
    if issuer_context.is_url(url):
        return issuer_context.at(url)
    if url not in _FILES:
        raise UnsupportedError(f"the JSON-LD context {url!r} is not bundled, and none is fetched")
    text = resources.files("issuer.formats").joinpath("contexts", _FILES[url]).read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def canonical(document: dict[str, Any]) -> bytes:
    """The sorted N-Quads of a JSON-LD document as UTF-8. Raises FormatError if any part of it would go unsigned or be ambiguous."""
    values: list[tuple[str, Any]] = []
    try:
        shape = json.dumps(_shape(document, values), sort_keys=True)
    except RecursionError:
        raise FormatError("is nested too deeply") from None
    addresses = _addresses(shape)
    for place, value in values:
        if place in addresses and not (isinstance(value, str) and _IRI.fullmatch(value)):
            raise FormatError(f"{place}: {value!r} is not an absolute web address and would go unsigned")
    try:
        dataset = jsonld.to_rdf(document, {"documentLoader": _load})
        text: str = _Canonicalisation().main(dataset, {"format": "application/n-quads"})
    except (jsonld.JsonLdError, RecursionError) as error:
        raise FormatError(f"is not JSON-LD that can be canonicalised: {_first_line(error)}") from None
    return text.encode()


class _Canonicalisation(canon.URDNA2015):  # type: ignore[misc]  # PyLD has no types
    """RDFC-1.0 for documents in which every part differs from the others by what it says itself. Section 4.8 (Hash N-Degree Quads),
    which looks at the neighbours of parts that do not, takes time that grows like n!: eleven equal parts hold a verifier for hours."""

    def hash_n_degree_quads(self, _id: str, _issuer: Any) -> Any:
        raise FormatError("has two parts that nothing tells apart")


def _load(url: str, _options: dict[str, Any]) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": url, "contentType": "application/ld+json", "document": context(url)}


def _shape(document: dict[str, Any], values: list[tuple[str, Any]]) -> dict[str, Any]:
    """The document with every value replaced by its place: documents of one shape share one guard. Fills values with (place, value)."""
    contexts = document.get("@context")
    contexts = contexts if isinstance(contexts, list) else [contexts]
    for url in contexts:
        if not isinstance(url, str):
            raise FormatError("a context inside the document could leave parts of it unsigned")
        context(url)
    members = {name: member for name, member in document.items() if name != "@context"}
    return {"@context": contexts, **_shape_of_object(members, "", values)}


def _shape_of_object(members: dict[str, Any], place: str, values: list[tuple[str, Any]]) -> dict[str, Any]:
    for name in members:
        if not _TERM.fullmatch(name):
            raise FormatError(f"{place}/{name}: only terms of a context are taken, no keywords and no addresses")
    return {
        name: _words(member, f"{place}/{name}") if name in _WORDS else _shape_of(member, f"{place}/{name}", values)
        for name, member in members.items()
    }


def _shape_of(value: Any, place: str, values: list[tuple[str, Any]]) -> Any:
    if isinstance(value, dict):
        return _shape_of_object(value, place, values)
    if isinstance(value, list):
        if not value or len({json.dumps(item, sort_keys=True) for item in value}) != len(value):
            raise FormatError(f"{place}: an empty list or one with equal items would go unsigned")
        shapes = {json.dumps(_shape_of(_not_a_list(item, place), place, values), sort_keys=True) for item in value}
        return [json.loads(text) for text in sorted(shapes)]
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        raise FormatError(f"{place}: a value that is none would go unsigned")
    if isinstance(value, str) and _CONTROL.search(value):
        raise FormatError(f"{place}: has a control character, which libraries write differently")
    values.append((place, value))
    return _PLACE + quote(place)


def _not_a_list(item: Any, place: str) -> Any:
    if isinstance(item, list):
        raise FormatError(f"{place}: a list in a list would lose its borders")
    return item


def _words(value: Any, place: str) -> Any:
    words = value if isinstance(value, list) else [value]
    if not words or not all(isinstance(word, str) and _TERM.fullmatch(word) for word in words):
        raise FormatError(f"{place}: must be a word or a list of words")
    return value


@lru_cache(maxsize=256)
def _addresses(shape: str) -> frozenset[str]:
    """The places of a shape whose values are addresses. Expands it with a vocabulary that catches what no context defines, and refuses
    that."""
    document = json.loads(shape)
    document["@context"].append({"@vocab": _UNDEFINED})
    try:
        expanded = jsonld.expand(document, {"documentLoader": _load})
    except (jsonld.JsonLdError, RecursionError) as error:
        raise FormatError(f"is not JSON-LD: {_first_line(error)}") from None
    names = set(_names(expanded))
    undefined = sorted(name.removeprefix(_UNDEFINED) for name in names if name.startswith(_UNDEFINED))
    if undefined:
        raise FormatError(f"the terms {', '.join(undefined)} are defined by no context and would go unsigned")
    return frozenset(unquote(name.removeprefix(_PLACE)) for name in names if name.startswith(_PLACE))


def _names(expanded: Any) -> Iterator[str]:
    """Every IRI in an expanded document: properties, types and ids."""
    if isinstance(expanded, list):
        for member in expanded:
            yield from _names(member)
    elif isinstance(expanded, dict) and "@value" not in expanded:
        for name, member in expanded.items():
            if name in ("@id", "@type"):
                yield from [member] if isinstance(member, str) else member
            elif not name.startswith("@"):
                yield name
                yield from _names(member)
            else:
                yield from _names(member)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
