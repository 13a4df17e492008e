"""Editions and sheets: what certificates of a template share, what each adds, and what a draft says."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from issuer.artwork.edition import edition
from issuer.artwork.sheet import lay_out
from issuer.artwork.template import Template, faults, parse, survey
from issuer.errors import FormatError
from tests.artwork import sample

_URL = "https://certificates.example.org/c/0x4k7m2q9v3w8y1zj6t5d0ahcb/"
_ROOT = Path(__file__).parents[2]


def _parse(inside: str, root: str = "") -> Template:
    source = f"""<svg xmlns="http://www.w3.org/2000/svg" width="297mm" height="210mm" viewBox="0 0 842 595" xml:lang="en" {root}>
{inside}<rect data-field="qr" x="10" y="10" width="90" height="90"/></svg>"""
    return parse(source.encode(), shown_as="templates/a.svg")


def _said(template: Template, language: str | None = "en", **fields: str) -> list[str]:
    sheet = lay_out(template, fields, language=language, url=_URL)
    return [line.line.text for text in sheet.texts for line in text.placed.lines]


def test_one_edition_for_all_with_the_same_conditions() -> None:
    template = _parse('<path d="M0 0h1" data-if="grade"/><path d="M0 0h2" data-if="!grade"/><text y="99">Words</text>')
    one = lay_out(template, {"grade": "A"}, language="en", url=_URL)
    other = lay_out(template, {"grade": "B", "name": "Ada"}, language="de", url=_URL)
    assert one.edition is other.edition
    assert one.edition.art == '<path d="M0 0h1"/>'
    assert edition(template).art == '<path d="M0 0h2"/>'
    assert [text.placed.lines[0].line.text for text in one.edition.words] == ["Words"]
    assert one.edition.key != edition(template).key


def test_values_are_written_for_their_reader() -> None:
    text = '<text y="99">{{ awarded | date("long") | upper }}, {{ score | number }} <tspan data-if="!score">no score</tspan></text>'
    assert _said(_parse(text), "de", awarded="2026-05-30", score="1234.5") == ["30. MAI 2026, 1.234,5"]
    assert _said(_parse(text), None, awarded="2026-05-30") == ["30 MAY 2026, no score"]
    spoken = _parse(text, 'data-languages="en fr"')
    assert _said(spoken, "fr-CA", awarded="2026-03-01") == ["1 MARS 2026, no score"]
    assert _said(spoken, "de", awarded="2026-03-01") == ["1 MARCH 2026, no score"]


def test_values_that_a_template_cannot_take_are_faults() -> None:
    text = '<text y="99">{{ started | date }} {{ score | number }}</text>'
    template = _parse(text, 'data-fields="score:number hours:number? term started:date"')
    good = {"started": "2026-05-30", "score": "7", "term": "Spring"}
    assert faults(template, good, "de") == []
    bad = {"started": "in May", "score": "good", "hours": "many"}
    assert [(fault.field, bool(fault.message and fault.hint)) for fault in faults(template, bad, "de")] == [
        ("started", True),
        ("score", True),
        ("hours", True),
        ("term", True),
    ]
    with pytest.raises(FormatError, match="is no date"):
        lay_out(template, bad, language="de", url=_URL)


def test_a_draft_says_so_below_the_texts_and_has_an_edition_of_its_own() -> None:
    real, draft = (lay_out(sample.TEMPLATE, sample.fields(), language="en", url=_URL, draft=word) for word in ("", "DRAFT"))
    assert draft.edition.art.startswith(real.edition.art)
    mark = draft.edition.art.removeprefix(real.edition.art)
    assert mark.count("<path") == 5
    assert 'fill="none"' in mark
    assert draft.edition.key != real.edition.key
    assert [text.placed for text in draft.texts] == [text.placed for text in real.texts]
    assert lay_out(sample.TEMPLATE, sample.fields(), language="en", url=_URL, draft="مسودة").edition.art != draft.edition.art


def test_the_manifest() -> None:
    template = _parse(
        "", 'data-name=" Harbour  course " data-fields="score:number hours:number? motto" data-languages="en,pt-BR" data-scan="30cm"'
    )
    manifest = template.manifest
    assert manifest.title == "Harbour course"
    assert [(field.name, field.kind, field.optional) for field in manifest.fields] == [
        ("score", "number", False),
        ("hours", "number", True),
        ("motto", "text", False),
    ]
    assert manifest.scan == pytest.approx(300)
    assert [manifest.speaks(language) for language in ("EN-gb", "pt-br", "pt", "eng")] == [True, True, False, False]


@pytest.mark.parametrize(
    "root", ['data-fields="score:float"', 'data-fields="Score"', 'data-scan="30"', 'data-scan="far"', 'data-languages="english!"']
)
def test_a_manifest_that_says_nothing_is_refused(root: str) -> None:
    (mistake,) = survey(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 842 595" {root}><text>{{{{ url }}}}</text></svg>'.encode(), shown_as="a.svg"
    ).mistakes
    assert mistake.place is not None
    assert (mistake.place.line, mistake.place.element, bool(mistake.hint)) == (1, "<svg>", True)


@pytest.mark.parametrize(
    ("slot", "place"),
    [
        ('<rect data-qr="url" x="10" y="20" width="90" height="90"/>', (10, 20, 90)),
        ('<rect id="qr" x="10" y="20" width="90" height="90" fill="#d9d9d9"/>', (10, 20, 90)),
        ('<rect id="qr_1_" x="10mm" y="20" width="25mm" height="25mm"/>', (37.795, 20, 94.488)),
        (
            '<g transform="translate(5 5)"><g transform="scale(2)"><rect data-field="qr" x="10" y="20" width="50" height="50"/></g></g>',
            (25, 45, 100),
        ),
        ('<rect data-field="qr" x="10" y="20" width="91" height="90"/>', (10.5, 20, 90)),
    ],
)
def test_the_place_of_the_code(slot: str, place: tuple[float, float, float]) -> None:
    template = parse(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 842 595">{slot}</svg>'.encode(), shown_as="a.svg")
    assert template.code is not None
    assert (template.code.x, template.code.y, template.code.size) == pytest.approx(place, abs=0.001)
    assert template.code.dark == "#000000"
    assert edition(template).art == ""


def test_the_same_edition_in_another_process() -> None:
    program = (
        "import hashlib; from tests.artwork import sample; from issuer.artwork.sheet import lay_out;"
        f"made = lay_out(sample.TEMPLATE, sample.fields(), language='en', url={_URL!r}, draft='DRAFT').edition;"
        "print(made.key, hashlib.sha256(made.art_svg()).hexdigest())"
    )
    command = [sys.executable, "-c", program]
    told = {
        subprocess.run(command, cwd=_ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True).stdout.strip()
        for seed in ("1", "2")
    }
    made = lay_out(sample.TEMPLATE, sample.fields(), language="en", url=_URL, draft="DRAFT").edition
    assert told == {f"{made.key} {hashlib.sha256(made.art_svg()).hexdigest()}"}
