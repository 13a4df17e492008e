"""Writing so that a kill or a full disk leaves the old file or the new one, never a half."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from issuer.errors import Place, StorageError


def write(path: Path, data: bytes) -> None:
    """Put data at path: temporary file in the same folder, fsync, rename, fsync of the folder. Raises StorageError; path is then as before."""
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
        temporary.chmod(0o644)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise _storage(path, error) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def append(path: Path, data: bytes) -> None:
    """Put data behind what path holds, with the promise of `write`. Raises StorageError."""
    try:
        before = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise _storage(path, error) from None
    write(path, before + data)


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the folder for one writer at a time; a second one waits. No lock file is left behind. Raises StorageError."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise _storage(folder, error) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _storage(path: Path, error: OSError) -> StorageError:
    hint = "free some space and run the command again" if error.errno == 28 else "check that the folder exists and that you may write there"
    return StorageError(f"cannot be written: {error.strerror}", place=Place(str(path)), hint=hint)
