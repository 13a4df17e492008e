"""Every certificate of a source, verified with one reading of what is said about the issuer; those of a large site by several processes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from issuer.evidence import Site, Source
from issuer.verdict import Verification
from issuer.verification import Evidence, verify
from issuer.workers import processors, spread

_WORTH = 3000
"""Certificates below which the start of the processes takes longer than they save."""
_MOST_WORKERS = 4
_PART = 200


@dataclass(frozen=True, slots=True)
class _Part:
    """Some certificates of a site, for one process."""

    site: Path
    now: dt.datetime
    numbers: list[str]


def everything(source: Source, now: dt.datetime, at: dt.datetime | None = None) -> Iterator[tuple[str, Verification]]:
    """Id and verification of each certificate, in the order of the source. at: the moment to judge for, None for now.
    Raises IssuerError as the source does, and if a process was killed."""
    if isinstance(source, Site) and at is None:
        numbers = source.numbers()
        workers = min(processors(), _MOST_WORKERS)
        if len(numbers) >= _WORTH and workers > 1:
            parts = (_Part(source.root, now, numbers[start : start + _PART]) for start in range(0, len(numbers), _PART))
            hint = "was there too little memory? Run the command again"
            for verified in spread(_verify_part, parts, number=workers, what="verifies certificates", hint=hint):
                yield from verified
            return
    about, expected = source.about_issuer(), source.expected()
    for number, record, proof in source.everything():
        history = None if at is None else source.history(hashlib.sha256(record).hexdigest(), at)
        yield number, verify(Evidence(record, now, about, proof=proof, expected=expected, wanted=number, as_of=history))


def _verify_part(part: _Part) -> list[tuple[str, Verification]]:
    """In a process of its own."""
    site = _site(part.site)
    about, expected = site.about_issuer(), site.expected()
    return [
        (number, verify(Evidence(record, part.now, about, proof=proof, expected=expected, wanted=number)))
        for number, record, proof in site.certificates(part.numbers)
    ]


@lru_cache(maxsize=1)
def _site(root: Path) -> Site:
    """Read once in a process, which lives for one site."""
    return Site(root)
