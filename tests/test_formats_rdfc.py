"""RDFC-1.0: nothing goes unsigned, nothing is fetched."""

from __future__ import annotations

import copy
import hashlib
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from issuer.errors import FormatError
from issuer.formats import jcs, json_ld, rdfc
from tests import credentials
from tests.test_formats_jcs import JSON

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def achievement(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["credentialSubject"]["achievement"]
    return found


def result(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["credentialSubject"]["result"][0]
    return found


def test_contexts_are_the_published_ones() -> None:
    digests = [hashlib.sha256(jcs.canonical(rdfc.context(url))).hexdigest()[:8] for url in (rdfc.CREDENTIALS_V2, rdfc.OPEN_BADGES_3)]
    assert digests == ["b463c8d6", "c5e555a9"]


def test_each_bundled_context_says_where_it_is_from() -> None:
    folder = Path(json_ld.__file__).parent / "contexts"
    entries = json_ld.manifest()
    assert {path.name for path in folder.iterdir()} == {entry["file"] for entry in entries.values()} | {"manifest.json", "LICENCES.txt"}
    licences = (folder / "LICENCES.txt").read_text("utf-8")
    for url, entry in entries.items():
        assert entry["sha256"] == hashlib.sha256(jcs.canonical(rdfc.context(url))).hexdigest()
        assert entry["origin"].startswith("npm @")
        assert entry["licence"] in ("MIT", "BSD-3-Clause", "W3C Software and Document License")
        assert entry["file"] in licences


def test_each_bundled_context_goes_with_vc_2() -> None:
    for url in json_ld.manifest():
        document = {"@context": [rdfc.CREDENTIALS_V2, url], "id": "urn:a", "type": ["VerifiableCredential"], "name": "x"}
        assert rdfc.canonical(document).count(b"\n") == 2


KNOWN = {
    "@context": [rdfc.CREDENTIALS_V2, rdfc.OPEN_BADGES_3],
    "id": "https://certificates.example.org/c/00000000000000000000000001/",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {"id": "did:web:certificates.example.org", "type": ["Profile"], "name": "Example Academy"},
    "validFrom": "2026-05-31T08:00:00Z",
    "credentialSubject": {
        "type": ["AchievementSubject"],
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": "José Núñez"}],
        "achievement": {
            "id": "https://certificates.example.org/achievements/1",
            "type": ["Achievement"],
            "name": "Python 101",
            "description": 'An "evening" course\nin \\ four parts\t',
            "criteria": {"narrative": "Passed."},
        },
    },
}


def test_the_hash_of_a_known_credential_is_stable() -> None:
    """Checked once against npm rdf-canonize, too."""
    text = rdfc.canonical(KNOWN)
    lines = text.decode().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 19
    assert hashlib.sha256(text).hexdigest() == "06d8e9c5cc9b52b9086f3de5bba2441e62bbdb98ad67b344545c1624d8f465ca"


def test_it_is_what_pyld_gives_without_the_guards() -> None:
    for document in (credentials.unsigned(), credentials.unsigned({"name": credentials.HOSTILE})):
        options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": json_ld._load}
        assert rdfc.canonical(document).decode() == jsonld.normalize(document, options)


def test_every_string_is_signed() -> None:
    """Changing any text of a credential changes what is signed or is refused."""
    document = credentials.unsigned()
    before = rdfc.canonical(document)
    places = list(strings(document))
    assert len(places) > 40
    for path in places:
        changed = copy.deepcopy(document)
        parent: Any = changed
        for step in path[:-1]:
            parent = parent[step]
        parent[path[-1]] += "x"
        with suppress(FormatError):
            assert rdfc.canonical(changed) != before, path


def strings(value: Any, path: tuple[Any, ...] = ()) -> Any:
    if isinstance(value, str):
        yield path
    elif isinstance(value, (dict, list)):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from strings(member, (*path, key))


UNSIGNED: dict[str, Change] = {
    "term at the top": lambda document: document.update(foo="x"),
    "term in the achievement": lambda document: achievement(document).update(foo="x"),
    "term in a result": lambda document: result(document).update(score="1"),
    "term without text": lambda document: document.update({"": "x"}),
    "term that is a blank node": lambda document: document.update({"_:b": "x"}),
    "term that is a broken address": lambda document: document.update({"urn:a> <b": "x"}),
    "type at the top": lambda document: document["type"].append("Foo"),
    "type in the achievement": lambda document: achievement(document).update(type=["Achievement", "Foo"]),
    "type that is a number": lambda document: document.update(type=3),
    "type that is nothing": lambda document: achievement(document).update(type=[]),
    "type of a known context, elsewhere": lambda document: document["type"].append("assertionMethod2"),
    "purpose": lambda document: document.update(proof={"type": "DataIntegrityProof", "proofPurpose": "foo"}),
    "relative id": lambda document: document.update(id="c/1/"),
    "relative id of the subject": lambda document: document["credentialSubject"].update(id="abc"),
    "id without text": lambda document: achievement(document).update(id=""),
    "id that is a number": lambda document: achievement(document).update(id=7),
    "id with a space": lambda document: achievement(document).update(id="foo bar"),
    "address with a space": lambda document: achievement(document).update(id="https://example.org/foo bar"),
    "address with a bracket": lambda document: achievement(document).update(id="https://example.org/> <urn:b> <urn:c> .\n<urn:d"),
    "address with a quote": lambda document: achievement(document).update(id='https://example.org/"'),
    "blank node id": lambda document: achievement(document).update(id="_:b0"),
    "relative id of a description": lambda document: achievement(document)["resultDescription"][0].update(id="#score"),
    "spaced id of a description": lambda document: achievement(document)["resultDescription"][0].update(id="https://example.org/#a b"),
    "relative image": lambda document: achievement(document).update(image="logo.png"),
    "null": lambda document: achievement(document).update(description=None),
    "empty list": lambda document: achievement(document).update(tag=[]),
    "equal items": lambda document: achievement(document).update(tag=["a", "b", "a"]),
    "list in a list": lambda document: achievement(document).update(tag=[["a"], ["b"]]),
    "NaN": lambda document: achievement(document).update(name=float("nan")),
    "half a pair": lambda document: achievement(document).update(name="\ud800"),
    "control character": lambda document: achievement(document).update(name="a\x08"),
    "context inside": lambda document: document["@context"].append({"foo": None}),
    "context deep inside": lambda document: achievement(document).update({"@context": {"name": None}}),
    "context that is none": lambda document: document.update({"@context": None}),
    "no context": lambda document: document.pop("@context"),
    "index": lambda document: achievement(document).update({"@index": "x"}),
    "keyword that does not exist": lambda document: achievement(document).update({"@foo": "x"}),
    "direction": lambda document: achievement(document).update(name={"@value": "x", "@direction": "rtl"}),
}


@pytest.mark.parametrize("name", UNSIGNED)
def test_what_would_go_unsigned_is_refused(name: str) -> None:
    document = credentials.unsigned()
    assert rdfc.canonical(document)
    UNSIGNED[name](document)
    with pytest.raises(FormatError):
        rdfc.canonical(document)


def test_the_guard_is_not_misled_by_a_document_of_the_same_shape() -> None:
    """The guard is cached by shape: values that decide must not share it."""
    good, bad = credentials.unsigned(), credentials.unsigned()
    achievement(bad)["resultDescription"][1]["id"] = "a b"
    for _ in range(2):
        assert rdfc.canonical(good)
        with pytest.raises(FormatError, match="/credentialSubject/achievement/resultDescription/id: 'a b' is not an absolute web address"):
            rdfc.canonical(bad)


@pytest.mark.parametrize(
    "url", ["https://www.w3.org/ns/credentials/v1", "https://example.org/context", "file:///etc/passwd", "credentials-v2.json"]
)
def test_no_context_is_fetched(url: str) -> None:
    with pytest.raises(FormatError, match="is not bundled"):
        rdfc.context(url)
    document = credentials.unsigned()
    document["@context"] = [*document["@context"], url]
    with pytest.raises(FormatError, match="is not bundled, and none is fetched"):
        rdfc.canonical(document)


def test_parts_that_nothing_tells_apart_do_not_hold_a_verifier_for_hours() -> None:
    document = credentials.unsigned()
    alignments = [{"type": ["Alignment"], "criteria": {"narrative": str(number)}} for number in range(12)]
    twins = [{"type": ["Result"], "alignment": [{"type": ["Alignment"], "targetName": str(number)}]} for number in range(12)]
    for change in ({"result": twins}, {"evidence": alignments}):
        with pytest.raises(FormatError):
            rdfc.canonical({**document, "credentialSubject": {**document["credentialSubject"], **change}})


def test_depth_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(20_000):
        deep = {"achievement": deep}
    with pytest.raises(FormatError):
        rdfc.canonical({**credentials.unsigned(), "credentialSubject": deep})


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["id", "type", "name", "issuer", "credentialSubject", "@context", "x"]), JSON, max_size=4))
def test_json_gives_quads_or_a_format_error(members: dict[str, Any]) -> None:
    with suppress(FormatError):
        rdfc.canonical({**credentials.unsigned(), **members})
    with suppress(FormatError):
        rdfc.canonical(members)
