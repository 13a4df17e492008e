"""The verdict of an audit, with everything that it rests on. No recipient's name is in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from issuer import __version__
from issuer.audit.checkpoints import Earlier
from issuer.audit.checks import Check, Finding, Outcome
from issuer.audit.decided import Standing
from issuer.audit.people import Approval, Committer
from issuer.config import IssuerConfig
from issuer.credential import did
from issuer.errors import FormatError
from issuer.formats import multikey


class Verdict(StrEnum):
    """GREEN: nothing is wrong; checks that cannot be told are counted beside it. RED: something is."""

    GREEN = "green"
    RED = "red"


@dataclass(frozen=True)
class Report:
    """checks: in their order, numbered from 1; time: RFC 3339; origin, size, root: of the log, root as hex; head: the newest commit, None
    without Git; signed: Multikey → records that it signed; decided: id → what the log says of it."""

    config: IssuerConfig
    time: str
    checks: tuple[Check, ...]
    origin: str
    size: int
    root: str
    head: str | None = None
    signed: Counter[str] = field(default_factory=Counter)
    decided: dict[str, Standing] = field(default_factory=dict)
    checkpoints: list[Earlier] = field(default_factory=list)
    committers: list[Committer] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """RED if any check fails."""
        return Verdict.RED if self.count(Outcome.FAIL) else Verdict.GREEN

    def count(self, outcome: Outcome) -> int:
        """How many checks have this outcome."""
        return sum(check.outcome is outcome for check in self.checks)

    @property
    def remarks(self) -> list[str]:
        """What failed, what cannot be told and what is a warning, in words; empty if every check passed."""
        failed, unknown, warned = (self.count(outcome) for outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARNING))
        return [
            *(["1 check failed" if failed == 1 else f"{failed} checks failed"] if failed else []),
            *(["1 thing cannot be told" if unknown == 1 else f"{unknown} things cannot be told"] if unknown else []),
            *(["1 warning" if warned == 1 else f"{warned} warnings"] if warned else []),
        ]

    @property
    def sentence(self) -> str:
        """The verdict in words, which never leaves out what cannot be told."""
        return ", ".join([self.verdict.value, *self.remarks])

    def keys(self) -> list[dict[str, Any]]:
        """Every key of issuer.yml with its window and what it signed."""
        return [
            {
                "key": window.key,
                "fingerprint": _fingerprint(window.key),
                "use": sorted(window.use),
                "from": window.from_,
                "until": window.until,
                "compromised": None if window.compromised is None else window.compromised.isoformat(),
                "records": self.signed[window.key],
            }
            for window in self.config.keys
        ]

    def document(self) -> dict[str, Any]:
        """The report as JSON, as issuer/formats/schemas/audit.schema.json describes it."""
        return {
            "verdict": self.verdict.value,
            "summary": self.sentence,
            "counts": {outcome.value: self.count(outcome) for outcome in Outcome},
            "issuer": {"did": did(self.config), "name": self.config.name},
            "time": self.time,
            "tool": __version__,
            "commit": self.head,
            "log": {"origin": self.origin, "root": self.root, "size": self.size},
            "checks": [_check(number, check) for number, check in enumerate(self.checks, start=1)],
            "keys": self.keys(),
            "decisions": [
                {"id": number, "state": standing.state, "index": standing.index, "date": standing.day}
                for number, standing in self.decided.items()
            ],
            "checkpoints": [
                {"commit": at.commit.id, "date": at.commit.date, "size": at.point.size, "root": at.point.root.hex(), "prefix": at.good}
                for at in self.checkpoints
            ],
            "committers": [
                {"committer": person.name, "commits": person.commits, "first": person.first, "last": person.last}
                for person in self.committers
            ],
            "approvals": [
                {
                    "commit": item.commit.id,
                    "date": item.commit.date,
                    "kind": item.kind,
                    "pull": item.pull,
                    "paths": list(item.paths),
                    "author": item.author,
                    "committer": str(item.commit.committer),
                    "approvals": list(item.approvals),
                    "signature": item.signature,
                }
                for item in self.approvals
            ],
        }


def _check(number: int, check: Check) -> dict[str, Any]:
    return {
        "number": number,
        "name": check.name,
        "title": check.title,
        "result": check.outcome.value,
        "code": check.code,
        "message": check.message,
        "counts": dict(check.counts),
        "findings": [_finding(finding) for finding in check.findings],
        "more": check.total - len(check.findings),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "result": finding.outcome.value,
        "code": finding.code,
        "message": finding.message,
        "hint": finding.hint,
        "where": finding.where,
        "file": None if finding.place is None else finding.place.file,
        "line": None if finding.place is None else finding.place.line,
        "index": finding.index,
        "commit": finding.commit,
        "date": finding.date,
    }


def _fingerprint(key: str) -> str | None:
    try:
        return multikey.fingerprint(key)
    except FormatError:
        return None
