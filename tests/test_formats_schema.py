"""The two schemas: what fits, which mistake is the first, and that another implementation of JSON Schema agrees."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer import achievement_config, signing
from issuer.errors import FormatError
from issuer.formats import open_badges, schema, timestamp
from tests import make_credential_vectors as made
from tests.credentials import DID, KEY, STAMP, unsigned
from tests.test_formats_jcs import JSON

VECTORS = json.loads((made.VECTORS / "schema" / "vectors.json").read_text("utf-8"))
CHECKER = jsonschema.FormatChecker(formats=())


def is_stamp(text: object) -> bool:
    try:
        timestamp.parse(text if isinstance(text, str) else STAMP)
    except FormatError:
        return False
    return True


CHECKER.checkers["date-time"] = is_stamp, ()


def places(error: jsonschema.ValidationError) -> set[str]:
    """The pointers of one error of the other implementation: it names missing and unwanted members in words only."""
    path: list[Any] = list(error.absolute_path)
    names: list[Any] = []
    if error.validator == "required":
        names = [name for name in error.validator_value if name not in error.instance and repr(name) in error.message]
    elif error.validator == "additionalProperties":
        names = [name for name in error.instance if name not in error.schema["properties"]]
    paths = [[*path, name] for name in names] or [path]
    return {"".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in steps) for steps in paths}


def mistakes_elsewhere(name: str, document: Any) -> set[str]:
    validator = jsonschema.Draft202012Validator(schema.load(name).document, format_checker=CHECKER)
    return {place for error in validator.iter_errors(document) for place in places(error)}


def test_what_is_written_is_current() -> None:
    for path, text in made.files().items():
        assert path.read_text("utf-8") == text, f"{path}: run `python -m tests.make_credential_vectors`"


@pytest.mark.parametrize("name", schema.FILES)
def test_they_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema.source(name)))


def test_every_vector_is_judged_alike_by_another_implementation() -> None:
    for vector in VECTORS["vectors"]:
        base = VECTORS["bases"][vector["base"]]
        document = made.changed(base, vector["path"], vector.get("value", ...)) if "path" in vector else base
        assert open_badges.first_mistake(document) == vector["mistake"], vector["name"]
        ours = schema.load(open_badges.ACCEPTED).mistakes(document)
        assert ours == mistakes_elsewhere(open_badges.ACCEPTED, document), vector["name"]
        assert vector["mistake"] == (min(ours) if ours else None)


def test_every_change_of_what_we_issue_is_judged_alike() -> None:
    document = {**made.everything(), "proof": signing.prove(unsigned(), KEY, DID, STAMP)["eddsa-jcs-2022"]}
    paths = list(made.paths_of(document))
    assert len(paths) > 120
    odds: tuple[Any, ...] = (..., None, "x", 0, [], {"x": 1})
    for path in paths:
        for odd in odds:
            broken = made.changed(document, path, odd)
            assert schema.load(open_badges.ISSUED).mistakes(broken) == mistakes_elsewhere(open_badges.ISSUED, broken), (path, odd)


def test_a_member_that_is_not_listed_is_refused_everywhere_in_what_we_issue() -> None:
    document = made.everything()
    objects = [[], *(path for path in made.paths_of(document) if isinstance(made_at(document, path), dict))]
    assert len(objects) > 15
    for path in objects:
        more = made.changed(document, [*path, "more~/"], 1)
        assert open_badges.first_unfit(more) == "".join(f"/{step}" for step in path) + "/more~0~1"


def made_at(value: Any, path: list[Any]) -> Any:
    for step in path:
        value = value[step]
    return value


def test_what_is_issued_is_accepted_with_both_proofs() -> None:
    for document in (made.everything(), unsigned(), unsigned({"name": "A"})):
        assert open_badges.first_unfit(document) is None
        for proof in signing.prove(document, KEY, DID, STAMP).values():
            assert open_badges.first_unfit({**document, "proof": proof}) is None
            assert open_badges.first_mistake({**document, "proof": proof}) is None


def test_vocabularies_stand_in_the_schema_and_in_the_settings_alike() -> None:
    definitions = json.loads(schema.source(open_badges.ISSUED))["$defs"]["achievement"]["properties"]
    target = definitions["alignment"]["items"]["properties"]["targetType"]
    kind = definitions["resultDescription"]["items"]["properties"]["resultType"]
    for found, words in (
        (definitions["achievementType"], achievement_config.ACHIEVEMENT_TYPES),
        (target, achievement_config.TARGET_TYPES),
        (kind, achievement_config.RESULT_TYPES),
    ):
        assert tuple(found["anyOf"][0]["enum"]) == words


def test_pointers_sort_as_in_javascript() -> None:
    found = schema.Schema(b'{"additionalProperties": false, "properties": {}}')
    assert found.first_mistake({"\U0001f642": 1, "\uffff": 1}) == "/\U0001f642"  # its first UTF-16 unit is d83d
    assert found.first_mistake({"b": 1, "a": 1}) == "/a"
    assert found.first_mistake({}) is None


@pytest.mark.parametrize("value", [None, True, 7, "x", [], [{}]])
def test_no_object_at_all(value: Any) -> None:
    assert open_badges.first_mistake(value) == "/"


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(VECTORS["bases"])), st.data())
def test_any_json_in_any_place_is_judged_alike(base: str, data: st.DataObject) -> None:
    document = VECTORS["bases"][base]
    broken = made.changed(document, data.draw(st.sampled_from(list(made.paths_of(document)))), data.draw(JSON))
    assert schema.load(open_badges.ACCEPTED).mistakes(broken) == mistakes_elsewhere(open_badges.ACCEPTED, broken)
