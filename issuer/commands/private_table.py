"""A table for a spreadsheet that names people: outside the repository, for its owner's eyes, and with no cell that runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from issuer import durable
from issuer.commands.session import Session
from issuer.errors import Place, UsageError
from issuer.roster.inert import inert


def write(session: Session, path: Path, rows: Iterable[Iterable[str]]) -> None:
    """Write rows as CSV, UTF-8 with the byte order mark that Excel needs, readable by its owner only. A cell that a spreadsheet would run
    as a formula begins with an apostrophe. Raises UsageError for a path inside the repository, and StorageError."""
    if path.resolve().is_relative_to(session.repository.resolve()):
        hint = "choose a place outside it: the table names people"
        raise UsageError("lies inside the repository", place=Place(str(path)), hint=hint)
    text = io.StringIO(newline="")
    csv.writer(text).writerows(map(inert, row) for row in rows)
    durable.write(path, text.getvalue().encode("utf-8-sig"), mode=0o600)
