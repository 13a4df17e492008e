"""What batch.yml could say of a roster: of each field that lacks a column, and of each column that fills nothing.

What the headers and the first rows prove is proposed as a setting. What only a person can decide is proposed as a comment: a column that
becomes a field is signed and published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import yaml
from rapidfuzz import fuzz, process

from issuer.batch_config import FIELD_NAME, KNOWN_FIELDS, PLACED_FIELDS, RESERVED_FIELDS, BatchConfig
from issuer.roster import columns, date_formats, headers, mapping, presets
from issuer.roster.findings import Code, shown
from issuer.roster.headers import Candidate, plain
from issuer.roster.mapping import Mapping
from issuer.roster.table import Row, Table
from issuer.roster.text import tidy

ROWS = 200
"""How many rows are looked at."""
_ALIKE = 85
_ADDRESS = re.compile(r"[^\s@<>,;]+@[\w-]+(\.[\w-]+)+")
_WORDS = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+)*\.?")
_AWARD = ("awarded", "award", "completed", "completion", "finished", "graduation", "issued", "issue date", "passed", "date of certificate")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One line of batch.yml. field: left of the colon; setting: right of it, as YAML; why: a sentence without its full stop."""

    field: str
    setting: str
    why: str

    @property
    def line(self) -> str:
        """As it stands under `columns:`."""
        return f"{self.field}: {self.setting}"


@dataclass(slots=True)
class Suggestion:
    """preset: the system that the roster is an export of, if batch.yml names none; sure: what is proved; open: what a person must decide;
    remarks: what only a person can change, in sentences."""

    preset: str | None = None
    sure: list[Proposal] = field(default_factory=list)
    open: list[Proposal] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.preset or self.sure or self.open)


def suggest(table: Table, config: BatchConfig, settings: str) -> Suggestion:
    """Look at headers and first rows. settings: path of batch.yml, for messages. Raises RosterError, ConfigError for an unknown preset."""
    return _Suggesting(table, config, settings).run()


class _Suggesting:
    """The state of one suggestion."""

    def __init__(self, table: Table, config: BatchConfig, settings: str) -> None:
        self.made = Suggestion(preset=presets.recognised(table.headers) if config.preset is None else None)
        self.table, self.settings = table, settings
        self.config = config.model_copy(update={"preset": self.made.preset}) if self.made.preset else config
        self.mapped: Mapping = mapping.match(table, self.config, settings)
        self.rows: list[Row] = list(islice(self.mapped.people(table.rows), ROWS))
        self.unsure = {column.field for column in self.mapped.columns if self._is_unsure(column.field)}
        self.used = {index for column in self.mapped.columns if column.field not in self.unsure for index in column.indexes}

    def run(self) -> Suggestion:
        self._about_settings()
        self._name()
        self._email()
        self._awarded()
        self._others()
        return self.made

    def _is_unsure(self, wanted: str) -> bool:
        said = f"the field {wanted!r}"
        return any(found.code is Code.COLUMN_AMBIGUOUS and said in found.message for found in self.mapped.findings)

    def _lacks(self, wanted: str) -> bool:
        return wanted not in self.config.columns and (self.mapped.column(wanted) is None or wanted in self.unsure)

    def _free(self) -> list[int]:
        """Columns that fill nothing and have something in them, of several with the same header the first."""
        first = {header: index for index, header in reversed(list(enumerate(self.table.headers))) if header and index not in self.used}
        return [index for index in sorted(first.values()) if self._cells(index)]

    def _cells(self, index: int) -> list[str]:
        """The cells of a column that are not empty."""
        return [text for row in self.rows if (text := tidy(row.cells[index]))]

    def _take(self, proposal: Proposal, *indexes: int) -> None:
        self.made.sure.append(proposal)
        self.used.update(indexes)

    def _about_settings(self) -> None:
        """Headers that batch.yml names and the roster does not have. They are not ours to change."""
        there = [title for title in self.table.headers if title]
        known = {title.casefold() for title in there}
        for wanted, column in self.config.columns.items():
            for header in column.column:
                near = process.extractOne(header, there, scorer=fuzz.WRatio, score_cutoff=70)
                if tidy(header).casefold() not in known and near is not None:
                    change = f"for `{wanted}`, write {_scalar(str(near[0]))} in place of {_scalar(header)}"
                    self.made.remarks.append(f"{self.settings} names a column that the roster does not have: {change}")
                    self.used.add(self.table.headers.index(str(near[0])))

    def _name(self) -> None:
        column = self.mapped.column("name")
        if column is not None and "name" not in self.unsure and "name" not in self.config.columns:
            if len(column.indexes) == 1 and not column.turned and self._is_turned(column.indexes[0]):
                self._take(self._turned(column.indexes[0]), *column.indexes)
        elif self._lacks("name"):
            found = headers.names([(index, self.table.headers[index]) for index in self._free()])
            if found:
                self._of_several(found)
            else:
                self._named_alike()

    def _of_several(self, found: list[Candidate]) -> None:
        """Choose among the ways to read the name, if the cells prove one: that the whole name has its halves in it, or has not."""
        whole = [candidate.indexes[0] for candidate in found if len(candidate.indexes) == 1]
        pairs = [candidate.indexes for candidate in found if len(candidate.indexes) > 1]
        halves = [index for index in self._free() if headers.is_half(self.table.headers[index])]
        ways = [candidate.indexes for candidate in found]
        if len(whole) == 1 and (pairs or halves):
            parts = pairs[0] if len(pairs) == 1 else tuple(halves)
            within = [all(self._within(row, part, whole[0]) for part in parts) for row in self.rows]
            if all(within):
                why = f"{shown(self.table.headers[whole[0]])} has the whole name in each row"
                return self._take(Proposal("name", _scalar(self.table.headers[whole[0]]), why), *whole, *parts)
            if not pairs and len(halves) == 1:
                order = (halves[0], whole[0]) if self._is_given(halves[0]) else (whole[0], halves[0])
                if not any(within):
                    return self._take(Proposal("name", self._joined(order), "each column has one half of the name"), *order)
                ways.append(order)
        for indexes in ways:
            self.made.open.append(Proposal("name", self._joined(indexes), "one of these can be the name"))
            self.used.update(indexes)
        return None

    def _joined(self, indexes: tuple[int, ...]) -> str:
        titles = [self.table.headers[index] for index in indexes]
        return _flow(titles) if len(titles) > 1 else _scalar(titles[0])

    def _within(self, row: Row, part: int, whole: int) -> bool:
        return plain(row.cells[part]) in plain(row.cells[whole])

    def _is_given(self, index: int) -> bool:
        word = plain(self.table.headers[index])
        return any(word in given for _, (given, *_) in headers.PLAIN_NAMES)

    def _named_alike(self) -> None:
        """A column whose header is nearly a known one, and whose cells are words."""
        words = sorted(headers.WHOLE_NAMES)
        alike = self._alike(words, lambda cells: all(_WORDS.fullmatch(cell.replace(",", "")) for cell in cells))
        if alike is not None:
            why = "its header is much like one for the name, and its cells are words"
            turned = self._is_turned(alike)
            self._take(self._turned(alike) if turned else Proposal("name", _scalar(self.table.headers[alike]), why), alike)

    def _is_turned(self, index: int) -> bool:
        cells = self._cells(index)
        return len(cells) > 1 and all(cell.count(",") == 1 and columns.turn(cell) != cell for cell in cells)

    def _turned(self, index: int) -> Proposal:
        cell = self._cells(index)[0]
        setting = _flow({"column": self.table.headers[index], "turned": True})
        return Proposal("name", setting, f"{shown(cell)} is read as {shown(columns.turn(cell))}")

    def _alike(self, words: list[str], fits: Callable[[list[str]], bool]) -> int | None:
        """The one free column with a header like one of these words and cells that fit; None if there is none, or several."""
        scored = {
            index: process.extractOne(plain(self.table.headers[index]), words, scorer=fuzz.WRatio, score_cutoff=_ALIKE)
            for index in self._free()
            if fits(self._cells(index))
        }
        good = [index for index, score in scored.items() if score is not None]
        return good[0] if len(good) == 1 else None

    def _email(self) -> None:
        if not self._lacks("email"):
            return
        found = [index for index in self._free() if all(_ADDRESS.fullmatch(cell) for cell in self._cells(index))]
        for index in found:
            proposal = Proposal("email", _scalar(self.table.headers[index]), "each of its cells is an e-mail address")
            if len(found) == 1:
                self._take(proposal, index)
            else:
                self.made.open.append(proposal)
                self.used.add(index)

    def _awarded(self) -> None:
        column = self.mapped.column("awarded")
        if self.config.awarded is not None or "awarded" in self.config.columns:
            return
        if column is not None and "awarded" not in self.unsure:
            index = column.indexes[0]
            formats = [] if self._is_dated(index) else date_formats.fitting(self._cells(index))
            if formats and formats != [date_formats.ISO]:
                self._dated("awarded", index, formats)
            return
        index_alike = self._alike([plain(word) for word in _AWARD], lambda cells: bool(date_formats.fitting(cells)))
        if index_alike is not None:
            self._dated("awarded", index_alike, date_formats.fitting(self._cells(index_alike)))

    def _is_dated(self, index: int) -> bool:
        """Whether all cells are real dates of a spreadsheet."""
        return all(index in row.dates for row in self.rows if row.cells[index].strip())

    def _dated(self, wanted: str, index: int, formats: list[str]) -> None:
        title = self.table.headers[index]
        if len(formats) == 1:
            setting = _flow({"column": title, "date": formats[0]}) if formats[0] else _scalar(title)
            why = f"all its dates are written as {shown(formats[0])}" if formats[0] else "all its cells are dates"
            self._take(Proposal(wanted, setting, why), index)
        else:
            for pattern in formats:
                why = "its dates can be read in several ways, and no row tells which is right"
                self.made.open.append(Proposal(wanted, _flow({"column": title, "date": pattern}), why))
            self.used.add(index)

    def _others(self) -> None:
        """Every further column: as a field of one's own, if a person wants it published."""
        preset = presets.load(self.config.preset) if self.config.preset else None
        key = preset.key if preset is not None and not self.config.key else None
        taken = {*self.config.columns, *(column.field for column in self.mapped.columns)}
        for index in self._free():
            title = self.table.headers[index]
            if key is not None and plain(title) in map(plain, key.column) and key.field not in taken:
                why = f"with `key: {key.field}` before the first certificate is issued, addresses can change later; it is not published"
                self.made.open.append(Proposal(key.field, _flow({"column": title, "private": True}), why))
                taken.add(key.field)
            elif preset is not None and preset.ignores(title):
                continue
            elif any(_ADDRESS.search(cell) for cell in self._cells(index)):
                self.made.remarks.append(f"the column {shown(title)} holds e-mail addresses, so it can be no field that is published")
            else:
                name = next(name for name in _field_names(title, index) if name not in taken)
                taken.add(name)
                self.made.open.append(Proposal(name, _scalar(title), "it would be signed and published"))


def _field_names(title: str, index: int) -> Iterator[str]:
    """Names for a field of one's own: like its header, but like no field that Issuer knows."""
    word = re.sub(r"[^a-z0-9]+", "_", plain(title)).strip("_")[:30].rstrip("_")
    word = word if FIELD_NAME.fullmatch(word) else f"column_{index + 1}"
    if word in (*KNOWN_FIELDS, *PLACED_FIELDS) or word in RESERVED_FIELDS or mapping.meant(word) is not None:
        word = f"own_{word}"
    yield word
    yield from (f"{word}_{number}" for number in range(2, 300))


def _scalar(text: str) -> str:
    """A text as YAML that reads back as the same text."""
    return yaml.safe_dump([text], default_flow_style=True, allow_unicode=True, width=10_000).strip()[1:-1]


def _flow(value: list[str] | dict[str, object]) -> str:
    return yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000).strip()
