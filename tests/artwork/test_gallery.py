"""The gallery: its templates are what their scripts draw, look as the golden pictures do in every format, scan, are tagged and small."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pikepdf
import pytest
import zxingcpp
from numpy.typing import NDArray
from PIL import Image

from issuer.artwork import lint
from issuer.artwork.compiling.store import Store
from issuer.artwork.sheet import Sheet, lay_out
from issuer.artwork.template import load
from issuer.batch_config import Format
from studio import gallery as studio
from tests.artwork import gallery
from tests.artwork.gallery import GOALS, KINDS

_BLOCK = 8  # pixels of a golden picture: what is a little to one side is no difference then
_TOLERANCE: dict[Format, float] = {"svg": 14.0, "pdf": 14.0, "png": 28.0}
"""Of 255, for the block that differs most. Without the line that says the hours it is 17; a preview has few pixels of its own."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Plates that all tests share."""
    return Store(tmp_path_factory.mktemp("plates"))


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind in turn, so that its plates are made once."""
    name: str = request.param
    return name


def test_the_templates_are_what_the_scripts_draw() -> None:
    drawn = studio.files()
    assert {path.name for path in studio.FOLDER.glob("*.svg")} == set(drawn)
    assert [name for name, text in drawn.items() if (studio.FOLDER / name).read_text("utf-8") != text] == []


def test_each_kind_has_a_twin_for_letter_that_asks_for_the_same_fields() -> None:
    for name in studio.KINDS:
        one, twin = (load(studio.FOLDER / f"{name}{suffix}.svg") for suffix in ("", "-letter"))
        assert one.fields == twin.fields
        assert one.manifest == twin.manifest
        assert (one.width, one.height) != (twin.width, twin.height)


def test_only_the_name_and_the_code_must_be_there(kind: str, store: Store) -> None:
    fields = {"name": "Ada Lovelace", "id": gallery.IDENTIFIER}
    sheet = lay_out(load(studio.FOLDER / f"{kind}.svg"), fields, language="en", url=gallery.URL)
    texts = [line.line.text for text in sheet.texts for line in text.placed.lines]
    assert "Ada Lovelace" in texts
    assert sheet.symbol is not None
    assert set(texts) <= {"Ada Lovelace", gallery.IDENTIFIER, gallery.URL}
    assert sheet.fits


def test_every_certificate_looks_like_its_golden_picture_in_every_format(kind: str, store: Store) -> None:
    for name, sheet in _cases(kind):
        assert sheet.fits, name
        with Image.open(gallery.GOLDEN / f"{name}.png") as picture:
            wanted = np.asarray(picture.convert("RGB"), dtype=np.float64)
        for form, tolerance in _TOLERANCE.items():
            assert _difference(wanted, gallery.golden(sheet, form, store)) <= tolerance, f"{name} as {form}"


def test_the_code_scans_from_a_preview_and_a_card(kind: str, store: Store) -> None:
    sheet = gallery.certificate(kind)
    for form in ("png", "card"):
        with Image.open(io.BytesIO(gallery.written(sheet, form, store))) as picture:
            assert [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))] == [gallery.URL]


def test_the_pdf_is_whole_and_says_its_title_language_and_headings(kind: str, store: Store, tmp_path: Path) -> None:
    path = tmp_path / f"{kind}.pdf"
    path.write_bytes(gallery.written(gallery.certificate(kind), "pdf", store))
    subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
    with pikepdf.open(path) as document:
        root = document.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "en"
        assert "Amélie Rousseau" in str(document.docinfo.Title)
        tags = [str(node.S) for node in _nodes(root.StructTreeRoot.K)]
        assert "/Figure" in tags
        assert tags.count("/H1") == 1


def test_nothing_is_wrong_with_another_brand(kind: str, store: Store) -> None:
    source = (studio.FOLDER / f"{kind}.svg").read_bytes()
    assert lint.lint(source, shown_as=f"{kind}.svg", brand=gallery.OTHER, store=store, formats=GOALS).findings == ()


def test_the_table_of_sizes_in_the_guide_is_true(store: Store) -> None:
    rows = gallery.rows(gallery.GUIDE.read_text("utf-8"))
    assert set(rows) == set(studio.KINDS)
    for kind, cells in rows.items():
        told = dict(zip(GOALS, map(int, cells[-len(GOALS) :]), strict=True))
        for form, size in gallery.sizes(kind, store).items():
            assert abs(size / 1000 - told[form]) <= 1.5, f"{kind} as {form}"  # another zlib packs a little otherwise
            assert size <= GOALS[form], f"{kind} as {form}"


def test_the_guide_shows_a_picture_of_each_kind() -> None:
    text = gallery.GUIDE.read_text("utf-8")
    for name in studio.KINDS:
        assert re.search(rf"^## {name}\n\n.+\n\n!\[.{{40,}}\]\(\.\./assets/gallery/{name}\.png\)$", text, re.MULTILINE)
        with Image.open(gallery.ROOT / "site" / "assets" / "gallery" / f"{name}.png") as picture:
            assert picture.width == 560


def _cases(kind: str) -> Iterator[tuple[str, Sheet]]:
    return ((name, sheet) for name, sheet in gallery.cases() if name.startswith(f"{kind}-"))


def _difference(wanted: NDArray[np.float64], found: Image.Image) -> float:
    """How much a picture differs from the wanted one, of 255, where both differ most when they are blurred to blocks."""
    high, wide = (side // _BLOCK for side in wanted.shape[:2])
    gap = wanted - np.asarray(found, dtype=np.float64)
    blocks = gap[: high * _BLOCK, : wide * _BLOCK].reshape(high, _BLOCK, wide, _BLOCK, 3).mean(axis=(1, 3))
    return float(np.abs(blocks).max())


def _nodes(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The elements of a structure tree."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from _nodes(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        yield from _nodes(node.get("/K", pikepdf.Array()))
