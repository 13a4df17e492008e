"""How much findings matter in one repository or batch: as their codes say, unless issuer.yml or batch.yml says otherwise."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from issuer.errors import ConfigError, Place
from issuer.roster.findings import SEVERITIES, Code, Finding, Severity
from issuer.settings import line_of

SETTABLE = frozenset(
    {code for code, severity in SEVERITIES.items() if severity is not Severity.ERROR}
    | {
        Code.NAME_PLACEHOLDER,
        Code.TEXT_MOJIBAKE,
        Code.CELLS_SWAPPED,
        Code.DATE_SERIAL,
        Code.NAME_LONG,
        Code.ENDED_EARLY,
        Code.BATCH_RENAMED,
    }
)
"""Codes whose severity is the issuer's to choose. The others say that a row cannot be signed, or not as it stands."""


@dataclass(frozen=True, slots=True)
class Policy:
    """severities: code → severity, None for a code that is off; absent for those that matter as they always do."""

    severities: Mapping[Code, Severity | None]

    def judge(self, found: Finding) -> Finding | None:
        """The finding as it matters here; None if it is off."""
        if not self.severities or found.code not in self.severities:
            return found
        severity = self.severities[found.code]
        return None if severity is None else dataclasses.replace(found, severity=severity)

    def stops(self, code: Code) -> bool:
        """Whether what has this code keeps its row from being issued here."""
        return self.severities.get(code, SEVERITIES[code]) is Severity.ERROR

    def judged(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that matter here."""
        return [known for found in findings if (known := self.judge(found)) is not None]


DEFAULT = Policy({})
"""Every finding matters as its code says."""


def read(*settings: tuple[Mapping[str, str], Path, str]) -> Policy:
    """The policy of settings files. settings: their `findings:`, the file, and its path in messages; later ones win.
    Raises ConfigError for a code that does not exist, or that is not to be chosen."""
    severities: dict[Code, Severity | None] = {}
    for policies, path, shown_as in settings:
        for word, chosen in policies.items():
            place = Place(shown_as, line_of(path, "findings", word))
            severities[_code(word, place)] = None if chosen == "off" else Severity(chosen)
    return Policy(severities)


def _code(word: str, place: Place) -> Code:
    try:
        code = Code(word)
    except ValueError:
        near = difflib.get_close_matches(word, SETTABLE, n=1)
        hint = f"did you mean {str(near[0])!r}?" if near else "the page of findings in the guide lists the codes"
        raise ConfigError(f"findings: there is no code {word!r}", place=place, hint=hint) from None
    if code not in SETTABLE:
        hint = "take it out: what it finds cannot be signed as it stands"
        raise ConfigError(f"findings: {word!r} is always {SEVERITIES[code].value}", place=place, hint=hint)
    return code
