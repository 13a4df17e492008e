"""A credential → the fields that its page, its picture and its mail show. site/js/signed-fields.js does the same, and
tests/vectors/signed-fields holds both to it.

MEMBERS says which optional member of a credential is which field. What stands in each certificate (name, achievement, dates …) is in
`fields`; the columns that a batch calls its own are results (decision 0001), or fields under the issuer's own context (decision 0011).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from issuer.formats import jcs


@dataclass(frozen=True, slots=True)
class Member:
    """One member that is a field. key: of the field; label: what the page calls it; path: the members that lead to it, of which a list
    counts as its first item; kind: text (also a number, or a list of texts), day (its first ten characters), certificate (the id in
    the address of a record.json), alignment (a list of them)."""

    key: str
    label: str
    path: str
    kind: Literal["text", "day", "certificate", "alignment"] = "text"


_ACHIEVEMENT = "credentialSubject/achievement"
MEMBERS = (
    Member("achievement_type", "Type", f"{_ACHIEVEMENT}/achievementType"),
    Member("achievement_code", "Code", f"{_ACHIEVEMENT}/humanCode"),
    Member("achievement_version", "Version", f"{_ACHIEVEMENT}/version"),
    Member("achievement_field_of_study", "Field of study", f"{_ACHIEVEMENT}/fieldOfStudy"),
    Member("achievement_specialization", "Specialization", f"{_ACHIEVEMENT}/specialization"),
    Member("achievement_credits", "Credits to earn", f"{_ACHIEVEMENT}/creditsAvailable"),
    Member("achievement_alignment", "Corresponds to", f"{_ACHIEVEMENT}/alignment", "alignment"),
    Member("achievement_tags", "Keywords", f"{_ACHIEVEMENT}/tag"),
    Member("achievement_language", "Language of these texts", f"{_ACHIEVEMENT}/inLanguage"),
    Member("achievement_image", "Picture of the achievement", f"{_ACHIEVEMENT}/image/id"),
    Member("licence", "Licence number", "credentialSubject/licenseNumber"),
    Member("role", "Role", "credentialSubject/role"),
    Member("term", "Term", "credentialSubject/term"),
    Member("started", "Began on", "credentialSubject/activityStartDate", "day"),
    Member("ended", "Ended on", "credentialSubject/activityEndDate", "day"),
    Member("credits", "Credits earned", "credentialSubject/creditsEarned"),
    Member("narrative", "What was done", "credentialSubject/narrative"),
    Member("evidence", "Evidence", "evidence/id"),
    Member("evidence_name", "Title of the evidence", "evidence/name"),
    Member("evidence_narrative", "About the evidence", "evidence/narrative"),
    Member("image", "Picture", "image/id"),
    Member("renews", "Renews", "relatedResource/id", "certificate"),
)
ALIGNMENT = ("targetName", "targetFramework", "targetCode", "targetType", "targetDescription", "targetUrl")
"""The parts of an alignment in the order in which they are shown, with commas between."""
_OF_THE_ROW = tuple(member for member in MEMBERS if not member.path.startswith(_ACHIEVEMENT))
_LABELS = {member.key: member.label for member in MEMBERS}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def fields(credential: Mapping[str, Any]) -> dict[str, str]:
    """What can be shown: field → text, those of each certificate first, then MEMBERS, then the batch's own in their order. Never raises
    for a credential that fits accepted.schema.json: what somebody else's credential lacks is "" or absent."""
    achievement = at(credential, _ACHIEVEMENT)
    shown = {
        "name": recipient(credential),
        "achievement": text(at(achievement, "name")),
        "description": text(at(achievement, "description")),
        "criteria": text(at(achievement, "criteria/narrative")) or text(at(achievement, "criteria/id")),
        "issuer": text(at(credential, "issuer/name")),
        "issuer_url": text(at(credential, "issuer/url")),
    }
    days = {"awarded": text(at(credential, "awardedDate"))[:10], "valid_until": text(at(credential, "validUntil"))[:10]}
    for key, found in (*days.items(), *_found(credential)):
        if found:
            shown[key] = found
            if key in ("awarded", "valid_until", "started", "ended"):
                shown[f"{key}_long"] = _long(found)
    always = {"id": identifier_of(credential), "url": text(at(credential, "id"))}
    for key, _, value in _own(credential):
        if key not in always:
            shown.setdefault(key, value)
    return shown | always


def labels(credential: Mapping[str, Any]) -> dict[str, str]:
    """What the fields are called that not every certificate has: field → label, in the order of `fields`."""
    known = {key: _LABELS[key] for key, _ in _found(credential)}
    for key, label, _ in _own(credential):
        known.setdefault(key, label)
    return known


def values(credential: Mapping[str, Any]) -> dict[str, str]:
    """The roster values that a credential was made from, as far as it holds them (all but the e-mail address)."""
    found = {
        "name": recipient(credential),
        "awarded": text(at(credential, "awardedDate"))[:10],
        "valid_until": text(at(credential, "validUntil"))[:10],
        **dict(_found(credential, _OF_THE_ROW)),
    }
    for key, _, value in _own(credential):
        found.setdefault(key, value)
    return {field: value for field, value in found.items() if value}


def recipient(credential: Mapping[str, Any]) -> str:
    """The recipient's name: the identity of type `name` that is not hashed; other issuers also write credentialSubject.name."""
    for identity in _items(at(credential, "credentialSubject/identifier")):
        if at(identity, "identityType") == "name" and at(identity, "hashed") is not True and (name := text(at(identity, "identityHash"))):
            return name
    return text(at(credential, "credentialSubject/name"))


def identifier_of(credential: Mapping[str, Any]) -> str:
    """The 26 characters at the end of the credential's id, which for other issuers is something else, or nothing."""
    return text(at(credential, "id")).rstrip("/").rpartition("/")[2]


def long_date(day: str) -> str:
    """2026-05-30 → 30 May 2026. Raises ValueError."""
    date = dt.date.fromisoformat(day)
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def at(value: Any, path: str) -> Any:
    """The member that names with "/" between lead to, None if there is none. A list on the way counts as its first item."""
    for name in path.split("/"):
        if isinstance(value, list):
            value = value[0] if value else None
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text(value: Any) -> str:
    """A value as people read it: a text; a number as RFC 8785 writes it; the texts of a list with commas; of a language object its
    @value; "" for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(found for item in value if (found := text(item)))
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return jcs.canonical(value).decode()
    return value if isinstance(value, str) else ""


def _found(credential: Mapping[str, Any], members: tuple[Member, ...] = MEMBERS) -> Iterator[tuple[str, str]]:
    """(field, text) of each of members that the credential has."""
    for member in members:
        value = at(credential, member.path)
        if value is not None and (read := _READ[member.kind](value)):
            yield member.key, read


def _alignments(value: Any) -> str:
    parts = (", ".join(filter(None, (text(at(item, part)) for part in ALIGNMENT))) for item in _items(value))
    return "; ".join(filter(None, parts))


_READ: dict[str, Callable[[Any], str]] = {
    "text": text,
    "day": lambda value: text(value)[:10],
    "certificate": lambda value: text(value).removesuffix("/record.json").rpartition("/")[2],
    "alignment": _alignments,
}


def _own(credential: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(field, label, value) of each result and of each field under the issuer's own context."""
    described = _items(at(credential, f"{_ACHIEVEMENT}/resultDescription"))
    names = {text(at(description, "id")): text(at(description, "name")) for description in described}
    for result in _items(at(credential, "credentialSubject/result")):
        place, value = text(at(result, "resultDescription")), text(at(result, "value"))
        key = place.rpartition("#")[2]
        if key and value:
            yield key, names.get(place) or key, value
    for item in _items(at(credential, "credentialSubject/field")):
        key, value = text(at(item, "key")), text(at(item, "value"))
        if key and value:
            yield key, text(at(item, "name")) or key, value


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _long(day: str) -> str:
    try:
        return long_date(day)
    except ValueError:
        return day
