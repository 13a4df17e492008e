"""Findings by their codes: five thousand of one kind are one thing to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from issuer.roster.findings import Code, Finding, Severity

WHOLE = 10
"""A group of so many findings is shown whole."""
FIRST = 5
"""Of a larger one so many are shown."""
_ORDER = list(Severity)


@dataclass(slots=True)
class Group:
    """Findings of one severity and code. kept: the first of them, in their order; total: how many there are."""

    severity: Severity
    code: Code
    kept: list[Finding] = field(default_factory=list)
    total: int = 0

    @property
    def shown(self) -> list[Finding]:
        """Those to show."""
        return self.kept if self.total <= WHOLE else self.kept[:FIRST]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.shown)


def grouped(findings: Iterable[Finding], keep: int = WHOLE) -> list[Group]:
    """The groups, worst first, and of one severity the one whose first finding comes first. keep: how many findings of each."""
    groups: dict[tuple[Severity, Code], Group] = {}
    for found in findings:
        group = groups.get((found.severity, found.code))
        if group is None:
            group = groups[found.severity, found.code] = Group(found.severity, found.code)
        group.total += 1
        if group.total <= keep:
            group.kept.append(found)
    return sorted(groups.values(), key=lambda group: _ORDER.index(group.severity))


def in_words(counts: Counter[Severity]) -> str:
    """As in "2 errors, 1 warning and 3 notes"; "" for none."""
    words = [f"{counts[one]:,} {one.value}{'' if counts[one] == 1 else 's'}" for one in Severity if counts[one]]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def alike(findings: Iterable[Finding]) -> Iterator[tuple[Finding, str]]:
    """Each finding with its hint; of several in a row that have the same hint only the last has it, the others ""."""
    before: Finding | None = None
    for found in findings:
        if before is not None:
            yield before, "" if before.hint == found.hint else before.hint
        before = found
    if before is not None:
        yield before, before.hint
