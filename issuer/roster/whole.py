"""What is only seen when all rows of a roster are known: people who stand in it twice, odd mail domains, lost zeros."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator

from issuer.errors import Place
from issuer.roster.cells import TYPO_HINT, Reader
from issuer.roster.domains import Domains
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.similar import Kind, People
from issuer.roster.zeros import Zeros

TOLD = 300
"""Findings about people who may stand twice: more of them are counted as one."""
_CODES: dict[Kind, Code] = {"name": Code.NAME_TWICE, "address": Code.ROW_SIMILAR, "similar": Code.ROW_SIMILAR}


class Whole:
    """Sees each row without errors once, and is asked at the end. It keeps about 80 bytes a row. key: as in batch.yml; place: line and
    field → where it stands."""

    def __init__(self, readers: tuple[Reader, ...], key: tuple[str, ...], place: Callable[[int, str], Place]) -> None:
        self.key, self.place = key, place
        self.people, self.domains = People(key), Domains()
        texts = [reader.column for reader in readers if reader.kind == "text" and not reader.column.value]
        self.zeros = Zeros((column.field, place(1, column.field).column or "") for column in texts)

    def add(self, line: int, values: dict[str, str]) -> None:
        """One row. values: field → text, empty cells absent."""
        if "name" in values:
            email = values.get("email", "")
            self.people.add(line, values["name"], email)
            if email:
                self.domains.add(email.rpartition("@")[2], line)
        if self.zeros.columns:
            self.zeros.add(values, line)

    def findings(self) -> list[Finding]:
        """All of them, in the order of lines."""
        found = sorted([*self._domains(), *self._zeros(), *self._people()], key=lambda each: each[0])
        return [each for _, each in found]

    def _domains(self) -> Iterator[tuple[int, Finding]]:
        for line, domain, instead in self.domains.unlikely():
            message = f"the domain {domain} stands here alone, where others have {instead}: did you mean {instead}?"
            yield line, finding(Code.EMAIL_TYPO, self.place(line, "email"), message, TYPO_HINT)

    def _zeros(self) -> Iterator[tuple[int, Finding]]:
        for field, line, text, usual, rows in self.zeros.lost():
            message = f"{shown(text)} has {len(text)} digits where most have {usual}, and no cell of the column begins with 0"
            more = f" ({rows} rows)" if rows > 1 else ""
            hint = f"if zeros were lost{more}, export the column again as text, or format it as text before you type"
            yield line, finding(Code.ZEROS_LOST, self.place(line, field), message, hint)

    def _people(self) -> Iterator[tuple[int, Finding]]:
        found = self.people.found()
        least = list(
            dict.fromkeys(heapq.nsmallest(2 * TOLD + 2, ((line, kind, tuple(others), one, two) for line, kind, others, one, two in found)))
        )
        for line, kind, others, first, name in least[:TOLD]:
            field = "email" if kind == "address" else "name"
            yield line, finding(_CODES[kind], self.place(line, field), _said(kind, others, first, name), _HINTS[kind])
        if len(least) > TOLD:
            line = least[TOLD][0]
            message = f"from here on there are more names like others; the first {TOLD} are listed"
            yield line, finding(_CODES[least[TOLD][1]], self.place(line, "name"), message, "look whether a roster was pasted twice")


_HINTS: dict[Kind, str] = {
    "name": "take one row out if it is one person; two people of one name may stay",
    "address": "take one row out if it is one person; people who share an address may stay",
    "similar": "take one row out if it is one person; leave both if not",
}


def _said(kind: Kind, others: tuple[int, ...], first: str, name: str) -> str:
    lines = f"line {others[0]}" if len(others) == 1 else f"lines {', '.join(map(str, others))}"
    if kind == "address":
        return f"the same address and {'the same' if first == name else 'almost the same'} name stand in {lines}"
    if kind == "similar":
        return f"{shown(name)} is almost the name {shown(first)} in {lines}"
    same = f"{shown(name)} stands also" if first == name else f"{shown(name)} is the same name as {shown(first)}"
    return f"{same} in {lines}, with another address or none"
