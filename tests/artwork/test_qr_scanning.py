"""The QR code scans from what is printed: drawn at printers' resolutions, then turned, blurred and photographed."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from issuer.artwork import pdf, sheet, svg
from issuer.artwork.compiling.store import Store
from issuer.artwork.template import load
from issuer.artwork.template.slots import Code

_ROOT = Path(__file__).parents[2]
_URL = "https://certificates.example.org/c/0x4k7m2q9v3w8y1zj6t5d0ahcb/"
_AROUND = 8.0  # mm of the page that are seen around a code of 25

Printed = dict[tuple[str, int], Image.Image]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """The code and what is around it, of the PDF and of the SVG, at 300 and at 150 dots per inch."""
    folder = tmp_path_factory.mktemp("printed")
    template = load(_ROOT / "templates" / "default.svg")
    code = template.code
    assert code is not None
    fields = {"name": "Ada Lovelace", "achievement": "Python 101", "issuer": "Example Academy", "id": _URL[-27:-1]}
    made = sheet.lay_out(template, fields, language="en", url=_URL)
    created = dt.datetime(2026, 5, 31, tzinfo=dt.UTC)
    (folder / "a.pdf").write_bytes(pdf.write(pdf.plate(made.edition, Store()), made, credential=None, created=created))
    (folder / "a.svg").write_bytes(svg.write(svg.plate(made.edition), made))
    found: Printed = {}
    for dots in (300, 150):
        width = str(round(template.width / 72 * dots))
        subprocess.run(
            ["pdftoppm", "-r", str(dots), "-gray", "-png", "-singlefile", str(folder / "a.pdf"), str(folder / "pdf")], check=True
        )
        subprocess.run(["rsvg-convert", "-w", width, "-b", "white", "-o", str(folder / "svg.png"), str(folder / "a.svg")], check=True)
        for kind in ("pdf", "svg"):
            with Image.open(folder / f"{kind}.png") as page:
                found[kind, dots] = _around(page.convert("L"), code, template.page.width)
    return found


def _around(page: Image.Image, code: Code, width: float) -> Image.Image:
    """The code and 8 mm around it. width: of the page, in the units of the code's place."""
    zoom = page.width / width
    margin = _AROUND / 25 * code.size * zoom
    left, top, side = code.x * zoom - margin, code.y * zoom - margin, code.size * zoom + 2 * margin
    return page.crop((round(left), round(top), round(left + side), round(top + side)))


def _read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("dots", [300, 150])
@pytest.mark.parametrize("kind", ["pdf", "svg"])
def test_it_scans_straight_and_turned(kind: str, dots: int, printed: Printed) -> None:
    picture = printed[kind, dots]
    assert _read(picture) == [_URL]
    for angle in (7, 45, 90, 180, 293):
        turned = picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        assert _read(turned) == [_URL], angle


@pytest.mark.parametrize("dots", [300, 150])
def test_it_scans_out_of_focus(dots: int, printed: Printed) -> None:
    for blurred in (0.1, 0.2, 0.25):  # mm; a module has 0.6
        radius = blurred / 25.4 * dots
        assert _read(printed["pdf", dots].filter(ImageFilter.GaussianBlur(radius))) == [_URL], blurred


@pytest.mark.parametrize("share", [0.02, 0.05])
def test_it_scans_with_a_stain(share: float, printed: Printed) -> None:
    picture = printed["pdf", 300].copy()
    side = round(picture.width * share**0.5 * 0.6)
    at = picture.width // 2
    picture.paste(90, (at, at, at + side, at + side))
    assert _read(picture) == [_URL]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("dots", [300, 150])
def test_it_scans_as_photographed(dots: int, seed: int, printed: Printed) -> None:
    assert _read(_photographed(printed["pdf", dots], seed)) == [_URL]


def _photographed(picture: Image.Image, seed: int) -> Image.Image:
    """Seen from the side, in a lamp's uneven light, a little out of focus, with noise, and saved as JPEG."""
    random = np.random.default_rng(seed)
    side = picture.width
    shifts = random.uniform(0, 0.08 * side, 8)
    quad = [shifts[0], shifts[1], shifts[2], side - shifts[3], side - shifts[4], side - shifts[5], side - shifts[6], shifts[7]]
    padded = Image.new("L", (side, side), 255)
    padded.paste(picture)
    seen = padded.transform((side, side), Image.Transform.QUAD, [float(value) for value in quad], Image.Resampling.BICUBIC)
    seen = seen.filter(ImageFilter.GaussianBlur(side / 400))
    across, down = np.meshgrid(np.linspace(0, 1, side), np.linspace(0, 1, side))
    light = 0.45 + 0.5 * (across * random.uniform(0, 1) + down * random.uniform(0, 1)).clip(0, 1)
    pixels = np.asarray(seen) * light + random.normal(0, 9, (side, side))
    saved = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(saved, "JPEG", quality=60)
    return Image.open(saved)
