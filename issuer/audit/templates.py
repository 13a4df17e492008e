"""Are the templates that certificates were issued with kept under their SHA-256, and the pictures of their brand?"""

from __future__ import annotations

import hashlib
from typing import Literal

from issuer import durable
from issuer.audit.checks import Check, Checking
from issuer.audit.material import Found, Material
from issuer.design import PICTURES, TEMPLATES
from issuer.errors import Place


def check(material: Material) -> Check:
    """Every template and picture that a record names is there, and every one that is there has the hash that its name says."""
    check = Checking("templates")
    templates: dict[str, Found] = {}
    pictures: dict[str, Found] = {}
    count = 0
    for record in material.records():
        templates.setdefault(record.row.template, record)
        for digest in record.row.pictures:
            pictures.setdefault(digest, record)
        count += 1
    check.counts = {
        "templates": _kept(material, TEMPLATES, "template", templates, check),
        "pictures": _kept(material, PICTURES, "picture", pictures, check),
        "records": count,
    }
    return check.done()


def _kept(material: Material, folder: str, what: Literal["template", "picture"], named: dict[str, Found], check: Checking) -> int:
    """How many there are. named: SHA-256 → the first record that names it."""
    paths = sorted(path for path in (material.repository / folder).glob("*.*") if not path.name.startswith("."))
    for path in paths:
        shown = f"{folder}/{path.name}"
        found = hashlib.sha256(durable.read(path, shown_as=shown) or b"").hexdigest()
        if found != path.stem:
            check.add(f"{what}-changed", place=Place(shown), found=found)
    for sha256 in sorted(named.keys() - {path.stem for path in paths}):
        check.add(f"{what}-missing", place=named[sha256].place, sha256=sha256)
    return len(paths)
