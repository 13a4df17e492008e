"""Drawing a template's artwork in the child with limits, and keeping what was drawn."""

from __future__ import annotations

import base64
import io
import multiprocessing
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from PIL.ExifTags import Base

from issuer.artwork.compiling import art, child, limited
from issuer.artwork.compiling.budget import Budget
from issuer.artwork.compiling.store import Store
from issuer.artwork.edition import edition
from issuer.artwork.template import upright
from issuer.errors import TemplateError
from tests.artwork import sample

_SQUARE = '<rect width="100" height="50" fill="#c00"/>'
_TRIES_TO_GET_OUT = """
import runpy, socket, subprocess, sys
module = runpy.run_path(sys.argv[1])
module["_give_up"](6)
for name, way_out in {
    "read": lambda: open("/etc/hostname"),
    "write": lambda: open("/tmp/issuer-test-out", "w"),
    "connect": lambda: socket.socket(),
    "start": lambda: subprocess.run(["true"]),
    "grow": lambda: bytearray(1 << 30),
}.items():
    try:
        way_out()
        print(name)
    except (OSError, MemoryError):
        pass
"""


def art_of(inside: str, head: str = 'width="100pt" height="50pt" viewBox="0 0 100 50"') -> bytes:
    """An SVG to draw."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{inside}</svg>'.encode()


def picture(data: bytes, kind: str = "png") -> str:
    """An element that shows a picture."""
    return f'<image width="50" height="50" href="data:image/{kind};base64,{base64.b64encode(data).decode()}"/>'


def encoded(size: tuple[int, int], form: str = "PNG", mode: str = "RGB") -> bytes:
    """A picture of one colour."""
    sink = io.BytesIO()
    Image.new(mode, size, 1 if mode == "1" else (200, 0, 0)).save(sink, form)
    return sink.getvalue()


def test_one_page_and_bitmaps_of_each_width() -> None:
    drawn = child.draw(art_of(_SQUARE), (80, 121))
    assert drawn.pdf.startswith(b"%PDF")
    pages = [Image.open(io.BytesIO(bitmap)) for bitmap in drawn.bitmaps]
    assert [page.size for page in pages] == [(80, 40), (121, 60)]
    assert pages[0].convert("RGB").getpixel((40, 20)) == (204, 0, 0)
    empty = Image.open(io.BytesIO(child.draw(art_of(""), (80,)).bitmaps[0])).convert("RGB")
    assert empty.getpixel((40, 20)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["png", "jpeg"])
def test_pictures_inside_the_file_are_drawn(form: str) -> None:
    shown = Image.open(io.BytesIO(child.draw(art_of(picture(encoded((8, 8), form), form)), (100,)).bitmaps[0])).convert("RGB")
    red, green, blue = shown.getpixel((25, 25))  # type: ignore[misc]
    assert abs(red - 200) + green + blue < 12


NESTED_USE = '<circle id="u0" r="2"/>' + "".join(f'<g id="u{n}">' + f'<use href="#u{n - 1}"/>' * 10 + "</g>" for n in range(1, 9))
HOSTILE = {
    "nothing": (b"", "cannot be drawn"),
    "no XML": (b"\0\xff not XML", "cannot be drawn"),
    "no page": (art_of(_SQUARE, 'width="0" height="0"'), "cannot be drawn"),
    "NaN": (art_of(_SQUARE, 'width="NaN" height="50" viewBox="0 0 100 50"'), "cannot be drawn"),
    "a ribbon": (art_of(_SQUARE, 'width="1" height="99999"'), "cannot be drawn"),
    "an entity": (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + art_of("&a;"), "cannot be drawn"),
    "a bomb of entities": (b'<!DOCTYPE svg [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>' + art_of("&b;"), "cannot be drawn"),
    "a file": (art_of('<image width="9" height="9" href="file:///etc/passwd"/>'), "outside the file"),
    "a page on the web": (art_of('<image width="9" height="9" href="http://127.0.0.1:9/x.png"/>'), "outside the file"),
    "another SVG": (art_of('<use href="http://127.0.0.1:9/x.svg#a"/>'), "outside the file"),
    "an SVG as data": (art_of('<image width="9" height="9" href="data:image/svg+xml;base64,PHN2Zy8+"/>'), "outside the file"),
    "a bomb of uses": (art_of(NESTED_USE), "takes too long|too much memory"),
    "20,000 groups": (art_of("<g>" * 20_000 + _SQUARE + "</g>" * 20_000), "cannot be drawn"),
    "100 megapixels": (art_of(picture(encoded((10_000, 10_000), mode="1"))), "cannot be drawn"),
    "a JPEG of 100 megapixels": (art_of(picture(encoded((10_000, 10_000), "JPEG"), "jpeg")), "cannot be drawn"),
    "a broken picture": (art_of(picture(b"\x89PNG\r\n\x1a\nbroken")), "cannot be drawn"),
}


@pytest.fixture(scope="module")
def fresh() -> Iterator[ProcessPoolExecutor]:
    """A process of its own: what its children use is what the drawing uses, and none of them begins as a copy of all these tests."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def _refused(svg: bytes) -> tuple[str, float, int]:
    """What is said of artwork, the seconds of processor time that its child took, and the kilobytes of the largest child so far."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = ""
    try:
        child.draw(svg, (800,))
    except TemplateError as error:
        said = str(error)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return said, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss


@pytest.mark.parametrize(("svg", "said"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_is_a_finding_soon(fresh: ProcessPoolExecutor, svg: bytes, said: str) -> None:
    found, seconds, kilobytes = fresh.submit(_refused, svg).result()
    assert re.search(said, found), found
    assert seconds < 10
    assert kilobytes < 512 << 10


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _drawn_together() -> tuple[list[str], list[float]]:
    """What is said of two good drawings, a bomb, and a good one, with one budget, and the seconds that their children took."""
    budget, said, seconds = Budget(processor=2.0, clock=60.0), [], []
    for inside in (_SQUARE, _SQUARE, NESTED_USE, _SQUARE):
        before, left = _children(), budget.processor
        try:
            child.draw(art_of(inside), (80,), budget)
            said.append(f"took {'something' if 0 < left - budget.processor < 2 else 'nothing'}")
        except TemplateError as error:
            said.append(str(error))
        seconds.append(_children() - before)
    return said, seconds


def test_drawings_share_a_budget_and_a_refused_one_takes_all(fresh: ProcessPoolExecutor) -> None:
    said, seconds = fresh.submit(_drawn_together).result()
    assert said[:2] == ["took something", "took something"]
    assert said[2:] == [
        "the artwork of the template takes too long to draw",
        "the artwork of the template was not drawn: what was drawn of it before took too long",
    ]
    assert sum(seconds) < 4
    assert seconds[3] == 0, "no process was started for the last"


def test_the_clock_ends_a_drawing_too() -> None:
    budget = Budget(processor=60.0, clock=0.5)
    with pytest.raises(TemplateError, match="takes too long") as refused:
        child.draw(art_of(NESTED_USE), (80,), budget)
    assert "try again" in refused.value.hint
    assert budget.spent


def _photograph() -> bytes:
    """A page of A4 at 300 pixels per inch, of soft colours."""
    seed = bytes((n * n * 7 + n // 3) % 256 for n in range(60 * 40 * 3))
    sink = io.BytesIO()
    Image.frombytes("RGB", (60, 40), seed).resize((3508, 2480), Image.Resampling.BICUBIC).save(sink, "JPEG", quality=40)
    return sink.getvalue()


def test_a_photograph_that_fills_a_page_is_no_bomb(fresh: ProcessPoolExecutor) -> None:
    said, seconds, _ = fresh.submit(_refused, art_of(picture(_photograph(), "jpeg"))).result()
    assert said == ""
    assert seconds < 5


def test_a_jpeg_is_drawn_upright_with_the_colours_of_paper() -> None:
    sink, turned = io.BytesIO(), Image.Exif()
    turned[0x0112] = 6  # a quarter turn
    half = Image.new("CMYK", (64, 64), (0, 255, 255, 0))
    half.paste((255, 0, 0, 0), (0, 0, 64, 32))
    half.save(sink, "JPEG", exif=turned)
    shown = Image.open(io.BytesIO(child.draw(art_of(picture(sink.getvalue(), "jpeg")), (100,)).bitmaps[0])).convert("RGB")
    left, right = shown.getpixel((10, 25)), shown.getpixel((40, 25))
    assert left[0] > 150 > left[2]  # type: ignore[index]
    assert right[2] > 150 > right[0]  # type: ignore[index]


def test_a_glance_is_the_bitmap_without_the_rest(tmp_path: Path) -> None:
    one = edition(sample.TEMPLATE)
    glanced, whole = Store(tmp_path / "glanced"), Store(tmp_path / "whole")
    assert art.glance(one, glanced) == art.bitmap(one, whole, art.preview_width(one.template))
    assert [len([path for path in store.rglob("*") if path.is_file()]) for store in (tmp_path / "glanced", tmp_path / "whole")] == [1, 3]
    assert art.glance(one, whole) == art.glance(one, glanced)


def test_the_child_can_do_nothing_but_draw() -> None:
    command = [sys.executable, "-I", "-c", _TRIES_TO_GET_OUT, limited.__file__]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() in ([], ["start"] if os.geteuid() == 0 else [])


def test_an_edition_is_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, one = Store(tmp_path), edition(sample.TEMPLATE)
    first = art.bitmap(one, store, art.preview_width(one.template))
    with Image.open(io.BytesIO(first)) as opened:
        assert opened.size == (800, 566)
    monkeypatch.setattr(child, "draw", None)
    assert art.bitmap(one, store, art.preview_width(one.template)) == first
    assert art.pdf(one, store).startswith(b"%PDF")
    assert art.bitmap(one, store, art.card_width(one.template))


def test_a_store_keeps_what_was_put(tmp_path: Path) -> None:
    store = Store(tmp_path / "deep" / "store")
    assert store.get("art", "0a") is None
    store.put("art", "0a", b"")
    store.put("art", "0b", b"data")
    store.put("plate", "0b", b"other")
    assert (store.get("art", "0a"), store.get("art", "0b"), store.get("plate", "0b")) == (b"", b"data", b"other")
    store.put("art", "0b", b"new")
    assert store.get("art", "0b") == b"new"
    assert not list(tmp_path.rglob("*.tmp"))


def test_damage_is_the_same_as_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put("art", "0a", b"data")
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    whole = path.read_bytes()
    for damaged in (b"", whole[:-1], whole[:20], whole + b"x", whole[:-1] + b"x"):
        path.write_bytes(damaged)
        assert store.get("art", "0a") is None
    path.write_bytes(whole)
    assert store.get("art", "0a") == b"data"


def used(folder: Path) -> int:
    """Bytes of all that is kept."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_store_stays_below_its_size_and_keeps_what_was_used_last(tmp_path: Path) -> None:
    store = Store(tmp_path, most=5000)
    store.put("art", "first", bytes(900))
    for number in range(40):
        os.utime(tmp_path / "art" / "first", (1, 1))
        assert store.get("art", "first") == bytes(900), "what is read is used"
        store.put("png" if number % 2 else "pdf", f"{number}", bytes(900))
        assert used(tmp_path) <= 5000
    assert store.get("png", "39") == store.get("pdf", "38") == bytes(900)
    assert store.get("pdf", "0") is None
    store.put("art", "whole", bytes(6000))
    assert used(tmp_path) <= 5000, "what has no room is not kept"


_PUTS = """
import sys
from pathlib import Path
from issuer.artwork.compiling.store import Store
store = Store(Path(sys.argv[1]), most=20_000)
for number in range(300):
    store.put("art", f"{number % 50}", bytes([number % 50]) * 1000)
    kept = store.get("art", f"{number * 7 % 50}")
    assert kept is None or kept == bytes([number * 7 % 50]) * 1000
"""


def test_two_processes_make_room_in_one_store(tmp_path: Path) -> None:
    both = [subprocess.Popen([sys.executable, "-c", _PUTS, str(tmp_path)], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for one in both:
        _, said = one.communicate(timeout=120)
        assert one.returncode == 0, said
    assert 0 < used(tmp_path) <= 21_100, "a file more, if both looked before the other had put its own"
    assert not list(tmp_path.rglob("*.tmp"))


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for store in (Store(), Store(tmp_path / "file" / "folder")):
        store.put("art", "0a", b"data")
        assert store.get("art", "0a") is None


@pytest.mark.parametrize("word", ["", "../x", "A", "a/b", ".", "a" * 101])
def test_a_name_stays_in_the_folder(word: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no name"):
        Store(tmp_path).put("art", word, b"")
    with pytest.raises(ValueError, match="no name"):
        Store(tmp_path).get(word, "a")


def test_the_child_turns_photographs_as_we_do() -> None:
    assert limited._TURNS == upright._TURNS
    assert Base.Orientation == limited._ORIENTATION
