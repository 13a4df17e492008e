"""The public site of an issuer, for `issuer verify --online`: the handful of files that the checks need, and nothing else.

HTTPS only (plain HTTP for this machine), no redirects, no private addresses, a limit on time and size for each file. What cannot be
had is None, and the check that needs it says "cannot tell".
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from issuer import publication
from issuer.errors import NetworkError, Place, UsageError
from issuer.formats import did_web, strict_json
from issuer.verification import MAX_SIDE_BYTES, About

TIMEOUT = 15.0
_LOCAL = ("localhost", "127.0.0.1")
_HINT = "check the address, and try again later"


@dataclass(frozen=True, slots=True)
class Web:
    """A published site. base: the base URL, without a slash at its end; FormatError comes out if no did:web can stand for it."""

    base: str

    @property
    def name(self) -> str:
        """What people call it."""
        return self.base

    def about_issuer(self) -> About:
        """What the issuer publishes about itself; None for what is not there."""
        lists = {f"{self.base}/status/{name}.json": self._side(f"status/{name}.record.json") for name in ("revocation", "suspension")}
        return About(
            did=self._side(did_web.document_path(self.expected())),
            keys=self._side(publication.KEYS),
            register=self._side(publication.REGISTER),
            checkpoint=self._side("log/checkpoint"),
            lists={url: data for url, data in lists.items() if data is not None},
        )

    def _side(self, path: str) -> bytes | None:
        return fetch(f"{self.base}/{path}", MAX_SIDE_BYTES)

    def expected(self) -> str:
        """The did:web that stands for this address, whatever the site says it is."""
        return did_web.from_base_url(self.base)

    def record(self, number: str) -> bytes | None:
        """record.json of a certificate."""
        return fetch(f"{self.base}/c/{number}/{publication.RECORD}", strict_json.MAX_BYTES)

    def proof(self, number: str) -> bytes | None:
        """The tlog-proof of a certificate."""
        return fetch(f"{self.base}/c/{number}/{publication.PROOF}", strict_json.MAX_BYTES)

    def everything(self) -> Iterator[tuple[str, bytes, bytes | None]]:
        """Nothing: a site does not list its certificates, their addresses are known only to those who have them."""
        yield from ()


def fetch(url: str, most: int) -> bytes | None:
    """What is at url: at most `most` bytes and one more, which is enough to refuse it; None if it is not there.
    Raises NetworkError, UsageError."""
    parts = urlsplit(url)
    host, local = parts.hostname or "", parts.hostname in _LOCAL
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not local):
        raise UsageError("is not fetched: its address does not begin with https://", place=Place(url), hint="use the https address")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    try:
        connection.sock = _connect(host, port, local=local)
        if parts.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        connection.request("GET", parts.path, headers={"Accept-Encoding": "identity", "Connection": "close", "User-Agent": "issuer"})
        answer = connection.getresponse()
        if answer.status == 200:
            return answer.read(most + 1)
    except (OSError, http.client.HTTPException) as error:
        raise NetworkError(f"cannot be read: {error}", place=Place(url), hint=_HINT) from None
    finally:
        connection.close()
    if answer.status in (404, 410):
        return None
    raise NetworkError(f"answered {answer.status}, not 200", place=Place(url), hint=_HINT)


def _connect(host: str, port: int, *, local: bool) -> socket.socket:
    """A connection to a public address of host, and to that very address: what was checked is what is used."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not local and not all(ipaddress.ip_address(address.partition("%")[0]).is_global for address in addresses):
        raise OSError("its address is private")
    last: OSError = OSError("it has no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=TIMEOUT)
        except OSError as error:
            last = error
    raise last
