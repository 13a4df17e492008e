"""issuer preview of many rows: page by page, in memory that a page needs, each draft drawn once."""

from __future__ import annotations

import cProfile
import dataclasses
import io
import json
import pstats
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from issuer.artwork import pdf, png
from issuer.artwork.compiling.store import Store
from issuer.artwork.preview import contact
from tests.artwork import sample
from tests.school import BATCH, School, found

FEW, MANY = 60, 400
GROWTH = 20
"""Megabytes for 340 more rows: some 4 of values and of caches that are full at some hundred names, and what an allocator makes of them. All
drafts at once would be more than 50."""
CREATED = datetime(2026, 5, 31, 8, 0, tzinfo=UTC)
MEASURED = Path(__file__).parents[1] / "measured.py"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    return dataclasses.replace(found(tmp_path_factory.mktemp("streams")), key_file=Path())


def megabytes(school: School, rows: int) -> float:
    """What drawing all of so many rows takes in a process of its own, when the artwork is compiled."""
    school.people(rows)
    took = school.root.parent / "took.json"
    command = [sys.executable, str(MEASURED), str(took), "--quiet", "preview", BATCH, "--all"]
    done = subprocess.run(command, cwd=school.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{rows} rows laid out, all can be issued as drawn." in done.stdout
    return float(json.loads(took.read_bytes())["megabytes"])


def test_memory_does_not_grow_with_the_roster(school: School) -> None:
    megabytes(school, 12 + MANY % 12)  # compiles what both need: a full page, and the last one
    few = megabytes(school, FEW)
    assert megabytes(school, MANY) < few + GROWTH
    folder = school.root / "_preview" / BATCH
    assert len(list(folder.glob("line-*.png"))) == MANY
    assert len(list(folder.glob("contact-sheet*.png"))) == -(-MANY // 12)
    with pikepdf.open(folder / "contact-sheet.pdf") as document:
        assert len(document.pages) == -(-MANY // 12)
        assert document.check_pdf_syntax() == []
    assert not list(folder.glob(".*"))


def test_each_draft_is_drawn_once(school: School) -> None:
    school.people(14)
    school.issuer("--quiet", "preview", BATCH, "--sample", "1")  # compiles
    profile = cProfile.Profile()
    profile.runcall(school.issuer, "--quiet", "preview", BATCH, "--all", "--format", "pdf", "--format", "png")
    told = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    calls = {(*Path(file).parts[-2:], name): of[1] for (file, _, name), of in told.items()}
    assert calls["png", "writing.py", "write"] == 14
    assert calls["pdf", "writing.py", "write"] == 14 + 2, "and the frame of each page"


def test_what_the_pages_of_a_book_have_in_common_is_written_once() -> None:
    store = Store()
    sheets = [sample.sheet(name) for name in ("Ada Lovelace", "Grace Hopper", "Łukasz Świętosławski", "محمد بن سلمان")]
    drafts = [pdf.write(pdf.plate(sheet.edition, store), sheet, credential=None, created=CREATED) for sheet in sheets]
    sink = io.BytesIO()
    book = pdf.Book(sink)
    for one in drafts:
        book.page(300, 200, [pdf.Drawing(one, 10, 20, 120, 85), pdf.Drawing(one, 150, 20, 120, 85)])
    book.close()
    assert len(sink.getvalue()) < sum(map(len, drafts))
    with pikepdf.open(io.BytesIO(sink.getvalue())) as document:
        assert document.check_pdf_syntax() == []
        assert [[float(side) for side in page.mediabox] for page in document.pages] == [[0, 0, 300, 200]] * 4
        shown = [page.Resources.XObject[name].Resources.XObject.Art.objgen for page in document.pages for name in ("/D0", "/D1")]
        assert len(set(shown)) == 1


def test_a_page_of_png_shows_what_the_page_of_pdf_shows(school: School, tmp_path: Path) -> None:
    school.people(3)
    school.issuer("--quiet", "preview", BATCH, "--all")
    folder = school.root / "_preview" / BATCH
    subprocess.run(
        ["pdftoppm", "-png", "-singlefile", "-scale-to-x", "400", "-scale-to-y", "566", folder / "contact-sheet.pdf", tmp_path / "page"],
        check=True,
    )
    with Image.open(folder / "contact-sheet.png") as one, Image.open(tmp_path / "page.png") as other:
        seen = [picture.convert("L").resize((100, 142), Image.Resampling.BOX).tobytes() for picture in (one, other)]
    different = [abs(a - b) for a, b in zip(*seen, strict=True)]
    assert sum(different) / len(different) < 2


def test_a_page_that_cannot_be_written_leaves_no_half(school: School) -> None:
    school.people(14)
    folder = school.root / "_preview" / BATCH
    school.issuer("--quiet", "preview", BATCH, "--all")
    (folder / "contact-sheet-2.png").unlink()
    (folder / "contact-sheet-2.png").mkdir()
    (folder / "contact-sheet-2.png" / "in-the-way").touch()
    said = school.issuer("--quiet", "preview", BATCH, "--all", code=3)
    assert "contact-sheet-2.png: cannot be written" in said
    assert (folder / "contact-sheet.png").exists()
    assert not (folder / "contact-sheet.pdf").exists()
    assert not list(folder.glob(".*"))


def test_a_page_is_drawn_before_the_drafts_of_the_next_are_asked_for() -> None:
    store, sheet, ratio = Store(), sample.sheet(), sample.TEMPLATE.width / sample.TEMPLATE.height
    document = pdf.write(pdf.plate(sheet.edition, store), sheet, credential=None, created=CREATED)
    picture = png.write(png.plate(sheet.edition, png.PREVIEW, store), sheet, None)
    asked: list[int] = []

    def shots() -> Iterator[contact.Shot]:
        for number in range(25):
            asked.append(number)
            yield contact.Shot(picture, document, number, "Ada Lovelace", "fits as drawn", bad=False)

    pages = contact.ContactSheet("Title", "about", ratio, 25, store).pages(shots(), io.BytesIO())
    for taken in (12, 24, 25):
        next(pages)
        assert len(asked) == taken
