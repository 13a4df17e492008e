"""Run `issuer` with the arguments and write what it took: `python measured.py FILE ARGUMENT...`, FILE gets {"seconds": …, "megabytes": …}.

seconds: of processor time, with that of its child processes; megabytes: of the largest of them. Measured from inside, because what the
kernel tells the parent counts the parent's own memory from before the start as well.
"""

from __future__ import annotations

import json
import re
import resource
import signal
import sys
from pathlib import Path


def main() -> int:
    """Ends after two minutes by the clock at the latest."""
    signal.alarm(120)
    from issuer.cli import run

    code = run(sys.argv[2:])
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text("ascii"))
    largest = max(int(peak[1]) if peak else own.ru_maxrss, children.ru_maxrss)
    seconds = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    Path(sys.argv[1]).write_text(json.dumps({"seconds": seconds, "megabytes": largest / 1024}), "utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
