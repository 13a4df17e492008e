"""site/develop/formats.md explains the formats by examples: they are what the code makes, and they hold.

`WRITE_EXAMPLES=1` writes them anew after a deliberate change; read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

from issuer.verdict import Verdict
from issuer.verification import Evidence, verify
from tests import examples


def test_the_examples_on_the_page_are_what_the_code_makes(tmp_path: Path) -> None:
    page, made = examples.PAGE.read_text("utf-8"), examples.texts(tmp_path)
    if os.environ.get("WRITE_EXAMPLES"):
        examples.PAGE.write_text(examples.written(page, made), "utf-8")
        page = examples.PAGE.read_text("utf-8")
    assert dict(examples.blocks(page)) == made


def test_the_examples_are_a_valid_and_a_revoked_certificate(tmp_path: Path) -> None:
    source = examples.repository(tmp_path)
    about, expected = source.about_issuer(), source.expected()
    verdicts = {}
    for number, record, proof in source.everything():
        evidence = Evidence(
            record=record, now=examples.NOW.replace(month=6, day=21), about=about, proof=proof, expected=expected, wanted=number
        )
        verdicts[number] = verify(evidence)
    first, second = verdicts.values()
    assert first.verdict is Verdict.VALID, first.reason
    assert second.verdict is Verdict.NOT_VALID
    assert second.reason is not None
    assert second.reason.code == "revoked"
