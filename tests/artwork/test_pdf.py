"""The PDF of a certificate: it keeps the rules, says what it is, carries the credential, and is the same every time."""

from __future__ import annotations

import base64
import io
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
import uharfbuzz as hb
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from issuer import artwork, inside
from issuer.artwork import pdf
from issuer.artwork.compiling.store import Store
from issuer.artwork.pdf import colour, copying, fonts, syntax
from issuer.artwork.sheet import Sheet
from issuer.artwork.template import parse
from issuer.artwork.text import shaping
from tests.artwork import pdf_rules, sample

CREATED = datetime(2026, 5, 31, 8, 0, tzinfo=UTC)
STORE = Store()


def written(sheet: Sheet, credential: bytes | None = sample.CREDENTIAL, store: Store = STORE) -> bytes:
    """A certificate as a file."""
    return pdf.write(pdf.plate(sheet.edition, store), sheet, credential=credential, created=CREATED)


def opened(data: bytes) -> pikepdf.Pdf:
    """A file to look into."""
    return pikepdf.open(io.BytesIO(data))


@pytest.mark.parametrize(("name", "language"), [sample.names()[index] for index in (0, 1, 4, 8, 10, 11, 12, 13, 26, 29)])
def test_the_rules_are_kept(name: str, language: str) -> None:
    assert pdf_rules.faults(written(sample.sheet(name, language))) == []


def test_qpdf_finds_nothing_and_the_file_is_small(tmp_path: Path) -> None:
    data = written(sample.sheet())
    (tmp_path / "a.pdf").write_bytes(data)
    checked = subprocess.run(["qpdf", "--check", tmp_path / "a.pdf"], check=True, capture_output=True, text=True)
    assert "No syntax or stream encoding errors" in checked.stdout
    assert len(data) < 40_000


def _changed(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    sink = io.BytesIO()
    with opened(written(sample.sheet())) as document:
        change(document)
        document.save(sink, deterministic_id=True)
    return sink.getvalue()


def _elements(document: pikepdf.Pdf, kind: str) -> list[pikepdf.Object]:
    return [found for found in document.objects if isinstance(found, pikepdf.Dictionary) and found.get("/S") == f"/{kind}"]


def _narrow(document: pikepdf.Pdf) -> None:
    for font in document.pages[0].Resources.Font.values():
        font.DescendantFonts[0].W = pikepdf.Array([1, pikepdf.Array([1, 2, 3])])


def _strip(name: str, kind: str) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        for element in _elements(document, kind):
            del element[name]

    return change


def _unmarked(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    page.Contents = document.make_stream(page.Contents.read_bytes().replace(b"/Artifact BMC", b"").replace(b"EMC", b"", 1))


_SPOILED: dict[str, tuple[Callable[[pikepdf.Pdf], None], str]] = {
    "tags": (lambda document: document.Root.__delitem__("/MarkInfo"), "A 6.7.2"),
    "language": (lambda document: document.Root.__delitem__("/Lang"), "A 6.7.4"),
    "intent": (lambda document: document.Root.__delitem__("/OutputIntents"), "A 6.2.3"),
    "title": (lambda document: document.Root.__delitem__("/ViewerPreferences"), "UA 7.1"),
    "metadata": (lambda document: document.Root.__delitem__("/Metadata"), "A 6.6.2.1"),
    "attachment": (lambda document: document.Root.__delitem__("/AF"), "A 6.8"),
    "description": (_strip("/Alt", "Figure"), "UA 7.3"),
    "structure": (_strip("/K", "P"), "UA 7.1"),
    "link": (_strip("/K", "Link"), "UA 7.18.5"),
    "widths": (_narrow, "A 6.2.11.5"),
    "content": (_unmarked, "UA 7.1"),
}


@pytest.mark.parametrize("spoiled", _SPOILED)
def test_the_rules_find_what_is_wrong(spoiled: str) -> None:
    change, clause = _SPOILED[spoiled]
    found = pdf_rules.faults(_changed(change))
    assert [fault for fault in found if fault.startswith(clause)], found


def test_it_says_what_it_is() -> None:
    sheet = sample.sheet("José", "pt-BR")
    with opened(written(sheet)) as document:
        assert str(document.docinfo.Title) == "Python 101 – José"
        assert str(document.docinfo.Author) == "Example Academy"
        assert str(document.docinfo.CreationDate) == "D:20260531080000Z" == str(document.docinfo.ModDate)
        assert str(document.Root.Lang) == "pt-BR"
        assert [round(float(value)) for value in document.pages[0].mediabox] == [0, 0, 842, 595]
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == "Python 101 – José"
            assert metadata["dc:creator"] == ["Example Academy"]
            assert metadata["xmp:CreateDate"] == "2026-05-31T08:00:00Z"
            assert metadata.pdfa_status == "3A"


def test_the_credential_comes_out_as_it_went_in() -> None:
    data = written(sample.sheet())
    assert inside.credential_in(data) == sample.CREDENTIAL
    with opened(data) as document:
        file = document.attachments["credential.json"]
        assert file.get_file().mime_type == "application/json"
        assert file.relationship == pikepdf.Name.Data


def _programs(name: str) -> set[bytes]:
    with opened(written(sample.sheet(name))) as document:
        return {font.DescendantFonts[0].FontDescriptor.FontFile2.read_raw_bytes() for font in document.pages[0].Resources.Font.values()}


def test_names_in_frequent_letters_share_their_fonts_and_others_carry_no_more_than_they_show() -> None:
    ada, grete, lukasiewicz = map(_programs, ("Ada Lovelace", "Grete Núñez-Wu", "Ada Łukasiewicz"))
    assert ada == grete
    (own,), (plain,) = lukasiewicz - ada, ada - lukasiewicz
    assert len(own) < len(plain)


def test_a_draft_carries_nothing() -> None:
    data = written(sample.sheet(), None)
    assert pdf_rules.faults(data) == []
    with opened(data) as document:
        assert not document.attachments
        assert "/AF" not in document.Root


def test_what_is_read_aloud_stands_in_the_order_of_the_page() -> None:
    with opened(written(sample.sheet("محمد بن سلمان", "ar"))) as document:
        kids = list(document.Root.StructTreeRoot.K[0].K)
        said = [str(kid.get("/ActualText", "")) for kid in kids]
        assert "محمد بن سلمان" in said
        assert said.index("EXAMPLE ACADEMY") < said.index("محمد بن سلمان") < said.index("Python 101")
        assert [str(kid.S) for kid in kids].count("/H1") == 1
        last = kids[-1]
        assert last.S == "/Link"
        assert str(last.K[0].Alt) == f"QR code: {sample.URL}"


def test_links_lie_on_the_code_and_on_the_address() -> None:
    with opened(written(sample.sheet())) as document:
        links = list(document.pages[0].Annots)
        assert {str(link.A.URI) for link in links} == {sample.URL}
        assert len(links) == 2
        code = sample.TEMPLATE.code
        assert code is not None
        wide = [round(float(link.Rect[2] - link.Rect[0])) for link in links]
        assert round(code.size * sample.TEMPLATE.width / sample.TEMPLATE.page.width) in wide


def test_an_address_with_other_letters_becomes_a_link() -> None:
    with opened(written(sample.sheet(url="https://example.org/c/ж é/"))) as document:
        assert str(document.pages[0].Annots[0].A.URI) == "https://example.org/c/%D0%B6%20%C3%A9/"


def test_same_bytes_in_another_process_and_out_of_the_store(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); from tests.artwork import sample, test_pdf as t;"
        "from issuer.artwork.compiling.store import Store; store = Store(Path(sys.argv[2]));"
        "sys.stdout.buffer.write(t.written(sample.sheet('महेश 王 Ada', 'hi'), store=store))"
    )
    store = Store(tmp_path)
    for name in ("Grace", "王 مح", "Ada"):  # what was drawn before changes nothing
        written(sample.sheet(name), store=store)
    here = written(sample.sheet("महेश 王 Ada", "hi"), store=store)
    other = subprocess.run([sys.executable, "-c", code, str(sample.ROOT), tmp_path], check=True, capture_output=True).stdout
    assert other == here
    assert here == written(sample.sheet("महेश 王 Ada", "hi"))


@given(st.text(max_size=40), st.sampled_from([None, "", "ur", "ja", "<&\"'", "\x00"]))
@settings(max_examples=25, deadline=None)
def test_no_name_breaks_a_file(name: str, language: str | None) -> None:
    found = pdf_rules.faults(written(sample.sheet(name, language), b"{}"))
    if artwork.undrawable({"name": name}, language):  # refused before anything is signed: .notdef, and private characters
        found = [fault for fault in found if not fault.startswith(("A 6.2.11.7", "A 6.2.11.8"))]
    assert found == []


HOSTILE = ["(a) Tj \\", "\\", ")", "((", "<feff>", "/Type /Page", "endstream endobj", "%%EOF", "<<>>", "\\050\\\\)", "]]>", "<?xpacket?>"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_never_syntax(name: str) -> None:
    data = written(sample.sheet(name, achievement=name, issuer=name))
    assert pdf_rules.faults(data) == []
    with opened(data) as document:
        assert str(document.docinfo.Title) == f"{name} – {name}"
        assert str(document.docinfo.Author) == name
        assert name in [str(element.get("/ActualText", "")) for element in document.Root.StructTreeRoot.K[0].K]


def test_a_text_that_is_turned_has_its_link_around_it() -> None:
    text = '<g transform="translate(150 50) rotate(-90)"><text font-size="4" text-anchor="middle">{{ url }}</text></g>'
    with opened(written(sample.sheet(template=sample.template(text)))) as document:
        left, bottom, right, top = (float(value) for value in document.pages[0].Annots[1].Rect)
    assert right - left < 10
    assert top - bottom > 40
    assert left < 150 * 0.75 < right


def noise() -> str:
    """A picture that a template shows."""
    sink = io.BytesIO()
    Image.effect_noise((40, 40), 80).save(sink, "PNG")
    return f'<image href="data:image/png;base64,{base64.b64encode(sink.getvalue()).decode()}" x="100" y="10" width="80" height="80"/>'


def test_a_picture_stays_a_picture_and_is_not_smoothed() -> None:
    data = written(sample.sheet(template=sample.template(noise())))
    assert pdf_rules.faults(data) == []
    with opened(data) as document:
        pictures = [found for found in document.objects if isinstance(found, pikepdf.Stream) and found.get("/Subtype") == "/Image"]
    assert pictures
    assert not any(bool(picture.get("/Interpolate", False)) for picture in pictures)


def _photograph(mode: str, **more: int) -> tuple[bytes, str]:
    """A JPEG, and the element that shows it."""
    sink = io.BytesIO()
    grey = Image.radial_gradient("L").resize((120, 90))
    picture = Image.merge("RGB", (grey, grey.rotate(180), grey.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    picture = Image.merge("RGB", (grey, grey, grey)) if mode == "grey in RGB" else picture.convert(mode)
    exif = Image.Exif()
    exif.update({0x0112: more.get("turned", 1)})
    picture.save(sink, "JPEG", quality=80, exif=exif)
    href = f"data:image/jpeg;base64,{base64.b64encode(sink.getvalue()).decode()}"
    return sink.getvalue(), f'<image href="{href}" x="100" y="10" width="80" height="60"/>'


@pytest.mark.parametrize("mode", ["RGB", "L", "grey in RGB"])
def test_a_photograph_is_carried_as_it_is(mode: str) -> None:
    jpeg, shown = _photograph(mode)
    data = written(sample.sheet(template=sample.template(shown)))
    assert pdf_rules.faults(data) == []
    assert jpeg in data
    assert len(data) < len(written(sample.sheet(template=sample.template(noise())))) + len(jpeg)


def test_a_photograph_that_is_shown_twice_is_carried_once() -> None:
    jpeg, shown = _photograph("RGB")
    data = written(sample.sheet(template=sample.template(shown + shown.replace('x="100"', 'x="10"'))))
    assert data.count(jpeg) == 1
    with opened(data) as document:
        pictures = [found for found in document.objects if isinstance(found, pikepdf.Stream) and found.get("/Subtype") == "/Image"]
    assert [str(picture.Filter) for picture in pictures] == ["/DCTDecode"]


def test_a_photograph_that_is_turned_is_carried_as_pixels() -> None:
    jpeg, shown = _photograph("RGB", turned=6)
    assert jpeg not in written(sample.sheet(template=sample.template(shown)))


def test_no_number_has_an_exponent() -> None:
    fading = '<linearGradient id="f"><stop stop-color="#F4D35E"/><stop offset="1" stop-color="#EE964B" stop-opacity="0"/></linearGradient>'
    template = parse(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="595" height="842" viewBox="0 0 595 842">{fading}'
        '<rect width="595" height="280" fill="url(#f)"/><rect data-qr="url" x="400" y="600" width="100" height="100"/></svg>'.encode(),
        shown_as="figma.svg",
    )
    data = written(sample.sheet(template=template))
    with opened(data) as document:
        boxes = [found.BBox for found in document.objects if isinstance(found, pikepdf.Stream) and "/BBox" in found]
    assert len(boxes) > 1
    assert not any(b"E" in box.unparse().upper() for box in boxes)
    assert copying.Copier(syntax.Objects(1)).value(Decimal("5.6843E-14")) == "0"
    assert copying.Copier(syntax.Objects(1)).value(Decimal("-1.50")) == "-1.5"


def test_shapes_that_come_again_are_kept_once_also_beside_a_picture() -> None:
    rose = "M0-20c8-8 20 4 8 8 8 8-4 20-8 8-8 8-20-4-8-8-8-8 4-20 8-8c3 3 9 3 12 0s9-3 12 0z"
    places = [f"translate({30 + 20 * (n % 8)} {20 + 20 * (n // 8)}) rotate({n * 13})" for n in range(32)]
    turned = "".join(f'<path d="{rose}" transform="{place}"/>' for place in places)
    once, often = (len(written(sample.sheet(template=sample.template(shown)))) for shown in (f'<path d="{rose}"/>', turned))
    assert often - once < 32 * 40
    data = written(sample.sheet(template=sample.template(f"{turned}{noise()}")))
    with opened(data) as document:
        forms = document.pages[0].Resources.XObject.Art.Resources.XObject
        assert sorted(str(form.Subtype) for form in forms.values()).count("/Image") == 1
        assert len(forms) == 2


def test_the_profile_is_srgb() -> None:
    profile = colour.srgb()
    assert struct.unpack(">I", profile[:4])[0] == len(profile) < 600
    ours, known = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
    picture = Image.frombytes("RGB", (16, 16), bytes(range(256)) * 3)
    moved = ImageCms.profileToProfile(picture, ours, known)
    assert isinstance(moved, Image.Image)
    assert max(abs(a - b) for a, b in zip(picture.tobytes(), moved.tobytes(), strict=True)) <= 2


@pytest.mark.parametrize(("value", "shown"), [(0.0, "0"), (-0.001, "0"), (12.5, "12.5"), (100.0, "100"), (-3.14159, "-3.14")])
def test_numbers_are_short(value: float, shown: str) -> None:
    assert syntax.number(value) == shown


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_strings_come_back(text: str) -> None:
    assert str(pikepdf.Object.parse(syntax.string(text).encode("ascii"))) == text


@pytest.mark.parametrize(("family", "weight"), [("Noto Sans", 400), ("Noto Sans", 700), ("Noto Serif", 400)])
def test_a_han_font_of_few_tables_gives_the_same_subset(family: str, weight: int) -> None:
    (run,) = shaping.shape(shaping.alone("直子王小明김민준", shaping.Style(family=family, weight=weight)), "ja").runs[:1]
    source, made = fonts.source(run.face), []
    assert source.compact
    for face in (source.prepared, run.face.face):
        wanted = hb.SubsetInput()
        wanted.glyph_set.set(hb.Set(set(run.glyphs)))
        wanted.drop_table_tag_set.update(source.drop)
        made.append(hb.SubsetPlan(face, wanted).execute().reference_table("CFF ").data)
    assert made[0] == made[1] != b""


def test_writing_many_does_not_fill_the_memory() -> None:
    def some(start: int) -> int:
        for number in range(start, start + 40):
            written(sample.sheet(f"Ada Lovelace {number}", id=f"0x4k7m2q9v3w8y1zj6t5d{number:05}"))
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    some(0)
    before, after = some(100), some(140)
    tracemalloc.stop()
    assert after - before < 2_000_000
