"""Presets: what the exports of well-known systems call their columns. One YAML file for each system, which cites where its names are from.

The name of the file is what `preset:` in batch.yml says. A preset fills the known fields that batch.yml does not map itself. It never sets
the key: that is the identity of who was issued a certificate, and so stands in batch.yml.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from pydantic import Field, field_validator

from issuer import settings
from issuer.batch_config import KNOWN_FIELDS, ColumnMapping
from issuer.errors import ConfigError, Place
from issuer.roster.headers import plain
from issuer.settings import Line, Strict, WebAddress

FOLDER = Path(__file__).parent


class Source(Strict):
    """Where column names are from. title: of the page or file; url: its address; says: which columns it shows, and how they differ."""

    title: Line
    url: WebAddress
    says: Line | None = None


class Key(Strict):
    """What makes two rows one person in this system, even when the address changes. field: a name for it; column: its headers."""

    field: Line
    column: tuple[Line, ...] = Field(strict=False)


class Preset(Strict):
    """One system. source: where the names are from; fields: known field → what can fill it, the first whose columns are all there does;
    unused: columns that nobody wants on a certificate, `*` stands for any text; signs: headers that together mean this system and no other;
    person: a column that is filled in each row of a person and empty in others, such as a second line of headings; key: None if the
    system has no number for a person that it always exports."""

    title: Line
    source: tuple[Source, ...] = Field(strict=False, min_length=1)
    fields: dict[str, tuple[ColumnMapping, ...]]
    unused: tuple[Line, ...] = Field(default=(), strict=False)
    signs: tuple[tuple[Line, ...], ...] = Field(strict=False, min_length=1)
    person: Line | None = None
    key: Key | None = None

    @field_validator("fields", mode="before")
    @classmethod
    def _known(cls, fields: object) -> object:
        if not isinstance(fields, dict) or not fields.keys() <= set(KNOWN_FIELDS):
            raise ValueError(f"must be some of {', '.join(KNOWN_FIELDS)}")
        return {field: tuple(ways) for field, ways in fields.items()}

    @field_validator("signs", mode="before")
    @classmethod
    def _lists(cls, signs: object) -> object:
        return tuple(tuple(sign) for sign in signs) if isinstance(signs, list) else signs

    def ignores(self, header: str) -> bool:
        """Whether a column is deliberately not used."""
        return any(fnmatchcase(plain(header), plain_pattern(pattern)) for pattern in self.unused)


@cache
def names() -> list[str]:
    """The presets there are, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


@cache
def load(name: str) -> Preset:
    """The preset of that name. Raises ConfigError if there is none."""
    require(name)
    return settings.read(FOLDER / f"{name}.yml", Preset)


def require(name: str, place: Place | None = None) -> None:
    """Raises ConfigError if there is no preset of that name. place: where it is named."""
    known = names()
    if name not in known:
        near = difflib.get_close_matches(name.casefold().replace(" ", "-"), known, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise ConfigError(f"there is no preset {name!r}", place=place, hint=f"{hint}presets: {', '.join(known)}")


def recognised(headers: Iterable[str]) -> str | None:
    """The system whose signs these headers show; None if there is none, or several."""
    there = {plain(header) for header in headers if header}
    found = [name for name in names() if any(all(plain(sign) in there for sign in signs) for signs in load(name).signs)]
    return found[0] if len(found) == 1 else None


@cache
def plain_pattern(pattern: str) -> str:
    """A pattern of `unused` as headers are compared: plain, but for its stars; brackets mean themselves."""
    return "*".join(_plain_part(part) for part in pattern.split("*"))


def _plain_part(part: str) -> str:
    """plain() takes the spaces at both ends away, which belong to a part of a pattern."""
    kept = plain(f"|{part}|")
    return kept[1:-1].replace("[", "[[]").replace("?", "[?]")
