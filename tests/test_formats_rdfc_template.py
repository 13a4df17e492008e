"""The two ways to the canonical form give the same bytes and the same refusals, and in neither does anything go unsigned."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer import signing
from issuer.errors import FormatError, UnsupportedError
from issuer.formats import rdfc, rdfc_shape, rdfc_template
from tests import credentials
from tests.random_credentials import HOSTILE, OLDER, credential

PARTS, SHAPES, EACH = 10, 20, 50


def outcome(way: Callable[[dict[str, Any]], bytes], document: dict[str, Any]) -> bytes | str:
    try:
        return way(document)
    except FormatError as error:
        return error.message


def both(document: dict[str, Any]) -> bytes | str:
    """What both ways give."""
    quick, reference = outcome(rdfc.canonical, document), outcome(rdfc.canonical_by_pyld, document)
    assert quick == reference
    return quick


def is_quick(document: dict[str, Any]) -> bool:
    """Whether the template does this document."""
    shape, texts = rdfc_shape.read(document)
    return shape.template is not None and shape.template.fill(texts) is not None


def made(shape: object, texts: object) -> dict[str, Any]:
    """A credential that is the same in every run."""
    return credential(Random(f"{shape}"), Random(f"{texts}"))  # noqa: S311  # not a secret


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_ten_thousand_random_credentials(part: int) -> None:
    """10 × 20 shapes with 50 credentials each, the same in every run."""
    quick = signed = 0
    for number in range(part * SHAPES, (part + 1) * SHAPES):
        for texts in range(EACH):
            document = made(number, f"{number} {texts}")
            signed += isinstance(both(document), bytes)
            quick += is_quick(document)
    assert signed >= 0.9 * SHAPES * EACH
    assert quick >= 0.6 * SHAPES * EACH


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.lists(st.randoms(use_true_random=False), min_size=3, max_size=3))
def test_credentials_that_are_looked_for(shape: Random, texts: list[Random]) -> None:
    state = shape.getstate()
    for chance in texts:
        shape.setstate(state)
        both(credential(shape, chance))


TEXT = st.text(max_size=8) | st.sampled_from(HOSTILE) | st.lists(st.sampled_from(HOSTILE), max_size=4).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({"name": TEXT, "score": TEXT, "city": TEXT}))
def test_any_text(values: dict[str, str]) -> None:
    document = credentials.unsigned()
    subject = document["credentialSubject"]
    subject["identifier"][0]["identityHash"] = values["name"]
    subject["result"][0]["value"], subject["result"][1]["value"] = values["score"], values["city"]
    both(document)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["https:", "urn:", "did:", "data:", "xsd:", "type:", "name:", "image:", "_:", "a:", ""]), st.text(max_size=8))
def test_any_address(start: str, rest: str) -> None:
    document = credentials.unsigned()
    document["credentialSubject"]["achievement"]["image"] = start + rest
    both(document)
    both({**document, "@context": [rdfc.CREDENTIALS_V2, OLDER]})


@pytest.mark.parametrize("space", ["\u00a0", "\u1680", "\u2003", "\u2028", "\u202f", "\u205f", "\u3000"])
def test_an_address_with_any_white_space_is_refused(space: str) -> None:
    """PyLD drops what has one, and what is dropped is unsigned."""
    document = credentials.unsigned()
    document["credentialSubject"]["achievement"]["image"] = f"https://example.org/{space}a"
    with pytest.raises(FormatError, match="is not an absolute web address"):
        rdfc.canonical(document)


def test_nodes_with_one_id_become_one() -> None:
    document = credentials.unsigned()
    achievement = document["credentialSubject"]["achievement"]
    achievement["creator"] = {"id": "https://other.example.org", "type": ["Profile"], "name": "Another"}
    assert isinstance(both(document), bytes)
    assert is_quick(document)
    achievement["creator"]["id"] = document["issuer"]["id"]
    text = both(document)
    assert isinstance(text, bytes)
    assert not is_quick(document)
    assert text.count(f"<{credentials.DID}> <https://schema.org/name>".encode()) == 2


def test_a_reference_to_a_node_is_no_second_node() -> None:
    document = credentials.unsigned()
    document["credentialSubject"]["achievement"]["image"] = document["issuer"]["id"]
    assert isinstance(both(document), bytes)
    assert is_quick(document)


def test_order_counts_in_lists_that_keep_it() -> None:
    document = credentials.unsigned()
    description = document["credentialSubject"]["achievement"]["resultDescription"][0]
    description["allowedValue"] = ["pass", "fail"]
    before = both(document)
    assert is_quick(document)
    description["allowedValue"] = ["fail", "pass"]
    assert both(document) != before


def twins(document: dict[str, Any]) -> None:
    achievement = document["credentialSubject"]["achievement"]
    for place in (document["issuer"], achievement):
        place["otherIdentifier"] = [{"type": "IdentifierEntry", "identifier": "7", "identifierType": "x"}]
    # What they say of themselves is the same, and who says it is a node without a name in neither case: only the parents differ.
    achievement["creator"] = {"type": ["Profile"], "name": "a", "address": {"type": "Address", "addressCountry": "x"}}
    document["credentialSubject"]["source"] = {"type": ["Profile"], "name": "b", "address": {"type": "Address", "addressCountry": "x"}}


REFUSED: dict[str, tuple[str, Callable[[dict[Any, Any]], object]]] = {
    "twins": ("nothing tells apart", twins),
    "a number and its text": ("become one", lambda document: document["credentialSubject"].update(creditsEarned=[3, "3"])),
    "equal numbers": ("equal items", lambda document: document["credentialSubject"].update(creditsEarned=[3, 3.0])),
    "equal types": ("equal items", lambda document: document["type"].append("OpenBadgeCredential")),
    "equal objects": (
        "equal items",
        lambda document: document.update(evidence=[{"id": "urn:x", "type": "Evidence"}, {"type": "Evidence", "id": "urn:x"}]),
    ),
    "equal objects without texts": (
        "equal items",
        lambda document: document.update(evidence=[{"type": "Evidence"}, {"type": "Evidence"}]),
    ),
    "digits beyond the sixteenth": ("more digits", lambda document: document["credentialSubject"].update(creditsEarned=0.1 + 0.2)),
    "an integer beyond 2^53": ("cannot carry", lambda document: document["credentialSubject"].update(creditsEarned=2**53)),
    "bytes": ("cannot carry", lambda document: document.update(name=b"x")),
    "a name that is a number": ("name that is not a text", lambda document: document.update({7: "x"})),
    "an address alone in a graph": (
        "would go unsigned",
        lambda document: document.update(evidence=[{"type": "VerifiableCredential", "name": "x", "proof": "urn:x"}]),
    ),
    "a number where an address goes": ("is not JSON-LD|not a text", lambda document: document["issuer"].update(id=7)),
    "a number as an image": ("would go unsigned", lambda document: document.update(image=7)),
    "an object where a word goes": ("word", lambda document: document.update(type={"a": "b"})),
    "too many contexts": ("contexts", lambda document: document["@context"].extend(["https://w3id.org/security/multikey/v1"] * 9)),
    "too many items": (
        "items",
        lambda document: document["credentialSubject"]["achievement"].update(tag=list(map(str, range(rdfc_shape.MAX_ITEMS + 1)))),
    ),
    "too many parts": (
        "parts",
        lambda document: document.update({f"evidence{a}": [f"{b}" for b in range(200)] for a in range(13)}),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_both_ways_refuse(name: str) -> None:
    message, change = REFUSED[name]
    document = credentials.unsigned()
    change(document)
    for _ in range(2):
        for way in (rdfc.canonical, rdfc.canonical_by_pyld):
            with pytest.raises(FormatError, match=message):
                way(document)


def test_what_cannot_be_judged_is_told_apart_from_what_is_wrong() -> None:
    document = credentials.unsigned()
    for change in (
        twins,
        REFUSED["too many items"][1],
        lambda document: document["@context"].append("https://example.org/context"),
        lambda document: document["@context"].append({"name": "urn:x"}),
    ):
        changed = copy.deepcopy(document)
        change(changed)
        with pytest.raises(UnsupportedError):
            rdfc.canonical(changed)
    with pytest.raises(FormatError) as caught:
        rdfc.canonical({**document, "foo": "x"})
    assert not isinstance(caught.value, UnsupportedError)


def places(value: Any, path: tuple[Any, ...] = ()) -> Any:
    """The path of each value that has no parts, without the contexts."""
    if isinstance(value, (dict, list)):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            if key != "@context":
                yield from places(member, (*path, key))
    else:
        yield path


def changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, (int, float)) else value + "x"


def parent_of(document: dict[str, Any], path: tuple[Any, ...]) -> Any:
    """The object or list that holds the value at a path."""
    parent: Any = document
    for step in path[:-1]:
        parent = parent[step]
    return parent


@pytest.mark.parametrize("number", range(12))
def test_each_value_that_changes_changes_what_is_signed(number: int) -> None:
    document = made(f"values {number}", number)
    before = rdfc.canonical(document)
    paths = list(places(document))
    assert len(paths) > 10
    for path in paths:
        other = copy.deepcopy(document)
        parent = parent_of(other, path)
        parent[path[-1]] = changed(parent[path[-1]])
        assert outcome(rdfc.canonical, other) != before, path


@pytest.mark.parametrize("number", range(2))
def test_each_value_that_goes_away_changes_what_is_signed(number: int) -> None:
    document = made(f"values {number}", number)
    before = rdfc.canonical(document)
    for path in places(document):
        other = copy.deepcopy(document)
        del parent_of(other, path)[path[-1]]
        assert outcome(rdfc.canonical, other) != before, path


def test_a_difference_between_the_two_ways_is_an_error_and_signs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first document of a shape and then one in 500 is done both ways."""
    document = credentials.unsigned({"name": "Ada", "score": "1", "city": "x"}, awarded="2026-04-01")
    seen: list[Any] = []

    def reference(document: dict[str, Any]) -> bytes:
        seen.append(document)
        return rdfc_template.Template.fill(*quick(document)) or b""

    def quick(document: dict[str, Any]) -> tuple[rdfc_template.Template, list[str]]:
        shape, texts = rdfc_shape.read(document)
        assert shape.template is not None
        return shape.template, texts

    rdfc_shape._shape.cache_clear()
    monkeypatch.setattr(rdfc, "_by_pyld", reference)
    for _ in range(2 * rdfc.SAMPLE + 1):
        rdfc.canonical(document)
    assert len(seen) == 3
    rdfc_shape._shape.cache_clear()
    monkeypatch.setattr(rdfc, "_by_pyld", lambda _document: b"something else")
    for _ in range(2):
        with pytest.raises(UnsupportedError, match="internal error"):
            signing.prove(document, credentials.KEY, credentials.DID, credentials.STAMP)


def test_what_is_kept_is_bounded() -> None:
    """However many shapes somebody makes up, 256 are kept, and none of them holds anything of a document but its shape."""
    rdfc_shape._shape.cache_clear()
    for number in range(300):
        with pytest.raises(FormatError):
            rdfc.canonical({"@context": [], f"a{number}": "x"})
    assert rdfc_shape._shape.cache_info().currsize == 0
    assert rdfc_shape._shape.cache_info().maxsize == 256
    for name in ("Ada", "Grace"):
        document = credentials.unsigned({"name": name, "score": "1", "city": "x"})
        document["credentialSubject"]["narrative"] = name
        rdfc.canonical(document)
    shape, _ = rdfc_shape.read(document)
    assert shape.uses == 2
    assert "Ada" not in repr(shape)
    assert "Grace" not in repr(shape)
