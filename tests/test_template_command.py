"""`issuer template`: what a newcomer does to get a template of their own, and what `issuer check` says of it afterwards."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from issuer import cli
from issuer.commands import template_files
from issuer.pages.portal import templates_folder
from tests.school import BATCH, School, found


@pytest.fixture
def school(tmp_path: Path) -> School:
    return found(tmp_path)


def use(school: School, name: str, batch: str = BATCH) -> Path:
    """Let a batch take the template of this name. Returns the template's path."""
    path = school.root / "records" / batch / "batch.yml"
    path.write_text(path.read_text("utf-8").replace("template: default", f"template: {name}"), "utf-8")
    return school.root / "templates" / f"{name}.svg"


def test_a_new_repository_has_one_template_and_may_name_all(school: School) -> None:
    assert [path.name for path in (school.root / "templates").iterdir()] == ["default.svg"]
    listed = {row["name"]: row for row in school.json("template", "list")["templates"]}
    assert listed["default"] == {"name": "default", "own": True, "page": "A4 landscape", "batches": [BATCH]}
    assert listed["course"]["own"] is False
    assert listed["course-letter"]["page"] == "US Letter landscape"
    lines = school.issuer("template", "list").splitlines()
    assert lines[0].split() == ["name", "from", "page", "used", "by"]
    assert lines[1].split() == ["default", "templates/", "A4", "landscape", BATCH]


def test_a_name_that_batch_yml_cannot_use_is_not_listed_but_told(school: School) -> None:
    for name in ("Fair Winds.svg", "fair_winds.svg", "-.svg", "LOUD.SVG"):
        shutil.copyfile(school.root / "templates" / "default.svg", school.root / "templates" / name)
    document = school.json("template", "list")
    assert [row["name"] for row in document["templates"] if row["own"]] == ["default"]
    assert document["unnamed"] == [f"templates/{name}" for name in ("-.svg", "Fair Winds.svg", "LOUD.SVG", "fair_winds.svg")]
    told = "No batch can name templates/Fair Winds.svg: a name has a-z, 0-9 and hyphens. Rename it to fair-winds.svg."
    assert told in school.issuer("template", "list").splitlines()
    checked = school.issuer("template", "check").splitlines()
    assert told in checked
    assert not any("no issuer.yml" in line for line in checked)
    use(school, "gone")
    assert "Fair" not in school.issuer("check", code=1)
    refused = school.issuer("template", "check", "fair winds", code=2)
    assert "there is no template 'fair winds'" in refused
    assert "hint: no batch can name templates/Fair Winds.svg: rename it to fair-winds.svg" in refused
    assert "hint: did you mean default?" in school.issuer("template", "check", "Defualt", code=2)


def test_a_code_is_looked_at_for_the_address_of_the_issuer(school: School) -> None:
    """The longest that there can be: every id has 26 letters. What was weighed for one address is not taken for another."""
    settings = school.root / "issuer.yml"
    assert school.issuer("template", "check").endswith("nothing is wrong\n")
    weighed = {path.name for path in (school.root / ".cache").rglob("weight/*")}
    text = settings.read_text("utf-8")
    (base,) = re.findall(r"^base_url: *(\S+)", text, re.MULTILINE)
    settings.write_text(text.replace(f"base_url: {base}", f"base_url: {base}/{'long' * 60}"), "utf-8")
    assert '"{{ url }}" has no room' in school.issuer("template", "check")
    assert {path.name for path in (school.root / ".cache").rglob("weight/*")} > weighed


@pytest.mark.parametrize("kind", template_files.kinds())
def test_new_copies_a_kind_for_each_page(kind: str, school: School) -> None:
    for page, source in (("a4", kind), ("letter", f"{kind}-letter")):
        if not (templates_folder() / f"{source}.svg").exists():
            continue
        made = school.json("template", "new", f"my-{page}", "--from", kind, "--page", page)
        assert made == {"template": f"templates/my-{page}.svg", "from": source, "page": page}
        copy = school.root / "templates" / f"my-{page}.svg"
        assert copy.read_bytes() == (templates_folder() / f"{source}.svg").read_bytes()


def test_new_overwrites_nothing_and_says_what_it_takes(school: School) -> None:
    own = school.root / "templates" / "default.svg"
    before = own.read_bytes()
    said = school.issuer("template", "new", "default", "--from", "course", code=2)
    assert "templates/default.svg: exists already" in said
    assert own.read_bytes() == before
    assert "hint: such as harbour-school: the file" in school.issuer("template", "new", "Harbour School.svg", "--from", "course", code=2)
    assert "hint: such as harbour: the file" in school.issuer("template", "new", "../..", "--from", "course", code=2)
    said = school.issuer("template", "new", "mine", "--from", "coarse", code=2)
    assert f"hint: templates: {', '.join(template_files.kinds())}" in said
    assert sorted(path.name for path in (school.root / "templates").iterdir()) == ["default.svg"]


def test_check_names_line_and_element_and_ends_with_the_answer(school: School) -> None:
    own = school.root / "templates" / "default.svg"
    assert school.issuer("template", "check").endswith("templates/default.svg (A4 landscape): nothing is wrong\n")
    own.write_text(own.read_text("utf-8").replace("</svg>", '<text id="motto" x="3" y="99">{{ boat }}</text>\n</svg>'), "utf-8")
    line = len(own.read_text("utf-8").splitlines()) - 1
    said = school.issuer("template", "check", "default", code=1).splitlines()
    place = f"templates/default.svg:{line} <text id=motto>"
    assert f"error: {place}: shows {{{{ boat }}}}, which nothing fills in {BATCH} [template-field-unknown]" in said
    assert any(one.startswith(f"warning: {place}: ") and one.endswith("[template-edge]") for one in said)
    assert said[-1].startswith("templates/default.svg (A4 landscape): 1 error, ")
    (document,) = school.json("template", "check", "default", code=1)["templates"]
    assert (document["usable"], document["page"], document["file"]) == (False, "A4 landscape", "templates/default.svg")
    first = document["findings"][0]
    assert {"severity", "code", "place", "file", "line", "element", "message", "hint"} <= first.keys()


def test_a_file_is_checked_where_there_is_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(templates_folder() / "default.svg", "Mine.svg")
    assert cli.run(["template", "check", "Mine.svg"]) == 0
    said, assumed = capsys.readouterr().out.splitlines()
    assert said == "Mine.svg (A4 landscape): nothing is wrong"
    assert "no issuer.yml here" in assumed
    assert "https://certificates.example.org/c/7m2q9v4tkc8h5x3w6zr1nbdygf/" in assumed
    assert cli.run(["--json", "template", "check", "course"]) == 0
    assert json.loads(capsys.readouterr().out)["templates"][0]["file"] == "templates/course.svg"
    assert cli.run(["template", "check"]) == 2
    assert "name the SVG" in capsys.readouterr().err
    assert cli.run(["template", "check", "other.svg"]) == 2
    assert "other.svg: there is no such file" in capsys.readouterr().err
    assert cli.run(["template", "check", "other"]) == 2
    assert "there is no template 'other'" in capsys.readouterr().err
    assert cli.run(["template", "list"]) == 0
    assert "default " in capsys.readouterr().out


def test_a_warning_does_not_keep_a_batch_from_being_issued(school: School) -> None:
    school.issuer("template", "new", "mine", "--from", "course")
    own = use(school, "mine")
    own.write_text(own.read_text("utf-8").replace("</svg>", '<text id="motto" x="3" y="99">Fair winds</text></svg>'), "utf-8")
    said = school.issuer("check")
    assert "<text id=motto>" in said
    assert "[template-edge]" in said
    school.issuer("--quiet", "issue")
    assert "[template-edge]" not in school.issuer("check"), "nothing will be drawn from it any more"


def test_a_template_that_cannot_be_used_blocks_its_batch_with_everything_that_is_wrong(school: School) -> None:
    other = "2026-02-second-batch"
    shutil.copytree(school.batch, school.root / "records" / other)
    use(school, "broken", other).write_text('<svg xmlns="http://www.w3.org/2000/svg"><script/>\n<foreignObject/></svg>', "utf-8")
    document = school.json("check", code=1)
    first, second = document["batches"]
    assert (first["new"], [one["code"] for one in first["findings"]]) == (3, [])
    assert second["new"] == 3, "its rows are looked at all the same"
    assert {(one["code"], one["line"]) for one in second["findings"]} >= {("template-script", 1), ("template-element", 2)}
    assert "Nothing was issued" in school.issuer("issue", code=1)
    use_again = school.root / "records" / other / "batch.yml"
    use_again.write_text(use_again.read_text("utf-8").replace("template: broken", "template: gone"), "utf-8")
    assert "there is no template 'gone'" in school.issuer("check", code=1)


def test_one_template_is_told_once_for_many_batches(school: School) -> None:
    school.issuer("template", "new", "mine", "--from", "course")
    own = use(school, "mine")
    shutil.copytree(school.batch, school.root / "records" / "2026-02-second-batch")
    own.write_text(own.read_text("utf-8").replace("</svg>", '<text x="3" y="99">Fair winds</text></svg>'), "utf-8")
    assert school.issuer("check").count("[template-edge]") == 1


def test_what_took_too_long_to_draw_once_is_not_drawn_for_other_batches(school: School) -> None:
    """Each batch has a picture of its own, so that each would be drawn anew."""
    other = "2026-02-second-batch"
    shutil.copytree(school.batch, school.root / "records" / other)
    for batch in (BATCH, other):
        own = use(school, "slow", batch)
        folder = school.root / "records" / batch
        mark = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h{len(batch)}v1"/></svg>'
        (folder / "mark.svg").write_text(mark, "utf-8")
        (folder / "batch.yml").write_text((folder / "batch.yml").read_text("utf-8") + "images:\n  mark: mark.svg\n", "utf-8")
    circles = '<circle r="300" cx="400" cy="300" fill="#f00" opacity=".5" stroke="#00f" stroke-dasharray=".1 .1"/>' * 100
    uses = '<use href="#a"/>' * 180
    used = f'<g id="a">{circles}</g>{uses}<rect data-image="mark" x="9" y="9" width="20" height="20"/>'
    code = '<rect data-field="qr" x="700" y="450" width="90" height="90"/>'
    name = '<text x="400" y="300" font-size="20">{{ name }}</text>'
    own.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 842 595">{used}{name}{code}</svg>', "utf-8")
    said = [[one["message"] for one in batch["findings"]] for batch in school.json("check", code=1)["batches"]]
    assert said == [
        ["the artwork of the template takes too long to draw"],
        ["the artwork of the template was not drawn: what was drawn of it before took too long"],
    ]
