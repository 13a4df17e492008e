"""Certificates, drawn: what stands in the SVG and in the PDF, that it fits, that it is the same every time, and that it scans."""

from __future__ import annotations

import base64
import csv
import io
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element

import pikepdf
import pytest
import zxingcpp
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from issuer import artwork
from issuer.errors import FormatError, IssuerError, TemplateError

_ROOT = Path(__file__).parents[2]
_TEMPLATE = artwork.load(_ROOT / "templates" / "default.svg", shown_as="templates/default.svg")
_URL = "https://certificates.example.org/c/0x4k7m2q9v3w8y1zj6t5d0ahcb/"
_CREATED = datetime(2026, 5, 31, 8, 0, tzinfo=UTC)
_SVG = "{http://www.w3.org/2000/svg}"
_JSON = '{"name":"José"}'.encode()


def _names() -> list[tuple[str, str]]:
    with (_ROOT / "tests" / "rosters" / "world-names.csv").open(encoding="utf-8", newline="") as file:
        return [(row["name"], row["language"]) for row in csv.DictReader(file)]


def _fields(name: str, **more: str) -> dict[str, str]:
    fields = {
        "name": name,
        "achievement": "Python 101",
        "description": "Ten evenings of programming, and a final project that was presented.",
        "issuer": "Example Academy",
        "awarded_long": "30 May 2026",
        "id": "0x4k7m2q9v3w8y1zj6t5d0ahcb",
        "url": _URL,
    }
    return fields | more


def _svg(name: str = "Ada Lovelace", language: str | None = "en", **more: str) -> bytes:
    return artwork.draw_svg(_TEMPLATE, _fields(name, **more), language=language, url=_URL)


def _pdf(svg: bytes, title: str = "Python 101 – Ada Lovelace") -> bytes:
    return artwork.draw_pdf(svg, title=title, author="Example Academy", language="en", attachment=_JSON, created=_CREATED)


def _lines(svg: bytes) -> list[Element]:
    return [group for group in fromstring(svg).iter(f"{_SVG}g") if group.get("data-line")]


def _drawn(pdf: bytes, folder: Path, resolution: int = 100) -> Image.Image:
    (folder / "a.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(resolution), "-png", "-singlefile", folder / "a.pdf", folder / "a"], check=True)
    return Image.open(folder / "a.png").convert("RGB")


@pytest.mark.parametrize(("name", "language"), _names())
def test_every_name_stands_in_its_box(name: str, language: str) -> None:
    assert artwork.overflow(_TEMPLATE, _fields(name), language) == []
    said = []
    for group in _lines(_svg(name, language)):
        x, baseline, size, width = map(float, (group.get("data-line") or "").split())
        assert 60 <= x <= x + width <= 782, group.get("aria-label")
        assert 60 <= baseline - size * 0.2 <= baseline <= 541
        said.append(group.get("aria-label") or "")
    assert name in (" ".join(said[6:8]), said[6]), "the name is on one or two lines after the fixed texts and the issuer"


def test_the_svg_stands_alone() -> None:
    svg = _svg("Robert <b>&amp;")
    root = fromstring(svg)
    tags = {element.tag.removeprefix(_SVG) for element in root.iter()}
    assert not tags & {"text", "tspan", "style", "script", "image", "foreignObject", "a"}
    assert b"font" not in re.sub(rb'aria-label="[^"]*"', b"", svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == "Python 101 – Robert <b>&amp;"
    assert root.findtext(f"{_SVG}title") == "Python 101 – Robert <b>&amp;"
    assert _URL in (root.findtext(f"{_SVG}desc") or "")
    references = {element.get("href") or "" for element in root.iter() if element.get("href")}
    ids = {f"#{element.get('id')}" for element in root.iter() if element.get("id")}
    assert references <= ids
    assert len(ids) == sum(1 for element in root.iter() if element.get("id")), "an id is used twice"


def test_markup_in_a_name_is_text() -> None:
    label = next(group.get("aria-label") for group in _lines(_svg('R "B" <b>&amp;')) if "&" in (group.get("aria-label") or ""))
    assert label == 'R "B" <b>&amp;'


def test_optional_lines_disappear() -> None:
    without = [group.get("aria-label") for group in _lines(_svg())]
    assert not any("Valid until" in (label or "") for label in without)
    assert "Valid until 31 May 2028" in [group.get("aria-label") for group in _lines(_svg(valid_until_long="31 May 2028"))]
    assert len(_lines(_svg(valid_until_long="31 May 2028"))) == len(without) + 1


def test_long_texts_wrap_and_then_overflow() -> None:
    long = "A certificate of the advanced study of letters in every script of the world, and of their right order on a page"
    labels = [group.get("aria-label") for group in _lines(_svg(achievement=long))]
    assert long not in labels
    assert long in " ".join(label or "" for label in labels)
    assert artwork.overflow(_TEMPLATE, _fields("Ada", achievement=long), "en") == []
    endless = "Ada " * 400
    found = artwork.overflow(_TEMPLATE, _fields(endless), "en")
    assert [(item.field, item.text) for item in found] == [("name", endless)]
    assert _svg(endless).startswith(b"<svg"), "it is still drawn: the gate refuses it, not the drawing"


def test_same_bytes_in_another_process() -> None:
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); import tests.artwork.test_drawing as t;"
        "s = t._svg('महेश 王 Ada', 'hi'); sys.stdout.buffer.write(s + t._pdf(s))"
    )
    other = subprocess.run([sys.executable, "-c", code, str(_ROOT)], check=True, capture_output=True).stdout
    here = _svg("महेश 王 Ada", "hi")
    assert other == here + _pdf(here)


@pytest.mark.parametrize("resolution", [75, 150])
def test_the_qr_code_scans_from_the_page(tmp_path: Path, resolution: int) -> None:
    found = zxingcpp.read_barcodes(_drawn(_pdf(_svg()), tmp_path, resolution))
    assert [code.text for code in found] == [_URL]


def test_the_qr_code_scans_in_grey_with_a_stain(tmp_path: Path) -> None:
    page = _drawn(_pdf(_svg()), tmp_path, 150).convert("L").convert("RGB")
    dots = 150 / 72
    ImageDraw.Draw(page).ellipse([658 * dots, 470 * dots, 672 * dots, 484 * dots], fill="white")
    assert [code.text for code in zxingcpp.read_barcodes(page)] == [_URL]


@pytest.mark.parametrize(("name", "language"), [_names()[index] for index in (1, 6, 8, 10, 11, 12, 29)])
def test_search_finds_the_name_in_the_pdf(name: str, language: str, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(_pdf(_svg(name, language)))
    text = subprocess.run(["pdftotext", tmp_path / "a.pdf", "-"], check=True, capture_output=True, text=True).stdout
    assert name in re.sub("[\u202a-\u202e\u200e\u200f]", "", text)


def test_ink_is_where_the_name_is(tmp_path: Path) -> None:
    blank, page = _drawn(_pdf(_svg(" ")), tmp_path).convert("L"), _drawn(_pdf(_svg("王小明", "zh-Hans")), tmp_path).convert("L")
    scale = page.width / 841.89
    box = (101 * scale, 214 * scale, 741 * scale, 292 * scale)
    dark = [sum(int(count) for count in image.crop(box).histogram()[:100]) for image in (blank, page)]
    assert dark[0] == 0
    assert dark[1] > 500


def test_the_pdf_says_what_it_is() -> None:
    data = _pdf(_svg(), title="Python 101 – José")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.docinfo.Title) == "Python 101 – José"
        assert str(pdf.docinfo.Author) == "Example Academy"
        assert str(pdf.docinfo.CreationDate) == "D:20260531080000+00'00'" == str(pdf.docinfo.ModDate)
        assert str(pdf.Root.Lang) == "en"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert [round(float(value)) for value in pdf.pages[0].mediabox] == [0, 0, 842, 595]
        file = pdf.attachments["credential.json"]
        assert file.get_file().read_bytes() == _JSON
        assert file.get_file().mime_type == "application/json"
        assert pdf.Root.AF[0].AFRelationship == pikepdf.Name.Data
        link = pdf.pages[0].Annots[0]
        assert str(link.A.URI) == _URL
        left, bottom, right, top = (float(value) for value in link.Rect)
        assert 600 < left < right < 720
        assert 60 < bottom < top < 170
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Python 101 – José"


def test_the_pdf_keeps_within_its_size() -> None:
    assert len(_pdf(_svg())) < 160_000
    assert len(_svg()) < 110_000


def test_a_baked_svg_makes_the_same_pdf() -> None:
    svg = _svg()
    baked = artwork.bake(svg, _JSON)
    assert artwork.unbake(baked) == _JSON
    assert _pdf(baked) == _pdf(svg)


@pytest.mark.parametrize(
    "svg", [b"", b"<svg/>", b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', _svg()[:-9], _svg().replace(b"pt", b"mm")]
)
def test_another_svg_is_refused(svg: bytes) -> None:
    with pytest.raises(FormatError):
        _pdf(svg)


def test_a_broken_artwork_is_a_template_error() -> None:
    source = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><use/><rect data-qr="url" width="60" height="60"/></svg>'
    svg = artwork.draw_svg(artwork.parse(source.encode(), shown_as="a.svg"), {}, language=None, url=_URL)
    with pytest.raises(TemplateError, match="cannot be drawn"):
        _pdf(svg)


def test_a_picture_in_the_template_is_drawn(tmp_path: Path) -> None:
    sink = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 0, 0)).save(sink, "PNG")
    picture = f"data:image/png;base64,{base64.b64encode(sink.getvalue()).decode()}"
    source = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><rect data-qr="url" width="80" height="80"/>'
        f'<image href="{picture}" x="100" y="0" width="100" height="100"/></svg>'
    )
    svg = artwork.draw_svg(artwork.parse(source.encode(), shown_as="a.svg"), {}, language=None, url=_URL)
    page = _drawn(_pdf(svg), tmp_path, 72)
    assert page.getpixel((page.width * 3 // 4, page.height // 2)) == (200, 0, 0)


def test_an_endless_address_is_refused() -> None:
    with pytest.raises(IssuerError, match="does not fit into a QR code"):
        artwork.draw_svg(_TEMPLATE, _fields("Ada"), language="en", url="https://example.org/" + "x" * 3000)


def test_turned_text_and_two_colours(tmp_path: Path) -> None:
    source = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="200mm" height="100mm" viewBox="-100 0 200 100">'
        '<g transform="translate(-50 50) rotate(-90)"><text font-size="20" text-anchor="middle" fill="#ff0000">{{ name }}'
        '<tspan fill="blue" font-size="10"> x</tspan></text></g><rect data-qr="url" x="20" y="20" width="60" height="60"/></svg>'
    )
    template = artwork.parse(source.encode(), shown_as="a.svg")
    page = _drawn(_pdf(artwork.draw_svg(template, {"name": "HHHH"}, language="en", url=_URL)), tmp_path, 72)
    half = page.crop((0, 0, page.width // 2, page.height))
    red = [(x, y) for x in range(half.width) for y in range(half.height) if half.getpixel((x, y)) == (255, 0, 0)]
    blue = [(x, y) for x in range(half.width) for y in range(half.height) if half.getpixel((x, y)) == (0, 0, 255)]
    assert red
    assert blue
    assert min(y for _, y in red) > min(y for _, y in blue), "turned to run upwards: what follows stands higher"
    assert max(x for x, _ in red) - min(x for x, _ in red) < max(y for _, y in red) - min(y for _, y in red)


@given(st.text(max_size=40), st.sampled_from([None, "", "ur", "ja", "<&\"'", "\x00"]))
@settings(max_examples=60, deadline=None)
def test_no_name_breaks_the_drawing(name: str, language: str | None) -> None:
    svg = _svg(name, language)
    assert fromstring(svg).tag == f"{_SVG}svg"
    with pikepdf.open(io.BytesIO(_pdf(svg))) as pdf:
        assert len(pdf.pages) == 1
