"""One vector: what is asked, and what must be answered."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from issuer.formats import timestamp
from issuer.verification import History

FOLDER = Path(__file__).parents[1] / "vectors" / "verification"
VALID, NO, MAYBE = "valid", "not valid", "cannot tell"
GOOD = {
    "document": "pass canonical",
    "signature": "pass signature-good",
    "key": "pass key-listed",
    "log": "pass logged",
    "status": "pass not-revoked",
    "dates": "pass in-date",
    "issuer": "pass issuer-expected",
}
NOT_READ = dict.fromkeys(list(GOOD)[1:], "unknown not-checked")


@dataclass(frozen=True, slots=True)
class Case:
    """make: the evidence by name; checks: "result code" of each check that differs from a good record's; javascript: verdict and checks
    that differ in the browser, None if it cannot be asked there."""

    name: str
    why: str
    make: Callable[[], dict[str, Any]]
    verdict: str
    checks: dict[str, str] = field(default_factory=dict)
    javascript: tuple[str, dict[str, str]] | None = (VALID, {})

    def text(self) -> bytes:
        """The vector as a file."""
        vector = {
            "name": self.name,
            "why": self.why,
            "evidence": {name: _plain(value) for name, value in self.make().items()},
            "verdict": self.verdict,
            "checks": _all(self.checks),
        }
        if self.javascript is None:
            vector["only"] = "python"
        elif self.javascript[1]:
            verdict, checks = self.javascript
            vector["javascript"] = {"verdict": verdict, "checks": _all(self.checks | checks)}
        return (json.dumps(vector, indent=1, ensure_ascii=False) + "\n").encode()


def unread(code: str, outcome: str = "fail") -> dict[str, str]:
    """The checks on a file that could not be read."""
    return {"document": f"{outcome} {code}", **NOT_READ}


def _all(checks: dict[str, str]) -> dict[str, list[str]]:
    return {name: text.split(" ") for name, text in (GOOD | checks).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dt.datetime):
        return timestamp.serialise(value)
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, History):
        return {"at": _plain(value.at), "entries": [[event.index, event.kind, _plain(event.time)] for event in value.entries]}
    return value
