"""Planned row → unsigned Open Badges 3.0 credential, a plain dict. signed_fields.py leads back to the fields that people see.

Known fields go to their OB3 place (signed_fields.MEMBERS); every other mapped column becomes a Result with a ResultDescription, signed
under the standard contexts alone (decision 0001), or a field under the issuer's own context where batch.yml asks for it (decision 0011).
"""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from issuer.achievement_config import Alignment
from issuer.batch import Batch
from issuer.batch import labels as batch_labels
from issuer.batch_config import DAY_FIELDS, PLACED_FIELDS
from issuer.config import IssuerConfig
from issuer.errors import IntegrityError, Place
from issuer.formats import did_web, issuer_context, open_badges, timestamp
from issuer.signed_fields import MEMBERS, Member, fields, identifier_of, labels, long_date, recipient, values

__all__ = [  # both directions: callers say credential.build and credential.fields
    "FIELDS",
    "Purpose",
    "Renewed",
    "StatusEntry",
    "build",
    "did",
    "fields",
    "identifier_of",
    "labels",
    "long_date",
    "offered",
    "page_url",
    "recipient",
    "status_of",
    "values",
]

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


@dataclass(frozen=True, slots=True)
class Renewed:
    """The certificate that another one renews. url: of its record.json; digest: SHA-256 of that file, hex."""

    url: str
    digest: str

    @property
    def integrity(self) -> str:
        """The digest as W3C Subresource Integrity writes it: sha256- and base64."""
        return f"sha256-{base64.b64encode(bytes.fromhex(self.digest)).decode()}"


def did(config: IssuerConfig) -> str:
    """The issuer's DID: the one in issuer.yml, else did:web of the base URL."""
    return config.did or did_web.from_base_url(config.base_url)


def page_url(config: IssuerConfig, identifier: str) -> str:
    """The verification page of a certificate, which is also the credential's id."""
    return f"{config.base_url}/c/{identifier}/"


def build(
    config: IssuerConfig,
    batch: Batch,
    values: Mapping[str, str],
    *,
    identifier: str,
    status: StatusEntry,
    now: dt.datetime,
    renews: Renewed | None = None,
) -> dict[str, Any]:
    """The unsigned credential of one row. values: field → normalised text; now: becomes validFrom; renews: the record that the field
    `renews` names, if it is filled. Raises IntegrityError if what came out does not fit issued.schema.json."""
    values = {**batch.config.given(values), **values}
    achievement_id = _achievement_id(config, batch)
    own = {field: label for field, label in batch_labels(batch, values).items() if field in values}
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": values["name"]}],
        "achievement": _achievement(batch, achievement_id, own),
    }
    credential = {
        "@context": list(open_badges.CONTEXTS),
        "id": page_url(config, identifier),
        "type": list(open_badges.TYPES),
        "name": batch.config.achievement.name,
        "issuer": {"id": did(config), "type": ["Profile"], "name": config.name, "url": config.url},
        "validFrom": timestamp.serialise(now),
        "awardedDate": f"{values.get('awarded') or now.date().isoformat()}T00:00:00Z",
        "credentialSubject": subject,
        "credentialStatus": _status(config, status),
    }
    if "valid_until" in values:
        credential["validUntil"] = f"{values['valid_until']}T23:59:59Z"
    if renews is not None:
        credential["relatedResource"] = [{"id": renews.url, "digestSRI": renews.integrity}]
    for member in MEMBERS:
        if member.key in values and member.key in PLACED_FIELDS and member.key not in (*own, "renews"):
            _put(credential, member, values[member.key])
    _put_own(config, batch, credential, {field: (label, values[field]) for field, label in own.items()})
    _refuse_unfit(batch, credential, values)
    return credential


def status_of(credential: Mapping[str, Any]) -> StatusEntry:
    """Where the bits of a credential of ours are. Raises KeyError, TypeError, AttributeError or ValueError if it does not say so."""
    stated = credential["credentialStatus"]
    for entry in stated if isinstance(stated, list) else [stated]:
        name = _LIST_NAME.fullmatch(entry["statusListCredential"].rpartition("/")[2])
        if name is not None:
            return StatusEntry(entry["statusListCredential"], int(entry["statusListIndex"]), int(name[1] or 1))
    raise ValueError("has no revocation list of ours")


def offered(config: IssuerConfig, batch: Batch) -> frozenset[str]:
    """The fields that a template or a mail of a batch can name: a row may still lack some of them."""
    made = {"credentialSubject": {"achievement": _achievement(batch, _achievement_id(config, batch), {})}}
    columns = {"language", *batch.config.columns} - {"email"} - batch.config.private
    return FIELDS | columns | labels(made).keys() | {f"{field}_long" for field in DAY_FIELDS if field in columns}


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


def _achievement_id(config: IssuerConfig, batch: Batch) -> str:
    return batch.config.achievement.id or f"{config.base_url}/achievements/{batch.name}"


def _achievement(batch: Batch, achievement_id: str, own: Mapping[str, str]) -> dict[str, Any]:
    """own: the fields of a row that may be results → their labels."""
    settings = batch.config.achievement
    kinds = {field: column.result for field, column in batch.config.columns.items()}
    optional = {
        "inLanguage": settings.language,
        "tag": list(settings.tags),
        "image": {"id": settings.image, "type": "Image"} if settings.image else None,
        "creditsAvailable": None if settings.credits is None else _number(str(settings.credits)),
        "fieldOfStudy": settings.field_of_study,
        "humanCode": settings.code,
        "specialization": settings.specialization,
        "version": settings.version,
        "alignment": [_alignment(item) for item in settings.alignment],
        "resultDescription": [
            {"id": f"{achievement_id}#{field}", "type": ["ResultDescription"], "name": label, "resultType": kinds.get(field) or "Result"}
            for field, label in own.items()
            if not _is_field(batch, field)
        ],
    }
    criteria = {"id": settings.criteria.url, "narrative": settings.criteria.narrative}
    return {
        "id": achievement_id,
        "type": ["Achievement"],
        "achievementType": settings.type,
        "name": settings.name,
        "description": settings.description,
        "criteria": {name: value for name, value in criteria.items() if value},
        **{name: value for name, value in optional.items() if value not in (None, [])},
    }


def _alignment(item: Alignment) -> dict[str, Any]:
    given = {
        "targetName": item.name,
        "targetUrl": item.url,
        "targetCode": item.code,
        "targetFramework": item.framework,
        "targetDescription": item.description,
        "targetType": item.type,
    }
    return {"type": ["Alignment"], **{name: value for name, value in given.items() if value}}


def _put(credential: dict[str, Any], member: Member, text: str) -> None:
    """Set a member of MEMBERS, with the evidence or the image around it."""
    *parents, name = member.path.split("/")
    inner: Any = credential
    for parent in parents:
        inner = inner.setdefault(parent, [{"type": ["Evidence"]}] if parent == "evidence" else {"type": "Image"})
        inner = inner[0] if isinstance(inner, list) else inner
    inner[name] = f"{text}T00:00:00Z" if member.kind == "day" else _number(text) if member.key == "credits" else text


def _put_own(config: IssuerConfig, batch: Batch, credential: dict[str, Any], own: Mapping[str, tuple[str, str]]) -> None:
    """The batch's own columns, as results or as fields. own: field → label and value."""
    subject, base = credential["credentialSubject"], _achievement_id(config, batch)
    results = [
        {"type": ["Result"], "resultDescription": f"{base}#{field}", "value": value}
        for field, (_, value) in own.items()
        if not _is_field(batch, field)
    ]
    entries = [
        {"type": ["Field"], "key": field, "name": label, "value": value} for field, (label, value) in own.items() if _is_field(batch, field)
    ]
    if results:
        subject["result"] = results
    if entries:
        subject["field"] = entries
        credential["@context"].append(issuer_context.url(config.base_url))


def _is_field(batch: Batch, field: str) -> bool:
    column = batch.config.columns.get(field)
    return column is not None and column.as_ == "field"


def _number(text: str) -> int | float:
    """An integer without a fraction, so that every library writes it the same."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _refuse_unfit(batch: Batch, credential: Mapping[str, Any], row: Mapping[str, str]) -> None:
    """Nothing is signed that does not fit the published schema, or that does not say all that the row says."""
    place, hint = Place(batch.settings_path), "this is a mistake in Issuer, not in your files: please report it"
    if pointer := open_badges.first_unfit(credential):
        raise IntegrityError(f"the credential does not fit schemas/{open_badges.ISSUED} at {pointer}", place=place, hint=hint)
    said = values(credential)
    lost = [field for field, text in row.items() if field != "email" and said.get(field) != text]
    if lost:
        raise IntegrityError(f"the credential does not say what the row says of {', '.join(lost)}", place=place, hint=hint)
