"""What people decide of certificates, and the signed lists that tell the world.

revocations.csv (revocations.py) says which certificates are suspended or revoked; together with the corrections in the records it becomes
status lists and a status register (lists.py). Both are derived from scratch each time, so concurrent edits never lose a revocation.
"""

from __future__ import annotations

from issuer.status.lists import (
    CAPACITY,
    REGISTER,
    VALID_FOR,
    Mark,
    Used,
    draw,
    list_file,
    list_url,
    published,
    write,
)
from issuer.status.revocations import (
    REVOCATIONS,
    Action,
    Decision,
    State,
    append,
    decisions,
    read,
    reason_of,
    refusal,
    replacement_of,
    states,
)

__all__ = [
    "CAPACITY",
    "REGISTER",
    "REVOCATIONS",
    "VALID_FOR",
    "Action",
    "Decision",
    "Mark",
    "State",
    "Used",
    "append",
    "decisions",
    "draw",
    "list_file",
    "list_url",
    "published",
    "read",
    "reason_of",
    "refusal",
    "replacement_of",
    "states",
    "write",
]
