"""A list that goes to the disk when it is long."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from issuer.spool import Spool


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 3500])
def test_it_gives_back_what_was_put_in(count: int) -> None:
    spool: Spool[tuple[int, str]] = Spool()
    for number in range(count):
        spool.append((number, "x" * (number % 7)))
    expected = [(number, "x" * (number % 7)) for number in range(count)]
    assert (len(spool), list(spool), list(spool)) == (count, expected, expected)
    spool.append((-1, ""))
    assert list(spool) == [*expected, (-1, "")]


def test_two_can_read_at_once_and_its_file_is_closed() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    spool: Spool[int] = Spool()
    for number in range(2500):
        spool.append(number)
    assert list(zip(spool, spool, strict=True)) == [(number, number) for number in range(2500)]
    del spool
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
