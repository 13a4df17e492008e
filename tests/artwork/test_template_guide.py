"""The guide page "Make your own template" is true: its example is a template without a fault, and it names everything that there is."""

from __future__ import annotations

import re
from pathlib import Path

from issuer import credential
from issuer.artwork import lint
from issuer.artwork.compiling.store import Store
from issuer.artwork.template import attributes
from issuer.artwork.text import fonts
from issuer.formats import filters

PAGE = (Path(__file__).parents[2] / "site" / "guide" / "templates.md").read_text(encoding="utf-8")


def test_the_example_is_a_template_with_which_nothing_is_wrong(tmp_path: Path) -> None:
    (example,) = re.findall(r"```svg\n(.*?)```", PAGE, re.DOTALL)
    linted = lint.lint(example.encode(), shown_as="templates/harbour.svg", store=Store(tmp_path))
    assert linted.findings == ()
    assert linted.template is not None
    assert linted.template.fields - credential.FIELDS == {"boat", "logo"}


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
