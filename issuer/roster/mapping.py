"""Which column of a roster fills which field: as batch.yml says, and by name for the fields that everybody has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from issuer.batch_config import KNOWN_FIELDS, PLACED_FIELDS, BatchConfig, ColumnMapping
from issuer.errors import Place
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.table import Table
from issuer.roster.text import tidy

HEADERS = {"email": ("email", "e-mail")}
"""Headers, in any case, that fill a known field of another name without being mapped."""
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
class Column:
    """What fills a field in use. field: its name; indexes: 0-based columns whose cells are joined by spaces; value: what stands in each row
    instead, "" if columns fill it; required, default, private, date: as in ColumnMapping."""

    field: str
    indexes: tuple[int, ...]
    required: bool = False
    value: str = ""
    default: str = ""
    private: bool = False
    date: str | None = None

    @property
    def index(self) -> int | None:
        """The column that messages about the field name; None if it has none."""
        return self.indexes[0] if self.indexes else None


@dataclass(frozen=True, slots=True)
class Mapping:
    """columns: those that fill a field, in the order of batch.yml, then known fields found by name. complete: none is missing.
    misspelt: (field of batch.yml, the known field that it must mean); its column is read as that field."""

    columns: tuple[Column, ...]
    findings: tuple[Finding, ...]
    misspelt: tuple[tuple[str, str], ...] = ()

    @property
    def complete(self) -> bool:
        """Whether rows can be read with it."""
        return not any(found.blocks for found in self.findings)

    def column(self, field: str) -> Column | None:
        """The column that fills a field."""
        return next((column for column in self.columns if column.field == field), None)


def match(table: Table, config: BatchConfig, settings: str) -> Mapping:
    """Match a roster's headers with the fields of its batch. settings: path of batch.yml, for messages."""
    columns: list[Column] = []
    findings: list[Finding] = []
    misspelt = _misspelt(table, config)
    for field, wanted in config.columns.items():
        each, target = [_find(table, (header,)) for header in wanted.column], misspelt.get(field, field)
        if all(each) and (target == field or (target not in config.columns and target not in (column.field for column in columns))):
            columns.append(_column(target, tuple(indexes[0] for indexes in each), wanted))
        for header, indexes in zip(wanted.column, each, strict=True):
            findings.extend(_ambiguous(table, field, indexes) if indexes else [_missing(table, field, header, settings)])
    for field in KNOWN_FIELDS:
        if field not in config.columns and field not in misspelt.values():
            used = {index for column in columns for index in column.indexes}
            found = [index for index in _find(table, HEADERS.get(field, (field,))) if index not in used]
            if found:
                columns.append(Column(field, (found[0],), required=field == "name"))
                findings.extend(_ambiguous(table, field, found))
            elif field == "name":
                findings.append(_missing(table, field, field, settings))
    findings.extend(_twice(table, columns))
    findings.extend(_unused(table, columns))
    return Mapping(tuple(columns), tuple(findings), tuple(misspelt.items()))


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
    mapped = {index for wanted in config.columns.values() for header in wanted.column for index in _find(table, (header,))[:1]}

    def filled(known: str) -> bool:
        return known in config.columns or any(index not in mapped for index in _find(table, HEADERS.get(known, (known,))))

    intended = ((field, meant(field)) for field in config.columns)
    return {
        field: known
        for field, known in intended
        if known is not None and (known == "email" or not (filled(known) or config.columns[field].as_ or config.columns[field].result))
    }


def _column(field: str, indexes: tuple[int, ...], wanted: ColumnMapping) -> Column:
    required = wanted.required or field == "name"
    return Column(field, indexes, required, wanted.value or "", wanted.default or "", wanted.private, wanted.date)


def _find(table: Table, names: tuple[str, ...]) -> list[int]:
    """Columns whose header is one of names; in any case only if none is spelt exactly so."""
    wanted = {tidy(name) for name in names}
    exact = [index for index, header in enumerate(table.headers) if header in wanted]
    folded = {name.casefold() for name in wanted}
    return exact[:1] if len(names) == 1 and exact else [index for index, header in enumerate(table.headers) if header.casefold() in folded]


def _missing(table: Table, field: str, column: str, settings: str) -> Finding:
    headers = [header for header in table.headers if header]
    near = process.extract(column, headers, scorer=fuzz.WRatio, processor=str.casefold, limit=3, score_cutoff=70)
    if near:
        hint = f"did you mean {' or '.join(shown(str(item[0])) for item in near)}? Write it under `columns: {{{field}: …}}` in {settings}"
    else:
        hint = f"write the header of the right column under `columns: {{{field}: …}}` in {settings}"
        hint += f"; the roster has {', '.join(shown(header) for header in headers[:12])}" if headers else ""
    return finding(Code.COLUMN_MISSING, table.place(table.header_line or None), f"no column {shown(column)} for the field {field!r}", hint)


def _ambiguous(table: Table, field: str, found: list[int]) -> Iterator[Finding]:
    headers = [table.headers[index] for index in found]
    if len(set(headers)) > 1:
        message = f"the columns {' and '.join(shown(header) for header in headers)} both fit the field {field!r}"
        yield finding(Code.COLUMN_AMBIGUOUS, table.place(table.header_line), message, f"name one of them under `columns: {{{field}: …}}`")


def _twice(table: Table, columns: list[Column]) -> Iterator[Finding]:
    for index in sorted({index for column in columns for index in column.indexes}):
        header = table.headers[index]
        if table.headers.count(header) > 1:
            message = f"{table.headers.count(header)} columns have the header {shown(header)}"
            yield finding(Code.HEADER_DUPLICATE, table.place(table.header_line, index), message, "give each column a header of its own")


def _unused(table: Table, columns: list[Column]) -> Iterator[Finding]:
    used = {table.headers[index] for column in columns for index in column.indexes}
    unused = [header for header in table.headers if header and header not in used]
    if unused:
        names = ", ".join(shown(header) for header in unused[:20]) + (" …" if len(unused) > 20 else "")
        yield finding(
            Code.COLUMN_UNUSED,
            Place(table.file, table.header_line, sheet=table.sheet),
            f"columns not used: {names}",
            "map a column to put it on the certificate",
        )
