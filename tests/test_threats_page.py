"""site/develop/threats.md: each line names a test that exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = TESTS.parent / "site" / "develop" / "threats.md"
ROWS = [
    line
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| attack", "| harm", "| accident"))
]


@cache
def names(file: str) -> frozenset[str]:
    """The test functions of a file of tests."""
    tree = ast.parse((TESTS / f"{file}.py").read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_there_are_threats() -> None:
    assert len(ROWS) > 40


@pytest.mark.parametrize("row", ROWS)
def test_each_line_names_a_test_that_exists(row: str) -> None:
    *_, shown, _ = row.split("|")
    named = re.findall(r"`([a-z0-9_/]+)::(test_\w+)`", shown)
    assert named, row
    for file, name in named:
        assert name in names(file), f"{file}::{name}"
