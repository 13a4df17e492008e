"""The certificates of the gallery as tests and the guide show them. `python -m tests.artwork.gallery` writes the golden pictures, the
pictures of the guide and of README.md, and the guide's table of sizes: look at each of them before you commit it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps

from issuer.artwork import writers
from issuer.artwork.compiling.store import Store
from issuer.artwork.sheet import Sheet, lay_out
from issuer.artwork.template import load
from issuer.artwork.template.brand import Brand, Picture
from issuer.batch_config import Format

ROOT = Path(__file__).parents[2]
TEMPLATES, GUIDE = ROOT / "templates", ROOT / "site" / "guide" / "gallery.md"
GOLDEN = Path(__file__).parent / "golden"
KINDS = ("course", "distinction", "attendance", "membership", "diploma", "workshop")
GOALS: dict[Format, int] = {"svg": 65_000, "pdf": 40_000, "png": 60_000, "card": 90_000}
"""The most bytes that a certificate of the gallery may have, with its credential inside."""
IDENTIFIER = "01jx3zq7k5v2m8n4t6r9w0ybcd"
URL = f"https://certificates.example.org/c/{IDENTIFIER}/"
CREDENTIAL = b"".join(hashlib.sha256(bytes([number])).hexdigest().encode() for number in range(78))
"""As long as most, and as hard to pack."""
CREATED = dt.datetime(2026, 6, 6, tzinfo=dt.UTC)
LESS = {
    "achievement": "Foundations of Data Analysis",
    "issuer": "Northwind Institute of Technology",
    "awarded": "2026-06-06",
}
"""What every certificate has beside name, id and address."""
MORE = {
    **LESS,
    "description": "Forty hours of lectures and laboratory work, concluded by a project of one's own and an oral presentation.",
    "valid_until": "2029-06-06",
    "hours": "40",
    "score": "94 %",
    "credits": "5",
    "role": "Full member",
    "licence": "M-20417",
    "signatory": "Prof. Helena Marchetti",
    "signatory_title": "Dean of Continuing Education",
}
"""Every field that a template of the gallery knows."""
NAMES = {
    "usual": ("Amélie Rousseau", "en"),
    "short": ("Bo Li", "en"),
    "two-lines": ("María de los Ángeles Fernández de la Fuente y Villanueva", "es"),
    "long": ("Wilhelmina Featherstonehaugh-Montgomery von Hohenberg", "de"),
    "right-to-left": ("محمد عبد الرحمن الفارسي", "ar"),
}
"""What a name is like → the name and the language of who bears it."""
_BARE, _OTHER_BRAND = "short", "long"  # of the golden pictures: these show few fields and no pictures, and another brand
_GOLDEN_WIDTH, _SHOWN_WIDTH = 320, 560
_PICTURES = Path(__file__).parent / "brand"
PICTURES = {name: Picture.of((_PICTURES / f"{name}.svg").read_bytes()) for name in ("logo", "signature")}
OWN, OTHER = Brand.of({}, PICTURES), Brand.of({"primary": "#5b1647", "accent": "#c95f2a"}, PICTURES)


def certificate(kind: str, look: str = "usual", *, brand: Brand = OWN, few: bool = False) -> Sheet:
    """A certificate with the name of this kind. few: only what every certificate has."""
    name, language = NAMES[look]
    fields = {**(LESS if few else MORE), "name": name, "id": IDENTIFIER, "url": URL}
    return lay_out(load(TEMPLATES / f"{kind}.svg", brand=brand), fields, language=language, url=URL)


def cases() -> Iterator[tuple[str, Sheet]]:
    """Name and certificate of each golden picture."""
    for kind in KINDS:
        for look in NAMES:
            brand = Brand() if look == _BARE else OTHER if look == _OTHER_BRAND else OWN
            yield f"{kind}-{look}", certificate(kind, look, brand=brand, few=look == _BARE)


def written(sheet: Sheet, form: Format, store: Store) -> bytes:
    """The file, with a credential inside."""
    return writers.write(sheet, form, credential=CREDENTIAL, created=CREATED, store=store)


def seen(sheet: Sheet, form: Format, width: int, store: Store) -> Image.Image:
    """A certificate as a reader sees it, so many pixels wide: SVG by librsvg, PDF by pdfium."""
    data, template = written(sheet, form, store), sheet.edition.template
    size = width, round(width * template.height / template.width)
    if form == "pdf":
        page = pypdfium2.PdfDocument(data)[0]
        picture: Image.Image = page.render(scale=4 * width / page.get_width()).to_pil()
    else:
        if form == "svg":
            command = ["rsvg-convert", "--unlimited", "-w", f"{4 * width}", "-h", f"{4 * size[1]}"]
            data = subprocess.run(command, input=data, capture_output=True, check=True).stdout
        picture = Image.open(io.BytesIO(data))
    return picture.convert("RGB").resize(size, Image.Resampling.BOX)


def golden(sheet: Sheet, form: Format, store: Store) -> Image.Image:
    """A certificate as small as the golden pictures are."""
    return seen(sheet, form, _GOLDEN_WIDTH, store)


def sizes(kind: str, store: Store) -> dict[Format, int]:
    """Bytes of a usual certificate with every field, with a logo, a signature and its credential, in each format."""
    sheet = certificate(kind)
    return {form: len(written(sheet, form, store)) for form in GOALS}


def rows(text: str) -> dict[str, list[str]]:
    """The table of sizes in the guide: template → its cells."""
    found = re.findall(r"^\| `([a-z-]+)` \|(.*)\|$", text, re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in found}


def _write() -> None:
    store = Store(None)
    GOLDEN.mkdir(exist_ok=True)
    for name, sheet in cases():
        _save(golden(sheet, "pdf", store), GOLDEN / f"{name}.png", 96)
    for kind in ("default", *KINDS):
        shown = seen(certificate(kind), "svg", _SHOWN_WIDTH, store)
        _save(shown, ROOT / "site" / "assets" / "gallery" / f"{kind}.png", 96)
    _save(seen(certificate("default"), "svg", 1000, store), ROOT / "site" / "assets" / "pictures" / "certificate.png", 128)
    _save(_all_in_two_rows(store), ROOT / "site" / "assets" / "pictures" / "gallery.png", 160)
    text = GUIDE.read_text("utf-8")
    for kind, cells in rows(text).items():
        measured = [f"{size / 1000:.0f}" for size in sizes(kind, store).values()]
        text = text.replace(f"| `{kind}` | {' | '.join(cells)} |", f"| `{kind}` | {' | '.join([*cells[:-4], *measured])} |")
    GUIDE.write_text(text, encoding="utf-8")


def _all_in_two_rows(store: Store) -> Image.Image:
    """Every kind once, on white."""
    wide, gap = 1400, 18
    sheet = Image.new("RGB", (wide, 3 * wide), "#ffffff")
    top = 0
    for kinds in (("course", "distinction", "attendance"), ("workshop", "membership", "diploma")):
        shapes = [one.width / one.height for one in (certificate(kind).edition.template for kind in kinds)]
        high = (wide - 2 - gap * (len(kinds) - 1)) / sum(shapes)
        left = 1.0
        for kind, shape in zip(kinds, shapes, strict=True):
            picture = seen(certificate(kind), "svg", round(high * shape), store).crop((0, 0, round(high * shape), round(high)))
            sheet.paste(ImageOps.expand(picture, 1, "#d5d5d5"), (round(left) - 1, top))
            left += high * shape + gap
        top += round(high) + 2 + gap
    return sheet.crop((0, 0, wide, top - gap))


def _save(picture: Image.Image, path: Path, colours: int) -> None:
    path.parent.mkdir(exist_ok=True)
    picture.quantize(colours, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    _write()
