"""Check 7: the issuer is who the reader expects."""

from __future__ import annotations

from issuer.verification.finding import Finding, passed, shown, unknown
from issuer.verification.signed_document import SignedDocument


def check(document: SignedDocument, expected: str | None) -> Finding:
    """expected: a DID, None if the reader named none."""
    did, issuer = document.issuer, document.value["issuer"]
    if expected is None:
        return unknown("issuer-unknown")
    if expected != did:
        return unknown("issuer-unexpected", did=shown(did))
    name = issuer.get("name") if isinstance(issuer, dict) else None
    return passed("issuer-expected", name=shown(name) or shown(did), did=shown(did))
