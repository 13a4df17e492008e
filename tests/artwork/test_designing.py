"""A certificate is drawn from what its record names: the template, the fonts and the brand that it was issued with."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from issuer import credential, design, records
from issuer.artwork import drawing, tools
from issuer.artwork.text import fonts
from issuer.batch_config import FORMATS
from issuer.design import Design
from issuer.errors import FormatError, IntegrityError
from issuer.formats import jcs
from issuer.formats.baking import unbake
from tests.school import School, found

TEMPLATE = """<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 842 595">
<rect x="0" y="0" width="842" height="60" fill="#222222" data-fill="primary"/>
<rect data-image="logo" x="40" y="450" width="90" height="90"/>
<text x="421" y="200" font-size="50" text-anchor="middle" data-box="221 140 400 90">{{ name }}</text>
<rect data-field="qr" x="700" y="450" width="90" height="90"/></svg>"""
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4" fill="#c0ffee"/></svg>'
)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """A school with a brand that issued two certificates and published them."""
    school = found(tmp_path_factory.mktemp("designing"))
    (school.root / "brand").mkdir()
    (school.root / "brand" / "logo.svg").write_text(LOGO)
    (school.root / "templates" / "plain.svg").write_text(TEMPLATE)
    append(school.root / "issuer.yml", 'brand:\n  colours: {primary: "#1B2A44"}\n  logo: brand/logo.svg\n')
    settings = school.batch / "batch.yml"
    settings.write_text(settings.read_text("utf-8").replace("template: default", "template: plain"), "utf-8")
    append(settings, "formats: [card, png, pdf]\n")
    school.people(2)
    school.issuer("--quiet", "issue")
    school.issuer("--quiet", "publish")
    return school


@pytest.fixture
def copy(school: School, tmp_path: Path) -> School:
    """The school, to be spoilt."""
    shutil.copytree(school.root, tmp_path / "school")
    return dataclasses.replace(school, root=tmp_path / "school")


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def first(school: School) -> records.Record:
    return next(records.current(school.root))


def published(school: School) -> Path:
    return school.root / "_site" / "c" / first(school).id


def test_a_record_names_everything_that_decides_how_it_looks(school: School) -> None:
    named = first(school).design
    assert (named.name, named.sha256) == ("plain", hashlib.sha256(TEMPLATE.encode()).hexdigest())
    assert named.fonts == fonts.digest()
    tools = "babel cairo cairosvg fonttools harfbuzz icu numpy pillow segno unicode zlib zlib-ng zopfli"
    assert dict(named.tools).keys() == set(tools.split())
    assert named.colours == (("primary", "#1b2a44"),)
    assert named.pictures == (("logo", hashlib.sha256(LOGO.encode()).hexdigest()),)
    assert design.picture(school.root, named.pictures[0][1]) == LOGO.encode()


def test_every_drawing_that_the_batch_asks_for_is_published_with_the_credential(school: School) -> None:
    folder = published(school)
    assert {path.name for path in folder.iterdir() if path.suffix in (".svg", ".pdf", ".png")} == set(drawing.FILES.values())
    for name in ("certificate.svg", "certificate.png", "card.png"):
        assert unbake((folder / name).read_bytes()) == (folder / "credential.json").read_bytes()
    assert "#1b2a44" in (folder / "certificate.svg").read_text("utf-8")
    assert "#c0ffee" in (folder / "certificate.svg").read_text("utf-8")


def test_every_page_of_the_site_shows_the_logo_of_the_brand_and_no_badge(school: School) -> None:
    site = school.root / "_site"
    for page in (published(school) / "index.html", site / "index.html", site / "trust" / "index.html"):
        header = page.read_text("utf-8").partition("</header>")[0]
        assert "assets/brand-logo.svg" in header
        assert "assets/logo.svg" not in header
    assert b"#c0ffee" in (site / "assets/brand-logo.svg").read_bytes()


def test_what_is_edited_later_changes_no_certificate(copy: School) -> None:
    before = drawing.make(copy.root, (first(copy), FORMATS))
    for name in ("issuer.yml", "templates/plain.svg", "brand/logo.svg"):
        path = copy.root / name
        path.write_text(path.read_text("utf-8").replace("#1B2A44", "#ff0000").replace("#222222", "#ff0000").replace("#c0ffee", "#ff0000"))
    assert drawing.make(copy.root, (first(copy), FORMATS)) == before
    assert "every byte is as in _site" in copy.issuer("--quiet", "publish", "--verify-artwork")


def test_redrawing_names_what_is_not_as_published_and_why(copy: School) -> None:
    folder = published(copy)
    data = (folder / "certificate.pdf").read_bytes()
    (folder / "certificate.pdf").unlink()
    (folder / "certificate.pdf").write_bytes(data[:-1] + b"x")
    (folder / "card.png").unlink()
    said = copy.json("publish", "--verify-artwork", code=1)
    assert said["compared"] == 8
    assert [(one["id"], one["file"], one["how"]) for one in said["differing"]] == [
        (folder.name, f"c/{folder.name}/certificate.pdf", "is different"),
        (folder.name, f"c/{folder.name}/card.png", "is missing"),
    ]
    assert [reason.partition(" ")[2].partition(" was")[0] for reason in said["reasons"]] == ["is different", "is missing"]
    lines = copy.issuer("--quiet", "publish", "--verify-artwork", code=1).splitlines()
    name = credential.recipient(first(copy).credential)
    assert lines[:3] == [
        f"_site/c/{folder.name}/certificate.pdf is different: of {name}",
        f"_site/c/{folder.name}/card.png is missing: of {name}",
        "2 of 8 drawings are not as in _site:",
    ]
    assert lines[-1] == "hint: `issuer publish` writes the site with the right drawings; then upload it again"
    about = copy.root / "_site" / drawing.ABOUT
    assert json.loads(about.read_bytes()) == tools.here()
    about.write_bytes(jcs.canonical({**tools.here(), "fonts": "0" * 64, "tools": {**dict(tools.versions()), "cairo": "1.15.0"}}))
    said = copy.json("publish", "--verify-artwork", code=1)
    assert [reason.partition(":")[0].partition(";")[0] for reason in said["reasons"]] == [
        "it was drawn with other fonts",
        "it was drawn with cairo 1.15.0",
    ]
    assert said["hint"].startswith("`issuer publish` draws everything with what is here")
    assert {path.name for path in folder.iterdir()} >= {"certificate.pdf"}
    assert not (folder / "card.png").exists(), "nothing is written"


def test_redrawing_uses_nothing_that_was_compiled_before(copy: School) -> None:
    plates = sorted(drawing.store(copy.root).folder.glob("reduced/*"))  # type: ignore[union-attr]
    assert plates
    for path in plates:
        data = bytearray(path.read_bytes()[32:])
        data[2:5] = b"\xff\x00\xff"  # the darkest colour
        path.write_bytes(hashlib.sha256(data).digest() + data)
    shutil.rmtree(copy.root / drawing.FOLDER)
    copy.issuer("--quiet", "publish")
    said = copy.json("publish", "--verify-artwork", code=1)
    assert {Path(one["file"]).name for one in said["differing"]} == {"certificate.png", "card.png"}


def test_a_folder_that_is_no_site_is_not_taken_for_one_that_is_as_drawn(copy: School) -> None:
    assert "is no site of ours" in copy.issuer("publish", "--verify-artwork", "--out", str(copy.root / "_sight"), code=2)


def test_what_other_tools_compiled_is_not_used(copy: School, monkeypatch: pytest.MonkeyPatch) -> None:
    before = drawing.store(copy.root).folder
    assert before is not None
    assert before.is_dir()
    monkeypatch.setattr(tools, "versions", lambda: (("cairo", "9.9.9"),))
    assert drawing.store(copy.root).folder != before
    drawing.prune(copy.root, set())
    assert not before.exists()


def test_a_picture_that_records_name_is_missed_by_drawing_and_audit(copy: School) -> None:
    (_, digest), *_ = first(copy).design.pictures
    kept = copy.root / "records" / "pictures" / f"{digest}.svg"
    kept.write_text(LOGO.replace("#c0ffee", "#ff0000"))
    with pytest.raises(IntegrityError, match="was changed after issuing"):
        drawing.make(copy.root, (first(copy), FORMATS))
    assert "picture-changed" in codes(copy)
    kept.unlink()
    with pytest.raises(IntegrityError, match="the picture that certificates were issued with is missing"):
        drawing.make(copy.root, (first(copy), FORMATS))
    assert "picture-missing" in codes(copy)


def codes(school: School) -> set[str]:
    return {finding["code"] for check in school.json("audit", code=1)["checks"] for finding in check["findings"]}


def test_records_of_the_first_versions_are_drawn_and_proved_as_before(copy: School) -> None:
    path = copy.batch / "issued-0001.jsonl"
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    old = [{**line, "template": {name: line["template"][name] for name in ("name", "sha256")}} for line in lines]
    path.write_bytes(b"".join(jcs.canonical(line) + b"\n" for line in old))
    record = first(copy)
    assert record.design == Design("plain", hashlib.sha256(TEMPLATE.encode()).hexdigest())
    assert b"#222222" in drawing.make(copy.root, (record, ("svg",)))["svg"]
    checks = {check["name"]: check["result"] for check in copy.json("audit")["checks"]}
    assert (checks["records"], checks["templates"]) == ("pass", "pass")


@pytest.mark.parametrize(
    "value",
    [
        {"name": "plain"},
        {"name": 1, "sha256": "0" * 64},
        {"name": "plain", "sha256": "0"},
        {"name": "plain", "sha256": "0" * 64, "fonts": ""},
        {"name": "plain", "sha256": "0" * 64, "tools": {"cairo": 1}},
        {"name": "plain", "sha256": "0" * 64, "tools": ["cairo"]},
        {"name": "plain", "sha256": "0" * 64, "brand": {"colours": {"primary": "red"}}},
        {"name": "plain", "sha256": "0" * 64, "brand": {"pictures": {"logo": "../../secret"}}},
    ],
)
def test_a_design_that_is_none_is_refused(value: dict[str, object]) -> None:
    with pytest.raises((FormatError, KeyError, TypeError, AttributeError)):
        design.parse(value)


def test_a_design_reads_as_it_was_written() -> None:
    whole = Design("a", "0" * 64, "1" * 64, (("cairo", "1.16.0"),), (("accent", "#000000"),), (("logo", "2" * 64),))
    for one in (whole, Design("a", "0" * 64), dataclasses.replace(whole, colours=())):
        assert design.parse(one.member()) == one
