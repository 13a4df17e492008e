"""Writing so that a kill or a full disk leaves the old file or the new one, never a half."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from issuer.errors import Place, StorageError


def write(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Put data at path: temporary file beside it, fsync, rename, fsync of the folder. mode: who may read it, as for chmod.
    Raises StorageError; path is then as before."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    except OSError as error:
        raise _storage(path, error) from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise _storage(path, error) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def put(path: Path, data: bytes) -> None:
    """Put data that can be made again at path: whole or not there, but not worth an fsync. Raises StorageError; path is then as before."""
    with growing(path) as stream:
        stream.write(data)


@contextmanager
def growing(path: Path) -> Iterator[BinaryIO]:
    """A file to write bit by bit, with the promise of `put`: it stands at path when the block ends. Any error in the block leaves path as
    it was; an OSError is raised as StorageError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as stream:
            yield stream
        temporary.replace(path)
    except OSError as error:
        raise _storage(path, error) from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def read(path: Path, *, shown_as: str | None = None) -> bytes | None:
    """What path holds, None if there is no such file. shown_as: the path to print in errors. Raises StorageError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        hint = "check what it is and who may read it"
        raise StorageError(f"cannot be read: {_reason(error)}", place=Place(shown_as or str(path)), hint=hint) from None


def append(path: Path, data: bytes) -> None:
    """Put data behind what path holds, with the promise of `write`. Raises StorageError."""
    write(path, (read(path) or b"") + data)


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the folder for one writer at a time; a second one waits. No lock file is left behind. Raises StorageError."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _storage(folder, error) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            raise _storage(folder, error) from None
        yield
    finally:
        os.close(handle)


def require_space(folder: Path, size: int) -> None:
    """Refuse before anything is written if the disk has less than size bytes free. Raises StorageError."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise _storage(folder, error) from None
    if free < size:
        message = f"needs {_megabytes(size)} of free disk, and there are {_megabytes(free)}"
        raise StorageError(message, place=Place(str(folder)), hint="free some space and run the command again; nothing was written")


@contextmanager
def undone_on_failure(folder: Path, patterns: tuple[str, ...]) -> Iterator[None]:
    """If the block raises StorageError, take back what it appended to the files below folder that match the patterns, and those that
    it made. Only for files that grow: one that was replaced by another content stays as it is."""
    before = {path: path.stat().st_size for path in _matching(folder, patterns)}
    folders = {path for path in folder.rglob("*") if path.is_dir()}
    try:
        yield
    except StorageError:
        for path in _matching(folder, patterns):
            with suppress(OSError):
                if path not in before:
                    path.unlink()
                elif path.stat().st_size > before[path]:
                    os.truncate(path, before[path])
        for path in sorted(folder.rglob("*"), reverse=True):
            if path.is_dir() and path not in folders:
                with suppress(OSError):
                    path.rmdir()  # only if nothing is in it
        raise


def _matching(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return [path for pattern in patterns for path in folder.glob(pattern) if path.is_file()]


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def sync_folder(folder: Path) -> None:
    """So that a new file's name is on the disk too. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _storage(path: Path, error: OSError) -> StorageError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    hint = "free some space and run the command again" if full else "check that the folder exists and that you may write there"
    return StorageError(f"cannot be written: {_reason(error)}", place=Place(str(path)), hint=hint)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
