"""records/revocations.csv and corrections → signed status list and status register.

People append `id,action,reason,date` to revocations.csv. The list (W3C Bitstring Status List) has a bit for each credential; the
register says why. Both are derived from scratch each time, so concurrent edits of the file never lose a revocation.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import secrets
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from issuer import durable, signing
from issuer.config import IssuerConfig
from issuer.credential import StatusEntry, did
from issuer.errors import FormatError, IntegrityError, Place, RefusedError
from issuer.formats import bitstring, data_integrity, identifier, jcs, strict_json, timestamp
from issuer.formats.rdfc import CREDENTIALS_V2

REVOCATIONS = "records/revocations.csv"
LIST = "records/status/revocation.json"
REGISTER = "records/status/register.json"
HEADER = ("id", "action", "reason", "date")
VALID_FOR = dt.timedelta(days=7)
REFRESH_AFTER = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Revocation:
    """One line of revocations.csv. id: 26 characters; reason: as published; date: ISO day; line: 1-based."""

    id: str
    reason: str
    date: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Why a bit is set. index: the bit; action: revoked or replaced; reason, date: as published, may be empty."""

    index: int
    action: str
    reason: str
    date: str


def list_url(config: IssuerConfig) -> str:
    """The URL and id of the revocation list."""
    return f"{config.base_url}/status/revocation.json"


def draw(config: IssuerConfig, used: Container[int], *, randomly: Callable[[int], int] = secrets.randbelow) -> StatusEntry:
    """A random bit that no credential has. used: bits that are taken. Raises RefusedError when the list is nearly full."""
    for _ in range(1000):
        index = randomly(bitstring.MIN_BITS)
        if index not in used:
            return StatusEntry(list_url(config), index)
    raise RefusedError(
        "the status list is full", place=Place(LIST), hint=f"a list holds {bitstring.MIN_BITS} credentials: start a new repository"
    )


def revocations(repository: Path, known: Container[str] | None = None) -> list[Revocation]:
    """The lines of revocations.csv, first mention of each id. known: ids that were issued, None to take any.
    Raises RefusedError with every mistake."""
    path = repository / REVOCATIONS
    if not path.exists():
        return []
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise RefusedError("is not a CSV file in UTF-8", place=Place(REVOCATIONS), hint="save it as CSV in UTF-8") from None
    if not rows or tuple(cell.strip() for cell in rows[0]) != HEADER:
        raise RefusedError("does not begin with id,action,reason,date", place=Place(REVOCATIONS, 1), hint="put that line first")
    found: dict[str, Revocation] = {}
    mistakes: list[tuple[Place, str, str]] = []
    for line, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        outcome = _revocation(cells, line, known)
        if isinstance(outcome, Revocation):
            found.setdefault(outcome.id, outcome)
        else:
            mistakes.append(outcome)
    if mistakes:
        place, message, hint = mistakes[0]
        raise RefusedError(message + "".join(f"\n{other}: {text}" for other, text, _ in mistakes[1:]), place=place, hint=hint)
    return list(found.values())


def append_revocations(repository: Path, ids: Iterable[str], reason: str, day: dt.date) -> None:
    """Append a line for each id to revocations.csv. Raises StorageError."""
    path = repository / REVOCATIONS
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    if not path.exists():
        writer.writerow(HEADER)
    elif not path.read_bytes().endswith(b"\n"):
        text.write("\n")
    writer.writerows((identifier_, "revoke", reason, day.isoformat()) for identifier_ in ids)
    durable.append(path, text.getvalue().encode())


def write(
    repository: Path, config: IssuerConfig, key: signing.SigningKey, marks: Iterable[Mark], now: dt.datetime, *, refresh: bool = False
) -> bool:
    """Sign list and register anew if their content changed, or with refresh if they are older than a day. Returns whether it wrote."""
    ordered = sorted(marks)
    subject = {
        "id": f"{list_url(config)}#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": bitstring.encode(mark.index for mark in ordered),
    }
    entries = [
        {"action": mark.action, "date": mark.date, "index": str(mark.index), "list": "revocation", "reason": mark.reason}
        for mark in ordered
    ]
    register_url = f"{config.base_url}/status/register.json"
    register = {"id": f"{register_url}#register", "type": "StatusRegister", "entries": entries}
    wrote = False
    for path, url, kind, content, suites in (
        (repository / LIST, list_url(config), "BitstringStatusListCredential", subject, data_integrity.SUITES),
        (repository / REGISTER, register_url, "StatusRegister", register, (data_integrity.JCS,)),
    ):
        before = _read(path)
        if before and before["credentialSubject"] == content and not (refresh and _aged(before, now)):
            continue
        document = {
            "@context": [CREDENTIALS_V2],
            "id": url,
            "type": ["VerifiableCredential", kind],
            "issuer": did(config),
            "validFrom": timestamp.serialise(now),
            "validUntil": timestamp.serialise(now + VALID_FOR),
            "credentialSubject": content,
        }
        created = timestamp.serialise(now)
        proofs = {suite: signing.prove_with(suite, document, key, did(config), created) for suite in suites}
        durable.write(path, jcs.canonical({"credential": document, "proofs": proofs}) + b"\n")
        wrote = True
    return wrote


def published(repository: Path, path: str, suite: str) -> bytes | None:
    """LIST or REGISTER as a credential with one proof of the suite, canonical bytes; None if it was never written."""
    file = repository / path
    if not file.exists():
        return None
    value = _parse(file)
    if suite not in value["proofs"]:
        return None
    return jcs.canonical({**value["credential"], "proof": value["proofs"][suite]})


def _revocation(cells: list[str], line: int, known: Container[str] | None) -> Revocation | tuple[Place, str, str]:
    if len(cells) != len(HEADER):
        return Place(REVOCATIONS, line), f"has {len(cells)} cells, not 4", "write id,action,reason,date and quote a reason that has a comma"
    text, action, reason, date = (cell.strip() for cell in cells)
    try:
        found = identifier.normalise(text)
    except FormatError as error:
        return Place(REVOCATIONS, line, "id"), error.message, "copy the id from the end of the certificate's address"
    if known is not None and found not in known:
        return Place(REVOCATIONS, line, "id"), f"no certificate has the id {found}", "copy the id from the end of the certificate's address"
    if action != "revoke":
        return Place(REVOCATIONS, line, "action"), f"the action {action!r} is not known", "write revoke"
    try:
        dt.date.fromisoformat(date)
    except ValueError:
        return Place(REVOCATIONS, line, "date"), f"{date!r} is not a date", "write it as 2026-06-30"
    return Revocation(found, reason, date, line)


def _aged(document: dict[str, Any], now: dt.datetime) -> bool:
    return now - timestamp.parse(document["validFrom"]) >= REFRESH_AFTER


def _read(path: Path) -> dict[str, Any] | None:
    return _parse(path)["credential"] if path.exists() else None


def _parse(path: Path) -> dict[str, Any]:
    try:
        value: dict[str, Any] = strict_json.parse(path.read_bytes(), max_bytes=64 * 1024 * 1024)
        _ = value["credential"]["credentialSubject"], value["credential"]["validFrom"], value["proofs"]
    except (FormatError, KeyError, TypeError, json.JSONDecodeError):
        raise IntegrityError(
            "is not a signed status list", place=Place(str(path)), hint="delete it: the next `issuer issue` derives it again"
        ) from None
    return value
