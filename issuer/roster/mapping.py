"""Which column of a roster fills which field: as batch.yml says, else as its preset does, else by the headers that everybody uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from issuer.batch_config import KNOWN_FIELDS, PLACED_FIELDS, BatchConfig, ColumnMapping
from issuer.errors import Place
from issuer.roster import eligibility, headers, presets
from issuer.roster.columns import Column
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.headers import plain
from issuer.roster.presets import Preset
from issuer.roster.table import Row, Table
from issuer.roster.text import tidy

__all__ = ["Column", "Mapping", "filled", "match", "meant"]

_SPELLINGS = {
    "name": ("name",),
    "email": ("email", "mail", "emailaddress", "mailaddress"),
    "awarded": ("awarded",),
    "valid_until": ("validuntil", "validtill", "validto"),
    "language": ("language", "lang"),
    "licence": ("licence", "license", "licencenumber", "licensenumber"),
    "narrative": ("narrative",),
    "evidence": ("evidence",),
    "credits": ("credits", "creditsearned"),
    "started": ("started",),
    "renews": ("renews", "renewalof"),
}
"""Known field → words, without _, that mean it when they stand as a field name. Short words of everyday use (`role`, `term`, `ended`,
`image`) are left out: a field of one's own may well be called nearly so."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """columns: those that fill a field, in the order of batch.yml, then known fields found by name. complete: none is missing.
    misspelt: (field of batch.yml, the known field that it must mean); its column is read as that field. person: a column that is empty in
    rows that are nobody's, as the preset says; None if every row is somebody's."""

    columns: tuple[Column, ...]
    findings: tuple[Finding, ...]
    misspelt: tuple[tuple[str, str], ...] = ()
    person: int | None = None

    @property
    def complete(self) -> bool:
        """Whether rows can be read with it."""
        return not any(found.blocks for found in self.findings)

    def column(self, field: str) -> Column | None:
        """The column that fills a field."""
        return next((column for column in self.columns if column.field == field), None)

    def people(self, rows: Iterable[Row]) -> Iterable[Row]:
        """The rows without those that are nobody's, such as a second line of headings. The note about the columns tells of them. Who has an
        address is somebody in any case, and so is a row with a finding."""
        if self.person is None:
            return rows
        email = self.column("email")
        told = (self.person, *(email.indexes if email is not None else ()))
        return (row for row in rows if row.findings or any(row.cells[index].strip() for index in told))


def match(table: Table, config: BatchConfig, settings: str) -> Mapping:
    """Match a roster's headers with the fields of its batch. settings: path of batch.yml, for messages. Raises ConfigError for a preset
    that does not exist, and nothing else."""
    return _Matching(table, config, settings).run()


class _Matching:
    """The state of one match."""

    def __init__(self, table: Table, config: BatchConfig, settings: str) -> None:
        self.table, self.config, self.settings = table, config, settings
        self.preset: Preset | None = None if config.preset is None else presets.load(config.preset)
        self.columns: list[Column] = []
        self.findings: list[Finding] = []
        self.told: list[str] = []  # what was found without batch.yml naming it
        self.misspelt = _misspelt(table, config)

    def run(self) -> Mapping:
        for field, wanted in self.config.columns.items():
            self._wanted(field, wanted)
        for field in KNOWN_FIELDS:
            if field not in self.config.columns and field not in self.misspelt.values():
                self._known(field)
        person = self._person()
        if self.told or person is not None:
            self.findings.append(self._about_found(person))
        self.findings.extend(_twice(self.table, self.columns))
        proposal = "" if any(found.code is Code.COLUMN_MISSING for found in self.findings) else self._proposal()
        self.findings.extend(
            _unused(self.table, self.columns, self.preset, proposal, eligibility.names(self.config.require, self.table.headers))
        )
        return Mapping(tuple(self.columns), tuple(self.findings), tuple(self.misspelt.items()), person)

    def _wanted(self, field: str, wanted: ColumnMapping) -> None:
        """A field as batch.yml says."""
        each, target = [_find(self.table, header) for header in wanted.column], self.misspelt.get(field, field)
        free = target not in self.config.columns and target not in (column.field for column in self.columns)
        if all(each) and (target == field or free):
            self.columns.append(_column(target, tuple(indexes[0] for indexes in each), wanted))
        for header, indexes in zip(wanted.column, each, strict=True):
            if indexes:
                self.findings.extend(_ambiguous(self.table, field, [Column(field, (index,)) for index in indexes]))
            else:
                self.findings.append(_missing(self.table, field, header, self.settings))

    def _known(self, field: str) -> None:
        """A known field that batch.yml does not name: by its preset, then by its header."""
        if self.preset is not None and field in self.preset.fields:
            found = next(self._by_preset(field, self.preset.fields[field]), None)
            if found is not None or not self.preset.fields[field]:
                self._take([] if found is None else [found])
                return
        found_all = self._by_header(field)
        self._take(found_all)
        if not found_all and field == "name":
            self.findings.append(self._no_name())

    def _take(self, found: list[Column]) -> None:
        """Use what was found, if it is one. Two are used by nobody: which one is right only batch.yml can say."""
        if not found:
            return
        self.columns.append(found[0])
        titles = _titles(self.table, found[0])
        if len(found) > 1:
            self.findings.extend(_ambiguous(self.table, found[0].field, found))
        elif len(found[0].indexes) > 1 or found[0].turned or plain(titles) not in (plain(found[0].field), "e mail"):
            self.told.append(f"{found[0].field} is read from {titles}" + (", turned round at the comma" if found[0].turned else ""))

    def _by_preset(self, field: str, ways: tuple[ColumnMapping, ...]) -> Iterator[Column]:
        for way in ways:
            each = [[index for index in self._free() if plain(self.table.headers[index]) == plain(header)] for header in way.column]
            if all(each):
                yield _column(field, tuple(indexes[0] for indexes in each), way)

    def _by_header(self, field: str) -> list[Column]:
        free = self._free()
        if field == "name":
            candidates = headers.names([(index, self.table.headers[index]) for index in free])
            unsure = next((candidate for candidate in candidates if not candidate.sure), None)
            if unsure is not None and len(candidates) == 1:
                halves = [index for index in free if headers.is_half(self.table.headers[index]) and index not in unsure.indexes]
                return [Column(field, unsure.indexes, required=True), Column(field, (*unsure.indexes, *halves[:1]), required=True)]
            return [Column(field, candidate.indexes, required=True, tight=candidate.tight) for candidate in candidates]
        if field in ("awarded", "valid_until") and field in self.config.model_fields_set:
            words: frozenset[str] = frozenset({plain(field)})  # batch.yml gives the day: only a column of that very name is meant beside it
        else:
            words = headers.KNOWN[field]
        return [Column(field, (index,)) for index in free if plain(self.table.headers[index]) in words]

    def _free(self) -> list[int]:
        """Columns that fill no field yet, of several with the same header the first."""
        used = {self.table.headers[index] for column in self.columns for index in column.indexes}
        first = {header: index for index, header in reversed(list(enumerate(self.table.headers))) if header and header not in used}
        return sorted(first.values())

    def _person(self) -> int | None:
        if self.preset is None or self.preset.person is None:
            return None
        wanted = plain(self.preset.person)
        return next((index for index, header in enumerate(self.table.headers) if plain(header) == wanted), None)

    def _no_name(self) -> Finding:
        missing = _missing(self.table, "name", "name", self.settings)
        proposal = self._proposal()
        return missing if not proposal else finding(missing.code, missing.place, missing.message, f"{proposal}; or else {missing.hint}")

    def _proposal(self) -> str:
        """What to write for an export that is recognised and whose preset is not named; "" if there is none."""
        name = presets.recognised(self.table.headers) if self.preset is None else None
        return f"this looks like an export of {presets.load(name).title}: write `preset: {name}` in {self.settings}" if name else ""

    def _about_found(self, person: int | None) -> Finding:
        by = f"preset {self.config.preset}: " if self.preset is not None else ""
        told = self.told + (
            [] if person is None else [f"rows without {shown(self.table.headers[person])} and without an address are left out"]
        )
        hint = f"if that is wrong, name the right column under `columns:` in {self.settings}"
        return finding(Code.COLUMN_FOUND, self.table.place(self.table.header_line), f"{by}{', '.join(told)}", hint)


def filled(cells: Iterable[str], config: BatchConfig) -> set[str]:
    """The fields that these cells would fill if they were the headers."""
    table = Table("", None, 1, tuple(tidy(cell) for cell in cells), iter(()))
    return {column.field for column in match(table, config, "").columns if column.indexes}


def meant(field: str) -> str | None:
    """The known field that a field name means without being it: `emial`, `e_mail` and `mail` mean `email`. None for a name of one's own.

    A word of four letters has too many neighbours (`game`, `same`), so there only a swapped or an added letter counts.
    """
    word = field.replace("_", "")
    near = (known for known, spellings in _SPELLINGS.items() if any(_near(word, spelling) for spelling in spellings))
    return None if field in (*KNOWN_FIELDS, *PLACED_FIELDS) else next(near, None)


def _near(word: str, spelling: str) -> bool:
    """Optimal string alignment distance (a swap counts one) within 1, for eight letters and more 2."""
    if len(spelling) <= 4 and len(word) <= 4 and sorted(word) != sorted(spelling):
        return False
    return OSA.distance(word, spelling) <= (2 if len(spelling) >= 8 else 1)


def _misspelt(table: Table, config: BatchConfig) -> dict[str, str]:
    """Fields of batch.yml that mean a known one. Where another column fills that one, the field is its own; but for `email`, whose
    cells must never be published by mistake."""
    mapped = {index for wanted in config.columns.values() for header in wanted.column for index in _find(table, header)[:1]}

    def filled_already(known: str) -> bool:
        words = {plain(known), *(("e mail",) if known == "email" else ())}
        return known in config.columns or any(plain(header) in words and index not in mapped for index, header in enumerate(table.headers))

    intended = ((field, meant(field)) for field in config.columns)
    return {
        field: known
        for field, known in intended
        if known is not None
        and (known == "email" or not (filled_already(known) or config.columns[field].as_ or config.columns[field].result))
    }


def _column(field: str, indexes: tuple[int, ...], wanted: ColumnMapping) -> Column:
    required = wanted.required or field == "name"
    return Column(field, indexes, required, wanted.value or "", wanted.default or "", wanted.private, wanted.date, wanted.turned)


def _find(table: Table, name: str) -> list[int]:
    """Columns whose header is name; in any case only if none is spelt exactly so."""
    wanted = tidy(name)
    exact = [index for index, header in enumerate(table.headers) if header == wanted]
    return exact[:1] or [index for index, header in enumerate(table.headers) if header.casefold() == wanted.casefold()]


def _titles(table: Table, column: Column) -> str:
    return " + ".join(table.headers[index] for index in column.indexes)


def _missing(table: Table, field: str, column: str, settings: str) -> Finding:
    headers = [header for header in table.headers if header]
    near = process.extract(column, headers, scorer=fuzz.WRatio, processor=str.casefold, limit=3, score_cutoff=70)
    if near:
        hint = f"did you mean {' or '.join(shown(str(item[0])) for item in near)}? Write it under `columns: {{{field}: …}}` in {settings}"
    else:
        hint = f"write the header of the right column under `columns: {{{field}: …}}` in {settings}"
        hint += f"; the roster has {', '.join(shown(header) for header in headers[:12])}" if headers else ""
    return finding(Code.COLUMN_MISSING, table.place(table.header_line or None), f"no column {shown(column)} for the field {field!r}", hint)


def _ambiguous(table: Table, field: str, found: list[Column]) -> Iterator[Finding]:
    titles = list(dict.fromkeys(_titles(table, column) for column in found))
    if len(titles) > 1:
        both = "both" if len(titles) == 2 else "all"
        message = f"the columns {' and '.join(shown(title) for title in titles[:6])} {both} fit the field {field!r}"
        hint = f"name one of them under `columns: {{{field}: …}}`"
        if any(len(column.indexes) > 1 for column in found):
            hint += ", or several in [ ] to join them"
        yield finding(Code.COLUMN_AMBIGUOUS, table.place(table.header_line), message, hint)


def _twice(table: Table, columns: list[Column]) -> Iterator[Finding]:
    for index in sorted({index for column in columns for index in column.indexes}):
        header = table.headers[index]
        if table.headers.count(header) > 1:
            message = f"{table.headers.count(header)} columns have the header {shown(header)}"
            yield finding(Code.HEADER_DUPLICATE, table.place(table.header_line, index), message, "give each column a header of its own")


def _unused(table: Table, columns: list[Column], preset: Preset | None, proposal: str, asked: frozenset[str]) -> Iterator[Finding]:
    """asked: the names, in small letters, that the rule of the batch asks for."""
    used = {table.headers[index] for column in columns for index in column.indexes}
    used |= {header for header in table.headers if header.casefold() in asked or (preset is not None and preset.ignores(header))}
    unused = [header for header in table.headers if header and header not in used]
    if unused:
        names = ", ".join(shown(header) for header in unused[:20]) + (" …" if len(unused) > 20 else "")
        place = Place(table.file, table.header_line, sheet=table.sheet)
        hint = "map a column to put it on the certificate" + (f"; {proposal}" if proposal else "")
        yield finding(Code.COLUMN_UNUSED, place, f"columns not used: {names}", hint)
