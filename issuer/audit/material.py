"""What an audit looks at: the records as they were scanned, and the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from issuer.audit.entries import Entries
from issuer.audit.scanning import Row, Scan
from issuer.config import IssuerConfig, KeyWindow
from issuer.credential import did
from issuer.errors import Place


class Found(NamedTuple):
    """A record and the file that it is in."""

    scan: Scan
    row: Row

    @property
    def place(self) -> Place:
        """File and line."""
        return self.scan.place(self.row.line)


@dataclass
class Material:
    """scans: of every file of records, batch by batch in name order, oldest first in each; now: aware."""

    repository: Path
    config: IssuerConfig
    now: dt.datetime
    scans: list[Scan]
    log: Entries

    @property
    def did(self) -> str:
        """The issuer's DID."""
        return did(self.config)

    def records(self) -> Iterator[Found]:
        """Every record that can be read."""
        for scan in self.scans:
            for row in scan.rows:
                yield Found(scan, row)

    @cached_property
    def by_digest(self) -> dict[bytes, Found]:
        """The first record of each digest."""
        found: dict[bytes, Found] = {}
        for record in self.records():
            found.setdefault(record.row.digest, record)
        return found

    @cached_property
    def newest(self) -> dict[str, Found]:
        """The record of each id that comes last."""
        return {record.row.id: record for record in self.records()}

    @cached_property
    def windows(self) -> dict[str, KeyWindow]:
        """The keys of issuer.yml by their Multikey."""
        return {window.key: window for window in self.config.keys}

    def in_use(self, use: str) -> set[str]:
        """The Multikeys that may sign what is current, for one use."""
        return {window.key for window in self.config.keys if window.until is None and use in window.use}


def span(window: KeyWindow) -> str:
    """A window in words."""
    if window.until is None:
        return f"entry {window.from_} on"
    return "empty" if window.until <= window.from_ else f"entry {window.from_} to before {window.until}"
