"""Templates that mean harm: each ends in named findings, soon, in little memory, and without a request."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import multiprocessing
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from issuer.artwork import lint
from issuer.artwork.compiling.store import Store
from issuer.artwork.edition import edition
from issuer.artwork.template import survey
from issuer.errors import IssuerError

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 842 595">'
_QR = '<rect data-field="qr" x="10" y="10" width="90" height="90"/>'
_MEMORY = 512 << 20
_NEST = '<g id="u{}">{}</g>'


def _svg(inside: str) -> bytes:
    return f"{_OPEN}{inside}{_QR}</svg>".encode()


def _picture(side: int) -> str:
    sink = io.BytesIO()
    Image.new("1", (side, side)).save(sink, "PNG")
    return f'<image href="data:image/png;base64,{base64.b64encode(sink.getvalue()).decode("ascii")}"/>'


# What it is, how it is made, and the code of the first finding; "" for what is odd, and no harm.
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "document type": (lambda: b"<!DOCTYPE svg>" + _svg(""), "template-unreadable"),
    "entities of entities": (
        lambda: b'<!DOCTYPE s [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + _svg("<text>&b;</text>"),
        "template-unreadable",
    ),
    "entity from elsewhere": (
        lambda: b'<!DOCTYPE s [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]>' + _svg("<text>&x;</text>"),
        "template-unreadable",
    ),
    "script": (lambda: _svg("<script>fetch('http://127.0.0.1:9/')</script>"), "template-script"),
    "foreign object": (lambda: _svg("<foreignObject/>"), "template-element"),
    "link to elsewhere": (lambda: _svg('<image xlink:href="http://127.0.0.1:9/a.png"/>'), "template-external"),
    "20,000 groups in one another": (lambda: _svg("<g>" * 20_000 + "</g>" * 20_000), "template-large"),
    "20,000 groups": (lambda: _svg("<g/>" * 20_000), "template-large"),
    "100 MB": (lambda: _svg(f"<!--{'x' * 100_000_000}-->"), "template-large"),
    "nested uses": (
        lambda: _svg("".join(_NEST.format(n, f"<use href='#u{n + 1}'/>" * 40) for n in range(8))),
        "template-large",
    ),
    "one group used often": (lambda: _svg('<g id="a">' + "<path/>" * 4000 + "</g>" + '<use href="#a"/>' * 900), "template-large"),
    "numbers that are none": (lambda: _svg('<circle r="nan"/><rect width="1e999"/>'), "template-attribute"),
    "data in data": (lambda: _svg('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>'), "template-picture"),
    "200,000 conditions": (
        lambda: _svg(f'<g data-if="{" ".join(f"a{n:x}" for n in range(160_000))}">' + 400 * "<text>a{{ name }}</text>" + "</g>"),
        "template-large",
    ),
    "225 megapixels": (lambda: _svg(_picture(15_000)), "template-large"),
    "many pictures of 16": (lambda: _svg(_picture(4_000) * 9), "template-large"),
    "a picture that is none": (lambda: _svg('<image href="data:image/png;base64,AAAA"/>'), "template-picture"),
    "a font that is none": (lambda: _svg("<style>@font-face{src:url(data:font/ttf;base64,AAAA)}</style>"), "template-font"),
    "many attributes": (lambda: _svg("<g" + "".join(f" data-{n}=''" for n in range(60_000)) + "/>"), "template-large"),
    "many rules": (lambda: _svg("<style>" + ".a{fill:red}" * 5000 + "</style>"), "template-large"),
    "rules for many": (lambda: _svg("<style>" + ".a{fill:red}" * 990 + "</style>" + '<path class="a"/>' * 4900), ""),
    "brackets in styles": (lambda: _svg(f"<style>{'(' * 60_000}</style><g style='fill:{'(' * 800_000}'/>"), "template-large"),
    "many styles": (lambda: _svg(f"<path style='{'fill:red;' * 20}'/>" * 4900), ""),
    "a long transform": (lambda: _svg(f"<text transform='{'scale(1)' * 100_000}'>a</text>"), "template-attribute"),
    "many panels": (lambda: _svg("<rect width='9' height='9'/>" * 4400 + "<text x='5' y='5'>{{ a }}</text>" * 490), ""),
    "texts upon one another": (lambda: _svg("<text x='5' y='5'>a</text>" * 4900), "template-large"),
    "a megabyte of words": (lambda: _svg(f"<text data-max-lines='99'>{'ab cd ' * 1600}</text>" * 100), "template-large"),
    "comments that are not closed": (lambda: _svg(f"<g style='{'/* ' * 300_000}'/>"), ""),
    "many style sheets": (lambda: _svg(f"<style>{',.a' * 20_000}{{fill:red}}</style>" * 15), "template-attribute"),
    "scaled forty times": (lambda: _svg("<g transform='scale(99999)'>" * 40 + "<text>a</text>" + "</g>" * 40), "template-attribute"),
    "a field torn into thousands": (lambda: _svg("<text>" + "<tspan x='1'>{{a</tspan>" * 2600 + "</text>"), "template-text"),
    "a colour without end": (lambda: _svg(f"<path fill='rgb({'1,' * 300_000}'/>"), "template-attribute"),
    "namespaces": (lambda: _svg("<g" + "".join(f" xmlns:n{n}='u{n}'" for n in range(30_000)) + "/>"), ""),
    "bytes": (lambda: b"\0" * 1_000_000, "template-unreadable"),
}
_PROGRAM = f"""
import json, resource, socket, sys
from issuer.artwork.edition import edition
from issuer.artwork.template import survey
def refuse(*_): raise SystemExit("a request")
def peak():  # not ru_maxrss, which counts what the process was before it became this program
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY} + (1 << 30), {_MEMORY} + (1 << 30)))
for size in map(int, sys.argv[1:]):
    resource.setrlimit(resource.RLIMIT_CPU, (int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2])) + 10, -1))
    found = survey(sys.stdin.buffer.read(size)[: (1 << 20) + 1], shown_as="a.svg")
    if found.template:
        edition(found.template).art_svg()
    print(json.dumps([found.mistakes[0].code if found.mistakes else "", peak()]))
"""


def test_hostile_templates_end_in_findings_within_ten_seconds_and_half_a_gigabyte() -> None:
    sources = [make() for make, _ in HOSTILE.values()]
    command = [sys.executable, "-c", _PROGRAM, *(str(len(source)) for source in sources)]
    done = subprocess.run(command, input=b"".join(sources), capture_output=True, cwd=Path(__file__).parents[2], timeout=300, check=False)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert dict(zip(HOSTILE, [code for code, _ in told], strict=False)) == {name: code for name, (_, code) in HOSTILE.items()}, done.stderr
    assert max(memory for _, memory in told) < _MEMORY >> 10


def _noise() -> str:
    """A picture of half a million colours."""
    sink, pixels = io.BytesIO(), hashlib.shake_256(b"noise").digest(500 * 350 * 3)
    Image.frombytes("RGB", (500, 350), pixels).save(sink, "PNG")
    return f'<image width="842" height="595" href="data:image/png;base64,{base64.b64encode(sink.getvalue()).decode("ascii")}"/>'


_TWO = {"0": '<path d="M0 0h9v9z"/>', "1": '<path d="M0 0h9v9h9z"/>'}
_ORDER = "".join(f"{byte:08b}" for byte in hashlib.shake_256(b"order").digest(600))
_NAME = '<text x="400" y="300" font-size="20" text-anchor="middle">{{ name }}</text>'
_TWICE = '<path d="M0 0h9" data-if="boat"/>'  # so that there are two editions
_CIRCLES = "<circle r='300' cx='400' cy='300' fill='#f00' opacity='.5' stroke='#00f' stroke-dasharray='.1 .1'/>"

# What is slow to draw or to pack, and the code of a finding.
SLOW: dict[str, tuple[Callable[[], bytes], str]] = {
    "circles upon circles": (
        lambda: _svg(f"{_NAME}{_TWICE}<g id='a'>{_CIRCLES * 100}</g>" + '<use href="#a"/>' * 180),
        "template-unreadable",
    ),
    "one long path in many clips": (
        lambda: _svg(
            f"<path id='p' d='{'M0 0' * 200_000}'/><clipPath id='c' clip-rule='evenodd'>"
            + "<use href='#p'/>" * 4_000
            + "</clipPath><g clip-path='url(#c)'/>"
        ),
        "template-attribute",
    ),
    "long lines, twice": (lambda: _svg(f"{_NAME}{_TWICE}<path d='M0 0{'h1v1' * 150_000}' fill='none' stroke='#f00'/>"), ""),
    "noise": (lambda: _svg(f"{_noise()}{_NAME}"), "template-heavy"),
    "two shapes in any order": (lambda: _svg(_NAME + "".join(_TWO[bit] for bit in _ORDER)), ""),
}


def _checked(source: bytes) -> tuple[list[str], float, int]:
    """The codes of what is found in a whole check, the seconds of a processor that it took, and the megabytes of the largest process. The
    kernel counts a parent's memory from before the start as a process's own, except in VmHWM."""
    parts = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    before = sum(sum(resource.getrusage(part)[:2]) for part in parts)
    with tempfile.TemporaryDirectory() as folder:
        found = lint.lint(source, shown_as="a.svg", store=Store(Path(folder)), formats=("svg", "pdf", "png", "card")).findings
    seconds = sum(sum(resource.getrusage(part)[:2]) for part in parts) - before
    highest = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    assert highest is not None
    return [one.code for one in found], seconds, max(int(highest[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) >> 10


@pytest.fixture(scope="module")
def fresh() -> Iterator[ProcessPoolExecutor]:
    """A process of its own, so that only what a check uses is counted."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize(("make", "code"), SLOW.values(), ids=SLOW)
def test_a_whole_check_of_what_is_slow_ends_in_time(fresh: ProcessPoolExecutor, make: Callable[[], bytes], code: str) -> None:
    codes, seconds, megabytes = fresh.submit(_checked, make()).result()
    assert code in codes or not code
    assert seconds < 10
    assert megabytes < 512


_TAGS = st.sampled_from("g defs symbol use path rect circle text tspan image clipPath linearGradient stop switch style title".split())
_NAMES = st.sampled_from(
    "id class style x y width height r d points transform href fill stroke stop-color opacity clip-path display font-size font-family "
    "font-weight letter-spacing text-anchor direction dx dy data-if data-box data-fit data-min-size data-max-lines data-align data-field "
    "data-image data-fill data-stroke data-name data-fields data-languages data-scan viewBox gradientTransform stroke-dasharray".split()
)
_WORDS = st.sampled_from(
    [
        *"{{name}} {{name|upper}} {{ }} a &amp; url(#a) url(#b) #a #b #336699 red none 0 1 -5 1e-9 9mm 50% nan inherit rotate(9)".split(),
        *"scale(0) scale(-1,1) qr logo !a score:number? 30cm wrap error 2 bold Arial serif fill:red;x:y font-size:9px display:none".split(),
        *("middle", "rtl"),
        *'.a{fill:red} text{font-size:0} M0,0h9 1em en,de currentColor transparent rgb(1,2,3) 9999999 /* " ( \\ ; @import x'.split(),
        *("1 2 3 4", "accent 20%", "EB Garamond", "matrix(1 0 0 1 0 0)", "left top", " "),
    ]
)
_VALUES = st.lists(_WORDS, max_size=3).map(lambda words: "".join(words).replace('"', "&quot;").replace("<", "&lt;"))
_ATTRIBUTES = st.dictionaries(_NAMES, _VALUES, max_size=5).map(lambda given: "".join(f' {name}="{text}"' for name, text in given.items()))
_ELEMENTS = st.recursive(
    _VALUES.map(lambda text: text.replace("&quot;", "")),
    lambda inside: st.builds(
        lambda tag, given, content: f"<{tag}{given}>{''.join(content)}</{tag}>", _TAGS, _ATTRIBUTES, st.lists(inside, max_size=4)
    ),
    max_leaves=12,
)


@given(_ATTRIBUTES, st.lists(_ELEMENTS, max_size=6))
@settings(max_examples=300, deadline=None)
def test_any_drawing_is_a_template_or_has_mistakes_with_places(root: str, inside: list[str]) -> None:
    source = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 842 595">{"".join(inside)}<g{root}/>{_QR}</svg>'
    found = survey(source.encode("utf-8"), shown_as="a.svg")
    assert (found.template is None) == bool(found.mistakes)
    assert all(mistake.hint and mistake.place for mistake in found.mistakes)
    if found.template is None:
        return
    try:
        made = edition(found.template, frozenset({"name"}))
        for block in found.template.blocks:
            block.spans({"name": "Ada"}, "en")
    except IssuerError:
        return
    drawn = ET.fromstring(made.art_svg())  # noqa: S314 - what we wrote ourselves
    assert not any(name.startswith("data-") or "{{" in text for node in drawn.iter() for name, text in node.attrib.items())
    assert not {node.tag.rpartition("}")[2] for node in drawn.iter()} & {"text", "tspan", "style", "script", "title"}


@given(st.binary(max_size=300), st.integers(0, 2000), st.integers(0, 40))
@settings(max_examples=200, deadline=None)
def test_a_good_template_with_bytes_changed_is_read_or_refused(junk: bytes, at: int, gone: int) -> None:
    good = _EXPORT[:at] + junk[: 1 + gone // 8] + _EXPORT[at + gone :]
    found = survey(good, shown_as="a.svg")
    assert (found.template is None) == bool(found.mistakes)


_EXPORT = (Path(__file__).parent / "exports" / "illustrator.svg").read_bytes()
