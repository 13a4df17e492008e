"""Cells of tables that we write for people: none that a spreadsheet program would run as a formula."""

from __future__ import annotations

import re

_LIVE = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
"""How a formula begins, also in programs that take the wide forms; the apostrophes are those that quoted marks already."""


def inert(cell: str) -> str:
    """The cell with an apostrophe before it if a spreadsheet program would run it as a formula, else as it is."""
    return f"'{cell}" if _LIVE.match(cell) else cell


def restored(cell: str) -> str:
    """The cell that `inert` was given."""
    return cell[1:] if cell.startswith("'") and _LIVE.match(cell) else cell
