"""The cache of drawings, and the processes that draw."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from issuer import durable, errors
from tests.school import found

DRAWS_FOR_EVER = """
import os, sys
from pathlib import Path
from issuer.artwork import drawing

def for_ever(repository, jobs):
    Path(sys.argv[1], str(os.getpid())).touch()
    while True:
        pass

if __name__ == "__main__":
    drawing.draw_missing(Path(), iter(["nothing"] * 9), print, workers=1)
else:
    drawing.draw = for_ever
"""


def alive(process: int) -> bool:
    """Whether a process runs; one that ended and that nobody has asked about does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def started(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A run that is drawing, and its process that draws."""
    script, seen = folder / "draws.py", folder / "seen"
    script.write_text(DRAWS_FOR_EVER)
    seen.mkdir()
    run = subprocess.Popen([sys.executable, str(script), str(seen)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not (names := list(seen.iterdir())):
        assert run.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return run, int(names[0].name)


def test_no_process_outlives_a_run_that_was_killed(tmp_path: Path) -> None:
    run, child = started(tmp_path)
    run.kill()
    run.communicate()
    deadline = time.monotonic() + 20
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(child)


def test_a_process_that_was_killed_is_said_to_be(tmp_path: Path) -> None:
    run, child = started(tmp_path)
    os.kill(child, signal.SIGKILL)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 1
    assert said.decode().strip().endswith("issuer.errors.IssuerError: a process that draws certificates was killed")


def test_a_repository_that_may_only_be_read_can_be_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, target: Path) -> Path:
        raise OSError(30, os.strerror(30))

    school = found(tmp_path)
    monkeypatch.setattr(Path, "replace", refused)
    assert school.json("check")["batches"][0]["new"] == 3
    school.roster("Wolfeschlegelsteinhausenbergerdorff " * 4 + ",ada@example.org,Morning")
    found_wide = school.json("check", code=1)["batches"][0]["findings"][-1]
    assert (found_wide["code"], found_wide["hint"]) == (
        "cannot-draw",
        "shorten it, or give it more room in the template (data-box, data-max-lines, data-min-size)",
    )
    with pytest.raises(errors.StorageError, match="Read-only file system"):
        durable.put(tmp_path / "drawing.svg", b"")
