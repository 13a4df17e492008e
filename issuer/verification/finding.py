"""What one check found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from issuer.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Finding:
    """outcome; code: stable, has a sentence in verification.json; detail: what the sentence names."""

    outcome: Outcome
    code: str
    detail: Mapping[str, str] = field(default_factory=dict)


def passed(code: str, **detail: str) -> Finding:
    """The check says yes."""
    return Finding(Outcome.PASS, code, detail)


def failed(code: str, **detail: str) -> Finding:
    """The check says no."""
    return Finding(Outcome.FAIL, code, detail)


def unknown(code: str, **detail: str) -> Finding:
    """The check cannot tell, which is never a yes."""
    return Finding(Outcome.UNKNOWN, code, detail)


def shown(text: Any) -> str:
    """Enough of a stranger's text for a sentence; nothing of what is no text."""
    return text[:200] if isinstance(text, str) else ""
