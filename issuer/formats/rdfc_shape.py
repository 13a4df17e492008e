"""The shape of a JSON-LD document: everything about it but its texts. Documents of one shape share one guard and one template.

JSON-LD drops silently what it does not know: terms that no context defines, relative addresses, nulls, empty and repeated items.
Dropped is unsigned. So a shape is read once through PyLD with a placeholder for each text, and refused unless each placeholder comes out;
what depends on the texts themselves is looked at for each document by `Shape.check`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any

from issuer.errors import FormatError, UnsupportedError
from issuer.formats import json_ld
from issuer.formats.rdfc_template import Template, placed, placeholder

Token = str | int | tuple[str] | None
"""One step of a shape, such that no two shapes have the same steps: for a name of an object the name; for a value None if it is a text, the
text itself if it is a word, n if it is an object of n members, -1-n if it is a list of n items, (its JSON,) if it is anything else."""

WORDS = frozenset(("type", "proofPurpose"))
"""The members of the bundled contexts whose values are words of a context themselves: they belong to the shape."""
MAX_TOKENS = 1000
MAX_ITEMS = 100
MAX_CONTEXTS = 10
"""PyLD takes time that grows like the square of a list's length; within these bounds, several times what any
of our own credentials has, a document holds it for a fraction of a second."""
_MAX_INTEGER = 2**53 - 1
_UNDEFINED = "urn:undefined:"
_SCALAR = "urn:scalar:"
_QUOTED_SCALAR = re.compile(f'"({_SCALAR}[0-9]+:)"')
_TERM = re.compile(r"[A-Za-z0-9_.-]+")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20<>\"{}|\\^`\x7f-\x9f\ud800-\udfff]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CONTROL_BYTES = bytes(byte for byte in (*range(32), 127) if byte not in b"\t\n\r")


@dataclass(slots=True)
class Shape:
    """What is known of all documents of one shape. places: of each text, in document order, as a JSON pointer without list positions;
    addresses: which texts are web addresses; lists: (place, for each item that is alike but for its texts: those texts); template: None if
    PyLD has to do each document; uses: how many documents the template has done."""

    places: list[str]
    addresses: list[int]
    lists: list[tuple[str, list[Callable[[list[str]], Any]]]]
    template: Template | None
    uses: int = field(default=0)

    def check(self, texts: list[str]) -> None:
        """Refuse the texts that would go unsigned or that libraries write differently. Raises FormatError."""
        try:
            data = "".join(texts).encode()
        except UnicodeEncodeError:
            data = b"\0"
        if len(data.translate(None, _CONTROL_BYTES)) != len(data):
            place = next(place for place, text in zip(self.places, texts, strict=True) if _CONTROL.search(text))
            raise FormatError(f"{place}: has a control character, which libraries write differently")
        for index in self.addresses:
            if not _IRI.fullmatch(texts[index]):
                raise FormatError(f"{self.places[index]}: {texts[index]!r} is not an absolute web address and would go unsigned")
        for place, items in self.lists:
            if len({item(texts) for item in items}) != len(items):
                raise _equal_items(place)


def read(document: dict[str, Any]) -> tuple[Shape, list[str]]:
    """The shape of a document, and its texts in document order. Raises FormatError for a shape of which a part would go unsigned,
    UnsupportedError for one under contexts that are not bundled or beyond the bounds."""
    tokens: list[Token] = []
    texts: list[str] = []
    try:
        _read_object(document, tokens, texts)
    except RecursionError:
        raise FormatError("is nested too deeply") from None
    if len(tokens) > MAX_TOKENS:
        raise UnsupportedError(f"has more than {MAX_TOKENS} parts")
    return _shape(tuple(tokens)), texts


def _read_object(members: dict[str, Any], tokens: list[Token], texts: list[str]) -> None:
    tokens.append(len(members))
    for name, member in members.items():
        tokens.append(name)
        if type(member) is str and name not in WORDS and name != "@context":
            tokens.append(None)
            texts.append(member)
        else:
            _read_value(member, tokens, texts, is_word=name in WORDS or name == "@context")


def _read_value(value: Any, tokens: list[Token], texts: list[str], *, is_word: bool) -> None:
    if isinstance(value, str):
        tokens.append(value if is_word else None)
        if not is_word:
            texts.append(value)
    elif isinstance(value, dict):
        _read_object(value, tokens, texts)
    elif isinstance(value, list):
        tokens.append(-1 - len(value))
        for item in value:
            _read_value(item, tokens, texts, is_word=is_word)
    elif isinstance(value, float) and value.is_integer() and abs(value) <= _MAX_INTEGER:
        tokens.append((str(int(value)),))
    elif value is None or isinstance(value, (bool, float)) or (isinstance(value, int) and abs(value) <= _MAX_INTEGER):
        tokens.append((json.dumps(value),))
    else:
        raise FormatError("holds a value that JSON cannot carry")


@lru_cache(maxsize=256)
def _shape(tokens: tuple[Token, ...]) -> Shape:
    """The one place where a shape is made: from its tokens alone, so that nothing of the first document is left in it."""
    writer = _Writer(iter(tokens))
    document = writer.document()
    contexts = document["@context"]
    expanded = json_ld.expand({**document, "@context": [*contexts, {"@vocab": _UNDEFINED}]})
    undefined = sorted({name.removeprefix(_UNDEFINED) for name in _names(expanded) if name.startswith(_UNDEFINED)})
    if undefined:
        raise FormatError(f"the terms {', '.join(undefined)} are defined by no context and would go unsigned")
    dataset = json_ld.to_rdf(writer.with_scalars(expanded))
    template, addresses, seen = Template.compile(dataset, contexts, len(writer.places))
    for index, place in enumerate(writer.places):
        if index not in seen:
            raise FormatError(f"{place}: would go unsigned")
    return Shape(writer.places, addresses, writer.lists, template)


class _Writer:
    """Writes the document of a shape with placeholders. Refuses what can be refused without knowing a text."""

    def __init__(self, tokens: Iterator[Token]) -> None:
        self._tokens = tokens
        self._scalars: dict[str, tuple[str, Any]] = {}
        self.places: list[str] = []
        self.lists: list[tuple[str, list[Callable[[list[str]], Any]]]] = []

    def document(self) -> dict[str, Any]:
        """The whole document, its contexts first and as a list."""
        contexts: list[str] | None = None
        members: dict[str, Any] = {}
        for _ in range(_count(next(self._tokens))):
            name = _name(next(self._tokens))
            if name == "@context":
                contexts = self._contexts(next(self._tokens))
            else:
                members[name] = self._member(name, "")
        if contexts is None:
            raise FormatError("has no JSON-LD context")
        return {"@context": contexts, **members}

    def with_scalars(self, expanded: Any) -> Any:
        """An expanded document with the numbers and booleans in their places. Each must have become a value, once."""
        found: list[str] = []
        made = self._restored(expanded, found)
        for text, (place, _) in self._scalars.items():
            if found.count(text) != 1:
                raise FormatError(f"{place}: is not a text, and would go unsigned")
        return made

    def _restored(self, value: Any, found: list[str]) -> Any:
        if isinstance(value, str) and value in self._scalars:
            found.append(value)
            return self._scalars[value][1]
        if isinstance(value, list):
            return [self._restored(item, found) for item in value]
        if isinstance(value, dict):
            return {name: member if name in ("@id", "@type") else self._restored(member, found) for name, member in value.items()}
        return value

    def _contexts(self, token: Token) -> list[str]:
        tokens = [next(self._tokens) for _ in range(-1 - token)] if isinstance(token, int) and token < 0 else [token]
        contexts = [token for token in tokens if isinstance(token, str)]
        if len(contexts) != len(tokens):
            raise UnsupportedError("a context inside the document could leave parts of it unsigned")
        if len(contexts) > MAX_CONTEXTS:
            raise UnsupportedError(f"has more than {MAX_CONTEXTS} contexts")
        for url in contexts:
            json_ld.context(url)
        return contexts

    def _object(self, count: int, place: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for _ in range(count):
            name = _name(next(self._tokens))
            made[name] = self._member(name, place)
        return made

    def _member(self, name: str, place: str) -> Any:
        place = f"{place}/{name}"
        if not _TERM.fullmatch(name):
            raise UnsupportedError(f"{place}: only terms of a context are taken, no keywords and no addresses")
        return self._words(next(self._tokens), place) if name in WORDS else self._value(next(self._tokens), place)

    def _words(self, token: Token, place: str) -> Any:
        listed = isinstance(token, int) and token < 0
        words = [next(self._tokens) for _ in range(-1 - _integer(token))] if listed else [token]
        if not words or not all(isinstance(word, str) and _TERM.fullmatch(word) for word in words):
            raise FormatError(f"{place}: must be a word or a list of words")
        if len(set(words)) != len(words):
            raise _equal_items(place)
        return words if listed else words[0]

    def _value(self, token: Token, place: str) -> Any:
        if token is None:
            self.places.append(place)
            return placeholder(len(self.places) - 1)
        if isinstance(token, tuple):
            return self._scalar(json.loads(token[0]), place)
        count = _integer(token)
        return self._object(count, place) if count >= 0 else self._list(-1 - count, place)

    def _scalar(self, value: Any, place: str) -> str:
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            raise FormatError(f"{place}: a value that is none would go unsigned")
        if isinstance(value, float) and float(f"{value:.15E}") != value:
            raise FormatError(f"{place}: has more digits than are signed")
        text = f"{_SCALAR}{len(self._scalars)}:"
        self._scalars[text] = (place, value)
        return text

    def _list(self, count: int, place: str) -> list[Any]:
        if count == 0:
            raise _equal_items(place)
        if count > MAX_ITEMS:
            raise UnsupportedError(f"{place}: has more than {MAX_ITEMS} items")
        items = []
        for _ in range(count):
            token = next(self._tokens)
            if isinstance(token, int) and token < 0:
                raise FormatError(f"{place}: a list in a list would lose its borders")
            items.append(self._value(token, place))
        self._note_equals(items, place)
        return items

    def _note_equals(self, items: list[Any], place: str) -> None:
        """Note the items that differ in nothing but their texts."""
        alike: dict[str, list[tuple[int, ...]]] = {}
        for item in items:
            text = _QUOTED_SCALAR.sub(lambda match: json.dumps(self._scalars[match[1]][1]), json.dumps(item, sort_keys=True))
            indexes, rest = placed(text)
            alike.setdefault(rest, []).append(indexes)
        for group in alike.values():
            if len(group) == 1:
                continue
            if not group[0]:
                raise _equal_items(place)
            self.lists.append((place, [itemgetter(*indexes) for indexes in group]))


def _equal_items(place: str) -> FormatError:
    return FormatError(f"{place}: an empty list or one with equal items would go unsigned")


def _count(token: Token) -> int:
    if not isinstance(token, int) or token < 0:
        raise FormatError("is not an object")
    return token


def _name(token: Token) -> str:
    if not isinstance(token, str):
        raise FormatError("has a name that is not a text")
    return token


def _integer(token: Token) -> int:
    if not isinstance(token, int):
        raise FormatError("has a word where none is")
    return token


def _names(expanded: Any) -> Iterator[str]:
    """Every IRI in an expanded document: properties, types and ids."""
    if isinstance(expanded, list):
        for member in expanded:
            yield from _names(member)
    elif isinstance(expanded, dict) and "@value" not in expanded:
        for name, member in expanded.items():
            if name in ("@id", "@type"):
                yield from [member] if isinstance(member, str) else member
            else:
                yield name
                yield from _names(member)
