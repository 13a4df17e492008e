"""The log with a million entries

Appending, loading and proving, beside a log that is read, hashed and written as a whole each time.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from issuer import durable, log
from issuer.formats import merkle, tiles
from tests.measuring import Row, measure, rate
from tests.sample_log import CONFIG, KEYS, digest, issued

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
ADDED = 100
PROOFS = 5000
WHOLE = "the whole log read, hashed and written again"


def rows() -> list[Row]:
    """Each step beside the whole log."""
    with tempfile.TemporaryDirectory() as place:
        repository = Path(place)
        log.append(repository, CONFIG, KEYS, entries(ENTRIES))
        naive = rate(ADDED, lambda: rewrite(repository))
        before = stamps(repository)
        appended = measure("", ADDED, lambda: log.append(repository, CONFIG, KEYS, issued(range(-ADDED, 0))), naive, WHOLE)
        written = len(stamps(repository).items() - before.items())
        again = measure(f"append {ADDED}, the edge is gone", ADDED, lambda: without_edge(repository), naive, WHOLE)
        books: list[log.Log] = []
        occupied = resident()
        loaded = measure("", ENTRIES, lambda: books.append(log.load(repository, CONFIG)))
        taken = (resident() - occupied) / 1e6
        served = {tile.path: b"" for tile in tiles.of_size(books[0].size)}
        return [
            Row(f"append {ADDED} to {ENTRIES:,} ({written} files written)", ADDED, appended.seconds, naive, WHOLE),
            again,
            Row(f"load: read, hash, compare ({taken:.0f} MB stay)", ENTRIES, loaded.seconds),
            measure(f"tiles and bundles ({len(served):,} files)", ENTRIES, lambda: [None for _ in log.tiles(repository, CONFIG)]),
            measure("inclusion proofs, in the order of the log", PROOFS, lambda: prove(books[0], range(PROOFS))),
            measure("inclusion proofs, all over the log", PROOFS, lambda: prove(books[0], range(0, ENTRIES, ENTRIES // PROOFS))),
        ]


def entries(count: int) -> Iterator[bytes]:
    """What `issued` makes, without the care that it takes."""
    form = issued([0])[0].replace(digest(0).encode(), b"%b")
    return (form % hashlib.sha256(b"%d" % number).hexdigest().encode() for number in range(count))


def rewrite(repository: Path) -> None:
    """Append as to one file: read it, hash all of it, write it."""
    lines = [*log.entries(repository), *issued(range(ADDED))]
    merkle.Tree(map(merkle.leaf_hash, lines)).root()
    durable.write(repository / "log.jsonl", b"".join(line + b"\n" for line in lines))


def without_edge(repository: Path) -> None:
    """Append when the edge must be made again from all entries."""
    (repository / log.FOLDER / "edge").unlink()
    log.append(repository, CONFIG, KEYS, issued(range(-2 * ADDED, -ADDED)))


def prove(our_log: log.Log, numbers: range) -> None:
    for number in itertools.islice(numbers, PROOFS):
        our_log.proof(digest(number))


def stamps(repository: Path) -> dict[Path, int]:
    """When each file was written, in nanoseconds."""
    return {path: path.stat().st_mtime_ns for path in repository.rglob("*") if path.is_file()}


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
