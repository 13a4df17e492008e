"""How findings are shown: as lines for people, as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from issuer.roster.findings import Finding, Severity

_COLOUR = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_SHOWN = 200


def render(findings: Sequence[Finding]) -> list[Text]:
    """Findings as lines, worst first as they stand, at most _SHOWN of them in full."""
    lines: list[Text] = []
    for found in findings[:_SHOWN]:
        lines.append(
            Text.assemble(
                (f"{found.severity.value}:", f"bold {_COLOUR[found.severity]}"), f" {found.place}: {found.message} [{found.code}]"
            )
        )
        if found.hint:
            lines.append(Text.assemble(("  hint: ", "bold cyan"), found.hint))
    if len(findings) > _SHOWN:
        lines.append(Text(f"… and {len(findings) - _SHOWN} more; --json lists them all"))
    return lines


def as_json(found: Finding) -> dict[str, Any]:
    """A finding as a program reads it."""
    return {
        "severity": found.severity.value,
        "code": found.code,
        "place": str(found.place),
        "file": found.place.file,
        "line": found.place.line,
        "column": found.place.column,
        "element": found.place.element,
        "message": found.message,
        "hint": found.hint,
    }
