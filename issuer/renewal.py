"""A row that renews an older certificate: whether it may. The new credential links to the old one (VC 2.0 section 5.4, relatedResource)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from issuer.credential import Renewed
from issuer.errors import Place
from issuer.roster.findings import Code, Finding, finding, shown


@dataclass(frozen=True, slots=True)
class Old:
    """A certificate that could be renewed. link: what the new one says of it; until: ISO day, "" if it does not end; revoked: whether it
    was taken back; renewed_by: the id of the certificate that renews it already, unless that one was taken back itself."""

    id: str
    link: Renewed
    name: str
    until: str
    revoked: bool
    renewed_by: str | None


Lookup = Callable[[set[str]], Mapping[str, Old]]
"""Finds the certificates of these ids, as far as they exist."""


def check(number: str, name: str, old: Old | None, place: Place) -> Iterator[Finding]:
    """What is wrong with a row that renews. number: the id in its cell; name: the row's recipient; old: what was found under the id."""
    if old is None:
        hint = "correct the id: `issuer expiring` lists the certificates that end soon"
        yield finding(Code.RENEWAL_UNKNOWN, place, f"there is no certificate {shown(number)} to renew", hint)
    elif old.revoked:
        message = f"the certificate {number} of {shown(old.name)} was revoked, and cannot be renewed"
        yield finding(Code.RENEWAL_REVOKED, place, message, "leave the cell empty: the row then gets a certificate without a link to it")
    elif old.renewed_by is not None:
        message = f"the certificate {number} of {shown(old.name)} is renewed by {old.renewed_by} already"
        yield finding(Code.RENEWAL_TWICE, place, message, f"take the row out, or write {old.renewed_by} to renew the newer one")
    elif _folded(old.name) != _folded(name):
        message = f"{shown(name)} renews the certificate {number}, which names {shown(old.name)}"
        yield finding(Code.RENEWAL_OF_ANOTHER, place, message, "check that it is the same person")


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
