"""What an issuer puts into every template: its colours and its pictures, by name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

LOGO = "logo"
"""The picture that is the issuer's own."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a template may show. data: a PNG, a JPEG or an SVG, checked; sha256: hex."""

    data: bytes = field(repr=False)
    sha256: str

    @classmethod
    def of(cls, data: bytes) -> Picture:
        """The picture with these bytes."""
        return cls(data, hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, slots=True)
class Brand:
    """colours: "#rrggbb" by name, such as primary and accent; pictures: by the name that data-image gives. Pairs, sorted by name."""

    colours: tuple[tuple[str, str], ...] = ()
    pictures: tuple[tuple[str, Picture], ...] = ()

    @classmethod
    def of(cls, colours: Mapping[str, str], pictures: Mapping[str, Picture]) -> Brand:
        """The brand with these colours and pictures."""
        return cls(tuple(sorted(colours.items())), tuple(sorted(pictures.items())))


NO_BRAND = Brand()
