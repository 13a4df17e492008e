"""The log: what its checkpoint states, or an error."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from issuer import log
from issuer.errors import FormatError, IntegrityError, KeyUnusableError, Place, StorageError
from issuer.formats import checkpoint, jcs, merkle, multikey, signed_note, tlog_proof
from tests.credentials import KEY, NOW, OTHER, config

CONFIG = config()


def digest(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def filled(repository: Path, count: int) -> log.Log:
    book = log.Log()
    for number in range(count):
        book.add(log.entry("issued", digest(number), NOW))
    log.write(repository, CONFIG, KEY, book)
    return book


def test_start_load_write(tmp_path: Path) -> None:
    assert (log.load(tmp_path, CONFIG).entries, log.load(tmp_path, CONFIG).note) == ([], b"")
    log.start(tmp_path, CONFIG, KEY)
    before = (tmp_path / log.CHECKPOINT).read_bytes()
    empty = log.load(tmp_path, CONFIG)
    assert (empty.entries, empty.tree.root(), empty.note) == ([], merkle.EMPTY_ROOT, before)
    log.start(tmp_path, CONFIG, KEY)
    assert (tmp_path / log.CHECKPOINT).read_bytes() == before
    written = filled(tmp_path, 5)
    found = log.load(tmp_path, CONFIG)
    assert found.entries == written.entries
    assert found.issued == {digest(number): number for number in range(5)}
    assert found.note == written.note
    files = [(tmp_path / name).read_bytes() for name in (log.LOG, log.CHECKPOINT)]
    log.write(tmp_path, CONFIG, KEY, found)
    assert [(tmp_path / name).read_bytes() for name in (log.LOG, log.CHECKPOINT)] == files


def test_entries(tmp_path: Path) -> None:
    assert log.entry("issued", "ab", NOW) == b'{"event":"issued","record":"ab","time":"2026-05-31T08:00:00Z"}'
    assert log.parse_entry(log.entry("corrected", digest(1), NOW, replaces=digest(0)))["replaces"] == digest(0)
    book = log.Log()
    for event, number in (("issued", 1), ("corrected", 2), ("revoked", 2)):
        book.add(log.entry(event, digest(number), NOW))
    assert (book.issued, book.revoked) == ({digest(1): 0, digest(2): 1}, {digest(2): 2})
    for bad in (b"", b"{}", b"[]", b"x", log.entry("lost", digest(1), NOW), jcs.canonical({"event": "issued", "record": 1})):
        with pytest.raises(FormatError):
            book.add(bad)
    with pytest.raises(FormatError):
        book.add(log.entry("issued", digest(1), NOW) + b" ")
    assert len(book.entries) == len(book.tree) == 3


def test_origin() -> None:
    assert log.origin(CONFIG) == "certificates.example.org/log"
    assert log.origin(config(base_url="http://localhost:8420/a/b")) == "localhost:8420/a/b/log"


@pytest.mark.parametrize("size", range(1, 71))
def test_every_proof_verifies(size: int) -> None:
    book = log.Log(note=b"note")
    for number in range(size):
        book.add(log.entry("issued", digest(number), NOW))
    root = book.tree.root()
    for number in range(size):
        proof = tlog_proof.parse(book.proof(digest(number)))
        assert (proof.index, proof.entry, proof.checkpoint) == (number, book.entries[number], b"note")
        assert merkle.root_from_inclusion(merkle.leaf_hash(proof.entry), proof.index, size, proof.path) == root


def test_no_proof_for_what_the_log_does_not_name() -> None:
    with pytest.raises(IntegrityError, match="does not name the record") as caught:
        log.Log().proof(digest(1))
    assert caught.value.hint


def rewrite(repository: Path, edit: Callable[[list[bytes]], list[bytes]]) -> None:
    path = repository / log.LOG
    path.write_bytes(b"".join(edit(path.read_bytes().splitlines(keepends=True))))


EDITS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "edited": lambda lines: [lines[0].replace(b"issued", b"revoked"), *lines[1:]],
    "time": lambda lines: [lines[0].replace(b"08:00:00", b"09:00:00"), *lines[1:]],
    "not canonical": lambda lines: [lines[0].replace(b":", b": ", 1), *lines[1:]],
    "no entry": lambda lines: [b"hello\n", *lines[1:]],
    "removed": lambda lines: lines[1:],
    "removed at the end": lambda lines: lines[:-1],
    "removed and filled up": lambda lines: [*lines[1:], log.entry("issued", digest(99), NOW) + b"\n"],
    "moved": lambda lines: [lines[1], lines[0], *lines[2:]],
    "torn": lambda lines: [*lines[:-1], lines[-1][:-1]],
    "empty": lambda _: [],
    "inserted": lambda lines: [lines[0], *lines],
}


@pytest.mark.parametrize("name", EDITS)
def test_a_log_that_was_changed_is_refused(tmp_path: Path, name: str) -> None:
    filled(tmp_path, 5)
    rewrite(tmp_path, EDITS[name])
    with pytest.raises(IntegrityError) as caught:
        log.load(tmp_path, CONFIG)
    assert caught.value.place is not None
    assert caught.value.place.file == log.LOG
    assert "git checkout" in caught.value.hint
    assert caught.value.exit_code == 1


def test_entries_behind_the_checkpoint_do_not_count(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    rewrite(tmp_path, lambda lines: [*lines, log.entry("issued", digest(99), NOW) + b"\n", b'{"event":"iss'])
    found = log.load(tmp_path, CONFIG)
    assert len(found.entries) == 5
    assert digest(99) not in found.issued


def test_every_flipped_bit_of_a_checkpoint_is_refused(tmp_path: Path) -> None:
    good = filled(tmp_path, 3).note
    for bit in range(8 * len(good)):
        changed = bytearray(good)
        changed[bit // 8] ^= 1 << bit % 8
        (tmp_path / log.CHECKPOINT).write_bytes(changed)
        with pytest.raises(IntegrityError) as caught:
            log.load(tmp_path, CONFIG)
        assert caught.value.hint, bit


def test_a_checkpoint_of_another(tmp_path: Path) -> None:
    book = filled(tmp_path, 3)
    with pytest.raises(IntegrityError, match=r"belongs to certificates\.example\.org/log, but issuer\.yml makes it localhost/log"):
        log.load(tmp_path, config(base_url="http://localhost"))
    with pytest.raises(IntegrityError, match="signed by none of the keys"):
        log.load(tmp_path, config(OTHER))
    assert len(log.load(tmp_path, config(OTHER, KEY)).entries) == 3
    point = checkpoint.Checkpoint(log.origin(CONFIG), 3, book.tree.root())
    stranger = multikey.decode_public(OTHER.public)
    line = signed_note.signature_line(point.origin, multikey.decode_public(KEY.public), OTHER.sign(point.text().encode()))
    own_line = signed_note.signature_line(point.origin, stranger, OTHER.sign(point.text().encode()))
    for forged in (line, own_line, line + own_line):
        (tmp_path / log.CHECKPOINT).write_text(f"{point.text()}\n{forged}", "utf-8")
        with pytest.raises(IntegrityError, match="signed by none"):
            log.load(tmp_path, CONFIG)


def test_a_missing_checkpoint_is_refused_once_something_was_issued(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    (tmp_path / log.CHECKPOINT).unlink()
    with pytest.raises(IntegrityError, match="is missing although certificates were issued"):
        log.load(tmp_path, CONFIG)
    (tmp_path / log.LOG).unlink()
    assert log.load(tmp_path, CONFIG).entries == []
    (tmp_path / "records" / "batch").mkdir()
    (tmp_path / "records" / "batch" / "issued-0001.jsonl").touch()
    with pytest.raises(IntegrityError, match="is missing although"):
        log.load(tmp_path, CONFIG)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / log.LOG).mkdir(parents=True)
    with pytest.raises(StorageError) as caught:
        log.load(tmp_path, CONFIG)
    assert str(caught.value.place) == log.LOG


def test_every_record_that_the_log_names_must_be_there(tmp_path: Path) -> None:
    book = filled(tmp_path, 4)
    places = {number: Place("records/b/issued-0001.jsonl", number) for number in (0, 1, 2, 3, 99)}
    log.check_records(book, [(digest(number), places[number]) for number in (3, 2, 1, 0, 99)])
    message = r"2 record\(s\) that the log names are missing or were edited; the first is entry 1 of the log"
    with pytest.raises(IntegrityError, match=message) as caught:
        log.check_records(book, [(digest(0), places[0]), (digest(2), None)])
    assert str(caught.value.place) == f"{log.LOG}:2"
    with pytest.raises(IntegrityError, match=message) as caught:
        log.check_records(book, [(digest(0), places[0]), (digest(77), places[1]), (digest(2), places[2])])
    assert caught.value.place == places[1]


def test_a_key_whose_window_has_not_begun_is_refused(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    log.start(tmp_path, config(KEY, start=3), KEY)
    for settings, key in ((config(KEY, start=4), KEY), (config(KEY), OTHER)):
        with pytest.raises(KeyUnusableError, match="may not sign log entry 3"):
            log.start(tmp_path, settings, key)
    before = (tmp_path / log.LOG).read_bytes()
    book = log.load(tmp_path, CONFIG)
    book.add(log.entry("issued", digest(3), NOW))
    with pytest.raises(KeyUnusableError, match="may not sign log entry 3"):
        log.write(tmp_path, config(KEY, start=4), KEY, book)
    assert (tmp_path / log.LOG).read_bytes() == before
    with pytest.raises(KeyUnusableError, match="may not sign log entry 0"):
        log.start(tmp_path / "new", config(KEY, start=1), KEY)
    assert not (tmp_path / "new").exists()
