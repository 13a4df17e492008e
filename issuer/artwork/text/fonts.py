"""The fonts that certificates are drawn with: named files, pinned by SHA-256, never the system's.

fonts/manifest.json lists what the package carries ("carried") and what `make setup` installs ("installed": Han, Kana and
Hangul are too large to carry). A file is opened, and its hash compared, when the first character needs it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import uharfbuzz as hb

from issuer.errors import IssuerError, Place, StorageError

CARRIED = Path(__file__).parents[1] / "fonts"
SERIF, SANS, PLAIN_SERIF = "EB Garamond", "Noto Sans", "Noto Serif"
GENERIC = {"serif": SERIF, "sans-serif": SANS}
EAST_ASIAN = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})
# EB Garamond draws small on its body: lower-case letters of 0.40 em, Noto Serif 0.54. Beside it, other fonts are drawn
# smaller, but not those whose letters are small themselves.
_BESIDE_GARAMOND = {"Arab": 1.04, "Hebr": 0.94, "Thai": 0.94, "Laoo": 0.94}
_OTHERS_BESIDE_GARAMOND = 0.84
_LETTERS = [*ascii_lowercase, *ascii_uppercase]


@dataclass(frozen=True, slots=True)
class Package:
    """Where an installed font comes from: one member of a wheel, which is pinned by its own SHA-256."""

    name: str
    version: str
    sha256: str
    member: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the manifest. scripts: ISO 15924 codes; languages: only these prefer the font, empty for all; sha256: hex."""

    file: str
    family: str
    italic: bool
    weight: int
    scripts: frozenset[str]
    languages: frozenset[str]
    sha256: str
    package: Package | None = None

    @property
    def path(self) -> Path:
        """The file that is read."""
        return (CARRIED if self.package is None else installed_folder()) / self.file


@dataclass(eq=False, slots=True)
class Face:
    """An open font. tag: short, unique, one or two letters after "g."; face: for hb.subset; font: for drawing, in font units.

    upem: units per em; coverage: code points; outlines, extents: by glyph, filled when asked for.
    """

    entry: Entry
    tag: str
    face: hb.Face
    font: hb.Font
    upem: int
    coverage: hb.Set
    outlines: dict[int, str] = field(default_factory=dict)
    extents: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)

    def covers(self, cluster: str) -> bool:
        """Whether the font has a glyph for every character that must be seen."""
        return all(ord(character) in self.coverage or ignorable(character) for character in cluster)


def ignorable(character: str) -> bool:
    """Joiners, variation selectors and the combining grapheme joiner: they steer shaping and have no picture of their own."""
    code = ord(character)
    return code in (0x200C, 0x200D, 0x034F, 0x2060, 0x200B, 0x00AD) or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


def installed_folder() -> Path:
    """Where `make setup` puts the fonts that are not carried: inside the environment that runs us."""
    return Path(sys.prefix) / "share" / "issuer" / "fonts"


@cache
def entries() -> tuple[Entry, ...]:
    """Every font of the manifest, in its order."""
    manifest = json.loads((CARRIED / "manifest.json").read_text(encoding="utf-8"))
    return tuple(_entry(line) for line in [*manifest["carried"], *manifest["installed"]])


def _entry(line: Mapping[str, Any]) -> Entry:
    return Entry(
        file=line["file"],
        family=line["family"],
        italic=line["style"] == "italic",
        weight=line["weight"],
        scripts=frozenset(line["scripts"]),
        languages=frozenset(line.get("languages", ())),
        sha256=line["sha256"],
        package=Package(**line["package"]) if "package" in line else None,
    )


@cache
def digest() -> str:
    """Hex SHA-256 of the manifest, which names the SHA-256 of every font: which fonts a certificate was drawn with."""
    return hashlib.sha256((CARRIED / "manifest.json").read_bytes()).hexdigest()


def check(entry: Entry) -> None:
    """Compare the file with the manifest. Raises StorageError if it is missing or has other bytes."""
    place = Place(str(entry.path))
    again = 'run "make setup"'
    try:
        with entry.path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StorageError(f"the font {entry.family} cannot be read: {error.strerror}", place=place, hint=again) from error
    if found != entry.sha256:
        raise StorageError(f"the font {entry.family} has SHA-256 {found}, not {entry.sha256}", place=place, hint=f"delete it and {again}")


@cache
def face(entry: Entry) -> Face:
    """Open a font, once per process. Raises StorageError as check does, IssuerError if HarfBuzz cannot read it."""
    check(entry)
    opened = hb.Face(hb.Blob.from_file_path(str(entry.path)))
    if not opened.glyph_count:
        raise IssuerError(f"the font {entry.family} has no glyphs", place=Place(str(entry.path)), hint='run "make setup"')
    return Face(entry, _tag(entries().index(entry)), opened, hb.Font(opened), opened.upem, opened.unicodes)


def _tag(number: int) -> str:
    """ "g.a" to "g.Z", then "g.aa" and so on: a glyph's number may follow directly."""
    high, low = divmod(number, len(_LETTERS))
    return f"g.{_LETTERS[high - 1] if high else ''}{_LETTERS[low]}"


@cache
def chain(family: str, weight: int, italic: bool, script: str, language: str) -> tuple[Entry, ...]:  # noqa: FBT001 a part of the cache's key
    """The fonts to try for a script, best first. language: the primary BCP 47 subtag or "".

    The font of the script comes first, of those the wanted family, then the wanted weight and slant; then all others, so that
    a stray character is still drawn. Han, Kana and Hangul come last for other scripts: opening them costs 23 MB of reading.
    """
    wanted = GENERIC.get(family, family)

    def rank(entry: Entry) -> tuple[object, ...]:
        east = bool(entry.scripts & EAST_ASIAN)
        return (
            script not in entry.scripts,
            east,
            bool(entry.languages) and language not in entry.languages,
            not entry.languages and any(language in other.languages for other in entries() if script in other.scripts),
            entry.family != wanted,
            entry.family != PLAIN_SERIF,
            abs(entry.weight - weight),
            entry.italic != italic,
        )

    return tuple(sorted(entries(), key=rank))


def factor(family: str, entry: Entry) -> float:
    """How large a font is drawn beside the family that a template asks for."""
    if GENERIC.get(family, family) != SERIF or entry.family == SERIF:
        return 1.0
    return next((_BESIDE_GARAMOND[script] for script in entry.scripts if script in _BESIDE_GARAMOND), _OTHERS_BESIDE_GARAMOND)
