"""What a plan is: rows to issue, rows that are not, and everything that the checks found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from issuer import renewal
from issuer.roster.findings import Finding
from issuer.spool import Spool

Action = Literal["new", "corrected", "unchanged"]


@dataclass(frozen=True, slots=True)
class Known:
    """What the records say was issued last for a key. content: as content_digest gave it; values: as published, without e-mail; revision:
    counts from 1; revoked: nothing is issued for this key again; void: the key that signed it was compromised, so it is issued again even
    if nothing changed."""

    id: str
    content: str
    values: Mapping[str, str]
    revision: int = 1
    revoked: bool = False
    void: bool = False


class PlannedRow(NamedTuple):
    """A row without an error. line: 1-based; file: where it stands if that is not the roster itself; key, content: hex digests; identity:
    the text that tells it from others, which key is made of; values: field → text, with the dates that batch.yml gives, without private
    fields; id: None when new; changes: (field, old, new) of a correction, "" for absent; empty when only the achievement or labels changed;
    normalised: (field, text of the cell, text that is signed) where they differ; settings: whether what batch.yml says changed, as far
    as can be told; void: whether it is corrected because its key was compromised; renews: the older certificate that it renews.
    """

    line: int
    key: str
    values: Mapping[str, str]
    action: Action
    id: str | None
    content: str
    identity: str
    file: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    normalised: tuple[tuple[str, str, str], ...] = ()
    settings: bool = False
    void: bool = False
    renews: renewal.Old | None = None


@dataclass(frozen=True, slots=True)
class Ineligible:
    """A row that does not qualify, by the rule of its batch. name: "" if it has none; known: the id of a certificate that was issued for
    it when it did."""

    line: int
    file: str
    name: str
    reason: str
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Somebody who was issued a certificate and is no longer in the roster. It stays valid until a person revokes it, or batch.yml says
    `withdraw: revoke`. revoke: whether issuing revokes it; doubt: why it does not although batch.yml says so, a sentence without its end.
    """

    key: str
    id: str
    values: Mapping[str, str]
    revoke: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row as it stands in a table of rejected rows. mark: names the row of the roster, "" for one that is in no roster; findings: the
    errors that keep it from being issued, none if it was corrected."""

    mark: str
    cells: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """rows: in roster order, those with an error or not eligible left out; findings: all of them, in file order; blocked: how many rows
    have an error; stopped: whether an error keeps the whole batch from being issued; public: (field, headers) of what is signed and
    published; private: headers of the columns that are not; headers: of the roster; rejected: the rows with an error, and those that were
    rejected before.
    """

    rows: Spool[PlannedRow] = field(default_factory=Spool)
    withdrawn: tuple[Withdrawn, ...] = ()
    findings: tuple[Finding, ...] = ()
    blocked: int = 0
    stopped: bool = False
    counts: Mapping[Action, int] = field(default_factory=dict)
    ineligible: Sequence[Ineligible] = ()
    public: tuple[tuple[str, str], ...] = ()
    private: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    rejected: Sequence[Rejected] = ()

    @property
    def blocks(self) -> bool:
        """Whether nothing of the batch may be issued."""
        return self.stopped

    @property
    def new(self) -> int:
        """Rows that get their first certificate."""
        return self.counts.get("new", 0)

    @property
    def corrected(self) -> int:
        """Rows whose certificate is replaced under the same id."""
        return self.counts.get("corrected", 0)

    @property
    def unchanged(self) -> int:
        """Rows for which nothing happens."""
        return self.counts.get("unchanged", 0)

    def pending(self) -> Iterator[PlannedRow]:
        """The rows that will be signed."""
        return (row for row in self.rows if row.action != "unchanged")
