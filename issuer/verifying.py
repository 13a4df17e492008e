"""Every certificate of a source, verified with one reading of what is said about the issuer; those of a large site by several processes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from issuer import publication
from issuer.errors import FormatError
from issuer.evidence import Site, Source, read_bytes
from issuer.formats import data_integrity, strict_json
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
        evidence = Evidence(record, now, about, proof=proof, expected=expected, wanted=number, as_of=history)
        yield number, _verify_both(source, evidence) if isinstance(source, Site) else verify(evidence)


def _verify_part(part: _Part) -> list[tuple[str, Verification]]:
    """In a process of its own."""
    site = _site(part.site)
    about, expected = site.about_issuer(), site.expected()
    return [
        (number, _verify_both(site, Evidence(record, part.now, about, proof=proof, expected=expected, wanted=number)))
        for number, record, proof in site.certificates(part.numbers)
    ]


def _verify_both(site: Site, evidence: Evidence) -> Verification:
    """A certificate of a site: its record, and the credential.json beside it, which other verifiers take. What is wrong with that one is
    the result; else it says what the record does, and only the second proof needs a look."""
    result = verify(evidence)
    document = read_bytes(site.root / f"c/{evidence.wanted}/{publication.CREDENTIAL}", strict_json.MAX_BYTES)
    if document is None or result.credential is None or _says_the_same(document, result.credential):
        return result
    return verify(replace(evidence, record=document, beside=evidence.record))


def _says_the_same(document: bytes, record: Mapping[str, Any]) -> bool:
    """Whether a credential.json is a record with an eddsa-rdfc-2022 proof by the same key in the place of its own, and that proof good."""
    try:
        value = strict_json.parse(document)
        proof = value["proof"]
        if {**value, "proof": record["proof"]} != record:
            return False
        did, _, key = record["proof"]["verificationMethod"].partition("#")
        return data_integrity.is_by(value, proof, data_integrity.RDFC, did, (key,))
    except (FormatError, KeyError, TypeError):
        return False


@lru_cache(maxsize=1)
def _site(root: Path) -> Site:
    """Read once in a process, which lives for one site."""
    return Site(root)
