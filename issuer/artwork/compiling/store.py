"""What was compiled once and is kept, by kind and by the content that it was made of. It may be deleted at any time."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from issuer.artwork.compiling.budget import Budget

_WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_SUM = hashlib.sha256().digest_size
_MOST = 256 << 20  # some hundred templates


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of compiled things; without a folder nothing is kept. most: bytes of all of them; what was not used for longest makes room,
    so that a template that is saved again and again does not fill the disk. Several processes may use the folder at the same time.
    budget: what may be taken to draw what is not there; None for what any single drawing may take."""

    folder: Path | None = None
    most: int = _MOST
    budget: Budget | None = field(default=None, compare=False)

    def get(self, kind: str, key: str) -> bytes | None:
        """What was put under this kind and key; None if nothing was, or if the file is damaged or cannot be read."""
        path = self._path(kind, key)
        try:
            kept = b"" if path is None else path.read_bytes()
        except OSError:
            return None
        if path is not None:
            with suppress(OSError):
                os.utime(path)  # used now
        data = kept[_SUM:]
        return data if hashlib.sha256(data).digest() == kept[:_SUM] else None

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Keep data under kind and key, whole or not at all. A folder that is full or may not be written keeps nothing: no error."""
        path = self._path(kind, key)
        if path is None:
            return
        temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(hashlib.sha256(data).digest() + data)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
        self._make_room(path.parent.parent)

    def _make_room(self, folder: Path) -> None:
        """Another process may use, add and remove files meanwhile: one that is gone is none, and what went in vain is compiled again."""
        found = []
        for path in folder.glob("*/*"):
            with suppress(OSError):
                about = path.stat()
                found.append((about.st_mtime_ns, about.st_size, path))
        spare = self.most - sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if spare >= 0:
                return
            with suppress(OSError):
                path.unlink(missing_ok=True)
                spare += size

    def _path(self, kind: str, key: str) -> Path | None:
        """kind, key: lower-case letters, digits and hyphens, because they become names of files."""
        for word in (kind, key):
            if not _WORD.fullmatch(word):
                raise ValueError(f"{word!r} is no name for what is kept")
        return None if self.folder is None else self.folder / kind / key
