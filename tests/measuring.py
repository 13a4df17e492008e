"""What `make bench` measures with: a row is one stage beside another way of doing the same, both timed in the same run.

Each module tests/bench_<part>.py has `rows() -> list[Row]`; tests/bench.py finds it by its name and shows its rows under its docstring.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """stage: what was done; count: how many items in how many seconds; naive: how many a second the other way does; beside: which way."""

    stage: str
    count: int
    seconds: float
    naive: float | None = None
    beside: str = ""

    @property
    def per_second(self) -> float:
        """Items a second; 0 for a row that was not measured."""
        return self.count / self.seconds if self.seconds else 0.0


Clock = Callable[[], float]
"""time.perf_counter for the time that passes; time.process_time for what one core works, whatever else the machine does."""


def measure(
    stage: str,
    count: int,
    work: Callable[[], object],
    naive: float | None = None,
    beside: str = "",
    *,
    clock: Clock = time.perf_counter,
) -> Row:
    """Time work, which handles count items. naive: items a second of the other way, which beside names."""
    return Row(stage, count, seconds(work, clock), naive, beside)


def rate(count: int, work: Callable[[], object], *, clock: Clock = time.perf_counter) -> float:
    """Items a second of work, which handles count of them."""
    return count / seconds(work, clock)


def seconds(work: Callable[[], object], clock: Clock = time.perf_counter) -> float:
    """How long work takes."""
    started = clock()
    work()
    return clock() - started
