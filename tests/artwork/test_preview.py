"""issuer preview: drafts without a key, the worst-fitting first; and the picture of a finding."""

from __future__ import annotations

import dataclasses
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from issuer.artwork.compiling import child
from issuer.artwork.preview import contact, marks
from issuer.errors import FormatError
from issuer.formats import baking
from tests.artwork.test_template_hostile import SLOW
from tests.school import BATCH, School, found

LONG = " ".join(["Wolfeschlegelsteinhausenbergerdorff"] * 3)
ROWS = (
    "Amina Yusuf,amina@example.org,Morning",
    "Maximilian Featherstonehaugh,max@example.org,Morning",
    f"{LONG},long@example.org,Morning",
    "דניאל כהן,daniel@example.org,Evening",
    "Ada \U0001d800,ada@example.org,Evening",
)
NAME_ONLY = b"""<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 842 595">
<text x="421" y="200" font-size="50" text-anchor="middle" data-box="221 140 400 90">{{ name }}</text>
<text x="421" y="400" font-size="12" text-anchor="middle">{{ achievement }}</text>
<rect data-field="qr" x="700" y="450" width="90" height="90"/></svg>"""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """A school without keys, whose template is simple, and a roster in which two rows cannot be issued."""
    school = dataclasses.replace(found(tmp_path_factory.mktemp("preview")), key_file=Path())
    (school.root / "templates" / "plain.svg").write_bytes(NAME_ONLY)
    settings = school.batch / "batch.yml"
    settings.write_text(settings.read_text("utf-8").replace("template: default", "template: plain"), "utf-8")
    school.roster(*ROWS)
    return school


@pytest.fixture(scope="module")
def previewed(school: School) -> dict[str, object]:
    """What `issuer preview` says of all rows, in every format."""
    formats = [part for form in ("svg", "pdf", "png", "card") for part in ("--format", form)]
    return school.json("preview", BATCH, "--all", *formats, code=1)


def folder(school: School) -> Path:
    return school.root / "_preview" / BATCH


def test_the_worst_fitting_come_first(previewed: dict[str, object]) -> None:
    drafts = previewed["drafts"]
    assert isinstance(drafts, list)
    assert [draft["line"] for draft in drafts] == [6, 4, 3, 2, 5]
    assert [draft["bad"] for draft in drafts] == [True, True, False, False, False]
    assert drafts[0]["note"] == "no font draws U+1D800"
    assert drafts[1]["note"] == "name does not fit"
    assert drafts[2]["note"].startswith("name at ")
    assert drafts[3]["note"] == "fits as drawn"
    assert (previewed["rows"], previewed["bad"]) == (5, 2)


def test_a_draft_carries_no_credential_and_nothing_was_issued(school: School, previewed: dict[str, object]) -> None:
    assert not list(school.batch.glob("issued-*"))
    assert previewed["files"]
    for name in ("line-0002.svg", "line-0002.png", "line-0002-card.png"):
        with pytest.raises(FormatError, match="has no credentials"):
            baking.unbake((folder(school) / name).read_bytes())
    with pikepdf.open(folder(school) / "line-0002.pdf") as document:
        assert len(document.attachments) == 0


def test_the_contact_sheet_shows_every_draft_in_both_formats(school: School, previewed: dict[str, object]) -> None:
    assert isinstance(previewed["files"], list)
    assert previewed["files"][:2] == [f"_preview/{BATCH}/contact-sheet.png", f"_preview/{BATCH}/contact-sheet.pdf"]
    with Image.open(folder(school) / "contact-sheet.png") as opened:
        picture = opened.convert("L")
    assert picture.size == (contact.PIXELS, round(contact.PIXELS * contact.PAGE_HEIGHT / contact.PAGE_WIDTH))
    grid, zoom = contact.grid(842 / 595), contact.PIXELS / contact.PAGE_WIDTH
    for index in range(5):
        x, y = grid.corner(index)
        draft = picture.crop((int(x * zoom), int(y * zoom), int((x + grid.width) * zoom), int((y + grid.height) * zoom)))
        assert min(draft.tobytes()) < 80, "a draft has ink"
    said = subprocess.run(["pdftotext", folder(school) / "contact-sheet.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert "Amina Yusuf" in said
    with pikepdf.open(folder(school) / "contact-sheet.pdf") as document:
        assert len(document.pages) == 1


def test_the_line_stands_before_every_name_also_one_from_right_to_left(school: School, previewed: dict[str, object]) -> None:
    assert previewed
    told = subprocess.run(
        ["pdftotext", "-bbox", folder(school) / "contact-sheet.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    words = [(float(x), float(y), said) for x, y, said in re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)".*?>(.*?)</word>', told)]
    assert sum(said == "line" for *_, said in words) == 5
    at = next(index for index, (*_, said) in enumerate(words) if said == "line" and words[index + 1][2] == "5")
    left, top, _ = words[at]
    letters = [x for x, y, said in words if set(said) <= set("דניאל כהן") and abs(y - top) < 4]
    assert letters
    assert left < words[at + 1][0] < min(letters)


def test_git_does_not_see_drafts(school: School, previewed: dict[str, object]) -> None:
    assert previewed
    status = subprocess.run(["git", "status", "--porcelain"], cwd=school.root, capture_output=True, text=True, check=True)
    assert "_preview" not in status.stdout


def test_the_same_batch_gives_the_same_sheet(school: School, previewed: dict[str, object]) -> None:
    assert previewed
    sheets = [path.read_bytes() for path in sorted(folder(school).glob("contact-sheet*"))]
    school.issuer("--quiet", "preview", BATCH, "--all", code=1, now="2027-01-01T00:00:00Z")
    assert [path.read_bytes() for path in sorted(folder(school).glob("contact-sheet*"))] == sheets
    assert not list(folder(school).glob("*.svg")), "drafts of an earlier run are gone"


@pytest.mark.parametrize("wanted", ["5", "דניאל כהן", "דניאל"])
def test_one_certificate_by_line_or_name(school: School, wanted: str, tmp_path: Path) -> None:
    said = school.json("preview", BATCH, "--open", wanted, "--output", str(tmp_path))
    assert [draft["name"] for draft in said["drafts"]] == ["דניאל כהן"]
    assert [path.name for path in tmp_path.iterdir()] == ["line-0005.pdf"]


@pytest.mark.parametrize(
    ("wanted", "message"), [("a", "rows have 'a' in the name"), ("99", "no row of the batch has the line or the name")]
)
def test_a_name_that_is_none_or_several(school: School, wanted: str, message: str) -> None:
    assert message in school.issuer("preview", BATCH, "--open", wanted, code=2)


def test_a_sample_is_the_worst(school: School, tmp_path: Path) -> None:
    said = school.json("preview", BATCH, "--sample", "1", "--output", str(tmp_path), code=1)
    assert [draft["line"] for draft in said["drafts"]] == [6]
    assert said["rows"] == 5
    assert {path.name for path in tmp_path.iterdir()} == {"contact-sheet.png", "contact-sheet.pdf", "line-0006.png"}


def test_more_rows_than_a_person_reads_are_counted_and_all_pages_named(school: School, tmp_path: Path) -> None:
    shutil.copytree(school.root, tmp_path / "school", ignore=shutil.ignore_patterns("_preview"))
    copy = dataclasses.replace(school, root=tmp_path / "school")
    copy.people(26)
    said = copy.issuer("--quiet", "preview", BATCH, "--all")
    assert "… and 14 more on the contact sheet\n26 rows laid out, all can be issued as drawn.\n" in said
    assert f"Look at _preview/{BATCH}/contact-sheet.png to contact-sheet-3.png, and contact-sheet.pdf\n" in said


def test_only_drafts_are_removed_from_a_folder_of_ones_own(school: School, tmp_path: Path) -> None:
    own = {"line-up.txt", "line-2026-report.pdf", "contact-sheet-of-ours.png"}
    for name in (*own, "line-0002.png", "contact-sheet-7.png"):
        (tmp_path / name).write_bytes(b"")
    school.json("preview", BATCH, "--sample", "1", "--output", str(tmp_path), code=1)
    assert {path.name for path in tmp_path.iterdir()} == own | {"contact-sheet.png", "contact-sheet.pdf", "line-0006.png"}


@pytest.mark.parametrize("linked", ["_preview", f"_preview/{BATCH}"])
def test_a_link_that_came_with_a_pull_request_leads_nowhere(school: School, tmp_path: Path, linked: str) -> None:
    shutil.copytree(school.root, tmp_path / "school", ignore=shutil.ignore_patterns("_preview"))
    copy, outside = dataclasses.replace(school, root=tmp_path / "school"), tmp_path / "outside"
    outside.mkdir()
    (copy.root / linked).parent.mkdir(exist_ok=True)
    (copy.root / linked).symlink_to(outside)
    assert f"{linked}: is a link" in copy.issuer("preview", BATCH, "--sample", "1", code=3)
    copy.issuer("check", code=1)
    assert not any(outside.iterdir())


def test_what_does_not_fit_is_a_finding_with_a_picture(school: School) -> None:
    said = school.json("check", code=1)
    wide = next(found for found in said["batches"][0]["findings"] if "does not fit" in found["message"])
    path = wide["hint"].rpartition("; ")[2].removesuffix(" shows it")
    assert (wide["line"], wide["column"], path) == (4, "Name", f"_preview/{BATCH}/does-not-fit-1.png")
    told = re.search(r"drawn at ([\d.]+)% of its size, the smallest allowed is 60%$", wide["message"])
    assert told is not None
    assert 0 < float(told[1]) < 60
    with Image.open(school.root / path) as picture:
        assert picture.width == 800
        zoom = 800 / 842
        edges = ((221, 185), (621, 185), (421, 140), (421, 230))
        assert [picture.getpixel((round(x * zoom), round(y * zoom))) for x, y in edges] == [marks.RED] * 4, "its box is marked"
        assert picture.getpixel((round(421 * zoom), round(380 * zoom))) != marks.RED


def test_what_is_wrong_with_the_template_is_told_and_drawn(school: School, tmp_path: Path) -> None:
    shutil.copytree(school.root, tmp_path / "school", ignore=shutil.ignore_patterns("_preview"))
    copy = dataclasses.replace(school, root=tmp_path / "school")
    copy.roster(ROWS[0])
    assert "1 row laid out, all can be issued as drawn." in copy.issuer("preview", BATCH)
    (copy.root / "templates" / "plain.svg").write_bytes(NAME_ONLY.replace(b"{{ achievement }}", b"{{ acheivement }}"))
    said = copy.issuer("preview", BATCH, code=1)
    assert "[template-field-unknown]" in said
    assert "1 row laid out, nothing can be issued before the errors above are corrected." in said
    assert (copy.root / "_preview" / BATCH / "contact-sheet.png").exists()
    assert copy.json("preview", BATCH, "--open", "2", code=1)["drafts"]


def test_what_cannot_be_drawn_is_tried_once_and_told_with_its_file(school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(school.root, tmp_path / "school", ignore=shutil.ignore_patterns("_preview"))
    copy = dataclasses.replace(school, root=tmp_path / "school")
    (copy.root / "templates" / "plain.svg").write_bytes(SLOW["circles upon circles"][0]())
    drawn, draw = [], child.draw

    def counted(*given: Any, **more: Any) -> child.Drawn:
        drawn.append(given)
        return draw(*given, **more)

    monkeypatch.setattr(child, "draw", counted)
    said = copy.issuer("preview", BATCH, code=1)
    assert "error: templates/plain.svg: the artwork of the template takes too long to draw" in said
    assert "hint: draw fewer shapes above one another" in said
    assert len(drawn) == 1


def test_watching_draws_again_when_a_file_is_saved(school: School, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from issuer.cli import main; main()", "--quiet", "preview", BATCH, "--open", "2", "--watch"]
    template, draft = school.root / "templates" / "plain.svg", tmp_path / "line-0002.pdf"
    with subprocess.Popen([*command, "--output", str(tmp_path)], cwd=school.root, text=True, stdout=subprocess.PIPE) as run:
        too_late = threading.Timer(300, run.kill)
        too_late.start()
        try:
            assert run.stdout is not None
            assert any("Watching" in line for line in run.stdout)
            before = draft.read_bytes()
            template.write_bytes(NAME_ONLY.replace(b"<text", b"<script/><text", 1))
            assert any(line.startswith("error: templates/plain.svg") for line in run.stdout)
            template.write_bytes(NAME_ONLY.replace(b'font-size="50"', b'font-size="30"'))
            assert any("drawn again in" in line for line in run.stdout)
            assert any("Look at" in line for line in run.stdout)
            assert draft.read_bytes() != before
            while run.poll() is None:  # once more where it was caught by something that a person would not wait for either
                run.send_signal(signal.SIGINT)
                time.sleep(1)
            assert run.returncode in (0, 130), "130 if it was just printing"
        finally:
            too_late.cancel()
            run.kill()
            template.write_bytes(NAME_ONLY)


@given(st.floats(0.01, 100))
def test_every_shape_of_certificate_stands_on_the_page_by_the_dozen(ratio: float) -> None:
    grid = contact.grid(ratio)
    assert grid.cells >= 12
    assert grid.width / grid.height == pytest.approx(ratio)
    x, y = grid.corner(grid.cells - 1)
    assert x + grid.width < contact.PAGE_WIDTH
    assert y + grid.height < contact.PAGE_HEIGHT
