"""The command line as transcripts: command, expected output and exit code in one readable file each, in tests/transcripts/.

A line `$ …` is run by bash in an empty folder with its own home; what follows is what it prints, standard output before standard
error, and `[1]` stands for its exit code if that is not 0. A line `> …` continues a command. Ids, keys, digests and times are
written as <id>, <key>, <sha256> and <time>. `make transcripts` writes the files anew after a deliberate change; read the diff.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "transcripts"
SHARED = (
    (re.compile(r"z6Mk[1-9A-HJ-NP-Za-km-z]{44}"), "<key>"),
    (re.compile(r"z3u2[1-9A-HJ-NP-Za-km-z]{44}"), "<secret>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<sha256>"),
    (re.compile(r"([0-9a-f]{4} ){15}[0-9a-f]{4}"), "<fingerprint>"),
    (re.compile(r"\b[0-7][0-9a-hjkmnp-tv-z]{25}\b"), "<id>"),
    (re.compile(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"), "<time>"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and what was written down of its output and exit code."""

    command: str
    expected: str


def steps(text: str) -> tuple[str, list[Step]]:
    """The words before the first command, and the commands."""
    head, *blocks = re.split(r"^\$ ", text, flags=re.MULTILINE)
    found = []
    for block in blocks:
        lines = block.split("\n")
        count = 1
        while count < len(lines) and lines[count].startswith("> "):
            count += 1
        command = "\n".join([lines[0], *(line[2:] for line in lines[1:count])])
        found.append(Step(command, "\n".join(lines[count:]).strip("\n")))
    return head, found


def run(command: str, folder: Path) -> str:
    """Run one command as a person would, and write down what came."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder / "home"),
        "LANG": "C.UTF-8",
        "COLUMNS": "200",
        "ISSUER_SIGNING_KEY_FILE": str(folder / "home/.config/issuer/school.key"),
        "GIT_CONFIG_NOSYSTEM": "1",
        **{
            f"GIT_{role}_{part}": text for role in ("AUTHOR", "COMMITTER") for part, text in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
        },
    }
    script = f"cd {folder}/work && set -o pipefail && {command}"
    done = subprocess.run(["/bin/bash", "-c", script], capture_output=True, text=True, env=environment, check=False, timeout=120)
    output = (done.stdout.rstrip("\n") + "\n" + done.stderr.rstrip("\n")).strip("\n").replace(str(folder), "<tmp>")
    for pattern, word in SHARED:
        output = pattern.sub(word, output)
    output = "\n".join(line.rstrip() for line in output.split("\n"))
    return output if done.returncode == 0 else f"{output}\n[{done.returncode}]".strip("\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "home").mkdir()
    return tmp_path


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_transcript(path: Path, folder: Path) -> None:
    head, script = steps(path.read_text("utf-8"))
    assert script
    written = []
    for step in script:
        output = run(step.command, folder)
        written.append(f"$ {step.command.replace(chr(10), chr(10) + '> ')}\n{output}".rstrip("\n"))
        if not os.environ.get("WRITE_TRANSCRIPTS"):
            assert output == step.expected, step.command
    if os.environ.get("WRITE_TRANSCRIPTS"):
        path.write_text(head + "\n\n".join(written) + "\n", "utf-8")
