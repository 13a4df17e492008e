"""Read a roster to its end and write what it took: `python measured_reading.py ROSTER`. Output: {"said": what the error says, null without
one; "rows": how many; "seconds": of processor time, with that of the child; "megabytes": of the larger of the two processes}.
"""

from __future__ import annotations

import json
import re
import resource
import signal
import sys
from pathlib import Path

from issuer.errors import RosterError
from issuer.roster.reading import read


def main() -> None:
    """Ends after 60 seconds by the clock at the latest."""
    signal.alarm(60)
    path, rows, said = Path(sys.argv[1]), 0, None
    try:
        for _ in read(path, shown_as=path.name).rows:
            rows += 1
    except RosterError as error:
        said = f"{error}\n{error.code}\n{error.hint}"
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text("ascii"))
    largest = max(int(peak[1]) if peak else own.ru_maxrss, children.ru_maxrss)
    seconds = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    sys.stdout.write(json.dumps({"said": said, "rows": rows, "seconds": seconds, "megabytes": largest / 1024}))


if __name__ == "__main__":
    main()
