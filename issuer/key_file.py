"""Secret keys in files: only their owner may read them, and they lie outside every issuing repository."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from issuer.config import ISSUER_YML
from issuer.errors import KeyUnusableError, Place, StorageError

MAX_BYTES = 16 * 1024


def read(name: str, repository: Path, *, hint: str) -> str:
    """The text of a key file. name: its path, as the user wrote it; repository: the tree that must not hold it; hint: what to do if it
    cannot be read. Raises KeyUnusableError."""
    path = Path(name).expanduser().resolve()
    if path.is_relative_to(repository.resolve()):
        raise KeyUnusableError(
            "lies inside the repository", place=Place(name), hint="move it out: a secret key is never committed, not even by accident"
        )
    try:
        with path.open("rb") as stream:
            if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                raise KeyUnusableError("can be read by others", place=Place(name), hint=f"chmod 600 {name}")
            data = stream.read(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                raise KeyUnusableError("does not hold a secret key: it is too large", place=Place(name), hint=hint)
            return data.decode("utf-8")
    except OSError as error:
        raise KeyUnusableError(f"cannot be read: {error.strerror}", place=Place(name), hint=hint) from None
    except UnicodeDecodeError:
        raise KeyUnusableError("does not hold a secret key: it is not a text", place=Place(name), hint=hint) from None


def refuse_inside(path: Path) -> None:
    """Raises KeyUnusableError if path lies inside an issuing repository."""
    for folder in path.resolve().parents:
        if (folder / ISSUER_YML).is_file():
            raise KeyUnusableError(
                "lies inside the issuing repository", place=Place(str(path)), hint="choose a folder outside it, such as ~/.config/issuer/"
            )


def store(path: Path, text: str) -> None:
    """Write a new file that only its owner can read (mode 600). Raises KeyUnusableError inside an issuing repository, StorageError, also
    if the file exists."""
    refuse_inside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = _create(path)
        try:
            with os.fdopen(handle, "w") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
    except OSError as error:
        hint = "check that the folder exists and that you may write there"
        raise StorageError(f"cannot be written: {error.strerror}", place=Place(str(path)), hint=hint) from None


def _create(path: Path) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise StorageError("exists already", place=Place(str(path)), hint="keys are never overwritten: choose another file") from None
