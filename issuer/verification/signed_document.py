"""A JSON object with its proofs, canonicalised once: what is signed and the whole are put together from the same parts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from issuer.formats import data_integrity, jcs


def has_proof(value: Mapping[str, Any]) -> bool:
    """Whether value has a proof, or a list of them, and so can be a SignedDocument."""
    proof = value.get("proof")
    return isinstance(proof, dict) or (isinstance(proof, list) and bool(proof) and all(isinstance(item, dict) for item in proof))


class SignedDocument:
    """value: as strictly parsed; has_proof holds for it."""

    def __init__(self, value: dict[str, Any]) -> None:
        self.value = value
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
        """RFC 8785 bytes without the proofs."""
        return _object(*self._around)

    def whole(self) -> bytes:
        """RFC 8785 bytes of all of it."""
        before, after = self._around
        proof = self.value["proof"]
        inside = jcs.canonical(proof) if isinstance(proof, list) else _whole_proof(proof)
        return _object(before, b'"proof":' + inside, after)

    def hash_data(self, proof: Mapping[str, Any]) -> bytes:
        """The 64 bytes that a proof of it signs. Raises FormatError if it cannot be canonicalised."""
        if proof.get("cryptosuite") == data_integrity.JCS:
            return hashlib.sha256(_object(*_split(proof, "proofValue"))).digest() + self._body_hash
        return data_integrity.hash_data(self.value, proof)

    @cached_property
    def _body_hash(self) -> bytes:
        return hashlib.sha256(self.body).digest()

    @cached_property
    def _around(self) -> tuple[bytes, bytes]:
        return _split(self.value, "proof")


def _split(value: Mapping[str, Any], name: str) -> tuple[bytes, bytes]:
    """The canonical members of an object that come before and after a member. name: ASCII, so that UTF-16 order (RFC 8785 section 3.2.3)
    is the order of code points."""
    before = {other: member for other, member in value.items() if other < name}
    after = {other: member for other, member in value.items() if other > name}
    return jcs.canonical(before)[1:-1], jcs.canonical(after)[1:-1]


def _object(*members: bytes) -> bytes:
    return b"{" + b",".join(part for part in members if part) + b"}"


def _whole_proof(proof: Mapping[str, Any]) -> bytes:
    before, after = _split(proof, "proofValue")
    value = [b'"proofValue":' + jcs.canonical(proof["proofValue"])] if "proofValue" in proof else []
    return _object(before, *value, after)
