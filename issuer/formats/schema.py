"""JSON Schema 2020-12 (https://json-schema.org/draft/2020-12): documents against the schemas in formats/schemas/.

Which mistake is the first does not depend on how a validator walks: each mistake has a place in the document, a JSON pointer (RFC 6901),
and the first is the place that sorts first by its UTF-16 code units, as in site/js/json-schema.js. The place of a member that is missing,
or is not allowed, is the member's own. `format` is an assertion and knows `date-time` alone: xsd:dateTimeStamp, a date that exists.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from issuer.errors import FormatError
from issuer.formats import timestamp

if TYPE_CHECKING:
    import jsonschema_rs

FILES = ("accepted.schema.json", "issued.schema.json")


@lru_cache
def load(name: str) -> Schema:
    """One of FILES, compiled once."""
    return Schema(source(name))


def source(name: str) -> bytes:
    """The text of one of FILES, as it is published."""
    return resources.files("issuer.formats").joinpath("schemas", name).read_bytes()


class Schema:
    """A compiled schema. text: UTF-8 JSON."""

    def __init__(self, text: bytes) -> None:
        self.document: dict[str, Any] = json.loads(text)

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        import jsonschema_rs  # late: it takes a thirtieth of a second, and what is checked has been read by then

        return jsonschema_rs.Draft202012Validator(self.document, formats={"date-time": _is_stamp}, validate_formats=True)

    def first_mistake(self, document: Any) -> str | None:
        """The JSON pointer of the first mistake, "" for the document as a whole; None when it fits. document: as strict_json gives it.
        About 20 µs for a credential that fits."""
        if self._validator.is_valid(document):
            return None
        return min(self.mistakes(document), key=lambda pointer: pointer.encode("utf-16-be", "surrogatepass"))

    def mistakes(self, document: Any) -> set[str]:
        """The JSON pointers of all mistakes."""
        return {_pointer(path) for error in self._validator.iter_errors(document) for path in _places(error)}


def _places(error: jsonschema_rs.ValidationError) -> Iterator[list[str | int]]:
    import jsonschema_rs

    kind = error.kind
    if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
        yield [*error.instance_path, kind.property]
    elif isinstance(kind, jsonschema_rs.ValidationErrorKind.AdditionalProperties):
        for name in kind.unexpected:
            yield [*error.instance_path, name]
    else:
        yield error.instance_path


def _pointer(path: list[str | int]) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def _is_stamp(text: str) -> bool:
    try:
        timestamp.parse(text)
    except FormatError:
        return False
    return True
