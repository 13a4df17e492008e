"""The guide page "Make your own template" is true: its example is a template without a fault, and it names everything that there is."""

from __future__ import annotations

import base64
import io
import re
import shlex
from pathlib import Path

import pytest
from PIL import Image

from issuer import cli, credential
from issuer.artwork import lint
from issuer.artwork.compiling.store import Store
from issuer.artwork.template import attributes, parse
from issuer.artwork.text import fonts
from issuer.commands import preview
from issuer.formats import filters

PAGE = (Path(__file__).parents[2] / "site" / "guide" / "templates.md").read_text(encoding="utf-8")


def test_the_example_is_a_template_with_which_nothing_is_wrong(tmp_path: Path) -> None:
    (example,) = re.findall(r"```svg\n(.*?)```", PAGE, re.DOTALL)
    linted = lint.lint(example.encode(), shown_as="templates/harbour.svg", store=Store(tmp_path))
    assert linted.findings == ()
    assert linted.template is not None
    assert linted.template.fields - credential.FIELDS == {"boat", "logo"}


def test_ten_minutes_go_as_they_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command and every line of settings of the first part, and then a drawing of one's own that Inkscape saved."""
    part, own, *_ = PAGE.split("\n## ")[1:]
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^    (\S.*)$", part, re.MULTILINE)
    assert [command.split()[:2] for command in commands] == [
        ["issuer", "init"],
        ["cd", "try"],
        ["issuer", "template"],
        ["issuer", "preview"],
        ["issuer", "template"],
    ]
    (setting,) = re.findall(r"```yaml\n(.*?)\n```", part, re.DOTALL)

    def use(line: str) -> None:
        settings = Path("records/2026-01-first-batch/batch.yml")
        settings.write_text(re.sub(r"^template: .*$", line, settings.read_text("utf-8"), flags=re.MULTILINE), "utf-8")

    for command in commands:
        program, *words = shlex.split(command)
        if program == "cd":
            monkeypatch.chdir(words[0])
        else:
            assert cli.run(words) == 0, command
        if words[:2] == ["template", "new"]:
            use(setting)
    assert "templates/harbour.svg (A4 landscape): nothing is wrong" in capsys.readouterr().out
    assert Path("_preview/2026-01-first-batch/contact-sheet.png").is_file()

    for word in ("`{{ name }}`", "`{{ achievement }}`", "`{{ url }}`", "id `qr`", "`templates/mine.svg`", "`template: mine`"):
        assert word in own
    source = (Path(__file__).parent / "exports" / "inkscape.svg").read_text("utf-8").replace("Jane Doe", "{{ name }}")
    Path("templates/mine.svg").write_text(source, "utf-8")
    use("template: mine")
    assert cli.run(["template", "check", "mine"]) == 0
    assert cli.run(["preview", "2026-01-first-batch"]) == 0
    assert "3 rows laid out, all can be issued as drawn" in capsys.readouterr().out


def test_a_photo_of_figma_is_replaced_as_it_is_written(tmp_path: Path) -> None:
    (photo,) = re.findall(r"```xml\n(.*?)```", PAGE, re.DOTALL)
    sink = io.BytesIO()
    Image.new("L", (40, 30), 200).save(sink, "JPEG")
    (example,) = re.findall(r"```svg\n(.*?)```", PAGE, re.DOTALL)
    behind = f'<g transform="scale(.2)">{photo.replace("…", base64.b64encode(sink.getvalue()).decode("ascii"))}</g>'
    source = example.replace('<rect data-image="logo"', f'{behind}<rect data-image="logo"')
    assert lint.lint(source.encode(), shown_as="templates/harbour.svg", store=Store(tmp_path)).findings == ()


@pytest.mark.parametrize("name", ["qr", "_qr", "qr-2"])
def test_a_square_that_is_called_as_it_is_written_may_be_pale(name: str) -> None:
    (example,) = re.findall(r"```svg\n(.*?)```", PAGE, re.DOTALL)
    assert f"`{name}`" in PAGE
    template = parse(re.sub(r'data-field="qr"(.*)fill="#\w+"', rf'id="{name}"\1fill="#dddddd"', example).encode(), shown_as="a.svg")
    assert template.code is not None
    assert template.code.dark == "#000000"


def test_several_formats_are_asked_for_as_it_is_written() -> None:
    page = Path(__file__).parents[2] / "site" / "guide" / "preview.md"
    (options,) = re.findall(r"say it again: `(.*?)`", page.read_text("utf-8"))
    context = preview.command.make_context("preview", ["a-batch", *shlex.split(options)])
    assert list(context.params["formats"]) == ["svg", "pdf"]


def test_the_page_names_every_field_filter_and_attribute() -> None:
    assert [field for field in credential.FIELDS if f"`{field}`" not in PAGE] == []
    assert [name for name in filters._APPLY if f"| {name}" not in PAGE.replace("\\\\|", "|")] == []
    assert [name for name in attributes.OURS if f'`{name}="' not in PAGE] == []


def test_the_table_of_fonts_is_that_of_the_manifest() -> None:
    """Fonts of one script are chosen by letter and need no name; those for Latin are listed with what they have."""
    rows = re.findall(r"^\| `([A-Z][A-Za-z ]+)`(?:, or `[a-z-]+`)? \| ([0-9a-z, ]+) \|", PAGE, re.MULTILINE)
    carried: dict[str, set[str]] = {}
    for entry in fonts.entries():
        if "Latn" in entry.scripts and "CJK" not in entry.family:
            carried.setdefault(entry.family, set()).add(f"{entry.weight}{' italic' if entry.italic else ''}")
    assert {family: set(styles.split(", ")) for family, styles in rows} == carried
