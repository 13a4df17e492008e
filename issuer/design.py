"""The design of a certificate: what it is drawn from, as its record names it. What it names is kept in records/ under its SHA-256, so that
nothing that is edited later changes an old certificate:

    records/templates/<sha256>.svg
    records/pictures/<sha256>.png | .jpg | .svg
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from issuer import durable
from issuer.errors import FormatError, IntegrityError, Place

TEMPLATES = "records/templates"
PICTURES = "records/pictures"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SUFFIXES = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg"}
_RESTORE = "restore it from Git"

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Design:
    """name: of the template, for people; sha256: of its file; fonts: SHA-256 of the list of fonts, "" in records from before it was named;
    tools: versions of the programs that draw, by name; colours: "#rrggbb" by name; pictures: SHA-256 by name. Pairs are sorted."""

    name: str
    sha256: str
    fonts: str = ""
    tools: Pairs = ()
    colours: Pairs = ()
    pictures: Pairs = ()

    def member(self) -> dict[str, Any]:
        """The member `template` of a record. What is empty is left out."""
        brand = {"colours": dict(self.colours), "pictures": dict(self.pictures)}
        parts = {"fonts": self.fonts, "tools": dict(self.tools), "brand": _filled(brand)}
        return {"name": self.name, "sha256": self.sha256, **_filled(parts)}


def parse(value: Any) -> Design:
    """The member `template` of a record. Raises FormatError, KeyError, TypeError or AttributeError for what is none."""
    brand = value.get("brand", {})
    design = Design(
        value["name"],
        value["sha256"],
        value.get("fonts", ""),
        _pairs(value.get("tools", {})),
        _pairs(brand.get("colours", {})),
        _pairs(brand.get("pictures", {})),
    )
    digests = [design.sha256, *(digest for _, digest in design.pictures), *([design.fonts] if "fonts" in value else [])]
    names = [name for name, _ in (*design.tools, *design.colours, *design.pictures)]
    good = (
        isinstance(design.name, str)
        and all(_SHA256.fullmatch(digest) for digest in digests)
        and all(_NAME.fullmatch(name) for name in names)
        and all(_COLOUR.fullmatch(colour) for _, colour in design.colours)
    )
    if not good:
        raise FormatError("has a part that is none of a record")
    return design


def keep_template(repository: Path, source: bytes) -> str:
    """Keep the template that certificates are issued with. Returns its SHA-256, hex."""
    return _keep(repository / TEMPLATES, source, ".svg")


def keep_picture(repository: Path, data: bytes) -> str:
    """Keep a picture of the brand that certificates are issued with. Returns its SHA-256, hex."""
    suffix = next((suffix for start, suffix in _SUFFIXES.items() if data.startswith(start)), ".svg")
    return _keep(repository / PICTURES, data, suffix)


def template_source(repository: Path, digest: str) -> bytes:
    """The template that a record names. Raises IntegrityError if it is missing or was changed."""
    path = repository / TEMPLATES / f"{digest}.svg"
    return _kept(path, digest, path.relative_to(repository).as_posix(), "template")


def picture(repository: Path, digest: str) -> bytes:
    """The picture that a record names. Raises IntegrityError if it is missing or was changed."""
    folder = repository / PICTURES
    path = next(iter(sorted(folder.glob(f"{digest}.*"))), folder / digest)
    return _kept(path, digest, path.relative_to(repository).as_posix(), "picture")


def _keep(folder: Path, data: bytes, suffix: str) -> str:
    digest = hashlib.sha256(data).hexdigest()
    path = folder / f"{digest}{suffix}"
    if not path.exists():
        durable.write(path, data)
    return digest


def _kept(path: Path, digest: str, shown: str, what: str) -> bytes:
    data = durable.read(path, shown_as=shown)
    if data is None:
        raise IntegrityError(f"the {what} that certificates were issued with is missing", place=Place(shown), hint=_RESTORE)
    if hashlib.sha256(data).hexdigest() != digest:
        raise IntegrityError("was changed after issuing", place=Place(shown), hint=_RESTORE)
    return data


def _pairs(value: Mapping[str, str]) -> Pairs:
    if not all(isinstance(part, str) for part in value.values()):
        raise FormatError("has a part that is none of a record")
    return tuple(sorted(value.items()))


def _filled(parts: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part}
