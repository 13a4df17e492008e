"""The command `issuer verify`: everything that a person can name, the past, and the document that scripts read."""

from __future__ import annotations

import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image

from issuer import records, verifying
from issuer.formats import baking
from tests import forgery
from tests.school import School, found

SCHEMA = json.loads((Path(__file__).parents[1] / "issuer/formats/schemas/verify.schema.json").read_bytes())
ISSUED, REVOKED, REINSTATED = "2026-03-01T08:00:00Z", "2026-05-01T08:00:00Z", "2026-07-01T08:00:00Z"
CORRECTED = "2026-06-01T08:00:00Z"
LATER = "2026-08-01T08:00:00Z"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """Ada is good, Bob was revoked, Cleo was suspended and reinstated, Dan corrected. Published; keys as they are made by default."""
    school = found(tmp_path_factory.mktemp("verify"))
    people = ["Ada,ada@example.org,Morning", "Bob,bob@example.org,Morning", "Cleo,cleo@example.org,Morning", "Dan,dan@example.org,Morning"]
    school.roster(*people)
    school.issuer("--quiet", "issue", now=ISSUED)
    bob, cleo = ids(school)[1:3]
    school.issuer("--quiet", "revoke", bob, "--reason", "Issued by mistake", "--yes", now=REVOKED)
    school.issuer("--quiet", "suspend", cleo, "--reason", "Under review", "--yes", now=REVOKED)
    school.roster(*people[:3], "Daniel,dan@example.org,Morning")
    school.issuer("--quiet", "issue", now=CORRECTED)
    school.issuer("--quiet", "reinstate", cleo, "--reason", "Reviewed", "--yes", now=REINSTATED)
    school.issuer("--quiet", "refresh", now=LATER)
    school.issuer("--quiet", "publish", now=LATER)
    return school


def ids(school: School) -> list[str]:
    """The ids in the order of the roster."""
    return list(dict.fromkeys(record.id for record in records.read(school.root)))


def ask(school: School, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    """The results of `issuer verify`, which fit the schema."""
    document = school.json("verify", *arguments, code=code, now=LATER)
    jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert sum(document["verdicts"].values()) == len(document["results"])
    results: list[dict[str, Any]] = document["results"]
    return results


def codes(result: dict[str, Any]) -> dict[str, str]:
    return {check["name"]: check["code"] for check in result["checks"]}


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (16, 16), "navy").save(stream, "PNG")
    return stream.getvalue()


def test_a_site_and_its_repository_say_the_same(school: School) -> None:
    for target in ("_site", "."):
        results = {result["id"]: result for result in ask(school, target, code=1)}
        ada, bob, cleo, dan = ids(school)
        assert [results[number]["verdict"] for number in (ada, bob, cleo, dan)] == ["valid", "not valid", "valid", "valid"]
        assert codes(results[bob]) == {"status": "revoked"}
        assert results[ada]["checks"] == []
    assert "3 valid, 1 not valid" in school.issuer("verify", "_site", code=1, now=LATER)


def test_several_processes_say_what_one_does(school: School, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one = ask(school, "_site", code=1)
    monkeypatch.setattr(verifying, "_WORTH", 1)
    monkeypatch.setattr(verifying, "_PART", 1)
    monkeypatch.setattr(verifying, "processors", lambda: 2)
    assert ask(school, "_site", code=1) == one
    site = Path(shutil.copytree(school.root / "_site", tmp_path / "site"))
    (site / "c" / ids(school)[0] / "record.json").unlink()
    os.mkfifo(site / "c" / ids(school)[0] / "record.json")
    assert "is no plain file" in school.issuer("--quiet", "verify", str(site), code=3)


@pytest.mark.parametrize("name", ["record.json", "credential.json", "certificate.svg", "certificate.pdf", "badge.png", "card.svg"])
def test_every_file_that_carries_a_credential(school: School, tmp_path: Path, name: str) -> None:
    ada, bob = ids(school)[:2]
    for number, verdict, code in ((ada, "valid", 0), (bob, "not valid", 1)):
        page = school.root / "_site/c" / number
        image = tmp_path / f"plain-{name}"
        image.write_bytes(picture() if name.endswith(".png") else b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>')
        if (page / name).exists():
            shutil.copyfile(page / name, tmp_path / name)
        else:
            school.issuer("bake", str(page / "credential.json"), str(image), "-o", str(tmp_path / name))
        (result,) = ask(school, str(tmp_path / name), "--site", "_site", code=code)
        assert (result["verdict"], result["id"], len(result["checks"])) == (verdict, number, 7)


def test_a_baked_picture_is_baked_anew_and_only_with_a_credential(school: School, tmp_path: Path) -> None:
    ada, bob = (str(school.root / "_site/c" / number / "credential.json") for number in ids(school)[:2])
    plain, baked = tmp_path / "plain.png", tmp_path / "baked.png"
    plain.write_bytes(picture())
    said = school.json("bake", ada, str(plain), "-o", str(baked))
    assert said == {"file": str(baked), "bytes": baked.stat().st_size}
    school.issuer("bake", bob, str(baked), "-o", str(baked))
    assert baking.unbake(baked.read_bytes()) == Path(bob).read_bytes()
    before = baked.read_bytes()
    nothing = tmp_path / "nothing.json"
    for text, said_of_it in ((b"{", "not JSON"), (b"[]", "no Open Badges credential"), (b"{}", "no Open Badges credential")):
        nothing.write_bytes(text)
        assert said_of_it in school.issuer("bake", str(nothing), str(baked), "-o", str(baked), code=1)
    assert "not an SVG" in school.issuer("bake", ada, ada, "-o", str(baked), code=2)
    for start, kind in ((b"\xff\xd8\xff\xe0", "a JPEG"), (b"%PDF-1.7", "a PDF"), (b"GIF89a", "a GIF")):
        nothing.write_bytes(start)
        said_of_it = school.issuer("bake", ada, str(nothing), "-o", str(baked), code=2)
        assert f"this is {kind}, and a credential is baked into an SVG or a PNG" in said_of_it
    for name in ("badge.svg", "badge.jpg", "badge"):
        assert "does not end with .png" in school.issuer("bake", ada, str(plain), "-o", str(tmp_path / name), code=2)
        assert not (tmp_path / name).exists()
    assert "there is no such folder" in school.issuer("bake", ada, str(plain), "-o", str(tmp_path / "new" / "badge.png"), code=2)
    assert not (tmp_path / "new").exists()
    large = tmp_path / "large.png"
    with large.open("wb") as stream:
        stream.truncate(1 << 30)
    assert "is larger" in school.issuer("bake", ada, str(large), "-o", str(baked), code=2)
    assert baked.read_bytes() == before


def test_a_folder_of_files_says_all_of_them(school: School, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "more").mkdir(parents=True)
    ada, bob = ids(school)[:2]
    shutil.copyfile(school.root / "_site/c" / ada / "record.json", inbox / "ada.json")
    shutil.copyfile(school.root / "_site/c" / bob / "certificate.svg", inbox / "more" / "bob.svg")
    (inbox / "photo.png").write_bytes(picture())
    (inbox / "readme.txt").write_text("no certificate", "utf-8")
    results = ask(school, str(inbox), "--site", "_site", code=1)
    assert [Path(result["target"]).name for result in results] == ["ada.json", "bob.svg", "photo.png"]
    assert [result["verdict"] for result in results] == ["valid", "not valid", "cannot tell"]
    assert "no credentials" in results[2]["error"]
    assert "1 valid, 1 not valid, 1 cannot tell" in school.issuer("verify", str(inbox), "--site", "_site", code=1, now=LATER)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "holds no certificates" in school.issuer("verify", str(empty), code=2)


def test_of_several_files_each_valid_one_is_named_with_whose_it_is(school: School, tmp_path: Path) -> None:
    ada, _, cleo, _ = ids(school)
    for name, number in (("ada.json", ada), ("cleo.json", cleo)):
        shutil.copyfile(school.root / "_site/c" / number / "record.json", tmp_path / name)
    files = [str(tmp_path / name) for name in ("ada.json", "cleo.json")]
    for targets in (files, [str(tmp_path)]):
        said = school.issuer("verify", "--site", "_site", *targets, now=LATER).splitlines()
        assert said[0].startswith(f"{files[0]}: valid: Ada — ")
        assert said[1].startswith(f"{files[1]}: valid: Cleo — ")
        assert said[2:] == ["2 valid"]
    assert "Ada" not in school.issuer("verify", "_site", code=1, now=LATER)


def test_a_site_that_is_none_is_told_before_anything_is_checked(school: School, tmp_path: Path) -> None:
    ada = ids(school)[0]
    said = school.issuer("verify", "--site", str(tmp_path / "nodir"), ada, code=2)
    assert f"{tmp_path / 'nodir'}: there is no such folder" in said
    (tmp_path / "file").write_bytes(b"")
    assert "there is no such folder" in school.issuer("verify", "--site", str(tmp_path / "file"), ada, code=2)
    said = school.issuer("verify", "--site", str(tmp_path), ada, code=2)
    assert "is no published site" in said
    assert "trust/keys.json" in said


def test_outside_a_repository_the_hint_names_the_options_that_help(school: School, tmp_path: Path) -> None:
    shutil.copy(next((school.root / "_site" / "c").glob("*/record.json")), tmp_path / "record.json")
    stranger = School(tmp_path, Path())
    online = "Add --online to fetch it from the issuer's public site, or name a copy of that site with --site FOLDER."
    hints = {check["code"]: check["hint"] for check in ask(stranger, "record.json", code=1)[0]["checks"]}
    assert hints["did-missing"] == hints["list-missing"] == online
    assert hints["issuer-unknown"] == "If you know from elsewhere who issues it, name them with --issuer DID."
    shutil.copy(tmp_path / "record.json", tmp_path / "another.json")
    said = stranger.issuer("verify", "record.json", "another.json", code=1, now=LATER)
    assert said.splitlines()[-2:] == ["2 cannot tell", f"hint: {online}"]
    shutil.copytree(school.root / "_site", tmp_path / "half")
    (tmp_path / "half" / "did.json").unlink(missing_ok=True)
    (tmp_path / "half" / ".well-known" / "did.json").unlink(missing_ok=True)
    hints = {check["code"]: check["hint"] for check in ask(stranger, "--site", "half", "record.json", code=1)[0]["checks"]}
    assert hints["did-missing"].startswith("The folder given with --site does not have it")
    hints = {check["code"]: check["hint"] for check in ask(stranger, "--as-of", "2026-06-30", "record.json", code=1)[0]["checks"]}
    assert hints["did-missing"] == "The past is told by the issuer's log: name a copy of the whole site with --site FOLDER."


def test_one_target_that_cannot_be_read_does_not_hide_the_others(school: School) -> None:
    ada, unknown = ids(school)[0], "0" * 26
    assert "has no certificate" in school.issuer("verify", "--site", "_site", unknown, code=1, now=LATER)
    results = ask(school, "--site", "_site", ada, unknown, code=1)
    assert [result["verdict"] for result in results] == ["valid", "cannot tell"]
    assert ask(school, "--site", "_site", ada, "nobody.json", code=2)[1]["error"] == "nobody.json: there is no such file"
    document = school.json("verify", "nobody.json", code=2)
    jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert document["place"] == "nobody.json"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("token.jwt", b"eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJkaWQ6d2ViOng.c2lnbmF0dXJl", "format-unsupported"),
        ("old.json", b'{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential"]}', "format-unsupported"),
        ("list.json", b"[]", "not-a-credential"),
        ("empty.json", b"", "not-json"),
    ],
)
def test_what_is_not_supported_is_never_valid_and_never_forged(school: School, tmp_path: Path, name: str, text: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(text)
    (result,) = ask(school, str(tmp_path / name), code=1)
    assert codes(result)["document"] == code
    assert result["verdict"] == ("cannot tell" if "unsupported" in code else "not valid")


def test_a_badge_of_a_did_key_needs_nothing_else(school: School, tmp_path: Path) -> None:
    did = f"did:key:{forgery.OTHER.public}"
    value = forgery.credential(issuer={"id": did, "type": ["Profile"]}, id="urn:uuid:1", credentialStatus=None)
    (tmp_path / "badge.json").write_text(json.dumps(forgery.signed(value, forgery.OTHER, did=did), indent=2), "utf-8")
    (result,) = ask(School(tmp_path, school.key_file), "--issuer", did, "badge.json")
    assert (result["verdict"], result["issuer"], result["id"]) == ("valid", did, "urn:uuid:1")
    (result,) = ask(School(tmp_path, school.key_file), "badge.json", code=1)
    assert codes(result)["issuer"] == "issuer-unknown"


@pytest.mark.parametrize("where", [["--site", "_site"], []])
def test_the_log_tells_what_was_valid_then(school: School, where: list[str]) -> None:
    ada, bob, cleo, _ = ids(school)
    for number, day, verdict, code in (
        (ada, "2026-02-28", "not valid", "logged-later"),
        (ada, "2026-03-01", "valid", None),
        (bob, "2026-04-30", "valid", None),
        (bob, "2026-05-01", "not valid", "revoked-then"),
        (bob, "2026-05-01T07:59:59Z", "valid", None),
        (cleo, "2026-06-30", "not valid", "suspended-then"),
        (cleo, "2026-07-01", "valid", None),
    ):
        (result,) = ask(school, *where, "--as-of", day, number, code=0 if verdict == "valid" else 1)
        assert result["verdict"] == verdict, (number, day)
        assert code is None or code in codes(result).values()
    results = ask(school, "--as-of", "2026-05-15", "_site" if where else ".", code=1)
    assert [result["id"] for result in results if result["verdict"] == "valid"] == [ada]


def test_a_corrected_certificate_is_judged_by_the_version_of_that_day(school: School, tmp_path: Path) -> None:
    dan = ids(school)[3]
    old = next(record for record in records.read(school.root) if record.id == dan)
    (tmp_path / "dan.json").write_bytes(old.record_json())
    copy = str(tmp_path / "dan.json")
    (now,) = ask(school, copy, code=1)
    assert (now["verdict"], codes(now)["status"]) == ("not valid", "replaced")
    for arguments in ([dan], [copy], [copy, "--site", "_site"]):
        (then,) = ask(school, "--as-of", "2026-05-31", *arguments)
        assert then["verdict"] == "valid"
    (then,) = ask(school, "--as-of", "2026-06-01", copy, code=1)
    assert codes(then)["status"] == "replaced-then"
    (then,) = ask(school, "--as-of", "2026-05-31", dan, "--site", "_site", code=1)
    assert codes(then)["log"] == "corrected-later"
    assert "Dan —" in school.issuer("verify", "--as-of", "2026-05-31", dan, now=LATER)
    assert "Daniel —" in school.issuer("verify", "--as-of", "2026-06-01", dan, now=LATER)


def test_the_past_is_not_told_from_half_a_log(school: School, tmp_path: Path) -> None:
    site = Path(shutil.copytree(school.root / "_site", tmp_path / "site"))
    ada = ids(school)[0]
    bundle = max((site / "log/tile/entries").rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0)
    whole = bundle.read_bytes()
    for broken, said in ((whole[:-1], "not an entry bundle"), (whole[2 + int.from_bytes(whole[:2], "big") :], "entries, not")):
        bundle.write_bytes(broken)
        assert said in school.issuer("verify", "--site", str(site), "--as-of", "2026-04-01", ada, code=1, now=LATER)
    bundle.write_bytes(whole.replace(b"2026-05-01", b"2026-05-02"))
    said = school.issuer("verify", "--site", str(site), "--as-of", "2026-04-01", ada, code=1, now=LATER)
    assert "does not match the checkpoint" in said
    shutil.rmtree(site / "log")
    assert "has no log" in school.issuer("verify", "--site", str(site), "--as-of", "2026-04-01", ada, code=2, now=LATER)


@pytest.mark.parametrize(
    ("text", "said"), [("2026-13-01", "no date"), ("yesterday", "no date"), ("2026-08-02", "not yet"), ("", "no date")]
)
def test_a_moment_is_a_past_day_or_a_timestamp(school: School, text: str, said: str) -> None:
    assert said in school.issuer("verify", "--as-of", text, "_site", code=2, now=LATER)


def test_the_verdict_names_the_moment_that_was_asked_about(school: School) -> None:
    ada = ids(school)[0]

    def last(*arguments: str, code: int = 0) -> str:
        return school.issuer("verify", *arguments, code=code, now=LATER).splitlines()[-1]

    assert last("--as-of", "2026-03-02", ada) == "valid on 2026-03-02"
    assert last("--as-of", "2026-03-02T12:00:00Z", ada) == "valid at 2026-03-02T12:00:00Z"
    assert last("--as-of", "2026-02-28", ada, code=1).startswith("not valid on 2026-02-28: It was issued only on ")
    assert last("--as-of", "2026-05-15", "_site", code=1).endswith(" on 2026-05-15")
    assert last(ada) == "valid"
    early = school.issuer("verify", "--as-of", "2026-02-28", ada, code=1, now=LATER)
    assert "not-yet-valid-then" in early
    assert "your computer" not in early


def test_today_is_a_day_of_the_past(school: School) -> None:
    document = school.json("verify", "--as-of", LATER[:10], "_site", code=1, now=LATER)
    assert document["as_of"] == LATER
