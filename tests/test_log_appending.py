"""Appending to the log: what is read and written, and what is left by a run that was killed."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from issuer import log
from issuer.errors import FormatError, IntegrityError, KeyUnusableError, StorageError
from issuer.formats import multikey, signed_note
from issuer.log import storage
from issuer.signing import Keys
from tests.credentials import KEY, NOW, OTHER, config
from tests.sample_log import CONFIG, KEYS, digest, filled, issued, two

EDGE = storage.EDGE

TOUCHED = """
import sys
from pathlib import Path
from issuer import log
from tests.sample_log import CONFIG, KEYS, issued

touched = set()

def note(event, arguments):
    if event in ("open", "os.rename", "os.remove", "os.listdir", "os.scandir"):
        touched.update(str(path) for path in arguments[:2] if str(path).startswith(sys.argv[1] + "/") and Path(str(path)).suffix != ".tmp")

added = issued(range(100_000, 100_100))
sys.addaudithook(note)
log.append(Path(sys.argv[1]), CONFIG, KEYS, added)
print(*sorted({Path(path).relative_to(sys.argv[1]).as_posix() for path in touched if not Path(path).is_dir()}))
"""


def files(repository: Path) -> dict[str, bytes]:
    return {path.relative_to(repository).as_posix(): path.read_bytes() for path in sorted(repository.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(("size", "expected"), [(5_000, [2]), (20_000, [5]), (20_450, [5, 6])])
def test_appending_touches_the_same_few_files_whatever_the_size(tmp_path: Path, size: int, expected: list[int]) -> None:
    filled(tmp_path, size)
    done = subprocess.run([sys.executable, "-c", TOUCHED, str(tmp_path)], capture_output=True, text=True, check=True)
    names = [f"records/log/entries-{number:04d}.jsonl" for number in expected]
    assert done.stdout.split() == ["records/checkpoint", EDGE, *names]
    assert log.load(tmp_path, CONFIG).size == size + 100


def test_many_small_appends_make_the_same_bytes_as_one(tmp_path: Path) -> None:
    filled(tmp_path / "one", 9000)
    draw, size = random.Random(5), 0  # noqa: S311 - the same groups in every run
    while size < 9000:
        count = min(draw.choice([1, 2, 90, 4095, 4096, 4097]), 9000 - size)
        assert log.append(tmp_path / "many", CONFIG, KEYS, issued(range(size, size + count))) == size + count
        size += count
    assert files(tmp_path / "many") == files(tmp_path / "one")


@pytest.mark.parametrize("edge", ["gone", "behind", "empty", "garbage", "of another log", "ahead", "wrong hash", "too many"])
def test_an_edge_that_does_not_fit_is_made_again(tmp_path: Path, edge: str) -> None:
    filled(tmp_path / "good", 4200)
    filled(tmp_path / "odd", 4100)
    older = (tmp_path / "odd" / EDGE).read_bytes()
    log.append(tmp_path / "odd", CONFIG, KEYS, issued(range(4100, 4200)))
    right = (tmp_path / "odd" / EDGE).read_bytes()
    filled(tmp_path / "other", 2)
    log.append(tmp_path / "other", CONFIG, KEYS, issued(range(7, 7 + 4198)))
    filled(tmp_path / "longer", 5000)
    odd = {
        "gone": None,
        "behind": older,
        "empty": b"",
        "garbage": b"4200\n\xff\n",
        "of another log": (tmp_path / "other" / EDGE).read_bytes(),
        "ahead": (tmp_path / "longer" / EDGE).read_bytes(),
        "wrong hash": right.replace(right[10:11], b"A" if right[10:11] != b"A" else b"B"),
        "too many": right + right.splitlines(keepends=True)[1],
    }[edge]
    if odd is None:
        (tmp_path / "odd" / EDGE).unlink()
    else:
        assert odd != right
        (tmp_path / "odd" / EDGE).write_bytes(odd)
    for repository in (tmp_path / "good", tmp_path / "odd"):
        log.append(repository, CONFIG, KEYS, issued([9999]))
    assert files(tmp_path / "odd") == files(tmp_path / "good")


def test_entries_that_do_not_fit_the_checkpoint_are_not_continued(tmp_path: Path) -> None:
    """Without the edge all entries are read, and compared with the checkpoint; with it the last file, which must hold what it states."""
    filled(tmp_path, 4200)
    first = tmp_path / log.path_of(0)
    first.write_bytes(first.read_bytes().replace(b"08:00:00", b"09:00:00", 1))
    (tmp_path / EDGE).unlink()
    before = files(tmp_path)
    with pytest.raises(IntegrityError, match="does not match the checkpoint"):
        log.append(tmp_path, CONFIG, KEYS, issued([9999]))
    assert files(tmp_path) == before


def test_a_last_file_that_is_too_short_is_not_continued(tmp_path: Path) -> None:
    filled(tmp_path, 4200)
    last = tmp_path / log.path_of(4199)
    last.write_bytes(b"".join(last.read_bytes().splitlines(keepends=True)[:-1]))
    before = files(tmp_path)
    with pytest.raises(IntegrityError, match="ends before entry 4199"):
        log.append(tmp_path, CONFIG, KEYS, issued([9999]))
    assert files(tmp_path) == before


def test_a_run_that_was_killed_is_completed(tmp_path: Path) -> None:
    """Killed behind the first file of entries, behind the second, behind the checkpoint: each leaves what the next run goes on from."""
    filled(tmp_path / "before", 4000)
    shutil.copytree(tmp_path / "before", tmp_path / "after")
    added = issued(range(4000, 4300))
    log.append(tmp_path / "after", CONFIG, KEYS, added)
    order = [log.path_of(4000), log.path_of(4200), log.CHECKPOINT, EDGE]
    for written in range(len(order)):
        killed = tmp_path / f"killed {written}"
        shutil.copytree(tmp_path / "before", killed)
        for name in order[:written]:
            shutil.copyfile(tmp_path / "after" / name, killed / name)
        size = log.load(killed, CONFIG).size
        assert size == (4300 if log.CHECKPOINT in order[:written] else 4000)
        log.append(killed, CONFIG, KEYS, added if size == 4000 else [])
        log.append(killed, CONFIG, KEYS, issued([9999]))
        assert log.load(killed, CONFIG).size == 4301
        fewer = tmp_path / f"fewer {written}"
        if log.CHECKPOINT not in order[:written]:
            shutil.copytree(tmp_path / "before", fewer)
            for name in order[:written]:
                shutil.copyfile(tmp_path / "after" / name, fewer / name)
            assert log.append(fewer, CONFIG, KEYS, issued([7])) == 4001
            assert list(log.entries(fewer))[-1:] == issued([7])
            assert log.append(fewer, CONFIG, KEYS, issued(range(100))) == 4101
            assert log.load(fewer, CONFIG).size == 4101


def test_nothing_to_add_writes_nothing(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    stamps = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert log.append(tmp_path, CONFIG, KEYS, []) == 3
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == stamps


def test_a_new_key_signs_the_checkpoint_even_if_nothing_is_added(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    settings = two()
    assert log.append(tmp_path, settings, Keys(settings, [OTHER]), []) == 3
    note = signed_note.parse((tmp_path / log.CHECKPOINT).read_bytes())
    assert signed_note.verify(note, log.origin(CONFIG), multikey.decode_public(OTHER.public))
    assert log.load(tmp_path, settings).size == 3
    assert log.append(tmp_path, settings, Keys(settings, [OTHER]), issued([3])) == 4


def test_a_key_whose_window_has_not_begun_is_refused(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    early = config(KEY, start=3)
    log.start(tmp_path, early, Keys(early, [KEY]))
    before = files(tmp_path)
    late = config(KEY, start=4)
    for call in (
        lambda: log.start(tmp_path, late, Keys(late, [KEY])),
        lambda: log.append(tmp_path, late, Keys(late, [KEY]), issued([3])),
        lambda: log.append(tmp_path, late, Keys(late, [KEY]), [log.entry("corrected", NOW, record=digest(3), replaces=digest(2))]),
    ):
        with pytest.raises(KeyUnusableError, match="may not sign log entry 3") as caught:
            call()
        assert caught.value.hint
    assert files(tmp_path) == before
    about_key = log.entry("key-added", NOW, key=KEY.public, use=["credentials", "log", "status"])
    assert log.append(tmp_path, late, Keys(late, [KEY]), [about_key, *issued([3])]) == 5
    with pytest.raises(KeyUnusableError, match="may not sign log entry 0"):
        log.start(tmp_path / "new", late, Keys(late, [KEY]))
    assert not (tmp_path / "new").exists()


def test_a_revocation_needs_no_key_for_credentials(tmp_path: Path) -> None:
    """Only what is issued or corrected has a signature of that key: the others are signed by the checkpoint."""
    filled(tmp_path, 1)
    settings = two(until=1)
    only_log = type(settings).model_validate(
        {
            **settings.model_dump(by_alias=True),
            "keys": [
                {"key": KEY.public, "from": 0, "until": 1},
                {"key": OTHER.public, "from": 1, "use": ["log", "status"]},
            ],
        }
    )
    keys = Keys(only_log, [OTHER])
    assert log.append(tmp_path, only_log, keys, [log.entry("revoked", NOW, record=digest(0))]) == 2
    with pytest.raises(KeyUnusableError):
        log.append(tmp_path, only_log, keys, issued([1]))


def test_what_is_no_entry_is_not_appended(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    before = files(tmp_path)
    for bad in (b"{}", issued([1])[0] + b"\n", b""):
        with pytest.raises(FormatError):
            log.append(tmp_path, CONFIG, KEYS, [*issued([2]), bad])
    assert files(tmp_path) == before


def test_a_disk_that_takes_nothing_leaves_the_old_log(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    shutil.rmtree(tmp_path / log.FOLDER)
    (tmp_path / log.FOLDER).touch()
    with pytest.raises((StorageError, IntegrityError)):
        log.append(tmp_path, CONFIG, KEYS, issued([3]))
