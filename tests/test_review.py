"""What `issuer check` says besides the terminal: JSON by its schema, Markdown by a CommonMark reader, annotations by GitHub's rules, a page
that loads nothing."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from playwright.sync_api import Browser

from issuer.errors import Place
from issuer.review import grouped, in_words
from issuer.review.grouping import alike
from issuer.review.markdown import MAX_BYTES
from issuer.review.markup import text, without_addresses
from issuer.review.streamed import Streamed
from issuer.roster.findings import Code, Finding, Severity, finding
from tests.school import BATCH, School, found

SCHEMA = json.loads(resources.files("issuer.formats").joinpath("schemas", "check.schema.json").read_text("utf-8"))
READER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
TRIGGER = re.compile(r"@[A-Za-z0-9]|#[0-9]|GH-[0-9]|https?:|www\.|mailto:|xmpp:|\b[0-9a-f]{7,40}\b|:[a-z0-9_+-]+:|\$|`", re.IGNORECASE)
"""What GitHub makes something of in a text, outside of <code>: mentions, references, addresses, commits, pictograms, formulas."""
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]")
ADDRESS = re.compile(r"[\w.+'-]+[@＠][\w-]+\.[\w.-]+")
MESSY = (
    "Amina Yusuf,amina@example.org,Morning",
    "Jørgen Brødsgaard,jorgen.example.org,Morning",
    ",maria@example.org,Evening",
    "Mary O'Neill,o'neill@@example.org,Evening",
    "@octocat <b>Bob #1</b>,bob@example.org,https://evil.example.org",
    "अमीना यूसुफ़,amina@example.org,Morning",
)


class _Page(HTMLParser):
    """tags: all of them; words: every text; loose: those outside of <code>."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.loose: list[str] = []
        self.depth = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert set(attrs) <= {("style", "text-align:right")}
        self.depth += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "code"

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if not self.depth:
            self.loose.append(data)


def messy(folder: Path) -> School:
    school = found(folder)
    school.roster(*MESSY)
    return school


def test_the_document_fits_its_schema(tmp_path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    check = jsonschema.Draft202012Validator(SCHEMA)
    school = messy(tmp_path)
    document = school.json("check", code=1)
    check.validate(document)
    assert document["counts"] == {"error": 4, "warning": 0, "note": 0}
    school.people(3)
    school.issuer("--quiet", "issue")
    school.roster("Person Nº 0,person0@example.org,Evening", "Person Nº 1,person1@example.org,Morning", "New,new@example.org,")
    document = school.json("check")
    check.validate(document)
    batch = document["batches"][0]
    assert [batch[name] for name in ("new", "corrected", "withdrawn", "unchanged")] == [1, 1, 1, 1]
    assert [row["action"] for row in batch["rows"]] == ["corrected", "unchanged", "new"]
    assert batch["corrections"][0]["changes"] == [{"field": "course", "old": "Morning", "new": "Evening"}]
    document["batches"][0]["rows"][0]["action"] = "perhaps"
    assert not check.is_valid(document)


def test_a_streamed_list_is_json_like_any_other() -> None:
    encoder = json.JSONEncoder(indent=2)
    document = {"rows": Streamed(lambda: range(3)), "none": Streamed(tuple), "nested": [Streamed(lambda: iter("ab"))]}
    plain = {"rows": [0, 1, 2], "none": [], "nested": [["a", "b"]]}
    assert "".join(encoder.iterencode(document)) == encoder.encode(plain)


def many(code: Code, count: int) -> list[Finding]:
    return [
        finding(code, Place("r.csv", line, "Name"), "is all in capitals", "write it as the person does") for line in range(1, count + 1)
    ]


def test_many_findings_of_a_code_are_one_group_and_the_worst_comes_first() -> None:
    findings = [*many(Code.NAME_CASE, 5000), *many(Code.COLUMN_UNUSED, 1), *many(Code.EMAIL_INVALID, 10)]
    groups = grouped(findings)
    assert [(group.severity.value, group.code, group.total, len(group.shown), group.more) for group in groups] == [
        ("error", "email-invalid", 10, 10, 0),
        ("warning", "name-case", 5000, 5, 4995),
        ("note", "column-unused", 1, 1, 0),
    ]
    assert [found.place.line for found in groups[1].shown] == [1, 2, 3, 4, 5]
    assert in_words(Counter(found.severity for found in findings)) == "10 errors, 5,000 warnings and 1 note"
    assert [hint for _, hint in alike(groups[1].shown)] == ["", "", "", "", "write it as the person does"]


def test_the_terminal_groups_findings(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.roster(*(f"Person {number},nowhere{number},Morning" for number in range(30)))
    lines = school.outputs("--quiet", "check", code=1)[0].splitlines()
    assert sum(line.startswith("error: ") for line in lines) == 5
    assert "  … and 25 more of email-invalid; --json lists them all" in lines
    assert lines[-2:] == ["Found 30 errors.", "Blocked: correct the errors above and check again. Nothing was issued."]


words = st.text(max_size=60) | st.text("ab1@#[]()<>!*_`~|\\&;:/.-$'\" \n\t\r", max_size=60)


@given(words)
@example("@octocat")
@example("[x](https://example.org) ![p](q.png) <img src=x onerror=alert(1)>")
@example("| a | b |\n|---|---|\n1. x\n# y\n- z\n> q\n```\ncode")
@example("&#64;octocat &lt;b&gt; &amp;")
@example("deadbeef GH-12 #1 a/b#1 :smile: $x$ www.example.org ___ ~~x~~")
@example("</code><b>x</b>")
def test_no_text_of_a_roster_becomes_markup(raw: str) -> None:
    line = text(raw)
    assert "\n" not in line
    for markdown, tags in ((f"A {line} b", {"p"}), (f"| h |\n|---|\n| {line} |\n", {"table", "thead", "tbody", "tr", "th", "td"})):
        page = _Page(READER.render(markdown))
        assert set(page.tags) <= tags | {"code"}
        assert not TRIGGER.search(" ".join(page.loose))
        expected = UNSEEN.sub("\ufffd", " ".join(raw.split()))
        assert " ".join(expected.split()) in " ".join("".join(page.words).split())


@given(st.emails(), st.sampled_from(["'{}'", "({})", "the email {} stands in line 2", '"{}"', "{}", "<{}>", "a,{}", "x {}, {}"]))
def test_no_address_is_left(address: str, frame: str) -> None:
    local = address.rpartition("@")[0]
    said = without_addresses(frame.replace("{}", address))
    assert not ADDRESS.search(said.replace("…@", "… "))
    assert local not in said or len(local) < 4


def test_what_a_message_quotes_of_a_mail_is_hidden() -> None:
    assert without_addresses("""no "@" in 'ada.example.org'""", about_mail=True) == 'no "@" in …'
    assert without_addresses(""""o'neil@@example.org" is no e-mail address""", about_mail=True) == "… is no e-mail address"
    assert without_addresses("the email 'ada@example.org' stands in line 2") == "the email '…@example.org' stands in line 2"


def test_markdown_for_a_pull_request(tmp_path: Path) -> None:
    school = messy(tmp_path)
    school.issuer("--quiet", "check", "--markdown", str(tmp_path / "summary.md"), code=1)
    markdown = (tmp_path / "summary.md").read_text("utf-8")
    assert markdown.startswith("❌ **Blocked.** Nothing can be issued until the errors are corrected. Found 4 errors.\n\n| batch | new |")
    page = _Page(READER.render(markdown))
    assert {"details", "summary", "table", "ul"} <= set(page.tags)
    assert not set(page.tags) & {"a", "img"}
    assert page.tags.count("b") == 1, "of the summary"
    assert "@octocat <b>Bob #1</b>" in page.words
    assert not ADDRESS.search("".join(page.words))
    assert "jorgen" not in "".join(page.words)
    assert school.outputs("--quiet", "check", "--markdown", "-", code=1)[0] == markdown


def test_no_address_stands_in_reasons_or_where_headers_are_missing(tmp_path: Path) -> None:
    made = found(tmp_path)
    made.roster("Ada Lovelace,ada@example.org,x", "Lise Meitner,,x", header="Emmy Noether,emmy@example.org,x")
    shown = made.outputs("check", "--markdown", "-", "--annotations", code=1)[0]
    assert "emmy" not in shown
    settings = made.batch / "batch.yml"
    settings.write_text(settings.read_text("utf-8") + "require: Second == yes\n", "utf-8")
    made.roster("Ada Lovelace,ada@example.org,x,other@example.com", header="Name,E-mail,Course,Second")
    shown = made.outputs("check", "--markdown", "-")[0]
    assert "Not eligible" in shown
    assert "other" not in shown


def test_markdown_never_gets_too_large(tmp_path: Path) -> None:
    school = found(tmp_path)
    settings = (school.batch / "batch.yml").read_text("utf-8")
    for number in range(40):
        folder = school.root / "records" / f"2026-02-batch-{number:02}"
        folder.mkdir()
        (folder / "batch.yml").write_text(settings, "utf-8")
        mails = [f"person{row}@example.org" if row % 2 else f"nowhere{row}" for row in range(30)]
        rows = "".join(f"<<<&&&>>>@@@ {'#' * 90},{mail},{'|' * 90}\n" for mail in mails)
        (folder / "roster.csv").write_text(f"Name,E-mail,Course\n{rows}", "utf-8")
    markdown = school.outputs("--quiet", "check", "--markdown", "-", code=1)[0]
    assert 40_000 < len(markdown.encode()) <= MAX_BYTES
    assert re.search(r"^Cut at 60 kB: the details of \d+ of 41 batches are left out\.$", markdown, re.MULTILINE)
    assert markdown.count("<details>") == markdown.count("</details>")


def test_a_markdown_of_nothing_new_is_short(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(2)
    school.issuer("--quiet", "issue")
    markdown = school.outputs("--quiet", "check", "--markdown", "-")[0]
    assert markdown.startswith("✅ **Nothing blocks.** Nothing is new.")
    assert "<details>" not in markdown


def commands(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Workflow commands as GitHub's runner reads them."""
    for line in text.splitlines():
        if match := re.fullmatch(r"::([a-z]+)(?: ([^:]*))?::(.*)", line):
            given = dict(item.split("=", 1) for item in (match[2] or "").split(","))
            unescaped = {name: value.replace("%3A", ":").replace("%2C", ",").replace("%25", "%") for name, value in given.items()}
            yield match[1], unescaped, match[3].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


def test_annotations_stand_at_their_lines(tmp_path: Path) -> None:
    school = messy(tmp_path)
    told = list(commands(school.outputs("--quiet", "check", "--annotations", code=1)[0]))
    file = f"records/{BATCH}/roster.csv"
    assert [(kind, given["file"], given["line"], given["col"], given["title"]) for kind, given, _ in told] == [
        ("error", file, "3", "19", "email-invalid"),
        ("error", file, "4", "1", "value-missing"),
        ("error", file, "7", "14", "row-duplicate"),
        ("error", file, "5", "14", "email-invalid"),
    ]
    assert told[1][2] == 'column "Name": the name is missing\nfill the cell, or take the row out'
    assert not any(ADDRESS.search(message.replace("…@", "… ")) or "jorgen" in message for _, _, message in told)


def test_a_cell_behind_a_broken_line_is_found(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.roster('"Ada\nBoole",nowhere,Morning')
    ((_, given, _),) = commands(school.outputs("--quiet", "check", "--annotations", code=1)[0])
    assert (given["line"], given["col"]) == ("3", "8")


def test_annotations_are_as_many_as_github_shows(tmp_path: Path) -> None:
    school = found(tmp_path)
    rows = [f"Person {number},nowhere{number},Morning" for number in range(30)]
    school.roster(*rows, "100% Sure: a,fine@example.org")
    told = list(commands(school.outputs("--quiet", "check", "--annotations", code=1)[0]))
    assert [given["title"] for _, given, _ in told] == ["email-invalid", "row-ragged", *["email-invalid"] * 7, "And 22 more"]
    assert told[-1][2] == "30 of email-invalid, 1 of row-ragged: issuer check lists them"


def test_annotations_escape_as_github_asks() -> None:
    from issuer.review import Review, annotations

    place = Place("records/a,b:c%/roster.csv", 2)
    mistake = Finding(Severity.ERROR, Code.CELL_LONG, place, "100%\r\n::set-output name=x::y", "")
    (line,) = annotations.render(Review((), (mistake,)))
    assert line == "::error file=records/a%2Cb%3Ac%25/roster.csv,line=2,title=cell-long::100%25%0D%0A::set-output name=x::y"
    sheet = Finding(Severity.WARNING, Code.NAME_CASE, Place("r.xlsx", 17, "Name", "People", "C17"), "is all in capitals", "")
    (line,) = annotations.render(Review((), (sheet,)))
    assert line == '::warning file=r.xlsx,title=name-case::People!C17 column "Name": is all in capitals'


class _Report(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_stands_alone(tmp_path: Path) -> None:
    school = messy(tmp_path)
    file = tmp_path / "report.html"
    school.issuer("--quiet", "check", "--html", str(file), code=1)
    assert file.stat().st_mode & 0o777 == 0o600
    markup = file.read_text("utf-8")
    page = _Report(markup)
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "a", "form", "b"}
    assert not any(name.startswith("on") or name in ("src", "href", "style") for _, attributes in page.tags for name in attributes)
    assert set(re.findall(r"url\(([^)]{6})", markup)) == {'"data:'}
    policy = next(attributes["content"] for _, attributes in page.tags if attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    for words in (
        f"records/{BATCH}/roster.csv:3",
        "no \"@\" in 'jorgen.example.org'",
        "@octocat <b>Bob #1</b>",
        "Blocked",
        "email-invalid",
    ):
        assert words in page.words


def test_the_page_shows_old_and_new(tmp_path: Path) -> None:
    school = found(tmp_path)
    school.people(2)
    school.issuer("--quiet", "issue")
    school.roster("Person Nº 0,person0@example.org,Evening")
    school.issuer("--quiet", "check", "--html", str(tmp_path / "r.html"))
    markup = (tmp_path / "r.html").read_text("utf-8")
    assert "<td>course</td><td><del><bdi>Morning</bdi></del></td><td><ins><bdi>Evening</bdi></ins></td>" in markup
    assert "No longer in the roster" in markup


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_shown_without_a_complaint(tmp_path: Path, browser: Browser, scheme: str) -> None:
    school = messy(tmp_path)
    school.issuer("--quiet", "check", "--html", str(tmp_path / "r.html"), code=1)
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme="dark" if scheme == "dark" else "light")
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((tmp_path / "r.html").as_uri())
    assert page.locator("h1").inner_text() == "Blocked"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('h1')).color")
        == {
            "light": "rgb(165, 29, 21)",
            "dark": "rgb(255, 173, 165)",
        }[scheme]
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
    assert complaints == []
