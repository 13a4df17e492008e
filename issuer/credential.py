"""Planned row → unsigned Open Badges 3.0 credential, a plain dict, and back to the fields that people see.

Known fields go to their OB3 place; every other mapped column becomes a Result with a ResultDescription, so that all of them are
signed under the standard contexts alone (decision 0001).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from issuer.batch import Batch
from issuer.batch import labels as batch_labels
from issuer.config import IssuerConfig
from issuer.formats import did_web, open_badges, timestamp

FIELDS = frozenset(
    "name achievement description criteria issuer issuer_url id url awarded awarded_long valid_until valid_until_long".split()
)
"""The fields that a certificate can have whatever its batch maps."""
Purpose = Literal["revocation", "suspension"]
_LIST_NAME = re.compile(r"revocation(?:-([2-9]|[1-9][0-9]{1,5}))?\.json")


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where a credential's bits are. list_url: its revocation list; index: the bit there and in the suspension list of the same number,
    0-based; number: of the two lists, 1-based."""

    list_url: str
    index: int
    number: int = 1

    def url(self, purpose: Purpose) -> str:
        """The list of a purpose: the suspension list lies beside the revocation list, revocation-2.json beside suspension-2.json."""
        folder, _, name = self.list_url.rpartition("/")
        return f"{folder}/{name.replace('revocation', purpose, 1)}"


def did(config: IssuerConfig) -> str:
    """The issuer's DID: the one in issuer.yml, else did:web of the base URL."""
    return config.did or did_web.from_base_url(config.base_url)


def page_url(config: IssuerConfig, identifier: str) -> str:
    """The verification page of a certificate, which is also the credential's id."""
    return f"{config.base_url}/c/{identifier}/"


def build(
    config: IssuerConfig, batch: Batch, values: Mapping[str, str], *, identifier: str, status: StatusEntry, now: dt.datetime
) -> dict[str, Any]:
    """The unsigned credential of one row. values: field → normalised text; now: becomes validFrom."""
    settings = batch.config
    achievement_id = settings.achievement.id or f"{config.base_url}/achievements/{batch.name}"
    awarded = values.get("awarded") or (settings.awarded.isoformat() if settings.awarded else now.date().isoformat())
    until = values.get("valid_until") or (settings.valid_until.isoformat() if settings.valid_until else None)
    own = {field: label for field, label in batch_labels(batch, values).items() if field in values}
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": values["name"]}],
        "achievement": _achievement(batch, achievement_id, own),
    }
    results = [{"type": ["Result"], "resultDescription": f"{achievement_id}#{field}", "value": values[field]} for field in own]
    if results:
        subject["result"] = results
    credential = {
        "@context": list(open_badges.CONTEXTS),
        "id": page_url(config, identifier),
        "type": list(open_badges.TYPES),
        "name": settings.achievement.name,
        "issuer": {"id": did(config), "type": ["Profile"], "name": config.name, "url": config.url},
        "validFrom": timestamp.serialise(now),
        "awardedDate": f"{awarded}T00:00:00Z",
        "credentialSubject": subject,
        "credentialStatus": _status(config, status),
    }
    if until:
        credential["validUntil"] = f"{until}T23:59:59Z"
    return credential


def status_of(credential: Mapping[str, Any]) -> StatusEntry:
    """Where the bits of a credential of ours are. Raises KeyError, TypeError, AttributeError or ValueError if it does not say so."""
    stated = credential["credentialStatus"]
    for entry in stated if isinstance(stated, list) else [stated]:
        name = _LIST_NAME.fullmatch(entry["statusListCredential"].rpartition("/")[2])
        if name is not None:
            return StatusEntry(entry["statusListCredential"], int(entry["statusListIndex"]), int(name[1] or 1))
    raise ValueError("has no revocation list of ours")


def recipient(credential: Mapping[str, Any]) -> str:
    """The recipient's name."""
    name: str = credential["credentialSubject"]["identifier"][0]["identityHash"]
    return name


def identifier_of(credential: Mapping[str, Any]) -> str:
    """The 26 characters at the end of the credential's id."""
    text: str = credential["id"]
    return text.rstrip("/").rpartition("/")[2]


def fields(credential: Mapping[str, Any]) -> dict[str, str]:
    """What a certificate, a page and a mail can show: field name → text, known fields first, then the batch's own in their order."""
    achievement = credential["credentialSubject"]["achievement"]
    criteria = achievement["criteria"]
    shown = {
        "name": recipient(credential),
        "achievement": achievement["name"],
        "description": achievement["description"],
        "criteria": criteria.get("narrative") or criteria.get("id", ""),
        "issuer": credential["issuer"]["name"],
        "issuer_url": credential["issuer"].get("url", ""),
    }
    for field, term in (("awarded", "awardedDate"), ("valid_until", "validUntil")):
        if term in credential:
            day = credential[term][:10]
            shown[field], shown[f"{field}_long"] = day, long_date(day)
    for result in credential["credentialSubject"].get("result", []):
        shown[result["resultDescription"].rpartition("#")[2]] = result["value"]
    return {**shown, "id": identifier_of(credential), "url": credential["id"]}


def labels(credential: Mapping[str, Any]) -> dict[str, str]:
    """What the batch's own fields are called: field name → label."""
    descriptions = credential["credentialSubject"]["achievement"].get("resultDescription", [])
    return {description["id"].rpartition("#")[2]: description["name"] for description in descriptions}


def values(credential: Mapping[str, Any]) -> dict[str, str]:
    """The roster values that a credential was made from, as far as it holds them (all but the e-mail address)."""
    shown = fields(credential)
    return {field: shown[field] for field in ("name", "awarded", "valid_until", *labels(credential)) if field in shown}


def long_date(day: str) -> str:
    """2026-05-30 → 30 May 2026."""
    date = dt.date.fromisoformat(day)
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def _status(config: IssuerConfig, status: StatusEntry) -> dict[str, Any] | list[dict[str, Any]]:
    """One entry, for Open Badges 3.0 allows no more; two if issuer.yml asks for them (decision 0014)."""
    entries = [
        {
            "id": f"{status.url(purpose)}#{status.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": str(status.index),
            "statusListCredential": status.url(purpose),
        }
        for purpose in config.status_entries
    ]
    return entries[0] if len(entries) == 1 else entries


def _achievement(batch: Batch, achievement_id: str, own: Mapping[str, str]) -> dict[str, Any]:
    settings = batch.config.achievement
    criteria = {}
    if settings.criteria.url:
        criteria["id"] = settings.criteria.url
    if settings.criteria.narrative:
        criteria["narrative"] = settings.criteria.narrative
    achievement: dict[str, Any] = {
        "id": achievement_id,
        "type": ["Achievement"],
        "achievementType": settings.type,
        "name": settings.name,
        "description": settings.description,
        "criteria": criteria,
    }
    if settings.language:
        achievement["inLanguage"] = settings.language
    if settings.tags:
        achievement["tag"] = list(settings.tags)
    descriptions = [
        {"id": f"{achievement_id}#{field}", "type": ["ResultDescription"], "name": label, "resultType": "Result"}
        for field, label in own.items()
    ]
    if descriptions:
        achievement["resultDescription"] = descriptions
    return achievement


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
