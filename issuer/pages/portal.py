"""Where the portal's sources and the certificate templates are: inside an installed package, or in a source checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def portal_folder() -> Path:
    """The folder that holds index.md, verify.md, trust.md, guide/, assets/ and js/."""
    packaged = PACKAGE / "portal"
    return packaged if packaged.is_dir() else PACKAGE.parent / "site"


def templates_folder() -> Path:
    """The folder that holds the certificate templates (SVG)."""
    packaged = PACKAGE / "templates"
    return packaged if packaged.is_dir() else PACKAGE.parent / "templates"


def samples_folder() -> Path:
    """The folder that holds the sample batches of the demo."""
    packaged = PACKAGE / "samples"
    return packaged if packaged.is_dir() else PACKAGE.parent / "records"
