"""Columns that Open Badges has a place for, columns of one's own, and how long certificates are valid: roster and batch.yml → plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from issuer import credential
from issuer.achievement_config import ACHIEVEMENT_FIELDS, ACHIEVEMENT_TYPES
from issuer.batch import Batch, content_digest
from issuer.batch_config import DAY_FIELDS, PLACED_FIELDS, RESERVED_FIELDS
from issuer.credential import StatusEntry
from issuer.errors import ConfigError, IntegrityError
from issuer.formats import open_badges
from issuer.planning import Known, Plan
from issuer.roster.findings import Code
from issuer.signed_fields import MEMBERS
from tests.credentials import LIST, config
from tests.make_credential_vectors import achievement
from tests.test_batch import NOW, issued, plan, put

HEAD = "achievement: {name: Python 101, description: Ten evenings., criteria: Passed.}\n"
AWARDED = HEAD + "awarded: 2026-05-30\n"
TARGET = "{name: A, url: 'https://a.example.org'}"
ID = "7cxcnxrhr3pn0prhepct02hp1x"


def one(tmp_path: Path, field: str, cell: str, *, column: str = "{column: X}", settings: str = AWARDED) -> Plan:
    """The plan of a roster of one person with one further column."""
    quoted = cell.replace('"', '""')
    return plan(put(tmp_path, f'Name,X\nAda Boole,"{quoted}"\n', f"{settings}columns: {{name: Name, {field}: {column}}}\n"))


def codes(done: Plan) -> list[Code]:
    return [found.code for found in done.findings]


@pytest.mark.parametrize(
    ("field", "cell", "signed"),
    [
        ("credits", "5", "5"),
        ("credits", "5.0", "5"),
        ("credits", "2.50", "2.5"),
        ("credits", "2,5", "2.5"),
        ("credits", "0,25", "0.25"),
        ("credits", "1000000", "1000000"),
        ("credits", "007", "7"),
        ("evidence", "https://portfolio.example.org/ada?x=1#top", "https://portfolio.example.org/ada?x=1#top"),
        ("evidence", "https://portfolio.example.org/@ada", "https://portfolio.example.org/@ada"),
        ("image", "http://pictures.example.org", "http://pictures.example.org"),
        ("started", "2026-01-05", "2026-01-05"),
        ("ended", "2026-01-05T00:00:00", "2026-01-05"),
        ("renews", ID.upper(), ID),
        ("renews", f"https://certificates.example.org/c/{ID}/", ID),
        ("renews", f"https://certificates.example.org/c/{ID}", ID),
        ("licence", "= 12/3", "= 12/3"),
        ("role", "  First   Mate ", "First Mate"),
    ],
)
def test_what_a_cell_becomes(tmp_path: Path, field: str, cell: str, signed: str) -> None:
    done = one(tmp_path, field, cell)
    assert [row.values[field] for row in done.rows] == [signed]
    assert not done.blocks


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        *(
            ("credits", cell, Code.CREDITS_INVALID)
            for cell in ("five", "1,500", "1.2345", "-1", "1e3", "1000001", "٣", "5 ECTS", "1.000,5")
        ),
        *(
            ("evidence", cell, Code.LINK_INVALID)
            for cell in ("portfolio", "ftp://a.example.org", "https://a b.example.org", "https://é.example.org")
        ),
        *(
            ("image", cell, Code.LINK_INVALID)
            for cell in ("https://a.example.org/<b>", "javascript:alert(1)", "https://localhost", "https://")
        ),
        ("evidence", "see https://a.example.org/ or ada@example.org", Code.ADDRESS_PUBLIC),
        ("started", "5.1.2026", Code.DATE_AMBIGUOUS),
        ("started", "5. Mai 2026", Code.DATE_INVALID),
        *(("renews", cell, Code.RENEWAL_UNKNOWN) for cell in ("x", ID[1:], f"{ID}x", f"http://x/{ID}", "8" * 26)),
    ],
)
def test_what_a_cell_cannot_be(tmp_path: Path, field: str, cell: str, code: Code) -> None:
    done = one(tmp_path, field, cell)
    assert codes(done) == [code]
    assert (len(done.rows), done.blocked) == (0, 1)


@pytest.mark.parametrize("how", ["as: result", "as: field", "result: RawScore", "result: 'ext:Points'"])
def test_a_known_word_can_be_a_field_of_ones_own(tmp_path: Path, how: str) -> None:
    done = one(tmp_path, "credits", "many", column=f"{{column: X, label: Points, {how}}}")
    assert next(iter(done.rows)).values["credits"] == "many"
    document = built(
        put(tmp_path, settings=f"{AWARDED}columns: {{name: X, credits: {{column: X, label: Points, {how}}}}}"), next(iter(done.rows)).values
    )
    assert credential.fields(document)["credits"] == "many"
    assert credential.labels(document)["credits"] == "Points"
    assert "creditsEarned" not in document["credentialSubject"]
    kinds = [item["resultType"] for item in document["credentialSubject"]["achievement"].get("resultDescription", [])]
    assert kinds == ([] if how == "as: field" else ["RawScore" if "Raw" in how else "ext:Points" if "ext" in how else "Result"])


def built(batch: Batch, values: Any, **more: Any) -> dict[str, Any]:
    return credential.build(config(), batch, values, identifier=ID, status=StatusEntry(LIST, 1), now=NOW, **more)


def test_only_the_first_five_fields_are_found_by_their_header(tmp_path: Path) -> None:
    headers = "Name,Awarded,Language,Role,Term,Credits,Narrative,Evidence,Image,Renews,Started,Ended,Licence"
    done = plan(put(tmp_path, f"{headers}\nAda,2026-01-02,en,a,b,c,d,e,f,g,h,i,j\n", HEAD))
    assert [field for field, _ in done.public] == ["name", "awarded", "language"]
    assert done.private == tuple(headers.split(",")[3:])


@pytest.mark.parametrize(
    ("field", "known"),
    [("license", "licence"), ("licencenumber", "licence"), ("credit", "credits"), ("evidnce", "evidence"), ("renew", "renews")],
)
def test_a_misspelt_word_blocks_unless_it_is_claimed(tmp_path: Path, field: str, known: str) -> None:
    done = one(tmp_path, field, "7")
    assert Code.FIELD_MISSPELT in codes(done)
    assert any(f"did you mean `{known}`?" in found.hint for found in done.findings)
    assert not one(tmp_path, field, "7", column="{column: X, as: result}").blocks


@pytest.mark.parametrize("field", ["game", "terms", "roles", "rule", "images", "sorted", "edited", "rated", "status"])
def test_everyday_words_stay_ones_own(tmp_path: Path, field: str) -> None:
    assert not one(tmp_path, field, "7").blocks


def test_an_activity_cannot_end_before_it_begins(tmp_path: Path) -> None:
    settings = AWARDED + "columns: {name: Name, started: From, ended: To}\n"
    done = plan(put(tmp_path, "Name,From,To\nA,2026-02-01,2026-01-31\nB,2026-02-01,2026-02-01\nC,,2026-01-01\n", settings))
    assert codes(done) == [Code.ENDED_EARLY]
    assert [row.line for row in done.rows] == [3, 4]


@pytest.mark.parametrize(
    ("roster", "settings", "until"),
    [
        ("Name\nAda\n", AWARDED + "valid_for: 2 years\n", "2028-05-30"),
        ("Name\nAda\n", AWARDED + "valid_for: P1M\n", "2026-06-30"),
        ("Name,Awarded\nAda,2026-01-31\n", HEAD + "valid_for: 13 months\n", "2027-02-28"),
        ("Name,Awarded\nAda,2026-01-31\n", AWARDED + "valid_for: 13 months\n", "2027-02-28"),
        ("Name,valid_until\nAda,2030-01-01\n", AWARDED + "valid_for: 2 years\n", "2030-01-01"),
        ("Name,valid_until\nAda,\n", AWARDED + "valid_for: 2 years\n", "2028-05-30"),
        ("Name\nAda\n", AWARDED + "valid_until: 2030-01-01\n", "2030-01-01"),
    ],
)
def test_how_long(tmp_path: Path, roster: str, settings: str, until: str) -> None:
    batch = put(tmp_path, roster, settings)
    done = plan(batch)
    assert [row.values["valid_until"] for row in done.rows] == [until]
    assert built(batch, next(iter(done.rows)).values)["validUntil"] == f"{until}T23:59:59Z"
    assert content_digest(batch, next(iter(done.rows)).values) == next(iter(done.rows)).content


def test_an_award_so_long_ago_that_it_has_ended_is_told(tmp_path: Path) -> None:
    done = plan(put(tmp_path, "Name,Awarded\nAda,2024-01-31\n", HEAD + "valid_for: 1 year\n"))
    assert codes(done) == [Code.VALID_UNTIL_PASSED]
    assert "2025-01-31" in done.findings[0].message
    assert Code.VALID_UNTIL_PASSED in codes(plan(put(tmp_path, "Name\nAda\n", HEAD + "awarded: 2024-01-31\nvalid_for: 1 year\n")))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (AWARDED + "valid_for: 2 years\nvalid_until: 2030-01-01\n", "take one of the two out"),
        (AWARDED + "valid_for: soon\n", "'soon' is no duration such as 2 years, 18 months, 90 days or P2Y"),
        (AWARDED + "valid_for: 2\n", "valid_for"),
        (AWARDED + "image: picture.png\n", "must be a web address"),
        (HEAD.replace("{name", "{type: Certifcate, name"), "did you mean 'Certificate'?"),
        (HEAD.replace("{name", "{type: master degree, name"), "did you mean 'MasterDegree'?"),
        (HEAD.replace("{name", "{type: Xyzzy, name"), "it knows Achievement, ApprenticeshipCertificate"),
        (HEAD.replace("{name", "{type: 'ext:a b', name"), "begins with ext:"),
        (HEAD.replace("{name", "{credits: -1, name"), "greater than or equal to 0"),
        (HEAD.replace("{name", "{credits: .nan, name"), "finite"),
        (HEAD.replace("{name", "{credits: '5', name"), "credits"),
        (HEAD.replace("{name", "{alignment: [{name: A}], name"), "the key 'achievement.alignment.0.url' is missing"),
        (HEAD.replace("{name", "{alignment: [{name: A, url: 'https://a.example.org', type: CFItm}], name"), "did you mean 'CFItem'?"),
        (HEAD.replace("{name", f"{{alignment: [{TARGET}, {TARGET}], name"), "the same twice"),
        (HEAD.replace("{name", "{tags: [a, a], name"), "the same twice"),
        (AWARDED + "columns: {x: {column: X, as: fild}}\n", "columns.x.as"),
        (AWARDED + "columns: {x: {column: X, result: Percentage}}\n", "did you mean 'Percent'?"),
        (AWARDED + "columns: {x: {column: X, result: Percent, as: field}}\n", "take one of the two out"),
        (AWARDED + "columns: {email: {column: X, as: field}}\n", "has a place of its own"),
        (AWARDED + "columns: {role: {column: X, label: Rank}}\n", "take `label` out, or add `as: result`"),
        (AWARDED + "columns: {licence: No}\n", "columns.licence: is no text: put the column's header in quotes"),
        (AWARDED + "columns: {licence: 123}\n", "columns.licence: is no text: put the column's header in quotes"),
        (AWARDED + "template: membership.svg\n", "in small letters, digits and -, without .svg; did you mean 'membership'?"),
        (AWARDED + "template: My Template\n", "in small letters, digits and -, without .svg; did you mean 'my-template'?"),
        (AWARDED + "columns: {achievement_type: X}\n", "is taken by the certificate itself"),
        (AWARDED + "columns: {started_long: X}\n", "is taken by the certificate itself"),
    ],
)  # fmt: skip
def test_settings_that_are_refused(tmp_path: Path, settings: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        put(tmp_path, settings=settings)
    assert said in str(error.value)
    assert error.value.place is not None
    assert (error.value.place.line is None) == ("valid_for" in settings and "valid_until" in settings)  # two lines, not one


@pytest.mark.parametrize("kind", ACHIEVEMENT_TYPES)
def test_every_type_of_the_standard_is_taken(tmp_path: Path, kind: str) -> None:
    batch = put(tmp_path, settings=AWARDED.replace("{name", f"{{type: {kind}, name"))
    assert credential.fields(built(batch, {"name": "A"}))["achievement_type"] == kind


def test_the_table_of_members_is_complete() -> None:
    keys = [member.key for member in MEMBERS]
    assert len(set(keys)) == len(keys)
    assert set(keys) == {*PLACED_FIELDS, *ACHIEVEMENT_FIELDS}
    assert set(ACHIEVEMENT_FIELDS) <= RESERVED_FIELDS
    assert {member.key for member in MEMBERS if member.kind == "day"} == {*DAY_FIELDS} - {"awarded", "valid_until"}


CHANGES: list[tuple[str, str]] = [
    ("awarded: 2026-05-30", "awarded: 2026-05-31"),
    ("awarded: 2026-05-30", "awarded: 2026-05-30\nvalid_for: 1 year"),
    ("awarded: 2026-05-30", "awarded: 2026-05-30\nimage: https://pictures.example.org/new.png"),
    ("role: {column: X}", "role: {column: X, as: result}"),
    ("own: {column: X}", "own: {column: X, as: field}"),
    ("own: {column: X}", "own: {column: X, result: Percent}"),
    ("own: {column: X}", "own: {column: X, label: Other}"),
    *((f'"{name}": {json.dumps(value)}', f'"{name}": {json.dumps(other)}') for name, value, other in (
        ("credits", 5.0, 6.0), ("code", "SB-101", "SB-102"), ("version", "3", "4"), ("specialization", "Clinker", "Carvel"),
        ("field_of_study", "Shipbuilding", "Ships"), ("type", "ext:Workshop", "Course"), ("framework", "Skills at Sea", "Skills"),
        ("image", "https://pictures.example.org/boat.png", "https://pictures.example.org/ship.png"),
    )),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_whatever_changes_the_credential_is_a_correction_and_what_does_not_is_none(tmp_path: Path, old: str, new: str) -> None:
    settings = f"achievement: {json.dumps(achievement())}\nawarded: 2026-05-30\n"
    settings += "columns:\n  name: Name\n  role: {column: X}\n  own: {column: X}\n"
    assert old in settings
    before = put(tmp_path, "Name,X\nAda,7\n", settings)
    known = issued(plan(before))
    assert [row.action for row in plan(before, known).rows] == ["unchanged"]
    after = put(tmp_path, "Name,X\nAda,7\n", settings.replace(old, new, 1))
    done = plan(after, known)
    assert [row.action for row in done.rows] == ["corrected"]
    assert built(before, next(iter(plan(before).rows)).values) != built(after, next(iter(done.rows)).values)


def test_a_changed_cell_is_told_old_and_new(tmp_path: Path) -> None:
    settings = AWARDED + "columns: {name: Name, credits: X, evidence: Y}\n"
    batch = put(tmp_path, 'Name,X,Y\nAda,"2,5",https://a.example.org\n', settings)
    row = next(iter(plan(batch).rows))
    known = {row.key: Known(ID, row.content, credential.values(built(batch, row.values)))}
    assert next(iter(plan(batch, known).rows)).action == "unchanged"
    done = plan(put(tmp_path, "Name,X,Y\nAda,3,\n", settings), known)
    assert next(iter(done.rows)).changes == (("credits", "2.5", "3"), ("evidence", "https://a.example.org", ""))


def test_nothing_is_built_that_drops_a_value_or_does_not_fit(tmp_path: Path) -> None:
    batch = put(tmp_path)
    with pytest.raises(IntegrityError, match="does not say what the row says of ship, renews"):
        built(batch, {"name": "A", "ship": "Petrel", "renews": ID})
    with pytest.raises(IntegrityError, match=f"does not fit schemas/{open_badges.ISSUED} at /awardedDate"):
        built(batch, {"name": "A", "awarded": "someday"})
