"""Do the signed status lists and the register state what happened, and nothing else?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from issuer import durable, status
from issuer.audit.checks import Check, Checking
from issuer.audit.decided import Standing
from issuer.audit.material import Found, Material
from issuer.errors import FormatError, Place
from issuer.formats import bitstring, data_integrity, multikey, strict_json, timestamp
from issuer.status.lists import FOLDER, MAX_BYTES


@dataclass(frozen=True, slots=True)
class Happened:
    """Why a bit must be set, or why the register must have an entry. action: replaced, revoked, suspended or renewed; list, bit: where;
    id: of the certificate; index: of the log, None if nothing there says so by itself."""

    action: str
    list: str
    bit: int
    id: str
    index: int | None


@dataclass(frozen=True, slots=True)
class Signed:
    """A file of records/status whose form and signatures were looked at. subject: what it states."""

    path: str
    subject: dict[str, Any]
    since: str
    until: str


def happened(material: Material, logged: dict[str, Standing]) -> list[Happened]:
    """Everything that lists and register must state: what the log decided, and what was corrected or renewed."""
    found: list[Happened] = []
    before: dict[str, Found] = {}
    renewals: dict[str, str] = {}
    for record in material.records():
        row = record.row
        if row.id in before:
            replaced = before[row.id].row
            entry = material.log.issued.get(row.digest)
            found.append(Happened("replaced", list_name(replaced.list), replaced.bit, row.id, None if entry is None else entry.index))
        if row.renews is not None:
            renewals.setdefault(row.id, row.renews)
        before[row.id] = record
    for number, standing in logged.items():
        row = before[number].row
        if standing.state == "revoked":
            found.append(Happened("revoked", list_name(row.list), row.bit, number, standing.index))
        elif standing.state == "suspended":
            found.append(Happened("suspended", beside(list_name(row.list)), row.bit, number, standing.index))
    for number, renewed in renewals.items():
        if renewed in before and (number not in logged or logged[number].state != "revoked"):
            row = before[renewed].row
            found.append(Happened("renewed", list_name(row.list), row.bit, renewed, None))
    return found


def check_lists(material: Material, expected: Iterable[Happened]) -> tuple[Check, list[Signed]]:
    """Every list is there and signed, and exactly the bits are set for which there is a reason. Also the lists, for their dates."""
    check = Checking("status")
    wanted: dict[str, dict[int, Happened]] = {}
    for record in material.records():
        name = list_name(record.row.list)
        wanted.setdefault(name, {})
        wanted.setdefault(beside(name), {})
    for event in expected:
        if event.action != "renewed":
            wanted.setdefault(event.list, {}).setdefault(event.bit, event)
    lists: list[Signed] = []
    for name, bits in sorted(wanted.items()):
        signed = _read(check, material, f"{FOLDER}/{name}.json", "list", data_integrity.SUITES)
        if signed is not None:
            lists.append(signed)
            _compare(check, signed, name, bits)
    check.counts = {"bits": sum(map(len, wanted.values())), "lists": len(wanted)}
    return check.done(), lists


def _compare(check: Checking, signed: Signed, name: str, wanted: dict[int, Happened]) -> None:
    place = Place(signed.path)
    try:
        if signed.subject.get("statusPurpose") != name.partition("-")[0]:
            raise FormatError("it has another purpose")  # noqa: TRY301 - as decoding does
        bits = bitstring.decode(signed.subject["encodedList"])
    except (FormatError, KeyError, TypeError) as error:
        reason = error.message if isinstance(error, FormatError) else "it lacks a part"
        check.add("list-malformed", place=place, reason=reason)
        return
    found = {byte * 8 + bit for byte, value in enumerate(bits) if value for bit in range(8) if value & 0x80 >> bit}
    for bit in sorted(wanted.keys() - found):
        event = wanted[bit]
        check.add("bit-missing", place=place, index=event.index, bit=str(bit), id=event.id, event=event.action)
    for bit in sorted(found - wanted.keys()):
        check.add("bit-stray", place=place, bit=str(bit))


def check_register(material: Material, expected: Iterable[Happened], decided: dict[str, status.Decision]) -> tuple[Check, list[Signed]]:
    """The register has an entry for each thing that happened and no other, with reason and date of revocations.csv. Also the register."""
    check = Checking("register")
    wanted = {(event.action, event.list, str(event.bit)): event for event in expected}
    check.counts = {"entries": len(wanted)}
    signed = _read(check, material, status.REGISTER, "register", (data_integrity.JCS,)) if material.scans else None
    if signed is None:
        return check.done(), []
    place = Place(signed.path)
    entries = signed.subject.get("entries")
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            found[str(entry.get("action")), str(entry.get("list")), str(entry.get("index"))] = entry
    for key in wanted.keys() - found.keys():
        event = wanted[key]
        check.add("register-lacks", place=place, index=event.index, id=event.id, action=event.action)
    for action, name, bit in found.keys() - wanted.keys():
        check.add("register-stray", place=place, action=action[:60], list=name[:60], bit=bit[:60])
    for key in wanted.keys() & found.keys():
        decision = decided.get(wanted[key].id)
        if decision is not None and decision.state == key[0]:
            stated = (found[key].get("reason"), found[key].get("date"))
            if stated != (decision.reason, decision.date):
                check.add("register-differs", place=Place(status.REVOCATIONS, decision.line), id=decision.id)
    return check.done(), [signed]


def check_freshness(material: Material, signed: Iterable[Signed]) -> Check:
    """No list has run out."""
    check = Checking("freshness")
    count = 0
    for document in signed:
        count += 1
        try:
            since, until = timestamp.parse(document.since), timestamp.parse(document.until)
        except FormatError:
            check.add("list-stale", place=Place(document.path), until="a day that cannot be read")
            continue
        if until < material.now:
            check.add("list-stale", place=Place(document.path), until=document.until)
        elif since > material.now:
            check.add("list-early", place=Place(document.path), since=document.since)
    check.counts = {"documents": count}
    return check.done()


def list_name(url: str) -> str:
    """The name of a list by its URL: revocation, revocation-2 …"""
    return url.rpartition("/")[2].removesuffix(".json")


def beside(name: str) -> str:
    """The suspension list beside a revocation list."""
    return name.replace("revocation", "suspension", 1)


def _read(check: Checking, material: Material, path: str, kind: str, suites: Iterable[str]) -> Signed | None:
    """A file of records/status that is of this issuer and signed by a key in use for status, else a finding. kind: list or register."""
    data, place = durable.read(material.repository / path, shown_as=path), Place(path)
    if data is None:
        check.add(f"{kind}-missing", place=place)
        return None
    try:
        value = strict_json.parse(data, max_bytes=MAX_BYTES)
        document, proofs = value["credential"], value["proofs"]
        found = Signed(path, document["credentialSubject"], str(document.get("validFrom")), str(document.get("validUntil")))
        url = f"{material.config.base_url}/status/{path.rpartition('/')[2]}"
        if document["id"] != url or document["issuer"] != material.did or not isinstance(found.subject, dict):
            check.add(f"{kind}-malformed", place=place, reason="it is of another issuer or address")
            return None
        if not all(_is_signed(material, document, proofs[suite]) for suite in suites):
            check.add(f"{kind}-forged", place=place)
            return None
    except (FormatError, KeyError, TypeError, AttributeError) as error:
        check.add(f"{kind}-malformed", place=place, reason=error.message if isinstance(error, FormatError) else "it lacks a part")
        return None
    return found


def _is_signed(material: Material, document: dict[str, Any], proof: dict[str, Any]) -> bool:
    signer, key, signature = data_integrity.well_formed(document, proof)
    if signer != material.did or key not in material.in_use("status"):
        return False
    return data_integrity.verify(document, proof, multikey.decode_public(key), signature)
