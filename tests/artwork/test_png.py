"""The PNG of a certificate: that it looks like the SVG, says the same, is small, and is the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from issuer.artwork import png, samples, sheet, svg
from issuer.artwork.compiling.store import Store
from issuer.artwork.png import ink, packing
from issuer.artwork.sheet import Sheet
from issuer.artwork.template import Template, load, parse
from issuer.artwork.template.brand import Brand
from issuer.errors import FormatError
from issuer.formats import baking
from issuer.formats.png import chunks
from tests.artwork import gallery

_ROOT = Path(__file__).parents[2]
_URL = "https://certificates.example.org/c/0x4k7m2q9v3w8y1zj6t5d0ahcb/"
_CREDENTIAL = b'{"name":"' + "José".encode() * 1000 + b'"}'
_LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Maximiliana"
_SIZES = [png.PREVIEW, png.CARD]
_GRADIENTS = b"""<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 297 210"><defs>
<linearGradient id="a" x2="1" y2="1"><stop stop-color="#0b1d51"/><stop offset="1" stop-color="#f7a072"/></linearGradient></defs>
<rect width="297" height="210" fill="url(#a)"/>
<path d="M0 90C90 20 200 170 297 70M0 94C90 24 200 174 297 74M0 98C90 28 200 178 297 78" stroke="#fff" stroke-width=".3" fill="none"/>
<text x="148" y="90" font-size="18" text-anchor="middle" fill="#ffffff">{{ name }}</text>
<text x="20" y="190" font-size="7" transform="rotate(-90 20 190)" fill="#ffe08a">{{ achievement }}</text>
<text x="120" y="150" font-size="10" transform="rotate(-12 120 150)" fill="#c1121f">{{ issuer }}</text>
<rect data-qr="url" x="255" y="170" width="28" height="28" fill="#000000"/></svg>"""
_BARE = parse(
    b"""<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 297 210">
<text x="148" y="90" font-size="18" text-anchor="middle" fill="#000000">{{ name }}</text>
<text x="20" y="190" font-size="5" fill="#000000">{{ url }}</text></svg>""",
    shown_as="bare.svg",
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def default() -> Template:
    return load(_ROOT / "templates" / "default.svg")


@pytest.fixture(scope="module")
def gradients() -> Template:
    return parse(_GRADIENTS, shown_as="gradients.svg")


def _sheet(template: Template, name: str = "Ada Lovelace", url: str = _URL) -> Sheet:
    fields = {
        "name": name,
        "achievement": "Python 101",
        "description": "Ten evenings of programming, and a final project that was presented.",
        "issuer": "Example Academy",
        "awarded_long": "30 May 2026",
        "awarded": "2026-05-30",
        "id": url[-27:-1],
    }
    return sheet.lay_out(template, fields, language="en", url=url)


def _pixels(picture: bytes) -> NDArray[np.int64]:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(np.int64)


def _straight(made: Sheet, folder: Path) -> NDArray[np.int64]:
    """The SVG of a sheet as librsvg draws it, as wide as the preview."""
    (folder / "a.svg").write_bytes(svg.write(svg.plate(made.edition), made))
    command = ["rsvg-convert", "-w", str(png.PREVIEW.frame(made.edition.template).width), "-b", "white", str(folder / "a.svg")]
    return _pixels(subprocess.run(command, capture_output=True, check=True).stdout)


@pytest.mark.parametrize("name", ["course", "diploma", "membership", "workshop"])
def test_it_is_small_and_scans(name: str, store: Store) -> None:
    made = _sheet(load(_ROOT / "templates" / f"{name}.svg"), _LONG)
    for size, limit, width in ((png.PREVIEW, 60_000, 800), (png.CARD, 90_000, 1200)):
        picture = png.write(png.plate(made.edition, size, store), made, _CREDENTIAL)
        image = Image.open(io.BytesIO(picture))
        assert len(picture) <= limit
        frame = size.frame(made.edition.template)
        assert (image.mode, image.size) == ("P", (frame.width, frame.height))
        assert image.width == width
        assert [found.text for found in zxingcpp.read_barcodes(image.convert("L"))] == [_URL]
        assert baking.unbake(picture) == _CREDENTIAL


@pytest.mark.parametrize("name", ["diploma", "diploma-letter"])
@pytest.mark.parametrize("look", gallery.NAMES)
def test_a_page_in_portrait_with_every_field_is_as_wide_and_small(name: str, look: str, store: Store) -> None:
    made = gallery.certificate(name, look)
    picture = gallery.written(made, "png", store)
    assert Image.open(io.BytesIO(picture)).width == 800
    assert len(picture) <= png.PREVIEW.limit


@pytest.mark.parametrize(("size", "discs"), [(png.PREVIEW, 100), (png.PREVIEW, 140), (png.CARD, 220), (png.CARD, 320)])
def test_a_ragged_page_full_of_words_is_small(size: png.Size, discs: int, store: Store) -> None:
    numbers = np.random.default_rng(1).integers((0, 0, 1, 180, 180, 180), (297, 210, 12, 256, 256, 256), (discs, 6))
    art = "".join(f'<circle cx="{x}" cy="{y}" r="{r}" fill="rgb({red} {green} {blue})"/>' for x, y, r, red, green, blue in numbers)
    words = "".join(
        f'<text x="148" y="{y}" font-size="9" text-anchor="middle" data-max-lines="4" data-box="20 {y - 9} 200 33">{{{{ {field} }}}}</text>'
        for y, field in zip(range(20, 180, 33), ["name", "description", "criteria", "description", "criteria"], strict=True)
    )
    qr = '<rect data-qr="url" x="264" y="177" width="28" height="28"/></svg>'
    opening = '<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 297 210">'
    template = parse(f"{opening}{art}{words}{qr}".encode(), shown_as="ragged.svg")
    full = {**samples.FULL, "name": _LONG, "id": _URL[-27:-1]}
    made = sheet.lay_out(template, full, language="en", url=_URL)
    assert len(png.write(png.plate(made.edition, size, store), made, _CREDENTIAL)) <= size.limit


def test_a_plate_is_made_though_a_filter_cannot_take_the_words_of_the_sample(store: Store) -> None:
    template = parse(_GRADIENTS.replace(b"{{ achievement }}", b"{{ achievement | number }}"), shown_as="number.svg")
    made = sheet.lay_out(template, {"name": "Ada", "achievement": "101", "id": _URL[-27:-1]}, language="en", url=_URL)
    assert len(png.write(png.plate(made.edition, png.PREVIEW, store), made, _CREDENTIAL)) <= png.PREVIEW.limit


def test_a_ribbon_is_not_wider_than_its_height_allows(store: Store) -> None:
    size = b'width="200mm" height="800mm" viewBox="0 0 297 1188"'
    ribbon = parse(_GRADIENTS.replace(b'width="297mm" height="210mm" viewBox="0 0 297 210"', size), shown_as="ribbon.svg")
    picture = png.write(png.plate(_sheet(ribbon).edition, png.PREVIEW, store), _sheet(ribbon), _CREDENTIAL)
    assert Image.open(io.BytesIO(picture)).size == (400, 1600)


@pytest.mark.parametrize("length", [20, 60, 100])
def test_an_address_of_any_length_scans(length: int, default: Template, store: Store) -> None:
    url = f"https://{'a' * length}.example.org/c/0x4k7m2q9v3w8y1zj6t5d0ahcb/"
    made = _sheet(default, url=url)
    for size in _SIZES:
        image = Image.open(io.BytesIO(png.write(png.plate(made.edition, size, store), made, None)))
        assert [found.text for found in zxingcpp.read_barcodes(image.convert("L"))] == [url]


@pytest.mark.parametrize("name", ["Ada Lovelace", "أحمد بن محمد", "प्रिया शर्मा", _LONG])
def test_it_looks_like_the_svg(name: str, default: Template, store: Store, tmp_path: Path) -> None:
    made = _sheet(default, name)
    drawn = _pixels(png.write(png.plate(made.edition, png.PREVIEW, store), made, _CREDENTIAL))
    apart = np.abs(drawn - _straight(made, tmp_path)[: len(drawn)])
    assert apart.mean() < 0.9
    assert np.percentile(apart, 99) < 40


def test_gradients_patterns_and_turned_texts_look_like_the_svg(gradients: Template, store: Store, tmp_path: Path) -> None:
    made = _sheet(gradients)
    picture = png.write(png.plate(made.edition, png.PREVIEW, store), made, _CREDENTIAL)
    straight, drawn = _straight(made, tmp_path), _pixels(picture)
    assert np.abs(drawn - straight[: len(drawn)]).mean() < 2.5
    # Seen from afar, as dithering is meant to be: blocks of 5 × 5.
    blocks = [part[:560].reshape(112, 5, 160, 5, 3).mean(axis=(1, 3)) for part in (drawn, straight)]
    assert np.abs(blocks[0] - blocks[1]).mean() < 1.2
    assert len(picture) < 60_000


def test_only_the_rows_of_a_text_differ_between_certificates(default: Template, store: Store) -> None:
    plate = png.plate(_sheet(default).edition, png.PREVIEW, store)
    one, other = (_pixels(png.write(plate, _sheet(default, name), None)) for name in ("Ada Lovelace", "Bo Li"))
    rows = np.flatnonzero((one != other).any(axis=(1, 2)))
    assert 190 < rows.min() < rows.max() < 280


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60), st.booleans())
def test_any_name_gives_a_whole_picture_of_its_ink(name: str, runs: bool) -> None:
    made = _sheet(_BARE, name)
    frame = png.PREVIEW.frame(_BARE)
    colours = np.array([[value] * 3 for value in range(255, -1, -17)])  # as many shades as there are levels of coverage
    rows = np.zeros((frame.height, frame.width + 1), np.uint8)
    plate = png.Plate(frame, colours, rows, runs, packing.colours(colours.astype(np.uint8).tobytes(), 1000))
    picture = png.write(plate, made, b"{}")
    (data,) = (chunk.body for chunk in chunks(picture) if chunk.type == b"IDAT")
    assert len(zlib.decompress(data)) == frame.height * (frame.width + 1), "its checksum is right, too"
    drawn = _pixels(picture)
    expected = np.zeros((frame.height, frame.width), np.int64)
    for text in made.texts:
        for part in ink.of_text(text, frame):
            high, wide = part.levels.shape
            expected[part.top : part.top + high, part.left : part.left + wide] += part.levels >> 8
    assert (drawn[:, :, 0] == 255 - 17 * expected).all()


def test_a_draft_has_no_credential(default: Template, store: Store) -> None:
    made = _sheet(default)
    picture = png.write(png.plate(made.edition, png.PREVIEW, store), made, None)
    with pytest.raises(FormatError, match="no credentials"):
        baking.unbake(picture)


@pytest.mark.parametrize("credential", [b'{"a":"\0"}', b"\xff"])
def test_a_credential_that_cannot_be_baked_is_refused(credential: bytes, default: Template, store: Store) -> None:
    made = _sheet(default)
    with pytest.raises(FormatError, match="credential"):
        png.write(png.plate(made.edition, png.PREVIEW, store), made, credential)


def test_a_card_lies_on_a_tint_of_the_primary_colour(default: Template, store: Store) -> None:
    branded = parse(default.source, shown_as="default.svg", brand=Brand.of({"primary": "#7a1f3d"}, {}))
    for template, ground in ((default, (0xE9, 0xE7, 0xE1)), (branded, (0xE7, 0xD6, 0xDC))):
        made = _sheet(template)
        card = _pixels(png.write(png.plate(made.edition, png.CARD, store), made, None))
        assert card.shape == (630, 1200, 3)
        assert tuple(card[5, 5]) == tuple(card[-6, -6]) == ground
        assert tuple(card[40, 900]) != ground


def test_it_knows_how_large_it_is_in_print(default: Template, store: Store) -> None:
    made = _sheet(default)
    image = Image.open(io.BytesIO(png.write(png.plate(made.edition, png.PREVIEW, store), made, None)))
    across, down = image.info["dpi"]
    assert across == down
    assert abs(800 / across * 25.4 - 297) < 1


_AGAIN = """
import sys
import zlib
from pathlib import Path
from tests.artwork import test_png
print(test_png.hashes(Path(sys.argv[1])))
"""


def hashes(folder: Path) -> list[str]:
    """Of what is written with plates that are kept in a folder."""
    template, found = load(_ROOT / "templates" / "default.svg"), []
    for name in ("Ada Lovelace", "Bo Li", "Ada Lovelace"):
        made = _sheet(template, name)
        found.append(hashlib.sha256(png.write(png.plate(made.edition, png.PREVIEW, Store(folder)), made, _CREDENTIAL)).hexdigest())
    return found


def test_processes_write_the_same_bytes_with_new_plates_and_with_kept_ones(tmp_path: Path) -> None:
    here = hashes(tmp_path / "here")
    assert here[0] == here[2] != here[1]
    for folder in ("there", "here"):
        environment = {**os.environ, "PYTHONHASHSEED": "7"}
        command = [sys.executable, "-c", _AGAIN, str(tmp_path / folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=_ROOT, env=environment)
        assert done.stdout.strip() == str(here)
