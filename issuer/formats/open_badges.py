"""Open Badges 3.0 AchievementCredential on VC 2.0: its contexts, its types, and the two schemas that hold it to its form.

https://www.imsglobal.org/spec/ob/v3p0/ and https://www.w3.org/TR/vc-data-model-2.0/. site/js/open-badges.js names the same first mistake.
"""

from __future__ import annotations

from typing import Any

from issuer.formats import schema
from issuer.formats.rdfc import CREDENTIALS_V2, OPEN_BADGES_3

CONTEXTS = (CREDENTIALS_V2, OPEN_BADGES_3)
TYPES = ("VerifiableCredential", "OpenBadgeCredential")
ACCEPTED, ISSUED = schema.FILES


def first_mistake(credential: Any) -> str | None:
    """The JSON pointer of the first thing that is missing or ill-formed in a credential to verify, ours or somebody else's; None if it
    fits schemas/accepted.schema.json. For what is no object at all the pointer is "/"."""
    mistake = schema.load(ACCEPTED).first_mistake(credential)
    return "/" if mistake == "" else mistake


def first_unfit(credential: Any) -> str | None:
    """The same by schemas/issued.schema.json: what we sign has exactly the members that it lists. The proof may be absent yet."""
    return schema.load(ISSUED).first_mistake(credential)
