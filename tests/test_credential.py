"""Row → credential → fields."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from issuer import credential, signing
from issuer.batch import labels as batch_labels
from issuer.errors import FormatError
from issuer.formats import data_integrity, jcs, multikey, open_badges, strict_json, timestamp
from tests import credentials
from tests.credentials import BASE, DID, HOSTILE, KEY, STAMP, batch, config, unsigned
from tests.make_credential_vectors import SAID, changed, everything, paths_of

OF_THE_ACHIEVEMENT = {"achievement_type": "Course", "achievement_tags": "python, course", "achievement_language": "en"}
LABELS = {"achievement_type": "Type", "achievement_tags": "Keywords", "achievement_language": "Language of these texts"}
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


def members(value: Any) -> Any:
    yield value
    if isinstance(value, (dict, list)):
        for member in value.values() if isinstance(value, dict) else value:
            yield from members(member)


def test_required_members_of_1edtech() -> None:
    """https://www.imsglobal.org/spec/ob/v3p0/#achievementcredential and the classes below it: what must be there, and its kind."""
    document = unsigned()
    assert document["@context"][:2] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert document["id"] == f"{BASE}/c/{'0' * 25}1/"
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(document["type"])
    assert document["issuer"] == {"id": DID, "type": ["Profile"], "name": "Example Academy", "url": "https://academy.example.org"}
    assert timestamp.parse(document["validFrom"]) == credentials.NOW
    assert timestamp.parse(document["awardedDate"])
    subject = document["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    assert subject["identifier"] == [{"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": "José Núñez"}]
    achievement = subject["achievement"]
    assert achievement["id"].startswith("https://")
    assert achievement["type"] == ["Achievement"]
    assert all(
        isinstance(achievement[name], str) and achievement[name] for name in ("name", "description", "achievementType", "inLanguage")
    )
    assert achievement["criteria"] == {"narrative": "Passed the final project."}
    assert achievement["tag"] == ["python", "course"]
    for description in achievement["resultDescription"]:
        assert (description["type"], description["resultType"]) == (["ResultDescription"], "Result")
        assert description["name"]
    known = {description["id"] for description in achievement["resultDescription"]}
    assert {result["resultDescription"] for result in subject["result"]} == known
    assert all(result["type"] == ["Result"] and result["value"] for result in subject["result"])
    status = document["credentialStatus"]
    assert status["id"] != status["statusListCredential"]
    assert status == {
        "id": f"{credentials.LIST}#123",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "123",
        "statusListCredential": credentials.LIST,
    }


@pytest.mark.parametrize(
    "values", [{"name": "A"}, {"name": "A", "score": "1"}, {"name": "A", "valid_until": "2027-01-01", "email": "a@example.org"}]
)
def test_no_nulls_no_empty_parts_no_address(values: dict[str, str]) -> None:
    variants: tuple[dict[str, Any], ...] = ({}, {"awarded": None})
    for variant in variants:
        document = unsigned(values, **variant)
        assert open_badges.first_mistake({**document, "proof": {}}) is None
        assert all(member not in (None, "", [], {}) for member in members(document))
        assert "example.org" not in {member for member in members(document) if isinstance(member, str) and "@" in member}
        assert b"a@example.org" not in jcs.canonical(document)


def test_both_proofs_cover_it() -> None:
    document = unsigned({"name": HOSTILE, "score": HOSTILE, "city": HOSTILE})
    for proof in signing.prove(document, KEY, DID, STAMP).values():
        assert data_integrity.verify(
            document, proof, multikey.decode_public(KEY.public), multikey.decode_base58btc(proof["proofValue"], 64)
        )
        signed = strict_json.canonical_object(jcs.canonical({**document, "proof": proof}))
        assert open_badges.first_mistake(signed) is None
        assert credential.fields(signed)["name"] == HOSTILE


def test_dates() -> None:
    today = unsigned({"name": "A"}, awarded=None)
    assert today["awardedDate"] == "2026-05-31T00:00:00Z"
    assert "validUntil" not in today
    assert unsigned({"name": "A"})["awardedDate"] == "2026-05-30T00:00:00Z"
    own = unsigned({"name": "A", "awarded": "2026-01-02", "valid_until": "2027-01-02"}, valid_until="2029-01-01")
    assert (own["awardedDate"], own["validUntil"]) == ("2026-01-02T00:00:00Z", "2027-01-02T23:59:59Z")
    assert unsigned({"name": "A"}, valid_until="2029-01-01")["validUntil"] == "2029-01-01T23:59:59Z"


def test_fields_labels_and_values() -> None:
    values = {
        "name": "José Núñez",
        "awarded": "2026-05-01",
        "valid_until": "2027-05-01",
        "language": "pt-BR",
        "score": "91",
        "city": "Łódź",
    }
    document = unsigned(values)
    assert credential.fields(document) == {
        "name": "José Núñez",
        "achievement": "Python 101",
        "description": "An evening course",
        "criteria": "Passed the final project.",
        "issuer": "Example Academy",
        "issuer_url": "https://academy.example.org",
        "id": "0" * 25 + "1",
        "url": f"{BASE}/c/{'0' * 25}1/",
        "awarded": "2026-05-01",
        "awarded_long": "1 May 2026",
        "valid_until": "2027-05-01",
        "valid_until_long": "1 May 2027",
        **OF_THE_ACHIEVEMENT,
        "score": "91",
        "city": "Łódź",
        "language": "pt-BR",
    }
    own = {"score": "Final score", "city": "City", "language": "Language"}
    assert credential.labels(document) == LABELS | own
    assert batch_labels(batch(), values) == own
    assert credential.values(document) == values
    assert credential.recipient(document) == "José Núñez"
    assert credential.identifier_of(document) == "0" * 25 + "1"


def test_every_member_is_signed_by_both_proofs_and_given_back() -> None:
    document = everything()
    assert credential.values(document) == {**SAID, "awarded": "2026-05-30", "valid_until": "2030-01-31"}
    shown = credential.fields(document)
    assert shown["achievement_alignment"] == (
        "Planking, Skills at Sea, P-1, CFItem, Laying planks, https://skills.example.org/planking;"
        " Caulking, https://skills.example.org/caulking"
    )
    assert (shown["achievement_credits"], shown["achievement_tags"], shown["started_long"]) == ("5", "boats, wood", "5 January 2026")
    assert all(credential.labels(document)[field] for field in shown if field not in credential.FIELDS and not field.endswith("_long"))
    for proof in signing.prove(document, KEY, DID, STAMP).values():
        raw = multikey.decode_public(KEY.public)
        signature = multikey.decode_base58btc(proof["proofValue"], 64)
        assert data_integrity.verify(document, proof, raw, signature)
        for path in paths_of(document):
            if path[0] != "@context":
                assert not covers(changed(document, path), proof, raw, signature), path


def covers(document: dict[str, Any], proof: dict[str, Any], key: bytes, signature: bytes) -> bool:
    try:
        return data_integrity.verify(document, proof, key, signature)
    except FormatError:
        return False


def test_places_of_open_badges() -> None:
    document = everything()
    subject, achievement = document["credentialSubject"], document["credentialSubject"]["achievement"]
    assert (subject["creditsEarned"], achievement["creditsAvailable"]) == (2.5, 5)
    assert isinstance(achievement["creditsAvailable"], int)
    assert (subject["activityStartDate"], subject["activityEndDate"]) == ("2026-01-05T00:00:00Z", "2026-02-06T00:00:00Z")
    assert (subject["licenseNumber"], subject["role"], subject["term"], subject["narrative"]) == ("L-1", "Chair", "Spring", "Built a boat.")
    assert document["image"] == {"id": "https://pictures.example.org/zoe.png", "type": "Image"}
    assert document["evidence"] == [
        {"type": ["Evidence"], "id": SAID["evidence"], "name": "Portfolio", "narrative": "Drawings and a log book."}
    ]
    assert subject["field"] == [{"type": ["Field"], "key": "department", "name": "Department", "value": "Naval architecture"}]
    assert document["@context"] == [*open_badges.CONTEXTS, f"{BASE}/contexts/v1.json"]
    assert document["relatedResource"] == [{"id": f"{BASE}/c/{SAID['renews']}/record.json", "digestSRI": f"sha256-{'q6ur' * 10}q6s="}]
    assert [item["resultType"] for item in achievement["resultDescription"]] == ["Percent", "Result"]
    assert achievement["alignment"][1] == {
        "type": ["Alignment"],
        "targetName": "Caulking",
        "targetUrl": "https://skills.example.org/caulking",
    }


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from([field for field in SAID if field not in ("name", "renews")])), st.data())
def test_any_part_of_a_row_fits_and_comes_back(chosen: set[str], data: st.DataObject) -> None:
    texts = {field: data.draw(TEXT) for field in ("role", "narrative", "evidence_name", "score", "department")}
    row = {"name": "A"} | {field: texts.get(field, SAID[field]) for field in sorted(chosen)}
    columns: dict[str, Any] = {field: field for field in row} | {"department": {"column": "Department", "as": "field"}}
    document = unsigned(row, columns=columns)
    assert credential.values(document) == {**row, "awarded": "2026-05-30"}
    proof = data_integrity.options(data_integrity.RDFC, f"{DID}#{KEY.public}", STAMP, document)
    assert len(data_integrity.hash_data(document, proof)) == 64
    assert ("field" in document["credentialSubject"]) == ("department" in chosen) == (len(document["@context"]) == 3)


def test_what_a_template_can_name() -> None:
    columns = {"name": "Name", "email": "E-mail", "started": "From", "ship": "Ship"}
    offered = credential.offered(config(), batch(columns=columns))
    assert {"name", "language", "started", "started_long", "ship", "achievement_type", "achievement_tags"} <= offered
    assert not {"email", "ended_long", "achievement_code", "credits"} & offered


def test_an_empty_cell_is_no_result() -> None:
    document = unsigned({"name": "A", "city": "Łódź"})
    assert credential.labels(document) == LABELS | {"city": "City"}
    assert credential.values(document) == {"name": "A", "awarded": "2026-05-30", "city": "Łódź"}


@pytest.mark.parametrize("order", list(itertools.permutations(["zeta", "alpha", "mid"])))
def test_custom_columns_keep_the_order_of_the_batch(order: tuple[str, ...]) -> None:
    row = {"name": "A"} | {field: field.upper() for field in sorted(order)}
    document = unsigned(row, columns={field: field.title() for field in order})
    assert tuple(credential.labels(document))[-3:] == order
    assert tuple(credential.fields(document))[-5:] == (*order, "id", "url")


def test_criteria() -> None:
    achievement = {"name": "A", "description": "B", "criteria": {"url": "https://academy.example.org/criteria"}}
    document = unsigned({"name": "A"}, achievement=achievement)
    assert document["credentialSubject"]["achievement"]["criteria"] == {"id": "https://academy.example.org/criteria"}
    assert credential.fields(document)["criteria"] == "https://academy.example.org/criteria"
    assert signing.prove(document, KEY, DID, STAMP)


def test_an_address_that_would_go_unsigned_is_refused_when_it_is_read() -> None:
    for address in ("https://academy.example.org/<b>", 'https://academy.example.org/"'):
        achievement = {"id": address, "name": "A", "description": "B", "criteria": "C"}
        with pytest.raises(ValidationError, match="must be a web address"):
            unsigned({"name": "A"}, achievement=achievement)


def test_did_and_pages() -> None:
    assert credential.did(config()) == DID
    assert credential.did(config(base_url="http://localhost:8420/a")) == "did:web:localhost%3A8420:a"
    assert credential.page_url(config(), "x") == f"{BASE}/c/x/"


@settings(max_examples=25, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_hostile_texts_stay_data(name: str, score: str, city: str) -> None:
    row = {"name": name, "score": score, "city": city}
    document = unsigned(row)
    assert {**row, "awarded": "2026-05-30"} == credential.values(document)
    assert strict_json.canonical_object(jcs.canonical(document)) == document
    proof = data_integrity.options(data_integrity.RDFC, f"{DID}#{KEY.public}", STAMP, document)
    assert len(data_integrity.hash_data(document, proof)) == 64
    plain = unsigned({"name": "A", "score": "B", "city": "C"})
    assert {**plain, "credentialSubject": None} == {**document, "credentialSubject": None}


@given(st.dates(dt.date(1, 1, 1)))
def test_long_date(day: dt.date) -> None:
    text = credential.long_date(day.isoformat())
    assert text.startswith(f"{day.day} ")
    assert text.endswith(f" {day.year}")
    assert dt.datetime.strptime(f"{text.rpartition(' ')[0]} 2000", "%d %B %Y").replace(tzinfo=dt.UTC).month == day.month
