"""The repository itself: what must never be committed."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from issuer.batch_config import read_batch

ROOT = Path(__file__).parents[1]
# put together here, so that this file does not name them either
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
    )
]
# It looks behind, so that long base64 texts are read only once. A package with its version (name@1.2.3) is no address: the last part has
# to begin with a letter.
ADDRESS = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z][A-Za-z0-9-]+")
SAMPLE_DOMAINS = ("example.org", "example.com", "example.net")
LARGEST = 1_500_000


def tracked() -> list[Path]:
    """Every file that is committed or about to be."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        try:
            found.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue  # a picture, a font or a spreadsheet
    return found


def test_no_file_names_a_registry() -> None:
    files = texts()
    assert len(files) > 30
    assert [(name, host) for name, text in files for host in REGISTRIES if host in text] == []


PLANTED = ("school.example.con", "xn--mnchen-3ya.example")
"""An ending that does not exist, planted as a mistake to be found, and one that RFC 2606 keeps for samples."""


def test_every_address_is_invented() -> None:
    seen = 0
    strangers = []
    for name, text in texts():
        for address in ADDRESS.findall(text):
            seen += 1
            domain = address.rpartition("@")[2].lower()
            if not domain.endswith(SAMPLE_DOMAINS) and domain not in PLANTED and not is_third_party(name):
                strangers.append((name, address))
    assert seen >= 500
    assert strangers == []


def is_third_party(name: str) -> bool:
    """Licence texts and vendored files name their authors, and must."""
    return "/vendor/" in name or "/fonts/" in name or "LICENSE" in name or "LICENCE" in name


def test_large_files_are_listed_fonts() -> None:
    large = {path.relative_to(ROOT).as_posix() for path in tracked() if path.stat().st_size > LARGEST}
    manifests = [path for path in tracked() if path.suffix == ".json" and "font" in path.relative_to(ROOT).as_posix()]
    listed = "".join(path.read_text(encoding="utf-8") for path in manifests)
    assert [name for name in sorted(large) if Path(name).name not in listed] == []


def test_site_and_records_are_no_packages() -> None:
    assert [path for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in ("site", "records")] == []


def test_no_view_is_committed() -> None:
    assert [path for path in tracked() if path.relative_to(ROOT).parts[0] in ("_site", "build", "node_modules", ".venv")] == []
    assert [path for path in (ROOT / "records").rglob("*") if path.suffix in (".pdf", ".svg", ".png", ".html")] == []


@pytest.mark.parametrize("lock", ["run.txt", "test.txt", "lock.txt"])
def test_every_locked_package_has_hashes(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    pinned = [block for block in re.split(r"\n(?=\S)", text) if re.match(r"[A-Za-z0-9._-]+==", block)]
    assert pinned
    assert [block for block in pinned if "--hash=sha256:" not in block] == []
    assert "://" not in text


def test_the_npm_lock_names_no_host_and_has_hashes() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if "resolved" in package or "integrity" not in package] == []


def test_the_sample_batches_can_be_read() -> None:
    batches = {path.parent.name: read_batch(path) for path in sorted((ROOT / "records").glob("*/batch.yml"))}
    assert batches["2026-05-python-101"].columns["awarded"].title == "Completed on"
    assert batches["2026-06-world-summit"].columns["language"].title == "Language"
    rows = (ROOT / "records" / "2026-05-python-101" / "roster.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "Full name,E-mail,Completed on,Score,Evening group"
    assert len(rows) == 501
    assert len({row.split(",")[1] for row in rows}) == 501
