"""Processes that do a part of the work each, all alike: for what takes the processor and not the disk."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from issuer.errors import IssuerError

if TYPE_CHECKING:
    from concurrent.futures import Future

_Task = TypeVar("_Task")
_Answer = TypeVar("_Answer")


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(work: Callable[[_Task], _Answer], tasks: Iterable[_Task], *, number: int, what: str, hint: str) -> Iterator[_Answer]:
    """The answers in the order of the tasks, of which only a few wait at a time. work, tasks and answers must be fit to be sent to other
    processes; number: of processes; what: it does. Raises IssuerError with the hint when the machine killed one of them."""
    import multiprocessing  # late, as what belongs to it: most commands do their work in one process
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's threads would take the processors of the other workers
    try:
        with ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent) as pool:
            pending: deque[Future[_Answer]] = deque()
            for task in tasks:
                pending.append(pool.submit(work, task))
                if len(pending) > 2 * number:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
    except BrokenProcessPool:
        raise IssuerError(f"a process that {what} was killed", hint=hint) from None


def _end_with_parent() -> None:
    """A worker leaves Ctrl-C to its parent, and ends when that was killed: nobody would send it work or an end any more."""
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_for_end, args=(parent.sentinel,), daemon=True).start()


def _wait_for_end(sentinel: int) -> None:
    from multiprocessing import connection

    connection.wait([sentinel])
    os._exit(1)
