"""Reading from the web for a verification, from servers that do all they can to hurt."""

from __future__ import annotations

import datetime as dt
import gzip
import http.server
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from issuer.errors import NetworkError
from issuer.fetching import Visit, is_public


class Odd(http.server.BaseHTTPRequestHandler):
    """Redirects, fails, lies, sends too much, too slowly, or something else."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        getattr(self, f"_{self.path.strip('/').partition('?')[0]}")()

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _good(self) -> None:
        self._answer(200, self.headers["Accept-Encoding"].encode())

    def _moved(self) -> None:
        self._answer(302, Location="/good")

    def _broken(self) -> None:
        self._answer(500)

    def _gone(self) -> None:
        self._answer(410)

    def _page(self) -> None:
        self._answer(200, b"<!doctype html>", Content_Type="text/html; charset=utf-8")

    def _large(self) -> None:
        self._answer(200, b"x" * 5000)

    def _endless(self) -> None:
        self._answer(200, Content_Length=str(1 << 50))
        self._for_ever(b"x" * 4096, 0)

    def _short(self) -> None:
        self._answer(200, b"half", Content_Length="8")
        self.close_connection = True

    def _packed(self) -> None:
        self._answer(200, gzip.compress(bytes(1 << 20)), Content_Encoding="gzip")

    def _silent(self) -> None:
        time.sleep(3)

    def _drip(self) -> None:
        self._answer(200, Content_Length="100000")
        self._for_ever(b"x", 0.05)

    def _headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self._for_ever(b"X-More: 1\r\n", 0.05)

    def _chunks(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        self._for_ever(b"1\r\nx\r\n", 0.05)

    def _nonsense(self) -> None:
        self.wfile.write(b"\0\xff SSH-2.0\r\n" * 10)
        self.close_connection = True

    def _for_ever(self, piece: bytes, pause: float) -> None:
        """Until whoever listens has had enough."""
        try:
            while True:
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@contextmanager
def serving(wrap: Callable[[socket.socket], socket.socket] | None = None) -> Iterator[int]:
    """The port of a running Odd."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Odd) as server:
        server.daemon_threads = True
        if wrap is not None:
            server.socket = wrap(server.socket)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with serving() as port:
        yield f"http://localhost:{port}"


def found(address: str, port: int = 443) -> tuple[int, int, int, str, tuple[str, int]]:
    """One answer of getaddrinfo."""
    return socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, port)


def visit(base: str, **limits: float) -> Visit:
    """A visit whose reader named the server on this machine."""
    return Visit(local=base.partition("://")[2], **limits)  # type: ignore[arg-type]  # requests is an int, seconds a float


def test_what_is_there_comes_as_it_is(base: str) -> None:
    assert visit(base).fetch(f"{base}/good", 1000) == b"identity"
    assert visit(base).fetch(f"{base}/good?a=1&b=%20", 1000) == b"identity"
    assert visit(base).fetch(f"{base}/gone", 1000) is None
    assert visit(base).fetch(f"{base}/page", 1000) is None
    assert visit(base).fetch(f"{base}/large", 1000) == b"x" * 1001
    assert visit(base).fetch(f"{base}/endless", 100_000) == b"x" * 100_001


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("moved", "answered 302"),
        ("broken", "answered 500"),
        ("packed", "compressed"),
        ("short", "cut off"),
        ("nonsense", "cannot be read"),
    ],
)
def test_what_is_not_right_is_not_taken(base: str, path: str, said: str) -> None:
    with pytest.raises(NetworkError, match=said) as caught:
        visit(base).fetch(f"{base}/{path}", 1000)
    assert caught.value.hint


@pytest.mark.parametrize("path", ["silent", "drip", "headers", "chunks"])
def test_a_server_that_takes_its_time_does_not_get_it(base: str, path: str) -> None:
    began = time.monotonic()
    with pytest.raises(NetworkError, match=r"took too long|timed out|more than 100 headers"):
        visit(base, seconds=0.5).fetch(f"{base}/{path}", 1 << 20)
    assert time.monotonic() - began < 1.5


def test_all_requests_have_one_end(base: str) -> None:
    slow = visit(base, seconds=0.3)
    slow.fetch(f"{base}/good", 1000)
    time.sleep(0.3)
    with pytest.raises(NetworkError, match="took too long"):
        slow.fetch(f"{base}/good", 1000)
    few = visit(base, requests=2)
    for _ in range(2):
        few.fetch(f"{base}/good", 1000)
    with pytest.raises(NetworkError, match="too many requests"):
        few.fetch(f"{base}/good", 1000)


@pytest.mark.parametrize(
    "url",
    [
        "http://certificates.example.org/",
        "ftp://certificates.example.org/",
        "file:///etc/passwd",
        "https://user:secret@certificates.example.org/",
        "https://[::1]/",
        "https://certificates.example.org:99999999/",
        "https://certificates.example.org/a b",
        "https://certificates.example.org/\r\nHost: x",
        "https://čertifikáty.example.org/",
        "https:///path",
        "",
    ],
)
def test_only_plain_https_addresses_are_fetched(url: str) -> None:
    with pytest.raises(NetworkError, match="is not fetched"):
        Visit().fetch(url, 1000)


def test_a_file_does_not_send_anybody_to_this_machine(base: str) -> None:
    for allowed in (None, "localhost:1", "127.0.0.1:8420"):
        with pytest.raises(NetworkError, match="on this machine"):
            Visit(local=allowed).fetch(f"{base}/good", 1000)
    with pytest.raises(NetworkError, match="on this machine"):
        Visit().fetch("https://localhost/", 1000)


def test_a_port_where_nobody_listens_is_told() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(NetworkError, match="cannot be read"):
        visit(f"http://localhost:{port}").fetch(f"http://localhost:{port}/", 1000)


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"),  # noqa: S104
        *("::", "::1", "fd00::1", "fe80::1%eth0", "fec0::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2001:db8::1", "2001:0:4136:e378:8000:63bf:f5ff:fffe"),
    ],
)
def test_private_addresses_are_not_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert not is_public(address)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [found("93.184.215.14"), found(address)])
    with pytest.raises(NetworkError, match="private"):
        Visit().fetch("https://certificates.example.org/trust/keys.json", 1000)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


def test_a_host_is_looked_up_once_and_that_address_is_asked(monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    port = int(base.rpartition(":")[2])
    answers = [[found("127.0.0.1", port)], [found("169.254.169.254", 80)]]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers.pop(0))
    same = visit(base)
    for _ in range(3):
        assert same.fetch(f"{base}/good", 1000) == b"identity"
    assert len(answers) == 1


def test_a_name_that_is_not_answered_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait(5) and [])
    began = time.monotonic()
    with pytest.raises(NetworkError, match="looked up in time"):
        Visit(seconds=0.2).fetch("https://certificates.example.org/", 1000)
    release.set()
    assert time.monotonic() - began < 1


def test_a_server_must_prove_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = certificate(tmp_path)
    context.load_cert_chain(file)
    with serving(lambda plain: context.wrap_socket(plain, server_side=True)) as port:
        url, local = f"https://localhost:{port}/good", f"localhost:{port}"
        with pytest.raises(NetworkError, match="CERTIFICATE_VERIFY_FAILED"):
            Visit(local=local).fetch(url, 1000)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert Visit(local=local).fetch(url, 1000) == b"identity"
        with pytest.raises(NetworkError, match="CERTIFICATE_VERIFY_FAILED"):
            Visit(local=f"127.0.0.1:{port}").fetch(f"https://127.0.0.1:{port}/good", 1000)


def certificate(folder: Path) -> Path:
    """A PEM file with a key and a certificate of localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "localhost.pem"
    file.write_bytes(secret + built.public_bytes(serialization.Encoding.PEM))
    return file
