"""A brand: an issuer's colours and pictures in a template, from issuer.yml and batch.yml to the artwork."""

from __future__ import annotations

import base64
import io
import re
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from issuer import batch, config
from issuer.artwork import brand_files
from issuer.artwork.compiling import child
from issuer.artwork.edition import edition
from issuer.artwork.sheet import lay_out
from issuer.artwork.template import Template, faults, parse
from issuer.artwork.template.brand import Brand, Picture
from issuer.errors import ConfigError, IssuerError, TemplateError
from tests.school import found

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 842 595">'
_QR = '<rect data-field="qr" x="10" y="10" width="90" height="90" fill="#101010" data-fill="primary"/>'
_LOGO = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 -10 20 20"><title>Logo</title>
<defs><linearGradient id="g"><stop stop-color="red"/></linearGradient></defs><circle id="c" r="9" style="fill:url(#g)"/>
<use href="#c" transform="scale(.3)"/></svg>"""


def _png(width: int, height: int, form: str = "PNG", **more: object) -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (width, height), "#336699").save(sink, form, **more)
    return sink.getvalue()


def _parse(inside: str, colours: dict[str, str] | None = None, **pictures: bytes) -> Template:
    brand = Brand.of(colours or {}, {name: Picture.of(data) for name, data in pictures.items()})
    return parse(f"{_OPEN}{inside}{_QR}</svg>".encode(), shown_as="templates/a.svg", brand=brand)


def test_colours_stand_where_the_template_names_them() -> None:
    inside = (
        '<g fill="#000001" data-fill="accent"><path d="M0 0h1"/><path d="M0 0h2" fill="#000002" data-fill="unknown"/></g>'
        '<path d="M0 0h3" style="stroke:#000003" data-stroke="accent 20%"/><text x="9" y="200" data-fill="primary">{{ name }}</text>'
    )
    template = _parse(inside, {"primary": "#112233", "accent": "#996633", "unused": "#ffffff"})
    assert edition(template).art == (
        '<g fill="#996633"><path d="M0 0h1"/><path d="M0 0h2" fill="#000002"/></g><path d="M0 0h3" stroke="#ebe0d6"/>'
    )
    assert template.blocks[0].spans({"name": "Ada"})[0][1].fill == "#112233"
    assert template.code is not None
    assert template.code.dark == "#112233"
    assert template.brand.colours == (("accent", "#996633"), ("primary", "#112233"))
    plain = _parse(inside)
    assert 'fill="#000001"' in edition(plain).art
    assert edition(plain).key != edition(template).key


def test_a_brand_in_yellow_still_has_codes_that_can_be_scanned() -> None:
    template = _parse("", {"primary": "#ffee00"})
    assert template.code is not None
    assert template.code.dark == "#101010"


def test_a_picture_stands_in_its_slot_in_its_own_shape() -> None:
    slot = '<rect data-image="logo" x="40" y="40" width="200" height="100" {}/>'
    for align, x in (("", 90), ('data-align="left top"', 40), ('data-align="right"', 140)):
        art = edition(_parse(slot.format(align), logo=_png(50, 50))).art
        assert f'<image x="{x}" y="40" width="100" height="100" preserveAspectRatio="none" href="data:image/png;base64,' in art
    assert edition(_parse(slot.format(""))).art == ""


def test_an_svg_becomes_a_part_of_the_artwork_with_ids_of_its_own() -> None:
    slot = '<rect data-image="logo" x="{}" y="40" width="100" height="100" transform="rotate(3)"/>'
    art = edition(_parse('<path id="g" d="M0 0"/><use href="#g"/>' + slot.format(40) + slot.format(200), logo=_LOGO)).art
    assert art.count("<title") == 0
    ids = re.findall(r' id="([^"]+)"', art)
    assert sorted(ids) == ["g", "picture1-c", "picture1-g", "picture1clip", "picture2-c", "picture2-g", "picture2clip"]
    assert 'fill="url(#picture1-g)"' in art
    assert 'href="#picture2-c"' in art
    assert '<g transform="rotate(3)"><clipPath id="picture1clip"><rect ' in art
    assert '<g clip-path="url(#picture1clip)"><g transform="matrix(5 0 0 5 90 90)">' in art


def test_nothing_but_pixels_gets_into_a_certificate() -> None:
    secret = Image.Exif()
    secret[0x010E], secret[0x0112] = "taken at home", 6  # a description, and a quarter turn
    data = _png(3000, 1500, "JPEG", exif=secret) + b"hidden behind the end"
    art = edition(_parse('<image data-image="photo" width="90" height="90" href="sample.png"/>', photo=data)).art
    place, _, embedded = art.partition('href="data:image/png;base64,')
    assert 'x="22.5" y="0" width="45" height="90"' in place
    pixels = base64.b64decode(embedded.partition('"')[0])
    assert b"home" not in pixels
    assert b"hidden" not in pixels
    with Image.open(io.BytesIO(pixels)) as image:
        assert image.size == (187, 375)  # 300 to the inch


def test_what_reaches_beyond_a_logo_is_not_seen() -> None:
    flood = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path fill="#f00000" d="M-99-99h999v999h-999z"/></svg>'
    inside = (
        '<rect data-image="logo" x="100" y="100" width="50" height="50"/><rect data-field="qr" x="700" y="450" width="90" height="90"/>'
    )
    source = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 842 595">{inside}</svg>'
    template = parse(source.encode(), shown_as="a.svg", brand=Brand.of({}, {"logo": Picture.of(flood)}))
    drawn = Image.open(io.BytesIO(child.draw(edition(template).art_svg(), (842,)).bitmaps[0])).convert("RGB")
    assert [drawn.getpixel(place) for place in ((97, 125), (125, 125), (125, 153))] == [(255, 255, 255), (240, 0, 0), (255, 255, 255)]


def test_pictures_that_are_large_and_many_are_refused_before_they_are_drawn() -> None:
    slot = '<rect data-image="photo" x="40" y="40" width="{}" height="90"/>'
    photo = _png(5_000, 4_000)
    assert edition(_parse(slot.format(90), photo=photo)).art.count("<image") == 1
    with pytest.raises(TemplateError, match="more than 30,000,000 pixels together") as refused:
        edition(_parse(slot.format(90) + slot.format(80), photo=photo))
    assert refused.value.code == "template-large"
    assert edition(_parse("".join(slot.format(90 - n) for n in range(12)), photo=_png(1_000, 1_000))).art.count("<image") == 12


def test_a_picture_of_a_whole_page_has_the_pixels_of_print() -> None:
    seed = Image.frombytes("RGB", (30, 20), bytes(n * 7 % 256 for n in range(1800))).resize((3_600, 2_545))
    sink = io.BytesIO()
    seed.save(sink, "JPEG", quality=60)
    art = edition(_parse('<rect data-image="photo" width="842" height="595"/>', photo=sink.getvalue())).art
    with Image.open(io.BytesIO(base64.b64decode(art.partition("base64,")[2].partition('"')[0]))) as image:
        assert image.size in ((3_600, 2_545), (3_508, 2_480))
        middle = image.getpixel((image.width // 2, image.height // 2))
        with Image.open(sink) as before:
            near = before.getpixel((1_800, 1_272))
    assert max(abs(one - other) for one, other in zip(middle, near, strict=True)) < 8  # type: ignore[arg-type]


def test_conditions_ask_for_pictures_too() -> None:
    inside = '<path data-if="logo" d="M0 0h1"/><path data-if="!logo" d="M0 0h2"/><path data-if="logo grade" d="M0 0h3"/>'
    assert edition(_parse(inside)).art == '<path d="M0 0h2"/>'
    template = _parse(inside, logo=_LOGO)
    assert edition(template).art == '<path d="M0 0h1"/>'
    assert edition(template, frozenset({"grade"})).art == '<path d="M0 0h1"/><path d="M0 0h3"/>'
    assert [name for name, _ in template.brand.pictures] == ["logo"]


def test_a_field_chooses_a_picture() -> None:
    template = _parse('<rect data-image="signed_by" width="90" height="90"/>', dean=_png(9, 9), rector=_LOGO)
    assert template.fields == {"signed_by"}
    assert template.conditions == {"signed_by"}
    arts = {name: lay_out(template, {"signed_by": name}, language=None, url="https://e.org/").edition for name in ("dean", "rector", "")}
    assert "<image" in arts["dean"].art
    assert "<circle" in arts["rector"].art
    assert arts[""].art == ""
    assert len({found.key for found in arts.values()}) == 3
    with pytest.raises(TemplateError, match="no picture has this name"):
        lay_out(template, {"signed_by": "deen"}, language=None, url="https://e.org/")
    (fault,) = faults(template, {"signed_by": "deen"}, None)
    assert (fault.field, "dean, rector" in fault.hint) == ("signed_by", True)


def _bomb(side: int) -> bytes:
    """A PNG whose header names many pixels, in a few hundred bytes."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("huge.png", _bomb(10_000), "10000 × 10000 pixels"),
        ("larger.png", _bomb(60_000), "very many pixels"),
        ("cut.png", _png(100, 100)[:60], "cannot be read"),
        ("heavy.png", b"\x89PNG\r\n\x1a\n" + bytes(3 << 20), "more than 2 MB"),
        ("other.png", b"GIF89a", "not well-formed XML"),
        ("if.svg", _LOGO.replace(b"<circle id", b'<circle data-if="boat" id'), "data-if means nothing in a picture"),
        ("fill.svg", _LOGO.replace(b"<circle id", b'<circle data-fill="primary" id'), "data-fill means nothing in a picture"),
        ("script.svg", _LOGO.replace(b"<defs>", b"<script/><defs>"), "<script> cannot be used"),
        ("far.svg", _LOGO.replace(b"<defs>", b'<image href="http://127.0.0.1/x.png"/><defs>'), "points outside the file"),
        ("text.svg", _LOGO.replace(b"<defs>", b"<text>Logo</text><defs>"), "has a text"),
        (
            "loop.svg",
            _LOGO.replace(b'id="c"', b'id="c" clip-path="url(#k)"').replace(
                b"<defs>", b'<clipPath id="k"><use href="#k"/></clipPath><defs>'
            ),
            "circle",
        ),
        ("sizeless.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "no viewBox"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_pictures_that_cannot_be_used_are_named(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    school = found(tmp_path)
    (school.root / "brand").mkdir()
    (school.root / "brand" / name).write_bytes(data)
    with (school.root / "issuer.yml").open("a") as file:
        file.write(f"brand: {{logo: brand/{name}}}\n")
    with pytest.raises(IssuerError, match=said) as caught:
        brand_files.load(school.root, config.read_issuer(school.root / "issuer.yml"))
    assert caught.value.place is not None
    assert caught.value.place.file == f"brand/{name}"
    assert caught.value.hint


def test_the_brand_of_a_batch(tmp_path: Path) -> None:
    school = found(tmp_path)
    name = batch.names(school.root)[0]
    folder = school.root / "records" / name
    (school.root / "brand").mkdir()
    (school.root / "brand" / "logo.svg").write_bytes(_LOGO)
    (folder / "dean.png").write_bytes(_png(9, 9))
    with (school.root / "issuer.yml").open("a") as file:
        file.write('brand: {colours: {primary: "#1B2A44"}, logo: brand/logo.svg}\n')
    with (folder / "batch.yml").open("a") as file:
        file.write("images: {signature: dean.png, seal: /brand/logo.svg}\n")
    issuer = config.read_issuer(school.root / "issuer.yml")
    brand = brand_files.load(school.root, issuer, batch.load(school.root, name))
    assert brand.colours == (("primary", "#1b2a44"),)
    assert [(name, picture.data) for name, picture in brand.pictures] == [("logo", _LOGO), ("seal", _LOGO), ("signature", _png(9, 9))]
    (folder / "dean.png").unlink()
    with pytest.raises(ConfigError, match=r"records/.*/batch.yml:\d+: records/.*/dean.png cannot be read"):
        brand_files.load(school.root, issuer, batch.load(school.root, name))
    (folder / "dean.png").symlink_to("/etc/hostname")
    with pytest.raises(ConfigError, match="leads out of the repository"):
        brand_files.load(school.root, issuer, batch.load(school.root, name))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('brand: {colours: {primary: "red"}}', "write six digits in quotes"),
        ('brand: {colours: {Primary: "#112233"}}', "no name of a colour"),
        ("brand: {logo: ../logo.svg}", "is no picture"),
        ("brand: {logo: logo.gif}", "is no picture"),
        ("brand: {logos: logo.svg}", "did you mean 'logo'"),
    ],
)
def test_settings_of_a_brand_that_mean_nothing(tmp_path: Path, line: str, said: str) -> None:
    school = found(tmp_path)
    with (school.root / "issuer.yml").open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(ConfigError) as caught:
        config.read_issuer(school.root / "issuer.yml")
    assert said in f"{caught.value} {caught.value.hint}"
