"""Open Badges 3.0 AchievementCredential on VC 2.0: what must be there before anything else is looked at.

https://www.imsglobal.org/spec/ob/v3p0/ and https://www.w3.org/TR/vc-data-model-2.0/. The order of the checks is part of the
contract with site/js/open-badges.js: both name the same first mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from issuer.errors import FormatError
from issuer.formats import timestamp
from issuer.formats.rdfc import CREDENTIALS_V2, OPEN_BADGES_3

CONTEXTS = (CREDENTIALS_V2, OPEN_BADGES_3)
TYPES = ("VerifiableCredential", "OpenBadgeCredential")
_ABSENT = object()
_DIGITS = re.compile(r"[0-9]{1,15}")


def first_mistake(credential: dict[str, Any]) -> str | None:
    """The JSON pointer of the first required member that is missing or of the wrong kind, or None."""
    for pointer, optional, good in _MEMBERS:
        value = _at(credential, pointer)
        if value is _ABSENT and optional:
            continue
        if not good(value):
            return pointer
    return None


def _at(value: Any, pointer: str) -> Any:
    """The member at a JSON pointer, _ABSENT if there is none: a member that is null is there, and wrong."""
    for name in pointer[1:].split("/"):
        value = value.get(name, _ABSENT) if isinstance(value, dict) else _ABSENT
    return value


def _stamp(value: Any) -> bool:
    try:
        timestamp.parse(value if isinstance(value, str) else "")
    except FormatError:
        return False
    return True


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _contexts(value: Any) -> bool:
    return isinstance(value, list) and tuple(value[:2]) == CONTEXTS


def _types(value: Any) -> bool:
    return isinstance(value, list) and all(name in value for name in TYPES)


def _web(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def _did(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("did:web:")


def _named(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and _text(value[0].get("identityHash"))


def _status(value: Any) -> bool:
    if not isinstance(value, dict) or not _text(value.get("statusListCredential")) or not _text(value.get("statusPurpose")):
        return False
    index = value.get("statusListIndex")
    return isinstance(index, str) and _DIGITS.fullmatch(index) is not None


_MEMBERS: tuple[tuple[str, bool, Callable[[Any], bool]], ...] = (
    ("/@context", False, _contexts),
    ("/id", False, _web),
    ("/type", False, _types),
    ("/issuer/id", False, _did),
    ("/issuer/name", False, _text),
    ("/validFrom", False, _stamp),
    ("/awardedDate", True, _stamp),
    ("/validUntil", True, _stamp),
    ("/credentialSubject/achievement/name", False, _text),
    ("/credentialSubject/identifier", False, _named),
    ("/proof", False, lambda value: isinstance(value, dict)),
    ("/credentialStatus", True, _status),
)
