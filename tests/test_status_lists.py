"""Status lists and the register: what is in them, when they are signed anew, what is published."""

from __future__ import annotations

import datetime as dt
import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from issuer import status
from issuer.errors import IntegrityError, StorageError
from issuer.formats import bitstring, data_integrity, jcs, multikey, strict_json
from issuer.status import Mark
from tests.credentials import BASE, DID, KEY, LIST, NOW, OTHER, config

CONFIG = config()
DAY = dt.timedelta(days=1)
SUSPENSION = f"{BASE}/status/suspension.json"
MARKS = [
    Mark(1, 99, "revoked", "typing <b>mistake</b>", "2026-06-01", "https://other.example.org/"),
    Mark(1, 5, "replaced", "", "2026-06-02"),
    Mark(1, 7, "suspended", "The exam office looks into it", "2026-06-03"),
    Mark(1, 8, "renewed", "", "2026-06-04", f"{BASE}/c/x/"),
]
FILES = [status.list_file("revocation"), status.list_file("suspension"), status.REGISTER]


def write(repository: Path, marks: Iterable[Mark] = MARKS, now: dt.datetime = NOW, **options: Any) -> bool:
    return status.write(repository, CONFIG, KEY, {1}, marks, now, **options)


def read(repository: Path, path: str) -> dict[str, Any]:
    """What is published under a path, which must be canonical."""
    return strict_json.canonical_object(dict(status.published(repository, CONFIG))[path], max_bytes=1 << 20)


def bits(document: dict[str, Any]) -> list[int]:
    found = bitstring.decode(document["credentialSubject"]["encodedList"])
    return [index for index in range(len(found) * 8) if bitstring.is_set(found, index)]


def snapshot(repository: Path) -> list[bytes]:
    return [(repository / path).read_bytes() for path in FILES]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / FILES[0]).mkdir(parents=True)
    with pytest.raises(StorageError):
        write(tmp_path)
    with pytest.raises(StorageError):
        dict(status.published(tmp_path, CONFIG))


def test_draw_takes_a_bit_that_nobody_has() -> None:
    numbers = iter([7, 7, 8, 9])
    used: status.Used = {1: {7, 8}}
    found = status.draw(CONFIG, used, randomly=lambda _: next(numbers))
    assert (found.list_url, found.index, found.number) == (LIST, 9, 1)
    assert used == {1: {7, 8, 9}}
    drawn = [status.draw(CONFIG, used).index for _ in range(50)]
    assert all(0 <= index < bitstring.MIN_BITS for index in drawn)
    assert len(set(drawn)) == 50
    assert max(drawn) - min(drawn) > bitstring.MIN_BITS // 4  # at random, not one after the other


def test_a_full_list_is_followed_by_another() -> None:
    used: status.Used = {}
    found = [status.draw(CONFIG, used, capacity=3) for _ in range(8)]
    assert [entry.number for entry in found] == [1, 1, 1, 2, 2, 2, 3, 3]
    assert [entry.list_url.rpartition("/")[2] for entry in found[2:7:2]] == ["revocation.json", "revocation-2.json", "revocation-3.json"]
    assert found[7].url("suspension") == f"{BASE}/status/suspension-3.json"
    assert {number: len(indexes) for number, indexes in used.items()} == {1: 3, 2: 3, 3: 2}
    full = {1: set(range(status.CAPACITY)), 2: {4}}
    assert status.draw(CONFIG, full).number == 2
    del full[2]
    assert status.draw(CONFIG, full).number == 2
    assert len(full[1]) == status.CAPACITY == 114_688


@pytest.mark.parametrize(("url", "purpose", "expected"), [(LIST, "revocation", [5, 99]), (SUSPENSION, "suspension", [7])])
def test_the_lists(tmp_path: Path, url: str, purpose: str, expected: list[int]) -> None:
    assert dict(status.published(tmp_path, CONFIG)) == {}
    assert write(tmp_path)
    for suite, ending in ((data_integrity.RDFC, ".json"), (data_integrity.JCS, ".record.json")):
        document = read(tmp_path, f"status/{purpose}{ending}")
        did, key, signature = data_integrity.well_formed(document, document["proof"])
        assert (did, key, document["proof"]["cryptosuite"]) == (DID, KEY.public, suite)
        assert data_integrity.verify(document, document["proof"], multikey.decode_public(key), signature)
        assert bits(document) == expected
        subject = document.pop("credentialSubject")
        del document["proof"], subject["encodedList"]
        assert subject == {"id": f"{url}#list", "type": "BitstringStatusList", "statusPurpose": purpose}
        assert document == {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": DID,
            "validFrom": "2026-05-31T08:00:00Z",
            "validUntil": "2026-06-07T08:00:00Z",
        }


def test_the_register(tmp_path: Path) -> None:
    write(tmp_path)
    document = read(tmp_path, "status/register.json")
    _, key, signature = data_integrity.well_formed(document, document["proof"])
    assert data_integrity.verify(document, document["proof"], multikey.decode_public(key), signature)
    assert document["id"] == f"{BASE}/status/register.json"
    assert document["credentialSubject"]["entries"] == [
        {"action": "replaced", "date": "2026-06-02", "index": "5", "list": "revocation", "reason": ""},
        {"action": "suspended", "date": "2026-06-03", "index": "7", "list": "suspension", "reason": "The exam office looks into it"},
        {"action": "renewed", "date": "2026-06-04", "index": "8", "list": "revocation", "reason": "", "replacement": f"{BASE}/c/x/"},
        {
            "action": "revoked",
            "date": "2026-06-01",
            "index": "99",
            "list": "revocation",
            "reason": "typing <b>mistake</b>",
            "replacement": "https://other.example.org/",
        },
    ]


def test_several_lists(tmp_path: Path) -> None:
    marks = [Mark(2, 5, "suspended", "", ""), Mark(2, 6, "revoked", "", ""), Mark(1, 7, "revoked", "", ""), Mark(10, 8, "revoked", "", "")]
    assert status.write(tmp_path, CONFIG, KEY, {2, 1, 10}, marks, NOW)
    published = dict(status.published(tmp_path, CONFIG))
    names = [f"{purpose}{number}" for purpose in ("revocation", "suspension") for number in ("", "-2", "-10")]
    assert sorted(published) == sorted(
        [f"status/{name}{end}" for name in names for end in (".json", ".record.json")] + ["status/register.json"]
    )
    found = {name: bits(read(tmp_path, f"status/{name}.json")) for name in names}
    assert found == {
        "revocation": [7],
        "revocation-2": [6],
        "revocation-10": [8],
        "suspension": [],
        "suspension-2": [5],
        "suspension-10": [],
    }
    entries = read(tmp_path, "status/register.json")["credentialSubject"]["entries"]
    assert [(entry["list"], entry["index"]) for entry in entries] == [
        ("revocation", "7"),
        ("suspension-2", "5"),
        ("revocation-2", "6"),
        ("revocation-10", "8"),
    ]


def test_the_same_marks_give_the_same_bytes_and_are_not_written_again(tmp_path: Path) -> None:
    assert write(tmp_path)
    before = snapshot(tmp_path)
    assert not write(tmp_path, reversed(MARKS), NOW + 6 * DAY)
    assert not write(tmp_path, MARKS, NOW + DAY - dt.timedelta(seconds=1), refresh=True)
    assert snapshot(tmp_path) == before
    assert write(tmp_path / "again", iter(MARKS))
    assert snapshot(tmp_path / "again") == before


def test_refresh_after_a_day_and_after_a_change(tmp_path: Path) -> None:
    write(tmp_path)
    assert write(tmp_path, MARKS, NOW + DAY, refresh=True)
    for name in ("revocation", "suspension"):
        assert read(tmp_path, f"status/{name}.json")["validUntil"] == "2026-06-08T08:00:00Z"
    assert write(tmp_path, [*MARKS, Mark(1, 1, "revoked", "", "")], NOW + DAY)
    assert len(read(tmp_path, "status/register.json")["credentialSubject"]["entries"]) == 5
    assert write(tmp_path, [], NOW + DAY)


@pytest.mark.parametrize(
    ("mark", "changed"),
    [
        (Mark(1, 99, "revoked", "another", "2026-06-01"), [False, False, True]),
        (Mark(1, 99, "renewed", "", "2026-06-01"), [False, False, True]),
        (Mark(1, 98, "revoked", "", "2026-06-01"), [True, False, True]),
        (Mark(1, 98, "suspended", "", "2026-06-01"), [False, True, True]),
    ],
)
def test_only_what_changed_is_signed_anew(tmp_path: Path, mark: Mark, changed: list[bool]) -> None:
    write(tmp_path)
    before = snapshot(tmp_path)
    assert write(tmp_path, [*MARKS, mark], NOW + DAY)
    assert [new != old for new, old in zip(snapshot(tmp_path), before, strict=True)] == changed


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"2026-06-07", b"2036-06-07"),
        lambda data: data.replace(b'"validFrom":"2026-05-31', b'"validFrom":"2036-05-31'),
        lambda data: data.replace(b'"proofValue":"z', b'"proofValue":"z1'),
        lambda data: data[:-20],
        lambda _: b"",
        lambda _: b"{}",
        lambda _: b'{"credential":{"validFrom":7},"proofs":[]}',
    ],
)
def test_a_list_that_was_changed_is_signed_anew(tmp_path: Path, damage: Any, number: int) -> None:
    write(tmp_path)
    good = snapshot(tmp_path)
    (tmp_path / FILES[number]).write_bytes(damage(good[number]))
    assert write(tmp_path)
    assert snapshot(tmp_path) == good


def test_lists_that_ran_out_are_signed_anew_without_a_refresh(tmp_path: Path) -> None:
    write(tmp_path)
    assert not write(tmp_path, MARKS, NOW + 7 * DAY - dt.timedelta(seconds=1))
    assert write(tmp_path, MARKS, NOW + 7 * DAY)


def test_another_key_signs_anew(tmp_path: Path) -> None:
    write(tmp_path)
    assert status.write(tmp_path, CONFIG, OTHER, {1}, MARKS, NOW)
    for name in ("revocation.json", "suspension.record.json", "register.json"):
        assert OTHER.public in read(tmp_path, f"status/{name}")["proof"]["verificationMethod"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"credential":[],"proofs":{}}x',
        b'{"credential":1,"proofs":{"eddsa-jcs-2022":{}}}',
        b'{"credential":{},"proofs":[]}',
        b'{"credential":{"id":"https://elsewhere.example.org/status/revocation.json"},"proofs":{"eddsa-jcs-2022":{},"eddsa-rdfc-2022":{}}}',
    ],
)
def test_what_is_no_list_of_ours_is_not_published(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / FILES[0]
    path.parent.mkdir(parents=True)
    path.write_bytes(text)
    with pytest.raises(IntegrityError) as caught:
        dict(status.published(tmp_path, CONFIG))
    assert str(caught.value.place) == FILES[0]
    assert "derives it again" in caught.value.hint


def test_other_files_are_not_published(tmp_path: Path) -> None:
    write(tmp_path)
    before = dict(status.published(tmp_path, CONFIG))
    for name in ("notes.json", "revocation-0.json", "revocation-02.json", ".revocation.json", "revocation.json.bak"):
        (tmp_path / "records/status" / name).write_bytes(b"{}")
    assert dict(status.published(tmp_path, CONFIG)) == before
    assert all(jcs.canonical(strict_json.parse(data)) == data for data in before.values())


def test_a_full_disk_leaves_the_old_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path)
    before = snapshot(tmp_path)

    def fail(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageError):
        write(tmp_path, [])
    assert snapshot(tmp_path) == before
