"""Certificates, drawn

One certificate in each format on one core, beside Jinja2 with segno and CairoSVG and beside Typst; then 10,000 of everything by two
processes, written to files, as the other way is too. In brackets the median size of a file, with a credential of 1.8 kB inside.
"""

from __future__ import annotations

import hashlib
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from issuer.artwork import pdf, png, svg
from issuer.artwork.compiling.store import Store
from issuer.artwork.edition import edition
from issuer.artwork.sheet import Sheet, lay_out
from issuer.formats import identifier
from issuer.workers import spread
from tests import measuring
from tests.artwork import sample
from tests.measuring import Row

MANY = 10_000
ONE = 400
FEW = 20
CHUNK = 48  # certificates that a process is given at a time, and draws in one format before the next, as issuer.artwork.drawing does
SAME = 384  # certificates that the other way draws, by two processes as well: half of them before and half after ours
FORMATS = ("SVG", "PDF", "PNG")
CREATED = datetime(2026, 5, 31, 8, 0, tzinfo=UTC)
FIRST = "Ada Grete Chien-Shiung Rosalind Emmy Katherine Hedy Mary Dorothy Lise Barbara Maryam Sofja Rita Ngozi Zoë".split()
LAST = "Lovelace Hermann Wu Franklin Noether Johnson Lamarr Somerville Hodgkin Meitner Mirzakhani Kovalevskaya Łukasiewicz Nuñez".split()
measure, rate = partial(measuring.measure, clock=time.process_time), partial(measuring.rate, clock=time.process_time)


def people(start: int, count: int) -> Iterator[tuple[dict[str, str], str]]:
    """Fields and language of count certificates: nine of ten names are Latin, the tenth is one of the world's. No two names are equal."""
    world = sample.names()
    for number in range(start, start + count):
        rest, first = divmod(number, len(FIRST))
        rest, last = divmod(rest, len(LAST))
        name, language = f"{FIRST[first]} {chr(65 + rest % 26)}. {LAST[last]}", "en"
        if number % 10 == 9:
            name, language = world[number // 10 % len(world)]
        code = identifier.encode(hashlib.sha256(b"%d" % number).digest()[:16])
        yield sample.fields(name, id=code, url=f"https://certificates.example.org/c/{code}/"), language


def laid_out(fields: dict[str, str], language: str) -> Sheet:
    """One certificate of the template that comes with Issuer."""
    return lay_out(sample.TEMPLATE, fields, language=language, url=fields["url"])


def writers(store: Store) -> dict[str, Callable[[Sheet], bytes]]:
    """How each format is written. Plates are there already from the second sheet on."""
    return {
        "SVG": lambda sheet: svg.write(svg.plate(sheet.edition), sheet, sample.CREDENTIAL),
        "PDF": lambda sheet: pdf.write(pdf.plate(sheet.edition, store), sheet, credential=sample.CREDENTIAL, created=CREATED),
        "PNG": lambda sheet: png.write(png.plate(sheet.edition, png.PREVIEW, store), sheet, sample.CREDENTIAL),
        "card": lambda sheet: png.write(png.plate(sheet.edition, png.CARD, store), sheet, sample.CREDENTIAL),
    }


def rows() -> list[Row]:
    """Preparing, one core, two processes."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        store = Store(folder / "store")
        prepared = [measuring.measure("prepare a template, drawn for the first time", 1, partial(prepare, store))]
        forget()
        prepared.append(measuring.measure("· again, from the store", 1, partial(prepare, store)))
        return [*prepared, *one_core(folder, store), *two_processes(folder)]


def prepare(store: Store) -> None:
    """The plates of the default edition in all formats."""
    made = edition(sample.TEMPLATE)
    svg.plate(made), pdf.plate(made, store), png.plate(made, png.PREVIEW, store), png.plate(made, png.CARD, store)


def forget() -> None:
    """As in a new process."""
    for kept in (svg.plate, pdf.plate, png.plate):
        kept.cache_clear()


def one_core(folder: Path, store: Store) -> list[Row]:
    """Each format by itself."""
    everyone = list(people(0, ONE))
    sheets = [laid_out(*person) for person in people(ONE, ONE)]
    (folder / "typst").mkdir()
    from tests.naive_pictures import Naive, Typst  # late: our own processes shall not load it

    typst, naive = Typst(folder / "typst", sheets[0]), Naive.of(sample.ROOT / "templates" / "default.svg")
    typst.pdf(sheets[0], sample.CREDENTIAL)
    some = [fields for fields, _ in everyone[:FEW]]
    others = {
        "SVG": rate(FEW, each(naive.svg, some)),
        "PDF": rate(FEW, each(naive.pdf, some)),
        "PNG": rate(FEW, each(partial(naive.png, width=800), some)),
        "card": rate(FEW, each(partial(naive.png, width=891), some)),
    }
    found = [measure("lay out", ONE, lambda: [laid_out(*person) for person in everyone])]
    for name, write in writers(store).items():
        files = [write(sheet) for sheet in sheets]
        size = statistics.median(map(len, files)) / 1000
        found.append(measure(f"{name} ({size:.0f} kB)", ONE, each(write, sheets), others[name], "Jinja2, segno and CairoSVG"))
        if name == "PDF":
            same = rate(FEW, lambda: [typst.pdf(sheet, sample.CREDENTIAL) for sheet in sheets[:FEW]])
            found.append(Row(f"{name} ({size:.0f} kB)", ONE, found[-1].seconds, same, "Typst, its own text and tags"))
    return found


class Chunk(NamedTuple):
    """What a process tells. drawn: how many certificates; seconds: for all of them; writing: seconds of that for their files; memory: the
    most that the process ever had, in MB."""

    drawn: int
    seconds: float
    writing: float
    memory: float


def two_processes(folder: Path) -> list[Row]:
    """SVG, PDF and PNG for everyone, each in a file: with laying out, starting and writing. Of the other way only the work counts; half of
    it is done before and half after ours, because a machine that others use may become slower meanwhile."""
    put_far_apart(folder)
    naively = partial(draw_naively, folder)
    others = spread_out(naively, SAME // 2)
    before = time.perf_counter()
    ours = spread_out(partial(draw_all, folder), MANY)
    passed = time.perf_counter() - before
    others += spread_out(naively, SAME // 2)
    other = 2 * SAME / sum(chunk.seconds for chunk in others)
    memory = [chunk.memory for chunk in ours]
    early, late = max(memory[: len(memory) // 5]), max(memory)
    stage = f"SVG, PDF and PNG, two processes of {late:.0f} MB ({late - early:+.0f} MB after the first fifth)"
    return [
        Row(stage, MANY, passed, other, "Jinja2, segno and CairoSVG by two processes"),
        Row("· of that, writing a file", 3 * MANY, sum(chunk.writing for chunk in ours) / 2),
    ]


def put_far_apart(folder: Path) -> None:
    """Ask an ext4 to put the folders in this one far apart on the disk. Without a journal it looks, for each new file, at all that were
    deleted near it in the last minutes: a bench that follows another one waited 0.7 ms for each file, whoever had drawn it."""
    with suppress(OSError):
        subprocess.run(["chattr", "+T", folder], check=False, capture_output=True)


def spread_out(work: Callable[[range], Chunk], count: int) -> list[Chunk]:
    """What two processes tell of count certificates."""
    tasks = (range(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK))
    return list(spread(work, tasks, number=2, what="draws certificates", hint="is there too little memory?"))


def draw_all(folder: Path, numbers: range) -> Chunk:
    """A worker: its certificates in each format."""
    formats, files = writers(Store(folder / "store")), Files(folder, numbers)
    before = time.perf_counter()
    sheets = [(number, laid_out(*person)) for number, person in zip(numbers, people(numbers.start, len(numbers)), strict=True)]
    for name in FORMATS:
        for number, sheet in sheets:
            files.write(number, name, formats[name](sheet))
    return Chunk(len(numbers), time.perf_counter() - before, files.seconds, highest())


def draw_naively(folder: Path, numbers: range) -> Chunk:
    """A worker: the same by Jinja2, segno and CairoSVG."""
    from tests.naive_pictures import Naive

    naive, files = Naive.of(sample.ROOT / "templates" / "default.svg"), Files(folder, numbers)
    before = time.perf_counter()
    for number, (fields, _) in zip(numbers, people(numbers.start, len(numbers)), strict=True):
        files.write(number, "naive.svg", naive.svg(fields))
        files.write(number, "naive.pdf", naive.pdf(fields))
        files.write(number, "naive.png", naive.png(fields, width=800))
    return Chunk(len(numbers), time.perf_counter() - before, files.seconds, highest())


class Files:
    """Files of some certificates in a folder of their own, and how many seconds it took to write them."""

    def __init__(self, folder: Path, numbers: range) -> None:
        self.folder = folder / f"{folder.name}-{numbers.start}"
        self.folder.mkdir(exist_ok=True)
        self.seconds = 0.0

    def write(self, number: int, name: str, data: bytes) -> None:
        before = time.perf_counter()
        (self.folder / f"{number:06d}.{name.lower()}").write_bytes(data)
        self.seconds += time.perf_counter() - before


def highest() -> float:
    """The most memory that this process ever had, in MB; getrusage would count its parent's."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    return int(found[1]) / 1024 if found else 0.0


def each(work: Callable[..., object], items: Iterable[object]) -> Callable[[], None]:
    """Work on one item after another."""

    def all_of_them() -> None:
        for item in items:
            work(item)

    return all_of_them
