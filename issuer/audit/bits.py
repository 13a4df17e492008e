"""Does each record have a bit of its own in a list of this issuer?"""

from __future__ import annotations

import re

from issuer.audit.checks import Check, Checking
from issuer.audit.material import Found, Material

_LIST = re.compile(r"/status/revocation(-[1-9][0-9]*)?\.json")


def check(material: Material) -> Check:
    """No two records have the same bit of the same list: revoking one would revoke the other."""
    check = Checking("status-bits")
    owners: dict[tuple[str, int], Found] = {}
    lists: set[str] = set()
    for record in material.records():
        row = record.row
        if row.list not in lists and not _is_ours(row.list, material.config.base_url):
            check.add("list-other", place=record.place, list=row.list)
        lists.add(row.list)
        owner = owners.setdefault((row.list, row.bit), record)
        if owner.row.digest != row.digest:
            check.add("bit-shared", place=record.place, bit=row.bit, list=row.list.rpartition("/")[2], other=owner.place)
    check.counts = {"records": len(owners), "lists": len(lists)}
    return check.done()


def _is_ours(url: str, base_url: str) -> bool:
    return url.startswith(base_url) and _LIST.fullmatch(url[len(base_url) :]) is not None
