"""The folder of drawings: each under the key of what it was drawn from, and the SHA-256 of its bytes.

A site shares these files (a link takes a tenth of the time of a copy), so whoever edits a file of the site edits it here; and nothing
waits for the disk, so a power cut can leave an empty file under a good name. Neither does harm: a file whose bytes are not those that
its name says counts as none.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from issuer import durable

_NAME = re.compile(r"(?P<key>[0-9a-f]{64})\.(?P<sum>[0-9a-f]{64})\.(?P<ending>[a-z.]+)")


@dataclass(frozen=True, slots=True)
class Kept:
    """folder: where the drawings are. Its names are read once: what is put there later is not found. key: 64 hexadecimal digits;
    ending: svg, or card.png."""

    folder: Path
    _names: dict[str, list[str]] = field(default_factory=dict)

    def path(self, key: str, ending: str) -> Path | None:
        """The file of a drawing by its name, None if there is none. Nothing is known of its bytes."""
        return next(self._named(key, ending), None)

    def whole(self, key: str, ending: str) -> tuple[Path, bytes] | None:
        """The file of a drawing and its bytes; None if there is none whose bytes are those that were put there."""
        for path in self._named(key, ending):
            with suppress(OSError):
                data = path.read_bytes()
                if hashlib.sha256(data).hexdigest() == path.name.split(".")[1]:
                    return path, data
        return None

    def put(self, key: str, ending: str, data: bytes) -> Path:
        """Keep a drawing. Returns its file. Raises StorageError."""
        path = self.folder / key[:2] / f"{key}.{hashlib.sha256(data).hexdigest()}.{ending}"
        durable.put(path, data)
        return path

    def prune(self, keep: set[str]) -> None:
        """Remove every file but the drawings under these keys."""
        for path in self.folder.glob("??/*"):
            found = _NAME.fullmatch(path.name)
            if found is None or found["key"] not in keep:
                with suppress(OSError):
                    path.unlink()

    def _named(self, key: str, ending: str) -> Iterator[Path]:
        parent = self.folder / key[:2]
        if key[:2] not in self._names:
            self._names[key[:2]] = sorted(path.name for path in parent.iterdir()) if parent.is_dir() else []
        names = self._names[key[:2]]
        for name in islice(names, bisect_left(names, key), None):
            if not name.startswith(key):
                return
            found = _NAME.fullmatch(name)
            if found and found["ending"] == ending:
                yield parent / name
