"""RDF Dataset Canonicalization RDFC-1.0 (https://www.w3.org/TR/rdf-canon/) of JSON-LD, without the network.

    canonical(credential)           sorted N-Quads; what eddsa-rdfc-2022 hashes

Two ways lead to the same bytes. PyLD does every document, in milliseconds. Documents that differ only in their texts have one shape, and
for each shape PyLD is asked once: `rdfc_template` then fills in the texts, in microseconds. The first document of each shape and then one
in SAMPLE is done both ways, and a difference is an error before anything is signed (decision 0012).

What would go unsigned is refused (`rdfc_shape`). What libraries write differently (control characters, an address with ">" in it) and what
makes the algorithm explode (parts that nothing tells apart) is refused too.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from issuer.errors import FormatError, UnsupportedError
from issuer.formats import json_ld, rdfc_shape
from issuer.formats.json_ld import CREDENTIALS_V2, OPEN_BADGES_3, context

__all__ = ["CREDENTIALS_V2", "OPEN_BADGES_3", "SAMPLE", "canonical", "canonical_by_pyld", "context"]

SAMPLE = 500


def canonical(document: dict[str, Any]) -> bytes:
    """The sorted N-Quads of a JSON-LD document as UTF-8. Raises FormatError if any part of it would go unsigned or be ambiguous, and
    UnsupportedError, which is one, if it cannot be judged here: a context that is not bundled, equal parts, too many parts."""
    shape, texts = rdfc_shape.read(document)
    shape.check(texts)
    quads = shape.template.fill(texts) if shape.template else None
    if quads is None:
        return _by_pyld(document)
    if shape.uses % SAMPLE == 0 and quads != _by_pyld(document):
        raise UnsupportedError(
            "internal error: the two ways to its canonical form differ",
            hint="nothing was signed; please report this with the batch's columns and the versions of issuer and PyLD",
        )
    shape.uses += 1
    return quads


def canonical_by_pyld(document: dict[str, Any]) -> bytes:
    """What `canonical` gives, always the long way: the reference that tests and samples compare with. Raises the same."""
    shape, texts = rdfc_shape.read(document)
    shape.check(texts)
    return _by_pyld(document)


@cache
def _canonicalisation() -> Any:
    """RDFC-1.0 for documents in which every part differs from the others by what it says itself. Section 4.8 (Hash N-Degree Quads),
    which looks at the neighbours of parts that do not, takes time that grows like n!: eleven equal parts hold a verifier for hours."""
    from pyld import canon  # late, as in json_ld

    class Canonicalisation(canon.URDNA2015):  # type: ignore[misc]  # PyLD has no types
        def hash_n_degree_quads(self, _id: str, _issuer: Any) -> Any:
            raise UnsupportedError("has two parts that nothing tells apart")

    return Canonicalisation


def _by_pyld(document: dict[str, Any]) -> bytes:
    text: str = _canonicalisation()().main(json_ld.to_rdf(document), {"format": "application/n-quads"})
    lines = text.split("\n")
    if len(set(lines)) != len(lines):
        raise FormatError("has two parts that become one, so that one would go unsigned")
    return text.encode()
