"""Where the evidence beside a record comes from: a published site in a folder, or an issuing repository. Nothing is fetched."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

from issuer import credential, log, publication, records
from issuer.config import IssuerConfig
from issuer.errors import FormatError, Place, StorageError
from issuer.formats import did_web, strict_json
from issuer.records import Record
from issuer.verification import MAX_SIDE_BYTES, About


class Source(Protocol):
    """What a verifier asks."""

    @property
    def name(self) -> str:
        """What people call it."""

    def about_issuer(self) -> About:
        """What the issuer publishes about itself; None for what is not there."""

    def expected(self) -> str | None:
        """The DID of the issuer whose source this is."""

    def record(self, number: str) -> bytes | None:
        """record.json of a certificate. number: its id."""

    def proof(self, number: str) -> bytes | None:
        """The tlog-proof of a certificate."""

    def everything(self) -> Iterator[tuple[str, bytes, bytes | None]]:
        """Id, record.json and tlog-proof of every certificate."""


@dataclass(frozen=True)
class Site:
    """A published site. root: the folder that stands for the base URL."""

    root: Path

    @staticmethod
    def is_at(folder: Path) -> bool:
        """Whether folder is the root of a published site."""
        return (folder / publication.KEYS).is_file()

    @property
    def name(self) -> str:
        """What people call it."""
        return f"the site in {self.root}"

    def about_issuer(self) -> About:
        """What the issuer publishes about itself; None for what is not there."""
        expected = self.expected()
        return About(
            did=None if expected is None else read_bytes(self.root / did_web.document_path(expected)),
            keys=read_bytes(self.root / publication.KEYS),
            register=read_bytes(self.root / publication.REGISTER),
            checkpoint=read_bytes(self.root / "log/checkpoint"),
            lists={} if expected is None else self._lists(did_web.base_url(expected)),
        )

    def _lists(self, base: str) -> dict[str, bytes]:
        """Address of each status list → the list with the jcs proof."""
        found = {}
        for path in sorted((self.root / "status").glob("*.record.json")):
            data = read_bytes(path)
            if data is not None:
                found[f"{base}/status/{path.name.removesuffix('.record.json')}.json"] = data
        return found

    def expected(self) -> str | None:
        """The did:web that the site says it is."""
        try:
            value = strict_json.parse(read_bytes(self.root / publication.KEYS) or b"", max_bytes=1 << 20)
            did = value["did"]
            did_web.document_path(did)
        except (FormatError, KeyError, TypeError):
            return None
        return str(did)

    def record(self, number: str) -> bytes | None:
        """record.json of a certificate."""
        return read_bytes(self.root / "c" / number / publication.RECORD, strict_json.MAX_BYTES)

    def proof(self, number: str) -> bytes | None:
        """The tlog-proof of a certificate."""
        return read_bytes(self.root / "c" / number / publication.PROOF)

    def everything(self) -> Iterator[tuple[str, bytes, bytes | None]]:
        """Every certificate, by id. A folder without its record.json counts as an empty record, which is not valid."""
        for name in sorted(folder.name for folder in (self.root / "c").glob("*/")):
            yield name, self.record(name) or b"", self.proof(name)


@dataclass(frozen=True)
class Repository:
    """An issuing repository. root: the folder of issuer.yml."""

    root: Path
    config: IssuerConfig

    @property
    def name(self) -> str:
        """What people call it."""
        return f"the repository in {self.root}"

    @cached_property
    def _log(self) -> log.Log:
        return log.load(self.root, self.config)

    def about_issuer(self) -> About:
        """What the issuer would publish about itself."""
        files = dict(publication.issuer_files(self.root, self.config))
        lists = {
            f"{self.config.base_url}/{path.removesuffix('.record.json')}.json": data
            for path, data in files.items()
            if path.endswith(".record.json")
        }
        return About(
            did=publication.did_document(self.config),
            keys=files.get(publication.KEYS),
            register=files.get(publication.REGISTER),
            checkpoint=files.get("log/checkpoint"),
            lists=lists,
        )

    def expected(self) -> str | None:
        """The DID of issuer.yml."""
        return credential.did(self.config)

    def record(self, number: str) -> bytes | None:
        """record.json of the current record of a certificate."""
        found = _find(self.root, number)
        return None if found is None else found.record_json()

    def proof(self, number: str) -> bytes | None:
        """The tlog-proof of the current record, None if the log does not name it."""
        found = _find(self.root, number)
        return None if found is None else self._proof(found)

    def everything(self) -> Iterator[tuple[str, bytes, bytes | None]]:
        """Every current record, in the order of the records."""
        for record in records.current(self.root):
            yield record.id, record.record_json(), self._proof(record)

    def _proof(self, record: Record) -> bytes | None:
        digest = record.digest()
        return self._log.proof(digest) if digest in self._log.issued else None


def read_bytes(path: Path, most: int = MAX_SIDE_BYTES) -> bytes | None:
    """A file's bytes, None if there is no such file. most: of a longer one only so many and one more come, which is enough to refuse it.
    Raises StorageError if it cannot be read, or is no plain file: a pipe or a device may never end."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
            if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return stream.read(most + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        hint = "check what it is and who may read it"
        raise StorageError(f"cannot be read: {error.strerror}", place=Place(str(path)), hint=hint) from None
    raise StorageError("is no plain file", place=Place(str(path)), hint="save it as a file and name that")


@lru_cache(maxsize=4)
def _find(root: Path, number: str) -> Record | None:
    """The newest record of an id."""
    found: Record | None = None
    for record in records.read(root):
        if record.id == number:
            found = record
    return found
