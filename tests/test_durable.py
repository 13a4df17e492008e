"""A kill or a full disk leaves the old file or the new one."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from issuer import durable
from issuer.errors import StorageError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def tiny_disk(folder: Path) -> Iterator[Path]:
    """A file system of 64 KiB, where the machine lets us mount one; else the writing calls fail as they would on it."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False)
    if done.returncode:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))
            yield folder
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_write_read_append(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    assert durable.read(path) is None
    durable.write(path, b"one\n")
    assert durable.read(path) == b"one\n"
    durable.append(path, b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"
    assert path.stat().st_mode & 0o777 == 0o644
    durable.append(path.with_name("new"), b"first")
    assert names(path.parent) == ["file", "new"]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    path = tmp_path / "file"
    durable.write(path, b"old")

    def fail(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        if call == "replace":
            patch.setattr(Path, "replace", fail)
        for write in (durable.write, durable.append):
            with pytest.raises(StorageError, match="No space left") as caught:
                write(path, b"new")
            assert caught.value.hint == "free some space and run the command again"
            assert caught.value.exit_code == 3
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_full_disk(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk") as folder:
        path = folder / "file"
        if os.path.ismount(folder):
            durable.write(path, b"old")
        with pytest.raises(StorageError, match="cannot be written: No space left on device") as caught:
            durable.write(path, bytes(1 << 20))
        assert "space" in caught.value.hint
        assert durable.read(path) == (b"old" if os.path.ismount(folder) else None)
        assert names(folder) in (["file"], [])


def test_a_kill_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    durable.write(path, b"old")
    program = (
        "import os, sys; from pathlib import Path; from issuer import durable; "
        "os.fsync = lambda _: os._exit(9); durable.write(Path(sys.argv[1]), b'new')"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert done.returncode == 9
    assert path.read_bytes() == b"old"


def test_what_cannot_be_read_or_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    calls: tuple[Callable[[], object], ...] = (
        lambda: durable.read(tmp_path, shown_as="records/x"),
        lambda: durable.write(tmp_path / "file" / "below", b""),
        lambda: durable.append(tmp_path, b""),
        lambda: durable.exclusive(tmp_path / "missing").__enter__(),
        lambda: durable.exclusive(tmp_path / "file").__enter__(),
    )
    for call in calls:
        with pytest.raises(StorageError) as caught:
            call()
        assert caught.value.place is not None
        assert caught.value.hint
    assert names(tmp_path) == ["file"]


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        inside.wait()
        with durable.exclusive(tmp_path):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with durable.exclusive(tmp_path):
        inside.set()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert names(tmp_path) == []


def test_errors_of_the_body_are_not_ours(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="mine"), durable.exclusive(tmp_path):
        raise OSError("mine")
    with durable.exclusive(tmp_path):
        pass


def test_a_failed_block_is_undone(tmp_path: Path) -> None:
    (tmp_path / "grows").write_bytes(b"before")
    (tmp_path / "stays").write_bytes(b"before")

    def fail() -> None:
        with durable.undone_on_failure(tmp_path, ("grows", "*/new")):
            durable.append(tmp_path / "grows", b" and after")
            durable.write(tmp_path / "folder" / "new", b"new")
            (tmp_path / "another").write_bytes(b"a person's")
            raise StorageError("the disk is full")

    with pytest.raises(StorageError, match="full"):
        fail()
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")} == {"grows", "stays", "another"}
    assert (tmp_path / "grows").read_bytes() == b"before"
    with durable.undone_on_failure(tmp_path, ("grows",)):
        durable.append(tmp_path / "grows", b" and after")
    assert (tmp_path / "grows").read_bytes() == b"before and after"


def test_too_little_space_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    durable.require_space(tmp_path, 1)
    with pytest.raises(StorageError, match=r"needs 1000000000000\.0 MB of free disk") as caught:
        durable.require_space(tmp_path, 10**18)
    assert caught.value.exit_code == 3
    assert caught.value.hint
