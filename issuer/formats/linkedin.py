"""LinkedIn's "add to profile" address with the form filled in (https://addtoprofile.linkedin.com/). It never holds the person's name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

FORM = "https://www.linkedin.com/profile/add"
_MONTH = re.compile(r"(\d{4})-(\d\d)")


def add_to_profile(fields: Mapping[str, str]) -> str:
    """fields: a certificate's, at least achievement, issuer, url and id; awarded and valid_until (ISO days) if it has them."""
    query = {"startTask": "CERTIFICATION_NAME", "name": fields["achievement"], "organizationName": fields["issuer"]}
    for field, prefix in (("awarded", "issue"), ("valid_until", "expiration")):
        if match := _MONTH.match(fields.get(field, "")):
            query |= {f"{prefix}Year": match[1], f"{prefix}Month": match[2].lstrip("0")}
    return f"{FORM}?{urlencode(query | {'certUrl': fields['url'], 'certId': fields['id']})}"
