"""Status lists and the status register: from what was decided to signed files, and from those to what is published.

records/status/revocation.json    W3C Bitstring Status List: a bit for each credential that was revoked or replaced
records/status/suspension.json    the same for those that are suspended: a credential has the same index in both
records/status/register.json      why bits are set: entries {action, date, index, list, reason, replacement}

When a list is seven eighths full, the next credentials go to revocation-2.json and suspension-2.json. Each file holds the document and
its proofs; what is published is the document with one proof.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from issuer import durable, signing
from issuer.config import IssuerConfig
from issuer.credential import Purpose, StatusEntry, did
from issuer.errors import FormatError, IntegrityError, Place
from issuer.formats import bitstring, data_integrity, jcs, strict_json, timestamp
from issuer.formats.rdfc import CREDENTIALS_V2

FOLDER = "records/status"
REGISTER = f"{FOLDER}/register.json"
CAPACITY = bitstring.MIN_BITS * 7 // 8
"""Credentials in one list. Drawing an index at random takes longer the fuller the list is, eight tries at the end."""
MAX_BYTES = 64 * 1024 * 1024
VALID_FOR = dt.timedelta(days=7)
REFRESH_AFTER = dt.timedelta(days=1)
_DERIVE = "delete it: the next `issuer issue` derives it again"
_LIST_FILE = re.compile(r"(?:revocation|suspension)(?:-[1-9][0-9]*)?\.json")

Used = dict[int, set[int]]
"""The indexes that credentials have, by the number of their list (1-based)."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """An entry of the register. number: of the list, 1-based; index: the bit; reason, date: as published, may be empty; replacement: URL
    of what holds instead, or empty. revoked and replaced set the bit of the revocation list, suspended that of the suspension list,
    renewed sets none."""

    number: int
    index: int
    action: Literal["revoked", "replaced", "suspended", "renewed"]
    reason: str
    date: str
    replacement: str = ""

    @property
    def purpose(self) -> Purpose:
        """Which of the two lists it belongs to."""
        return "suspension" if self.action == "suspended" else "revocation"

    @property
    def list(self) -> str:
        """The name of its list, as the register has it."""
        return list_name(self.purpose, self.number)


def list_name(purpose: Purpose, number: int = 1) -> str:
    """revocation, revocation-2, revocation-3 …"""
    return purpose if number == 1 else f"{purpose}-{number}"


def list_file(purpose: Purpose, number: int = 1) -> str:
    """Where a list lies in the repository."""
    return f"{FOLDER}/{list_name(purpose, number)}.json"


def list_url(config: IssuerConfig, purpose: Purpose = "revocation", number: int = 1) -> str:
    """The URL and id of a list."""
    return f"{config.base_url}/status/{list_name(purpose, number)}.json"


def draw(config: IssuerConfig, used: Used, *, capacity: int = CAPACITY, randomly: Callable[[int], int] = secrets.randbelow) -> StatusEntry:
    """Take a random bit that no credential has, in the newest list that is not full; it is then in used. capacity: credentials in a list,
    at most 131,072."""
    number = max(used, default=1)
    if len(used.get(number, ())) >= capacity:
        number += 1
    taken = used.setdefault(number, set())
    index = randomly(bitstring.MIN_BITS)
    while index in taken:
        index = randomly(bitstring.MIN_BITS)
    taken.add(index)
    return StatusEntry(list_url(config, number=number), index, number)


def write(
    repository: Path,
    config: IssuerConfig,
    key: signing.SigningKey,
    numbers: Iterable[int],
    marks: Iterable[Mark],
    now: dt.datetime,
    *,
    refresh: bool = False,
) -> bool:
    """Sign lists and register anew unless they are on disk already, byte for byte as this key signs them, and not out of date; with
    refresh also if they are older than a day. numbers: of the lists that credentials are in. Returns whether it wrote."""
    ordered = sorted(marks)
    wrote = False
    for path, document, suites in _documents(config, sorted(numbers), ordered):
        before = durable.read(repository / path, shown_as=path)
        since = None if before is None else _since(before)
        due = since is None or since > now or now - since >= (REFRESH_AFTER if refresh else VALID_FOR)
        if since is not None and not due and before == _signed(document, key, suites, since):
            continue
        durable.write(repository / path, _signed(document, key, suites, now))
        wrote = True
    return wrote


def published(repository: Path, config: IssuerConfig) -> Iterator[tuple[str, bytes]]:
    """Path below the base URL and bytes of every list, for everybody (eddsa-rdfc-2022) and for our verifiers (.record.json,
    eddsa-jcs-2022), and of the register; nothing if they were never written. Raises IntegrityError."""
    for path in sorted((repository / FOLDER).glob("*.json")):
        name = path.stem
        shown = f"{FOLDER}/{path.name}"
        if _LIST_FILE.fullmatch(path.name):
            yield f"status/{name}.json", _published(path, shown, config, data_integrity.RDFC)
            yield f"status/{name}.record.json", _published(path, shown, config, data_integrity.JCS)
        elif shown == REGISTER:
            yield "status/register.json", _published(path, shown, config, data_integrity.JCS)


def _published(path: Path, shown: str, config: IssuerConfig, suite: str) -> bytes:
    data = durable.read(path, shown_as=shown) or b""
    try:
        value = strict_json.parse(data, max_bytes=MAX_BYTES)
        credential = value["credential"]
        found, document = credential["id"], jcs.canonical({**credential, "proof": value["proofs"][suite]})
    except (FormatError, KeyError, TypeError, AttributeError):
        raise IntegrityError("is not a signed status list", place=Place(shown), hint=_DERIVE) from None
    if found != f"{config.base_url}/status/{path.name}":
        raise IntegrityError("is the list of another address", place=Place(shown), hint=_DERIVE)
    return document


def _documents(config: IssuerConfig, numbers: list[int], marks: list[Mark]) -> Iterator[tuple[str, dict[str, Any], Iterable[str]]]:
    """Each file with its unsigned document and the proofs that it has."""
    for number in numbers:
        for purpose in get_args(Purpose):
            yield list_file(purpose, number), _list(config, purpose, number, marks), data_integrity.SUITES
    yield REGISTER, _register(config, marks), (data_integrity.JCS,)


def _list(config: IssuerConfig, purpose: Purpose, number: int, marks: list[Mark]) -> dict[str, Any]:
    url = list_url(config, purpose, number)
    name = list_name(purpose, number)
    subject = {
        "id": f"{url}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose,
        "encodedList": bitstring.encode(mark.index for mark in marks if mark.list == name and mark.action != "renewed"),
    }
    return _document(config, url, "BitstringStatusListCredential", subject)


def _register(config: IssuerConfig, marks: list[Mark]) -> dict[str, Any]:
    url = f"{config.base_url}/status/register.json"
    entries = [_entry(mark) for mark in marks]
    return _document(config, url, "StatusRegister", {"id": f"{url}#register", "type": "StatusRegister", "entries": entries})


def _entry(mark: Mark) -> dict[str, str]:
    entry = {"action": mark.action, "date": mark.date, "index": str(mark.index), "list": mark.list, "reason": mark.reason}
    return {**entry, "replacement": mark.replacement} if mark.replacement else entry


def _document(config: IssuerConfig, url: str, kind: str, subject: dict[str, Any]) -> dict[str, Any]:
    kinds = ["VerifiableCredential", kind]
    return {"@context": [CREDENTIALS_V2], "id": url, "type": kinds, "issuer": did(config), "credentialSubject": subject}


def _signed(document: dict[str, Any], key: signing.SigningKey, suites: Iterable[str], since: dt.datetime) -> bytes:
    """The file: Ed25519 is deterministic, so the same content, key and day give the same bytes."""
    created = timestamp.serialise(since)
    dated = {**document, "validFrom": created, "validUntil": timestamp.serialise(since + VALID_FOR)}
    proofs = {suite: signing.prove_with(suite, dated, key, document["issuer"], created) for suite in suites}
    return jcs.canonical({"credential": dated, "proofs": proofs}) + b"\n"


def _since(data: bytes) -> dt.datetime | None:
    """Since when a file on disk is valid, None if it says nothing that can be read."""
    try:
        return timestamp.parse(strict_json.parse(data, max_bytes=MAX_BYTES)["credential"]["validFrom"])
    except (FormatError, KeyError, TypeError, OverflowError):
        return None
