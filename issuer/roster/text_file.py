"""A roster that is text: its lines, decoded strictly, with what no text file has refused at its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from issuer.errors import Place, RosterError
from issuer.roster import encoding

MAX_LINE = 1 << 20
"""Characters in one line of the file."""


def lines(path: Path, shown_as: str, codec: str) -> Iterator[str]:
    """The lines with their line ends: LF, CRLF, or CR alone. codec: as encoding.choose gave it. Raises RosterError."""
    try:
        with path.open(encoding=codec, newline="") as file:
            number = 0
            while text := file.readline(MAX_LINE):
                number += 1
                if number == 1:
                    text = text.removeprefix("\ufeff")
                if "\0" in text:
                    hint = "save it again as UTF-8; UTF-16 needs a byte order mark"
                    raise RosterError("contains a NUL byte, so it is no text file", place=Place(shown_as, number), hint=hint)
                if len(text) == MAX_LINE and not text.endswith(("\n", "\r")):
                    hint = "check that it is a text file with one row per line"
                    raise RosterError(f"has a line of more than {MAX_LINE:,} characters", place=Place(shown_as, number), hint=hint)
                yield text
    except UnicodeError:
        raise encoding.refusal(path, shown_as, codec) from None
    except OSError as error:
        raise _unreadable(error, shown_as) from None


def whole(path: Path, shown_as: str, codec: str) -> str:
    """All of it, for a file whose size has been looked at. Raises RosterError."""
    try:
        return path.read_bytes().decode(codec).removeprefix("\ufeff")
    except UnicodeError:
        raise encoding.refusal(path, shown_as, codec) from None
    except OSError as error:
        raise _unreadable(error, shown_as) from None


def _unreadable(error: OSError, shown_as: str) -> RosterError:
    return RosterError(f"cannot be read: {error.strerror}", place=Place(shown_as), hint="check who may read the file")
