"""Placeholders in texts that people write: `Dear {{ name }}, your score is {{ score }}.`

The whole language: `{{`, spaces, a field name `[a-z][a-z0-9_]*`, spaces, `}}`, on one line. There are no filters, expressions or
statements, so a text from a repository can neither run code nor take time, and a value is never read as a text again.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from issuer.errors import FormatError

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_MARK = re.compile(r"\{\{|\}\}|\{%|\{#")
_MAX_SHOWN = 40


class PlaceholderError(FormatError):
    """A text has a placeholder that means nothing. offset: 0-based, in characters; line: 1-based."""

    def __init__(self, message: str, text: str, offset: int, hint: str) -> None:
        self.offset = offset
        self.line = text.count("\n", 0, offset) + 1
        super().__init__(f"line {self.line}, offset {offset}: {message}", hint=hint)


@dataclass(frozen=True, slots=True)
class Text:
    """Words to be taken as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A place for a value. offset: where its `{{` stands in the text, 0-based, in characters."""

    name: str
    offset: int


Part = Text | Field


def parse(text: str) -> tuple[Part, ...]:
    """Split text into words and fields, in order; empty words are left out. Raises PlaceholderError at the first mistake."""
    parts: list[Part] = []
    position = 0
    while (mark := _MARK.search(text, position)) is not None:
        if mark.start() > position:
            parts.append(Text(text[position : mark.start()]))
        field, position = _field(text, mark)
        parts.append(field)
    if position < len(text):
        parts.append(Text(text[position:]))
    return tuple(parts)


def fields(text: str) -> frozenset[str]:
    """The names of all fields in text. Raises PlaceholderError as parse does."""
    return frozenset(part.name for part in parse(text) if isinstance(part, Field))


def fill(text: str, values: Mapping[str, str], *, missing: str | None = None) -> str:
    """Put values in place of fields. missing: what stands for a field that has no value; None refuses. Raises PlaceholderError."""
    return "".join(part.text if isinstance(part, Text) else value_of(part, text, values, missing=missing) for part in parse(text))


def value_of(field: Field, text: str, values: Mapping[str, str], *, missing: str | None = None) -> str:
    """The value of one field of text. Raises PlaceholderError if it has none and missing is None."""
    value = values.get(field.name, missing)
    if value is None:
        raise PlaceholderError(f"there is no value for {{{{ {field.name} }}}}", text, field.offset, _suggestion(field.name, values))
    return value


def check(text: str, known: Iterable[str]) -> None:
    """Raise PlaceholderError if text has a mistake or a field that is not among the known names."""
    names = frozenset(known)
    for part in parse(text):
        if isinstance(part, Field) and part.name not in names:
            raise PlaceholderError(f"there is no field {part.name!r}", text, part.offset, _suggestion(part.name, names))


def _field(text: str, mark: re.Match[str]) -> tuple[Field, int]:
    """The field that begins at mark, and the offset behind it."""
    start = mark.start()
    if mark.group() == "}}":
        raise PlaceholderError("}} closes nothing", text, start, "write {{ name }} with two braces on both sides")
    if mark.group() != "{{":
        raise PlaceholderError(f"{mark.group()} is no placeholder", text, start, "only {{ name }} is known: no statements, no comments")
    line_end = text.find("\n", start)
    end = text.find("}}", start + 2, len(text) if line_end < 0 else line_end)
    if end < 0:
        raise PlaceholderError("{{ is not closed", text, start, "close it with }} on the same line")
    name = text[start + 2 : end].strip(" \t")
    if _NAME.fullmatch(name) is None:
        shown = name if len(name) <= _MAX_SHOWN else name[:_MAX_SHOWN] + "…"
        hint = "use a field name alone: a-z, 0-9 and _, beginning with a letter; no filters, no expressions"
        raise PlaceholderError(f"{shown!r} is no field name", text, start, hint)
    return Field(name, start), end + 2


def _suggestion(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"did you mean {{{{ {near[0]} }}}}?"
    return f"the fields are {', '.join(names)}" if names else "there are no fields here"
