"""C2SP tlog-proof: an inclusion proof and its checkpoint in one text (https://c2sp.org/tlog-proof).

c2sp.org/tlog-proof@v1
extra eyJldmVudCI6Imlzc3VlZCIs…        our log entry, which the proof is about
index 17
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=

certificates.example.org/log
530
…
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from issuer.errors import FormatError
from issuer.formats import signed_note
from issuer.formats.checkpoint import decimal

HEADER = "c2sp.org/tlog-proof@v1"
MAX_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class TlogProof:
    """entry: the log entry's bytes; index: 0-based; path: hashes of 32 bytes, leaf's sibling first; checkpoint: the signed note's bytes."""

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes


def serialise(proof: TlogProof) -> bytes:
    """The proof as UTF-8 text."""
    lines = [HEADER, f"extra {base64.b64encode(proof.entry).decode()}", f"index {proof.index}"]
    lines += [base64.b64encode(node).decode() for node in proof.path]
    return "\n".join(lines).encode() + b"\n\n" + proof.checkpoint


def parse(data: bytes) -> TlogProof:
    """Read a proof that carries its entry as extra data. Raises FormatError."""
    if len(data) > MAX_BYTES:
        raise FormatError("the log proof is too large")
    head, separator, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise FormatError("the log proof is not UTF-8") from None
    if not separator or len(lines) < 3 or lines[0] != HEADER:
        raise FormatError("is not a log proof")
    if not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        raise FormatError("the log proof lacks its entry or its index")
    path = tuple(signed_note.decode_base64(line) for line in lines[3:])
    if len(path) > 63 or any(len(node) != 32 for node in path):
        raise FormatError("the log proof has a malformed hash")
    entry = signed_note.decode_base64(lines[1].removeprefix("extra "))
    return TlogProof(entry, decimal(lines[2].removeprefix("index ")), path, checkpoint)
