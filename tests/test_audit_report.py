"""What issuer audit says: the JSON document by its schema, the page by a browser that loads nothing, the sentences by their codes."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from playwright.sync_api import Browser

import issuer.audit
from issuer.audit.checks import KEPT, Checking, Outcome, sentences
from issuer.errors import Place
from tests.auditing import ANNA, NOW, audit, commit, copy_of, edit_record, history, ids, with_history
from tests.school import BATCH, School, found

SCHEMA = json.loads(resources.files("issuer.formats").joinpath("schemas", "audit.schema.json").read_text("utf-8"))
GUIDE = Path(__file__).parent.parent / "site" / "guide" / "auditing.md"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """A school with the history of three days, and one record that was edited."""
    made = found(tmp_path_factory.mktemp("school"))
    history(made)
    edit_record(made, 3, lambda credential: credential.update(name="<script>alert(1)</script>"))
    return made


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_document_fits_its_schema(school: School) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(audit(school, "--since", "HEAD"))


def test_the_schema_refuses_what_it_does_not_know(school: School) -> None:
    report = audit(school)
    report["checks"][0]["result"] = "maybe"
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(report)


def test_the_page_stands_alone(school: School, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    school.issuer("--quiet", "audit", "--html", str(file), code=1, now=NOW)
    text = file.read_text("utf-8")
    page = _Page()
    page.feed(text)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "a", "form"}
    assert not any(name.startswith("on") or name in ("src", "href", "style") for _, attributes in page.tags for name in attributes)
    assert set(re.findall(r"url\(([^)]{6})", text)) == {'"data:'}
    policy = next(attributes["content"] for tag, attributes in page.tags if attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    words = "".join(page.words)
    assert f"records/{BATCH}/issued-0001.jsonl:4" in words
    assert "Bo Li <bo@example.org>" in words
    assert "Person" not in words
    assert "alert(1)" not in words


@pytest.mark.browser
def test_the_page_is_shown_without_a_complaint(school: School, tmp_path: Path, browser: Browser) -> None:
    file = tmp_path / "report.html"
    school.issuer("--quiet", "audit", "--html", str(file), code=1, now=NOW)
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(file.as_uri())
    assert page.locator("h1").inner_text() == "Red"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(165, 29, 21)"
    assert page.evaluate("document.fonts.check('16px \"Atkinson Next\"')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
    assert complaints == []


def test_a_check_keeps_the_first_findings_and_counts_the_others() -> None:
    check = Checking("logged")
    for line in range(1, KEPT + 6):
        check.add("record-not-logged", place=Place("a", line))
    done = check.done()
    assert (done.outcome, done.total, len(done.findings), done.findings[0].where) == (Outcome.FAIL, KEPT + 5, KEPT, "a:1")


def test_findings_of_many_commits_stand_under_one_heading(school: School, tmp_path: Path) -> None:
    copied = copy_of(school, tmp_path)
    for day in (4, 5):
        path = copied.root / "issuer.yml"
        path.write_text(path.read_text("utf-8") + "# a note\n", "utf-8")
        commit(copied, f"Note (#{day})", who=ANNA, day=f"2026-06-0{day}")
    copied.issuer("--quiet", "audit", "--html", str(tmp_path / "report.html"), code=1, now=NOW)
    text = (tmp_path / "report.html").read_text("utf-8")
    assert text.count('<code class="chip">approval-unrecorded</code>') == 1
    assert "Anna Ruiz &lt;anna@example.org&gt; (#4)" in text
    assert "Anna Ruiz &lt;anna@example.org&gt; (#5)" in text


def test_what_is_active_again_is_not_among_what_is_held(tmp_path: Path) -> None:
    school = with_history(tmp_path)
    number = ids(school)[2]
    school.issuer("reinstate", number, "--reason", "x", now="2026-06-04T08:00:00Z")
    commit(school, "Reinstate")
    school.issuer("--quiet", "audit", "--html", str(tmp_path / "report.html"), now=NOW)
    text = (tmp_path / "report.html").read_text("utf-8")
    assert number not in text
    assert ids(school)[1] in text


def test_the_gravest_finding_comes_first() -> None:
    check = Checking("log-keys")
    check.add("key-unannounced", key="z6Mk1", event="added")
    check.add("key-gone", key="z6Mk2")
    done = check.done()
    assert (done.outcome, done.code, [finding.code for finding in done.findings]) == (
        Outcome.FAIL,
        "key-gone",
        ["key-gone", "key-unannounced"],
    )


def test_each_finding_gives_the_words_that_its_sentence_names() -> None:
    calls = list(_findings_in_the_code())
    assert len(calls) > 50
    for code, names in calls:
        texts = [table["codes"][code] for table in sentences().values() if code in table["codes"]]
        wanted = [set(re.findall(r"(?<!\{)\{([a-z_]+)\}", text["message"] + text["hint"])) for text in texts]
        assert any(words <= names for words in wanted), (code, wanted, names)


def test_no_sentence_is_left_over() -> None:
    texts = {node.value for node in _nodes() if isinstance(node, ast.Constant)}
    made = {f"{kind}-{what}" for kind in ("list", "register") for what in ("missing", "malformed", "forged")}
    made |= {f"{kind}-{what}" for kind in ("template", "picture") for what in ("missing", "changed")}
    assert {code for table in sentences().values() for code in table["codes"]} <= texts | made


def test_the_guide_names_every_check() -> None:
    text = GUIDE.read_text("utf-8")
    for name, table in sentences().items():
        assert f"`{name}`" in text, name
        assert table["title"] in text, table["title"]


def _nodes() -> Iterator[ast.AST]:
    """The code of the audit."""
    for path in sorted(Path(issuer.audit.__file__).parent.glob("*.py")):
        yield from ast.walk(ast.parse(path.read_text("utf-8")))


def _findings_in_the_code() -> Iterator[tuple[str, set[str]]]:
    """Each code that a call of add() names, with the names of what it gives."""
    for node in _nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add" and node.args:
            names = {keyword.arg for keyword in node.keywords if keyword.arg}
            codes = {text.value for text in ast.walk(node.args[0]) if isinstance(text, ast.Constant)}
            yield from ((code, names) for code in codes if isinstance(code, str) and re.fullmatch(r"[a-z]+(-[a-z]+)+", code))
