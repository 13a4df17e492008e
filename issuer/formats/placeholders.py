"""Placeholders in texts that people write: `Dear {{ name }}, you were awarded it on {{ awarded | date("long") }}.`

The whole language: `{{`, a field name `[a-z][a-z0-9_]*`, up to four times `|` and a filter (filters.py), `}}`, on one line, with spaces
between. There are no expressions or statements, so a text from a repository can neither run code nor take time, and a value is never
read as a text again.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from issuer.errors import FormatError
from issuer.formats import filters
from issuer.formats.filters import Filter

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_MARK = re.compile(r"\{\{|\}\}|\{%|\{#")
_MAX_SHOWN = 40
_MAX_FILTERS = 4


class PlaceholderError(FormatError):
    """A text has a placeholder that means nothing. offset: 0-based, in characters; line: 1-based; written: the placeholder as it stands
    there, shortened; bare: the message without its place."""

    def __init__(self, message: str, text: str, offset: int, hint: str) -> None:
        self.bare = message
        self.offset = offset
        self.written = _written(text, offset)
        self.line = text.count("\n", 0, offset) + 1
        super().__init__(f"line {self.line}, offset {offset}: {message}", hint=hint)


@dataclass(frozen=True, slots=True)
class Text:
    """Words to be taken as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A place for a value. offset: where its `{{` stands in the text, 0-based, in characters; filters: in the order in which they work."""

    name: str
    offset: int
    filters: tuple[Filter, ...] = ()

    def shown(self, value: str, language: str = "") -> str:
        """A value as it is written here. language: the reader's, BCP 47 or "". Raises FormatError if a filter cannot take it."""
        return filters.apply(self.filters, value, language) if self.filters else value


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


def fill(text: str, values: Mapping[str, str], *, missing: str | None = None, language: str = "") -> str:
    """Put values in place of fields. missing: what stands for a field that has no value; None refuses. language: the reader's, BCP 47
    or "". Raises PlaceholderError."""
    parts = parse(text)
    return "".join(p.text if isinstance(p, Text) else value_of(p, text, values, missing=missing, language=language) for p in parts)


def value_of(field: Field, text: str, values: Mapping[str, str], *, missing: str | None = None, language: str = "") -> str:
    """The value of one field of text, as it is written there. Raises PlaceholderError if it has none and missing is None, or if a filter
    cannot take it."""
    value = values.get(field.name, missing)
    if value is None:
        raise PlaceholderError(f"there is no value for {{{{ {field.name} }}}}", text, field.offset, _suggestion(field.name, values))
    try:
        return field.shown(value, language)
    except FormatError as error:
        raise PlaceholderError(f"{{{{ {field.name} }}}}: {error.message}", text, field.offset, error.hint) from None


def misfits(parts: Iterable[Part], values: Mapping[str, str], language: str = "") -> Iterator[tuple[Field, FormatError]]:
    """The fields whose filters cannot take their values, and why."""
    for part in parts:
        if isinstance(part, Field) and part.filters:
            try:
                part.shown(values.get(part.name, ""), language)
            except FormatError as error:
                yield part, error


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
    name, *wanted = (part.strip() for part in text[start + 2 : end].split("|"))
    if _NAME.fullmatch(name) is None:
        near = re.sub(r"\s+", "_", name.strip().lower())
        hint = "use a field name: a-z, 0-9 and _, beginning with a letter; no expressions"
        if _NAME.fullmatch(near) and len(near) <= _MAX_SHOWN:
            hint = f"did you mean {{{{ {near} }}}}?"
        raise PlaceholderError(f"{_shortened(name)!r} is no field name", text, start, hint)
    if len(wanted) > _MAX_FILTERS:
        raise PlaceholderError(f"{{{{ {name} }}}} has more than {_MAX_FILTERS} filters", text, start, "one or two are enough")
    try:
        return Field(name, start, tuple(filters.parse(part) for part in wanted)), end + 2
    except FormatError as error:
        raise PlaceholderError(error.message, text, start, error.hint) from None


def _written(text: str, offset: int) -> str:
    """The placeholder that begins at offset; of }}, which closes nothing, what stands before it on its line."""
    if text.startswith("}}", offset):
        return text[max(0, offset + 2 - _MAX_SHOWN) : offset + 2].rpartition("\n")[2]
    line = text[offset:].partition("\n")[0]
    return _shortened(line[: line.find("}}") + 2] if "}}" in line else line)


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"


def _suggestion(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"did you mean {{{{ {near[0]} }}}}?"
    return f"the fields are {', '.join(names)}" if names else "there are no fields here"
