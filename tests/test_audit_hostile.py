"""issuer audit on files that somebody made to break it: it ends in a report or says what it refuses, and never in a traceback."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from issuer.formats import jcs
from tests.auditing import audit, edit_line, edit_record, failed, first, with_history
from tests.school import BATCH, School

FILES = {
    "record": f"records/{BATCH}/issued-0001.jsonl",
    "entries": "records/log/entries-0001.jsonl",
    "checkpoint": "records/checkpoint",
    "list": "records/status/revocation.json",
    "register": "records/status/register.json",
    "csv": "records/revocations.csv",
    "deliveries": f"records/{BATCH}/deliveries.jsonl",
}
JUNK = {
    "empty": b"",
    "binary": bytes(range(256)) * 8,
    "object": b"{}\n",
    "list": b"[]\n",
    "null": b"null\n",
    "not a number": b'{"credential":{"validFrom":NaN},"proofs":{}}\n',
    "deep": b"[" * 100_000 + b"\n",
    "large": b'{"batch":"' + b"x" * 3_000_000 + b'"}\n',
    "keys twice": b'{"credential":{},"credential":{},"proofs":{}}\n',
    "half a pair": b'{"credential":"\\ud800","proofs":{}}\n',
    "wrong kinds": b'{"batch":1,"content":[],"credential":[],"proofs":{"eddsa-jcs-2022":3},"revision":"1","row":{},"template":7}\n',
    "nearly a list": jcs.canonical({"credential": {"id": "x", "issuer": {}, "credentialSubject": []}, "proofs": {"eddsa-jcs-2022": []}}),
    "lines": b"\n" * 50,
}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> School:
    """A school with the history of three days."""
    return with_history(tmp_path_factory.mktemp("original"))


@pytest.fixture
def school(original: School, tmp_path: Path) -> School:
    """A copy of its files, without the history."""
    shutil.copytree(original.root, tmp_path / "school", ignore=shutil.ignore_patterns(".git"))
    return School(tmp_path / "school", original.key_file)


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
@pytest.mark.parametrize("name", sorted(FILES.keys() - {"deliveries", "csv"}))
def test_junk_in_place_of_a_file_is_red(school: School, name: str, junk: bytes) -> None:
    (school.root / FILES[name]).write_bytes(junk)
    assert failed(audit(school))


@pytest.mark.parametrize(
    "change",
    [
        lambda credential: credential.pop("validFrom"),
        lambda credential: credential.update(validFrom=[]),
        lambda credential: credential.update(issuer="did:web:certificates.example.org"),
        lambda credential: credential.update(issuer=7),
        lambda credential: credential.update(proof={"type": "x"}),
        lambda credential: credential.update({"@context": 7}),
        lambda credential: credential.pop("credentialSubject"),
        lambda credential: credential["credentialStatus"].update(statusListIndex="9" * 30),
        lambda credential: credential["credentialStatus"].update(statusListCredential="https://other.example.org/status/revocation.json"),
        lambda credential: credential.update(more={"a": [1.5, True, None, {"b": "\u2028"}]}),
    ],
)
def test_a_credential_of_another_shape_is_red(school: School, change: Callable[[dict[str, Any]], object]) -> None:
    edit_record(school, 2, change)
    assert {"records", "proofs"} & failed(audit(school))


@pytest.mark.parametrize("proof", [{}, {"cryptosuite": []}, {"type": "DataIntegrityProof", "proofValue": "z1", "verificationMethod": "#"}])
def test_a_proof_of_another_shape_is_red(school: School, proof: dict[str, Any]) -> None:
    def change(line: bytes) -> bytes:
        value = json.loads(line)
        value["proofs"] = dict.fromkeys(value["proofs"], proof)
        return jcs.canonical(value) + b"\n"

    edit_line(school, FILES["record"], 3, change)
    assert first(audit(school), "proofs")["where"] == f"{FILES['record']}:3"


def test_junk_in_place_of_the_list_of_revocations_is_red(school: School) -> None:
    path = school.root / FILES["csv"]
    for junk in (*JUNK.values(), b'id,action,reason,date\n"', b"id,action,reason,date\nx,y\n"):
        path.write_bytes(junk)
        assert "revocations" in failed(audit(school))
    path.unlink()
    assert "revocations" in failed(audit(school))


def test_a_folder_in_place_of_a_file(school: School) -> None:
    path = school.root / FILES["record"]
    path.unlink()
    path.mkdir()
    assert "cannot be read" in school.issuer("audit", code=3)


def test_a_link_that_leads_out_is_not_followed(school: School) -> None:
    path = school.root / FILES["record"]
    path.unlink()
    path.symlink_to("/dev/zero")
    assert f"error: {FILES['record']}: is neither a file nor a folder of records/" in school.issuer("audit", code=1)


def test_a_pipe_is_not_waited_for(school: School) -> None:
    path = school.root / FILES["entries"]
    path.unlink()
    os.mkfifo(path)
    assert f"error: {FILES['entries']}: is neither a file nor a folder" in school.issuer("audit", code=1)


def test_missing_files_are_named(school: School) -> None:
    shutil.copy(school.root / FILES["record"], school.root / f"records/{BATCH}/issued-0003.jsonl")
    shutil.copy(school.root / FILES["entries"], school.root / "records/log/entries-0003.jsonl")
    report = audit(school)
    assert first(report, "records")["where"] == f"records/{BATCH}/issued-0002.jsonl"
    assert next(check for check in report["checks"] if check["name"] == "log")["code"] in {
        "file-short",
        "file-missing",
        "behind-checkpoint",
    }
