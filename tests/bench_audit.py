"""Audit of a whole repository: both proofs of each record, log, status, history

BENCH_RECORDS sets how many records (default 10,000). The promise is 100,000 in 60 seconds on two cores, in 500 MB for all processes
together:  BENCH_PARTS=audit BENCH_RECORDS=100000 make bench
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from issuer import git
from issuer.workers import processors
from tests.many_records import issue_many
from tests.measuring import Row, seconds
from tests.school import School, found

RECORDS = int(os.environ.get("BENCH_RECORDS", "10000"))
ISSUED = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
COMMITS = 10
AUDITED = "2026-06-11T08:00:00Z"


def rows() -> list[Row]:
    """Building a repository without drawing anything, and auditing it with one process and with all."""
    with tempfile.TemporaryDirectory() as place:
        school = found(Path(place) / "bench")
        school.people(1)
        count = RECORDS // COMMITS * COMMITS
        built = Row(f"sign and log, in {COMMITS} commits", count, seconds(lambda: build(school, count // COMMITS)))
        return [built, *(audit(school, count, jobs) for jobs in sorted({1, processors()}))]


def build(school: School, count: int) -> None:
    """COMMITS times so many records, a day after another."""
    for day in range(COMMITS):
        issue_many(school, count, now=ISSUED + dt.timedelta(days=day))
        git.commit(school.root, "Issue", ["."])


def audit(school: School, count: int, jobs: int) -> Row:
    """Run the command in a process of its own, and look 20 times a second at how much memory it and its children have."""
    program = "import sys; from issuer.cli import main; main()"
    command = [sys.executable, "-c", program, "--json", "--quiet", "audit", "--jobs", str(jobs)]
    environment = {**os.environ, "ISSUER_NOW": AUDITED}
    done, most = threading.Event(), [0.0]

    def watch(process: int) -> None:
        while not done.wait(0.05):
            most[0] = max(most[0], megabytes(process))

    started = time.perf_counter()
    with subprocess.Popen(command, cwd=school.root, stdout=subprocess.PIPE, env=environment) as run:
        watcher = threading.Thread(target=watch, args=(run.pid,))
        watcher.start()
        output, _ = run.communicate()
        took = time.perf_counter() - started
        done.set()
        watcher.join()
    report = json.loads(output)
    if report["verdict"] != "green" or report["checks"][0]["counts"]["records"] != count:
        raise AssertionError(report["summary"])
    return Row(f"audit with {jobs} process{'es' if jobs > 1 else ''} ({most[0]:.0f} MB in all)", count, took)


def megabytes(process: int) -> float:
    """Memory of a process and its children: what each has alone, and its share of what they have together (PSS)."""
    total = 0.0
    for pid in (process, *children(process)):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
        except OSError:  # it ended
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return total


def children(process: int) -> list[int]:
    """The processes that a process started, and those that they did."""
    below: list[int] = []
    for tasks in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            started = [int(number) for number in tasks.read_text("utf-8").split()]
        except OSError:  # it ended
            continue
        for child in started:
            below += [child, *children(child)]
    return below
