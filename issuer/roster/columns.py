"""What fills a field: one column or several, joined, turned round, or the same for every row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.table import Row, Table

_SUFFIX = re.compile(r"(?i:jr|sr|junior|senior|ph\.?d|m\.?d|esq)\.?|[IVX]{2,4}")
_TIGHT = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")


@dataclass(frozen=True, slots=True)
class Column:
    """What fills a field in use. field: its name; indexes: 0-based columns whose cells are joined; value: what stands in each row instead,
    "" if columns fill it; required, default, private, date, turned: as in ColumnMapping; tight: whether cells in Chinese, Japanese or
    Korean letters are joined without a space."""

    field: str
    indexes: tuple[int, ...]
    required: bool = False
    value: str = ""
    default: str = ""
    private: bool = False
    date: str | None = None
    turned: bool = False
    tight: bool = False

    @property
    def index(self) -> int | None:
        """The column that messages about the field name; None if it has none."""
        return self.indexes[0] if self.indexes else None

    def text(self, cells: tuple[str, ...]) -> str:
        """What a row has for this field, before it is normalised: "" when it is empty."""
        if len(self.indexes) == 1 and not self.turned:
            return cells[self.indexes[0]]
        parts = [part for index in self.indexes if (part := cells[index].strip())]
        joint = "" if self.tight and all(_TIGHT.fullmatch(part) for part in parts) else " "
        return turn(joint.join(parts)) if self.turned else joint.join(parts)

    def faults(self, row: Row, text: str, table: Table) -> Iterator[Finding]:
        """What joining and turning round make of a name: that it could not be turned round, or that its first or last column is empty;
        what stands between them may be. text: as normalised."""
        if self.turned and "," in text:
            hint = "write the name in the order of the certificate, without a comma"
            message = f"{shown(text)} is no family name, a comma, and a given name, so its order cannot be told"
            yield finding(Code.NAME_ORDER, table.place(row.line, self.index), message, hint)
        for index in (self.indexes[0], self.indexes[-1]) if len(self.indexes) > 1 and self.field == "name" else ():
            if not row.cells[index].strip():
                hint = "fill the cell; or leave it, if the person has one name only"
                yield finding(Code.NAME_HALF, table.place(row.line, index), "half of the name is missing", hint)


def turn(name: str) -> str:
    """`Doe, Jane` as Jane Doe, `King, Martin, Jr.` as Martin King Jr.; anything else as it stands."""
    family, *rest = [part.strip() for part in name.split(",")]
    if len(rest) == 2 and _SUFFIX.fullmatch(rest[1]):
        return f"{rest[0]} {family} {rest[1]}"
    return f"{rest[0]} {family}" if len(rest) == 1 and family and rest[0] else name
