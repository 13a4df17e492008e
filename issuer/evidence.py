"""Where the evidence beside a certificate comes from: a published site in a folder, or an issuing repository. Nothing is fetched."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

from issuer import chronicle, credential, log, publication, records
from issuer.config import IssuerConfig
from issuer.errors import FormatError, IntegrityError, Place, StorageError, UsageError
from issuer.formats import did_web, strict_json
from issuer.records import Record
from issuer.verification import MAX_SIDE_BYTES, About, History

FOR_US = ".record.json"
"""How the name of a status list ends that carries the jcs proof; its own address ends with .json."""
CHECKPOINT = "log/checkpoint"
MAX_DOCUMENT_BYTES = 1 << 18
"""DID document, keys.json, checkpoint, tlog-proof."""
MAX_LIST_BYTES = 1 << 20
"""A status list; one of 131,072 random bits has 22 kilobytes."""
_MAX_LISTS = 64


class Source(Protocol):
    """What a verifier asks."""

    @property
    def name(self) -> str:
        """What people call it."""

    def about_issuer(self, certificate: bytes = b"") -> About:
        """What the issuer publishes about itself; None for what is not there. certificate: the one that it is for, which names the status
        lists to be fetched; a folder gives all that it has."""

    def expected(self) -> str | None:
        """The DID of the issuer whose source this is."""

    def record(self, number: str, at: dt.datetime | None = None) -> bytes | None:
        """record.json of a certificate. number: its id; at: as it was at that moment, if older versions are at hand."""

    def proof(self, number: str) -> bytes | None:
        """The tlog-proof of the current record.json."""

    def proof_of(self, digest: str) -> bytes | None:
        """The tlog-proof of a record, current or not, None if the log does not name it. digest: SHA-256 of its record.json, hex.
        Raises as `history` does."""

    def everything(self) -> Iterator[tuple[str, bytes, bytes | None]]:
        """Id, record.json and tlog-proof of every certificate."""

    def history(self, digest: str, at: dt.datetime) -> History:
        """What the log says of a record. digest: SHA-256 of its record.json, hex. Raises IssuerError if the whole log is not at hand, or
        is not that of the checkpoint."""


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

    def about_issuer(self, certificate: bytes = b"") -> About:  # noqa: ARG002 - all lists of the folder
        """What the issuer publishes about itself; None for what is not there. Read once."""
        return self._about

    @cached_property
    def _about(self) -> About:
        expected = self.expected()
        return About(
            did=None if expected is None else self._read(did_web.document_path(expected)),
            keys=self._read(publication.KEYS),
            register=read_bytes(self.root / publication.REGISTER),
            checkpoint=self._read(CHECKPOINT),
            lists={} if expected is None else self._lists(did_web.base_url(expected)),
        )

    def expected(self) -> str | None:
        """The did:web that the site says it is."""
        try:
            did = strict_json.parse(self._read(publication.KEYS) or b"", max_bytes=MAX_DOCUMENT_BYTES)["did"]
            did_web.document_path(did)
        except (FormatError, KeyError, TypeError):
            return None
        return str(did)

    def record(self, number: str, at: dt.datetime | None = None) -> bytes | None:  # noqa: ARG002 - a site has no older versions
        """record.json of a certificate."""
        return self._read(f"c/{number}/{publication.RECORD}", strict_json.MAX_BYTES)

    def proof(self, number: str) -> bytes | None:
        """The tlog-proof of a certificate."""
        return self._read(f"c/{number}/{publication.PROOF}")

    def proof_of(self, digest: str) -> bytes | None:
        """The tlog-proof of a record, made from the tiles of the site."""
        issued = next((event for event in self._chronicle.get(digest, ()) if event.kind in ("issued", "corrected")), None)
        if issued is None:
            return None
        try:
            return chronicle.proof(self._note, self._in_log, issued.index)
        except FormatError as error:
            raise IntegrityError(error.message, place=Place("log/tile"), hint="fetch the whole site again") from None

    def everything(self) -> Iterator[tuple[str, bytes, bytes | None]]:
        """Every certificate, by id. A folder without its record.json counts as an empty record, which is not valid."""
        yield from self.certificates(self.numbers())

    def certificates(self, numbers: Iterable[str]) -> Iterator[tuple[str, bytes, bytes | None]]:
        """Those with these ids, in that order."""
        for number in numbers:
            yield number, self.record(number) or b"", self.proof(number)

    def numbers(self) -> list[str]:
        """The id of every certificate, in order."""
        try:
            with os.scandir(self.root / "c") as found:
                return sorted(entry.name for entry in found if entry.is_dir())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def history(self, digest: str, at: dt.datetime) -> History:
        """What the log says of a record, from the entry bundles of the site under its checkpoint."""
        return chronicle.history(self._chronicle, digest, at)

    @cached_property
    def _note(self) -> bytes:
        note = self._read(CHECKPOINT)
        if note is None:
            raise UsageError(
                "is missing: this copy of the site has no log", place=Place(CHECKPOINT), hint="--as-of needs a copy of the whole site"
            )
        return note

    @cached_property
    def _chronicle(self) -> chronicle.Chronicle:
        return chronicle.read(chronicle.published(self._note, self._in_log))

    def _in_log(self, path: str) -> bytes | None:
        return self._read(f"log/{path}", chronicle.MAX_BUNDLE_BYTES)

    def _lists(self, base: str) -> dict[str, bytes]:
        """Address of each status list → the list with the jcs proof."""
        found = {}
        for path in sorted((self.root / "status").glob(f"*{FOR_US}"))[:_MAX_LISTS]:
            data = read_bytes(path, MAX_LIST_BYTES)
            if data is not None:
                found[f"{base}/status/{path.name.removesuffix(FOR_US)}.json"] = data
        return found

    def _read(self, path: str, most: int = MAX_DOCUMENT_BYTES) -> bytes | None:
        return read_bytes(self.root / path, most)


@dataclass(frozen=True)
class Repository:
    """An issuing repository. root: the folder of issuer.yml."""

    root: Path
    config: IssuerConfig

    @property
    def name(self) -> str:
        """What people call it."""
        return f"the repository in {self.root}"

    def about_issuer(self, certificate: bytes = b"") -> About:  # noqa: ARG002 - all lists of the repository
        """What the issuer would publish about itself. Read once."""
        return self._about

    @cached_property
    def _about(self) -> About:
        files = dict(publication.issuer_files(self.root, self.config))
        lists = {f"{self.config.base_url}/{path.removesuffix(FOR_US)}.json": data for path, data in files.items() if path.endswith(FOR_US)}
        return About(
            did=publication.did_document(self.config),
            keys=files.get(publication.KEYS),
            register=files.get(publication.REGISTER),
            checkpoint=files.get(CHECKPOINT),
            lists=lists,
        )

    def expected(self) -> str | None:
        """The DID of issuer.yml."""
        return credential.did(self.config)

    def record(self, number: str, at: dt.datetime | None = None) -> bytes | None:
        """record.json of a certificate: the current version, or the newest that was logged at a moment, else the first."""
        found = self._version(number, at)
        return None if found is None else found.record_json()

    def proof(self, number: str) -> bytes | None:
        """The tlog-proof of the current record, None if the log does not name it."""
        found = self._version(number, None)
        return None if found is None else self.proof_of(found.digest())

    def proof_of(self, digest: str) -> bytes | None:
        """The tlog-proof of a record."""
        return self._log.proof(digest) if digest in self._log.issued else None

    def everything(self) -> Iterator[tuple[str, bytes, bytes | None]]:
        """Every current record, in the order of the records."""
        for record in records.current(self.root):
            yield record.id, record.record_json(), self.proof_of(record.digest())

    def history(self, digest: str, at: dt.datetime) -> History:
        """What the log says of a record."""
        return chronicle.history(self._chronicle, digest, at)

    @cached_property
    def _log(self) -> log.Log:
        return log.load(self.root, self.config)

    @cached_property
    def _chronicle(self) -> chronicle.Chronicle:
        return chronicle.read(log.entries(self.root, 0, self._log.size))

    @cached_property
    def _versions(self) -> Callable[[str], tuple[Record, ...]]:
        """All records of an id, the oldest first; the last few are remembered."""
        return lru_cache(maxsize=4)(lambda number: tuple(record for record in records.read(self.root) if record.id == number))

    def _version(self, number: str, at: dt.datetime | None) -> Record | None:
        versions = self._versions(number)
        if at is None or not versions:
            return versions[-1] if versions else None
        logged = [version for version in versions if any(event.time <= at for event in self.history(version.digest(), at).entries)]
        return logged[-1] if logged else versions[0]


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
