"""What a verification says: the verdict, the checks that led to it, and their sentences, which stand once, in verification.json."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Any

NAMES = ("document", "signature", "key", "log", "status", "dates", "issuer")
_WEIGHT = {name: number for number, name in enumerate(("document", "signature", "key", "status", "log", "dates", "issuer"))}
_FOLLOWING = frozenset({"window-unknown", "form-unknown", "log-unknown"})
"""Codes that only follow from another check, which says what is missing."""
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")


class Outcome(StrEnum):
    """What one check says. UNKNOWN is never a pass."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What all checks say together."""

    VALID = "valid"
    NOT_VALID = "not valid"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Check:
    """number: 1 to 7; name: as in NAMES; code: stable; detail: what the sentence names."""

    number: int
    name: str
    outcome: Outcome
    code: str
    detail: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What this check is about, in words."""
        title: str = sentences()[self.name]["title"]
        return title

    @property
    def message(self) -> str:
        """One plain sentence."""
        return _fill(sentences()[self.name]["codes"][self.code]["message"], self.detail)

    @property
    def hint(self) -> str:
        """What to do, or nothing."""
        return _fill(sentences()[self.name]["codes"][self.code]["hint"], self.detail)


@dataclass(frozen=True, slots=True)
class Verification:
    """verdict and the seven checks; credential: as parsed, None if it could not be read."""

    verdict: Verdict
    checks: tuple[Check, ...]
    credential: dict[str, Any] | None

    @property
    def reason(self) -> Check | None:
        """The check that decided against "valid": the first failure, else the first unknown. What the issuer itself says of the
        certificate (status) comes before the log, so that an old copy of a corrected one is called replaced, not unlogged; what only
        follows from another check comes last."""
        ordered = sorted(self.checks, key=lambda check: (check.code in _FOLLOWING, _WEIGHT[check.name]))
        for outcome in (Outcome.FAIL, Outcome.UNKNOWN):
            for check in ordered:
                if check.outcome is outcome:
                    return check
        return None


@lru_cache
def sentences() -> dict[str, Any]:
    """The table verification.json: name → title and codes → message and hint."""
    table: dict[str, Any] = json.loads(resources.files("issuer").joinpath("verification.json").read_text("utf-8"))
    return table


def _fill(sentence: str, detail: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: detail.get(match[1]) or "not stated", sentence)
