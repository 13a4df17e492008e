"""C2SP tlog-checkpoint: the text of a signed note that states a log's origin, size and root (https://c2sp.org/tlog-checkpoint)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from issuer.errors import FormatError
from issuer.formats import signed_note

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}")
_MAX = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """origin: the log's name; size: number of entries; root: 32 bytes over all of them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note text: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def decimal(text: str) -> int:
    """A number as checkpoints and proofs write it: ASCII digits, no leading zero, at most 2^53−1. Raises FormatError."""
    if not _DECIMAL.fullmatch(text) or int(text) > _MAX:
        raise FormatError("is not a decimal number without leading zeros, or is beyond 2^53-1")
    return int(text)


def parse(text: str) -> Checkpoint:
    """Read the text of a note (without signatures). Extension lines are allowed and ignored. Raises FormatError."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] != "" or not lines[0] or "" in lines[:-1]:
        raise FormatError("the checkpoint does not have its three lines")
    root = signed_note.decode_base64(lines[2])
    if len(root) != 32:
        raise FormatError("the checkpoint's root is not 32 bytes")
    return Checkpoint(lines[0], decimal(lines[1]), root)
