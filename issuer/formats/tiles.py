"""C2SP tlog-tiles (https://c2sp.org/tlog-tiles): a log as static files, and proofs that a reader makes from them.

tile/0/x001/x234/067     256 leaf hashes, those of the entries from 256 · 1,234,067 on
tile/1/000.p/17          17 hashes, each the root of a full tile of level 0: the tile is partial until it has 256
tile/entries/000.p/112   112 entries, each behind its length (two bytes, big-endian)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from issuer.errors import FormatError
from issuer.formats import merkle
from issuer.formats.checkpoint import Checkpoint

HEIGHT = 8
WIDTH = 1 << HEIGHT
ENTRIES: Literal["entries"] = "entries"
MAX_ENTRY_BYTES = 0xFFFF

Fetch = Callable[[str], bytes | None]
"""Path below the log's prefix → what is served there, None if nothing is."""


@dataclass(frozen=True, slots=True)
class Tile:
    """level: 0 to 63, or ENTRIES for an entry bundle; number: 0-based within the level; width: hashes or entries in it, 1 to 256."""

    level: int | Literal["entries"]
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served, below the log's prefix. Section "Merkle Tree": three digits an element, all but the last behind an x."""
        digits = str(self.number)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        *heads, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return "/".join(("tile", str(self.level), *(f"x{head}" for head in heads), last)) + partial


def of_size(size: int) -> Iterator[Tile]:
    """The tiles and entry bundles of a log of size entries, the rightmost of a level partial unless it is full. Section "Partial Tiles"."""
    yield from _of_level(ENTRIES, size)
    level = 0
    while size:
        yield from _of_level(level, size)
        size >>= HEIGHT
        level += 1


def bundle(entries: Iterable[bytes]) -> bytes:
    """An entry bundle. Raises FormatError for an entry of more than 65,535 bytes."""
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise FormatError(f"an entry of {len(entry)} bytes does not fit into an entry bundle")
        parts += [len(entry).to_bytes(2, "big"), entry]
    return b"".join(parts)


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a bundle. Raises FormatError if it ends within one or has more than 256."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data) or len(entries) == WIDTH:
            raise FormatError("is not an entry bundle")
        entries.append(data[at + 2 : end])
        at = end
    return entries


class Reader:
    """The hashes and entries of a log, from its tiles. Each tile is fetched once. Nothing is verified here: a proof made of them is."""

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch, self._size = fetch, size
        self._hashes: dict[tuple[int, int], bytes] = {}

    def subtree(self, level: int, number: int) -> bytes:
        """The hash of a complete subtree, as `merkle.Subtree` says. Raises FormatError if its tile is missing or malformed."""
        above = level % HEIGHT
        at = number << above
        tile = self._tile(level // HEIGHT, at // WIDTH)
        start = at % WIDTH * merkle.HASH_BYTES
        return merkle.subtree_root(tile[start : start + (merkle.HASH_BYTES << above)])

    def entry(self, index: int) -> bytes:
        """An entry, 0-based. Raises FormatError if its bundle is missing or malformed."""
        tile = self._wanted(ENTRIES, index // WIDTH, self._size)
        entries = unbundle(self._fetched(tile))
        if len(entries) < tile.width:
            raise FormatError(f"{tile.path} has {len(entries)} entries, not {tile.width}")
        return entries[index % WIDTH]

    def _tile(self, level: int, number: int) -> bytes:
        found = self._hashes.get((level, number))
        if found is None:
            tile = self._wanted(level, number, self._size >> HEIGHT * level)
            found = self._fetched(tile)
            length = merkle.HASH_BYTES * tile.width
            if len(found) not in (length, merkle.HASH_BYTES * WIDTH):
                raise FormatError(f"{tile.path} has {len(found)} bytes, not {length}")
            self._hashes[level, number] = found = found[:length]
        return found

    def _wanted(self, level: int | Literal["entries"], number: int, count: int) -> Tile:
        """The tile as it is in a log of this size. count: how many hashes or entries its level has."""
        width = min(WIDTH, count - number * WIDTH)
        if number < 0 or width <= 0:
            raise FormatError(f"a log of {self._size} entries has no tile {number} at level {level}")
        return Tile(level, number, width)

    def _fetched(self, tile: Tile) -> bytes:
        """What is served for a tile; if that is gone because the log grew, the full one in its place."""
        found = self._fetch(tile.path)
        if found is None and tile.width < WIDTH:
            found = self._fetch(replace(tile, width=WIDTH).path)
        if found is None:
            raise FormatError(f"{tile.path} is missing")
        return found


def read_entry(fetch: Fetch, point: Checkpoint, index: int) -> tuple[bytes, list[bytes]]:
    """An entry and its inclusion proof, read from tiles and verified. Raises FormatError if they do not lead to the checkpoint's root."""
    reader = Reader(fetch, point.size)
    path = merkle.inclusion_proof(reader.subtree, index, point.size)
    entry = reader.entry(index)
    if merkle.root_from_inclusion(merkle.leaf_hash(entry), index, point.size, path) != point.root:
        raise FormatError(f"the tiles do not prove that entry {index} is in the log")
    return entry, path


def consistency_proof(fetch: Fetch, first: Checkpoint, second: Checkpoint) -> list[bytes]:
    """Proof that the first checkpoint is a prefix of the second, read from the tiles and verified. Empty if both are of one size, or if
    the first is of the empty log. Raises FormatError if the one does not continue the other, or the tiles do not show it."""
    if first.origin != second.origin:
        raise FormatError(f"the checkpoints are of two logs, {first.origin} and {second.origin}")
    if first.size == 0 and first.root == merkle.EMPTY_ROOT:
        return []
    path = merkle.consistency_proof(Reader(fetch, second.size).subtree, first.size, second.size)
    if not merkle.is_consistent(first.size, first.root, second.size, second.root, path):
        raise FormatError(f"the log of {second.size} entries does not continue that of {first.size}")
    return path


def _of_level(level: int | Literal["entries"], count: int) -> Iterator[Tile]:
    full, rest = divmod(count, WIDTH)
    for number in range(full):
        yield Tile(level, number)
    if rest:
        yield Tile(level, full, rest)
