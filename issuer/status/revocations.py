"""records/revocations.csv: the lines that people append, and what they come to for each certificate.

    id,action,reason,date
    0x4m9tq2k7c8w3e5r6y1z0a9bd,suspend,"The exam office looks into it",2026-07-01
    0x4m9tq2k7c8w3e5r6y1z0a9bd,revoke,"Issued by mistake",2026-07-09,https://certificates.example.org/c/2n7…/

The lines of an id are followed in the order of the file: suspend and reinstate change it to and fro, revoke ends it. So whatever a merge
does to their order, no line takes a revocation back; a line that says what holds already changes nothing.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from issuer import durable
from issuer.errors import FormatError, Place, RefusedError
from issuer.formats import identifier
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.settings import WebAddress

REVOCATIONS = "records/revocations.csv"
HEADER = ("id", "action", "reason", "date")
HEADERS = (HEADER, (*HEADER, "replacement"))
Action = Literal["revoke", "suspend", "reinstate"]
State = Literal["active", "suspended", "revoked"]
_LEADS_TO: dict[str, State] = {"revoke": "revoked", "suspend": "suspended", "reinstate": "active"}
_CONFLICT = re.compile(r"<{7}|={7}|>{7}|\|{7}")
MAX_REASON = 1000
_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, line ends, what turns the direction of the text around it, and halves of characters."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ADDRESS: TypeAdapter[str] = TypeAdapter(WebAddress, config=ConfigDict(defer_build=True))
_WHERE_IDS_ARE = "copy the id from the end of the certificate's address; `issuer report --csv FILE` lists them"


@dataclass(frozen=True, slots=True)
class Decision:
    """What the lines of an id come to. id: 26 characters; reason: as published; date: ISO day; replacement: the id of a certificate, an
    https address, or empty; line: that of the line which decided, 1-based."""

    id: str
    state: State
    reason: str
    date: str
    replacement: str
    line: int


def decisions(repository: Path, known: Container[str] | None = None) -> dict[str, Decision]:
    """What was decided of each id that revocations.csv names, also of those that are active again. known: ids that were issued, None to
    take any. Raises RefusedError with every mistake."""
    decided, mistakes = read(repository, known)
    if mistakes:
        raise refusal(mistakes)
    return decided


def states(repository: Path) -> dict[str, State]:
    """The state of each id that is suspended or revoked. Raises RefusedError with every mistake."""
    return {decision.id: decision.state for decision in decisions(repository).values() if decision.state != "active"}


def refusal(mistakes: list[Finding]) -> RefusedError:
    """The error that names every mistake. mistakes: at least one."""
    first, *others = mistakes
    more = "".join(f"\n{other.place}: {other.message}" for other in others)
    return RefusedError(first.message + more, place=first.place, hint=first.hint)


def append(repository: Path, action: Action, ids: Iterable[str], reason: str, day: dt.date, *, replacement: str = "") -> None:
    """Append a line for each id to revocations.csv. Raises StorageError."""
    path = repository / REVOCATIONS
    before = durable.read(path, shown_as=REVOCATIONS) or b""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    if not before.removeprefix(codecs.BOM_UTF8).strip():
        writer.writerow(HEADER)
    elif not before.endswith((b"\n", b"\r")):
        text.write("\n")
    last = (replacement,) if replacement else ()
    writer.writerows((identifier_, action, reason, day.isoformat(), *last) for identifier_ in ids)
    durable.append(path, text.getvalue().encode())


def reason_of(text: str) -> str:
    """A reason as it is kept: one line of at most 1,000 characters, perhaps empty. Raises FormatError."""
    reason = text.strip()
    if _UNWANTED.search(reason):
        raise FormatError("has a character that is none of a text")
    if len(reason) > MAX_REASON:
        raise FormatError(f"has more than {MAX_REASON:,} characters")
    return reason


def replacement_of(text: str, *, of: str, known: Container[str] | None) -> str:
    """What replaces a certificate, as it is kept: the id of another, or an https address. of: the id of the one that is replaced; known: as
    for `decisions`. Raises FormatError."""
    try:
        found = identifier.normalise(text)
    except FormatError:
        try:
            address = _ADDRESS.validate_python(text)
        except ValidationError:
            address = ""
        if address.startswith("https://"):
            return address
        raise FormatError(f"{shown(text)} is neither the id of a certificate nor an https address", hint=_WHERE_IDS_ARE) from None
    if found == of:
        raise FormatError("a certificate does not replace itself", hint="name another, or leave it out")
    if known is not None and found not in known:
        raise FormatError(f"no certificate has the id {found}", hint=_WHERE_IDS_ARE)
    return found


def read(repository: Path, known: Container[str] | None = None) -> tuple[dict[str, Decision], list[Finding]]:
    """What was decided of each id as far as the lines can be read, and everything that is wrong with the others. known: as for
    `decisions`."""
    decided: dict[str, Decision] = {}
    mistakes: list[Finding] = []
    for number, (line, cells) in enumerate(_rows(repository, mistakes)):
        if cells in HEADERS:  # also further down, where a union merge may leave another one
            continue
        if number == 0:
            return {}, [_wrong(Place(REVOCATIONS, line), "does not begin with id,action,reason,date", "put that line first")]
        outcome = _line(cells, line, known)
        if isinstance(outcome, Finding):
            mistakes.append(outcome)
        elif outcome.id not in decided or decided[outcome.id].state not in ("revoked", outcome.state):
            decided[outcome.id] = outcome
    return decided, mistakes


def _rows(repository: Path, mistakes: list[Finding]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of revocations.csv that are not empty, with the line on which each begins. mistakes: takes why it cannot be read on."""
    data = durable.read(repository / REVOCATIONS, shown_as=REVOCATIONS) or b""
    line = 1
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except (UnicodeDecodeError, csv.Error):
        mistakes.append(_wrong(Place(REVOCATIONS, line), "is not a CSV file in UTF-8", "save it as CSV in UTF-8"))


def _line(cells: tuple[str, ...], line: int, known: Container[str] | None) -> Decision | Finding:
    """What one line decides, or the first thing that is wrong with it."""
    if _CONFLICT.match(cells[0]):
        hint = (
            "keep the lines of both sides and take the marks out; with `records/revocations.csv merge=union` in .gitattributes Git does it"
        )
        return _wrong(Place(REVOCATIONS, line), "a merge was not finished here", hint)
    if len(cells) not in (len(HEADER), len(HEADER) + 1):
        hint = "write id,action,reason,date and perhaps a replacement; quote a reason that has a comma"
        return _wrong(Place(REVOCATIONS, line), f"has {len(cells)} cells, not 4 or 5", hint)
    text, action, reason, date, replacement = (*cells, "")[:5]
    try:
        found = identifier.normalise(text)
    except FormatError as error:
        return _wrong(Place(REVOCATIONS, line, "id"), error.message, _WHERE_IDS_ARE)
    if known is not None and found not in known:
        return finding(Code.REVOCATION_UNKNOWN, Place(REVOCATIONS, line, "id"), f"no certificate has the id {found}", _WHERE_IDS_ARE)
    if action not in _LEADS_TO:
        return _wrong(Place(REVOCATIONS, line, "action"), f"the action {shown(action)} is not known", "write revoke, suspend or reinstate")
    try:
        reason = reason_of(reason)
    except FormatError as error:
        return _wrong(Place(REVOCATIONS, line, "reason"), error.message, "write the reason as one line of text")
    if not _is_day(date):
        return _wrong(Place(REVOCATIONS, line, "date"), f"{shown(date)} is not a date", "write it as 2026-06-30")
    if replacement and action != "revoke":
        return _wrong(Place(REVOCATIONS, line, "replacement"), "only a revoked certificate has a replacement", "leave it out")
    try:
        after = replacement and replacement_of(replacement, of=found, known=known)
    except FormatError as error:
        return _wrong(Place(REVOCATIONS, line, "replacement"), error.message, error.hint)
    return Decision(found, _LEADS_TO[action], reason, date, after, line)


def _wrong(place: Place, message: str, hint: str) -> Finding:
    return finding(Code.REVOCATION_WRONG, place, message, hint)


def _is_day(text: str) -> bool:
    """Only 2026-06-30: Python also reads 20260630 and 2026-W27-2."""
    try:
        return _DAY.fullmatch(text) is not None and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False
