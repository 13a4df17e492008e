"""The page of findings lists exactly the codes that exist, with their severity, cause and cure."""

from __future__ import annotations

import re
from pathlib import Path

from issuer.errors import Place
from issuer.roster.findings import SEVERITIES, Code, Severity, finding

PAGE = Path(__file__).parents[1] / "site" / "guide" / "findings.md"
SECTION = re.compile(r"^### `([a-z-]+)` \((error|warning|note)\)\n\n(.+?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)


def test_the_page_lists_every_code_once() -> None:
    page = PAGE.read_text(encoding="utf-8")
    sections = SECTION.findall(page)
    assert sorted(code for code, _, _ in sections) == sorted(code.value for code in Code)
    assert page.count("\n### ") == len(sections)
    for code, severity, text in sections:
        assert SEVERITIES[Code(code)] == severity
        assert "**Cure.**" in text, code


def test_a_finding_has_its_codes_severity() -> None:
    found = finding(Code.EMAIL_MISSING, Place("roster.csv", 2), "there is no e-mail address", "add it")
    assert (found.severity, found.blocks) == (Severity.WARNING, False)
    assert finding(Code.DATE_INVALID, Place("roster.csv", 2), "no date", "write it").blocks
