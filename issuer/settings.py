"""Settings that a person writes by hand: strict YAML into strict models. Whatever is wrong is an error with file and line.

yaml's safe loader, no duplicate keys, no references.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from issuer.errors import ConfigError, Place

UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
MAX_YAML_BYTES = 256 * 1024
_YAML_HINT = "check indentation and quotes on that line"
_YAML_MISTAKES = (
    ("character '\\t'", "a tab stands where only spaces can", "use spaces: two for each step of indentation"),
    (
        "mapping values are not allowed here",
        "a second colon, or a line that is indented too far",
        'put a text that contains a colon in quotes, as in name: "Python: a beginning"; and check the indentation',
    ),
)
"""What yaml's message contains, what to say instead, and the hint."""


def _one_line(text: str) -> str:
    if not text.strip() or any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in text):
        raise ValueError("must be one line of text that is not empty")
    return unicodedata.normalize("NFC", text.strip())


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if not re.fullmatch(r"https?://[!#-;=?-[\]_a-z~]+", text) or not parts.hostname or parts.username is not None or parts.port == 0:
        raise ValueError("must be a web address such as https://certificates.example.org")
    return text


def _iso_date(value: Any) -> Any:
    """A date in quotes is as good as one without; a time of day is refused by the strict model."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return dt.date.fromisoformat(value)
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise ValueError("must be a date such as 2026-05-30")  # noqa: TRY004 - pydantic collects ValueError only
    return value


def _picture_file(text: str) -> str:
    if not re.fullmatch(r"/?([\w-][\w .-]{0,99}/){0,8}[\w-][\w .-]{0,99}\.(png|jpe?g|svg)", text, re.IGNORECASE):
        raise ValueError(f"{text!r} is no picture: name a PNG, JPEG or SVG of this repository, such as brand/logo.svg")
    return text


Line = Annotated[str, AfterValidator(_one_line)]
PictureFile = Annotated[str, AfterValidator(_picture_file)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Day = Annotated[dt.date, BeforeValidator(_iso_date)]
Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """A model that takes no unknown key and no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)  # what checks is built when a file is read


def _policy(value: Any) -> Any:
    """YAML 1.1 reads `off` as false."""
    if value is not False and value not in ("off", "note", "warning", "warn", "error"):
        raise ValueError("must be error, warning, note or off")
    return "off" if value is False else "warning" if value == "warn" else value


Policies = dict[str, Annotated[Literal["error", "warning", "note", "off"], BeforeValidator(_policy)]]
"""Code of a finding → how much it matters here."""


class Limits(Strict):
    """How large a roster may be. rows: of one roster."""

    rows: int | None = Field(default=None, ge=1, le=1_000_000)


def read(path: Path, model: type[Model], *, shown_as: str | None = None) -> Model:
    """Read a settings file. shown_as: the path to print in errors. Raises ConfigError with every mistake in one message."""
    shown = shown_as or str(path)
    tree, data = _parse(_text_of(path, shown), shown)
    if not isinstance(data, dict):
        raise ConfigError("is empty or not a list of settings", place=Place(shown), hint="write the settings as key: value")
    try:
        return model.model_validate(data)
    except ValidationError as error:
        items = [(item["loc"], item["type"], item["msg"]) for item in error.errors()]
        problems = [_problem(*item, tree, shown, model) for item in _without_echoes(items)]
        first_place, first_message, first_hint = problems[0]
        more = "".join(f"\n{place}: {message}{_suggestion(hint)}" for place, message, hint in problems[1:])
        raise ConfigError(first_message + more, place=first_place, hint=first_hint) from None


def line_of(path: Path, *keys: str) -> int | None:
    """The 1-based line where keys stand in a settings file that was read before, or the deepest of them; None when none does."""
    try:
        return _line_of(_parse(_text_of(path, path.name), path.name)[0], list(keys))
    except ConfigError:
        return None


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice (YAML silently takes the last) and references.

    References (`*name`) with `<<` let 1 KB of YAML grow to gigabytes, and no setting of ours needs them.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="a reference (*) cannot be used here", problem_mark=self.get_mark())
        return super().compose_node(parent, index)

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> Any:
        value = super().construct_scalar(node)
        if isinstance(value, str) and UNWANTED.search(value):
            raise yaml.MarkedYAMLError(problem="a text has a control character or half of one", problem_mark=node.start_mark)
        return value

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - yaml's signature
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key must be a word", problem_mark=key.start_mark)
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} is given twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _text_of(path: Path, shown_as: str) -> str:
    place = Place(shown_as)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_YAML_BYTES + 1)
    except FileNotFoundError:
        raise ConfigError("there is no such file", place=place, hint="`issuer init` writes one to start from") from None
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", place=place, hint="check what it is and who may read it") from None
    if len(raw) > MAX_YAML_BYTES:
        raise ConfigError(f"is larger than {MAX_YAML_BYTES // 1024} KiB", place=place, hint="keep only settings in this file")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError("is not UTF-8", place=Place(shown_as, line), hint="save the file as UTF-8") from None


def _parse(text: str, shown_as: str) -> tuple[yaml.Node | None, Any]:
    """The YAML tree (for line numbers) and the data. yaml's constructors let many kinds of error out on odd tags such as `!!bool x`."""
    try:
        return yaml.compose(text, Loader=_Loader), yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except RecursionError:
        raise ConfigError("is nested too deeply", place=Place(shown_as), hint="write the settings as in the guide") from None
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, ArithmeticError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        place = Place(shown_as, None if mark is None else mark.line + 1)
        problem, hint = next(((said, hint) for sign, said, hint in _YAML_MISTAKES if sign in problem), (problem, _YAML_HINT))
        raise ConfigError(f"is not YAML: {problem}", place=place, hint=hint) from None


def _without_echoes(items: list[tuple[tuple[int | str, ...], str, str]]) -> list[tuple[tuple[int | str, ...], str, str]]:
    """Mistakes (location, kind, message) without the missing keys that are only misspelt: those are reported as unknown."""
    unknown = [location for location, kind, _ in items if kind == "extra_forbidden"]

    def misspelt(missing: tuple[int | str, ...]) -> bool:
        beside = [str(location[-1]) for location in unknown if location[:-1] == missing[:-1]]
        return bool(difflib.get_close_matches(str(missing[-1]), beside, n=1))

    return [item for item in items if item[1] != "missing" or not misspelt(item[0])]


def _suggestion(hint: str) -> str:
    return f" ({hint})" if hint.startswith("did you mean") else ""


def _problem(
    location: Iterable[int | str], kind: str, message: str, tree: yaml.Node | None, shown_as: str, model: type[BaseModel]
) -> tuple[Place, str, str]:
    path = list(location)
    dotted = ".".join(str(part) for part in path)
    place = Place(shown_as, _line_of(tree, path))
    if kind == "extra_forbidden":
        name = str(path[-1])
        near = difflib.get_close_matches(name, _names(model), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "take the key out, or see the guide for the keys that exist"
        return place, f"unknown key {dotted!r}", hint
    if kind == "missing":
        return place, f"the key {dotted!r} is missing", f"add `{path[-1]}:` to the file"
    said = message.removeprefix("Value error, ")
    hint = "put the value in quotes" if kind == "string_type" else "correct the value on that line"
    return place, f"{dotted}: {said}" if dotted else said, hint


def _names(model: type[BaseModel]) -> list[str]:
    """Every key that this model or a model inside it knows, for a suggestion."""
    names: list[str] = []
    for name, field in model.model_fields.items():
        names.append(field.alias or name)
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                names.extend(_names(inner))
    return names


def _line_of(tree: yaml.Node | None, path: list[int | str]) -> int | None:
    """The 1-based line of the deepest part of path that exists in the YAML tree."""
    node, line = tree, None
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            if part not in pairs:
                return line
            key, node = pairs[part]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line
