"""Files that were made to hurt whoever verifies them: each ends in a verdict or a plain error, soon and in little memory.

Each case runs `issuer verify` in a process of its own, beside one for a good file: what counts is the processor time on top of that, and
the memory of the largest process.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from issuer import signing
from issuer.formats import baking, png
from tests import forgery
from tests.school import School, found

SECONDS = 3.0
"""A second on a quiet machine; on a busy one the same work takes up to three times the processor time."""
MEGABYTES = 200
MB = 1_000_000
MEASURED = Path(__file__).with_name("measured.py")


@dataclass(frozen=True, slots=True)
class Run:
    """code: exit code; said: standard output and error; seconds: of processor time; megabytes: of the largest process."""

    code: int
    said: str
    seconds: float
    megabytes: float


def verify(folder: Path, *arguments: str) -> Run:
    """`issuer verify` in a child process."""
    took = folder / "took.json"
    command = [sys.executable, str(MEASURED), str(took), "--quiet", "verify", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    assert took.exists(), done.stderr.decode()
    return Run(done.returncode, (done.stdout + done.stderr).decode("utf-8"), **json.loads(took.read_bytes()))


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    school = found(tmp_path_factory.mktemp("hostile"))
    school.people(1)
    school.issuer("--quiet", "issue")
    school.issuer("--quiet", "publish")
    return school


@pytest.fixture(scope="module")
def page(school: School) -> Path:
    """The folder of the only certificate in the site."""
    (folder,) = (school.root / "_site/c").iterdir()
    return folder


@pytest.fixture(scope="module")
def usual(page: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """What a good file takes, by its kind."""
    folder, usual = tmp_path_factory.mktemp("usual"), {}
    for name in ("record.json", "certificate.pdf"):
        run = verify(folder, "--site", str(page.parents[1]), str(page / name))
        assert run.code == 0, run.said
        usual[Path(name).suffix] = run.seconds
    return usual


def svg(content: str, before: str = "") -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="{baking.NAMESPACE}">{content}</svg>'.encode()


def picture(*chunks: bytes) -> bytes:
    """A PNG with more chunks behind its header."""
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "PNG")
    return stream.getvalue()[:33] + b"".join(chunks) + stream.getvalue()[33:]


def text_chunk(body: bytes) -> bytes:
    return png.chunk(b"iTXt", baking.KEYWORD + b"\0" + body)


def pdf(attachment: bytes, encryption: pikepdf.Encryption | None = None) -> bytes:
    """A PDF that carries an attachment by the right name."""
    stream = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.attachments["credential.json"] = attachment
        document.save(stream, encryption=encryption)
    return stream.getvalue()


def pdf_with_packed_objects() -> bytes:
    """A PDF whose object stream and cross-references are hundreds of times larger than the file."""
    objects = zlib.compress(b"1 0 " + b" " * 300 * MB, 9)
    table = zlib.compress(bytes(300 * MB), 9)
    head = b"%PDF-1.7\n"
    one = b"2 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n" % (len(objects), objects)
    two = b"3 0 obj<</Type/XRef/Size 100000000/W[1 1 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n"
    return head + one + two % (len(table), table) + b"startxref\n%d\n%%%%EOF" % (len(head) + len(one))


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    return svg("<text>&e11;</text>", f'<!DOCTYPE svg [<!ENTITY e0 "ha">{entities}]>')


def poison() -> bytes:
    """A signed credential whose nameless parts all point at each other, which takes RDF canonicalisation time without end."""
    names = [f"_:n{number}" for number in range(12)]
    parts = [{"id": name, "type": ["Evidence"], "relatedTo": [other for other in names if other != name]} for name in names]
    context = {"relatedTo": {"@id": "https://example.org/relatedTo", "@type": "@id"}}
    value = forgery.credential(evidence=parts)
    value["@context"].append(context)
    return signed_somehow(value)


def many_evidences() -> bytes:
    """As many equal nameless parts as fit."""
    return signed_somehow(forgery.credential(evidence=[{"type": ["Evidence"]}] * 2000))


def signed_somehow(value: dict[str, object]) -> bytes:
    """In the form of an eddsa-rdfc-2022 proof, which is wrong: what counts is that it has to be looked at."""
    proof = signing.prove_with("eddsa-jcs-2022", value, forgery.OTHER, forgery.DID, forgery.CREATED)
    proof.pop("@context", None)
    return json.dumps({**value, "proof": {**proof, "cryptosuite": "eddsa-rdfc-2022"}}).encode()


FILES: dict[str, Callable[[], bytes]] = {
    "depth.json": lambda: b"[" * 10 * MB,
    "depth-of-objects.json": lambda: b'{"a":' * 12_000,
    "small-depth.json": lambda: b"[" * 60_000 + b"]" * 60_000,
    "large.json": lambda: b'{"a":"' + b"x" * 10 * MB + b'"}',
    "many-lists.json": lambda: b"[" + b"[]," * (20 * MB // 3) + b"[]]",
    "long-number.json": lambda: b"9" * 60_000,
    "long-fraction.json": lambda: b'{"a":0.' + b"1" * 60_000 + b"e-9999999999}",
    "escapes.json": lambda: b'{"a":"' + b"\\u0000" * 10_000 + b'"}',
    "half-pairs.json": lambda: b'{"a":"\\ud800"}',
    "nul.json": lambda: bytes(64_000),
    "nan.json": lambda: b'{"a":NaN}',
    "poison.json": poison,
    "many-evidences.json": many_evidences,
    "proofs.json": lambda: json.dumps({**forgery.credential(), "proof": [{"type": "x"}] * 4000}).encode(),
    "page.html": lambda: b"<!doctype html><title>404</title>",
    "random.svg": lambda: svg("")[:40],
    "cut-off.svg": lambda: baking.bake(svg("<g/>"), b'{"a":1}')[:-20],
    "laughs.svg": laughs,
    "long-entity.svg": lambda: svg("&a;" * 50_000, f'<!DOCTYPE svg [<!ENTITY a "{"a" * 50_000}">]>'),
    "outside.svg": lambda: svg("&a;", '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "deep.svg": lambda: svg("<g>" * 500_000 + "</g>" * 500_000),
    "wide.svg": lambda: svg("<g/>" * 1_500_000),
    "attributes.svg": lambda: svg("<g " + " ".join(f'a{n}="1"' for n in range(400_000)) + "/>"),
    "many-credentials.svg": lambda: svg("<o:credential>{}</o:credential>" * 200_000),
    "long-credential.svg": lambda: svg("<o:credential>" + "x" * 7 * MB + "</o:credential>"),
    "unclosed-quote.svg": lambda: svg('<g a="') + b"<svg '" * MB,
    "larger.svg": lambda: svg("x" * 9 * MB),
    "cut-off.png": lambda: baking.bake(picture(), b"{}")[:-7],
    "long.png": lambda: baking.bake(picture(), b"x" * 7 * MB),
    "packed.png": lambda: picture(text_chunk(b"\1\0\0\0" + zlib.compress(bytes(200 * MB), 9))),
    "pixels.png": lambda: png.SIGNATURE + png.chunk(b"IHDR", b"\x7f\xff\xff\xff" * 2 + b"\x08\x06\0\0\0") + png.chunk(b"IEND", b""),
    "many-chunks.png": lambda: picture(png.chunk(b"tEXt", b"") * 600_000),
    "lying.png": lambda: picture()[:33] + b"\xff\xff\xff\xffiTXt" + bytes(40),
    "cut-off.pdf": lambda: pdf(b"{}")[:-300],
    "packed-attachment.pdf": lambda: pdf(bytes(400 * MB)),
    "packed-objects.pdf": pdf_with_packed_objects,
    "password.pdf": lambda: pdf(b"{}", encryption=pikepdf.Encryption(owner="a", user="b")),
    "nothing-inside.pdf": lambda: pdf(b""),
    "loop.pdf": lambda: (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Names 1 0 R/EmbeddedFiles 1 0 R/Kids[1 0 R]>>endobj\ntrailer<</Root 1 0 R>>"
    ),
    "brackets.pdf": lambda: b"%PDF-1.7\n1 0 obj" + b"[" * 4 * MB + b"endobj\ntrailer<</Root 1 0 R>>",
    "photo.jpg": lambda: b"\xff\xd8\xff\xe0" + bytes(MB),
    "token.jwt": lambda: b"eyJ" + b"a" * 60_000 + b"." + b"b" * 1000 + b".c",
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_made_to_hurt(tmp_path: Path, usual: dict[str, float], name: str) -> None:
    (tmp_path / name).write_bytes(FILES[name]())
    run = verify(tmp_path, name)
    assert run.code in (1, 2), run.said
    assert "Traceback" not in run.said
    assert len(run.said) < 3000
    assert any(word in run.said for word in ("not valid", "cannot tell", "error:"))
    assert run.seconds - usual[".pdf" if name.endswith(".pdf") else ".json"] < SECONDS
    assert run.megabytes < MEGABYTES


def test_pipes_and_devices_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for name in ("pipe.json", "/dev/zero", "/dev/tty"):
        run = verify(tmp_path, name)
        assert run.code in (1, 2, 3), run.said
        assert "error:" in run.said
        assert "Traceback" not in run.said


def packed_list(page: Path) -> bytes:
    """The site's own list, with bits that unpack to a gigabyte."""
    value = json.loads((page.parents[1] / "status/revocation.record.json").read_bytes())
    bits = gzip.compress(bytes(1 << 30), 1)
    value["credentialSubject"]["encodedList"] = "u" + base64.urlsafe_b64encode(gzip.compress(bits, 9)).decode().rstrip("=")
    value["credentialSubject"]["encodedList"] = "u" + base64.urlsafe_b64encode(bits).decode().rstrip("=")
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("status/revocation.record.json", packed_list),
        ("status/revocation.record.json", lambda _page: b"[" * 10 * MB),
        ("status/register.json", lambda _page: b"[" + b"[]," * 5 * MB + b"[]]"),
        ("status/register.json", lambda _page: b'{"a":' * 3 * MB),
        ("trust/keys.json", lambda _page: b'{"keys":[' + b"{}," * 5 * MB + b"{}]}"),
        (".well-known/did.json", lambda _page: b'{"id":"' + b"x" * 15 * MB),
        ("log/checkpoint", lambda _page: b"a\n" * 5 * MB),
    ],
    ids=["packed list", "deep list", "register of lists", "deep register", "keys", "long DID document", "long checkpoint"],
)
def test_a_site_that_was_made_to_hurt(
    page: Path, tmp_path: Path, usual: dict[str, float], name: str, make: Callable[[Path], bytes]
) -> None:
    whole = page.parents[1]
    for folder in ("c", "log", "status", "trust", ".well-known"):
        (tmp_path / "site" / folder).mkdir(parents=True)
    for path in (
        *page.iterdir(),
        *(whole / "status").iterdir(),
        whole / "trust/keys.json",
        whole / ".well-known/did.json",
        whole / "log/checkpoint",
    ):
        copy = tmp_path / "site" / path.relative_to(whole)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (tmp_path / "site" / name).write_bytes(make(page))
    for target in ((page.name,), ("--as-of", "2026-01-01", page.name)):
        run = verify(tmp_path, "--site", "site", *target)
        may_be_valid = "register" in name and target == (page.name,)  # it only says why a bit is set
        assert run.code in ((0,) if may_be_valid else (1, 2)), run.said
        assert "Traceback" not in run.said
        assert run.seconds - usual[".json"] < SECONDS
        assert run.megabytes < MEGABYTES
