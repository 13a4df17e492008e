"""Writes what the browser's half of the credential code is made from and held to.

    python -m tests.make_credential_vectors

* site/js/accepted-schema.js: the schema that the browser checks with, without its descriptions. A module, and no JSON to fetch: it is there
  whenever the scripts are, and needs no `eval`.
* tests/vectors/schema: credentials with one change each, and the first mistake that both languages must name.
* tests/vectors/signed-fields: credentials, and the fields and labels that both languages must read out of them.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from issuer import credential
from issuer.formats import open_badges, schema
from tests import credentials

ROOT = Path(__file__).parents[1]
MODULE = ROOT / "site" / "js" / "accepted-schema.js"
VECTORS = ROOT / "tests" / "vectors"
ODD: tuple[Any, ...] = (None, True, 0, "", "x", [], [None], {}, "https://other.example.org/x")
SAID = {
    "name": "Zoë O'Neill",
    "credits": "2.5",
    "licence": "L-1",
    "role": "Chair",
    "term": "Spring",
    "started": "2026-01-05",
    "ended": "2026-02-06",
    "narrative": "Built a boat.",
    "evidence": "https://portfolio.example.org/zoe",
    "evidence_name": "Portfolio",
    "evidence_narrative": "Drawings and a log book.",
    "image": "https://pictures.example.org/zoe.png",
    "renews": "7cxcnxrhr3pn0prhepct02hp1x",
    "score": "91",
    "department": "Naval architecture",
    "language": "pt-BR",
}
"""A row that fills every field that a row can fill, and two of its own."""
RENEWED = credential.Renewed(f"{credentials.BASE}/c/{SAID['renews']}/record.json", "ab" * 32)


def everything() -> dict[str, Any]:
    """A credential of ours, unsigned, with every member that we issue."""
    columns: dict[str, Any] = {field: field.title() for field in SAID if field not in ("name", "language")}
    columns |= {"score": {"column": "Score", "result": "Percent"}, "department": {"column": "Department", "as": "field"}}
    return credentials.unsigned(SAID, valid_until="2030-01-31", achievement=achievement(), columns=columns, renews=RENEWED)


def achievement() -> dict[str, Any]:
    """What batch.yml can say of an achievement, all of it."""
    return {
        "id": "https://academy.example.org/boats",
        "type": "ext:Workshop",
        "name": "Boat building",
        "description": "Ten weeks in the yard.",
        "criteria": {"narrative": "Built a boat that floats.", "url": "https://academy.example.org/criteria"},
        "language": "en",
        "tags": ["boats", "wood"],
        "image": "https://pictures.example.org/boat.png",
        "credits": 5.0,
        "field_of_study": "Shipbuilding",
        "code": "SB-101",
        "specialization": "Clinker",
        "version": "3",
        "alignment": [
            {
                "name": "Planking",
                "url": "https://skills.example.org/planking",
                "code": "P-1",
                "framework": "Skills at Sea",
                "description": "Laying planks",
                "type": "CFItem",
            },
            {"name": "Caulking", "url": "https://skills.example.org/caulking"},
        ],
    }


def of_others() -> dict[str, dict[str, Any]]:
    """Credentials as other issuers write them: name → document."""
    proof = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"}
    badge = {
        "@context": [*open_badges.CONTEXTS],
        "id": "urn:uuid:6c1b9a52-4a70-4c5e-9d0c-7f1d0d2b8a11",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "issuer": {"id": "did:key:z6MkExample", "type": ["Profile"], "name": "Elsewhere"},
        "validFrom": "2026-05-31T08:00:00.5+02:00",
        "credentialSubject": {
            "id": "did:example:recipient",
            "type": ["AchievementSubject"],
            "name": "Ada Boole",
            "achievement": {
                "id": "urn:uuid:0a5f6e0c-0b57-4d0b-8c51-2c0f7e9d6b55",
                "type": ["Achievement"],
                "name": "Knots",
                "description": "",
                "criteria": {"id": "https://elsewhere.example.org/knots"},
            },
            "result": [{"type": ["Result"], "value": "A"}, {"type": ["Result"], "resultDescription": "urn:x", "value": "B"}],
        },
        "evidence": {"type": ["Evidence"], "name": {"@value": "Photographs", "@language": "en"}},
        "credentialStatus": [
            {
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": "94567",
                "statusListCredential": "https://elsewhere.example.org/status/3",
            },
            {"type": "SomethingElse2030"},
        ],
        "proof": [proof, {**proof, "cryptosuite": "eddsa-jcs-2022"}],
    }
    plain = {
        "@context": [open_badges.CONTEXTS[0], {"@vocab": "https://elsewhere.example.org/"}],
        "type": ["VerifiableCredential"],
        "issuer": "did:web:elsewhere.example.org",
        "credentialSubject": [{"id": "did:example:a"}, {"id": "did:example:b"}],
        "proof": proof,
    }
    return {"badge": badge, "plain": plain}


def module() -> str:
    """The text of site/js/accepted-schema.js."""
    bare = json.dumps(_without_words(schema.load(open_badges.ACCEPTED).document), indent=2, ensure_ascii=False)
    head = (
        "// The schema of what is verified. Written by tests/make_credential_vectors.py from issuer/formats/schemas/accepted.schema.json."
    )
    return f"{head}\n// @ts-check\n\n/** @type {{import('./json-schema.js').Schema}} */\nexport const SCHEMA = {bare};\n"


def _without_words(found: Any, *, names: bool = False) -> Any:
    """A schema without `title` and `description`. names: found is a map from names to schemas, in which both may be names."""
    if not isinstance(found, dict):
        return [_without_words(item) for item in found] if isinstance(found, list) else found
    return {
        key: _without_words(value, names=not names and key in ("properties", "$defs"))
        for key, value in found.items()
        if names or key not in ("title", "description", "$schema")
    }


def schema_vectors() -> dict[str, Any]:
    """bases: name → document; vectors: a base, the path of its one change, the new value unless the member is removed, the mistake."""
    bases = {"ours": {**credentials.unsigned({"name": "A"}), "proof": {}}, **of_others()}
    vectors: list[dict[str, Any]] = []
    for name, base in bases.items():
        vectors.append({"name": name, "base": name, "mistake": open_badges.first_mistake(base)})
        for path in paths_of(base):
            shown = "/".join(map(str, path))
            removed = {"name": f"{name} without {shown}", "base": name, "path": path}
            vectors.append({**removed, "mistake": open_badges.first_mistake(changed(base, path))})
            for odd in ODD:
                mistake = open_badges.first_mistake(changed(base, path, odd))
                if mistake is not None:
                    given = json.dumps(odd)
                    vectors.append({"name": f"{name} with {shown} {given}", "base": name, "path": path, "value": odd, "mistake": mistake})
    return {"bases": bases, "vectors": vectors}


def changed(document: Any, path: list[Any], value: Any = ...) -> Any:
    """A copy with one member or item replaced; without value it is removed."""
    made = copy.deepcopy(document)
    inner = made
    for step in path[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return made


def paths_of(value: Any) -> Iterator[list[Any]]:
    """The path of every member and item in a document, outer ones first."""
    steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        yield [step]
        for more in paths_of(value[step]):
            yield [step, *more]


def field_vectors() -> dict[str, Any]:
    """Credentials with what can be shown of them."""
    odd = everything()
    odd["credentialSubject"] |= {"role": ["a", "", 7, {"@value": "b"}, None, True], "term": {}, "creditsEarned": 1e21, "narrative": 0.1}
    odd["credentialSubject"]["result"] = [{"resultDescription": "#name", "value": "not the name"}, {"value": "x"}, 7]
    odd["credentialSubject"]["achievement"] |= {"tag": "one", "alignment": {"targetName": "only"}, "image": []}
    odd |= {"evidence": [], "image": "https://pictures.example.org/x.png", "validUntil": "soon"}
    hashed = of_others()["badge"]
    hashed["credentialSubject"]["identifier"] = [
        {"identityType": "emailAddress", "hashed": True, "identityHash": "sha256$00"},
        {"identityType": "name", "hashed": True, "identityHash": "sha256$01"},
        {"identityType": "name", "hashed": False, "identityHash": "Ada B."},
    ]
    documents = {"everything": everything(), "little": credentials.unsigned({"name": "A"}), **of_others(), "odd": odd, "hashed": hashed}
    vectors = [
        {"name": name, "document": document, "fields": credential.fields(document), "labels": credential.labels(document)}
        for name, document in documents.items()
    ]
    return {"vectors": vectors}


def files() -> dict[Path, str]:
    """Everything that is written: path → text."""
    return {
        MODULE: module(),
        VECTORS / "schema" / "vectors.json": _json(schema_vectors()),
        VECTORS / "signed-fields" / "vectors.json": _json(field_vectors()),
    }


def _json(value: dict[str, Any]) -> str:
    vectors = ",\n".join(json.dumps(vector, ensure_ascii=False) for vector in value["vectors"])
    others = "".join(f'"{name}": {json.dumps(other, ensure_ascii=False)},\n' for name, other in value.items() if name != "vectors")
    return f'{{{others}"vectors": [\n{vectors}\n]}}\n'


if __name__ == "__main__":
    for target, text in files().items():
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, "utf-8")
