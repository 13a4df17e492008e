"""Revocations, the status list and the register."""

from __future__ import annotations

import datetime as dt
import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest

from issuer import status
from issuer.errors import IntegrityError, RefusedError, StorageError
from issuer.formats import bitstring, data_integrity, identifier, jcs, multikey, strict_json
from issuer.status import Mark, Revocation
from tests.credentials import DID, KEY, LIST, NOW, OTHER, config

CONFIG = config()
ONE, TWO, THREE = (identifier.encode(bytes([number]) * 16) for number in (1, 2, 3))
MARKS = [Mark(99, "revoked", "typing <b>mistake</b>", "2026-06-01"), Mark(5, "replaced", "", "2026-06-02")]
DAY = dt.timedelta(days=1)


def csv_file(repository: Path, text: str | bytes) -> None:
    path = repository / status.REVOCATIONS
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def read(repository: Path, path: str, suite: str) -> dict[str, Any]:
    data = status.published(repository, path, suite)
    assert data is not None
    return strict_json.canonical_object(data, max_bytes=1 << 20)


def snapshot(repository: Path) -> list[bytes]:
    return [(repository / path).read_bytes() for path in (status.LIST, status.REGISTER)]


def test_csv(tmp_path: Path) -> None:
    assert status.revocations(tmp_path) == []
    rows = ["\ufeffid,action,reason,date", "", f'{ONE.upper()},revoke,"typing, twice",2026-06-30', f"{TWO} , revoke ,,2026-07-01"]
    text = "\r\n".join([*rows, f"{ONE},revoke,again,2026-07-02"])
    csv_file(tmp_path, text)
    expected = [Revocation(ONE, "typing, twice", "2026-06-30", 3), Revocation(TWO, "", "2026-07-01", 4)]
    assert status.revocations(tmp_path) == status.revocations(tmp_path, {ONE, TWO}) == expected
    for empty in ("", "\n\n", "id,action,reason,date\n"):
        csv_file(tmp_path, empty)
        assert status.revocations(tmp_path) == []


def test_every_mistake_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    rows = [
        "id,action,reason,date",
        f"{ONE},revoke,fine,2026-06-30",
        "nonsense,revoke,,2026-06-30",
        f'{TWO},revoke,"two',
        'lines",2026-06-30',
        f"{TWO},suspend,,2026-06-30",
        f"{THREE},revoke,,2026-06-30",
        f"{TWO},revoke,,20260630",
        f"{TWO},revoke,,2026-W27-2",
        f"{TWO},revoke,,2026-02-30",
        f"{TWO},revoke,\u202eturned,2026-06-30",
        f"{TWO},revoke,a,b,2026-06-30",
        f"{TWO}",
    ]
    csv_file(tmp_path, "\n".join(rows) + "\n")
    with pytest.raises(RefusedError) as caught:
        status.revocations(tmp_path, {ONE, TWO})
    said = str(caught.value).splitlines()
    starts = [f"records/revocations.csv:{line}" for line in (3, 4, 6, 7, 8, 9, 10, 11, 12, 13)]
    assert [line.split(" ")[0].rstrip(":") for line in said] == starts
    assert 'column "id": no certificate has the id' in said[3]
    assert "'suspend' is not known" in said[2]
    assert caught.value.hint
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("id,reason\n", 1),
        ("\n\nID,action,reason,date\n", 3),
        (f"{ONE},revoke,,2026-06-30\n", 1),
        (b"id,action,reason,date\nM\xfcller\n", 1),
        (f'id,action,reason,date\n{ONE},revoke,"open,2026-06-30\n', 2),
    ],
)
def test_what_is_no_file_of_revocations(tmp_path: Path, text: str | bytes, line: int) -> None:
    csv_file(tmp_path, text)
    with pytest.raises(RefusedError) as caught:
        status.revocations(tmp_path)
    assert str(caught.value.place) == f"records/revocations.csv:{line}"
    assert caught.value.hint


def test_append(tmp_path: Path) -> None:
    status.append_revocations(tmp_path, [ONE], 'a "quoted", reason', dt.date(2026, 6, 30))
    path = tmp_path / status.REVOCATIONS
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    status.append_revocations(tmp_path, [TWO, THREE], "=1+1", dt.date(2026, 7, 1))
    assert [(row.id, row.reason, row.date, row.line) for row in status.revocations(tmp_path)] == [
        (ONE, 'a "quoted", reason', "2026-06-30", 2),
        (TWO, "=1+1", "2026-07-01", 3),
        (THREE, "=1+1", "2026-07-01", 4),
    ]


@pytest.mark.parametrize("before", ["", "\ufeff", "\n"])
def test_append_to_a_file_without_a_header(tmp_path: Path, before: str) -> None:
    csv_file(tmp_path, before)
    status.append_revocations(tmp_path, [ONE], "x", dt.date(2026, 6, 30))
    assert [row.id for row in status.revocations(tmp_path)] == [ONE]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (status.REVOCATIONS, status.LIST):
        (tmp_path / path).mkdir(parents=True)
    for call in (
        lambda: status.revocations(tmp_path),
        lambda: status.append_revocations(tmp_path, [ONE], "", NOW.date()),
        lambda: status.write(tmp_path, CONFIG, KEY, [], NOW),
        lambda: status.published(tmp_path, status.LIST, data_integrity.JCS),
    ):
        with pytest.raises(StorageError):
            call()


def test_draw_avoids_bits_that_are_taken() -> None:
    numbers = iter([7, 7, 8, 9])
    found = status.draw(CONFIG, {7, 8}, randomly=lambda _: next(numbers))
    assert (found.list_url, found.index) == (LIST, 9)
    assert 0 <= status.draw(CONFIG, set()).index < bitstring.MIN_BITS
    assert len({status.draw(CONFIG, set()).index for _ in range(20)}) > 15
    with pytest.raises(RefusedError, match="full") as caught:
        status.draw(CONFIG, range(bitstring.MIN_BITS))
    assert "131072" in caught.value.hint


def test_the_list(tmp_path: Path) -> None:
    assert status.published(tmp_path, status.LIST, data_integrity.JCS) is None
    assert status.write(tmp_path, CONFIG, KEY, MARKS, NOW)
    for suite in data_integrity.SUITES:
        document = read(tmp_path, status.LIST, suite)
        did, key, signature = data_integrity.well_formed(document, document["proof"])
        assert (did, key, document["proof"]["cryptosuite"]) == (DID, KEY.public, suite)
        assert data_integrity.verify(document, document["proof"], multikey.decode_public(key), signature)
        subject = document.pop("credentialSubject")
        del document["proof"]
        assert document == {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": LIST,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": DID,
            "validFrom": "2026-05-31T08:00:00Z",
            "validUntil": "2026-06-07T08:00:00Z",
        }
        bits = bitstring.decode(subject.pop("encodedList"))
        assert [index for index in range(len(bits) * 8) if bitstring.is_set(bits, index)] == [5, 99]
        assert subject == {"id": f"{LIST}#list", "type": "BitstringStatusList", "statusPurpose": "revocation"}


def test_the_register(tmp_path: Path) -> None:
    status.write(tmp_path, CONFIG, KEY, MARKS, NOW)
    document = read(tmp_path, status.REGISTER, data_integrity.JCS)
    _, key, signature = data_integrity.well_formed(document, document["proof"])
    assert data_integrity.verify(document, document["proof"], multikey.decode_public(key), signature)
    assert document["id"] == f"{LIST.rpartition('/')[0]}/register.json"
    assert document["credentialSubject"]["entries"] == [
        {"action": "replaced", "date": "2026-06-02", "index": "5", "list": "revocation", "reason": ""},
        {"action": "revoked", "date": "2026-06-01", "index": "99", "list": "revocation", "reason": "typing <b>mistake</b>"},
    ]
    assert status.published(tmp_path, status.REGISTER, data_integrity.RDFC) is None


def test_the_same_marks_give_the_same_bytes_and_are_not_written_again(tmp_path: Path) -> None:
    assert status.write(tmp_path, CONFIG, KEY, MARKS, NOW)
    before = snapshot(tmp_path)
    assert not status.write(tmp_path, CONFIG, KEY, reversed(MARKS), NOW + 30 * DAY)
    assert not status.write(tmp_path, CONFIG, KEY, MARKS, NOW + DAY - dt.timedelta(seconds=1), refresh=True)
    assert snapshot(tmp_path) == before
    assert status.write(tmp_path / "again", CONFIG, KEY, iter(MARKS), NOW)
    assert snapshot(tmp_path / "again") == before


def test_refresh_after_a_day_and_after_a_change(tmp_path: Path) -> None:
    status.write(tmp_path, CONFIG, KEY, MARKS, NOW)
    assert status.write(tmp_path, CONFIG, KEY, MARKS, NOW + DAY, refresh=True)
    assert read(tmp_path, status.LIST, data_integrity.JCS)["validUntil"] == "2026-06-08T08:00:00Z"
    assert status.write(tmp_path, CONFIG, KEY, [*MARKS, Mark(1, "revoked", "", "")], NOW + DAY)
    assert len(read(tmp_path, status.REGISTER, data_integrity.JCS)["credentialSubject"]["entries"]) == 3
    assert status.write(tmp_path, CONFIG, KEY, [], NOW + DAY)


def test_a_reason_alone_changes_the_register_only(tmp_path: Path) -> None:
    status.write(tmp_path, CONFIG, KEY, MARKS, NOW)
    before = snapshot(tmp_path)
    assert status.write(tmp_path, CONFIG, KEY, [Mark(99, "revoked", "another", "2026-06-01"), MARKS[1]], NOW + DAY)
    after = snapshot(tmp_path)
    assert after[0] == before[0]
    assert after[1] != before[1]


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
def test_a_list_that_was_changed_is_signed_anew(tmp_path: Path, damage: Any) -> None:
    status.write(tmp_path, CONFIG, KEY, MARKS, NOW)
    good = snapshot(tmp_path)
    (tmp_path / status.LIST).write_bytes(damage(good[0]))
    assert status.write(tmp_path, CONFIG, KEY, MARKS, NOW)
    assert snapshot(tmp_path) == good


def test_another_key_signs_anew(tmp_path: Path) -> None:
    status.write(tmp_path, CONFIG, KEY, MARKS, NOW)
    assert status.write(tmp_path, config(KEY, OTHER), OTHER, MARKS, NOW)
    assert OTHER.public in read(tmp_path, status.LIST, data_integrity.JCS)["proof"]["verificationMethod"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"credential":[],"proofs":{}}x',
        b'{"credential":1,"proofs":{"eddsa-jcs-2022":{}}}',
        b'{"credential":{},"proofs":[]}',
    ],
)
def test_what_is_no_list_is_not_published(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / status.LIST
    path.parent.mkdir(parents=True)
    path.write_bytes(text)
    with pytest.raises(IntegrityError, match="is not a signed status list") as caught:
        status.published(tmp_path, status.LIST, data_integrity.JCS)
    assert str(caught.value.place) == status.LIST
    assert "derives it again" in caught.value.hint


def test_a_full_disk_leaves_the_old_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status.write(tmp_path, CONFIG, KEY, MARKS, NOW)
    before = snapshot(tmp_path)

    def fail(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageError):
        status.write(tmp_path, CONFIG, KEY, [], NOW)
    assert snapshot(tmp_path) == before


def test_published_is_canonical(tmp_path: Path) -> None:
    status.write(tmp_path, CONFIG, KEY, MARKS, NOW)
    data = status.published(tmp_path, status.LIST, data_integrity.JCS) or b""
    assert jcs.canonical(strict_json.parse(data)) == data
