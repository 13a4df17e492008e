"""What draws here: with the same version, fonts and programs, the same records give the same bytes."""

from __future__ import annotations

import unicodedata
import zlib
from functools import cache
from importlib.metadata import version
from typing import Any

from zlib_ng import zlib_ng

from issuer import __version__
from issuer.artwork.text import fonts

_PACKAGES = {
    "babel": "babel",
    "cairosvg": "CairoSVG",
    "fonttools": "fonttools",
    "icu": "icu4py",
    "numpy": "numpy",
    "pillow": "pillow",
    "segno": "segno",
    "zopfli": "zopfli",
}


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """The versions of the programs whose output goes into a certificate, by name, sorted. Fonts are named apart, by `fonts.digest`."""
    import uharfbuzz
    from cairosvg.surface import cairo  # late: with the C library it takes a twentieth of a second

    found = {name: version(package) for name, package in _PACKAGES.items()}
    found |= {"cairo": cairo.cairo_version_string(), "harfbuzz": uharfbuzz.version_string(), "unicode": unicodedata.unidata_version}
    found |= {"zlib": zlib.ZLIB_RUNTIME_VERSION, "zlib-ng": str(zlib_ng.ZLIBNG_RUNTIME_VERSION)}
    return tuple(sorted(found.items()))


def here() -> dict[str, Any]:
    """What a site says that it was drawn with: version of Issuer, SHA-256 of the list of fonts, versions of the programs."""
    return {"fonts": fonts.digest(), "tool": __version__, "tools": dict(versions())}
