"""What an audit says: checks with their findings. Their sentences stand once, in sentences.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from itertools import groupby
from typing import Any

from issuer.errors import Place
from issuer.git import Commit

KEPT = 20
"""So many findings of one check are kept; the others are counted."""


class Outcome(StrEnum):
    """What one check says. WARNING: true, but somebody must do something; UNKNOWN: cannot be told, which is never a pass."""

    PASS = "pass"  # noqa: S105 - not a password
    WARNING = "warning"
    UNKNOWN = "unknown"
    FAIL = "fail"


_WEIGHT = {outcome: weight for weight, outcome in enumerate(Outcome)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be. code: stable; place: file and line; index: of the log, 0-based; commit: full id; date: of the
    commit; detail: what the sentence names; variant: which other hint holds here, None for the usual one. No finding names a recipient."""

    check: str
    code: str
    place: Place | None = None
    index: int | None = None
    commit: str | None = None
    date: str | None = None
    detail: Mapping[str, str] = field(default_factory=dict)
    variant: str | None = None

    @property
    def outcome(self) -> Outcome:
        """What a finding of this kind makes of its check."""
        return Outcome(self._sentences["outcome"])

    @property
    def message(self) -> str:
        """One plain sentence, without the place."""
        return str(self._sentences["message"]).format_map(self.detail)

    @property
    def hint(self) -> str:
        """What to do."""
        name = "hint" if self.variant is None else f"hint-{self.variant}"
        return str(self._sentences[name]).format_map(self.detail)

    @property
    def alone(self) -> str:
        """What tells it from others of its code, where they stand under one heading."""
        return str(self._sentences.get("each", "")).format_map(self.detail)

    @property
    def where(self) -> str:
        """Every place that is known, in words: "records/a/issued-0001.jsonl:7, log entry 6, commit 3f2a… of 2026-05-30"."""
        parts = [] if self.place is None else [str(self.place)]
        parts += [] if self.index is None else [f"log entry {self.index}"]
        if self.commit is not None:
            parts.append(f"commit {self.commit[:12]}" + (f" of {self.date[:10]}" if self.date else ""))
        return ", ".join(parts)

    @property
    def _sentences(self) -> dict[str, Any]:
        found: dict[str, Any] = sentences()[self.check]["codes"][self.code]
        return found


@dataclass(frozen=True, slots=True)
class Check:
    """One check when it is done. name: stable; counts: what was looked at; findings: the first KEPT, the gravest first, else as they were
    met; total: how many there were."""

    name: str
    outcome: Outcome
    counts: Mapping[str, int]
    findings: tuple[Finding, ...] = ()
    total: int = 0

    @property
    def title(self) -> str:
        """What this check is about."""
        return str(sentences()[self.name]["title"])

    @property
    def code(self) -> str:
        """The code of the first finding, or "good"."""
        return self.findings[0].code if self.findings else "good"

    @property
    def message(self) -> str:
        """One plain sentence: what was found first, else what was proved."""
        if self.findings:
            return self.findings[0].message
        return str(sentences()[self.name]["good"]).format_map({name: _Number(number) for name, number in self.counts.items()})

    @property
    def groups(self) -> list[tuple[str | None, list[Finding]]]:
        """The findings in their order; those that would say one thing of many commits together, under what they say. None: one by one."""
        found: list[tuple[str | None, list[Finding]]] = []
        for code, findings in groupby(self.findings, key=lambda finding: finding.code):
            together = list(findings)
            heading = sentences()[self.name]["codes"][code].get("many")
            found.append((heading if len(together) > 1 else None, together))
        return found


class _Number(int):
    """A count in a sentence: {n} is 1,234; {n:record} is 1 record or 1,234 records; {n:entry/entries} gives both words."""

    def __format__(self, nouns: str) -> str:
        one, _, many = nouns.partition("/")
        noun = one if self == 1 else many or f"{one}s"
        return f"{int(self):,} {noun}" if one else f"{int(self):,}"


class Checking:
    """A check while it is made. name: a key of sentences.json."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.counts: dict[str, int] = {}
        self._findings: dict[Outcome, list[Finding]] = {}
        self._total = 0

    def add(
        self,
        code: str,
        *,
        place: Place | None = None,
        index: int | None = None,
        commit: Commit | None = None,
        variant: str | None = None,
        **detail: object,
    ) -> None:
        """Take a finding. variant: as in a finding; detail: what its sentence names."""
        texts = {name: f"{value:,}" if isinstance(value, int) else str(value) for name, value in detail.items()}
        made, date = (None, None) if commit is None else (commit.id, commit.date)
        finding = Finding(self.name, code, place, index, made, date, texts, variant)
        kept = self._findings.setdefault(finding.outcome, [])
        if len(kept) < KEPT:
            kept.append(finding)
        self._total += 1

    def has(self, outcome: Outcome) -> bool:
        """Whether there is a finding of this weight."""
        return outcome in self._findings

    def done(self) -> Check:
        """The check."""
        ordered = [finding for outcome in reversed(Outcome) for finding in self._findings.get(outcome, [])]
        worst = max(self._findings, key=_WEIGHT.__getitem__, default=Outcome.PASS)
        return Check(self.name, worst, dict(self.counts), tuple(ordered[:KEPT]), self._total)


@lru_cache
def sentences() -> dict[str, Any]:
    """The table sentences.json: name → title, what is said when all is good, and codes → outcome, message and hint."""
    table: dict[str, Any] = json.loads(resources.files("issuer.audit").joinpath("sentences.json").read_text("utf-8"))
    return table
