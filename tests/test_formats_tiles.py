"""C2SP tlog-tiles: paths, content, and what a reader proves from them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import merkle, tiles
from issuer.formats.checkpoint import Checkpoint
from issuer.formats.tiles import ENTRIES, Tile
from tests.vector_files import name_of, vectors_of

ORIGIN = "certificates.example.org/log"
Served = dict[str, bytes]


def entry(index: int) -> bytes:
    return b"entry %d" % index


@cache
def tree(size: int) -> merkle.Tree:
    return merkle.Tree(merkle.leaf_hash(entry(index)) for index in range(size))


def point(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, tree(size).root())


@cache
def served(size: int) -> Served:
    """The files of a log of this size, cut by the formula of section "Merkle Tree": hash i of tile n at level l is over 256^l entries."""
    found: Served = {}
    for tile in tiles.of_size(size):
        first = tile.number * 256
        if tile.level == ENTRIES:
            found[tile.path] = tiles.bundle(entry(index) for index in range(first, first + tile.width))
        else:
            found[tile.path] = b"".join(tree(size).subtree(8 * tile.level, first + at) for at in range(tile.width))
    return found


def fetch_from(files: Served) -> tiles.Fetch:
    return files.get


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(63, 1234067), "tile/63/x001/x234/067"),  # the example of section "Merkle Tree"
        (Tile(2, 1234067, 8), "tile/2/x001/x234/067.p/8"),
        (Tile(ENTRIES, 273, 112), "tile/entries/273.p/112"),
    ],
)
def test_path(tile: Tile, path: str) -> None:
    assert tile.path == path


def test_the_examples_of_section_partial_tiles() -> None:
    """70,000: 273 full level 0 tiles, one partial of width 112, one full level 1 tile, one partial of 17, one partial level 2 tile of 1."""
    hashes = [tile for tile in tiles.of_size(70_000) if tile.level != ENTRIES]
    assert sum(tile.level == 0 and tile.width == 256 for tile in hashes) == 273
    assert [tile for tile in hashes if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [tile for tile in hashes if tile.level and tile.width == 256] == [Tile(1, 0)]
    assert [tile.path for tile in tiles.of_size(256)] == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
    assert list(tiles.of_size(0)) == []


@pytest.mark.parametrize("vector", vectors_of("tiles"), ids=name_of)
def test_vector_of_another_implementation(vector: dict[str, Any]) -> None:
    size = vector["size"]
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in served(size).items() if not path.startswith("tile/entries/")}
    assert len(digests) == vector["count"]
    assert vector["tiles"].items() <= digests.items()
    assert hashlib.sha256("".join(f"{path} {digest}\n" for path, digest in digests.items()).encode()).hexdigest() == vector["digest"]
    assert point(size).root.hex() == vector["root"]
    fetch = fetch_from(served(size))
    for proof in vector["inclusion"]:
        found, path = tiles.read_entry(fetch, point(size), proof["index"])
        assert found == entry(proof["index"])
        assert [node.hex() for node in path] == proof["path"]
    for proof in vector["consistency"]:
        assert [node.hex() for node in tiles.consistency_proof(fetch, point(proof["first"]), point(size))] == proof["path"]


def test_proofs_between_any_sizes_are_those_of_the_tree() -> None:
    draw = random.Random(3)  # noqa: S311 - the same sizes in every run
    for size in (*range(1, 20), *(draw.randrange(20, 2000) for _ in range(20))):
        fetch = fetch_from(served(size))
        reader = tiles.Reader(fetch, size)
        assert merkle.root(reader.subtree, size) == point(size).root
        for _ in range(20):
            index, first = draw.randrange(size), draw.randrange(1, size + 1)
            assert tiles.read_entry(fetch, point(size), index) == (entry(index), tree(size).inclusion_proof(index))
            assert tiles.consistency_proof(fetch, point(first), point(size)) == tree(size).consistency_proof(first)


def test_a_checkpoint_is_read_from_the_tiles_of_a_longer_log() -> None:
    """Section "Partial Tiles": a partial tile may be gone once the full one is there, and clients take that."""
    assert "tile/0/000.p/100" not in served(600)
    fetch = fetch_from(served(600))
    assert tiles.read_entry(fetch, point(100), 99) == (entry(99), tree(100).inclusion_proof(99))
    assert tiles.consistency_proof(fetch, point(50), point(200)) == tree(200).consistency_proof(50)


def test_each_tile_is_fetched_once_and_only_those_on_the_way() -> None:
    asked: list[str] = []

    def fetch(path: str) -> bytes | None:
        asked.append(path)
        return served(70_000).get(path)

    tiles.read_entry(fetch, point(70_000), 41_000)
    assert len(asked) == len(set(asked))
    assert sorted(asked) == sorted(
        ["tile/0/160", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/entries/160"]  # 41,000 = 160 · 256 + 40
    )


def test_an_empty_log_is_continued_by_every_log() -> None:
    empty = Checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT)
    assert tiles.consistency_proof(fetch_from({}), empty, empty) == []
    assert tiles.consistency_proof(fetch_from({}), empty, point(5)) == []
    with pytest.raises(FormatError):
        tiles.consistency_proof(fetch_from({}), Checkpoint(ORIGIN, 0, point(5).root), point(5))


CHANGES: dict[str, Callable[[bytes], bytes | None]] = {
    "a flipped bit": lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
    "cut off": lambda data: data[:-1],
    "a hash less": lambda data: data[:-32],
    "a hash more": lambda data: data + data[:32],
    "empty": lambda _: b"",
    "gone": lambda _: None,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("path", "index"), [("tile/0/001", 256), ("tile/0/002.p/88", 512), ("tile/1/000.p/2", 0), ("tile/entries/001", 259)]
)
def test_a_changed_tile_proves_nothing(path: str, index: int, change: str) -> None:
    """index: an entry for which byte 40 of the tile matters: it is in its second hash, or in its fourth entry."""

    def fetch(asked: str) -> bytes | None:
        return CHANGES[change](served(600)[asked]) if asked == path else served(600).get(asked)

    with pytest.raises(FormatError):
        tiles.read_entry(fetch, point(600), index)


def test_a_log_that_was_rewritten_does_not_continue_the_old_checkpoint() -> None:
    other = Checkpoint(ORIGIN, 400, tree(401).root())
    fetch = fetch_from(served(600))
    with pytest.raises(FormatError, match="the log of 600 entries does not continue that of 400"):
        tiles.consistency_proof(fetch, other, point(600))
    with pytest.raises(FormatError, match="there is no consistency proof from 600 to 400"):
        tiles.consistency_proof(fetch, point(600), point(400))
    with pytest.raises(FormatError, match="two logs"):
        tiles.consistency_proof(fetch, Checkpoint("example.com/log", 400, point(400).root), point(600))
    for index in (-1, 600):
        with pytest.raises(FormatError):
            tiles.read_entry(fetch, point(600), index)


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]) -> None:
    assert tiles.unbundle(tiles.bundle(entries)) == entries


def test_bounds_of_a_bundle() -> None:
    assert tiles.bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00"
    largest = bytes(0xFFFF)
    assert tiles.unbundle(tiles.bundle([largest])) == [largest]
    with pytest.raises(FormatError, match="65536 bytes does not fit"):
        tiles.bundle([largest + b"x"])
    for bad in (b"\x00", b"\x00\x01", b"\x00\x02a", tiles.bundle([b"a"] * 257)):
        with pytest.raises(FormatError):
            tiles.unbundle(bad)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(sorted(served(600))), st.binary(max_size=64) | st.none(), max_size=3), st.integers(0, 599))
def test_whatever_is_served_the_entry_is_right_or_refused(changed: dict[str, bytes | None], index: int) -> None:
    files = {**served(600), **changed}
    try:
        found, path = tiles.read_entry(files.get, point(600), index)
    except FormatError:
        assert changed
    else:
        assert (found, path) == (entry(index), tree(600).inclusion_proof(index))
