"""`issuer verify --online`: a stranger with nothing but a link, or a file; and a picture that carries its credential."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuer import online, records
from issuer.artwork.inside import credential_in
from issuer.commands.serve import running
from issuer.errors import FormatError, NetworkError, UsageError
from tests.school import School, found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def base_url() -> str:
    return f"http://localhost:{free_port()}"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, base_url: str) -> Iterator[School]:
    """Two people, the second revoked; published and served."""
    school = found(tmp_path_factory.mktemp("online"), base_url=base_url)
    school.people(2)
    school.issuer("--quiet", "issue")
    school.issuer("--quiet", "revoke", [record.id for record in records.read(school.root)][1], "--reason", "Issued by mistake", "--yes")
    school.issuer("--quiet", "publish")
    with running(school.root / "_site", base_url):
        yield school


@pytest.fixture
def stranger(school: School, tmp_path: Path) -> School:
    """Somebody elsewhere: no repository, no key, no site."""
    return School(tmp_path, school.key_file)


def test_a_link_is_enough(school: School, stranger: School) -> None:
    good, revoked = [record.credential["id"] for record in records.read(school.root)]
    assert stranger.json("verify", "--online", good)["results"][0]["verdict"] == "valid"
    answer = stranger.json("verify", "--online", revoked, code=1)["results"][0]
    assert (answer["verdict"], answer["checks"][4]["code"]) == ("not valid", "revoked")
    assert "--online" in stranger.issuer("verify", good, code=2)
    assert "no address of a certificate" in stranger.issuer("verify", "--online", good.split("/")[-2], code=2)
    assert "has no certificate" in stranger.issuer("verify", "--online", good.replace(good.split("/")[-2], "0" * 26), code=2)


@pytest.mark.parametrize("name", ["record.json", "credential.json", "certificate.svg", "certificate.pdf"])
def test_a_file_names_its_site_but_the_reader_names_the_issuer(school: School, stranger: School, name: str) -> None:
    record = next(records.read(school.root))
    copy = stranger.root / name
    copy.write_bytes((school.root / "_site" / "c" / record.id / name).read_bytes())
    answer = stranger.json("verify", "--online", name, code=1)["results"][0]
    assert (answer["verdict"], answer["checks"][6]["code"]) == ("cannot tell", "issuer-unknown")
    assert [check["result"] for check in answer["checks"]].count("pass") == 6
    did = record.credential["issuer"]["id"]
    assert stranger.json("verify", "--online", "--issuer", did, name)["results"][0]["verdict"] == "valid"
    assert stranger.json("verify", "--online", "--issuer", "did:web:example.com", name, code=1)["results"][0]["verdict"] == "cannot tell"
    assert stranger.json("verify", name, code=1)["results"][0]["verdict"] == "cannot tell"


def test_pictures_without_a_credential_are_named_as_such() -> None:
    for data, said in (
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no credentials"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "proves nothing"),
    ):
        with pytest.raises(FormatError, match=said) as caught:
            credential_in(data)
        assert caught.value.hint
    assert credential_in(b'{"id":"x"}') is None


class Odd(http.server.BaseHTTPRequestHandler):
    """A server that redirects, fails, and sends too much."""

    def do_GET(self) -> None:
        self.send_response({"/moved": 302, "/broken": 500, "/gone": 410}.get(self.path, 200))
        if self.path == "/moved":
            self.send_header("Location", "http://localhost:1/")
        self.end_headers()
        if self.path == "/large":
            self.wfile.write(b"x" * 5000)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def test_only_what_is_asked_for_is_fetched() -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Odd) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            base = f"http://localhost:{server.server_port}"
            assert online.fetch(f"{base}/large", 1000) == b"x" * 1001
            assert online.fetch(f"{base}/gone", 1000) is None
            for path, said in (("moved", "answered 302"), ("broken", "answered 500")):
                with pytest.raises(NetworkError, match=said):
                    online.fetch(f"{base}/{path}", 1000)
        finally:
            server.shutdown()
            thread.join()
    with pytest.raises(NetworkError, match="cannot be read"):
        online.fetch(f"http://localhost:{free_port()}/", 1000)
    with pytest.raises(UsageError, match="https"):
        online.fetch("http://certificates.example.org/", 1000)


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "127.0.0.1", "::1", "fd00::1", "192.168.1.1"])
def test_private_addresses_are_not_asked(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", (address, 443))])
    with pytest.raises(NetworkError, match="private"):
        online.fetch("https://certificates.example.org/trust/keys.json", 1000)
