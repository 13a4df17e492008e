"""Making a plan: the rows pass once, each is checked, and what they find is kept."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from issuer import renewal
from issuer.batch import Batch, Contents, digest_of, key_value
from issuer.batch import table as table_of
from issuer.batch_config import KNOWN_FIELDS
from issuer.errors import Place, RosterError
from issuer.planning import renewing, withdrawing
from issuer.planning.eligible import Eligibility
from issuer.planning.plans import Action, Ineligible, Known, Plan, PlannedRow, Rejected
from issuer.roster import mapping, misplaced, rejects
from issuer.roster.checking import Checked, Checker
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.folding import folded
from issuer.roster.periods import unlikely
from issuer.roster.policy import DEFAULT, Policy
from issuer.roster.rejects import Source
from issuer.roster.table import Table
from issuer.settings import line_of
from issuer.spool import Spool

Gate = Callable[[Mapping[str, str]], Iterable[tuple[str, str, str]]]
"""Asks whether a row with these values can be drawn: (field, message, hint) for each reason that it cannot."""


def plan(
    batch: Batch,
    known: Mapping[str, Known],
    *,
    now: dt.datetime,
    gate: Gate | None = None,
    old: renewal.Lookup | None = None,
    policy: Policy = DEFAULT,
    most: int | None = None,
) -> Plan:
    """What issuing would do. known: key digest → what was issued last; now: aware UTC; gate: asked for new and corrected rows; old: asked
    once for the certificates that they renew, without it nobody looks; policy: how much findings matter; most: rows that issuer.yml allows.
    Never raises for a roster that cannot be read: that is a finding too.
    """
    try:
        return _Planning(batch, known, gate, table_of(batch, most=most), now, policy).run(old)
    except RosterError as error:
        place = error.place or Place(batch.roster_path)
        return Plan(findings=(finding(Code(error.code), place, error.message, error.hint),), stopped=True)


def sources(batch: Batch, table: Table) -> Iterator[Source]:
    """The rows of a batch that count. table: its roster, just opened. Raises RosterError."""
    skips = batch.config.on_error == "skip"
    return rejects.sources(table, rejects.beside(batch.roster, batch.roster_path, batch.config.encoding) if skips else None)


class _Planning:
    """The state of one plan while the rows pass."""

    def __init__(self, batch: Batch, known: Mapping[str, Known], gate: Gate | None, table: Table, now: dt.datetime, policy: Policy) -> None:
        self.batch, self.known, self.gate, self.policy = batch, known, gate, policy
        self.columns = mapping.match(table, batch.config, batch.settings_path)
        self.table = table = replace(table, rows=iter(self.columns.people(table.rows)))
        again = partial(table_of, batch)
        self.new_checker = partial(Checker, mapping=self.columns, config=batch.config, now=now, policy=policy, again=again)
        self.checker_of = {id(table): self.new_checker(table)}
        self.eligibility = Eligibility(batch, table, self.columns)
        self.private, self.contents = batch.config.private, Contents(batch)
        self.rows: Spool[PlannedRow] = Spool()
        self.counts: Counter[Action] = Counter()
        self.findings: list[Finding] = []
        self.ineligible: list[Ineligible] = []
        self.rejected: list[Rejected] = []
        self.seen: dict[str, int] = {}  # key → the line of its first row, negative among the rejected ones
        self.first_new: dict[str, str] = {}  # name → where the first new row with it stands
        self.watched, self.named = withdrawing.watched(batch, known), set[str]()
        self.renewing: dict[str, Source] = {}  # key → where a row stands that renews a certificate
        self.blocked = 0
        self.stopped = False
        self.certain = True  # whether every row's key is known, so that who is missing is known too

    def run(self, old: renewal.Lookup | None) -> Plan:
        self._say(self.table.findings)
        if any(found.code is Code.COLUMN_MISSING for found in self.columns.findings) and (elsewhere := self._elsewhere()):
            return elsewhere
        if self.table.headers:
            self._say((*self.columns.findings, *self._about_settings(), *self.eligibility.findings))
        count = 0
        for count, source in enumerate(sources(self.batch, self.table), 1):  # noqa: B007 - counted
            self._row(source)
        for checker in self.checker_of.values():
            self._say(checker.finish())
        if not count:
            hint = "add one row for each recipient under the header"
            self._say([finding(Code.ROSTER_EMPTY, self.table.place(), "the roster has no rows", hint)])
        if old is not None and self.renewing and not self.batch.config.is_own("renews"):
            self._renewals(old)
        planned = self.columns.complete and count
        withdrawn = withdrawing.find(self.batch, self.known, self.seen, self.named, self.table) if planned and self.certain else ()
        self._say(withdrawing.findings(self.batch, withdrawn, self.known, self.ineligible, self.first_new, self.table.place()))
        return Plan(
            self.rows if planned else Spool(),
            withdrawn,
            tuple(self.findings),
            self.blocked,
            self.stopped,
            self.counts if planned else {},
            tuple(self.ineligible),
            *self._headers(),
            self.table.headers,
            tuple(self.rejected),
        )

    def _say(self, findings: Iterable[Finding]) -> None:
        """Findings about the whole batch: an error stops it."""
        judged = self.policy.judged(findings)
        self.findings.extend(judged)
        self.stopped = self.stopped or any(found.blocks for found in judged)

    def _say_of(self, source: Source, findings: Iterable[Finding]) -> bool:
        """Findings about one row. Returns whether they keep it from being issued."""
        judged = self.policy.judged(findings)
        self.findings.extend(judged)
        errors = tuple(found for found in judged if found.blocks)
        skips = self.batch.config.on_error == "skip"
        if errors:
            self.blocked += 1
            self.stopped = self.stopped or not skips
        if errors and skips:
            self.rejected.append(Rejected(source.mark or rejects.mark(source.row), source.row.cells, errors))
        elif source.rejected:
            self.rejected.append(Rejected(source.mark, source.row.cells, ()))
        return bool(errors)

    def _renewals(self, lookup: renewal.Lookup) -> None:
        """Give each row that renews its old certificate, and leave out those that may not."""
        rows, self.rows = self.rows, Spool()
        for row, findings in renewing.renewed(rows, lookup, self.known, lambda row: self._place(self.renewing[row.key], "renews")):
            if findings and self._say_of(self.renewing[row.key], findings):
                self.counts[row.action] -= 1
            else:
                self.rows.append(row)

    def _elsewhere(self) -> Plan | None:
        """The plan of a roster whose headers stand in another place: nothing else can be said of it."""
        found = misplaced.find(self.table, self.batch.roster, self.batch.config)
        if found is None:
            return None
        blocked = 0 if found.line is None else sum(row.line > found.line for row in self.table.rows)
        return Plan(findings=(*self.findings, found.finding), blocked=blocked, stopped=True)

    def _headers(self) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """Plan.public and Plan.private."""
        headers = self.table.headers
        public = [column for column in self.columns.columns if column.field != "email" and not column.private]
        signed = {index for column in public for index in column.indexes}
        private = (header for index, header in enumerate(headers) if header and index not in signed)
        titles = (" + ".join(headers[index] for index in column.indexes) or f"{column.field} (the same for all)" for column in public)
        return tuple((column.field, title) for column, title in zip(public, titles, strict=True)), tuple(private)

    def _about_settings(self) -> Iterator[Finding]:
        config, place = self.batch.config, Place(self.batch.settings_path)
        for field, known in self.columns.misspelt:
            line = line_of(self.batch.folder / "batch.yml", "columns", field)
            header = shown(config.columns[field].title)
            message = f"the field {field!r} is not known; as a field of its own, its column {header} would be signed and published"
            hint = f"did you mean `{known}`? If it is a field of your own, choose a name that is less like `{known}`, or add `as: result`"
            yield finding(Code.FIELD_MISSPELT, Place(self.batch.settings_path, line), message, hint)
        checker = self._checker(self.table)
        if config.awarded is not None:
            yield from unlikely(place, config.awarded.isoformat(), checker.tomorrow)
        elif self.columns.column("awarded") is None and "awarded" not in config.columns:
            hint = "write `awarded: 2026-05-30`, or map a column of dates to `awarded`"
            yield finding(Code.AWARDED_MISSING, place, "nothing says when the certificates are awarded", hint)
        until = config.given({}).get("valid_until")
        if until is not None and until < checker.today:
            yield finding(Code.VALID_UNTIL_PASSED, place, f"valid until {until}, which has passed", "check the year")
        for field in config.key:
            if self.columns.column(field) is None and field not in config.columns:
                hint = f"map a column to {field!r}, or name another key"
                yield finding(Code.COLUMN_MISSING, place, f"no column fills {field!r}, the key of this batch", hint)

    def _checker(self, table: Table) -> Checker:
        known = self.checker_of.get(id(table))
        if known is None:
            known = self.checker_of[id(table)] = self.new_checker(table)
        return known

    def _place(self, source: Source, field: str) -> Place:
        """Where a field of a row stands."""
        column = self.columns.column(field)
        return source.table.place(source.row.line, None if column is None else column.index)

    def _row(self, source: Source) -> None:
        checked = self._checker(source.table).check(source.row)
        field, identity = key_value(self.batch, checked.values)
        key = digest_of(self.batch.name, identity) if identity else ""
        judged = self.eligibility.judge(source, checked)
        if source.stale and (checked.blocked or key in self.seen):
            self._say([self._superseded(source)])
            return
        if judged.eligible is False:
            self._leave_out(source, checked, key, judged.reason)
            return
        if self.watched and (name := folded(checked.values.get("name", ""))) in self.watched:
            self.named.add(name)
        findings = list(checked.findings)
        if judged.eligible is None:
            place = self.eligibility.place(source, judged.name)
            hint = "correct the cell, or write a rule that says what such a cell means"
            findings.append(finding(Code.REQUIRE_UNCLEAR, place, f"whether the row is eligible cannot be told: {judged.reason}", hint))
        if not identity or not checked.faulty.isdisjoint(field.split(" and ")) or not self.columns.complete:
            self.certain = False
            if not self._say_of(source, findings):
                self.blocked += 1  # for what is wrong with the columns
            return
        self._checker(source.table).keep(checked)
        here = -source.row.line if source.rejected else source.row.line
        first = self.seen.setdefault(key, here)
        planned = None if checked.blocked or judged.eligible is None else self._planned(source, checked, key, identity)
        if first != here:
            findings.append(self._twice(source, field, identity, first))
        elif planned is not None:
            findings += self._refused(source, planned)
        if not self._say_of(source, findings) and planned is not None:
            self._plan_row(source, planned)

    def _leave_out(self, source: Source, checked: Checked, key: str, reason: str) -> None:
        """A row that is not eligible. Whatever else is wrong with it does not matter."""
        file = "" if source.table is self.table else source.table.file
        known = self.known.get(key)
        certificate = None if known is None or known.revoked else known.id
        self.ineligible.append(Ineligible(source.row.line, file, checked.values.get("name", ""), reason, certificate))
        if source.rejected:
            self.rejected.append(Rejected(source.mark, source.row.cells, ()))

    def _superseded(self, source: Source) -> Finding:
        """What is said of a rejected row that was corrected, or taken out, in the roster itself. It does not count, and is not kept."""
        message = "the roster has changed since this row was rejected, and has another in its place: it no longer counts"
        return finding(
            Code.ROW_SUPERSEDED, source.table.place(source.row.line), message, "nothing; `issuer issue` takes it out of the file"
        )

    def _plan_row(self, source: Source, row: PlannedRow) -> None:
        self.rows.append(row)
        self.counts[row.action] += 1
        if "renews" in row.values:
            self.renewing[row.key] = source
        if row.action == "new":
            self.first_new.setdefault(row.values["name"], f"line {row.line}")
        elif row.key in self.known and self.known[row.key].revoked:
            message = f"the certificate {row.id} of {shown(row.values['name'])} was revoked; nothing is issued for this row"
            hint = "take the row out; a person who is to have a certificate again gets it in a new batch"
            self._say([finding(Code.REVOKED_ROW, source.table.place(row.line), message, hint)])

    def _planned(self, source: Source, checked: Checked, key: str, identity: str) -> PlannedRow:
        values = {field: text for field, text in checked.values.items() if field not in self.private} if self.private else checked.values
        file = "" if source.table is self.table else source.table.file
        known, content = self.known.get(key), self.contents.digest(values)
        if known is None:
            return PlannedRow(checked.line, key, values, "new", None, content, identity, file, normalised=checked.normalised)
        same = known.content == content
        if known.revoked or (same and not known.void):
            return PlannedRow(checked.line, key, values, "unchanged", known.id, content, identity, file)
        changes = () if same else _changes(known.values, values)
        settings = not same and (not changes or self._settings_changed(known))
        return PlannedRow(
            checked.line, key, values, "corrected", known.id, content, identity, file, changes, checked.normalised, settings, known.void
        )

    def _settings_changed(self, known: Known) -> bool:
        """Whether the old values would give another credential today. Not told when batch.yml now gives them a date or drops a field."""
        config, old = self.batch.config, known.values
        if not old.keys() <= {*KNOWN_FIELDS, *config.columns, "image"} or config.given(old):
            return False
        return self.contents.digest(old) != known.content

    def _refused(self, source: Source, row: PlannedRow) -> Iterator[Finding]:
        """What the gate says of a row that is to be drawn. A row without a date is no certificate yet: that is a finding already."""
        if self.gate is None or row.action == "unchanged" or "awarded" not in row.values:
            return
        for field, message, hint in self.gate(row.values):
            yield finding(Code.CANNOT_DRAW, self._place(source, field), message, hint)

    def _twice(self, source: Source, field: str, identity: str, first: int) -> Finding:
        line = source.row.line
        where = f"line {abs(first)}" if source.rejected == (first < 0) else f"line {abs(first)} of the roster"
        message = f"the {field} {shown(identity.replace(chr(10), ', '))} stands in {where} and again in line {line}"
        if field == "email" and not source.rejected and self._checker(source.table).same_name(first, line) is False:
            message += ", there with another name"
        hint = "take one row out; people who share it need a column of their own as `key:` in batch.yml"
        return finding(Code.ROW_DUPLICATE, self._place(source, field.split(" and ")[0]), message, hint)


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    fields = [field for field in dict.fromkeys((*new, *old)) if field != "email"]
    return tuple((field, old.get(field, ""), new.get(field, "")) for field in fields if old.get(field, "") != new.get(field, ""))
