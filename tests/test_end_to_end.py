"""The main job on real input: `issuer demo` in a real Git repository with a real mail server, as `make demo` runs it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Pdf

from issuer import records
from issuer.artwork import unbake

ROWS = 20
PEOPLE = ROWS + 30
ISSUER = Path(sys.executable).with_name("issuer")


@dataclass(frozen=True, slots=True)
class Demo:
    """folder: the issuing repository that the demo made; answer: what --json printed; log: what standard error showed."""

    folder: Path
    answer: dict[str, Any]
    log: str

    @property
    def site(self) -> Path:
        return self.folder / "_site"


def demo(folder: Path, rows: int = ROWS) -> Demo:
    command = [str(ISSUER), "demo", "--rows", str(rows), "--out", str(folder), "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ISSUER_")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return Demo(folder, json.loads(done.stdout), done.stderr)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo") / "repository"
    demo(folder, 3)
    return demo(folder)  # running it twice in a row works


def git(demo: Demo, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=demo.folder, capture_output=True, text=True, check=True).stdout


def test_everybody_has_a_page_and_a_mail(done: Demo) -> None:
    assert done.answer["certificates"] == PEOPLE
    assert done.answer["verified"] == {"valid": PEOPLE}
    assert done.answer["after_revocation"] == {"valid": PEOPLE - 1, "not valid": 1}
    pages = sorted(path.parent.name for path in (done.site / "c").glob("*/index.html"))
    assert len(pages) == PEOPLE
    assert pages == sorted(record.id for record in records.read(done.folder))
    speaker, *_ = records.current(done.folder, "2026-06-world-summit")
    files = {path.name for path in (done.site / "c" / speaker.id).iterdir()}
    signed = {"record.json", "credential.json", "inclusion.tlog-proof"}
    assert files == {"index.html", *signed, "certificate.svg", "certificate.pdf", "certificate.png", "card.png"}
    stages = [stage["stage"] for stage in done.answer["stages"]]
    assert [stage.partition(" ")[0] for stage in stages] == ["check", "issue", "draw", "publish", "send", "verify"]


def body(message: Any, kind: str) -> str:
    return str(message.get_body((kind,)).get_content())


def test_mails_are_personal_and_lead_to_the_pages(done: Demo) -> None:
    box = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (done.folder / "outbox" / "new").iterdir()]
    people = {
        record.credential["id"]: record.credential["credentialSubject"]["identifier"][0]["identityHash"]
        for record in records.read(done.folder)
    }
    seen = set()
    for message in box:
        to: Any = message["To"]
        assert to.addresses[0].addr_spec.endswith((".org", ".com", ".net"))
        assert len(to.addresses) == 1
        assert message.get_content_type() == "multipart/alternative"
        text = body(message, "plain")
        (url,) = set(re.findall(r"http://localhost:\d+/c/[0-9a-z]{26}/", text))
        assert people[url] in text
        assert url in body(message, "html")
        (picture,) = (part for part in message.walk() if part.get_content_type() == "image/png")
        assert picture.get_content() == (done.site / "c" / url.split("/")[-2] / "certificate.png").read_bytes()
        assert message["Auto-Submitted"] == "auto-generated"
        seen.add(url)
    assert seen == set(people)
    assert len(box) == PEOPLE


def test_the_history_is_real_and_holds_no_secret_and_no_view(done: Demo) -> None:
    assert git(done, "status", "--porcelain") == ""
    subjects = git(done, "log", "--format=%s").splitlines()
    assert subjects == [
        "Revoke a certificate",
        "Record deliveries",
        f"Issue {PEOPLE} certificates",
        "Add two batches",
        "Begin an issuing repository",
    ]
    tracked = git(done, "ls-files").splitlines()
    views = [name for name in tracked if name.endswith((".pdf", ".png", ".html", ".key"))]
    assert not [name for name in views if not name.startswith("site/assets/")]
    secrets = re.findall(r"z3u2\w+", done.folder.with_name("repository.key").read_text())
    assert len(secrets) == 3
    history = subprocess.run(["git", "log", "-p", "--all"], cwd=done.folder, capture_output=True, check=True).stdout
    files = [path.read_bytes() for path in done.folder.rglob("*") if path.is_file()]
    for secret in secrets:
        assert secret.encode() not in history
        assert not [data for data in files if secret.encode() in data]
        assert secret not in done.log


def test_no_address_is_published_or_journalled(done: Demo) -> None:
    rosters = (done.folder / "records/2026-05-python-101/roster.csv").read_text("utf-8")
    addresses = {address.encode() for address in re.findall(r"[\w.+-]+@example\.(?:org|com|net)", rosters)}
    assert len(addresses) == ROWS
    for path in [*done.site.rglob("*"), *(done.folder / "records").rglob("*.jsonl")]:
        if path.is_file():
            data = path.read_bytes()
            assert not [address for address in addresses if address in data], path


def test_the_drawings_carry_the_credential(done: Demo) -> None:
    folder = done.site / "c" / done.answer["example"]
    credential = (folder / "credential.json").read_bytes()
    for name in ("certificate.svg", "certificate.png", "card.png"):
        assert unbake((folder / name).read_bytes()) == credential
    with Pdf.open(folder / "certificate.pdf") as document:
        assert document.attachments["credential.json"].get_file().read_bytes() == credential
        assert json.loads(credential)["credentialSubject"]["identifier"][0]["identityHash"] in str(document.docinfo["/Title"])


def test_certificates_are_found_by_link_only(done: Demo) -> None:
    ids = [record.id for record in records.read(done.folder)]
    for name in ("sitemap.xml", "index.html", "404.html", "trust/index.html", "verify/index.html", "log/checkpoint"):
        text = (done.site / name).read_text("utf-8")
        assert not [number for number in ids if number in text], name
    page = (done.site / "c" / ids[0] / "index.html").read_text("utf-8")
    assert '<meta name="robots" content="noindex' in page
    assert not list(done.site.rglob("search_index.json"))


def test_any_flipped_byte_is_refused(done: Demo, tmp_path: Path) -> None:
    record = done.site / "c" / done.answer["example"] / "record.json"
    data = record.read_bytes()
    command = [str(ISSUER), "--json", "verify", "--site", str(done.site)]
    forged: list[str] = []
    for position in range(0, len(data), 97):
        path = tmp_path / f"{position}.json"
        path.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
        forged.append(str(path))
    answer = subprocess.run([*command, str(record)], capture_output=True, text=True, check=False)
    assert json.loads(answer.stdout)["verdicts"] == {"valid": 1, "not valid": 0, "cannot tell": 0}
    assert answer.returncode == 0
    answer = subprocess.run([*command, *forged], capture_output=True, text=True, check=False)
    assert json.loads(answer.stdout)["verdicts"] == {"valid": 0, "not valid": len(forged), "cannot tell": 0}
    assert answer.returncode == 1


def test_sending_again_sends_nothing(done: Demo) -> None:
    again = subprocess.run(
        [str(ISSUER), "-C", str(done.folder), "send", "--smtp", "127.0.0.1:9"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    assert "nothing was due" in again.stdout


def test_publishing_again_gives_the_same_bytes(done: Demo) -> None:
    before = {path.relative_to(done.site): path.read_bytes() for path in done.site.rglob("*") if path.is_file()}
    done.folder.joinpath(".cache").rename(done.folder / ".cache-before")
    command = [str(ISSUER), "--quiet", "-C", str(done.folder), "publish"]
    subprocess.run(command, capture_output=True, check=True)
    after = {path.relative_to(done.site): path.read_bytes() for path in done.site.rglob("*") if path.is_file()}
    assert before.keys() == after.keys()
    assert [str(path) for path, data in before.items() if after[path] != data] == []
