"""Signing and checking, one core

What a proof and a verification cost, part by part, beside the libraries that do the same for everyone.
"""

from __future__ import annotations

from typing import Any

from pyld import jsonld

from issuer import signing
from issuer.formats import data_integrity, rdfc
from tests import credentials
from tests.measuring import Row, measure, rate

MANY = 2000
FEW = 40


def rows() -> list[Row]:
    """Each part beside another way of doing it."""
    documents = [
        credentials.unsigned({"name": f"Ada {number}", "score": str(number), "city": "Łódź"}, number=number) for number in range(MANY)
    ]
    return [
        measure(
            "both proofs",
            MANY,
            lambda: [signing.prove(document, credentials.KEY, credentials.DID, credentials.STAMP) for document in documents],
            rate(FEW, lambda: [naive_proof(document, credentials.KEY, credentials.DID) for document in documents[:FEW]]),
            "PyLD: one proof, and a look for lost terms",
        )
    ]


def naive_proof(document: dict[str, Any], key: signing.SigningKey, did: str) -> bytes:
    """One eddsa-rdfc-2022 proof with PyLD alone: canonicalise document and options each time, expand to look for lost terms."""
    proof = {
        **data_integrity.options(data_integrity.RDFC, f"{did}#{key.public}", credentials.STAMP, document),
        "@context": document["@context"],
    }
    loader = {"documentLoader": lambda url, _: {"contextUrl": None, "documentUrl": url, "document": rdfc.context(url)}}
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", **loader}
    text = jsonld.normalize(proof, options) + jsonld.normalize(document, options)
    jsonld.expand(document, loader)
    return key.sign(text.encode())
