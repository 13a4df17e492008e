"""Events → append-only Merkle log, checkpoint, proofs, tiles. Decision 13 says why it is stored so.

records/log/entries-0001.jsonl …   the entries in order, one a line, 4,096 lines a file
records/log/edge                   the complete subtrees at the right edge, enough to append; derived from the entries
records/checkpoint                 signed note: origin, size, root; entries behind its size do not count
"""

from issuer.log.appending import append, start
from issuer.log.checkpoints import CHECKPOINT, RESTORE, checkpoint_of, origin
from issuer.log.events import entry, parse_entry
from issuer.log.loading import Log, check_records, load
from issuer.log.publishing import tiles
from issuer.log.storage import ENTRIES_PER_FILE, FOLDER, entries, path_of, place_of

__all__ = [
    "CHECKPOINT",
    "ENTRIES_PER_FILE",
    "FOLDER",
    "RESTORE",
    "Log",
    "append",
    "check_records",
    "checkpoint_of",
    "entries",
    "entry",
    "load",
    "origin",
    "parse_entry",
    "path_of",
    "place_of",
    "start",
    "tiles",
]
