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


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of compiled things; without a folder nothing is kept. budget: what may be taken to draw what is not there; None for what any
    single drawing may take."""

    folder: Path | None = None
    budget: Budget | None = field(default=None, compare=False)

    def get(self, kind: str, key: str) -> bytes | None:
        """What was put under this kind and key; None if nothing was, or if the file is damaged or cannot be read."""
        path = self._path(kind, key)
        try:
            kept = b"" if path is None else path.read_bytes()
        except OSError:
            return None
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

    def _path(self, kind: str, key: str) -> Path | None:
        """kind, key: lower-case letters, digits and hyphens, because they become names of files."""
        for word in (kind, key):
            if not _WORD.fullmatch(word):
                raise ValueError(f"{word!r} is no name for what is kept")
        return None if self.folder is None else self.folder / kind / key
