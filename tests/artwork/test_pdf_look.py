"""The same PDF in poppler, pdfium, MuPDF and pdf.js: all draw the same picture, which is also that of the preview."""

from __future__ import annotations

import base64
import io
import subprocess

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from issuer.artwork import png
from issuer.artwork.template import load
from tests.artwork import sample
from tests.artwork.test_pdf import STORE, written
from tests.artwork.test_pdf_text import merged
from tests.browser.demo import served

pytestmark = pytest.mark.browser
WIDTH = 842
BLOCK = 8  # pixels on a side that are compared by their mean: readers smooth edges differently
SHOWN = [
    ("default", "José Núñez Álvarez", "es"),
    ("default", "محمد بن سلمان العتيبي", "ar"),
    ("default", "نادیہ پروین", "ur"),
    ("default", "தமிழ்ச்செல்வி இராமன்", "ta"),
    ("default", "ခင်မောင်ဦး", "my"),
    ("default", "髙﨑 直子", "ja"),
    ("diploma", "שִׁירָה בן־דוד", "he"),
    ("membership", "Siobhán Ní Dhomhnaill", "ga"),
]
_RENDER = """async ([library, worker, data]) => {
  const pdfjs = await import(library);
  pdfjs.GlobalWorkerOptions.workerSrc = worker;
  const file = await pdfjs.getDocument({data: Uint8Array.from(atob(data), letter => letter.charCodeAt(0))}).promise;
  const pictures = [];
  for (let number = 1; number <= file.numPages; number++) {
    const page = await file.getPage(number), wide = page.getViewport({scale: 1}).width;
    const viewport = page.getViewport({scale: %d / wide});
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [viewport.width, viewport.height];
    await page.render({canvas, viewport, background: "white"}).promise;
    pictures.push(canvas.toDataURL("image/png").split(",")[1]);
  }
  return pictures;
}"""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> dict[str, list[Image.Image]]:
    """Every certificate by every reader, in shades of grey."""
    folder = tmp_path_factory.mktemp("look")
    templates = {name: load(sample.ROOT / "templates" / f"{name}.svg") for name, _, _ in SHOWN}
    sheets = [sample.sheet(who, language, templates[name]) for name, who, language in SHOWN]
    data = merged(written(sheet) for sheet in sheets)
    (folder / "all.pdf").write_bytes(data)
    subprocess.run(["pdftoppm", "-png", "-scale-to-x", f"{WIDTH}", "-scale-to-y", "-1", folder / "all.pdf", folder / "p"], check=True)
    subprocess.run(
        ["mutool", "draw", "-q", "-w", f"{WIDTH}", "-o", folder / "m%d.png", folder / "all.pdf"], check=True, capture_output=True
    )
    with pypdfium2.PdfDocument(data) as document:
        pdfium = [page.render(scale=WIDTH / page.get_width()).to_pil() for page in document]
    found = {
        "poppler": [Image.open(path) for path in sorted(folder.glob("p*.png"))],
        "MuPDF": [Image.open(folder / f"m{number}.png") for number in range(1, len(SHOWN) + 1)],
        "pdfium": pdfium,
        "pdf.js": _pdf_js(data, browser),
        "preview": [Image.open(io.BytesIO(png.write(png.plate(sheet.edition, png.PREVIEW, STORE), sheet, None))) for sheet in sheets],
    }
    return {reader: [_grey(picture) for picture in pages] for reader, pages in found.items()}


def _pdf_js(data: bytes, browser: Browser) -> list[Image.Image]:
    with served(sample.ROOT / "node_modules" / "pdfjs-dist") as base:
        page = browser.new_page()
        page.goto(f"{base}/package.json")
        library, worker = (f"{base}/legacy/build/{name}.min.mjs" for name in ("pdf", "pdf.worker"))
        drawn = page.evaluate(_RENDER % WIDTH, [library, worker, base64.b64encode(data).decode()])
        page.close()
    return [Image.open(io.BytesIO(base64.b64decode(picture))) for picture in drawn]


def _grey(picture: Image.Image) -> Image.Image:
    """As wide as all others, on white, and as coarse as they are compared."""
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    high = round(WIDTH * picture.height / picture.width)
    return white.convert("L").resize((WIDTH, high), Image.Resampling.BOX if picture.width != WIDTH else Image.Resampling.NEAREST)


def _apart(one: Image.Image, other: Image.Image) -> float:
    """The largest difference of the means of two blocks, 0 to 255."""
    size = (min(one.width, other.width) // BLOCK, min(one.height, other.height) // BLOCK)
    area = (0, 0, size[0] * BLOCK, size[1] * BLOCK)
    coarse = [picture.crop(area).resize(size, Image.Resampling.BOX) for picture in (one, other)]
    return float(ImageChops.difference(*coarse).getextrema()[1])  # type: ignore[arg-type]  # one band


@pytest.mark.parametrize("reader", ["MuPDF", "pdfium", "pdf.js", "preview"])
@pytest.mark.parametrize("number", range(len(SHOWN)), ids=lambda number: f"{SHOWN[number][0]}-{SHOWN[number][2]}")
def test_readers_agree(pictures: dict[str, list[Image.Image]], reader: str, number: int) -> None:
    assert _apart(pictures["poppler"][number], pictures[reader][number]) < 60


@pytest.mark.parametrize("reader", ["poppler", "MuPDF", "pdfium", "pdf.js"])
def test_the_code_scans(pictures: dict[str, list[Image.Image]], reader: str) -> None:
    for picture in pictures[reader]:
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == [sample.URL]
