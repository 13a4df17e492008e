"""The log as the site serves it, read by a monitor that knows only C2SP tlog-tiles, tlog-checkpoint and RFC 6962.

The monitor shares no code with what it reads: it is written after the words of the specifications."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from issuer import log
from issuer.formats import tiles
from tests.credentials import BASE
from tests.sample_log import CONFIG, KEYS, filled, issued
from tests.school import found

Get = Callable[[str], bytes | None]


def mth(hashes: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, over leaf hashes: k is the largest power of two smaller than n."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k << 1 < len(hashes):
        k <<= 1
    return hashlib.sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def index_path(number: int) -> str:
    """ "zero-padded 3-digit path elements. All but the last path element MUST begin with an x"."""
    path = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        path = f"x{number % 1000:03}/{path}"
    return path


def resource(get: Get, kind: str, number: int, width: int) -> bytes:
    """A tile of the width; if a partial one is gone, what the full one begins with."""
    name = f"tile/{kind}/{index_path(number)}"
    data = get(name if width == 256 else f"{name}.p/{width}")
    if data is None and width < 256:
        data = get(name)
    assert data is not None, name
    return data


def monitor(get: Get, size: int, root: bytes) -> list[bytes]:
    """Read every entry of a log of this size, and compare each with the tiles of every level and with the root."""
    entries: list[bytes] = []
    for number in range(-(-size // 256)):
        width = min(256, size - number * 256)
        bundle = resource(get, "entries", number, width)
        for _ in range(width):
            length = int.from_bytes(bundle[:2], "big")
            assert len(bundle) >= 2 + length
            entries.append(bundle[2 : 2 + length])
            bundle = bundle[2 + length :]
    leaves = [hashlib.sha256(b"\x00" + entry).digest() for entry in entries]
    level, width_of_hash = 0, 1
    while size // width_of_hash:
        for number in range(-(-(size // width_of_hash) // 256)):
            start = number * 256
            width = min(256, size // width_of_hash - start)
            data = resource(get, str(level), number, width)
            for at in range(width):
                expected = mth(leaves[(start + at) * width_of_hash : (start + at + 1) * width_of_hash])
                assert data[32 * at : 32 * at + 32] == expected
        level, width_of_hash = level + 1, width_of_hash * 256
    assert mth(leaves) == root
    return entries


def checkpoint_lines(note: bytes) -> tuple[str, int, bytes]:
    origin, size, root = note.decode().split("\n")[:3]
    return origin, int(size), base64.b64decode(root)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 600, 4097])
def test_a_monitor_reads_the_whole_log(tmp_path: Path, size: int) -> None:
    our_log = filled(tmp_path, size)
    served = dict(log.tiles(tmp_path, CONFIG))
    assert all(path.startswith("log/tile/") for path in served)
    origin, stated, root = checkpoint_lines(our_log.note)
    assert (origin, stated) == ("certificates.example.org/log", size)
    assert monitor(lambda path: served.get(f"log/{path}"), size, root) == issued(range(size))


def test_a_log_without_entries_serves_no_tile(tmp_path: Path) -> None:
    assert dict(log.tiles(tmp_path, CONFIG)) == {}
    log.start(tmp_path, CONFIG, KEYS)
    assert dict(log.tiles(tmp_path, CONFIG)) == {}


def test_every_earlier_checkpoint_can_still_be_read(tmp_path: Path) -> None:
    """ "Logs MUST serve partial tiles corresponding to tree sizes for which a checkpoint was produced, but MAY delete any partial tile once
    the corresponding full tile is available"."""
    log.start(tmp_path, CONFIG, KEYS)
    notes = []
    for start, stop in ((0, 1), (1, 200), (200, 256), (256, 300), (300, 513), (513, 514), (514, 530)):
        log.append(tmp_path, CONFIG, KEYS, issued(range(start, stop)))
        notes.append((tmp_path / log.CHECKPOINT).read_bytes())
    served = dict(log.tiles(tmp_path, CONFIG))
    exactly = {path for path in served if ".p/" in path}
    for note in notes:
        _, size, root = checkpoint_lines(note)
        assert monitor(lambda path: served.get(f"log/{path}"), size, root) == issued(range(size))
        if size > 512:
            assert {f"log/tile/0/002.p/{size - 512}", f"log/tile/entries/002.p/{size - 512}", "log/tile/1/000.p/2"} <= exactly
        first, last = log.checkpoint_of(note, CONFIG), log.checkpoint_of(notes[-1], CONFIG)
        path = tiles.consistency_proof(lambda path: served.get(f"log/{path}"), first, last)
        assert bool(path) is (first != last)


def test_empty_tiles_are_not_served(tmp_path: Path) -> None:
    filled(tmp_path, 512)
    served = dict(log.tiles(tmp_path, CONFIG))
    assert all(served.values())
    assert sorted(served) == [
        "log/tile/0/000",
        "log/tile/0/001",
        "log/tile/1/000.p/1",
        "log/tile/1/000.p/2",
        "log/tile/entries/000",
        "log/tile/entries/001",
    ]


def test_publish_writes_the_log_below_its_origin(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(5)
    school.issuer("--quiet", "issue")
    school.issuer("--quiet", "publish")
    site = school.root / "_site"
    note = (site / "log/checkpoint").read_bytes()
    assert note == (school.root / log.CHECKPOINT).read_bytes()
    origin, size, root = checkpoint_lines(note)
    assert f"https://{origin}" == f"{BASE}/log"

    def get(path: str) -> bytes | None:
        file = site / "log" / path
        return file.read_bytes() if file.is_file() else None

    assert monitor(get, size, root) == list(log.entries(school.root))
    served = {path.relative_to(site).as_posix() for path in (site / "log").rglob("*") if path.is_file()}
    assert len(served) == 2 * size + 1
