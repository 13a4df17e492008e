"""The log as the site serves it: C2SP tlog-tiles below log/."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from issuer.config import IssuerConfig
from issuer.formats import tiles as tlog_tiles
from issuer.log.book import load
from issuer.log.storage import entries


def tiles(repository: Path, config: IssuerConfig) -> Iterator[tuple[str, bytes]]:
    """Path below the base URL and bytes of every tile and entry bundle. Of a partial tile also the narrower ones: the specification asks
    for those of each size that a checkpoint had, and any size may have been one. Raises as `load` does."""
    book = load(repository, config)
    stored = entries(repository, 0, book.size)
    for tile in tlog_tiles.of_size(book.size):
        if tile.level == tlog_tiles.ENTRIES:
            parts = [tlog_tiles.bundle([next(stored)]) for _ in range(tile.width)]
        else:
            level, first = tile.level * tlog_tiles.HEIGHT, tile.number * tlog_tiles.WIDTH
            parts = [book.tree.subtree(level, first + at) for at in range(tile.width)]
        least = tile.width if tile.width == tlog_tiles.WIDTH else 1
        for width in range(least, tile.width + 1):
            yield f"log/{tlog_tiles.Tile(tile.level, tile.number, width).path}", b"".join(parts[:width])
