"""Text encodings: UTF-8, or UTF-16 with a byte order mark. Anything else is refused, and the refusal shows what it may be.

Guessing and going on would corrupt names quietly: the same bytes are José in windows-1252 and JosÈ in macintosh.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path

from issuer.errors import Place, RosterError

CANDIDATES = (
    ("windows-1252", "cp1252"),
    ("windows-1250", "cp1250"),
    ("windows-1251", "cp1251"),
    ("windows-1254", "cp1254"),
    ("macintosh", "mac_roman"),
    ("cp850", "cp850"),
    ("shift_jis", "cp932"),
    ("gb18030", "gb18030"),
    ("euc-kr", "cp949"),
    ("big5", "cp950"),
)
_WINDOW = 16 * 1024
_CHUNK = 64 * 1024


def encoding_of(head: bytes) -> str:
    """Python's name of the encoding that the first bytes announce: utf-16 with a byte order mark, else UTF-8 with or without one."""
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def refusal(path: Path, shown_as: str, encoding: str) -> RosterError:
    """The error for a file that is not in its encoding: line, character and byte of the first fault, and how likely encodings read it."""
    if encoding == "utf-16":
        message = "begins like UTF-16 but is not UTF-16 to the end"
        return RosterError(message, place=Place(shown_as), hint="save the file as UTF-8 and commit it again")
    offset, line_start, line = _first_fault(path)
    with path.open("rb") as file:
        file.seek(line_start)
        window = file.read(offset - line_start + _WINDOW)
    byte = window[offset - line_start]
    character = len(window[: offset - line_start].decode("utf-8", "replace")) + 1
    message = f"is not UTF-8: byte 0x{byte:02x} at line {line}, character {character}"
    readings = _readings(window)
    if readings:
        message += "; " + ", ".join(f"{name} would read {text!r}" for name, text in readings)
    hint = "save the file as UTF-8 (in Excel: Save As, CSV UTF-8) and check the names"
    return RosterError(message, place=Place(shown_as, line), hint=hint)


def _first_fault(path: Path) -> tuple[int, int, int]:
    """Offset of the first byte that is not UTF-8, offset of its line, and its line (1-based)."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    base, line_start, line = 0, 0, 1
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                chunk, offset = chunk[: max(error.start - pending, 0)], base - pending + error.start
            else:
                offset = -1
            if b"\n" in chunk:
                line += chunk.count(b"\n")
                line_start = base + chunk.rindex(b"\n") + 1
            if offset >= 0:
                return offset, max(line_start, offset - _WINDOW), line
            base += len(chunk)
            if not chunk:
                return max(base - 1, 0), line_start, line


def _readings(window: bytes) -> list[tuple[str, str]]:
    """At most three likely encodings, each with the first cell that they read differently."""
    scored = []
    for name, codec in CANDIDATES:
        try:
            text = codecs.getincrementaldecoder(codec)().decode(window)
        except UnicodeDecodeError:
            continue
        score = _likelihood(text)
        if score > 0:
            scored.append((score, name, text))
    best = sorted(scored, key=lambda item: -item[0])[:3]
    cells = [[cell.strip() for cell in re.split(r"[,;\t|\"\r\n]+", text) if not cell.isascii()] for _, _, text in best]
    row = next((row for row in zip(*cells, strict=False) if len(set(row)) > 1), None)
    row = row or tuple(column[0] for column in cells if column)
    return [(name, reading[:40]) for (_, name, _), reading in zip(best, row, strict=False)]


def _likelihood(text: str) -> float:
    """How much a text looks like names, at most 1: the share of its non-ASCII characters that are letters in their place."""
    pairs = [(before, after) for before, after in zip(" " + text, text, strict=False) if not after.isascii()]
    if not pairs:
        return 0.0
    good = 0.0
    for before, after in pairs:
        category = unicodedata.category(after)
        if category in ("Cc", "Cn", "Co"):
            return 0.0
        if category[0] in "LM":
            good += 0.2 if category == "Lu" and before.islower() else 1.0  # a capital inside a word: rarely a name
        elif after in "’–\u00a0":
            good += 0.5
        if after.isalpha() and before.isalpha() and unicodedata.name(after, "?").split()[0] != unicodedata.name(before, "?").split()[0]:
            good -= 0.8  # two scripts inside a word
    return good / len(pairs)
