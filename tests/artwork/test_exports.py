"""A designer's drawing, as Inkscape, Illustrator or Figma saved it, is a template as soon as three texts are fields."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from issuer.artwork import lint, samples, sheet, writers
from issuer.artwork.compiling.store import Store
from issuer.artwork.lint import weight
from issuer.artwork.template import Template, parse
from issuer.batch_config import Format

FOLDER = Path(__file__).parent / "exports"
EXPORTS = sorted(FOLDER.glob("*.svg"))
FIELDS = {"Jane Doe": "{{ name }}", "Name of the course": "{{ achievement }}", "Address of the page": "{{ url }}"}
PAGES = {"illustrator-save-as": "US Letter landscape"}


def with_fields(path: Path) -> bytes:
    """What a newcomer does with the drawing in a text editor."""
    text = path.read_text("utf-8")
    for words, field in FIELDS.items():
        assert text.count(words) + text.count(f'id="{words}"') >= 1
        text = text.replace(f">{words}<", f">{field}<")
    return text.encode()


def drawn(template: Template, form: Format, store: Store) -> bytes:
    values = samples.fields(template, samples.ORDINARY, samples.ADDRESS)
    laid_out = sheet.lay_out(template, values, language="en", url=samples.ADDRESS)
    return writers.write(laid_out, form, credential=None, created=weight._CREATED, store=store)


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.stem)
def test_an_export_works_after_adding_three_fields(path: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    shown, source = f"templates/{path.name}", with_fields(path)
    linted = lint.lint(source, shown_as=shown, store=store, formats=("pdf", "png"))
    assert linted.findings == ()
    template = parse(source, shown_as=shown)
    assert lint.page_name(template) == PAGES.get(path.stem, "A4 landscape")
    assert template.fields == {"name", "achievement", "url"}
    with Image.open(io.BytesIO(drawn(template, "png", store))) as picture:
        (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.text == samples.ADDRESS
    text = pypdfium2.PdfDocument(drawn(template, "pdf", store))[0].get_textpage().get_text_bounded()
    for value in (samples.ORDINARY["name"], samples.ORDINARY["achievement"], samples.ADDRESS):
        assert value in " ".join(text.split())


def test_the_exports_say_themselves_which_program_saved_them() -> None:
    marks = {
        "inkscape": "sodipodi:namedview",
        "illustrator": ".cls-1",
        "illustrator-save-as": "Generator: Adobe Illustrator",
        "figma": "clip0_1_2",
    }
    assert {path.stem for path in EXPORTS} == {*marks, "inkscape-plain"}
    for name, mark in marks.items():
        assert mark in (FOLDER / f"{name}.svg").read_text("utf-8")
    assert "sodipodi" not in (FOLDER / "inkscape-plain.svg").read_text("utf-8")
