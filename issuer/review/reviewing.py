"""The noun: plans of batches with all that was found, and what a program reads of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from issuer.batch import Batch
from issuer.planning import Ineligible, Plan, PlannedRow
from issuer.review.streamed import Streamed
from issuer.roster import rejects
from issuer.roster.findings import Finding, Severity

COUNTS = ("new", "corrected", "withdrawn", "unchanged", "not_eligible", "blocked")
"""What a plan counts, in the order of every table."""


@dataclass(frozen=True, slots=True)
class Part:
    """One batch and its plan."""

    batch: Batch
    plan: Plan

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each of COUNTS."""
        plan = self.plan
        return dict(
            zip(COUNTS, (plan.new, plan.corrected, len(plan.withdrawn), plan.unchanged, len(plan.ineligible), plan.blocked), strict=True)
        )

    @property
    def fields(self) -> list[str]:
        """The fields that columns fill and everybody will see, but for the name."""
        return [field for field, _ in self.plan.public if field != "name"]

    @property
    def left_out(self) -> str:
        """What is said of the rows with errors if the others are issued without them; "" if there are none, or nothing is issued."""
        count, plan = self.plan.blocked, self.plan
        if plan.blocks or not count:
            return ""
        rows, stand = ("row with errors is", "stands") if count == 1 else ("rows with errors are", "stand")
        file = f"records/{self.batch.name}/{rejects.path_of(self.batch.roster).name}"
        return f"{count:,} {rows} left out, and {stand} in {file}, to be corrected there."

    def rows(self, *actions: str) -> Iterator[PlannedRow]:
        """The rows with one of these actions."""
        return (row for row in self.plan.rows if row.action in actions)

    def normalised(self) -> Iterator[tuple[PlannedRow, str, str, str]]:
        """Row, field, old and new text of each cell that is not signed as it stands in the roster. Addresses are left out."""
        for row in self.plan.rows:
            for field, old, new in row.normalised:
                if field != "email" and row.action != "unchanged":
                    yield row, field, old, new

    def document(self) -> dict[str, Any]:
        """The batch as JSON; long lists are made while they are written."""
        plan, hidden = self.plan, self.batch.config.private | {"email"}
        return {
            "batch": self.batch.name,
            "roster": self.batch.roster_path,
            **self.counts,
            "public": [header for _, header in plan.public],
            "not_public": list(plan.private),
            "rows": Streamed(lambda: (_row(row, hidden) for row in plan.rows)),
            "corrections": Streamed(lambda: (_correction(row) for row in self.rows("corrected"))),
            "normalised": Streamed(lambda: (_change(*one) for one in self.normalised() if one[1] not in hidden)),
            "ineligible": Streamed(lambda: map(_ineligible, plan.ineligible)),
            "findings": Streamed(lambda: map(as_json, plan.findings)),
        }


@dataclass(frozen=True, slots=True)
class Review:
    """parts: in the order in which they were checked; mistakes: what is wrong with the repository, whatever the batch."""

    parts: tuple[Part, ...]
    mistakes: tuple[Finding, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether something keeps a batch from being issued."""
        return any(found.blocks for found in self.mistakes) or any(part.plan.blocks for part in self.parts)

    @property
    def pending(self) -> bool:
        """Whether issuing would sign something."""
        return any(part.plan.new or part.plan.corrected for part in self.parts)

    @property
    def sentence(self) -> str:
        """The answer in words."""
        if self.blocks:
            return "Blocked: correct the errors above and check again. Nothing was issued."
        said = "Nothing blocks. `issuer issue` signs what is new." if self.pending else "Nothing blocks, and nothing is new."
        return " ".join([said, *(part.left_out for part in self.parts if part.left_out)])

    def findings(self) -> Iterator[Finding]:
        """All of them, each once: what is wrong with a template that two batches share is told by both plans."""
        seen = set(self.mistakes)
        yield from self.mistakes
        for part in self.parts:
            for found in part.plan.findings:
                if found.place.file == part.batch.roster_path:
                    yield found
                elif found not in seen:
                    seen.add(found)
                    yield found

    @property
    def severities(self) -> Counter[Severity]:
        """How many findings there are of each severity."""
        return Counter(found.severity for found in self.findings())

    def document(self) -> dict[str, Any]:
        """The answer as JSON, as issuer/formats/schemas/check.schema.json describes it."""
        counts = self.severities
        return {
            "blocked": self.blocks,
            "counts": {severity.value: counts[severity] for severity in Severity},
            "batches": [part.document() for part in self.parts],
            "findings": [as_json(found) for found in self.mistakes],
        }


def as_json(found: Finding) -> dict[str, Any]:
    """A finding as a program reads it."""
    return {
        "severity": found.severity.value,
        "code": found.code.value,
        "place": str(found.place),
        "file": found.place.file,
        "line": found.place.line,
        "sheet": found.place.sheet,
        "cell": found.place.cell,
        "column": found.place.column,
        "element": found.place.element,
        "message": found.message,
        "hint": found.hint,
    }


def _row(row: PlannedRow, hidden: frozenset[str]) -> dict[str, Any]:
    values = {field: value for field, value in row.values.items() if field not in hidden}
    return {"line": row.line, "action": row.action, "id": row.id, "name": row.values["name"], "values": values}


def _change(row: PlannedRow, field: str, old: str, new: str) -> dict[str, Any]:
    return {"line": row.line, "file": row.file or None, "field": field, "old": old, "new": new}


def _ineligible(row: Ineligible) -> dict[str, Any]:
    return {"line": row.line, "file": row.file or None, "name": row.name, "reason": row.reason}


def _correction(row: PlannedRow) -> dict[str, Any]:
    return {"line": row.line, "id": row.id, "changes": [{"field": field, "old": old, "new": new} for field, old, new in row.changes]}
