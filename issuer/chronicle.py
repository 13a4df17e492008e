"""What the whole log says of each record, for "was it valid then?". Whoever answers that must have seen every entry: a log that is cut off
before a revocation would tell another past. So the entries count only if they have the root of the checkpoint.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from issuer import log
from issuer.errors import FormatError, IntegrityError, Place
from issuer.formats import checkpoint, merkle, signed_note, tiles, timestamp, tlog_proof
from issuer.verification import Event, History

MAX_BUNDLE_BYTES = 1 << 19
"""256 entries of at most a kilobyte, and room."""
_HINT = "fetch the whole site again"

Chronicle = Mapping[str, list[Event]]
"""Digest of a record, hex → the entries about it, in the order of the log."""


def read(entries: Iterable[bytes]) -> Chronicle:
    """What each record went through. entries: all of a log, in order. Raises IntegrityError for one that is none."""
    found: dict[str, list[Event]] = defaultdict(list)
    for index, data in enumerate(entries):
        try:
            value = log.parse_entry(data)
        except FormatError as error:
            raise IntegrityError(f"entry {index} of the log {error.message}", hint=_HINT) from None
        if "record" not in value:
            continue  # about a key
        moment = _moment(value["time"])
        found[value["record"]].append(Event(index, value["event"], moment))
        if "replaces" in value:
            found[value["replaces"]].append(Event(index, "replaced", moment))
    return found


def history(found: Chronicle, digest: str, at: dt.datetime) -> History:
    """What is said of one record. digest: hex; at: aware, the moment that is asked about."""
    return History(at, tuple(found.get(digest, ())))


def published(note: bytes, fetch: Callable[[str], bytes | None]) -> Iterator[bytes]:
    """The entries of a published log, from its entry bundles. note: its checkpoint, whose signature is for others to check; fetch: path
    below the log's prefix → bytes. Raises IntegrityError at the end unless they are exactly those of the checkpoint."""
    try:
        point = checkpoint.parse(signed_note.parse(note).text)
    except FormatError as error:
        raise IntegrityError(f"cannot be read: {error.message}", place=Place("log/checkpoint"), hint=_HINT) from None
    edge = merkle.Edge()
    for tile in tiles.of_size(point.size):
        if tile.level != tiles.ENTRIES:
            break
        for entry in _entries(tile, fetch):
            edge.append(merkle.leaf_hash(entry))
            yield entry
    if edge.root() != point.root:
        raise IntegrityError("does not match the checkpoint of the site", place=Place("log/tile/entries"), hint=_HINT)


def proof(note: bytes, fetch: Callable[[str], bytes | None], index: int) -> bytes:
    """The tlog-proof of an entry of a published log, made from its tiles. Raises FormatError if they do not prove it."""
    entry, path = tiles.read_entry(fetch, checkpoint.parse(signed_note.parse(note).text), index)
    return tlog_proof.serialise(tlog_proof.TlogProof(entry, index, tuple(path), note))


def _entries(tile: tiles.Tile, fetch: Callable[[str], bytes | None]) -> list[bytes]:
    place = Place(f"log/{tile.path}")
    data = fetch(tile.path)
    if data is None and tile.width < tiles.WIDTH:  # the log has grown, and the narrower bundle is gone
        data = fetch(tiles.Tile(tile.level, tile.number).path)
    if data is None:
        raise IntegrityError("is missing: this copy of the site has not the whole log", place=place, hint=_HINT)
    try:
        found = tiles.unbundle(data)[: tile.width]
    except FormatError as error:
        raise IntegrityError(error.message, place=place, hint=_HINT) from None
    if len(found) < tile.width:
        raise IntegrityError(f"has {len(found)} entries, not {tile.width}", place=place, hint=_HINT)
    return found


@lru_cache(maxsize=1024)
def _moment(text: str) -> dt.datetime:
    return timestamp.parse(text)
