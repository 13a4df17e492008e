"""Other people's verifiers: @digitalbazaar/vc from npm, the reference for VC 2.0, reads what we publish."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from issuer import records
from tests.school import School, found

SCRIPT = Path(__file__).parent / "peers" / "digitalbazaar.mjs"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """Three people, one of them revoked; published."""
    school = found(tmp_path_factory.mktemp("peers"))
    school.roster(
        "王小明 <b>&amp;,wang@example.org,Morning", 'Robert "Bobby" Tables,bobby@example.org,Evening', "Ng,ng@example.org,Evening"
    )
    school.issuer("--quiet", "issue")
    school.issuer("--quiet", "revoke", [record.id for record in records.read(school.root)][-1], "--reason", "Issued by mistake")
    school.issuer("--quiet", "publish")
    return school


def ask(school: School, file: Path) -> dict[str, Any]:
    """What the reference verifier says of a file."""
    node = Path(sys.executable).with_name("node")
    done = subprocess.run([node, SCRIPT, school.root / "_site", file], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("name", ["credential.json", "record.json"])
def test_good_files_are_accepted(school: School, name: str) -> None:
    first, *_, last = [record.id for record in records.read(school.root)]
    good = ask(school, school.root / "_site" / "c" / first / name)
    assert good == {"verified": True, "listVerified": True, "revoked": False, "error": "", "listError": ""}
    revoked = ask(school, school.root / "_site" / "c" / last / name)
    assert revoked == {"verified": True, "listVerified": True, "revoked": True, "error": "", "listError": ""}


@pytest.mark.parametrize("name", ["credential.json", "record.json"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Morning", "Evening"),
        ("王小明", "王大明"),
        ('"awardedDate":"2026-01-30', '"awardedDate":"2026-01-31'),
        ('"name":"Harbour School"', '"name":"Harvard School"'),
        ('"statusListIndex":"', '"statusListIndex":"1'),
    ],
)
def test_changed_files_are_refused(school: School, tmp_path: Path, name: str, old: str, new: str) -> None:
    first = next(records.read(school.root)).id
    text = (school.root / "_site" / "c" / first / name).read_text("utf-8")
    assert old in text
    forged = tmp_path / name
    forged.write_text(text.replace(old, new), "utf-8")
    answer = ask(school, forged)
    assert answer["verified"] is False
    assert answer["error"]


def test_a_foreign_signature_in_our_name_is_refused(school: School, tmp_path: Path) -> None:
    first, second, *_ = [record.id for record in records.read(school.root)]
    whole, other = (json.loads((school.root / "_site" / "c" / number / "credential.json").read_bytes()) for number in (first, second))
    forged = tmp_path / "credential.json"
    forged.write_text(json.dumps({**whole, "proof": other["proof"]}), "utf-8")
    assert ask(school, forged)["verified"] is False
