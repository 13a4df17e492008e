"""What an issuer publishes on the web, for `issuer verify --online`: the handful of files that the checks need, and nothing else.

For an issuer of ours that is its site. Of others it is the DID document that a did:web stands for, and the status lists that the
certificate names. What cannot be had is None, and the check that needs it says "cannot tell"; why it could not be had is kept beside.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from issuer import publication
from issuer.errors import FormatError, NetworkError, UsageError
from issuer.evidence import CHECKPOINT, FOR_US, MAX_DOCUMENT_BYTES, MAX_LIST_BYTES
from issuer.fetching import Visit
from issuer.formats import did_document, did_web, strict_json
from issuer.verification import MAX_SIDE_BYTES, About, History
from issuer.verification.status import ENTRY, suspension_of

_MAX_LISTS = 4


@dataclass
class Web:
    """An issuer on the web. did: the issuer; base: its base URL without a slash at its end, None if no did:web stands for it;
    troubles: what could not be fetched, and why."""

    did: str
    base: str | None
    visit: Visit
    troubles: list[NetworkError] = field(default_factory=list)
    _is_ours: bool | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.base or self.did

    def about_issuer(self, certificate: bytes = b"") -> About:
        """What the issuer publishes about itself; None for what is not there. certificate: which names the status lists."""
        entries = _entries(certificate)
        if self.base is None:
            return About(lists=self._lists(entries))
        did, keys = self._side(did_web.document_path(self.did)), self._side(publication.KEYS)
        self._is_ours = keys is not None or _names_log(did)
        if not self._is_ours:
            return About(did=did, lists=self._lists(entries))
        beside = [found for entry in entries if (found := suspension_of(entry)) is not None]
        return About(
            did=did,
            keys=keys,
            register=self._side(publication.REGISTER, MAX_SIDE_BYTES),
            checkpoint=self._side(CHECKPOINT),
            lists=self._lists([*entries, *beside]),
        )

    def expected(self) -> str | None:
        """The did:web that stands for this address, whatever the site says it is."""
        return self.did

    def record(self, number: str, at: dt.datetime | None = None) -> bytes | None:  # noqa: ARG002 - a site has no older versions
        """record.json of a certificate."""
        return self._of_certificate(number, publication.RECORD)

    def proof(self, number: str) -> bytes | None:
        """The tlog-proof of a certificate."""
        return self._of_certificate(number, publication.PROOF)

    def proof_of(self, digest: str) -> bytes | None:  # noqa: ARG002 - none is published by digest
        """Nothing: proofs are published by id."""
        return None

    def everything(self) -> Iterator[tuple[str, bytes, bytes | None]]:
        """Nothing: a site does not list its certificates, their addresses are known only to those who have them."""
        yield from ()

    def history(self, digest: str, at: dt.datetime) -> History:  # noqa: ARG002 - nothing is known of any record
        """Nothing, for an issuer that keeps no log. Raises UsageError for one of ours: the whole log is more than is fetched."""
        if not self._is_ours:
            return History(at, ())
        raise UsageError(
            "the past is told by the whole log, which --online does not fetch",
            hint="name a copy of the site with --site FOLDER, or run this in the issuing repository",
        )

    def _of_certificate(self, number: str, name: str) -> bytes | None:
        """A file of a certificate, if the issuer is one of ours or nobody looked yet."""
        return None if self._is_ours is False else self._side(f"c/{number}/{name}", strict_json.MAX_BYTES)

    def _lists(self, entries: list[dict[str, Any]]) -> Mapping[str, bytes]:
        """Address of each status list that the entries name → the list; of a site of ours the one with the jcs proof."""
        found: dict[str, bytes] = {}
        for url in list(dict.fromkeys(str(entry.get("statusListCredential")) for entry in entries))[:_MAX_LISTS]:
            for_us = self._is_ours and url.startswith(f"{self.base}/status/") and url.endswith(".json")
            data = self._try(url.removesuffix(".json") + FOR_US if for_us else url, MAX_LIST_BYTES)
            if data is not None:
                found[url] = data
        return found

    def _side(self, path: str, most: int = MAX_DOCUMENT_BYTES) -> bytes | None:
        return None if self.base is None else self._try(f"{self.base}/{path}", most)

    def _try(self, url: str, most: int) -> bytes | None:
        try:
            return self.visit.fetch(url, most)
        except NetworkError as error:
            self.troubles.append(error)
            return None


def of_address(base: str) -> Web:
    """The site at a base URL that the reader typed; it may be on this machine. Raises FormatError if no did:web can stand for it."""
    did = did_web.from_base_url(base)
    return Web(did, did_web.base_url(did), Visit(local=_host(did)))


def of_issuer(did: str, *, expected: bool) -> Web:
    """An issuer that a file names. expected: whether the reader named it too; only then it may be on this machine."""
    base = did_web.base_url(did) if did.startswith("did:web:") else None
    return Web(did, base, Visit(local=_host(did) if expected and base else None))


def _host(did: str) -> str:
    """Host and port of a did:web, as a Visit names the one on this machine."""
    scheme, _, rest = did_web.base_url(did).partition("://")
    host = rest.partition("/")[0]
    return host if ":" in host else f"{host}:{443 if scheme == 'https' else 80}"


def _entries(certificate: bytes) -> list[dict[str, Any]]:
    """The entries of Bitstring Status Lists that a certificate names."""
    try:
        status = strict_json.parse(certificate)["credentialStatus"]
    except (FormatError, KeyError, TypeError):
        return []
    return [entry for entry in (status if isinstance(status, list) else [status]) if isinstance(entry, dict) and entry.get("type") == ENTRY]


def _names_log(document: bytes | None) -> bool:
    """Whether a DID document names a log of ours."""
    try:
        found = strict_json.parse(document or b"", max_bytes=MAX_DOCUMENT_BYTES)
    except FormatError:
        return False
    return isinstance(found, dict) and did_document.read(found).has_log
