"""The journal: what is on the disk when, what a kill leaves, and that no address gets in."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from issuer.errors import FormatError, IntegrityError, StorageError
from issuer.mail.deliveries import MAX_REPLY, Delivery, Journal, without_addresses

NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)


def _delivery(id_: str = "a", **more: object) -> Delivery:
    values: dict[str, object] = {
        "id": id_,
        "revision": "r1",
        "message_id": f"<c.{id_}.r1@example.org>",
        "state": "sent",
        "phase": "end",
        "time": NOW,
        "attempt": 1,
        "code": 250,
        "reply": "2.0.0 Ok",
    }
    return Delivery(**(values | more))  # type: ignore[arg-type]


def test_a_line_is_canonical_and_reads_back() -> None:
    line = _delivery().line()
    assert line == (
        b'{"attempt":1,"code":250,"id":"a","message_id":"<c.a.r1@example.org>","phase":"end","reply":"2.0.0 Ok",'
        b'"revision":"r1","state":"sent","time":"2026-06-01T08:00:00Z"}\n'
    )
    assert Delivery.from_line(line) == _delivery()
    assert b"code" not in _delivery(code=None).line()
    assert Delivery.from_line(_delivery(code=None).line()).code is None


def test_the_last_word_counts(tmp_path: Path) -> None:
    path = tmp_path / "batch" / "deliveries.jsonl"
    with Journal.open(path) as journal:
        assert journal.state("a", "r1") is None
        journal.append(_delivery(state="deferred", code=450))
        journal.append(_delivery("b"))
        journal.append(_delivery(attempt=2))
    again = Journal.open(path)
    assert again.state("a", "r1") == _delivery(attempt=2)
    assert again.state("a", "r2") is None
    assert [delivery.id for delivery in again] == ["a", "b"]
    assert path.read_bytes().count(b"\n") == 3


def test_reading_makes_no_file(tmp_path: Path) -> None:
    Journal.open(tmp_path / "deliveries.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_a_lone_sending_reads_as_unknown(tmp_path: Path) -> None:
    path = tmp_path / "deliveries.jsonl"
    path.write_bytes(_delivery(state="sending", code=None).line())
    state = Journal.open(path).state("a", "r1")
    assert state is not None
    assert state.state == "unknown"


@pytest.mark.parametrize("keep", [1, 20, -2])
def test_a_torn_last_line_is_reported_and_cut(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "deliveries.jsonl"
    torn = _delivery("b").line()[:keep]
    path.write_bytes(_delivery().line() + torn)
    with Journal.open(path) as journal:
        assert journal.torn == len(torn)
        assert journal.state("b", "r1") is None
        assert path.read_bytes().endswith(torn)
        journal.append(_delivery("c"))
        assert journal.torn == 0
    assert path.read_bytes() == _delivery().line() + _delivery("c").line()


def test_a_whole_last_line_without_its_end_counts(tmp_path: Path) -> None:
    path = tmp_path / "deliveries.jsonl"
    path.write_bytes(_delivery().line().rstrip())
    with Journal.open(path) as journal:
        assert journal.torn == 0
        journal.append(_delivery("b"))
        journal.append(_delivery("c"))
    assert path.read_bytes() == b"".join(_delivery(id_).line() for id_ in "abc")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'"sent"', b'"posted"', '"state" is none of'),
        (b'"attempt":1', b'"attempt":0', '"attempt" is not a number from 1'),
        (b'"attempt":1', b'"attempt":true', '"attempt" is not a number from 1'),
        (b'"code":250', b'"code":"250"', '"code" is not the code'),
        (b'"code":250', b'"code":-1', '"code" is not the code'),
        (b'"id":"a",', b"", '"id" is not a text'),
        (b"2026-06-01T08", b"2026-06-01T28", "is not a date that exists"),
        (b'{"attempt"', b'<<<<<<< HEAD\n{"attempt"', "is not JSON"),
        (b'{"attempt"', b'[]\n{"attempt"', "is not a JSON object"),
    ],
)
def test_a_broken_line_has_its_place(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    path = tmp_path / "deliveries.jsonl"
    path.write_bytes(_delivery("z").line() + _delivery().line().replace(old, new))
    with pytest.raises(IntegrityError, match=message) as caught:
        Journal.open(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    with pytest.raises(FormatError):
        Delivery.from_line(new.split(b"\n")[0])


def test_two_writers_cannot_both_write(tmp_path: Path) -> None:
    path = tmp_path / "deliveries.jsonl"
    first, second, third = Journal.open(path), Journal.open(path), Journal.open(path)
    first.append(_delivery())
    with pytest.raises(StorageError, match="is being written by another run"):
        second.append(_delivery())
    first.close()
    with pytest.raises(StorageError, match="was written by another run meanwhile"):
        third.append(_delivery())
    assert path.read_bytes() == _delivery().line()


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "deliveries.jsonl"
    with Journal.open(path) as journal:
        journal.append(_delivery())
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", _full)
            with pytest.raises(StorageError, match="No space left") as caught:
                journal.append(_delivery("b"))
        assert caught.value.hint.startswith("free some space")
        assert path.read_bytes() == _delivery().line()
        assert journal.state("b", "r1") is None
        journal.append(_delivery("c"))
    assert path.read_bytes() == _delivery().line() + _delivery("c").line()


def _full(_: int) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("2.1.5 <ada.lovelace@example.org>... Recipient ok", "2.1.5 <…>... Recipient ok"),
        ("5.1.1 Ada.Lovelace@EXAMPLE.org: unknown", "5.1.1 …: unknown"),
        ("5.1.1 user ada.lovelace does not exist", "5.1.1 user … does not exist"),
        ("4.4.1 no MX for example.org.", "4.4.1 no MX for …."),
        ("forwarded to someone.else@example.com", "forwarded to …"),
        ('<"a b"@example.net> and x@[192.0.2.1]', "<…> and …"),
        ("2.0.0 Ok: queued as 4Q\r\nsecond\x1b[31m line", "2.0.0 Ok: queued as 4Q second [31m line"),
        ("certificates+ada.lovelace=example.org@example.com bounced", "… bounced"),
    ],
)
def test_replies_name_nobody(reply: str, kept: str) -> None:
    assert without_addresses(reply, ["ada.lovelace@example.org", "certificates@example.com"]) == kept


def test_replies_are_short() -> None:
    assert len(without_addresses("words " * 10_000)) == MAX_REPLY
    assert without_addresses("x" * 990 + " ada@example.org" * 2) == "x" * (MAX_REPLY - 1) + "…"
    assert without_addresses("x" * 1_000_000) == ""
