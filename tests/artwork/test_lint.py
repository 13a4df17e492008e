"""Each check of a template has a drawing that triggers it and one, as near as possible, that does not."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from issuer.artwork import lint, samples
from issuer.artwork.compiling.budget import Budget
from issuer.artwork.compiling.store import Store
from issuer.artwork.lint import fields, standing
from issuer.artwork.lint.centring import centring
from issuer.artwork.template import parse, survey
from issuer.artwork.template.brand import Brand, Picture
from issuer.credential import FIELDS
from issuer.roster.findings import Code, Finding, Severity

QR = '<rect data-field="qr" x="250" y="150" width="28" height="28"/>'
NAME = '<text x="148" y="90" font-size="14" text-anchor="middle">{{ name }}</text>'
SHOWN = "templates/harbour.svg"


@dataclass(frozen=True, slots=True)
class Case:
    """A code, the elements that make it appear, and where and with what words it appears."""

    code: Code
    elements: str
    element: str
    says: str
    root: str = ""


def drawing(elements: str, root: str = "") -> bytes:
    """A page of A4 in millimetres. elements: each on a line of its own from line 2 on."""
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 297 210" xml:lang="en" {root}>'
    return f"{opening}\n{elements}\n</svg>".encode()


CASES = [
    Case(Code.TEMPLATE_SCRIPT, f"{QR}{NAME}\n<script>alert(1)</script>", "<script>", "<script>"),
    Case(
        Code.TEMPLATE_EXTERNAL,
        f'{QR}{NAME}\n<image id="logo" href="https://school.example.org/logo.png" width="20" height="20"/>',
        "<image id=logo>",
        "points outside the file",
    ),
    Case(Code.TEMPLATE_ELEMENT, f"{QR}{NAME}\n<foreignObject/>", "<foreignObject>", "<foreignObject>"),
    Case(
        Code.TEMPLATE_ATTRIBUTE,
        f'{QR}{NAME}\n<path id="sea" data-max-line="2" d="M0 0h9v9z"/>',
        "<path id=sea>",
        '"data-max-line" means nothing here',
    ),
    Case(Code.TEMPLATE_TEXT, f'{QR}{NAME}\n<text id="day" y="99">on {{{{ awarded + 1 }}}}</text>', "<text id=day>", "awarded + 1"),
    Case(
        Code.TEMPLATE_FONT,
        f'{QR}{NAME}\n<text id="motto" x="148" y="120" font-size="6" font-family="Comic Sans MS">Fair winds</text>',
        "<text id=motto>",
        '"Comic Sans MS" is not carried',
    ),
    Case(
        Code.TEMPLATE_PICTURE,
        f'{QR}{NAME}\n<image id="seal" href="data:image/png;base64,AAAA" width="20" height="20"/>',
        "<image id=seal>",
        "cannot be read",
    ),
    Case(Code.TEMPLATE_NAME_MISSING, f'{QR}<text x="148" y="90">Jane Doe</text>', "<svg>", "no text shows {{ name }}"),
    Case(
        Code.TEMPLATE_NARROW,
        f'{QR}\n<text id="who" x="20" y="90" font-size="14" data-box="20 70 60 30">{{{{ name }}}}</text>',
        "<text id=who>",
        "has no room for a value such as 'Maximiliane Oyelaran-Steinbach'",
    ),
    Case(
        Code.TEMPLATE_CENTRE,
        f'{QR}\n<text id="who" x="116.5" y="90" font-size="16">{{{{ name }}}}</text>',
        "<text id=who>",
        "stands in the middle but begins at its left end",
    ),
    Case(
        Code.TEMPLATE_CONTRAST,
        f'{QR}{NAME}<rect x="20" y="110" width="200" height="20" fill="#b8860b"/>\n'
        '<text id="motto" x="30" y="122" font-size="5" fill="#fff">Fair winds</text>',
        "<text id=motto>",
        "has a contrast of 3.3 to what is behind it; 4.5 is enough",
    ),
    Case(
        Code.TEMPLATE_EDGE,
        f'{QR}{NAME}\n<text id="motto" x="3" y="120" font-size="5">Fair winds</text>',
        "<text id=motto>",
        '"Fair winds" stands 3.',
    ),
    Case(
        Code.TEMPLATE_OVERLAP,
        f'{QR}{NAME}\n<text id="motto" x="148" y="88" font-size="6">Fair winds</text>',
        "<text id=motto>",
        '"{{ name }}" and "Fair winds" stand one upon the other',
    ),
    Case(
        Code.TEMPLATE_ORDER,
        f'{QR}{NAME}\n<text id="motto" x="148" y="120" font-size="6">Fair winds</text><circle id="sun" cx="160" cy="118" r="30"/>',
        "<text id=motto>",
        '<circle id=sun> in line 3 is drawn over the text "Fair winds"',
    ),
    Case(
        Code.TEMPLATE_UNDRAWN,
        f'{QR}{NAME}\n<text id="motto" x="40" y="120" font-size="6" style="font-feature-settings: &quot;ss01&quot;">Fair winds</text>',
        "<text id=motto>",
        'font-feature-settings=""ss01"" is not drawn',
    ),
    Case(
        Code.TEMPLATE_QR,
        f'{NAME}\n<rect id="code" data-field="qr" x="250" y="150" width="10" height="10"/>',
        "<rect id=code>",
        "at least 15 mm",
    ),
    Case(Code.TEMPLATE_QR_MISSING, f'{NAME}<text x="20" y="190" font-size="4">{{{{ url }}}}</text>', "<svg>", "no QR code"),
    Case(Code.TEMPLATE_QR_SMALL, f"{NAME}\n{QR}", "<rect>", "28 mm wide: too small to scan from 40 cm", root='data-scan="40cm"'),
    Case(
        Code.TEMPLATE_QR_QUIET,
        f'{NAME}{QR}\n<text id="motto" x="230" y="155" font-size="5">Fair winds and following seas</text>',
        "<text id=motto>",
        '"Fair winds and following seas" reaches into the QR code',
    ),
    Case(
        Code.TEMPLATE_QR_CONTRAST,
        f'{NAME}\n<rect data-field="qr" x="250" y="150" width="28" height="28" fill="#c0a060"/>',
        "<rect>",
        "is not a dark colour",
    ),
    Case(
        Code.TEMPLATE_BRACES,
        f'{NAME}{QR}\n<text id="what" x="148" y="120" font-size="6">for {{ achievement }}</text>',
        "<text id=what>",
        'the text "for { achievement }" has braces that are no field',
    ),
    Case(
        Code.TEMPLATE_FIELD_MISSPELT,
        f'{NAME}{QR}\n<text id="what" x="148" y="120" font-size="6">{{{{ achievment }}}}</text>',
        "<text id=what>",
        "shows {{ achievment }}, which a batch must map to a column of its own",
    ),
    Case(
        Code.TEMPLATE_FIELD_OWN,
        f'{NAME}{QR}\n<text id="boat" x="148" y="120" font-size="6">{{{{ boat }}}}</text>',
        "<text id=boat>",
        "shows {{ boat }}, which a batch must map to a column of its own",
    ),
]
CALM = """
<defs><path id="star" d="M0 0h9v9z"/><clipPath id="blur"><path d="M0 0h40v40H0z"/></clipPath></defs><use href="#star"/>
<path clip-path="url(#blur)" data-fill="primary" fill="#ddeeff" d="M20 20h30v30z"/>
<image data-image="seal" x="130" y="10" width="30" height="30"/>
<text x="20" y="90" font-size="14" data-box="20 70 110 30" data-min-size="8">{{ name }}</text>
<text x="140" y="90" font-size="6">awarded on {{ awarded | date("long") }}</text>
<text x="140" y="98" font-size="6" font-family="EB Garamond">for seamanship</text>
<rect x="20" y="110" width="200" height="20" fill="#7a5a07"/>
<text x="30" y="122" font-size="5" fill="#fff">Fair winds</text>
<text x="6" y="204" font-size="4">As near to the edge as may be</text>
<text x="240" y="147" font-size="4">Scan to verify</text>
<text x="140" y="140" font-size="5">{{ boat }}</text>
<rect data-field="qr" x="250" y="150" width="28" height="28" fill="#1b2a44"/>
"""
"""What every check lets pass, near to what it does not."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("compiled"))


def found(source: bytes, store: Store) -> dict[Code, Finding]:
    """The findings by code; of several with the same code the first. Only the test of weights draws all formats."""
    return {one.code: one for one in reversed(lint.lint(source, shown_as=SHOWN, store=store, formats=()).findings)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_check_says_what_and_where(case: Case, store: Store) -> None:
    finding = found(drawing(case.elements, case.root), store)[case.code]
    assert case.says in finding.message
    assert finding.place.element == case.element
    assert finding.place.line == (1 if case.element == "<svg>" else 3)
    assert finding.hint


def test_the_checks_are_silent_where_nothing_is_wrong(store: Store) -> None:
    root = 'data-scan="28cm" data-fields="boat?"'
    assert lint.lint(drawing(CALM, root), shown_as=SHOWN, store=store).findings == ()


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (b"", "not well-formed XML"),
        (b"<svg", "not well-formed XML"),
        (b"<html/>", "the root is not <svg>"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "a document type or an entity"),
        (drawing(f"{QR}{NAME}").decode().replace("{{", "\u00e4{{").encode("latin-1"), "not well-formed XML"),
    ],
)
def test_what_is_no_drawing_cannot_be_read(source: bytes, says: str, store: Store) -> None:
    linted = lint.lint(source, shown_as=SHOWN, store=store)
    (finding,) = linted.findings
    assert (linted.template, finding.code, says in finding.message) == (None, Code.TEMPLATE_UNREADABLE, True)


@pytest.mark.parametrize(
    ("elements", "says"),
    [
        (f"{QR}{NAME}" + "<path d='M0 0h1'/>" * 5_001, "more than 5,000 elements"),
        (f"{QR}{NAME}" + "<g>" * 60 + "</g>" * 60, "nested more than 48 deep"),
        (f"{QR}{NAME}<!--{'x' * (1 << 20)}-->", "more than 1,048,576"),
    ],
)
def test_a_drawing_that_is_too_large_is_told_so(elements: str, says: str, store: Store) -> None:
    finding = found(drawing(elements), store)[Code.TEMPLATE_LARGE]
    assert says in finding.message


def test_a_drawing_without_a_page_is_told_so(store: Store) -> None:
    source = drawing(f"{QR}{NAME}")
    assert Code.TEMPLATE_PAGE in found(source.replace(b'viewBox="0 0 297 210"', b'viewBox="0 0 0 0"'), store)
    assert Code.TEMPLATE_PAGE in found(source.replace(b"210mm", b"297mm"), store)
    assert Code.TEMPLATE_PAGE not in found(source, store)


def _heavy(elements: str, store: Store) -> list[Finding]:
    findings = lint.lint(drawing(elements), shown_as=SHOWN, store=store, formats=("svg",)).findings
    return [one for one in findings if one.code is Code.TEMPLATE_HEAVY]


def test_a_sample_is_weighed(store: Store) -> None:
    def confetti(count: int, each: str, around: str = "{}") -> str:
        return QR + NAME + around.format("".join(each.format((n * 7919) % 29000 / 100, (n * 104729) % 20000 / 100) for n in range(count)))

    path, squares = '<path d="{}" fill="#e8e8e8"/>', "M{} {}h1v1h-1z"
    heavy = _heavy(confetti(5_000, squares, path), store)
    assert [one.message.partition(" kB ")[2] for one in heavy] == ["as SVG; 100 kB is enough for most, and this element alone has 104 kB"]
    assert (heavy[0].place.line, heavy[0].place.element) == (2, "<path>")
    assert _heavy(confetti(100, squares, path), store) == []
    heavy = _heavy(confetti(4_000, '<circle cx="{}" cy="{}" r="1"/>'), store)
    assert [one.message.partition(" kB ")[2] for one in heavy] == ["as SVG; 100 kB is enough for most"]


def test_a_heavy_picture_is_named_with_its_line(store: Store) -> None:
    noise = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(3_750))
    picture = io.BytesIO()
    Image.frombytes("RGB", (200, 200), noise).save(picture, "PNG")
    data = base64.b64encode(picture.getvalue()).decode()
    (heavy,) = _heavy(f'{QR}{NAME}<g>\n<image id="photo" width="20" height="20" href="data:image/png;base64,{data}"/></g>', store)
    assert (heavy.place.line, heavy.place.element) == (3, "<image id=photo>")
    assert "this element alone has 161 kB" in heavy.message
    assert "JPEG" in heavy.hint


def test_a_letter_without_a_font_is_a_missing_font(store: Store) -> None:
    finding = found(drawing(f'{QR}{NAME}\n<text id="glyph" x="20" y="120" font-size="6">Ankh \U00013269</text>'), store)[Code.TEMPLATE_FONT]
    assert "U+13269" in finding.message
    assert finding.place.element == "<text id=glyph>"


def test_a_filter_that_its_field_can_never_pass_is_found(store: Store) -> None:
    wrong = NAME.replace("name }}", 'name | date("long") }}')
    finding = found(drawing(f"{QR}\n{wrong}"), store)[Code.TEMPLATE_TEXT]
    assert "{{ name }}" in finding.message
    assert Code.TEMPLATE_TEXT not in found(drawing(f"{QR}{NAME.replace('name }}', 'awarded | date(&quot;long&quot;) }}')}"), store)


def test_the_qr_code_must_be_on_the_page(store: Store) -> None:
    beyond = QR.replace('x="250"', 'x="280"')
    assert "reaches beyond the edge" in found(drawing(f"{NAME}{beyond}"), store)[Code.TEMPLATE_QR_QUIET].message


@pytest.mark.parametrize(
    ("drawn", "says", "instead"),
    [
        ('<circle id="qr" cx="240" cy="160" r="15"/>', "a <circle>, not a <rect>", 'x="225" y="145" width="30" height="30"'),
        ('<image id="qr" x="200" y="150" width="40" height="30"/>', "a <image>, not", 'x="205" y="150" width="30" height="30"'),
        (
            '<g id="QR" transform="translate(100 50)"><path d="M0 0h9"/><rect x="100" y="90" width="30" height="30"/></g>',
            "a <g>, not",
            "200 140 30",
        ),
        ('<path data-field="qr" d="M0 0h30v30h-30z"/>', "a <path>, not a <rect>", 'x="257" y="170" width="25" height="25"'),
        ('<defs><rect data-field="qr" x="20" y="150" width="30" height="30"/></defs>', "inside <defs>, which is not drawn", "20 150 30"),
        (
            '<g transform="rotate(90 240 160)"><rect id="qr" x="225" y="145" width="30" height="30"/></g>',
            "turned or stretched",
            "225 145 30",
        ),
        ('<rect id="qr" x="10%" y="50%" width="10%" height="10%"/>', "not plain numbers", "34.05 105 21"),
    ],
)
def test_the_hint_says_what_to_draw_instead(drawn: str, says: str, instead: str, store: Store) -> None:
    """And what it says is a place that can be used."""
    told = found(drawing(f"{NAME}\n{drawn}"), store)[Code.TEMPLATE_QR]
    assert says in told.message
    assert told.place.line == 3
    (square,) = re.findall(r"<rect [^>]*/>", told.hint)
    numbers = " ".join(re.findall(r'="([\d.]+)"', square))
    assert instead in square or numbers.startswith(instead)
    assert Code.TEMPLATE_QR not in found(drawing(f"{NAME}\n{square}"), store)


def test_a_code_that_is_no_square_is_told_its_side(store: Store) -> None:
    odd = '<g transform="scale(2)"><rect id="qr" x="100" y="60" width="{}" height="{}"/></g>'
    told = found(drawing(NAME + odd.format(20, 15)), store)[Code.TEMPLATE_QR]
    assert told.message == "the QR code is 40 × 30 mm, not a square of at least 15 mm"
    assert told.hint.startswith('give it width="15" height="15"')
    assert 'width="12.5" height="12.5"' in found(drawing(NAME + odd.format(5, 5)), store)[Code.TEMPLATE_QR].hint
    assert Code.TEMPLATE_QR not in found(drawing(NAME + odd.format(15, 15)), store)


@pytest.mark.parametrize(
    ("size", "page"),
    [
        ('width="1123px" height="794px"', "A4 landscape"),
        ('width="842" height="595"', "A4 landscape"),
        ('width="297mm" height="210mm"', "A4 landscape"),
        ('width="3508px" height="2480px"', 'width="297mm" height="210mm" viewBox="0 0 3508 2480"'),
        ('width="2550" height="3300"', 'width="215.9mm" height="279.4mm" viewBox="0 0 2550 3300"'),
        ('width="1920px" height="1080px"', 'width="297mm" height="167.1mm" viewBox="0 0 1920 1080"'),
        ('viewBox="0 0 297 210"', 'width="297mm" height="210mm" viewBox="0 0 297 210"'),
        ('width="100%" height="100%"', 'add viewBox="0 0 W H"'),
        ("", 'add viewBox="0 0 W H"'),
    ],
)
def test_a_page_in_pixels_is_read_or_told_what_to_write(size: str, page: str) -> None:
    source = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><text x="50" y="90">{{{{ url }}}}</text></svg>'
    read = survey(source.encode(), shown_as=SHOWN)
    if read.template is not None:
        assert lint.page_name(read.template) == page
        return
    (mistake,) = read.mistakes
    assert (mistake.code, page in mistake.hint) == (Code.TEMPLATE_PAGE, True)
    if page.startswith("width"):
        assert survey(source.replace(size, page).encode(), shown_as=SHOWN).template is not None


def test_modules_must_be_large_enough_for_the_address(store: Store) -> None:
    source, long = drawing(f"{NAME}{QR.replace('28', '20')}"), samples.ADDRESS.replace("certificates", "c" * 200)
    assert Code.TEMPLATE_QR_SMALL not in found(source, store)
    codes = {one.code: one.message for one in lint.lint(source, shown_as=SHOWN, store=store, address=long, formats=()).findings}
    assert "its modules are only" in codes[Code.TEMPLATE_QR_SMALL]


def test_a_column_of_texts_is_not_in_the_middle_by_chance() -> None:
    def told(elements: str) -> bool:
        return bool(list(centring(parse(drawing(QR + elements), shown_as=SHOWN), SHOWN)))

    name = '<text x="116.5" y="90" font-size="16">{{ name }}</text>'
    assert told(name)
    assert told(name.replace('x="116.5" y="90"', 'transform="translate(116.5 90)"'))
    assert not told(name + '<text x="116.5" y="110" font-size="6">Fair winds</text>')
    assert not told(name.replace("<text", '<text text-anchor="middle"'))
    assert not told(name.replace("{{ name }}", "Jane Doe "))


def test_optional_parts_are_looked_at_with_and_without_them(store: Store) -> None:
    """Two texts that are never there together may stand in one place, but one that stands alone is looked at as well."""
    either = '<text x="148" y="120" font-size="6" data-if="{}">Fair winds</text>'
    assert Code.TEMPLATE_OVERLAP not in found(drawing(NAME + QR + either.format("boat") + either.format("!boat")), store)
    assert Code.TEMPLATE_OVERLAP in found(drawing(NAME + QR + either.format("boat") + either.format("boat")), store)
    faint = either.format("!boat").replace("<text", '<text fill="#ddd"')
    assert Code.TEMPLATE_CONTRAST in found(drawing(NAME + QR + faint), store)


def test_a_name_that_is_turned_is_measured_where_it_is_drawn(store: Store) -> None:
    turned = '<text transform="translate(20 160) rotate(-90)" font-size="8" data-box="0 -10 120 20">Fair winds</text>'
    assert not {Code.TEMPLATE_EDGE, Code.TEMPLATE_OVERLAP} & found(drawing(NAME + QR + turned), store).keys()
    off = turned.replace("translate(20 160)", "translate(8 160)")
    assert Code.TEMPLATE_EDGE in found(drawing(NAME + QR + off), store)


def test_texts_of_one_colour_are_told_together(store: Store) -> None:
    line = '<text id="t{0}" x="148" y="{0}" font-size="{1}" text-anchor="middle" fill="#123456" data-fill="{2}">Fair winds</text>\n'
    elements = NAME + QR + "\n" + "".join(line.format(y, size, "primary") for y, size in ((110, 5), (120, 6), (130, 12)))
    elements += line.format(150, 5, "accent").replace("#123456", "#dddddd")
    brand = Brand.of({"primary": "#F2D544".lower()}, {})
    linted = lint.lint(drawing(elements), shown_as=SHOWN, store=store, formats=(), brand=brand)
    told = [one for one in linted.findings if one.code is Code.TEMPLATE_CONTRAST]
    assert [(one.place.line, one.place.element) for one in told] == [(3, "<text id=t110>"), (6, "<text id=t150>")]
    listed = '"Fair winds" 1.5 (4.5 is enough), "Fair winds" 1.5 (4.5 is enough), "Fair winds" 1.5 (3.0 is enough)'
    brand_says = f"3 texts in #f2d544, the colour `primary` of the brand, or on it, have little contrast to what is behind them: {listed}"
    assert told[0].message == brand_says
    assert told[0].hint == "choose another `primary` under `brand: colours:` in issuer.yml, or let the template name another colour there"
    assert told[1].message == 'the text "Fair winds" has a contrast of 1.4 to what is behind it; 4.5 is enough'
    many = "".join(line.format(20 + 9 * n, 4, "none") for n in range(10)).replace("#123456", "#dddddd").replace('x="148"', 'x="20"')
    (one,) = [
        one for one in lint.lint(drawing(NAME + QR + many), shown_as=SHOWN, formats=()).findings if one.code is Code.TEMPLATE_CONTRAST
    ]
    assert one.message.startswith("10 texts in #dddddd have little contrast")
    assert one.message.endswith(", and 2 more")


def test_a_light_colour_of_the_brand_is_one_finding_also_as_a_ground_and_as_a_tint(store: Store) -> None:
    elements = (
        f'{NAME}{QR}<rect x="20" y="110" width="200" height="20" fill="#123456" data-fill="primary"/>\n'
        '<text x="30" y="122" font-size="5" fill="#fff">Fair winds</text>\n'
        '<text x="30" y="150" font-size="5" fill="#123456" data-fill="primary 80%">and following seas</text>\n'
        '<text x="30" y="160" font-size="5" fill="#123456" data-fill="primary">and a good harbour</text>'
    )
    linted = lint.lint(drawing(elements), shown_as=SHOWN, store=store, formats=(), brand=Brand.of({"primary": "#f2d544"}, {}))
    (told,) = linted.findings
    assert (told.code, told.place.line) == (Code.TEMPLATE_CONTRAST, 3)
    assert told.message.startswith("3 texts in #f2d544, the colour `primary` of the brand, or on it, have")
    assert not lint.lint(drawing(elements), shown_as=SHOWN, store=store, formats=()).findings


def test_unknown_fields_are_those_that_a_batch_does_not_fill() -> None:
    def told(elements: str, *offered: str, root: str = "") -> list[Finding]:
        template = parse(drawing(NAME + QR + elements, root), shown_as=SHOWN)
        return list(fields.about(template, SHOWN, {"2026-05-knots": FIELDS | set(offered)}))

    text = '\n<text id="course" x="148" y="120" font-size="6">{{ corse }}</text>'
    (finding,) = told(text, "course")
    assert finding.message == "shows {{ corse }}, which nothing fills in 2026-05-knots"
    assert finding.hint.endswith("did you mean {{ course }}?")
    assert (finding.place.line, finding.place.element) == (3, "<text id=course>")
    assert told(text, "corse") == []
    assert told(text.replace("<text", '<text data-if="corse"')) == []
    assert told(text, root='data-fields="corse?"') == []
    assert [one.code for one in told(text, root='data-fields="corse"')] == [Code.TEMPLATE_FIELD_UNKNOWN]


@pytest.mark.parametrize("offers", [{}, {"2026-05-knots": FIELDS}, {"2026-05-knots": FIELDS | {"email"}}])
def test_an_address_is_never_on_a_certificate(offers: dict[str, frozenset[str]]) -> None:
    template = parse(drawing(f'{NAME}{QR}\n<text x="20" y="120" data-if="email">{{{{ email }}}}</text>'), shown_as=SHOWN)
    (finding,) = fields.about(template, SHOWN, offers)
    assert (finding.code, finding.place.line) == (Code.TEMPLATE_FIELD_UNKNOWN, 3)
    assert (finding.message, finding.hint) == ("shows {{ email }}: an e-mail address is never on a certificate", "take it out")


@pytest.mark.parametrize(
    ("pictures", "colours", "offered", "says", "hint"),
    [
        (
            "sgnature",
            "",
            "",
            "the brand has no picture `signature`, but `sgnature`",
            "write `sgnature` here, or `signature` under `images:` in batch.yml",
        ),
        ("xyz", "", "", "shows no picture `xyz`, which 2026-05-knots names", "its pictures are `signature`, `seal`"),
        (
            "",
            "primery",
            "",
            "the brand has no colour `primary`, but `primery`",
            "write `primery` here, or `primary` under `colours:` in issuer.yml",
        ),
        ("logo signature seal gold", "", "", "", ""),
        ("sgnature", "", "signature", "", ""),  # the column may say "sgnature"
        ("", "primary primery accent", "", "", ""),
        ("", "silver", "", "", ""),
        ("", "primary2", "", "", ""),
    ],
)
def test_a_misspelt_name_of_the_brand_is_told(pictures: str, colours: str, offered: str, says: str, hint: str, store: Store) -> None:
    elements = (
        f'{NAME}{QR}<rect data-image="signature" x="20" y="150" width="9" height="9"/>'
        '<g data-if="!logo"><rect data-image="seal" x="40" y="150" width="9" height="9"/></g>'
        '<path data-if="gold" data-stroke="primary 20%" stroke="#112233" d="M20 20h9v9z"/>'
    )
    picture = Picture.of(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>')
    brand = Brand.of(dict.fromkeys(colours.split(), "#112233"), dict.fromkeys(pictures.split(), picture))
    offers = {"2026-05-knots": FIELDS | set(offered.split())}
    linted = lint.lint(drawing(elements), shown_as=SHOWN, store=store, formats=(), brand=brand, offers=offers)
    assert not linted.blocks
    told = [one for one in linted.findings if one.code is Code.TEMPLATE_BRAND]
    assert [one.message for one in told] == ([says] if says else [])
    assert all(one.hint.startswith(hint) and one.severity is Severity.WARNING for one in told)


def test_a_misspelt_name_in_a_template_is_told_where_it_stands(store: Store) -> None:
    colours = '<path id="a" data-fill="primary" fill="#112233" d="M20 20h9v9z"/>\n<path id="b" data-stroke="primry" d="M20 40h9v9z"/>'
    slot = '<rect id="{}" data-image="{}" x="20" y="150" width="9" height="9"/>'
    elements = f"{NAME}{QR}\n{slot.format('c', 'lgoo')}{slot.format('d', 'logo2')}\n{colours}"
    picture = Picture.of(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>')
    brand = Brand.of({"primary": "#112233"}, {"logo": picture})
    linted = lint.lint(drawing(elements), shown_as=SHOWN, store=store, formats=(), brand=brand)
    told = [(one.place.line, one.place.element, one.message) for one in linted.findings if one.code is Code.TEMPLATE_BRAND]
    assert told == [
        (3, "<rect id=c>", "the brand has no picture `lgoo`, but `logo`"),
        (5, "<path id=b>", "the brand has no colour `primry`, but `primary`"),
    ]


@pytest.mark.parametrize(
    ("condition", "code", "says"),
    [
        ("baot", Code.TEMPLATE_FIELD_MISSPELT, 'data-if="boat"'),
        ("!baot", Code.TEMPLATE_FIELD_MISSPELT, 'data-if="!boat"'),
        ("achievment", Code.TEMPLATE_FIELD_MISSPELT, 'data-if="achievement"'),
        ("berth", Code.TEMPLATE_FIELD_OWN, 'data-fields="berth?"'),
        ("Boat", Code.TEMPLATE_ATTRIBUTE, 'data-if="boat"'),
        ("boat.name", Code.TEMPLATE_ATTRIBUTE, "with ! before it"),
        ("", Code.TEMPLATE_ATTRIBUTE, "with ! before it"),
        ("boat", None, ""),
        ("!boat name", None, ""),
        ("logo", None, ""),
        ("seal", None, ""),
        ("hours", None, ""),
        ("boat2", Code.TEMPLATE_FIELD_OWN, 'data-fields="boat2?"'),
    ],
)
def test_what_nothing_fills_and_an_element_depends_on_is_told(condition: str, code: Code | None, says: str, store: Store) -> None:
    seal = '<rect data-image="seal" x="20" y="150" width="9" height="9"/>'
    source = drawing(
        f'{NAME}{QR}{seal}\n<g id="ship" data-if="{condition}"><path d="M20 20h9v9z"/></g>', root='data-fields="hours:number?"'
    )
    linted = lint.lint(source, shown_as=SHOWN, store=store, formats=(), offers={"2026-05-knots": FIELDS | {"boat"}})
    told = [one for one in linted.findings if one.place.element == "<g id=ship>"]
    assert [one.code for one in told] == ([code] if code else [])
    assert all(says in one.hint and one.place.line == 3 for one in told)
    assert linted.blocks == (code is Code.TEMPLATE_ATTRIBUTE)


def test_the_page_says_from_how_far_a_code_is_scanned() -> None:
    page = (Path(__file__).parents[2] / "site" / "guide" / "findings.md").read_text("utf-8")
    assert f"({standing._SCAN / 10:.0f} cm, or `data-scan` on the root)" in page


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("｛｛ name ｝｝", "｛｛ name ｝｝"),
        ("[[ achievement ]]", "[[ achievement ]]"),
        ("{{ name }} { role }", "{{ name }} { role }"),
        ('{<tspan font-weight="600">{ name }</tspan>}', "{{ name }}"),
        ("[{{ role }}] [1]", ""),
        ('{ <tspan font-weight="600">{ role }</tspan>}', "{ { role }}"),
        ('{ role }<tspan font-weight="600">, at sea</tspan>', "{ role }, at sea"),
    ],
)
def test_braces_that_are_no_field_are_told(words: str, told: str, store: Store) -> None:
    source = drawing(f'{NAME}{QR}\n<text id="what" x="148" y="120" font-size="6">{words}</text>')
    found = [one for one in lint.lint(source, shown_as=SHOWN, store=store, formats=()).findings if one.code is Code.TEMPLATE_BRACES]
    assert [one.message.split('"')[1] for one in found] == ([told] if told else [])
    assert all(("pieces of different style" in one.hint) == ("{<tspan" in words.replace(" ", "")) for one in found)


def test_everything_is_found_in_one_run(store: Store) -> None:
    source = drawing(
        '<script/>\n<text x="20" y="50" font-size="9" font-family="Papyrus">{{ name }}</text>\n<path onclick="x()" d="M0 0"/>\n'
        '<text x="20" y="80" font-size="9">{{ name + 1 }}</text>\n<foreignObject id="f"/>\n'
        '<text x="20" y="99" font-size="9">{{ email }} { role }</text>\n<path data-if="achievment" d="M0 0h1"/>'
    )
    lines = [(one.place.line, one.code) for one in lint.lint(source, shown_as=SHOWN, store=store).findings]
    assert lines == [
        (2, Code.TEMPLATE_SCRIPT),
        (3, Code.TEMPLATE_FONT),
        (4, Code.TEMPLATE_SCRIPT),
        (5, Code.TEMPLATE_TEXT),
        (6, Code.TEMPLATE_ELEMENT),
        (7, Code.TEMPLATE_BRACES),
        (7, Code.TEMPLATE_FIELD_UNKNOWN),
        (8, Code.TEMPLATE_FIELD_MISSPELT),
        (None, Code.TEMPLATE_QR),
    ]


def test_what_there_was_no_time_for_is_looked_at_another_time() -> None:
    source = drawing(f'{QR}{NAME}<path d="M0 0h5v5z" fill="#abcabc"/>')
    spent, fresh = Budget.of_check(), Budget.of_check()
    spent.end()
    first, again = (lint.lint(source, shown_as=SHOWN, store=Store(budget=budget)) for budget in (spent, fresh))
    assert "took too long" in first.findings[0].message
    assert not any("took too long" in one.message for one in again.findings)


def test_a_drawing_without_texts_is_told_how_to_keep_them(store: Store) -> None:
    outlined, other = (found(drawing(elements), store)[Code.TEMPLATE_NAME_MISSING] for elements in (QR, f'{QR}<text y="99">Jane</text>'))
    assert "not as outlines" in outlined.hint
    assert "not as outlines" not in other.hint


def test_every_code_about_templates_is_tried_here() -> None:
    written = Path(__file__).read_text("utf-8")
    assert [code for code in Code if code.name.startswith("TEMPLATE_") and f"Code.{code.name}" not in written] == []
