"""A JSON object with its proofs, canonicalised once: what is signed is cut out of the whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from issuer.errors import FormatError
from issuer.formats import data_integrity, jcs, rdfc


def has_proof(value: Mapping[str, Any]) -> bool:
    """Whether value has a proof, or a list of them, and so can be a SignedDocument."""
    proof = value.get("proof")
    return isinstance(proof, dict) or (isinstance(proof, list) and bool(proof) and all(isinstance(item, dict) for item in proof))


class SignedDocument:
    """value: as strictly parsed; has_proof holds for it. canonical: its bytes, if they are its RFC 8785 form, else None."""

    def __init__(self, value: dict[str, Any], canonical: bytes | None = None) -> None:
        self.value = value
        self.canonical = canonical
        self._meaning: bytes | FormatError | None = None
        proof = value["proof"]
        self.proofs: list[dict[str, Any]] = proof if isinstance(proof, list) else [proof]

    @property
    def issuer(self) -> str:
        """The DID that it names as its issuer, plain or inside an object."""
        issuer = self.value.get("issuer")
        found: Any = issuer.get("id") if isinstance(issuer, dict) else issuer
        return found if isinstance(found, str) else ""

    @property
    def suite(self) -> str:
        """The cryptosuite of its only proof, nothing if it has several or an unknown kind."""
        found = self.proofs[0].get("cryptosuite") if isinstance(self.value["proof"], dict) else None
        return found if isinstance(found, str) else ""

    def is_for_the_world(self) -> bool:
        """Whether its bytes may be written in any way: an eddsa-rdfc-2022 signature covers the meaning."""
        return any(proof.get("cryptosuite") == data_integrity.RDFC for proof in self.proofs)

    @cached_property
    def body(self) -> bytes:
        """RFC 8785 bytes without the proofs. Raises FormatError if there are none."""
        if self.canonical is None:
            return jcs.canonical({name: member for name, member in self.value.items() if name != "proof"})
        after = jcs.canonical({name: member for name, member in self.value.items() if name > "proof"})[1:-1]
        tail = b'"proof":' + jcs.canonical(self.value["proof"]) + (b"," + after if after else b"") + b"}"
        before = self.canonical[: -len(tail)]  # names are sorted, so what comes before the proof is written before it
        return (before + after if after else before.removesuffix(b",")) + b"}"

    def hash_data(self, proof: Mapping[str, Any]) -> bytes:
        """The 64 bytes that a proof of it signs. Raises FormatError if it cannot be canonicalised."""
        if proof.get("cryptosuite") == data_integrity.JCS:
            options = {name: member for name, member in proof.items() if name != "proofValue"}
            return hashlib.sha256(jcs.canonical(options)).digest() + self._body_hash
        if proof.get("cryptosuite") == data_integrity.RDFC:
            terms = {name: member for name, member in proof.items() if name != "proofValue"}
            told = rdfc.canonical({**terms, "@context": self.value.get("@context")})
            return hashlib.sha256(told).digest() + self._meaning_hash()
        return data_integrity.hash_data(self.value, proof)

    def _meaning_hash(self) -> bytes:
        """Of what it says as RDF, worked out once, as is that it cannot be: each takes long."""
        if self._meaning is None:
            try:
                bare = {name: member for name, member in self.value.items() if name != "proof"}
                self._meaning = hashlib.sha256(rdfc.canonical(bare)).digest()
            except FormatError as error:
                self._meaning = error
        if isinstance(self._meaning, FormatError):
            raise self._meaning
        return self._meaning

    @cached_property
    def _body_hash(self) -> bytes:
        return hashlib.sha256(self.body).digest()
