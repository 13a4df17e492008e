"""Text encodings: UTF-8, UTF-16 with a byte order mark, or the one that batch.yml names. Anything else is refused, and the refusal shows
what it may be.

Guessing and going on would corrupt names quietly: the same bytes are José in windows-1252 and JosÈ in macintosh.
"""

from __future__ import annotations

import codecs
import io
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
_NO_ENCODINGS = ("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined")
_MARKED = {"utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)}
"""Encodings that need a mark at the beginning."""
_WINDOW = 16 * 1024
_CHUNK = 64 * 1024
_CELLS = re.compile(r"[,;\t|\"\r\n]+")


def encoding_of(head: bytes) -> str:
    """Python's name of the encoding that the first bytes announce: utf-16 with a byte order mark, else UTF-8 with or without one."""
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def choose(path: Path, shown_as: str, named: str | None) -> str:
    """Python's name of the encoding to read a file in. named: what batch.yml says. Raises RosterError when the file is plainly UTF-8 or
    UTF-16, and batch.yml says that it is something else."""
    with path.open("rb") as file:
        head = file.read(4)
    found = encoding_of(head)
    if named is None:
        return found
    codec = codecs.lookup(named).name
    if codec.replace("-", "_") in _NO_ENCODINGS:
        message = f"cannot be read as {named!r}, which is no encoding of a text file"
        raise RosterError(message, place=Place(shown_as), hint="correct `encoding:` in batch.yml")
    if codec in _MARKED and not head.startswith(_MARKED[codec]):
        message = f"has no byte order mark, so `encoding: {named}` does not say in which order its bytes are"
        raise RosterError(message, place=Place(shown_as), hint=f"write {codec}-le or {codec}-be, or save it as UTF-8")
    if codec.startswith("utf-32"):
        return codec  # its mark begins like that of UTF-16
    if codec.startswith("utf-8") or (codec.startswith("utf-16") and found == "utf-16"):
        return "utf-8-sig" if found != "utf-16" else found
    if found == "utf-16" or head.startswith(codecs.BOM_UTF8):
        message = f"begins with the mark of {'UTF-16' if found == 'utf-16' else 'UTF-8'}, although batch.yml says `encoding: {named}`"
        raise RosterError(message, place=Place(shown_as, 1), hint="take `encoding:` out of batch.yml")
    fault = None if codec.startswith("utf-16") else _as_utf8(path, codec)
    if fault is not None:
        line, right, wrong = fault
        message = f"is UTF-8 and reads {right!r} in line {line}, although batch.yml says `encoding: {named}`, which would read {wrong!r}"
        raise RosterError(message, place=Place(shown_as, line), hint="take `encoding:` out of batch.yml, and check the names")
    return codec


def refusal(path: Path, shown_as: str, codec: str) -> RosterError:
    """The error for a file that is not in its encoding: line, character and byte of the first fault, and how likely encodings read it."""
    offset, line, character = _first_fault(path, codec)
    place = Place(shown_as, line)
    with path.open("rb") as file:
        file.seek(max(offset - _WINDOW, 0))
        before = file.read(min(offset, _WINDOW))
        after = file.read(_WINDOW)
    where = f"{f'byte 0x{after[0]:02x}' if after else 'its end'} at line {line}, character {character}"
    if codec == "utf-16":
        message = f"begins like UTF-16 but is not UTF-16 to the end: {where}"
        return RosterError(message, place=place, hint="save the file as UTF-8 and commit it again")
    if codec != "utf-8-sig":
        hint = "find out how the file was saved and correct `encoding:` in batch.yml; or save it as UTF-8 and take `encoding:` out"
        return RosterError(f"is not {codec}, as batch.yml says: {where}", place=place, hint=hint)
    message = f"is not UTF-8: {where}"
    readings = _readings(before[max(before.rfind(b"\n"), before.rfind(b"\r")) + 1 :] + after)
    hint = "save the file as UTF-8 (in Excel: Save As, CSV UTF-8) and check the names"
    if readings:
        message += "; " + ", ".join(f"{name} would read {text!r}" for name, text in readings)
        hint += f"; or, if one of these is right, name it in batch.yml, as in `encoding: {readings[0][0]}`"
    return RosterError(message, place=place, hint=hint)


def _first_fault(path: Path, codec: str) -> tuple[int, int, int]:
    """Offset of the first byte that does not fit, with its line and character (1-based). The same for every kind of line end."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(codec)(), translate=True)
    base, line, column = 0, 1, 0
    with path.open("rb") as file:
        while True:
            chunk, offset = file.read(_CHUNK), -1
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                start = error.start - (len(error.object) - len(chunk))  # what was left of the chunk before counts too
                offset = base + start
                text = decoder.decode(chunk[:start]) if start > 0 else ""
            ends = text.count("\n")
            line, column = line + ends, len(text) - text.rfind("\n") - 1 if ends else column + len(text)
            base += len(chunk)
            if offset >= 0 or not chunk:
                return (offset if offset >= 0 else base), line, column + 1


def _as_utf8(path: Path, codec: str) -> tuple[int, str, str] | None:
    """Line and text of the first cell beyond ASCII of a file that is UTF-8, and how another encoding reads it; None for any other file."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, found = 1, None
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                return None
            if found is None and not text.isascii():
                place = next(index for index, character in enumerate(text) if not character.isascii())
                before = text[:place]
                start = max((match.end() for match in _CELLS.finditer(before)), default=0)
                cell = _CELLS.split(text[start : start + 200])[0].strip()[:40]
                found = (line + before.count("\n") + before.replace("\r\n", "").count("\r"), cell)
            line += text.count("\n") + text.replace("\r\n", "").count("\r")
    if found is None or decoder.getstate()[0]:
        return None
    return (*found, found[1].encode().decode(codec, "replace"))


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
    cells = [[cell.strip() for cell in _CELLS.split(text) if not cell.isascii()] for _, _, text in best]
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
