"""The same SVG in Chromium, Firefox, librsvg and CairoSVG: all draw the same picture, and the QR code scans from each."""

from __future__ import annotations

import io
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import cairosvg
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageStat

from issuer.artwork import svg
from issuer.artwork.template import load
from tests.artwork import sample

pytestmark = pytest.mark.browser
WIDTH = 1000
SLOT = 1500  # pixels that each picture may be high
SHOWN = {
    "default": ("Ada Lovelace", "en"),
    "distinction": ("عائشة بنت محمد", "ar"),
    "diploma": ("प्रिया श्रीनिवासन", "hi"),
    "workshop": ("王小明", "zh-Hans"),
    "membership": ("Ngô Thị Ánh Nguyệt", "vi"),
}


@dataclass(frozen=True)
class Drawn:
    """One certificate as each renderer draws it, in shades of grey. height: of what all have in whole pixels."""

    pictures: dict[str, Image.Image]
    height: int


def flat(picture: Image.Image) -> Image.Image:
    """On white, grey."""
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    return white.convert("L")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drawn]:
    """Every certificate by every renderer: the browsers draw all on one page."""
    folder = tmp_path_factory.mktemp("renderers")
    heights, pictures = {}, {}
    for name, (who, language) in SHOWN.items():
        template = load(sample.ROOT / "templates" / f"{name}.svg")
        sheet = sample.sheet(who, language, template)
        pictures[name] = svg.write(svg.plate(sheet.edition), sheet, sample.CREDENTIAL)
        heights[name] = int(WIDTH * template.height / template.width)
        (folder / f"{name}.svg").write_bytes(pictures[name])
    pages = {"chromium": chromium(folder), "firefox": firefox(folder)}
    found = {}
    for number, (name, height) in enumerate(heights.items()):
        here = {browser: page.crop((0, SLOT * number, WIDTH, SLOT * number + height)) for browser, page in pages.items()}
        for renderer, data in (("librsvg", librsvg(pictures[name])), ("CairoSVG", cairosvg.svg2png(pictures[name], output_width=WIDTH))):
            here[renderer] = flat(Image.open(io.BytesIO(data))).crop((0, 0, WIDTH, height))
        found[name] = Drawn(here, height)
    return found


def page_of(folder: Path) -> str:
    """The address of a page with all pictures, each in its slot."""
    shown = "".join(
        f'<img src="{name}.svg" style="position:absolute;left:0;top:{SLOT * n}px;width:{WIDTH}px">' for n, name in enumerate(SHOWN)
    )
    (folder / "all.html").write_text(f"<!doctype html>{shown}", "utf-8")
    return f"file://{folder}/all.html"


def chromium(folder: Path) -> Image.Image:
    """What Chromium shows of the page."""
    size = f"--window-size={WIDTH},{SLOT * len(SHOWN)}"
    options = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--user-data-dir={folder}/chromium", size]
    subprocess.run(["chromium", *options, f"--screenshot={folder}/chromium.png", page_of(folder)], check=True, capture_output=True)
    return flat(Image.open(folder / "chromium.png"))


def firefox(folder: Path) -> Image.Image:
    """What Firefox shows of the page."""
    (folder / "firefox").mkdir()
    size = f"--window-size={WIDTH},{SLOT * len(SHOWN)}"
    options = ["--headless", "--no-remote", "--profile", f"{folder}/firefox", size, "--screenshot", f"{folder}/firefox.png"]
    home = os.environ | {"HOME": str(folder)}
    subprocess.run(["firefox-esr", *options, page_of(folder)], check=True, capture_output=True, env=home)
    return flat(Image.open(folder / "firefox.png"))


def librsvg(picture: bytes) -> bytes:
    """The PNG of rsvg-convert."""
    return subprocess.run(["rsvg-convert", "-w", str(WIDTH)], input=picture, check=True, capture_output=True).stdout


@pytest.mark.parametrize("name", SHOWN)
def test_all_renderers_draw_the_same(name: str, drawn: dict[str, Drawn]) -> None:
    """Squares of 5 × 5 pixels, so that it does not count how an edge is smoothed."""
    seen = drawn[name]
    small = {key: picture.resize((WIDTH // 5, seen.height // 5), Image.Resampling.BOX) for key, picture in seen.pictures.items()}
    assert ImageStat.Stat(small["chromium"]).stddev[0] > 10, "something is drawn"
    for other in ("firefox", "librsvg", "CairoSVG"):
        difference = ImageChops.difference(small["chromium"], small[other])
        assert max(index for index, count in enumerate(difference.histogram()) if count) < 40, other
        assert ImageStat.Stat(difference).mean[0] < 1.5, other


@pytest.mark.parametrize("name", SHOWN)
def test_the_qr_code_scans_from_each(name: str, drawn: dict[str, Drawn]) -> None:
    found = {key: [code.text for code in zxingcpp.read_barcodes(picture)] for key, picture in drawn[name].pictures.items()}
    assert found == {key: [sample.URL] for key in found}
