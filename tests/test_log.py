"""The log: what its checkpoint states, or an error."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from issuer import log
from issuer.errors import FormatError, IntegrityError, Place, StorageError
from issuer.formats import checkpoint, merkle, multikey, signed_note, tlog_proof
from tests.credentials import KEY, NOW, OTHER, config
from tests.sample_log import CONFIG, KEYS, digest, filled, issued, two

FIRST = log.path_of(0)


@pytest.fixture(scope="module")
def long_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a log of 8,200 entries in three files. To be copied before it is changed."""
    repository = tmp_path_factory.mktemp("long")
    filled(repository, 8200)
    return repository


def test_start_append_load(tmp_path: Path) -> None:
    nothing = log.load(tmp_path, CONFIG)
    assert (nothing.size, nothing.note, nothing.time) == (0, b"", "")
    log.start(tmp_path, CONFIG, KEYS)
    before = (tmp_path / log.CHECKPOINT).read_bytes()
    empty = log.load(tmp_path, CONFIG)
    assert (empty.size, empty.tree.root(), empty.note) == (0, merkle.EMPTY_ROOT, before)
    log.start(tmp_path, CONFIG, KEYS)
    assert (tmp_path / log.CHECKPOINT).read_bytes() == before
    found = filled(tmp_path, 5)
    assert list(log.entries(tmp_path)) == issued(range(5)) == [found.entry(index) for index in range(5)]
    assert found.issued == {digest(number): number for number in range(5)}
    assert found.note == (tmp_path / log.CHECKPOINT).read_bytes()
    assert found.time == "2026-05-31T08:00:00Z"
    point = log.checkpoint_of(found.note, CONFIG)
    assert point == checkpoint.Checkpoint("certificates.example.org/log", 5, found.tree.root())


def test_what_the_events_say(tmp_path: Path) -> None:
    steps: list[tuple[bytes, dict[int, str]]] = [
        (log.entry("issued", NOW, record=digest(1)), {}),
        (log.entry("suspended", NOW, record=digest(1)), {1: "suspended"}),
        (log.entry("reinstated", NOW, record=digest(1)), {}),
        (log.entry("corrected", NOW, record=digest(2), replaces=digest(1)), {}),
        (log.entry("suspended", NOW, record=digest(2)), {2: "suspended"}),
        (log.entry("revoked", NOW, record=digest(2)), {2: "revoked"}),
        (log.entry("reinstated", NOW, record=digest(2)), {2: "revoked"}),
        (log.entry("suspended", NOW, record=digest(2)), {2: "revoked"}),
        (log.entry("issued", NOW, record=digest(2)), {2: "revoked"}),  # the first mention counts
    ]
    for added, expected in steps:
        log.append(tmp_path, CONFIG, KEYS, [added])
        assert log.load(tmp_path, CONFIG).state == {digest(number): state for number, state in expected.items()}
    our_log = log.load(tmp_path, CONFIG)
    assert our_log.issued == {digest(1): 0, digest(2): 3}
    assert (our_log.size, our_log.keys) == (9, {})
    about_keys = [
        log.entry("key-added", NOW, key=KEY.public, use=["credentials"]),
        log.entry("key-added", NOW, key=OTHER.public, use=["log", "status"]),
        log.entry("key-retired", NOW, key=KEY.public),
    ]
    log.append(tmp_path, CONFIG, KEYS, about_keys)
    assert log.load(tmp_path, CONFIG).keys == {KEY.public: "retired", OTHER.public: "added"}
    log.append(tmp_path, CONFIG, KEYS, [log.entry("key-compromised", NOW, key=KEY.public, from_=12)])
    assert log.load(tmp_path, CONFIG).keys == {KEY.public: "compromised", OTHER.public: "added"}


def test_origin() -> None:
    assert log.origin(CONFIG) == "certificates.example.org/log"
    assert log.origin(config(base_url="http://localhost:8420/a/b")) == "localhost:8420/a/b/log"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 70])
def test_every_proof_verifies(tmp_path: Path, size: int) -> None:
    our_log = filled(tmp_path, size)
    root = our_log.tree.root()
    for number in range(size):
        proof = tlog_proof.parse(our_log.proof(digest(number)))
        assert (proof.index, proof.entry, proof.checkpoint) == (number, issued([number])[0], our_log.note)
        assert merkle.root_from_inclusion(merkle.leaf_hash(proof.entry), proof.index, size, proof.path) == root


def test_proofs_across_files(long_log: Path) -> None:
    our_log = log.load(long_log, CONFIG)
    for number in (0, 4095, 4096, 8191, 8192, 8199, 1):
        proof = tlog_proof.parse(our_log.proof(digest(number)))
        assert proof.entry == issued([number])[0]
        assert merkle.root_from_inclusion(merkle.leaf_hash(proof.entry), number, 8200, proof.path) == our_log.tree.root()


def test_no_proof_for_what_the_log_does_not_name(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="does not name the record") as caught:
        log.Log(tmp_path).proof(digest(1))
    assert caught.value.hint
    with pytest.raises(FormatError):
        log.Log(tmp_path).entry(0)


def test_no_proof_of_an_entry_that_changed_after_loading(tmp_path: Path) -> None:
    our_log = filled(tmp_path, 3)
    rewrite(tmp_path, EDITS["time"])
    with pytest.raises(IntegrityError, match="changed while it was read") as caught:
        our_log.proof(digest(0))
    assert caught.value.place == Place(FIRST, 1)


def rewrite(repository: Path, edit: Callable[[list[bytes]], list[bytes]], file: str = FIRST) -> None:
    path = repository / file
    path.write_bytes(b"".join(edit(path.read_bytes().splitlines(keepends=True))))


EDITS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "edited": lambda lines: [lines[0].replace(b"issued", b"revoked"), *lines[1:]],
    "time": lambda lines: [lines[0].replace(b"08:00:00", b"09:00:00"), *lines[1:]],
    "not canonical": lambda lines: [lines[0].replace(b":", b": ", 1), *lines[1:]],
    "no entry": lambda lines: [b"hello\n", *lines[1:]],
    "removed": lambda lines: lines[1:],
    "removed at the end": lambda lines: lines[:-1],
    "removed and filled up": lambda lines: [*lines[1:], *(line + b"\n" for line in issued([99]))],
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
    assert caught.value.place.file == FIRST
    assert "git checkout" in caught.value.hint
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("number", [0, 4096, 8192])
def test_a_file_of_a_long_log_that_was_changed_is_refused(tmp_path: Path, long_log: Path, name: str, number: int) -> None:
    shutil.copytree(long_log, tmp_path, dirs_exist_ok=True)
    rewrite(tmp_path, EDITS[name], log.path_of(number))
    with pytest.raises(IntegrityError) as caught:
        log.load(tmp_path, CONFIG)
    assert str(caught.value.place).startswith(log.FOLDER)


def test_the_first_bad_entry_is_named(tmp_path: Path, long_log: Path) -> None:
    shutil.copytree(long_log, tmp_path, dirs_exist_ok=True)
    rewrite(tmp_path, lambda lines: [*lines[:7], lines[7].replace(b"issued", b"issuee"), b"{}\n", *lines[9:]], log.path_of(5000))
    with pytest.raises(IntegrityError, match="entry 4103 of the log is not a log entry") as caught:
        log.load(tmp_path, CONFIG)
    assert str(caught.value.place) == "records/log/entries-0002.jsonl:8"
    rewrite(tmp_path, lambda lines: lines[:3], log.path_of(5000))
    with pytest.raises(IntegrityError, match="ends before entry 4099 of the log, which the checkpoint states") as caught:
        log.load(tmp_path, CONFIG)
    assert str(caught.value.place) == "records/log/entries-0002.jsonl:4"
    (tmp_path / log.path_of(5000)).unlink()
    for call in (lambda: log.load(tmp_path, CONFIG), lambda: list(log.entries(tmp_path))):
        with pytest.raises(IntegrityError, match="is missing") as caught:
            call()
        assert str(caught.value.place) == "records/log/entries-0002.jsonl"


def test_entries_behind_the_checkpoint_do_not_count(tmp_path: Path) -> None:
    filled(tmp_path, 5)
    rewrite(tmp_path, lambda lines: [*lines, *(line + b"\n" for line in issued([99])), b'{"event":"iss'])
    found = log.load(tmp_path, CONFIG)
    assert found.size == 5
    assert digest(99) not in found.issued
    assert list(log.entries(tmp_path)) == issued(range(5))
    assert log.append(tmp_path, CONFIG, KEYS, issued([5])) == 6
    assert (tmp_path / FIRST).read_bytes().splitlines() == issued(range(6))


def test_a_log_in_one_file_is_told_how_to_move(tmp_path: Path) -> None:
    our_log = filled(tmp_path, 5000)
    files = [(tmp_path / log.path_of(index)) for index in (0, 4096)]
    before = [path.read_bytes() for path in files]
    (tmp_path / "records/log.jsonl").write_bytes(b"".join(before))
    for path in (*files, tmp_path / "records/log/edge"):
        path.unlink()
    (tmp_path / "records/log").rmdir()
    with pytest.raises(IntegrityError, match="is the log of an older version") as caught:
        log.load(tmp_path, CONFIG)
    assert str(caught.value.place) == "records/log.jsonl"
    subprocess.run(["bash", "-ec", caught.value.hint.partition(": ")[2]], cwd=tmp_path, check=True)
    assert [path.read_bytes() for path in files] == before
    assert log.load(tmp_path, CONFIG).issued == our_log.issued


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
    our_log = filled(tmp_path, 3)
    with pytest.raises(IntegrityError, match=r"belongs to certificates\.example\.org/log, but issuer\.yml makes it localhost/log"):
        log.load(tmp_path, config(base_url="http://localhost"))
    with pytest.raises(IntegrityError, match="signed by none of the keys"):
        log.load(tmp_path, config(OTHER))
    assert log.load(tmp_path, two()).size == 3
    with pytest.raises(IntegrityError, match="signed by none of the keys"):
        log.load(tmp_path, two(use=["credentials", "status"]))
    point = checkpoint.Checkpoint(log.origin(CONFIG), 3, our_log.tree.root())
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
    for call in (lambda: log.load(tmp_path, CONFIG), lambda: log.append(tmp_path, CONFIG, KEYS, []), lambda: list(log.entries(tmp_path))):
        with pytest.raises(IntegrityError, match="is missing although certificates were issued"):
            call()
    (tmp_path / FIRST).unlink()
    assert log.load(tmp_path, CONFIG).size == 0
    (tmp_path / "records" / "batch").mkdir()
    (tmp_path / "records" / "batch" / "issued-0001.jsonl").touch()
    with pytest.raises(IntegrityError, match="is missing although"):
        log.load(tmp_path, CONFIG)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    (tmp_path / FIRST).unlink()
    (tmp_path / FIRST).mkdir()
    with pytest.raises(StorageError) as caught:
        log.load(tmp_path, CONFIG)
    assert str(caught.value.place) == FIRST


def test_every_record_that_the_log_names_must_be_there(tmp_path: Path) -> None:
    our_log = filled(tmp_path, 4)
    places = {number: Place("records/b/issued-0001.jsonl", number) for number in (0, 1, 2, 3, 99)}
    log.check_records(our_log, [(digest(number), places[number]) for number in (3, 2, 1, 0, 99)])
    message = r"2 record\(s\) that the log names are missing or were edited; the first is entry 1 of the log"
    with pytest.raises(IntegrityError, match=message) as caught:
        log.check_records(our_log, [(digest(0), places[0]), (digest(2), None)])
    assert str(caught.value.place) == f"{FIRST}:2"
    with pytest.raises(IntegrityError, match=message) as caught:
        log.check_records(our_log, [(digest(0), places[0]), (digest(77), places[1]), (digest(2), places[2])])
    assert caught.value.place == places[1]
