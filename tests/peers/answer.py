"""What a peer says of a file, and the site that stands for the network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """accepted: the signature is good and the issuer's, and the list could be read; revoked: its bit is set; error: why not."""

    accepted: bool
    revoked: bool = False
    error: str = ""

    @property
    def is_good(self) -> bool:
        """What a person would be told."""
        return self.accepted and not self.revoked


def read(site: Path, url: str) -> bytes:
    """What is published at a URL. Raises FileNotFoundError for what is not."""
    base = json.loads((site / "trust/keys.json").read_bytes())["base"] + "/"
    if not url.startswith(base):
        raise FileNotFoundError(url)
    return (site / url.removeprefix(base)).read_bytes()
