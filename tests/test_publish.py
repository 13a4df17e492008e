"""The command `issuer publish`: it replaces a site by a whole one, or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from issuer import records
from issuer.artwork import drawing
from issuer.formats import jcs
from tests.school import School, found


@pytest.fixture
def school(tmp_path: Path) -> School:
    school = found(tmp_path)
    school.people(2)
    school.issuer("--quiet", "issue")
    return school


def site(school: School) -> dict[str, bytes]:
    folder = school.root / "_site"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def leftovers(school: School) -> list[str]:
    return [path.name for path in school.root.glob("._site*")]


def test_two_runs_at_once_leave_a_whole_site(school: School) -> None:
    command = [sys.executable, "-c", "import sys; from issuer.cli import run; sys.exit(run(['--quiet', 'publish']))"]
    runs = [subprocess.Popen(command, cwd=school.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(2)]
    for run in runs:
        said, _ = run.communicate(timeout=120)
        assert run.returncode == 0, said.decode()
    assert school.json("verify", "_site")["verdicts"]["valid"] == 2
    both = site(school)
    school.issuer("--quiet", "publish")
    assert site(school) == both
    assert leftovers(school) == []


def test_without_the_plugin_the_old_site_stays(school: School) -> None:
    school.issuer("--quiet", "publish")
    before = site(school)
    path = school.root / "mkdocs.yml"
    path.write_text(path.read_text("utf-8").replace("plugins:\n  - issuer\n", "plugins: []\n"), "utf-8")
    assert "does not name the plugin" in school.issuer("--quiet", "publish", code=1)
    assert site(school) == before


def test_what_stops_the_plugin_is_said_as_it_is(school: School) -> None:
    (school.root / "records/status/revocation.json").write_bytes(b"{}")
    said = school.json("publish", code=1)
    assert said["place"] == "records/status/revocation.json"
    assert said["error"] == "is not a signed status list"
    assert not (school.root / "_site").exists()


def test_a_site_that_cannot_be_replaced_stays(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school.issuer("--quiet", "publish")
    before = site(school)
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if self.name == "._site.new":
            raise OSError(28, os.strerror(28))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    assert "the site was not written: No space left" in school.issuer("--quiet", "publish", code=3)
    assert site(school) == before
    assert leftovers(school) == []


def test_a_run_that_was_killed_between_the_renames_loses_no_site(school: School) -> None:
    school.issuer("--quiet", "publish")
    before = site(school)
    (school.root / "_site").rename(school.root / "._site.old")
    (school.root / "mkdocs.yml").rename(school.root / "later")
    school.issuer("--quiet", "publish", code=2)
    (school.root / "later").rename(school.root / "mkdocs.yml")
    (school.root / "records/status/revocation.json").write_bytes(b"{}")
    school.issuer("--quiet", "publish", code=1)
    assert site(school) == before


def test_a_credential_that_only_other_verifiers_would_refuse_is_not_published(school: School) -> None:
    school.issuer("--quiet", "publish")
    before = site(school)
    path = school.batch / "issued-0001.jsonl"
    one, other = map(json.loads, path.read_bytes().splitlines())
    one["proofs"]["eddsa-rdfc-2022"] = other["proofs"]["eddsa-rdfc-2022"]
    path.write_bytes(b"".join(jcs.canonical(value) + b"\n" for value in (one, other)))
    said = school.json("publish", code=1)
    assert said["error"].startswith("would not be valid: ")
    assert said["place"] == f"c/{one['credential']['id'].split('/')[-2]}/"
    assert site(school) == before


def test_verify_looks_at_both_files_of_a_certificate(school: School) -> None:
    school.issuer("--quiet", "publish")
    one, other = sorted((school.root / "_site" / "c").iterdir())
    value = json.loads((one / "credential.json").read_bytes())
    value["proof"] = json.loads((other / "credential.json").read_bytes())["proof"]
    (one / "credential.json").write_bytes(jcs.canonical(value))
    assert school.json("verify", "_site", code=1)["verdicts"] == {"valid": 1, "not valid": 1, "cannot tell": 0}


def test_a_link_to_a_revoked_certificate_shows_no_picture_of_it(school: School) -> None:
    school.issuer("--quiet", "publish")
    revoked, other = (record.id for record in records.current(school.root))
    assert b'property="og:image"' in site(school)[f"c/{revoked}/index.html"]
    school.issuer("--quiet", "revoke", revoked, "--reason", "Issued by mistake")
    school.issuer("--quiet", "publish")
    assert b"og:image" not in site(school)[f"c/{revoked}/index.html"]
    assert f"/c/{other}/certificate.png".encode() in site(school)[f"c/{other}/index.html"]


def test_formats_can_change_without_touching_a_credential(school: School) -> None:
    school.issuer("--quiet", "publish")
    before = site(school)
    settings = school.batch / "batch.yml"
    settings.write_text(settings.read_text("utf-8") + "formats: [card]\n", "utf-8")
    assert "nothing is new" in school.issuer("--quiet", "check")
    school.issuer("--quiet", "publish")
    names = {Path(name).name for name in site(school) if name.startswith("c/")}
    assert names >= {"certificate.svg", "card.png"}
    assert not names & {"certificate.pdf", "certificate.png"}
    unchanged = [name for name in before if name.endswith((".json", ".svg"))]
    assert {name: site(school)[name] for name in unchanged} == {name: before[name] for name in unchanged}
    said = school.issuer("--quiet", "send", "--dry-run")
    assert "2 mails due" in said


@pytest.mark.parametrize("name", ["certificate.svg", "certificate.pdf", "certificate.png"])
def test_what_somebody_edits_in_the_site_is_right_again_in_the_next(school: School, name: str) -> None:
    school.issuer("--quiet", "publish")
    before = site(school)
    edited, emptied = (school.root / "_site" / "c" / record.id / name for record in records.current(school.root))
    with edited.open("r+b") as stream:
        stream.write(b"edited")
    os.truncate(emptied, 0)  # as a power cut leaves a file that was not yet on the disk
    assert site(school) != before
    school.issuer("--quiet", "publish")
    assert site(school) == before


def test_a_picture_that_somebody_edited_is_not_mailed(school: School) -> None:
    school.issuer("--quiet", "publish")
    record = next(iter(records.current(school.root)))
    path = school.root / "_site" / "c" / record.id / "certificate.png"
    before = path.read_bytes()
    with path.open("r+b") as stream:
        stream.write(b"edited")
    assert drawing.picture(school.root, record) == before
