"""The journal of what happened to each mail: `records/<batch>/deliveries.jsonl`, append only, without any address.

One line is one RFC 8785 object:
{"attempt":1,"code":250,"id":"0x…","message_id":"<c.0x….9f86d081884c7d65@certificates.example.org>","phase":"end","reply":"2.0.0 Ok",
"revision":"9f86d081884c7d65…","state":"sent","time":"2026-06-01T08:00:00Z"}

A line with state `sending` is on the disk before the end of a message is given to the server. Whoever finds it as the last word on a
message knows that the sender was stopped between the end and the answer: the message may have been taken, so its state is `unknown`,
and it is not sent again without being asked for.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import fcntl
import io
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Self, get_args

from issuer import durable
from issuer.errors import FormatError, IntegrityError, Place, StorageError
from issuer.formats import jcs, strict_json, timestamp

State = Literal["sending", "sent", "deferred", "failed", "unknown", "bounced"]
Phase = Literal["mail", "rcpt", "data", "content", "end"]

MAX_REPLY = 200
_MAX_READ = 1000
_ADDRESS = re.compile(r"""(?:"[^"]*"|[^\s<>()\[\]:;,"']+)@(?:\[[^\]\s]*\]|[^\s<>()\[\];,"']+)""")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What happened to one message once. attempt: from 1; code: the server's, 200 to 599, None without an answer; time: aware, UTC."""

    id: str
    revision: str
    message_id: str
    state: State
    phase: Phase
    time: dt.datetime
    attempt: int
    code: int | None = None
    reply: str = ""

    def line(self) -> bytes:
        """The line of the journal, with its newline."""
        data = {
            "attempt": self.attempt,
            "id": self.id,
            "message_id": self.message_id,
            "phase": self.phase,
            "reply": self.reply,
            "revision": self.revision,
            "state": self.state,
            "time": timestamp.serialise(self.time),
        }
        return jcs.canonical(data if self.code is None else data | {"code": self.code}) + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Delivery:
        """Read a line without its newline. Raises FormatError."""
        value = strict_json.parse(line)
        if not isinstance(value, dict):
            raise FormatError("is not a JSON object")
        code = value.get("code")
        if code is not None and (type(code) is not int or not 200 <= code <= 599):
            raise FormatError('"code" is not the code of an answer')
        if type(value.get("attempt")) is not int or value["attempt"] < 1:
            raise FormatError('"attempt" is not a number from 1')
        return cls(
            id=_text(value, "id"),
            revision=_text(value, "revision"),
            message_id=_text(value, "message_id"),
            state=_one_of(value, "state", get_args(State)),
            phase=_one_of(value, "phase", get_args(Phase)),
            time=timestamp.parse(_text(value, "time")),
            attempt=value["attempt"],
            code=code,
            reply=_text(value, "reply"),
        )


class Journal:
    """deliveries.jsonl in memory and on the disk. Reading takes no lock; the first append does, and holds it until `close`.

    torn: how many bytes of an unfinished last line were found; they count for nothing and are cut by the next append.
    """

    def __init__(self, path: Path, data: bytes, latest: dict[tuple[str, str], Delivery], good: int) -> None:
        self.path = path
        self.torn = len(data) - good
        self._latest = latest
        self._seen = len(data)
        self._good = good
        self._ends_open = good > 0 and not data[:good].endswith(b"\n")
        self._handle: int | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the journal; no file is an empty journal. Raises StorageError, and IntegrityError for a broken line before the last."""
        try:
            data = path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise _storage(path, error) from None
        latest: dict[tuple[str, str], Delivery] = {}
        good = 0
        for number, line in enumerate(io.BytesIO(data), 1):
            try:
                delivery = Delivery.from_line(line.rstrip(b"\n"))
            except FormatError as error:
                if not line.endswith(b"\n"):
                    break  # only the last line can be without its end: a writer was killed in the middle of it
                hint = "restore the file from Git: it is written by `issuer send` only"
                raise IntegrityError(str(error), place=Place(str(path), number), hint=hint) from None
            latest[delivery.id, delivery.revision] = delivery
            good += len(line)
        return cls(path, data, latest, good)

    def state(self, id: str, revision: str) -> Delivery | None:  # noqa: A002 - the word for it everywhere
        """The last word on one revision of a certificate's mail, None if there is none. A lone `sending` reads as `unknown`."""
        delivery = self._latest.get((id, revision))
        return replace(delivery, state="unknown") if delivery is not None and delivery.state == "sending" else delivery

    def __iter__(self) -> Iterator[Delivery]:
        """The last word on every message, in the order in which the messages were first tried."""
        for id_, revision in list(self._latest):
            delivery = self.state(id_, revision)
            if delivery is not None:
                yield delivery

    def append(self, delivery: Delivery) -> None:
        """Write one line and wait until the disk has it. Raises StorageError; the file then ends as before."""
        handle = self._locked()
        line = (b"\n" if self._ends_open else b"") + delivery.line()
        try:
            os.ftruncate(handle, self._good)
            os.lseek(handle, self._good, os.SEEK_SET)
            _write_all(handle, line)
            os.fsync(handle)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(handle, self._good)
            raise _storage(self.path, error) from None
        self._good += len(line)
        self._seen, self.torn, self._ends_open = self._good, 0, False
        self._latest[delivery.id, delivery.revision] = delivery

    def close(self) -> None:
        """Give the lock back. May be called twice."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _locked(self) -> int:
        """The open file, locked, still as it was when it was read: a second sender is found out before it sends anything."""
        if self._handle is not None:
            return self._handle
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _storage(self.path, error) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            durable.sync_folder(self.path.parent)
            problem = None if os.fstat(handle).st_size == self._seen else "was written by another run meanwhile"
        except BlockingIOError:
            problem = "is being written by another run"
        except OSError as error:
            os.close(handle)
            raise _storage(self.path, error) from None
        if problem is not None:
            os.close(handle)
            raise StorageError(
                problem, place=Place(str(self.path)), hint="wait until the other `issuer send` is done, then run this one again"
            )
        self._handle = handle
        return handle


def without_addresses(reply: str, addresses: Iterable[str] = ()) -> str:
    """A server's answer as one short line that names nobody. addresses: said to the server; their parts go too. ≤ 200 characters."""
    text = "".join(character if character.isprintable() else " " for character in reply)
    if len(text) > _MAX_READ:  # the search below takes quadratic time; the last word may be half an address
        text = text[:_MAX_READ].rpartition(" ")[0]
    for address in sorted(addresses, key=len, reverse=True):
        local, _, domain = address.rpartition("@")
        for part in (address, local, local.strip('"'), domain):
            if part:
                text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "…", text, flags=re.IGNORECASE)
    text = " ".join(_ADDRESS.sub("…", text).split())
    return text if len(text) <= MAX_REPLY else text[: MAX_REPLY - 1] + "…"


def _text(value: dict[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise FormatError(f'"{name}" is not a text')
    return text


def _one_of(value: dict[str, Any], name: str, known: tuple[str, ...]) -> Any:
    text = _text(value, name)
    if text not in known:
        raise FormatError(f'"{name}" is none of {", ".join(known)}')
    return text


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _storage(path: Path, error: OSError) -> StorageError:
    hint = "free some space and run the command again" if error.errno == errno.ENOSPC else "check that you may read and write the file"
    return StorageError(f"cannot be used: {error.strerror}", place=Place(str(path)), hint=hint)
