"""Signing and checking, one core

What a proof and a verification cost, part by part, beside the libraries that do the same for everyone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import rfc8785
from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from pyld import jsonld

from issuer import signing
from issuer.formats import data_integrity, ed25519, jcs, merkle, multikey, rdfc, rdfc_shape, strict_json
from tests import credentials, measuring
from tests.measuring import Row

MANY = 2000
FEW = 40
measure, rate = partial(measuring.measure, clock=time.process_time), partial(measuring.rate, clock=time.process_time)


def rows() -> list[Row]:
    """Each part beside another way of doing it."""
    documents = [
        credentials.unsigned({"name": f"Ada {number}", "score": str(number), "city": "Łódź"}, number=number) for number in range(MANY)
    ]
    rdfc.canonical(documents[0])
    return [*signing_rows(documents), *checking_rows(documents)]


def signing_rows(documents: list[dict[str, Any]]) -> list[Row]:
    """What `issuer issue` does for each credential."""
    naive = rate(FEW, each(naive_proof, documents[:FEW]))
    by_pyld = rate(FEW, each(rdfc.canonical_by_pyld, documents[:FEW]))
    public, secret = crypto_sign_seed_keypair(credentials.SEED)
    bare = rate(MANY, lambda: [crypto_sign(public, secret) for _ in documents])
    return [
        measure("both proofs", MANY, each(both_proofs, documents), naive, "one proof by PyLD, and a look for lost terms"),
        measure("· RDFC-1.0", MANY, each(rdfc.canonical, documents), by_pyld, "PyLD"),
        measure("· RDFC-1.0, a shape not seen before", FEW, each(new_shape, documents[:FEW]), by_pyld, "PyLD, a shape that was"),
        measure("· RFC 8785", MANY, each(jcs.canonical, documents), rate(MANY, each(rfc8785.dumps, documents)), "rfc8785"),
        measure("· Ed25519", MANY, lambda: [credentials.KEY.sign(public) for _ in documents], bare, "libsodium"),
    ]


def checking_rows(documents: list[dict[str, Any]]) -> list[Row]:
    """What a verification does for each record, and all of it together."""
    suite = data_integrity.JCS
    signed = [
        {**document, "proof": signing.prove_with(suite, document, credentials.KEY, credentials.DID, credentials.STAMP)}
        for document in documents
    ]
    lines = [jcs.canonical(document) for document in signed]
    leaves = [merkle.leaf_hash(line) for line in lines]
    tree = merkle.Tree(leaves)
    root, paths = tree.root(), [tree.inclusion_proof(index) for index in range(MANY)]
    public = multikey.decode_public(credentials.KEY.public)
    proofs = [(data_integrity.hash_data(document, document["proof"]), signature_of(document)) for document in signed]
    bare = rate(MANY, lambda: [crypto_sign_open(signature + message, public) for message, signature in proofs])

    def whole(index: int) -> bool:
        document = strict_json.canonical_object(lines[index])
        _, key, signature = data_integrity.well_formed(document, document["proof"])
        good = data_integrity.verify(document, document["proof"], multikey.decode_public(key), signature)
        return good and merkle.root_from_inclusion(merkle.leaf_hash(lines[index]), index, MANY, paths[index]) == root

    assert all(map(whole, range(FEW)))
    return [
        measure("read, check proof and inclusion", MANY, each(whole, range(MANY)), bare, "libsodium"),
        measure("· strict JSON in canonical form", MANY, each(strict_json.canonical_object, lines)),
        measure("· the parts of a proof", MANY, each(signature_of, signed)),
        measure("· what was signed", MANY, lambda: [data_integrity.hash_data(document, document["proof"]) for document in signed]),
        measure("· Ed25519, strict", MANY, lambda: [ed25519.verify(public, *proof) for proof in proofs], bare, "libsodium"),
        measure("· inclusion", MANY, lambda: [merkle.root_from_inclusion(leaves[i], i, MANY, paths[i]) for i in range(MANY)]),
    ]


def each(work: Callable[[Any], object], items: Iterable[Any]) -> Callable[[], None]:
    """Work on one item after another."""

    def all_of_them() -> None:
        for item in items:
            work(item)

    return all_of_them


def both_proofs(document: dict[str, Any]) -> object:
    """As `issuer issue` makes them."""
    return signing.prove(document, credentials.KEY, credentials.DID, credentials.STAMP)


def new_shape(document: dict[str, Any]) -> bytes:
    """The canonical form of the first document of its shape."""
    rdfc_shape._shape.cache_clear()
    return rdfc.canonical(document)


def signature_of(document: dict[str, Any]) -> bytes:
    """The signature in a proof, and that it is well formed."""
    return data_integrity.well_formed(document, document["proof"])[2]


def naive_proof(document: dict[str, Any]) -> bytes:
    """One eddsa-rdfc-2022 proof with PyLD alone: canonicalise document and options each time, expand to look for lost terms."""
    proof = {
        **data_integrity.options(data_integrity.RDFC, f"{credentials.DID}#{credentials.KEY.public}", credentials.STAMP, document),
        "@context": document["@context"],
    }
    loader = {"documentLoader": lambda url, _: {"contextUrl": None, "documentUrl": url, "document": rdfc.context(url)}}
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", **loader}
    text = jsonld.normalize(proof, options) + jsonld.normalize(document, options)
    jsonld.expand(document, loader)
    return credentials.KEY.sign(text.encode())
