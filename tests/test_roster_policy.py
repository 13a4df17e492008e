"""How much findings matter: in one repository, and in one batch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from issuer.batch_config import BatchConfig
from issuer.errors import ConfigError
from issuer.roster import policy
from issuer.roster.findings import Code, Severity
from issuer.roster.policy import SETTABLE, Policy
from tests.test_roster_checking import ACHIEVEMENT, check, codes


def test_a_policy_says_how_much_a_code_matters() -> None:
    shouting = [("ADA LOVELACE", "ada@example.org")]
    for severity, expected in ((None, []), (Severity.NOTE, ["note"]), (Severity.ERROR, ["error"])):
        rows, _ = check(("name", "email"), shouting, rules=Policy({Code.NAME_CASE: severity}))
        assert [found.severity.value for found in rows[0].findings] == expected
        assert rows[0].faulty == ({"name"} if severity is Severity.ERROR else set())
    twice = [("Ada Lovelace", "ada@example.org"), ("Ada Lovelace", "a@example.org")]
    assert check(("name", "email"), twice, rules=Policy({Code.NAME_TWICE: None}))[1] == []


@pytest.mark.parametrize("severity", [None, Severity.WARNING])
def test_what_is_let_off_lets_nothing_worse_through(severity: Severity | None) -> None:
    """Where an error that explains others is no error any more, the others are told."""
    lax = Policy(dict.fromkeys((Code.CELLS_SWAPPED, Code.TEXT_MOJIBAKE), severity))
    rows, _ = check(
        ("name", "email"),
        [("ada@example.org", "Ada Lovelace"), ("Ada Lovelace", "30.05.2026"), ("Jos\u00c3\x89", "j@example.org")],
        rules=lax,
    )
    assert [row.faulty for row in rows] == [{"name", "email"}, {"email"}, {"name"}]
    assert {"address-public", "email-invalid", "character-control"} <= set(codes(rows))


def settings_file(tmp_path: Path, name: str, text: str) -> tuple[Mapping[str, str], Path, str]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    config = BatchConfig.model_validate({"achievement": ACHIEVEMENT, **yaml.safe_load(text)})
    return config.findings, path, name


def test_off_in_yaml_is_off_and_the_batch_has_the_last_word(tmp_path: Path) -> None:
    issuer = settings_file(tmp_path, "issuer.yml", "findings:\n  name-case: off\n  email-typo: error\n  zeros-lost: warn\n")
    batch = settings_file(tmp_path, "batch.yml", "findings:\n  name-case: note\n")
    assert policy.read(issuer).severities == {Code.NAME_CASE: None, Code.EMAIL_TYPO: Severity.ERROR, Code.ZEROS_LOST: Severity.WARNING}
    assert policy.read(issuer, batch).severities[Code.NAME_CASE] is Severity.NOTE


@pytest.mark.parametrize(
    ("line", "said", "hint"),
    [
        ("name-cases: off", "there is no code 'name-cases'", "did you mean 'name-case'?"),
        ("email-invalid: warn", "always error", "take it out"),
    ],
)
def test_a_policy_that_cannot_be(tmp_path: Path, line: str, said: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        policy.read(settings_file(tmp_path, "batch.yml", f"findings:\n  {line}\n"))
    assert str(caught.value.place) == "batch.yml:2"
    assert hint in caught.value.hint


def test_only_what_can_be_signed_as_it_stands_can_be_set() -> None:
    assert {Code.NAME_CASE, Code.TEXT_MOJIBAKE, Code.DATE_SERIAL} <= SETTABLE
    assert SETTABLE.isdisjoint({Code.EMAIL_INVALID, Code.DATE_AMBIGUOUS, Code.ROW_RAGGED, Code.CHARACTER_BIDI, Code.VALUE_MISSING})
