"""How findings are shown in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.text import Text

from issuer.review import Group, grouped, in_words
from issuer.review.grouping import alike
from issuer.review.reviewing import as_json
from issuer.roster.findings import Finding, Severity

__all__ = ["as_json", "render", "summary"]

_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def render(findings: Iterable[Finding]) -> list[Text]:
    """Findings as lines, worst first, those of one code together; of many with one code the first."""
    return [line for group in grouped(findings) for line in _group(group)]


def summary(counts: Counter[Severity]) -> list[str]:
    """One line that counts them by severity; none without findings."""
    return [f"Found {words}."] if (words := in_words(counts)) else []


def _group(group: Group) -> Iterator[Text]:
    for found, hint in alike(group.shown):
        yield Text.assemble(
            (f"{found.severity.value}:", f"bold {_COLOUR[found.severity]}"), f" {found.place}: {found.message} [{found.code}]"
        )
        if hint:
            yield Text.assemble(("  hint: ", "bold cyan"), hint)
    if group.more:
        yield Text(f"  … and {group.more:,} more of {group.code}; --json lists them all")
