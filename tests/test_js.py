"""The browser modules pass their own tests: tests/js/ run by the Node.js that is installed beside this Python."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "tests" / "js").glob("*.test.js"))
TIMEOUT_SECONDS = 300


def _node() -> str:
    """Node.js from the wheel in the virtual environment, so that no other version answers."""
    node = Path(sys.executable).with_name("node")
    assert node.exists(), f"{node} is missing: pip install -r requirements/test.txt"
    return str(node)


def _count(summary: str, what: str) -> int:
    match = re.search(rf"^# {what} (\d+)$", summary, re.MULTILINE)
    assert match is not None, summary[-4000:]
    return int(match[1])


def test_there_is_a_test_file_for_the_verifier() -> None:
    assert ROOT / "tests" / "js" / "verification.test.js" in FILES


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.removesuffix(".test.js"))
def test_node(file: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NODE_")}
    command = [_node(), "--test", "--test-reporter=tap", str(file)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=TIMEOUT_SECONDS, check=False)
    failed = "\n".join(re.findall(r"^ *not ok .*$", result.stdout, re.MULTILINE))
    assert _count(result.stdout, "tests") > 0
    assert (_count(result.stdout, "fail"), _count(result.stdout, "cancelled"), _count(result.stdout, "skipped")) == (0, 0, 0), failed
    assert result.returncode == 0, result.stderr[-4000:]
