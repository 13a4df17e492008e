"""JSON rosters: one array of objects (RFC 8259), or JSON Lines, one object on each line. Keys are columns, numbers stay as written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from issuer.errors import Place, RosterError
from issuer.roster import encoding, text_file
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.table import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Row, Table, too_many
from issuer.roster.text import tidy

SUFFIXES = (".json", ".jsonl")
MAX_BYTES = 32 << 20
"""Of a .json file, which is in memory while it is read. JSON Lines may be as large as any text."""
LOOKED_AT = 1000
"""Records whose keys are the columns."""
_SPACE = re.compile(r"[ \t\r\n]*")
_HALF = re.compile("[\ud800-\udfff]")
_Record = tuple[int, dict[str, Any]]
"""Line, or number of the record, and what it says."""


class _MistakeError(ValueError):
    """A key given twice, or NaN."""


def read(path: Path, shown_as: str, encoding_named: str | None = None, most: int = MAX_ROWS) -> Table:
    """Open a JSON roster. encoding_named: what batch.yml says; most: records that it may have. Raises RosterError."""
    codec = encoding.choose(path, shown_as, encoding_named)
    by_number = False
    if path.suffix.lower() == ".jsonl":
        records = _of_lines(text_file.lines(path, shown_as, codec), shown_as)
    else:
        if path.stat().st_size > MAX_BYTES:
            hint = "write it as JSON Lines (.jsonl), one object on each line, or as CSV"
            raise RosterError(f"is larger than {MAX_BYTES >> 20} MB, too much for one array", place=Place(shown_as), hint=hint)
        text = text_file.whole(path, shown_as, codec)
        by_number = _looked_through(text, shown_as, most)
        records = _numbered(_of_array(text, shown_as)) if by_number else _of_array(text, shown_as)
    first = list(islice(records, LOOKED_AT))
    keys = _keys(first, shown_as)
    headers = tuple(tidy(_HALF.sub("\ufffd", key)) for key in keys)
    table = Table(shown_as, None, 1 if keys else 0, headers, iter(()), records=by_number)
    return replace(table, rows=_rows(chain(first, records), keys, table, most))


def _looked_through(text: str, shown_as: str, most: int) -> bool:
    """Whether records must be told by their number, because two of them begin on one line. Finds whatever is wrong with the syntax."""
    before, together = 0, False
    for count, (line, _) in enumerate(_of_array(text, shown_as), 1):
        if count > most:
            raise too_many(Place(shown_as, line), most)
        together = together or line <= before
        before = line
    return together


def _numbered(records: Iterable[_Record]) -> Iterator[_Record]:
    return ((number, record) for number, (_, record) in enumerate(records, 1))


def _of_lines(lines: Iterable[str], shown_as: str) -> Iterator[_Record]:
    for number, text in enumerate(lines, 1):
        content = text.strip(" \t\r\n")
        if content:
            value, end = _decoded(content, 0, shown_as, number)
            if end < len(content):
                raise _broken("has more than one value on the line", shown_as, number, end)
            hint = "write one object on each line; one array of objects belongs into a .json file"
            yield number, _object(value, Place(shown_as, number), hint)


def _of_array(text: str, shown_as: str) -> Iterator[_Record]:
    """The records with the lines on which they begin."""
    end_of_line = "\n" if "\n" in text else "\r"
    place = _after_space(text, 0)
    if not text[place:]:
        return
    if text[place] != "[":
        hint = 'write one array of objects, as in [{"name": "Ada"}]; one object on each line belongs into a .jsonl file'
        raise RosterError("is no JSON array", place=Place(shown_as, 1), hint=hint)
    line, counted = 1, 0
    place = _after_space(text, place + 1)
    closed = text[place : place + 1] == "]"
    while not closed:
        line, counted = line + text.count(end_of_line, counted, place), place
        value, end = _decoded(text, place, shown_as, line)
        yield line, _object(value, Place(shown_as, line), "write one array of objects, without other values in it")
        place = _after_space(text, end)
        closed = text[place : place + 1] == "]"
        if not closed:
            if text[place : place + 1] != ",":
                raise _broken("has no comma or ] after a record", shown_as, line + text.count(end_of_line, counted, place), None)
            place = _after_space(text, place + 1)
    place = _after_space(text, place + 1)
    if text[place:]:
        raise _broken("goes on after the array", shown_as, 1 + text.count(end_of_line, 0, place), None)


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return place if found is None else found.end()


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _MistakeError(f"has the key {shown(twice)} twice")
    return record


def _no_number(word: str) -> str:
    raise _MistakeError(f"has {word}, which is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_float=str, parse_int=str, parse_constant=_no_number)


def _decoded(text: str, place: int, shown_as: str, line: int) -> tuple[Any, int]:
    """A value and where it ends. line: on which it begins."""
    try:
        return _DECODER.raw_decode(text, place)
    except json.JSONDecodeError as error:
        below = error.lineno - text.count("\n", 0, place) - 1
        raise _broken(f"is broken: {error.msg}", shown_as, line + below, error.colno - 1) from None
    except _MistakeError as error:
        raise RosterError(str(error), place=Place(shown_as, line), hint="correct the record that begins here") from None
    except RecursionError:
        raise RosterError("is nested too deeply", place=Place(shown_as, line), hint="write one flat object for each recipient") from None


def _broken(message: str, shown_as: str, line: int, index: int | None) -> RosterError:
    where = "" if index is None else f" at character {index + 1}"
    hint = "correct the JSON; the program that wrote the file can write it again"
    return RosterError(f"{message}{where}", place=Place(shown_as, line), hint=hint)


def _object(value: Any, place: Place, hint: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        kind = "an array" if isinstance(value, list) else "a single value"
        raise RosterError(f"has {kind} where an object belongs", place=place, hint=hint)
    return value


def _keys(records: list[_Record], shown_as: str) -> list[str]:
    """The keys in the order in which they first appear."""
    keys: dict[str, None] = {}
    for line, record in records:
        keys.update(dict.fromkeys(record))
        if len(keys) > MAX_COLUMNS:
            hint = "keep the keys that the certificates need"
            raise RosterError(f"has more than {MAX_COLUMNS} keys", place=Place(shown_as, line), hint=hint)
    return list(keys)


def _rows(records: Iterable[_Record], keys: list[str], table: Table, most: int) -> Iterator[Row]:
    known = frozenset(keys)
    blanks = dict.fromkeys(keys, "")
    count = 0
    for line, record in records:
        findings: list[Finding] = []
        cells = []
        for column, key in enumerate(keys):
            value = record[key] if key in record else blanks[key]
            cells.append(
                value if type(value) is str and value.isascii() and len(value) <= MAX_CELL else _cell(value, table, line, column, findings)
            )
        if not record.keys() <= known:
            findings.extend(_about_new(record, known, table, line))
        if findings or any(cell.strip() for cell in cells):
            count += 1
            if count > most:
                raise too_many(table.place(line), most)
            yield Row(line, tuple(cells), findings=tuple(findings))


def _cell(value: Any, table: Table, line: int, column: int, findings: list[Finding]) -> str:
    """A value as text; half a character becomes U+FFFD, which the checks refuse."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if len(value) > MAX_CELL:
            place = table.place(line, column)
            message = f"the cell has more than {MAX_CELL:,} characters"
            raise RosterError(message, place=place, hint="shorten it, or leave it out", code=Code.CELL_LONG)
        return _HALF.sub("\ufffd", value)
    kind = "an array" if isinstance(value, list) else "an object"
    hint = "write a text, a number, true, false or null; what has parts needs a key for each of them"
    findings.append(finding(Code.CELL_NESTED, table.place(line, column), f"the cell holds {kind}", hint))
    return ""


def _about_new(record: dict[str, Any], known: frozenset[str], table: Table, line: int) -> Iterator[Finding]:
    """What is said of a record with keys that are no columns: only the first is named, for there could be a million."""
    for key, value in record.items():
        if key not in known and value not in (None, ""):
            message = f"the key {shown(key)} comes up only after {LOOKED_AT:,} records, so it is no column"
            hint = "write it into one of the first records too, as null if need be, or take it out"
            yield finding(Code.HEADER_EMPTY, table.place(line), message, hint)
            return
