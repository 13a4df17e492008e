"""records/ on disk: append only, and every edit is noticed."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from issuer import design, records
from issuer.errors import IntegrityError, StorageError
from issuer.formats import jcs, strict_json
from tests.credentials import BATCH, fill, record

SHOWN = f"records/{BATCH}/issued-0001.jsonl"


def files(repository: Path) -> list[str]:
    return sorted(path.name for path in (repository / "records" / BATCH).iterdir())


def lines(repository: Path, name: str = "issued-0001.jsonl") -> list[bytes]:
    return (repository / "records" / BATCH / name).read_bytes().splitlines(keepends=True)


def put(repository: Path, content: list[bytes], batch: str = BATCH) -> None:
    path = repository / "records" / batch / "issued-0001.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(content))


def test_append_and_read(tmp_path: Path) -> None:
    made = [record(1), record(2, name="<b>&amp;\u202e\n")]
    assert records.append(tmp_path, BATCH, iter(made)) == 2
    found = list(records.read(tmp_path))
    assert [dataclasses.replace(one, place=None) for one in found] == made
    assert [str(one.place) for one in found] == [f"{SHOWN}:1", f"{SHOWN}:2"]
    assert list(records.read_batch(tmp_path, BATCH)) == found
    assert b"".join(one.line() for one in made) == b"".join(lines(tmp_path))


def test_nothing_is_nothing(tmp_path: Path) -> None:
    assert list(records.read(tmp_path)) == list(records.current(tmp_path)) == list(records.read_batch(tmp_path, "none")) == []
    assert records.append(tmp_path, BATCH, []) == 0
    assert not (tmp_path / "records").exists()


def test_what_is_published(tmp_path: Path) -> None:
    one = record(7)
    document = strict_json.canonical_object(one.record_json())
    assert document == {**one.credential, "proof": one.proofs["eddsa-jcs-2022"]}
    assert strict_json.canonical_object(one.credential_json())["proof"] == one.proofs["eddsa-rdfc-2022"]
    assert one.digest() == hashlib.sha256(one.record_json()).hexdigest()
    assert (one.id, one.status.index) == ("0" * 25 + "7", 7)


def test_a_thousand_lines_a_file(tmp_path: Path) -> None:
    fill(tmp_path, range(1, 1300))
    fill(tmp_path, range(1300, 2001))
    assert files(tmp_path) == ["issued-0001.jsonl", "issued-0002.jsonl"]
    assert [len(lines(tmp_path, name)) for name in files(tmp_path)] == [1000, 1000]
    fill(tmp_path, [2001])
    assert len(lines(tmp_path, "issued-0003.jsonl")) == 1
    assert [one.status.index for one in records.read(tmp_path)] == list(range(1, 2002))
    assert len({one.id for one in records.current(tmp_path)}) == 2001


def test_groups_are_written_while_more_come(tmp_path: Path) -> None:
    seen: list[int] = []

    def made() -> Iterator[records.Record]:
        for number in range(1, 502):
            path = tmp_path / "records" / BATCH / "issued-0001.jsonl"
            seen.append(len(lines(tmp_path)) if path.exists() else 0)
            yield record(number, signed=False)

    records.append(tmp_path, BATCH, made())
    assert sorted(set(seen)) == [0, 250, 500]
    assert len(lines(tmp_path)) == 501


def test_a_run_that_ends_half_way_keeps_whole_groups(tmp_path: Path) -> None:
    def made() -> Iterator[records.Record]:
        for number in range(1, 301):
            yield record(number, signed=False)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        records.append(tmp_path, BATCH, made())
    assert len(list(records.read(tmp_path))) == 250


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    fill(tmp_path, [1, 2])
    before = lines(tmp_path)

    def fail(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os if call == "fsync" else Path, call, fail)
        for write in (lambda: fill(tmp_path, [3]), lambda: design.keep_template(tmp_path, b"<svg/>")):
            with pytest.raises(StorageError, match="No space left on device") as caught:
                write()
            assert caught.value.hint == "free some space and run the command again"
    assert lines(tmp_path) == before
    assert files(tmp_path) == ["issued-0001.jsonl"]
    fill(tmp_path, [3])
    assert len(list(records.read(tmp_path))) == 3


def test_current_is_the_newest_revision(tmp_path: Path) -> None:
    first, other, second = record(1), record(2), record(1, revision=2, name="José Núñez García", index=77)
    records.append(tmp_path, BATCH, [first, other, second])
    assert [(one.id[-1], one.revision, one.status.index) for one in records.current(tmp_path)] == [("2", 1, 2), ("1", 2, 77)]
    assert [one.revision for one in records.current(tmp_path, BATCH)] == [1, 2]


def edited(**members: Any) -> Callable[[list[bytes]], list[bytes]]:
    def edit(content: list[bytes]) -> list[bytes]:
        value = json.loads(content[1])
        return [content[0], jcs.canonical({**value, **members}) + b"\n", content[2]]

    return edit


EDITS: dict[str, tuple[int, Callable[[list[bytes]], list[bytes]]]] = {
    "torn at the end": (3, lambda content: [*content[:2], content[2][:-1]]),
    "torn in the middle": (3, lambda content: [*content[:2], content[2][:100]]),
    "no json": (2, lambda content: [content[0], b"hello\n", content[2]]),
    "no object": (2, lambda content: [content[0], b"[]\n", content[2]]),
    "empty line": (2, lambda content: [content[0], b"\n", *content[1:]]),
    "conflict marker": (1, lambda content: [b"<<<<<<< HEAD\n", *content]),
    "key twice": (1, lambda content: [content[0][:-2] + b',"batch":"x"}\n', *content[1:]]),
    "line twice": (3, lambda content: [content[0], content[1], content[1], content[2]]),
    "two in one line": (1, lambda content: [content[0][:-1] + content[1], content[2]]),
    "batch": (2, edited(batch="another")),
    "batch missing": (2, edited(batch=None)),
    "revision of the first": (2, edited(revision=2)),
    "revision as text": (2, edited(revision="1")),
    "revision true": (2, edited(revision=True)),
    "template": (2, edited(template={"name": "default", "sha256": "../../secret"})),
    "template as text": (2, edited(template="default")),
    "row": (2, edited(row=1)),
    "proofs": (2, edited(proofs={})),
    "proof as text": (2, edited(proofs={"eddsa-jcs-2022": "x", "eddsa-rdfc-2022": "y"})),
    "credential": (2, edited(credential=[])),
    "id that is a path": (2, edited(credential={"id": "https://example.org/c/..", "credentialStatus": {"statusListIndex": "1"}})),
    "status index": (2, edited(credential={"id": "https://example.org/c/" + "0" * 26, "credentialStatus": {"statusListIndex": "x"}})),
    "no status": (2, edited(credential={"id": "https://example.org/c/" + "0" * 26})),
}


@pytest.mark.parametrize("name", EDITS)
def test_edits_are_noticed_with_file_and_line(tmp_path: Path, name: str) -> None:
    fill(tmp_path, [1, 2, 3])
    line, edit = EDITS[name]
    put(tmp_path, edit(lines(tmp_path)))
    with pytest.raises(IntegrityError) as caught:
        list(records.read(tmp_path))
    assert str(caught.value.place) == f"{SHOWN}:{line}"
    assert "Git" in caught.value.hint
    assert caught.value.exit_code == 1


def test_a_record_of_another_batch_with_the_same_id_is_noticed(tmp_path: Path) -> None:
    fill(tmp_path, [1])
    value = json.loads(lines(tmp_path)[0])
    put(tmp_path, [jcs.canonical({**value, "batch": "2026-06-copy"}) + b"\n"], "2026-06-copy")
    with pytest.raises(IntegrityError, match="where 2 must follow"):
        list(records.read(tmp_path))


@pytest.mark.parametrize("lost", [1, 2])
def test_a_missing_file_is_noticed(tmp_path: Path, lost: int) -> None:
    for number in (1, 2, 3):
        put(tmp_path, [])
        (tmp_path / "records" / BATCH / f"issued-000{number}.jsonl").write_bytes(record(number, signed=False).line())
    (tmp_path / "records" / BATCH / f"issued-000{lost}.jsonl").unlink()
    with pytest.raises(IntegrityError, match="is missing") as caught:
        list(records.read(tmp_path))
    assert str(caught.value.place) == f"records/{BATCH}/issued-000{lost}.jsonl"


def test_nothing_is_put_behind_a_torn_line(tmp_path: Path) -> None:
    fill(tmp_path, [1])
    put(tmp_path, [lines(tmp_path)[0][:-1]])
    with pytest.raises(IntegrityError, match="cut off"):
        fill(tmp_path, [2])
    assert len(lines(tmp_path)) == 1


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "records" / BATCH / "issued-0001.jsonl").mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot be read") as caught:
        list(records.read(tmp_path))
    assert str(caught.value.place) == SHOWN


def test_templates_by_hash(tmp_path: Path) -> None:
    digest = design.keep_template(tmp_path, b"<svg/>")
    assert digest == hashlib.sha256(b"<svg/>").hexdigest()
    assert design.keep_template(tmp_path, b"<svg/>") == digest
    assert design.template_source(tmp_path, digest) == b"<svg/>"
    path = tmp_path / "records" / "templates" / f"{digest}.svg"
    path.write_bytes(b"<svg></svg>")
    with pytest.raises(IntegrityError, match="was changed after issuing") as caught:
        design.template_source(tmp_path, digest)
    assert str(caught.value.place) == f"records/templates/{digest}.svg"
    path.unlink()
    with pytest.raises(IntegrityError, match="is missing"):
        design.template_source(tmp_path, digest)
