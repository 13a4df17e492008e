"""Names that were made to break out of where they stand: each comes back as itself from the SVG, the PDF, and the page and the bytes of
the PNG, and none of them is markup, an operator, a field or a formula there."""

from __future__ import annotations

import datetime as dt
import io
import json
from html.parser import HTMLParser
from itertools import product

import pikepdf
import pytest
from defusedxml.ElementTree import fromstring

from issuer.artwork import coverage, pdf, png, svg
from issuer.artwork.compiling.store import Store
from issuer.artwork.sheet import Sheet
from issuer.formats import baking
from issuer.pages.certificate import CertificatePage, environment, render
from tests.artwork import sample

MEANT = """
<script>alert(1)</script>|</text><script>alert(1)</script>|]]>|]]></openbadges:credential>|<!--|-->|<![CDATA[x|<!DOCTYPE svg>|<?xml?>
&amp;|&lt;b&gt;|&#60;|&nope;|"><img src=x onerror=alert(1)>|' onload='alert(1)|"/><g id="|<b>&amp;|</title>|</style>|--!>
<svg/onload=alert(1)>|<a href="javascript:alert(1)">|&#x3c;img&#x3e;
{{ name }}|{{ 7*7 }}|{{ name.__class__ }}|{% include "x" %}|{# x #}|${id}|#{id}|%s%n|{0}|%(name)s
)|(|((|\\)|\\|\\n|\\051|>> endobj|endstream|<FEFF0041>|/Name#20|%PDF-1.7|ET Q BT|(x) Tj|EMC
=1+1|+1|-1|@SUM(A1)|=HYPERLINK("https://example.org")|Robert'); DROP TABLE students;--|' OR '1'='1|../../etc/passwd|C:\\Windows|~root
$(id)|`id`|; rm -rf /|* cat|javascript:alert(1)|data:text/html,x|https://example.org/|"Ada, Jr." <ada@example.org>|null|undefined|NaN
__proto__|constructor|0|1e999|.|İıßŁø|Ａｄａ|ﬁ|“”‚‘|نادیہ <b>|שלום & "x"|می‌خواهم|👩🏽‍🚀|x̲̃y|o͜o
"""
AROUND = ("{}", "Ada {}", "{} Ada", "שירה {}", "Ada{}Lovelace", "{}{}")
CREATED = dt.datetime(2026, 5, 30, tzinfo=dt.UTC)
STORE = Store(None)
ENVIRONMENT = environment()


def hostile() -> list[str]:
    """Every payload alone and around or inside other names."""
    payloads = [payload for line in MEANT.strip().splitlines() for payload in line.split("|")]
    return list(dict.fromkeys(around.replace("{}", payload) for payload, around in product(payloads, AROUND)))


NAMES = hostile()
PARTS = [NAMES[start::8] for start in range(8)]


class Reader(HTMLParser):
    """What a browser makes of a page. shown: its texts; elements: how many of each."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.elements: dict[str, int] = {}
        self.handlers: set[str] = set()
        self.feed(page)
        self.close()
        self.shown = " ".join("".join(self.texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] = self.elements.get(tag, 0) + 1
        self.handlers |= {name for name, _ in attrs if name.startswith("on")}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def page(name: str) -> Reader:
    """The page of a certificate, on which its PNG is offered."""
    fields = sample.fields(name)
    drawings = {"certificate.svg": (842, 595), "certificate.png": (800, 566)}
    shown = CertificatePage(
        id=fields["id"],
        url=fields["url"],
        name=name,
        achievement=fields["achievement"],
        issuer=fields["issuer"],
        issuer_url="https://academy.example.org/",
        did="did:web:certificates.example.org",
        did_path=".well-known/did.json",
        fields=(("name", "Awarded to", name),),
        awarded=fields["awarded"],
        valid_until=None,
        language="en",
        description=fields["description"],
        criteria="Pass the examination.",
        support=None,
        drawings=drawings,
    )
    return Reader(render(ENVIRONMENT, shown))


def credential(name: str) -> bytes:
    """A credential with a name in it, as far as baking is concerned."""
    return json.dumps({"name": name}, ensure_ascii=False).encode("utf-8")


def spoken(document: pikepdf.Pdf) -> list[str]:
    """What a screen reader is told of each element, in order."""
    kids = document.Root.StructTreeRoot.K
    body = kids[0] if isinstance(kids, pikepdf.Array) else kids
    return [str(kid.ActualText) for kid in body.K if "/ActualText" in kid]


def test_there_are_500_of_them() -> None:
    assert len(NAMES) >= 500


@pytest.mark.parametrize("names", PARTS, ids=[names[0] for names in PARTS])
def test_svg(names: list[str]) -> None:
    plain = [element.tag for element in fromstring(drawn_svg(sample.sheet())).iter()]
    for name in names:
        picture = drawn_svg(sample.sheet(name))
        root = fromstring(picture)
        labels = [element.get("aria-label") for element in root.iter() if element.get("aria-label")]
        assert name in labels
        assert root.findtext("{http://www.w3.org/2000/svg}title") == f"Python 101 – {name}"
        assert {element.tag for element in root.iter()} <= set(plain)
        assert not [key for element in root.iter() for key in element.attrib if key.startswith("on")]
        assert json.loads(baking.unbake(picture))["name"] == name


def drawn_svg(sheet: Sheet) -> bytes:
    """An SVG with the credential of its title's name inside."""
    return svg.write(svg.plate(sheet.edition), sheet, credential(sheet.title.partition(" – ")[2]))


@pytest.mark.parametrize("names", PARTS, ids=[names[0] for names in PARTS])
def test_pdf(names: list[str]) -> None:
    for name in names:
        sheet = sample.sheet(name)
        data = pdf.write(pdf.plate(sheet.edition, STORE), sheet, credential=credential(name), created=CREATED)
        with pikepdf.open(io.BytesIO(data)) as document:
            assert name in spoken(document)
            assert str(document.docinfo.Title) == f"Python 101 – {name}"
            assert json.loads(document.attachments["credential.json"].get_file().read_bytes())["name"] == name
            assert len(document.pages) == 1
            assert not {"/JavaScript", "/OpenAction", "/AA"} & set(document.Root.keys())


@pytest.mark.parametrize("names", PARTS, ids=[names[0] for names in PARTS])
def test_png_and_its_page(names: list[str]) -> None:
    plain = page("Ada Lovelace")
    for name in names:
        sheet = sample.sheet(name)
        picture = png.write(png.plate(sheet.edition, png.PREVIEW, STORE), sheet, credential(name))
        assert json.loads(baking.unbake(picture))["name"] == name
        seen = page(name)
        assert " ".join(name.split()) in seen.shown
        assert seen.elements == plain.elements
        assert not seen.handlers


def test_most_of_them_can_be_drawn_and_the_others_are_named() -> None:
    blocked = {name: coverage.undrawable({"name": name}, "en") for name in NAMES}
    assert sum(not found for found in blocked.values()) > 400
    assert all(found.codepoint.startswith("U+") and found.hint for several in blocked.values() for found in several)


@pytest.mark.parametrize("character", ["\0", "\x1b", "\u202e", "\u2066", "\ufeff", "\U000e0041", "\x7f", "\u0085\u0000"])
def test_what_cannot_be_seen_is_refused_before_anything_is_signed(character: str) -> None:
    found = coverage.undrawable({"name": f"Ada{character}Lovelace"}, "en")
    assert any(one.codepoint == f"U+{ord(one.character):04X}" and one.character in character for one in found)
