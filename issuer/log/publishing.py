"""The log as the site serves it: C2SP tlog-tiles below log/."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from issuer.config import IssuerConfig
from issuer.formats import tiles as tlog_tiles
from issuer.log.loading import load
from issuer.log.storage import entries


def tiles(repository: Path, config: IssuerConfig) -> Iterator[tuple[str, bytes]]:
    """Path below the base URL and bytes of every tile and entry bundle. Of a partial tile also the narrower ones: the specification asks
    for those of each size that a checkpoint had, and any size may have been one. Raises as `load` does."""
    loaded = load(repository, config)
    stored = entries(repository, 0, loaded.size)
    for tile in tlog_tiles.of_size(loaded.size):
        widths = range(1 if tile.width < tlog_tiles.WIDTH else tile.width, tile.width + 1)
        if tile.level == tlog_tiles.ENTRIES:
            held = list(islice(stored, tile.width))
            served = (tlog_tiles.bundle(held[:width]) for width in widths)
        else:
            level, first = tile.level * tlog_tiles.HEIGHT, tile.number * tlog_tiles.WIDTH
            served = (loaded.tree.subtrees(level, first, width) for width in widths)
        for width, data in zip(widths, served, strict=True):
            yield f"log/{replace(tile, width=width).path}", data
