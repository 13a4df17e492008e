"""openbadgeslib from PyPI, which reads baked SVG and PNG: eddsa-rdfc-2022 and did:web. Of status lists it verifies the signature only if
they are tokens (JWT); of one with a Data Integrity proof, such as ours, it takes the bit on trust in the host.
"""

from __future__ import annotations

from pathlib import Path

from openbadgeslib.verify import verify_badge

from tests.peers.answer import Answer, read


def ask(site: Path, file: Path) -> Answer:
    """What it says of a baked picture. site: a published site in a folder, which stands for the network."""
    found = verify_badge(
        file.read_bytes(), "3", resolve_did=True, check_status=True, verify_status_list=False, download=lambda url: read(site, url)
    )
    if found.valid:
        return Answer(accepted=found.trusted)
    revoked = "Credential status 'revocation' is set" in (found.reason or "")
    return Answer(accepted=revoked, revoked=revoked, error=found.reason or "")
