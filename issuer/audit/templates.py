"""Are the templates that certificates were issued with kept under their SHA-256?"""

from __future__ import annotations

import hashlib

from issuer import durable
from issuer.audit.checks import Check, Checking
from issuer.audit.material import Found, Material
from issuer.errors import Place

FOLDER = "records/templates"


def check(material: Material) -> Check:
    """Every template that a record names is there, and every one that is there has the hash that its name says."""
    check = Checking("templates")
    named: dict[str, Found] = {}
    count = 0
    for record in material.records():
        named.setdefault(record.row.template, record)
        count += 1
    kept = {path.stem for path in (material.repository / FOLDER).glob("*.svg")}
    for sha256 in sorted(kept):
        shown = f"{FOLDER}/{sha256}.svg"
        found = hashlib.sha256(durable.read(material.repository / shown, shown_as=shown) or b"").hexdigest()
        if found != sha256:
            check.add("template-changed", place=Place(shown), found=found)
    for sha256 in sorted(named.keys() - kept):
        check.add("template-missing", place=named[sha256].place, sha256=sha256)
    check.counts = {"templates": len(kept), "records": count}
    return check.done()
