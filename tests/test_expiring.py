"""issuer expiring: who is due, the batch that renews them, and what links the new certificates to the old."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
from pathlib import Path

import pytest

from issuer import batch as batches
from issuer import batch_renewal, credential, records
from issuer.errors import ConfigError
from issuer.formats import open_badges
from issuer.records import Record
from tests.school import BATCH, School, found
from tests.test_batch import put

JANUARY, LATER, AFTER = "2026-01-31T08:00:00Z", "2026-12-15T08:00:00Z", "2027-02-15T08:00:00Z"
NEW = "2027-01-second"
PEOPLE = ("Ada Boole,ada@example.org,Morning", "Mary Byron,mary@example.org,Evening", "Zoë O'Neill,zoe@example.org,Evening")


@pytest.fixture
def school(tmp_path: Path) -> School:
    """Three certificates, awarded on 2026-01-30 and valid for a year."""
    made = found(tmp_path)
    edit(made.batch, "awarded: 2026-01-30", "valid_for: 1 year\nawarded: 2026-01-30")
    made.roster(*PEOPLE)
    made.issuer("--quiet", "issue", now=JANUARY)
    return made


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "batch.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def due(school: School, *options: str, now: str = LATER) -> dict[str, dict[str, object]]:
    return {item["name"]: item for item in school.json("expiring", *options, now=now)["certificates"]}


def by_name(school: School, batch: str = BATCH) -> dict[str, Record]:
    return {credential.recipient(record.credential): record for record in records.current(school.root, batch)}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def renew(school: School, *, now: str = AFTER) -> Path:
    """Write the renewal batch and fill in its date."""
    school.issuer("--quiet", "expiring", "--write", NEW, now=now)
    folder = school.root / "records" / NEW
    edit(folder, "# awarded:  ", "awarded: 2027-02-14 #")
    return folder


def test_who_is_due(school: School) -> None:
    assert due(school, now=JANUARY) == {}
    assert due(school, "--within", "45 days") == {}
    found_then = due(school, "--within", "46 days")
    assert set(found_then) == {"Ada Boole", "Mary Byron", "Zoë O'Neill"}
    ada = by_name(school)["Ada Boole"]
    assert found_then["Ada Boole"] == {
        "id": ada.id,
        "url": ada.credential["id"],
        "name": "Ada Boole",
        "achievement": "First Certificate",
        "batch": BATCH,
        "valid_until": "2027-01-30",
        "ended": False,
        "state": "",
        "renewed_by": None,
    }
    assert due(school, now="2027-01-30T23:00:00Z")["Ada Boole"]["ended"] is False
    assert due(school, now="2027-01-31T00:00:00Z")["Ada Boole"]["ended"] is True
    shown = school.issuer("--quiet", "expiring", now=AFTER)
    assert f"2027-01-30 ended {ada.id}  Ada Boole: First Certificate ({BATCH})" in shown
    assert "3 certificates: 3 ended, 0 to end by 2027-04-16." in shown


def test_revoked_ones_are_left_out_and_suspended_ones_say_so(school: School) -> None:
    people = by_name(school)
    school.issuer("--quiet", "revoke", people["Ada Boole"].id, "--reason", "Issued by mistake", now=LATER)
    school.issuer("--quiet", "suspend", people["Mary Byron"].id, "--reason", "Under review", now=LATER)
    found_then = due(school)
    assert {name: item["state"] for name, item in found_then.items()} == {"Mary Byron": "suspended", "Zoë O'Neill": ""}


def test_a_correction_counts_as_it_stands(school: School) -> None:
    edit(school.batch, "valid_for: 1 year", "valid_for: 5 years")
    school.issuer("--quiet", "issue", now=LATER)
    assert due(school, now=AFTER) == {}
    assert due(school, "--within", "P5Y", now=AFTER)["Ada Boole"]["valid_until"] == "2031-01-30"


def test_a_table_outside_the_repository(school: School, tmp_path: Path) -> None:
    path = tmp_path / "due.csv"
    school.issuer("--quiet", "expiring", "--csv", str(path), now=AFTER)
    table = rows(path)
    assert [row["name"] for row in table] == ["Ada Boole", "Mary Byron", "Zoë O'Neill"]
    assert {(row["until"], row["state"], row["renewed by"], row["batch"]) for row in table} == {("2027-01-30", "ended", "", BATCH)}
    assert table[0]["link"].endswith(f"/c/{table[0]['id']}/")
    assert path.stat().st_mode & 0o777 == 0o600
    assert "lies inside the repository" in school.issuer("--quiet", "expiring", "--csv", "due.csv", code=2, now=AFTER)


def test_the_new_batch_is_the_old_one_without_its_dates(school: School) -> None:
    school.roster(PEOPLE[0].replace("ada@", "ada.boole@"), PEOPLE[2], "New Comer,new@example.org,Morning")
    said = school.issuer("--quiet", "expiring", "--write", NEW, now=AFTER)
    folder = school.root / "records" / NEW
    people = by_name(school)
    assert f"left out: Mary Byron ({people['Mary Byron'].id})" in said
    assert f"left out: Ada Boole ({people['Ada Boole'].id})" in said  # another address is another row
    assert f"Wrote records/{NEW}: 1 row." in said
    assert rows(folder / "roster.csv") == [
        {"Name": "Zoë O'Neill", "E-mail": "zoe@example.org", "Course": "Evening", "Renews": people["Zoë O'Neill"].id}
    ]
    text = (folder / "batch.yml").read_text("utf-8")
    old = (school.batch / "batch.yml").read_text("utf-8")
    kept = [line for line in old.splitlines() if not line.startswith("awarded:")]
    assert [line for line in text.splitlines() if line in kept] == kept
    assert batches.load(school.root, NEW).config.awarded is None
    assert "nothing says when the certificates are awarded" in school.issuer("--quiet", "check", NEW, code=1, now=AFTER)


def test_renewed_certificates_name_the_old_ones(school: School) -> None:
    old = by_name(school)
    folder = renew(school)
    planned = school.issuer("--quiet", "check", NEW, now=AFTER)
    assert f"new: line 2: Ada Boole, renews {old['Ada Boole'].id} (valid until 2027-01-30), course: Morning" in planned
    school.issuer("--quiet", "issue", now=AFTER)
    new = by_name(school, NEW)
    assert {name: record.renews for name, record in new.items()} == {name: record.id for name, record in old.items()}
    for name, record in new.items():
        (link,) = record.credential["relatedResource"]
        before = old[name].record_json()
        assert link["id"] == f"{old[name].credential['id']}record.json"
        assert base64.b64decode(link["digestSRI"].removeprefix("sha256-")) == hashlib.sha256(before).digest()
        assert open_badges.first_unfit(json.loads(record.credential_json())) is None
        assert credential.fields(record.credential)["renews"] == old[name].id
        assert record.credential["credentialSubject"]["achievement"]["id"] == old[name].credential["credentialSubject"]["achievement"]["id"]
    logged = [json.loads(line) for line in (school.root / "records/log/entries-0001.jsonl").read_text("utf-8").splitlines()]
    links = {entry["record"]: entry["renews"] for entry in logged if "renews" in entry}
    assert links == {new[name].digest(): old[name].digest() for name in old}
    assert {item["renewed_by"] for item in due(school, now=AFTER).values()} == {record.id for record in new.values()}
    assert "nobody is left to renew" in school.issuer("--quiet", "expiring", "--write", "2027-01-third", code=1, now=AFTER)
    assert school.json("check", now=AFTER)["blocked"] is False
    assert school.json("issue", now=AFTER)["signed"] == 0
    assert [row["Renews"] for row in rows(folder / "roster.csv")] == [old[name].id for name in old]


def test_a_renewal_that_was_revoked_can_be_made_again(school: School) -> None:
    renew(school)
    school.issuer("--quiet", "issue", now=AFTER)
    school.issuer("--quiet", "revoke", by_name(school, NEW)["Ada Boole"].id, "--reason", "Wrong exam", now=AFTER)
    assert due(school, now=AFTER)["Ada Boole"]["renewed_by"] is None
    said = school.issuer("--quiet", "expiring", "--write", "2027-01-third", now=AFTER)
    assert "1 row." in said
    edit(school.root / "records" / "2027-01-third", "# awarded:  ", "awarded: 2027-02-14 #")
    assert school.json("check", "2027-01-third", now=AFTER)["batches"][0]["new"] == 1


def test_a_corrected_renewal_keeps_its_link(school: School) -> None:
    folder = renew(school)
    school.issuer("--quiet", "issue", now=AFTER)
    first = by_name(school, NEW)["Ada Boole"]
    school.issuer("--quiet", "revoke", by_name(school)["Ada Boole"].id, "--reason", "Too late", now=AFTER)
    path = folder / "roster.csv"
    path.write_text(path.read_text("utf-8").replace("Morning", "Noon"), "utf-8")
    school.issuer("--quiet", "issue", now=AFTER)
    second = by_name(school, NEW)["Ada Boole"]
    assert (second.revision, second.renews) == (2, first.renews)
    assert second.credential["relatedResource"] == first.credential["relatedResource"]


@pytest.mark.parametrize(
    ("cell", "name", "code"),
    [
        ("{mary}", "Mary Byron", None),
        ("{mary}", "MARY  Byron", None),
        ("{mary}", "Mary Shelley", "renewal-of-another"),
        ("", "Mary Byron", None),
        ("7cxcnxrhr3pn0prhepct02hp1x", "Mary Byron", "renewal-unknown"),
        ("{revoked}", "Ada Boole", "renewal-revoked"),
        ("https://certificates.example.org/c/{mary}/", "Mary Byron", None),
    ],
)
def test_what_a_row_may_renew(school: School, cell: str, name: str, code: str | None) -> None:
    people = by_name(school)
    school.issuer("--quiet", "revoke", people["Ada Boole"].id, "--reason", "Issued by mistake", now=LATER)
    ids = {"mary": people["Mary Byron"].id, "revoked": people["Ada Boole"].id}
    by_hand(school, f"{name},{cell.format(**ids)}")
    blocked = code in ("renewal-unknown", "renewal-revoked")
    plan = school.json("check", NEW, code=int(blocked), now=AFTER)["batches"][0]
    assert [finding["code"] for finding in plan["findings"]] == ([code] if code else [])
    assert (plan["new"], plan["blocked"]) == ((0, 1) if blocked else (1, 0))


def by_hand(school: School, *lines: str) -> None:
    folder = school.root / "records" / NEW
    folder.mkdir()
    settings = "achievement: {name: A, description: B, criteria: C}\nawarded: 2027-02-14\ncolumns: {name: Name, renews: Old}\n"
    (folder / "batch.yml").write_text(settings, "utf-8")
    (folder / "roster.csv").write_text("\n".join(["Name,Old", *lines]) + "\n", "utf-8")


def test_nobody_is_renewed_twice(school: School) -> None:
    mary = by_name(school)["Mary Byron"].id
    by_hand(school, f"Mary Byron,{mary}", f"Mary B. Byron,{mary}")
    plan = school.json("check", NEW, code=1, now=AFTER)["batches"][0]
    assert [(finding["code"], finding["line"]) for finding in plan["findings"]] == [("renewal-twice", 3)]
    roster = school.root / "records" / NEW / "roster.csv"
    roster.write_text(f"Name,Old\nMary Byron,{mary}\n", "utf-8")
    school.issuer("--quiet", "issue", now=AFTER)
    renewed = by_name(school, NEW)["Mary Byron"].id
    roster.write_text(f"Name,Old\nMary Byron,{mary}\nMary B. Byron,{mary}\n", "utf-8")
    plan = school.json("check", NEW, code=1, now=AFTER)["batches"][0]
    assert [finding["code"] for finding in plan["findings"]] == ["renewal-twice"]
    assert renewed in plan["findings"][0]["message"]


def test_what_is_asked_wrongly(school: School) -> None:
    assert "no duration" in school.issuer("--quiet", "expiring", "--within", "soon", code=2)
    assert "there is no batch 'x'" in school.issuer("--quiet", "expiring", "--batch", "x", code=2)
    assert "is no name of a batch" in school.issuer("--quiet", "expiring", "--write", "New Batch", code=2, now=AFTER)
    assert "is there already" in school.issuer("--quiet", "expiring", "--write", BATCH, code=2, now=AFTER)
    assert "nobody is left to renew" in school.issuer("--quiet", "expiring", "--write", NEW, code=1, now=JANUARY)
    second = school.root / "records" / "2026-01-other"
    second.mkdir()
    (second / "batch.yml").write_bytes((school.batch / "batch.yml").read_bytes())
    (second / "roster.csv").write_bytes((school.batch / "roster.csv").read_bytes())
    school.issuer("--quiet", "issue", now=JANUARY)
    assert "these certificates are of 2 batches" in school.issuer("--quiet", "expiring", "--write", NEW, code=2, now=AFTER)
    assert "Wrote" in school.issuer("--quiet", "expiring", "--batch", "2026-01-other", "--write", NEW, now=AFTER)


STYLES = {
    "block": "achievement:\n  name: A\n  description: B\n  criteria: C\nawarded: 2026-05-30\ncolumns:\n  name: Name\n",
    "flow": "achievement: {name: A, description: B, criteria: C}\nawarded: 2026-05-30\ncolumns: {name: Name}\n",
    "no columns": "achievement: {name: A, description: B, criteria: C}\nawarded: 2026-05-30\n",
    "empty columns": "columns: {}\nachievement: {name: A, description: B, criteria: C}\nawarded: 2026-05-30",
    "an id of its own": "achievement: {id: 'https://a.example.org/1', name: A, description: B, criteria: C}\nawarded: 2026-05-30\n",
    "comments": "valid_until: 2027-01-01  # then it ends\nachievement: {name: A, description: B, criteria: C}\nawarded: 2026-05-30\n",
    "names of files": "achievement: {name: A, description: B, criteria: C}\nroster: roster.csv\nsheet: Graduates\nencoding: windows-1252\n"
    "awarded: 2026-05-30\n",
    "a renewal already": "achievement: {name: A, description: B, criteria: C}\nawarded: 2026-05-30\ncolumns: {renews: Old}\n",
}


@pytest.mark.parametrize("style", list(STYLES))
def test_batch_yml_is_changed_however_it_is_written(tmp_path: Path, style: str) -> None:
    batch = put(tmp_path, "Name,Old,Renews\nAda,x,y\nMary,,\n", STYLES[style])
    address = batch.config.achievement.id or "https://a.example.org/achievements/b"
    made = batch_renewal.make(batch, address, {("", 2): "an id"})
    again = put(tmp_path, made.roster, made.settings.decode(), "c")
    assert again.config.achievement == batch.config.achievement.model_copy(update={"id": address})
    config = again.config
    assert (config.awarded, config.valid_until, config.roster, config.sheet, config.encoding) == (None,) * 5
    header = again.config.columns["renews"].title
    assert header == made.header == ("Old" if style == "a renewal already" else "Renews 2")
    table = rows(again.roster)
    assert [row["Name"] for row in table] == ["Ada"]
    assert table[0][header] == "an id"


def test_a_batch_that_no_program_can_change_is_left_alone(tmp_path: Path) -> None:
    text = "{achievement: {name: A, description: B, criteria: C}, awarded: 2026-05-30}"
    with pytest.raises(ConfigError, match="written in a way that no program can change"):
        batch_renewal.make(put(tmp_path, "Name\nAda\n", text), "https://a.example.org/1", {("", 2): "x"})
    own = "achievement: {name: A, description: B, criteria: C}\ncolumns: {renews: {column: Name, as: result}}\n"
    with pytest.raises(ConfigError, match="a field `renews` of its own"):
        batch_renewal.make(put(tmp_path, "Name\nAda\n", own, "c"), "https://a.example.org/1", {("", 2): "x"})


def test_dates_of_the_rows_are_left_to_fill_in(tmp_path: Path) -> None:
    settings = STYLES["flow"].replace("{name: Name}", "{awarded: Done, valid_until: Ends}")
    batch = put(tmp_path, "Name,Done,Ends,Note\nAda,2026-01-02,2027-01-02,n\n", settings)
    made = batch_renewal.make(batch, "https://a.example.org/1", {("", 2): "x"})
    assert made.roster.decode("utf-8-sig") == "Name,Done,Ends,Note,Renews\nAda,,,n,x\n"
