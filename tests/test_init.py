"""The command `issuer init`."""

from __future__ import annotations

from pathlib import Path

import pytest

from issuer import cli

WHO = ["--name", "Harbour School", "--url", "https://school.example.org", "--base-url", "https://certificates.example.org"]


def test_without_git_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert cli.run(["init", str(tmp_path / "school"), *WHO, "--key", str(tmp_path / "school.key")]) == 3
    assert "git is not installed" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_it_says_to_type_can_be_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["init", str(tmp_path / "my school"), *WHO, "--key", str(tmp_path / "my keys/school.key")]) == 0
    said = capsys.readouterr().out
    assert f"cd '{tmp_path}/my school'" in said
    assert f"export ISSUER_SIGNING_KEY_FILE='{tmp_path}/my keys/school.key'" in said
