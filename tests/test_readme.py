"""The README is true: its commands run, in order, as a newcomer would type them; its links lead somewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from issuer.cli import COMMANDS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "site").rglob("*.md"))]
TESTED = re.compile(r"<!-- tested -->\n```sh\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
WRITTEN = re.compile(r"(?:^|`|\s{4})issuer ([a-z]+)", re.MULTILINE)
MAKE = re.compile(r"(?:^|`)make ([a-z-]+)", re.MULTILINE)


def prose(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a fresh home with nothing of this machine's settings but the installed command. It begins in folder/clone."""
    home, clone = folder / "home", folder / "clone"
    home.mkdir()
    clone.mkdir()
    environment = {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    words = ["bash", "-euo", "pipefail", "-c", script]
    return subprocess.run(
        words, cwd=clone, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.mark.slow
def test_the_commands_of_the_readme_run(tmp_path: Path) -> None:
    blocks = TESTED.findall(prose(README))
    assert len(blocks) == 8
    result = shell("\n".join(blocks), tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert not list((tmp_path / "clone").iterdir()), "the issuing repository lies beside the clone"
    site = tmp_path / "my-certificates" / "_site"
    records = sorted((site / "c").glob("*/record.json"))
    names = {json.loads(path.read_bytes())["credentialSubject"]["identifier"][0]["identityHash"] for path in records}
    assert names == {"Íris Magalhães", "Kwabena Owusu-Ansah", "渡辺 千尋"}
    for folder in (path.parent for path in records):
        assert (folder / "index.html").stat().st_size > 1000
        assert (folder / "certificate.pdf").read_bytes().startswith(b"%PDF-")
    assert "refused, as it should be" in result.stdout
    assert "Coastal Skipper" in result.stdout
    assert "iris@example.org" not in "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.json"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_in_the_pages_exists(page: Path) -> None:
    assert set(WRITTEN.findall(prose(page))) <= set(COMMANDS)


def test_every_command_is_in_the_guide() -> None:
    written = {name for page in PAGES for name in WRITTEN.findall(prose(page))}
    assert set(COMMANDS) - {"demo"} <= written


def test_every_target_in_the_pages_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*?## ", makefile, re.MULTILINE))
    assert {"setup", "demo", "test", "lint", "bench", "serve", "lock", "clean", "help"} <= targets
    assert {name for page in PAGES for name in MAKE.findall(prose(page))} <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    local = [link for link in LINK.findall(prose(page)) if not link.startswith(("https://", "http://", "mailto:"))]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_the_pictures_are_pictures() -> None:
    pictures = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", prose(README))
    assert len(pictures) == 3
    for words, name in pictures:
        assert len(words) > 20, "says what is to be seen, for people who cannot see it"
        assert (ROOT / name).read_bytes().startswith(b"\x89PNG")


def test_help_is_the_first_target_and_lists_all() -> None:
    environment = {**os.environ, "MAKEFLAGS": ""}
    result = subprocess.run(["make"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert re.search(r"^make demo +issue", result.stdout, re.MULTILINE)
    assert re.search(r"^make test +check", result.stdout, re.MULTILINE)
