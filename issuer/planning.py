"""A batch and its roster become a plan: what issuing would do, row by row. Nothing here signs, writes or asks a network."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from issuer import renewal
from issuer.batch import Batch, content_digest, key_digest, key_value
from issuer.batch_config import KNOWN_FIELDS
from issuer.errors import Place
from issuer.roster import mapping, misplaced, reading
from issuer.roster.checking import Checked, Checker, unlikely
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.table import Table
from issuer.settings import line_of

Gate = Callable[[Mapping[str, str]], Iterable[tuple[str, str, str]]]
"""Asks whether a row with these values can be drawn: (field, message, hint) for each reason that it cannot."""


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


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row without an error. line: 1-based; key, content: hex digests; values: field → text, with the dates that batch.yml gives;
    id: None when new; changes: (field, old, new) of a correction, "" for absent; empty when only the achievement or labels changed;
    settings: whether these changed, as far as can be told; void: whether it is corrected because its key was compromised; renews: the
    older certificate that it renews.
    """

    line: int
    key: str
    values: Mapping[str, str]
    action: Literal["new", "corrected", "unchanged"]
    id: str | None
    content: str
    changes: tuple[tuple[str, str, str], ...] = ()
    settings: bool = False
    void: bool = False
    renews: renewal.Old | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Somebody who was issued a certificate and is no longer in the roster. It stays valid until a person revokes it."""

    key: str
    id: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Plan:
    """rows: in roster order, those with an error left out; blocked: how many were left out; findings: all of them, in file order;
    public: (field, header) of each column that is signed and published; private: headers of the columns that are not; not_eligible: how
    many rows are left out because they do not meet `require:`.
    """

    rows: tuple[PlannedRow, ...]
    withdrawn: tuple[Withdrawn, ...]
    findings: tuple[Finding, ...]
    blocked: int
    public: tuple[tuple[str, str], ...] = ()
    private: tuple[str, ...] = ()
    not_eligible: int = 0

    @property
    def blocks(self) -> bool:
        """Whether an error keeps the whole batch from being issued."""
        return any(found.blocks for found in self.findings)

    @property
    def new(self) -> int:
        """Rows that get their first certificate."""
        return sum(row.action == "new" for row in self.rows)

    @property
    def corrected(self) -> int:
        """Rows whose certificate is replaced under the same id."""
        return sum(row.action == "corrected" for row in self.rows)

    @property
    def unchanged(self) -> int:
        """Rows for which nothing happens."""
        return sum(row.action == "unchanged" for row in self.rows)


def plan(
    batch: Batch, known: Mapping[str, Known], *, now: dt.datetime, gate: Gate | None = None, old: renewal.Lookup | None = None
) -> Plan:
    """What issuing would do. known: key digest → what was issued last; now: aware UTC; gate: asked for new and corrected rows; old: asked
    once for the certificates that they renew, without it nobody looks. Raises RosterError when the roster cannot be read at all;
    everything else is a finding.
    """
    table = reading.read(batch.roster, shown_as=batch.roster_path, sheet=batch.config.sheet)
    return _Planning(batch, known, gate, table, now).run(old)


class _Planning:
    """The state of one plan while the rows pass."""

    def __init__(self, batch: Batch, known: Mapping[str, Known], gate: Gate | None, table: Table, now: dt.datetime) -> None:
        self.batch, self.known, self.gate, self.table = batch, known, gate, table
        self.columns = mapping.match(table, batch.config, batch.settings_path)
        self.checker = Checker(table, self.columns, batch.config, now)
        self.rows: list[PlannedRow] = []
        self.findings = list(table.findings)
        self.seen: dict[str, int] = {}
        self.first_new: dict[str, int] = {}  # name → line of the first new row with it
        self.blocked = 0
        self.certain = True  # whether every row's key is known, so that who is missing is known too

    def run(self, old: renewal.Lookup | None) -> Plan:
        if any(found.code is Code.COLUMN_MISSING for found in self.columns.findings) and (elsewhere := self._elsewhere()):
            return elsewhere
        if self.table.headers:
            self.findings.extend(self.columns.findings)
            self.findings.extend(self._about_settings())
        count = 0
        for count, row in enumerate(self.table.rows, 1):  # noqa: B007 - counted
            self._row(self.checker.check(row))
        if not count:
            hint = "add one row for each recipient under the header"
            self.findings.append(finding(Code.ROSTER_EMPTY, self.table.place(), "the roster has no rows", hint))
        if old is not None and not self.batch.config.is_own("renews"):
            self._renewals(old)
        planned = self.columns.complete and count
        withdrawn = tuple(self._withdrawn()) if planned and self.certain else ()
        return Plan(tuple(self.rows) if planned else (), withdrawn, tuple(self.findings), self.blocked, *self._headers())

    def _renewals(self, lookup: renewal.Lookup) -> None:
        """Give each row that renews its old certificate, and leave out those that may not."""
        wanted = {row.values["renews"] for row in self.rows if "renews" in row.values and row.action != "unchanged"}
        found = lookup(wanted) if wanted else {}
        taken: dict[str, int] = {}
        rows, self.rows = self.rows, []
        for row in rows:
            number = row.values.get("renews")
            if number not in wanted or row.action == "unchanged":
                self.rows.append(row)
            elif self._may_renew(row, number, found.get(number), taken):
                self.rows.append(dataclasses.replace(row, renews=found[number]))
            else:
                self.blocked += 1

    def _may_renew(self, row: PlannedRow, number: str, old: renewal.Old | None, taken: dict[str, int]) -> bool:
        """taken: old certificate → the first line that renews it; it grows."""
        column = self.columns.column("renews")
        place = self.table.place(row.line, None if column is None else column.index)
        first = taken.setdefault(number, row.line)
        if first != row.line:
            message = f"the certificate {number} is renewed in line {first} and again in line {row.line}"
            findings = [finding(Code.RENEWAL_TWICE, place, message, "take one of the two rows out")]
        elif old is not None and row.id is not None and self.known[row.key].values.get("renews") == number:
            return True  # a correction of what was found good when it was issued
        else:
            findings = list(renewal.check(number, row.values["name"], old, place))
        self.findings.extend(findings)
        return not any(found.blocks for found in findings)

    def _elsewhere(self) -> Plan | None:
        """The plan of a roster whose headers stand in another place: nothing else can be said of it."""
        found = misplaced.find(self.table, self.batch.roster, self.batch.config)
        if found is None:
            return None
        blocked = 0 if found.line is None else sum(row.line > found.line for row in self.table.rows)
        return Plan((), (), (*self.findings, found.finding), blocked)

    def _headers(self) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """Plan.public and Plan.private."""
        headers = self.table.headers
        public = [column for column in self.columns.columns if column.field != "email" and not column.private]
        signed = {index for column in public for index in column.indexes}
        private = (header for index, header in enumerate(headers) if header and index not in signed)
        return tuple((column.field, " + ".join(headers[index] for index in column.indexes)) for column in public), tuple(private)

    def _about_settings(self) -> Iterator[Finding]:
        config, place = self.batch.config, Place(self.batch.settings_path)
        for field, known in self.columns.misspelt:
            line = line_of(self.batch.folder / "batch.yml", "columns", field)
            header = shown(config.columns[field].title)
            message = f"the field {field!r} is not known; as a field of its own, its column {header} would be signed and published"
            hint = f"did you mean `{known}`? If it is a field of your own, choose a name that is less like `{known}`, or add `as: result`"
            yield finding(Code.FIELD_MISSPELT, Place(self.batch.settings_path, line), message, hint)
        if config.awarded is not None:
            yield from unlikely(place, config.awarded.isoformat(), self.checker.tomorrow)
        elif self.columns.column("awarded") is None and "awarded" not in config.columns:
            hint = "write `awarded: 2026-05-30`, or map a column of dates to `awarded`"
            yield finding(Code.AWARDED_MISSING, place, "nothing says when the certificates are awarded", hint)
        until = config.given({}).get("valid_until")
        if until is not None and until < self.checker.today:
            yield finding(Code.VALID_UNTIL_PASSED, place, f"valid until {until}, which has passed", "check the year")
        for field in config.key:
            if self.columns.column(field) is None and field not in config.columns:
                hint = f"map a column to {field!r}, or name another key"
                yield finding(Code.COLUMN_MISSING, place, f"no column fills {field!r}, the key of this batch", hint)

    def _row(self, checked: Checked) -> None:
        self.findings.extend(checked.findings)
        field, value = key_value(self.batch, checked.values)
        if not value or field in checked.faulty or not self.columns.complete:
            self.certain = False
            self.blocked += 1
            return
        key = key_digest(self.batch, checked.values)
        first = self.seen.setdefault(key, checked.line)
        planned = None if checked.blocked else self._planned(checked, key)
        if first != checked.line:
            self.findings.append(self._twice(checked, field, value, first))
        elif planned is not None and not self._refused(planned):
            self._plan_row(planned)
            return
        self.blocked += 1

    def _plan_row(self, row: PlannedRow) -> None:
        self.rows.append(row)
        if row.action == "new":
            self.first_new.setdefault(row.values["name"], row.line)
        elif row.key in self.known and self.known[row.key].revoked:
            message = f"the certificate {row.id} of {shown(row.values['name'])} was revoked; nothing is issued for this row"
            hint = "take the row out; a person who is to have a certificate again gets it in a new batch"
            self.findings.append(finding(Code.REVOKED_ROW, self.table.place(row.line), message, hint))

    def _planned(self, checked: Checked, key: str) -> PlannedRow:
        values, content = checked.values, content_digest(self.batch, checked.values)
        known = self.known.get(key)
        if known is None:
            return PlannedRow(checked.line, key, values, "new", None, content)
        same = known.content == content
        if known.revoked or (same and not known.void):
            return PlannedRow(checked.line, key, values, "unchanged", known.id, content)
        changes = () if same else _changes(known.values, values)
        settings = not same and (not changes or self._settings_changed(known))
        return PlannedRow(checked.line, key, values, "corrected", known.id, content, changes, settings, known.void)

    def _settings_changed(self, known: Known) -> bool:
        """Whether the old values would give another credential today. Not told when batch.yml now gives them a date or drops a field."""
        config, old = self.batch.config, known.values
        if not old.keys() <= {*KNOWN_FIELDS, *config.columns, "image"} or config.given(old):
            return False
        return content_digest(self.batch, old) != known.content

    def _refused(self, row: PlannedRow) -> bool:
        """Whether the gate says that the row cannot be drawn. A row without a date is no certificate yet: that is a finding already."""
        if self.gate is None or row.action == "unchanged" or "awarded" not in row.values:
            return False
        reasons = list(self.gate(row.values))
        for field, message, hint in reasons:
            column = self.columns.column(field)
            place = self.table.place(row.line, None if column is None else column.index)
            self.findings.append(finding(Code.CANNOT_DRAW, place, message, hint))
        return bool(reasons)

    def _twice(self, checked: Checked, field: str, value: str, first: int) -> Finding:
        column = self.columns.column(field)
        place = self.table.place(checked.line, None if column is None else column.index)
        message = f"the {field} {shown(value)} stands in line {first} and again in line {checked.line}"
        hint = "take one row out; people who share it need a column of their own as `key:` in batch.yml"
        return finding(Code.ROW_DUPLICATE, place, message, hint)

    def _withdrawn(self) -> Iterator[Withdrawn]:
        for key, known in self.known.items():
            if key not in self.seen and not known.revoked:
                then = "does not count, for its key was compromised" if known.void else "stays valid"
                message = f"{shown(known.values.get('name', ''))} is no longer in the roster; the certificate {known.id} {then}"
                self.findings.append(finding(Code.WITHDRAWN, self.table.place(), message, self._about_withdrawn(known)))
                yield Withdrawn(key, known.id, known.values)

    def _about_withdrawn(self, known: Known) -> str:
        """What to do about a withdrawn row. A person whose key changed is another person to the plan, with or without `key:`."""
        line = self.first_new.get(known.values.get("name", ""))
        if line is None:
            return f"put the row back, or run `issuer revoke {known.id}`"
        given = " and ".join(self.batch.config.key)
        same = f"the same name is new in line {line}; if it is the same person whose {given or 'address'} changed, "
        keep = "put the old address back to keep the certificate" if given in ("", "email") else f"give the row its old {given} back"
        keep += f", or take `key: {given}` out if it was added after issuing" if given else ""
        second = f"issue the second certificate and run `issuer revoke {known.id}`"
        later = "" if given else "; in the next batch, a `key:` column from the beginning lets addresses change"
        return f"{same}{keep}; or {second}{later}"


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    fields = [field for field in dict.fromkeys((*new, *old)) if field != "email"]
    return tuple((field, old.get(field, ""), new.get(field, "")) for field in fields if old.get(field, "") != new.get(field, ""))
