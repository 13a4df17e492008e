"""The rule of a batch, bound to the fields and columns of its roster."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from issuer.batch import Batch
from issuer.errors import FormatError, Place
from issuer.roster.checking import Checked
from issuer.roster.comparisons import Judgement
from issuer.roster.eligibility import Rule, parse
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.mapping import Mapping
from issuer.roster.rejects import Source
from issuer.roster.table import Table
from issuer.roster.text import tidy
from issuer.settings import line_of

_EVERYBODY = Judgement(eligible=True)


class Eligibility:
    """Judges rows. findings: what is wrong with the rule itself; then it lets everybody pass."""

    def __init__(self, batch: Batch, table: Table, columns: Mapping) -> None:
        self.findings: list[Finding] = []
        self._fields = {column.field: column for column in columns.columns}
        self._indexes: dict[str, int] = {}
        self._rule = self._read(batch, table) if batch.config.require is not None and table.headers else None
        names = self._rule.names if self._rule else ()
        self._asked = {None, *(table.place(1, self._index(name)).column for name in names)}

    def judge(self, source: Source, checked: Checked) -> Judgement:
        """Whether a row is eligible, and why not. A name in the rule means a field if there is one, else the column of that header."""
        if self._rule is None:
            return _EVERYBODY

        def value(name: str) -> str:
            return checked.values.get(name, "") if name in self._fields else tidy(source.row.cells[self._indexes[name]])

        judged = self._rule.judge(value)
        if judged.eligible is False and (wrong := next(filter(self._unread, checked.findings), None)):
            return Judgement(eligible=None, name=judged.name, reason=f"{judged.reason}, but {wrong.message}")
        return judged

    def _unread(self, found: Finding) -> bool:
        """Whether an error leaves open what a cell says that the rule asks for. An empty cell is empty; an error of the whole row, such as
        a lost delimiter, may have moved every cell."""
        return found.blocks and found.code is not Code.VALUE_MISSING and found.place.column in self._asked

    def place(self, source: Source, name: str) -> Place:
        """Where what the rule calls so stands in a row."""
        return source.table.place(source.row.line, self._index(name))

    def _index(self, name: str) -> int | None:
        column = self._fields.get(name)
        return self._indexes.get(name) if column is None else column.index

    def _read(self, batch: Batch, table: Table) -> Rule | None:
        place = Place(batch.settings_path, line_of(batch.folder / "batch.yml", "require"))
        try:
            rule = parse(batch.config.require or "", table.headers)
        except FormatError as error:
            self.findings.append(finding(Code.REQUIRE_UNKNOWN, place, f"require: {error.message}", error.hint))
            return None
        headers = {header.casefold(): index for index, header in reversed(list(enumerate(table.headers))) if header}
        for name in rule.names:
            if name in self._fields:
                continue
            if name.casefold() in headers:
                self._indexes[name] = headers[name.casefold()]
            else:
                known = [*self._fields, *(header for header in table.headers if header)]
                near = process.extractOne(name, known, scorer=fuzz.WRatio, processor=str.casefold, score_cutoff=70)
                hint = f"did you mean {shown(near[0])}?" if near else f"there are {', '.join(map(shown, known[:20]))}"
                message = f"require: there is no field and no column {shown(name)}"
                self.findings.append(finding(Code.REQUIRE_UNKNOWN, place, message, hint))
        return None if self.findings else rule
