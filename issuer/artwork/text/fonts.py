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
from itertools import combinations
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import uharfbuzz as hb

from issuer.artwork.text import characters
from issuer.errors import IssuerError, Place, StorageError

CARRIED = Path(__file__).parents[1] / "fonts"
SERIF, SANS = "EB Garamond", "Noto Sans"
GENERIC = {"serif": SERIF, "sans-serif": SANS}
EAST_ASIAN = frozenset({"Hani", "Hira", "Kana", "Hang", "Bopo"})
# Noto's Latin letters: how high the small ones and the capitals are, in em. Other families are compared with them.
_X_HEIGHT, _CAP_HEIGHT = 0.536, 0.714
_LETTERS = [*ascii_lowercase, *ascii_uppercase]


@dataclass(frozen=True, slots=True)
class Package:
    """Where an installed font comes from: one member of a wheel, which is pinned by its own SHA-256."""

    name: str
    version: str
    sha256: str
    member: str


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A line of the manifest. kind: "serif", "sans" or "symbols"; scripts: ISO 15924 codes, "Zyyy" if it has symbols of no script;
    languages: only these prefer the font, empty for all; size: how large its letters look beside those of Noto Serif; sha256: hex.
    """

    file: str
    family: str
    kind: str
    size: float
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


_Ink = tuple[int, int, int, int]  # left, right, highest and lowest point


class Extents(dict[int, _Ink]):
    """The ink of a font's glyphs, measured when first asked for."""

    BLANK = (1 << 20, -(1 << 20), -(1 << 20), 1 << 20)

    def __init__(self, font: hb.Font) -> None:
        super().__init__()
        self.font = font

    def __missing__(self, glyph: int) -> _Ink:
        box = self.font.get_glyph_extents(glyph)
        if box is None or not box.width:
            found = self.BLANK
        else:
            found = (box.x_bearing, box.x_bearing + box.width, box.y_bearing, box.y_bearing + box.height)
        self[glyph] = found
        return found


@dataclass(eq=False, slots=True)
class Face:
    """An open font. tag: short, unique, one or two letters after "g."; face: for hb.subset; font: for drawing, in font units.

    upem: units per em; coverage: code points; extents: left, right, highest and lowest point of a glyph, in font units (left beyond right
    if it has no ink).
    """

    entry: Entry
    tag: str
    face: hb.Face
    font: hb.Font
    upem: int
    coverage: hb.Set
    extents: Extents = field(init=False)

    def __post_init__(self) -> None:
        self.extents = Extents(self.font)

    def covers(self, cluster: str) -> bool:
        """Whether the font has a glyph for every character that must be seen, and that means the same in every font."""
        return all(
            (ord(character) in self.coverage and not characters.private(character)) or characters.ignorable(character)
            for character in cluster
        )

    def seats(self, cluster: str) -> bool:
        """Whether accents stand above or below their letter and clear of it: a font without anchors for a letter, such as ɔ̀, draws them
        beside it, and one without anchors for a second accent, such as ẽ́, draws both in one place."""
        if not any(characters.accent(character) for character in cluster):
            return True
        buffer = hb.Buffer()
        buffer.add_str(cluster)
        buffer.guess_segment_properties()
        hb.shape(self.font, buffer)
        pen, boxes = 0, []
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            left, right, top, bottom = self.extents[info.codepoint]
            if left < right:
                x, y = pen + position.x_offset, position.y_offset
                boxes.append((x + left, x + right, y + top, y + bottom))
            pen += position.x_advance
        if not all(boxes[0][0] <= (left + right) / 2 <= boxes[0][1] for left, right, _, _ in boxes[1:]):
            return False
        return any(map(characters.touches, cluster)) or not any(_collide(one, other) for one, other in combinations(boxes, 2))


def _collide(one: _Ink, other: _Ink) -> bool:
    """Whether a mark stands in what another, or the letter, takes up: by more than a third of the lower of the two."""
    wide = min(one[1], other[1]) - max(one[0], other[0])
    high = min(one[2], other[2]) - max(one[3], other[3])
    return wide > 0 and high > min(one[2] - one[3], other[2] - other[3]) / 3


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
        kind=line["kind"],
        size=line.get("size", 1.0),
        italic=line["style"] == "italic",
        weight=line["weight"],
        scripts=frozenset(line["scripts"]),
        languages=frozenset(line.get("languages", ())),
        sha256=line["sha256"],
        package=Package(**line["package"]) if "package" in line else None,
    )


def families() -> tuple[str, ...]:
    """The families that a template may name for its own texts: those with Latin letters, in the manifest's order."""
    return tuple(dict.fromkeys(entry.family for entry in entries() if "Latn" in entry.scripts))


def named(family: str) -> str:
    """The family of the manifest that a template means, by its name or as "serif" or "sans-serif"."""
    return GENERIC.get(family, family)


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
    return Face(entry, tag(entries().index(entry)), opened, hb.Font(opened), opened.upem, opened.unicodes)


def tag(number: int) -> str:
    """ "g.a" to "g.Z", then "g.aa" and so on: a glyph's number may follow directly."""
    high, low = divmod(number, len(_LETTERS))
    return f"g.{_LETTERS[high - 1] if high else ''}{_LETTERS[low]}"


@cache
def factor(family: str, entry: Entry) -> float:
    """How large a font is drawn beside the family that a template asks for, so that their letters look equally large."""
    wanted = named(family)
    if entry.family == wanted:
        return 1.0
    own = next((other for other in entries() if other.family == wanted), None)
    return 1.0 if own is None else round(_body(own) / _body(entry) / entry.size, 2)


def _body(entry: Entry) -> float:
    """How large a family's Latin letters look, 1 for Noto's: EB Garamond's are small on their body, 0.83. 1 for a font without them."""
    if "Latn" not in entry.scripts:
        return 1.0
    opened = face(entry)
    x_height, cap_height = (opened.extents[opened.font.get_nominal_glyph(ord(letter))][2] / opened.upem for letter in "xH")
    return (x_height / _X_HEIGHT + cap_height / _CAP_HEIGHT) / 2
