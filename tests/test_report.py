"""`issuer report`: counts, and the private table of who has which link."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest

from issuer import records, signing
from issuer.commands.keygen import make
from issuer.config import USES
from issuer.errors import KeyUnusableError
from issuer.mail.sink import Sink
from tests.credentials import config
from tests.school import School, found


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def mailed(school: School, outbox: Path) -> None:
    with Sink(outbox) as sink:
        school.issuer("--quiet", "send", "--smtp", f"127.0.0.1:{sink.port}")


def test_the_table_says_who_has_which_link(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.roster(
        "José Peña,jose@example.org,Morning",
        '"=SUM(A1)",sum@example.org,Evening',
        "Without Mail,,Evening",
        "Ada Boole,ada@example.org,Morning",
    )
    school.issuer("--quiet", "issue")
    mailed(school, tmp_path / "outbox")
    ids = {record.credential["credentialSubject"]["identifier"][0]["identityHash"]: record.id for record in records.read(school.root)}
    school.issuer("--quiet", "revoke", ids["Ada Boole"], "--reason", "Issued by mistake")
    path = tmp_path / "links.csv"
    report = school.json("report", "--csv", str(path))["batches"][0]
    assert (report["certificates"], report["revoked"], report["mail"], report["not_mailed"]) == (4, 1, {"sent": 2}, 1)
    table = {row["name"]: row for row in rows(path)}
    assert list(table) == ["José Peña", "'=SUM(A1)", "Without Mail", "Ada Boole"]
    jose, ada, without = table["José Peña"], table["Ada Boole"], table["Without Mail"]
    assert jose["link"] == f"https://certificates.example.org/c/{ids['José Peña']}/"
    assert (jose["e-mail"], jose["id"], jose["state"], jose["mail"]) == ("jose@example.org", ids["José Peña"], "issued", "sent")
    assert (ada["state"], without["e-mail"], without["mail"]) == ("revoked", "", "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_table_stays_out_of_the_repository(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.issuer("--quiet", "issue")
    before = school.files()
    assert "lies inside the repository" in school.issuer("report", "--csv", str(school.root / "records" / "links.csv"), code=2)
    assert school.files() == before


def test_a_forgotten_export_is_answered_with_the_key_that_init_made(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path)}
    make(tmp_path / ".config" / "issuer" / "school.key", [USES], "A school")
    with pytest.raises(KeyUnusableError) as caught:
        signing.load_keys(environment, tmp_path / "school", config())
    assert caught.value.hint == f"export ISSUER_SIGNING_KEY_FILE={tmp_path}/.config/issuer/school.key, the key that `issuer init` made"
