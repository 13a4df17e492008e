"""The command `issuer verify` on sites that somebody has tampered with, and on files that are none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import StorageError
from issuer.evidence import read_bytes
from issuer.formats import jcs, strict_json
from tests.school import BASE_URL, School, found


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> School:
    school = found(tmp_path_factory.mktemp("published"))
    school.people(2)
    school.issuer("--quiet", "issue")
    school.issuer("--quiet", "publish")
    return school


@pytest.fixture
def site(published: School, tmp_path: Path) -> Path:
    """A copy of the site that a test may change."""
    return Path(shutil.copytree(published.root / "_site", tmp_path / "a site"))


def ids(site: Path) -> list[str]:
    return sorted(folder.name for folder in (site / "c").iterdir())


def codes(document: dict[str, Any]) -> list[str]:
    """What stands against each certificate."""
    return [check["code"] for result in document["results"] for check in result["checks"] if check["result"] == "fail"]


def test_another_persons_certificate_is_not_the_one_that_was_asked_for(published: School, site: Path) -> None:
    first, second = ids(site)
    shutil.rmtree(site / "c" / first)
    shutil.copytree(site / "c" / second, site / "c" / first)
    for target in (first, f"{BASE_URL}/c/{first}/"):
        assert codes(published.json("verify", target, "--site", str(site), code=1)) == ["another"]
    whole = published.json("verify", str(site), code=1)
    assert whole["verdicts"] == {"valid": 1, "not valid": 1, "cannot tell": 0}
    assert codes(whole) == ["another"]
    assert published.json("verify", second, "--site", str(site))["verdicts"]["valid"] == 1


def test_an_address_on_another_host_is_not_the_certificates(published: School, site: Path) -> None:
    first, _ = ids(site)
    capitals = first.upper()
    for good in (f"{BASE_URL}/c/{first}/", f"{BASE_URL.upper()}/c/{first}/record.json?x#y", f"{BASE_URL[8:]}/c/{capitals}", capitals):
        assert published.json("verify", good, "--site", str(site))["verdicts"]["valid"] == 1
    for bad in (f"https://example.com/c/{first}/", f"{BASE_URL}.example.com/c/{first}/", f"{BASE_URL}/d/{first}/"):
        assert codes(published.json("verify", bad, "--site", str(site), code=1)) == ["another"]


@pytest.mark.parametrize("name", ["trust/keys.json", ".well-known/did.json", "status/revocation.record.json"])
def test_nothing_is_valid_without_the_issuers_documents(published: School, site: Path, name: str) -> None:
    (site / name).write_bytes(b"[]")
    assert published.json("verify", str(site), code=1)["verdicts"]["valid"] == 0


@pytest.mark.parametrize("name", ["trust/keys.json", ".well-known/did.json", "status/revocation.record.json"])
def test_nothing_is_valid_by_another_issuers_documents(published: School, site: Path, name: str, tmp_path: Path) -> None:
    other = found(tmp_path / "other")
    other.people(1)
    other.issuer("--quiet", "issue")
    other.issuer("--quiet", "publish")
    shutil.copyfile(other.root / "_site" / name, site / name)
    assert published.json("verify", str(site), code=1)["verdicts"]["valid"] == 0


def test_what_is_no_plain_file_does_not_stop_the_command_for_ever(published: School, site: Path) -> None:
    record = site / "c" / ids(site)[0] / "record.json"
    record.unlink()
    os.mkfifo(record)
    assert "is no plain file" in published.issuer("--quiet", "verify", str(site), code=3)
    assert "is no plain file" in published.issuer("--quiet", "verify", str(record), code=3)
    with pytest.raises(StorageError, match="is no plain file"):
        read_bytes(Path("/dev/zero"))


def test_only_as_much_of_a_file_is_read_as_it_takes_to_refuse_it(published: School, site: Path) -> None:
    record = site / "c" / ids(site)[0] / "record.json"
    with record.open("ab") as stream:
        stream.truncate(1 << 40)  # sparse: takes no space
    assert codes(published.json("verify", str(record), code=1)) == ["too-large"]
    assert codes(published.json("verify", str(site), code=1)) == ["too-large"]
    with (site / "trust/keys.json").open("ab") as stream:
        stream.truncate(1 << 40)
    assert published.json("verify", str(site), code=1)["verdicts"]["valid"] == 0


def test_a_badge_of_the_world_that_lacks_our_members_is_shown(published: School, site: Path, tmp_path: Path) -> None:
    value = strict_json.parse((site / "c" / ids(site)[0] / "record.json").read_bytes())
    for name in ("awardedDate", "credentialStatus", "name"):
        del value[name]
    del value["issuer"]["name"]
    file = tmp_path / "badge.json"
    file.write_bytes(jcs.canonical(value))
    assert "signature-wrong" in published.issuer("verify", str(file), code=1)


@pytest.mark.parametrize("expected", [(), ("--issuer", "did:web:certificates.example.org")])
def test_a_site_that_came_with_a_file_proves_nothing(published: School, tmp_path: Path, expected: tuple[str, ...]) -> None:
    thief = found(tmp_path / "thief")
    thief.people(2)
    thief.issuer("--quiet", "issue")
    thief.issuer("--quiet", "publish")
    inbox = Path(shutil.copytree(thief.root / "_site", tmp_path / "inbox" / "site"))
    first, _ = ids(inbox)
    file = inbox / "c" / first / "record.json"
    for target in (file, file.with_name("credential.json"), inbox / "c"):
        assert published.json("verify", str(target), *expected, code=1)["verdicts"]["valid"] == 0
    assert f"--site {inbox}" in published.issuer("verify", str(file), *expected, code=1)


def test_the_site_of_the_repository_around_the_reader_is_asked(published: School) -> None:
    first, _ = ids(published.root / "_site")
    assert published.json("verify", f"_site/c/{first}/record.json")["verdicts"]["valid"] == 1
