"""`issuer verify --online`: a stranger with nothing but a link, or a file; and issuers that are not ours."""

from __future__ import annotations

import functools
import http.server
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from issuer import records, signing
from issuer.commands.serve import running
from issuer.errors import FormatError
from issuer.formats import bitstring, did_web
from issuer.inside import credential_in
from tests import forgery
from tests.school import School, found

SUITES = ("eddsa-jcs-2022", "eddsa-rdfc-2022")


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


def one(document: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The verdict of the only result, and the code of each check."""
    (result,) = document["results"]
    return result["verdict"], {check["name"]: check["code"] for check in result["checks"]}


def test_a_link_is_enough(school: School, stranger: School) -> None:
    good, revoked = [record.credential["id"] for record in records.read(school.root)]
    number = good.split("/")[-2]
    assert one(stranger.json("verify", "--online", good))[0] == "valid"
    verdict, codes = one(stranger.json("verify", "--online", revoked, code=1))
    assert (verdict, codes["status"]) == ("not valid", "revoked")
    assert "--online" in stranger.issuer("verify", good, code=2)
    assert "no address of a certificate" in stranger.issuer("verify", "--online", number, code=2)
    assert "has no certificate" in stranger.issuer("verify", "--online", good.replace(number, "0" * 26), code=1)
    assert "--site FOLDER" in stranger.issuer("verify", "--online", "--as-of", "2026-01-01", good, code=2)
    assert one(stranger.json("verify", "--online", "--issuer", did_web.from_base_url(good.partition("/c/")[0]), number))[0] == "valid"


@pytest.mark.parametrize("name", ["record.json", "credential.json", "certificate.svg", "certificate.pdf"])
def test_a_file_names_its_site_but_the_reader_names_the_issuer(school: School, stranger: School, name: str) -> None:
    record = next(records.read(school.root))
    copy = stranger.root / name
    copy.write_bytes((school.root / "_site" / "c" / record.id / name).read_bytes())
    did = record.credential["issuer"]["id"]
    assert one(stranger.json("verify", "--online", "--issuer", did, name))[0] == "valid"
    assert one(stranger.json("verify", name, code=1))[0] == "cannot tell"
    for options in ([], ["--issuer", "did:web:example.com"]):
        document = stranger.json("verify", "--online", *options, name, code=3)
        assert one(document)[0] == "cannot tell"
        assert "a file may not send you to a server on this machine" in document["results"][0]["notes"][0]
        for files in ([name], [name, name]):
            assert "note: http://localhost" in stranger.issuer("verify", "--online", *options, *files, code=3)


def test_pictures_without_a_credential_are_named_as_such() -> None:
    for data, said in (
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no credentials"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "cut off"),
        (b"\xff\xd8\xff\xe0", "proves nothing"),
    ):
        with pytest.raises(FormatError, match=said) as caught:
            credential_in(data)
        assert caught.value.hint
    assert credential_in(b'{"id":"x"}') is None


class College:
    """An issuer that keeps no log of ours: a did:web on this machine, with a status list. asked: the paths that were fetched."""

    def __init__(self, folder: Path, base: str, asked: list[str]) -> None:
        self.folder, self.base, self.asked = folder, base, asked
        self.did, self.key = did_web.from_base_url(base), forgery.OTHER
        method = f"{self.did}#{self.key.public}"
        listed = {"id": method, "type": "Multikey", "controller": self.did, "publicKeyMultibase": self.key.public}
        self.put(".well-known/did.json", {"id": self.did, "verificationMethod": [listed], "assertionMethod": [method]})

    def put(self, path: str, document: dict[str, Any]) -> None:
        """Publish a document."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document, indent=1), "utf-8")

    def sign(self, document: dict[str, Any], suite: str) -> dict[str, Any]:
        """With one proof of the college's key."""
        return {**document, "proof": signing.prove_with(suite, document, self.key, self.did, "2026-05-30T08:00:00Z")}

    def badge(self, suite: str, index: int) -> dict[str, Any]:
        """A badge with a bit in the list."""
        status = {
            "id": f"{self.base}/lists/7#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(index),
            "statusListCredential": f"{self.base}/lists/7?purpose=revocation",
        }
        issuer = {"id": self.did, "type": ["Profile"], "name": "Example College"}
        return self.sign(forgery.credential(issuer=issuer, id="urn:uuid:8b2f8c8e", credentialStatus=status), suite)

    def publish_list(self, suite: str, *bits: int) -> None:
        """The list, without the dates that ours have."""
        url = f"{self.base}/lists/7?purpose=revocation"
        subject = {"id": f"{url}#list", "type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": bitstring.encode(bits)}
        document = {
            "@context": [forgery.credential()["@context"][0]],
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.did,
            "credentialSubject": subject,
        }
        self.put("lists/7", self.sign(document, suite))


@pytest.fixture
def college(tmp_path: Path) -> Iterator[College]:
    folder = tmp_path / "college"
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - the base class's names
            if args[0] != 404:  # which is logged twice
                asked.append(self.path)

    folder.mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield College(folder, f"http://localhost:{server.server_port}", asked)
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("suite", SUITES)
def test_another_issuer_is_asked_for_its_keys_and_its_list(college: College, stranger: School, suite: str) -> None:
    college.publish_list(suite, 5)
    for index, expected, code in ((4, "valid", 0), (5, "not valid", 1)):
        (stranger.root / "badge.json").write_text(json.dumps(college.badge(suite, index), indent=2), "utf-8")
        document = stranger.json("verify", "--online", "--issuer", college.did, "badge.json", code=code)
        verdict, codes = one(document)
        assert (verdict, codes["key"], codes["log"]) == (expected, "key-current", "no-log")
        assert document["results"][0]["notes"] == []
    assert codes["status"] == "revoked"
    assert college.asked == ["/.well-known/did.json", "/trust/keys.json", "/lists/7?purpose=revocation"] * 2


def test_another_issuer_whose_list_is_gone_leaves_it_open(college: College, stranger: School) -> None:
    (stranger.root / "badge.json").write_text(json.dumps(college.badge(SUITES[0], 4)), "utf-8")
    verdict, codes = one(stranger.json("verify", "--online", "--issuer", college.did, "badge.json", code=1))
    assert (verdict, codes["status"]) == ("cannot tell", "list-missing")
    assert "hint:" in stranger.issuer("verify", "--online", "--issuer", college.did, "badge.json", code=1)


def test_an_impostor_is_told(college: College, stranger: School) -> None:
    college.publish_list(SUITES[0])
    college.key = forgery.KEY
    (stranger.root / "badge.json").write_text(json.dumps(college.badge(SUITES[0], 4)), "utf-8")
    verdict, codes = one(stranger.json("verify", "--online", "--issuer", college.did, "badge.json", code=1))
    assert (verdict, codes["key"]) == ("not valid", "key-not-listed")


def test_the_past_of_an_issuer_without_a_log_cannot_be_told(college: College, stranger: School) -> None:
    college.publish_list(SUITES[0])
    (stranger.root / "badge.json").write_text(json.dumps(college.badge(SUITES[0], 4)), "utf-8")
    verdict, codes = one(stranger.json("verify", "--online", "--issuer", college.did, "--as-of", "2026-06-30", "badge.json", code=1))
    assert (verdict, codes["status"]) == ("cannot tell", "history-missing")
