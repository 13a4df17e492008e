"""The certificate page and the theme: what is written, what is escaped, and that nothing comes from another host."""

from __future__ import annotations

import dataclasses
import html.parser
import re
import time
from pathlib import Path

import jinja2
import pytest

from issuer.pages import portal
from issuer.pages.certificate import THEME, CertificatePage, environment, render

ROOT = Path(__file__).parents[1]
ID = "0123456789abcdefghjkmnpqrs"
PAGE = CertificatePage(
    id=ID,
    url=f"https://certificates.example.org/c/{ID}/",
    name="José Núñez",
    achievement="Python 101",
    issuer="Example Academy",
    issuer_url="https://academy.example.org",
    did="did:web:certificates.example.org",
    did_path=".well-known/did.json",
    fields=(
        ("name", "Name", "José Núñez"),
        ("awarded", "Awarded", "2026-05-30"),
        ("criteria", "Criteria", "Passed the project.\nCame to 8 of 10 evenings."),
        ("score", "Final score", "91"),
        ("issuer_url", "Web site", "https://academy.example.org"),
    ),
    awarded="2026-05-30",
    valid_until="2028-05-30",
    language="es",
    description="Ten evenings",
    criteria="Passed the project.\nCame to 8 of 10 evenings.",
    support="help@example.org",
    drawings={"certificate.svg": (595, 842), "certificate.pdf": (595, 842)},
)
HOSTILE = "</title></dd><script>alert(1)</script>\"' onload=alert(1) {{ 7*7 }} {% raw %}<img src=x>"
ELSEWHERE = re.compile(r"""(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}""", re.IGNORECASE)


class Elements(html.parser.HTMLParser):
    """All elements of a page in order, as (tag, attributes, text that stands directly in it)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("/" + tag, {}, []))

    def handle_data(self, data: str) -> None:
        if self.found:
            self.found[-1][2].append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes, _ in self.found if name == tag]

    def text_of(self, attribute: str, value: str) -> list[str]:
        return ["".join(text) for _, attributes, text in self.found if attributes.get(attribute) == value]


@pytest.fixture(scope="module")
def theme() -> jinja2.Environment:
    return environment()


def test_the_page_shows_the_signed_fields(theme: jinja2.Environment) -> None:
    page = Elements(render(theme, PAGE))
    assert set(page.text_of("data-field", "name")) == {"José Núñez"}
    assert page.text_of("data-field", "awarded") == ["30 May 2026", "30 May 2026"]
    assert page.text_of("data-field", "valid_until") == ["30 May 2028"]
    assert page.text_of("data-field", "criteria") == [PAGE.criteria]
    assert page.text_of("data-field", "score") == ["91"]
    assert page.text_of("data-label", "score") == ["Final score"]
    heading = page.all("h1")[0]
    assert (heading["dir"], heading["lang"]) == ("auto", "es")


def test_the_page_tells_the_script_where_things_are(theme: jinja2.Environment) -> None:
    page = Elements(render(theme, dataclasses.replace(PAGE, did_path="did.json")))
    body = page.all("body")[0]
    assert (body["data-base"], body["data-did-path"], body["data-id"]) == ("../../", "did.json", ID)
    assert {script["src"] for script in page.all("script")} == {"../../assets/theme.js", "../../js/page.js"}


def test_the_page_offers_every_file(theme: jinja2.Environment) -> None:
    page = Elements(render(theme, PAGE))
    offered = {link["href"] for link in page.all("a") if "download" in link}
    assert offered == {"certificate.pdf", "certificate.svg", "credential.json", "record.json", "inclusion.tlog-proof"}
    picture = page.all("img")[-1]
    assert picture["alt"] == "Certificate: Python 101, awarded to José Núñez by Example Academy"
    assert (picture["width"], picture["height"]) == ("595", "842")


@pytest.mark.parametrize(
    ("drawings", "first"),
    [
        (("certificate.svg",), "certificate.svg"),
        (("certificate.svg", "card.png"), "certificate.svg"),
        (("certificate.svg", "certificate.png"), "certificate.png"),
        (("certificate.svg", "certificate.pdf", "certificate.png", "card.png"), "certificate.pdf"),
    ],
)
def test_the_page_offers_only_the_drawings_that_there_are(theme: jinja2.Environment, drawings: tuple[str, ...], first: str) -> None:
    links = [
        link
        for link in Elements(render(theme, dataclasses.replace(PAGE, drawings=dict.fromkeys(drawings, (800, 566))))).all("a")
        if "download" in link
    ]
    assert {str(link["href"]) for link in links if not str(link["href"]).startswith(("credential", "record", "inclusion"))} == set(drawings)
    assert links[0]["href"] == first
    assert links[0]["download"] == first.replace(".", f"-{ID}.")


def test_search_engines_are_kept_out_and_previews_are_not(theme: jinja2.Environment) -> None:
    metas = Elements(render(theme, PAGE)).all("meta")
    assert {"name": "robots", "content": "noindex"} in metas
    properties = {meta["property"]: meta["content"] for meta in metas if "property" in meta}
    assert properties["og:title"] == "Python 101 · José Núñez"
    assert properties["og:url"] == PAGE.url
    assert "og:image" not in properties


def test_messengers_are_given_a_picture_by_its_whole_address(theme: jinja2.Environment) -> None:
    metas = Elements(render(theme, dataclasses.replace(PAGE, shows="card.png", drawings={**PAGE.drawings, "card.png": (1200, 630)}))).all(
        "meta"
    )
    properties = {meta["property"]: meta["content"] for meta in metas if "property" in meta}
    assert properties["og:image"] == f"https://certificates.example.org/c/{ID}/card.png"
    assert (properties["og:image:width"], properties["og:image:height"]) == ("1200", "630")
    assert properties["og:image:alt"] == "Certificate: Python 101, awarded to José Núñez by Example Academy"
    assert {"name": "twitter:card", "content": "summary_large_image"} in metas


def test_the_content_policy_allows_only_this_site(theme: jinja2.Environment) -> None:
    metas = Elements(render(theme, PAGE)).all("meta")
    (policy,) = [meta["content"] for meta in metas if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives.pop("require-trusted-types-for") == "'script'"
    assert directives.pop("img-src") == "'self' data:"
    assert {directives.pop(name) for name in ("default-src", "base-uri", "form-action")} == {"'none'"}
    assert set(directives.values()) == {"'self'"}


@pytest.mark.parametrize("escaping", [True, False], ids=["own environment", "environment without escaping, as MkDocs makes it"])
def test_hostile_text_stays_text(*, escaping: bool) -> None:
    bare = jinja2.Environment(loader=jinja2.FileSystemLoader(THEME), autoescape=escaping)  # noqa: S701 - what is tested
    hostile = dataclasses.replace(
        PAGE,
        name=HOSTILE,
        achievement=HOSTILE,
        issuer=HOSTILE,
        language=HOSTILE,
        support=HOSTILE,
        issuer_url="javascript:alert(1)",
        fields=(("score", HOSTILE, HOSTILE), (HOSTILE, "x", HOSTILE), ("issuer_url", "Web site", "javascript:alert(1)")),
    )
    page = Elements(render(bare, hostile))
    plain = Elements(render(bare, PAGE))
    assert set(page.text_of("data-field", "name")) == {HOSTILE}
    assert page.text_of("data-field", "score") == [HOSTILE]
    assert len(page.all("script")) == len(plain.all("script"))
    assert len(page.all("img")) == len(plain.all("img"))
    attributes = {name for _, found, _ in page.found for name in found}
    assert not any(name.startswith("on") for name in attributes)
    assert not any((link.get("href") or "").startswith("javascript") for link in page.all("a"))


def test_what_is_not_known_is_left_out(theme: jinja2.Environment) -> None:
    bare = dataclasses.replace(PAGE, valid_until=None, language=None, support=None)
    page = render(theme, bare)
    assert "valid until" not in page
    assert "mailto:" not in page
    assert Elements(page).all("h1")[0]["lang"] == ""


def test_ten_thousand_pages_do_not_take_long(theme: jinja2.Environment) -> None:
    render(theme, PAGE)
    begin = time.perf_counter()
    for _ in range(200):
        render(theme, PAGE)
    # half a millisecond on an idle machine; the bound only catches a template that is compiled for every page
    assert (time.perf_counter() - begin) / 200 < 0.01


def sources() -> list[Path]:
    texts = {".html", ".css", ".js", ".svg", ".yml"}
    folders = (THEME, ROOT / "site" / "assets", ROOT / "site" / "js")
    return sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in texts and "vendor" not in path.parts)


def without_comments(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/|\{#.*?#\}|<!--.*?-->", "", text, flags=re.DOTALL)
    return re.sub(r"(^|\s)//\s.*$", "", text, flags=re.MULTILINE)


def test_the_theme_loads_nothing_from_elsewhere() -> None:
    for path in (path for path in sources() if THEME in path.parents or path.suffix == ".svg"):
        found = [url for url in ELSEWHERE.findall(without_comments(path)) if not url.startswith("http://www.w3.org")]
        assert found == [], path
        assert "@import" not in path.read_text(encoding="utf-8")


def test_no_template_needs_what_the_content_policy_forbids() -> None:
    for path in sorted(THEME.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", text), path


def test_no_script_writes_markup() -> None:
    for path in (path for path in sources() if path.suffix == ".js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text("utf-8")), path


def test_every_file_that_the_styles_name_is_there() -> None:
    for sheet in THEME.glob("assets/*.css"):
        names = re.findall(r'url\("([^"]+)"\)', sheet.read_text(encoding="utf-8"))
        assert names
        assert [name for name in names if not (sheet.parent / name).is_file()] == []


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [":root {", ':root[data-theme="dark"] {', ':root:not([data-theme="light"]) {'])
def test_every_pair_of_colours_has_contrast(scheme: str) -> None:
    sheet = (THEME / "assets" / "theme.css").read_text(encoding="utf-8")
    block = sheet[sheet.index(scheme) :].split("}")[0]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    texts = [
        ("ink", "paper"),
        ("ink", "wash"),
        ("muted", "paper"),
        ("muted", "wash"),
        ("accent", "paper"),
        ("accent", "accent-wash"),
        ("on-accent", "accent"),
    ]
    texts += [(tone, f"{tone}-wash") for tone in ("good", "bad", "unknown")] + [
        ("ink", f"{tone}-wash") for tone in ("good", "bad", "unknown")
    ]
    for front, back in texts:
        light, dark = sorted((luminance(colours[front]), luminance(colours[back])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (front, back)


def test_the_portal_and_the_templates_are_found() -> None:
    assert (portal.portal_folder() / "index.md").is_file()
    assert (portal.portal_folder() / "js" / "page.js").is_file()
    assert portal.templates_folder().name == "templates"


def test_a_name_is_set_in_one_font() -> None:
    heading = '<h1 dir="auto" lang="en" class="readers-font" data-field="name">'
    for name, whole in (("Nguyễn Thị Ánh Tuyết", False), ("Łukasz Ŵ. O’Connor", True), ("王小明", False)):
        page = render(environment(), dataclasses.replace(PAGE, name=name, language="en"))
        assert (heading not in page) is whole, name
