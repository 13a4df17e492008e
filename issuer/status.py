"""records/revocations.csv and corrections → signed status list and status register.

People append `id,action,reason,date` to revocations.csv. The list (W3C Bitstring Status List) has a bit for each credential; the
register says why. Both are derived from scratch each time, so concurrent edits of the file never lose a revocation.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
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
MAX_BYTES = 64 * 1024 * 1024
VALID_FOR = dt.timedelta(days=7)
REFRESH_AFTER = dt.timedelta(days=1)
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line ends, and what turns the direction of the text around it."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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
    rows = _rows(repository)
    if not rows:
        return []
    line, header = rows[0]
    if tuple(cell.strip() for cell in header) != HEADER:
        raise RefusedError("does not begin with id,action,reason,date", place=Place(REVOCATIONS, line), hint="put that line first")
    found: dict[str, Revocation] = {}
    mistakes: list[tuple[Place, str, str]] = []
    for line, cells in rows[1:]:
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
    before = durable.read(path, shown_as=REVOCATIONS) or b""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    if not before.removeprefix(codecs.BOM_UTF8).strip():
        writer.writerow(HEADER)
    elif not before.endswith((b"\n", b"\r")):
        text.write("\n")
    writer.writerows((identifier_, "revoke", reason, day.isoformat()) for identifier_ in ids)
    durable.append(path, text.getvalue().encode())


def write(
    repository: Path, config: IssuerConfig, key: signing.SigningKey, marks: Iterable[Mark], now: dt.datetime, *, refresh: bool = False
) -> bool:
    """Sign list and register anew unless they are on disk already, byte for byte as this key signs them; with refresh also if they are
    older than a day. Returns whether it wrote."""
    ordered = sorted(marks)
    wrote = False
    for path, document, suites in (
        (repository / LIST, _list(config, ordered), data_integrity.SUITES),
        (repository / REGISTER, _register(config, ordered), (data_integrity.JCS,)),
    ):
        before = durable.read(path)
        since = None if before is None else _since(before)
        due = since is None or since > now or (refresh and now - since >= REFRESH_AFTER)
        if since is not None and not due and before == _signed(document, key, suites, since):
            continue
        durable.write(path, _signed(document, key, suites, now))
        wrote = True
    return wrote


def published(repository: Path, path: str, suite: str) -> bytes | None:
    """LIST or REGISTER as a credential with one proof of the suite, canonical bytes; None if it was never written.
    Raises IntegrityError."""
    data = durable.read(repository / path, shown_as=path)
    if data is None:
        return None
    try:
        value = strict_json.parse(data, max_bytes=MAX_BYTES)
        credential, proof = value["credential"], value["proofs"].get(suite)
        return None if proof is None else jcs.canonical({**credential, "proof": proof})
    except (FormatError, KeyError, TypeError, AttributeError):
        hint = "delete it: the next `issuer issue` derives it again"
        raise IntegrityError("is not a signed status list", place=Place(path), hint=hint) from None


def _list(config: IssuerConfig, marks: list[Mark]) -> dict[str, Any]:
    subject = {
        "id": f"{list_url(config)}#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": bitstring.encode(mark.index for mark in marks),
    }
    return _document(config, list_url(config), "BitstringStatusListCredential", subject)


def _register(config: IssuerConfig, marks: list[Mark]) -> dict[str, Any]:
    url = f"{config.base_url}/status/register.json"
    entries = [
        {"action": mark.action, "date": mark.date, "index": str(mark.index), "list": "revocation", "reason": mark.reason} for mark in marks
    ]
    return _document(config, url, "StatusRegister", {"id": f"{url}#register", "type": "StatusRegister", "entries": entries})


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


def _rows(repository: Path) -> list[tuple[int, list[str]]]:
    """The rows of revocations.csv that are not empty, with the line on which each begins."""
    data = durable.read(repository / REVOCATIONS, shown_as=REVOCATIONS) or b""
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except (UnicodeDecodeError, csv.Error):
        raise RefusedError("is not a CSV file in UTF-8", place=Place(REVOCATIONS, line), hint="save it as CSV in UTF-8") from None
    return rows


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
    if _UNWANTED.search(reason):
        return Place(REVOCATIONS, line, "reason"), "has a character that is none of a text", "write the reason as one line of text"
    if not _is_day(date):
        return Place(REVOCATIONS, line, "date"), f"{date!r} is not a date", "write it as 2026-06-30"
    return Revocation(found, reason, date, line)


def _is_day(text: str) -> bool:
    """Only 2026-06-30: Python also reads 20260630 and 2026-W27-2."""
    try:
        return _DAY.fullmatch(text) is not None and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False
