"""Reading a file from the web for a verification, with limits: the address may come from a file that a forger wrote.

HTTPS only, to public addresses only; plain HTTP only to the server on this machine that the reader named. No redirects, no compression,
so many bytes a file, so many requests and seconds for all of them together. A host is looked up once, and what was looked up is what is
asked: a second answer of the DNS cannot lead elsewhere.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from issuer.errors import NetworkError, Place

LOCAL = ("localhost", "127.0.0.1")
REQUESTS = 16
SECONDS = 30.0
_URL = re.compile(r"(https?)://([A-Za-z0-9.-]{1,253})(?::([0-9]{1,5}))?(/[!-\"$-~]*)?")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_HEADERS = {"Accept-Encoding": "identity", "Connection": "close", "User-Agent": "issuer"}
_HINT = "check the address, and try again later"
_Address = tuple[int, tuple[Any, ...]]
"""Address family and socket address, of which the first item is the IP address."""


@dataclass
class Visit:
    """The requests of one verification. local: host and port on this machine that the reader asked for, such as localhost:8420;
    seconds: how long all requests may take together; requests: how many there may be."""

    local: str | None = None
    seconds: float = SECONDS
    requests: int = REQUESTS
    _end: float | None = field(default=None, init=False)
    _addresses: dict[tuple[str, int], list[_Address]] = field(default_factory=dict, init=False)

    def fetch(self, url: str, most: int) -> bytes | None:
        """What is at url: at most `most` bytes and one more, which is enough to refuse it. None if it is not there, or a web page is
        there, which is how many hosts say the same. Raises NetworkError."""
        scheme, host, port, path = self._parts(url)
        if self._end is None:
            self._end = time.monotonic() + self.seconds
        if self.requests <= 0:
            raise NetworkError("is not fetched: this verification has made too many requests already", place=Place(url), hint=_HINT)
        self.requests -= 1
        connection: Any = http.client.HTTPConnection(host, port)
        try:
            with self._connect(scheme, host, port) as connected:
                connection.sock = _Timed(connected, self._end)
                connection.request("GET", path, headers=_HEADERS)
                return _body(connection.getresponse(), most, url)
        except (OSError, http.client.HTTPException) as error:
            raise NetworkError(f"cannot be read: {error or type(error).__name__}", place=Place(url), hint=_HINT) from None

    def _parts(self, url: str) -> tuple[str, str, int, str]:
        """Scheme, host, port and path with query of an address that may be fetched."""
        match = _URL.fullmatch(url)
        if match is None:
            raise NetworkError("is not fetched: it is no https address", place=Place(url[:200]), hint="use the https address")
        scheme, host = match[1], match[2].lower()
        port = int(match[3] or (443 if scheme == "https" else 80))
        if scheme == "http" and host not in LOCAL:
            raise NetworkError("is not fetched: its address does not begin with https://", place=Place(url), hint="use the https address")
        if host in LOCAL and f"{host}:{port}" != self.local:
            raise NetworkError(
                "is not fetched: a file may not send you to a server on this machine",
                place=Place(url),
                hint="name the issuer with --issuer",
            )
        return scheme, host, port, match[4] or "/"

    def _connect(self, scheme: str, host: str, port: int) -> socket.socket:
        """A connection to a public address of host, and to that very address: what was checked is what is used."""
        end = self._end or 0.0
        if (host, port) not in self._addresses:
            found = _look_up(host, port, _left(end))
            if host not in LOCAL and not all(is_public(str(address[0])) for _, address in found):
                raise OSError("its address is private")
            self._addresses[host, port] = found
        last = OSError("it has no address")
        for family, address in self._addresses[host, port]:
            plain = socket.socket(family, socket.SOCK_STREAM)
            try:
                plain.settimeout(_left(end))
                plain.connect(address)
                return plain if scheme == "http" else ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            except OSError as error:
                plain.close()
                last = error
        raise last


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: none of this machine, of a private network or of a cloud's own services,
    also not as an IPv4 address inside an IPv6 one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inside = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            inside = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(str(inside))
    return found.is_global and not (found.is_multicast or found.is_reserved or getattr(found, "is_site_local", False))


def _body(answer: http.client.HTTPResponse, most: int, url: str) -> bytes | None:
    if answer.status in (404, 410):
        return None
    if answer.status in (301, 302, 303, 307, 308):
        said = f"answered {answer.status}: it leads to {answer.headers.get('Location', 'nowhere')[:200]}, and no redirect is followed"
        raise NetworkError(said, place=Place(url), hint="give that address, if you trust it")
    if answer.status != 200:
        raise NetworkError(f"answered {answer.status}, not 200", place=Place(url), hint=_HINT)
    if answer.headers.get_content_type() in ("text/html", "application/xhtml+xml"):
        return None
    if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise NetworkError("came compressed, which was not asked for", place=Place(url), hint=_HINT)
    data = answer.read(most + 1)
    if answer.length and len(data) <= most:  # fewer bytes than were announced
        raise NetworkError("was cut off", place=Place(url), hint=_HINT)
    return data


def _left(end: float) -> float:
    """Seconds until a moment of the monotonic clock. Raises TimeoutError if it has passed."""
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left


def _look_up(host: str, port: int, seconds: float) -> list[_Address]:
    """The addresses of a host. The system's look-up knows no time limit, so it is left alone in its thread when it takes too long."""
    answer: queue.SimpleQueue[list[_Address] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put([(entry[0], entry[4]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except OSError as error:
            answer.put(error)
        except UnicodeError:  # a label that is too long
            answer.put(OSError("its name cannot be looked up"))

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("its name could not be looked up in time") from None
    if isinstance(found, OSError):
        raise found
    return found


class _Timed:
    """What http.client needs of a socket, with one end for everything: a server that sends a byte now and then does not move it."""

    def __init__(self, connected: socket.socket, end: float) -> None:
        self._socket = connected
        self._end = end

    def sendall(self, data: bytes) -> None:
        """Send everything in the time that is left."""
        self._socket.settimeout(_left(self._end))
        self._socket.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - http.client reads only
        """What comes, to be read."""
        return io.BufferedReader(_Incoming(self._socket, self._end))

    def close(self) -> None:
        """Nothing: http.client says so before it has read the answer; the visit closes the connection."""


class _Incoming(io.RawIOBase):
    def __init__(self, connected: socket.socket, end: float) -> None:
        super().__init__()
        self._socket = connected
        self._end = end

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """What there is, waiting no longer than there is time."""
        self._socket.settimeout(_left(self._end))
        return self._socket.recv_into(buffer)
