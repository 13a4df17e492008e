"""The SVG of a certificate: it stands alone, says what it draws, is small, and is the same every time."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.artwork import svg
from issuer.artwork.svg.strokes import strokes
from issuer.errors import FormatError, IssuerError
from issuer.formats import baking
from tests import credentials
from tests.artwork import sample

_SVG = "{http://www.w3.org/2000/svg}"
_OTHER_PROCESS = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.artwork.test_svg import drawn
sys.stdout.buffer.write(drawn("महेश 王 Ada", "hi"))
"""


def drawn(name: str = "Ada Lovelace", language: str | None = "en", credential: bytes | None = sample.CREDENTIAL, **more: str) -> bytes:
    """The SVG of a certificate."""
    sheet = sample.sheet(name, language, None, **more)
    return svg.write(svg.plate(sheet.edition), sheet, credential)


def labels(picture: bytes) -> list[str]:
    """What the texts of a picture say."""
    return [group.get("aria-label") or "" for group in fromstring(picture).iter(f"{_SVG}g") if group.get("aria-label")]


def test_it_stands_alone() -> None:
    picture = drawn("Robert <b>&amp;")
    root = fromstring(picture)
    tags = {element.tag.removeprefix(_SVG) for element in root.iter()}
    assert not tags & {"text", "tspan", "style", "script", "image", "foreignObject", "a"}
    assert b"font" not in re.sub(rb'aria-label="[^"]*"', b"", picture)
    references = {element.get("href") or "" for element in root.iter() if element.get("href")}
    ids = [f"#{element.get('id')}" for element in root.iter() if element.get("id")]
    assert references <= set(ids)
    assert len(ids) == len(set(ids)), "an id is used twice"


def test_it_says_what_it_is() -> None:
    root = fromstring(drawn("Robert <b>&amp;"))
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.findtext(f"{_SVG}title") == "Python 101 – Robert <b>&amp;"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert root.findtext(f"{_SVG}desc") == (
        f"Recipient: Robert <b>&amp;; Achievement: Python 101; Issuer: Example Academy; Awarded: 2026-05-30; Verify at: {sample.URL}"
    )


@pytest.mark.parametrize("name", ['R "B" <b>&amp;', "]]> --> <!--", "'><script>alert(1)</script>", "{{ name }}", "%s \\ & ' ;"])
def test_markup_in_a_name_is_text(name: str) -> None:
    assert name in labels(drawn(name))


def test_every_name_of_the_world_is_there() -> None:
    for name, language in sample.names():
        assert name in labels(drawn(name, language))


def test_a_text_on_several_lines_is_one_text() -> None:
    long = "A certificate of the advanced study of letters in every script of the world, and of their right order on a page"
    picture = drawn(achievement=long)
    assert long in labels(picture)
    group = next(group for group in fromstring(picture).iter(f"{_SVG}g") if group.get("aria-label") == long)
    baselines = {re.findall(r"[\d.]+", line.get("transform") or "")[-1] for line in group}
    assert len(baselines) == 2


def test_optional_lines_disappear() -> None:
    without, valid = labels(drawn()), labels(drawn(valid_until="2028-05-31"))
    assert not any("Valid until" in label for label in without)
    assert [label for label in valid if label not in without] == ["Valid until 31 May 2028"]


def test_it_carries_the_credential() -> None:
    assert baking.unbake(drawn()) == sample.CREDENTIAL
    assert drawn() == baking.bake(drawn(credential=None), sample.CREDENTIAL)
    for wrong in (b"\xff", '"\uffff"'.encode(), b'"\x01"'):
        with pytest.raises(FormatError):
            drawn(credential=wrong)


def test_it_keeps_within_its_size() -> None:
    assert len(drawn("Grete Hermann")) < 68_000


def test_each_outline_is_written_once() -> None:
    root = fromstring(drawn("Anna Banana"))
    uses = [use.get("href") for use in root.iter(f"{_SVG}use") if str(use.get("href")).startswith("#g.")]
    outlines = [path.get("id") for path in root.iter(f"{_SVG}path") if str(path.get("id")).startswith("g.")]
    assert len(outlines) == len(set(outlines)) < len(uses) / 2
    assert {f"#{name}" for name in outlines} == set(uses)


def test_the_same_bytes_in_another_process() -> None:
    for name in ("Zoë", "王小明", "Ada", "महेश"):
        drawn(name)
    other = subprocess.run([sys.executable, "-c", _OTHER_PROCESS, str(sample.ROOT)], check=True, capture_output=True).stdout
    assert other == drawn("महेश 王 Ada", "hi")


def test_what_is_turned_or_coloured_says_so() -> None:
    template = sample.template(
        '<g transform="rotate(90 150 50)"><text x="150" y="50" fill="#ff0000">A<tspan fill="blue">b</tspan></text></g>'
    )
    sheet = sample.sheet(template=template)
    root = fromstring(svg.write(svg.plate(sheet.edition), sheet))
    text = next(group for group in root.iter(f"{_SVG}g") if group.get("aria-label") == "Ab")
    assert (text.get("transform") or "").startswith("matrix(")
    assert [run.get("fill") for run in text] == ["#ff0000", "#0000ff"]


def modules(path: str) -> list[tuple[int, int]]:
    """Column and row of each module that strokes draw."""
    found = []
    for row in path.split("M")[1:]:
        x, down, rest = re.fullmatch(r"(\d+) (\d+)\.5((?:h\d+|m\d+ 0)*)", row).groups()  # type: ignore[union-attr]
        column = int(x)
        for command, length in re.findall(r"([hm])(\d+)", rest):
            if command == "h":
                found += [(across, int(down)) for across in range(column, column + int(length))]
            column += int(length)
    return found


@pytest.mark.parametrize("length", [10, 60, 150])
def test_strokes_are_the_dark_modules(length: int) -> None:
    symbol = sample.sheet(url="https://example.org/" + "x" * length).symbol
    assert symbol is not None
    dark = [
        (across, down) for down, row in enumerate(symbol.rows) for across in range(symbol.width) if row >> symbol.width - 1 - across & 1
    ]
    assert modules(strokes(symbol)) == dark
    assert all(one < other for one, other in pairwise((down, across) for across, down in dark))


def test_an_endless_address_is_refused() -> None:
    with pytest.raises(IssuerError, match="does not fit into a QR code"):
        drawn(url="https://example.org/" + "x" * 3000)


@given(st.text(max_size=40), st.sampled_from([None, "", "ur", "ja", "<&\"'", "\x00"]))
@settings(max_examples=60, deadline=None)
def test_no_name_breaks_the_file(name: str, language: str | None) -> None:
    root: Element = fromstring(drawn(name, language))
    assert root.tag == f"{_SVG}svg"


def test_the_credential_of_the_samples_is_a_real_one() -> None:
    assert credentials.record().credential_json() == sample.CREDENTIAL
