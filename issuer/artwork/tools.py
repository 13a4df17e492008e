"""Which programs draw here: with the same ones, the same records give the same bytes."""

from __future__ import annotations

import zlib
from functools import cache
from importlib.metadata import version

_PACKAGES = {"cairosvg": "CairoSVG", "icu": "icu4py", "pillow": "pillow", "zopfli": "zopfli"}


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """The versions of the programs whose output goes into a certificate, by name, sorted. Fonts are named apart, by `fonts.digest`."""
    import uharfbuzz
    from cairosvg.surface import cairo  # late: with the C library it takes a twentieth of a second

    found = {name: version(package) for name, package in _PACKAGES.items()}
    found |= {"cairo": cairo.cairo_version_string(), "harfbuzz": uharfbuzz.version_string(), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return tuple(sorted(found.items()))
