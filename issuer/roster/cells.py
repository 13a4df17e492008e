"""What one cell becomes, and everything that is wrong with it by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from issuer.batch_config import DAY_FIELDS, BatchConfig
from issuer.errors import FormatError
from issuer.roster import confusables, dates, mojibake, names, placed
from issuer.roster.domains import meant
from issuer.roster.emails import Addresses, normalise
from issuer.roster.findings import Code, Report, shown
from issuer.roster.mapping import Column
from issuer.roster.policy import Policy
from issuer.roster.table import Row
from issuer.roster.text import described, tidy, unwanted

MAX_CELL = 1000
TYPO_HINT = "correct it now, or leave it if it is right: without a `key:` in batch.yml, who has another address later is another person"
MAX_NAME = names.LONGEST
_ADDRESS = re.compile(r"""(?<![^\s<>()\[\],;:"'])[^\s@＠<>()\[\],;:"']+[@＠][\w-]+(?:\.[\w-]+)*\.[^\W\d_][\w-]+""")


@dataclass(slots=True)
class Reader:
    """How the cells of a column are read. only: the one column that it has, None for several or none; kind: of its cells; setting: its line
    of batch.yml up to the pattern of its dates; quick: gives the text of a raw cell that cannot have a finding, None for others; where
    there is none, good: raw cell → text, of cells that had no finding and are likely to come again."""

    column: Column
    only: int | None
    kind: str
    setting: str
    quick: Callable[[str], str | None] | None = None
    good: dict[str, str] = field(default_factory=dict)


def _kind(column: Column, config: BatchConfig) -> str:
    name = column.field
    if name in ("name", "email", "language"):
        return name
    if column.date or (name in DAY_FIELDS and not config.is_own(name)):
        return "day"
    return name if name in placed.READERS and not config.is_own(name) else "text"


class Cells:
    """Reads the cells of one roster. index: field → its column; prove: looks through whole columns of dates, asked for at most once."""

    def __init__(self, policy: Policy, index: Mapping[str, int | None], prove: Callable[[], dates.Proofs]) -> None:
        self.policy, self.prove = policy, prove
        self.name, self.email = index.get("name"), index.get("email")
        self.addresses = Addresses()
        self.proofs: dates.Proofs | None = None

    def readers(self, columns: tuple[Column, ...], config: BatchConfig, headers: tuple[str, ...]) -> tuple[Reader, ...]:
        """A reader for each column in use."""
        quick = {"name": names.plain, "email": self.addresses.quick}
        made = []
        for column in columns:
            header = "" if column.index is None else headers[column.index]
            setting = f"{column.field}: {{column: {json.dumps(header, ensure_ascii=False)}, date: "
            plain, kind = len(column.indexes) == 1 and not column.turned, _kind(column, config)
            made.append(Reader(column, column.index if plain else None, kind, setting, quick.get(kind) if plain else None))
        return tuple(made)

    def read(self, reader: Reader, text: str, raw: str, row: Row, report: Report) -> str:
        """The text that would be signed. text: not empty, tidy; raw: as it stands in the roster."""
        if not raw.isascii() and (was := mojibake.undone(raw)) is not None:
            message = f"{shown(raw)} was read in a wrong encoding: it must have been {shown(was)}"
            report(Code.TEXT_MOJIBAKE, message, "export the roster again as UTF-8, or type the cell again")
            if self.policy.stops(Code.TEXT_MOJIBAKE):
                return text
        if fault := unwanted(text):
            code, index = fault
            report(code, f"{shown(text)} {described(text, code, index)}", "type the cell again, or delete that character")
        elif len(text) > MAX_CELL:
            message = f"the cell has {len(text):,} characters, at most {MAX_CELL:,} fit"
            report(Code.CELL_LONG, message, "shorten it, or check for a lost quote")
        elif reader.kind == "email":
            return self._email(text, row, report)
        elif address := _ADDRESS.search(text) if ("@" in text or "＠" in text) and not reader.column.private else None:
            self._published(reader, text, address[0], row, report)
        else:
            return self._by_kind(reader, text, row, report)
        return text

    def _by_kind(self, reader: Reader, text: str, row: Row, report: Report) -> str:
        if reader.kind == "day":
            return self._day(reader, text, row, report)
        if reader.kind in placed.READERS:
            return placed.READERS[reader.kind](text, report)
        if reader.kind == "name":
            _name(text, report)
        else:
            if not reader.column.private and names.stands_for_nothing(text):
                report(Code.VALUE_PLACEHOLDER, f"{shown(text)} would stand on the certificate", "leave the cell empty if there is no value")
            _scripts(text, report)
        return text

    def _published(self, reader: Reader, text: str, address: str, row: Row, report: Report) -> None:
        """An address where it would be published."""
        if reader.kind == "name" and self._swapped(row):
            message = (
                f"the name is the e-mail address {shown(text)}, and the e-mail address the name {shown(tidy(row.cells[self.email or 0]))}"
            )
            report(
                Code.CELLS_SWAPPED, message, "swap the two cells; if it is so in every row, swap the headers under `columns:` in batch.yml"
            )
            if self.policy.stops(Code.CELLS_SWAPPED):
                return
        hint = "map the column to `email`, which is never published, or take the address out"
        report(Code.ADDRESS_PUBLIC, f"the e-mail address {shown(address)} would be published", hint)

    def _swapped(self, row: Row) -> bool:
        """Whether an address stands for the name, and a name for the address."""
        if self.name is None or self.email is None:
            return False
        name, email = tidy(row.cells[self.name]), tidy(row.cells[self.email])
        return bool(_ADDRESS.fullmatch(name)) and "@" not in email and any(letter.isalpha() for letter in email)

    def _email(self, text: str, row: Row, report: Report) -> str:
        try:
            address = normalise(text)
        except FormatError as error:
            self._no_address(text, error.message, row, report)
            return text
        if instead := meant(address.rpartition("@")[2]):
            report(Code.EMAIL_TYPO, f"{shown(address)}: did you mean {instead}?", TYPO_HINT)
        else:
            self.addresses.learn(text, address)
        return address

    def _no_address(self, text: str, message: str, row: Row, report: Report) -> None:
        hint = "correct the cell, or leave it empty to issue without mail"
        if dates.looks_like_one(text):
            said = f"the e-mail address is the date {shown(text)}"
            report(Code.CELLS_SWAPPED, said, "look whether cells of this row are swapped, or headers under `columns:` in batch.yml")
        if (dates.looks_like_one(text) or self._swapped(row)) and self.policy.stops(Code.CELLS_SWAPPED):
            return
        report(Code.EMAIL_INVALID, message, "empty the cell to issue without mail" if names.stands_for_nothing(text) else hint)

    def _day(self, reader: Reader, text: str, row: Row, report: Report) -> str:
        pattern, index = reader.column.date, reader.only
        sign = None if pattern or index is None else dates.mark(text)
        if sign is None or index is None:
            return dates.day(text, pattern, report, real=not row.dates.isdisjoint(reader.column.indexes))
        if self.proofs is None:
            self.proofs = self.prove()
        proof = self.proofs.get((index, sign))
        return dates.day(text, None, report) if proof is None else dates.numbered_day(text, proof, reader.setting, report)


def _name(text: str, report: Report) -> None:
    if len(text) > MAX_NAME:
        message = f"the name has {len(text)} characters, at most {MAX_NAME} fit"
        report(Code.NAME_LONG, message, "shorten it, or check for a lost delimiter")
    elif names.stands_for_nobody(text):
        hint = "write the recipient's name, or take the row out; for somebody who is called so, `name-placeholder: warn` under `findings:`"
        report(Code.NAME_PLACEHOLDER, f"{shown(text)} stands for a name and is none", hint)
    elif written := names.case(text):
        report(Code.NAME_CASE, f"the name {shown(text)} is all {written}", "write it as it shall stand on the certificate")
    _scripts(text, report)


def _scripts(text: str, report: Report) -> None:
    if odd := confusables.mixed(text):
        word, letter, script = odd
        message = f"the word {shown(word)} has {confusables.described(letter)} among {script} letters"
        report(Code.SCRIPT_MIXED, message, f"type the word again on a keyboard for {script} letters")
